//! A key that signs, in the form that `rustls` asks for.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::sign::Signer;
use rustls::{OtherError, SignatureAlgorithm};

use super::{KeyAlgorithm, SignatureScheme, SigningKey};

/// A key on a token, or any other [`SigningKey`], as the key of a TLS client or server.
///
/// Which schemes it offers is asked once, when it is made: RSA-PSS, and with it TLS 1.3 for an RSA
/// key, only where the key can do it.
///
/// ```no_run
/// use std::sync::Arc;
/// use rustls::{pki_types::CertificateDer, sign::CertifiedKey};
/// use tokencert::{TokenKey, est::TlsKey};
///
/// // The key of a token that `Module::token` opened: it outlives any borrow of the module.
/// fn certified(
///     chain: Vec<CertificateDer<'static>>,
///     key: TokenKey<'static>,
/// ) -> Result<CertifiedKey, rustls::Error> {
///     let certified = CertifiedKey::new(chain, Arc::new(TlsKey::new(Arc::new(key))));
///     certified.keys_match()?;
///     Ok(certified)
/// }
/// ```
#[derive(Clone)]
pub struct TlsKey {
    key: Arc<dyn SigningKey + Send + Sync>,
    schemes: Vec<SignatureScheme>,
}

impl TlsKey {
    /// The key, with the schemes that it has now.
    #[must_use]
    pub fn new(key: Arc<dyn SigningKey + Send + Sync>) -> Self {
        let schemes = key.schemes();
        Self { key, schemes }
    }
}

/// The scheme by the name that TLS gives it.
fn tls_scheme(scheme: SignatureScheme) -> rustls::SignatureScheme {
    match scheme {
        SignatureScheme::RsaPkcs1Sha256 => rustls::SignatureScheme::RSA_PKCS1_SHA256,
        SignatureScheme::RsaPssSha256 => rustls::SignatureScheme::RSA_PSS_SHA256,
        SignatureScheme::EcdsaSha256 => rustls::SignatureScheme::ECDSA_NISTP256_SHA256,
        SignatureScheme::EcdsaSha384 => rustls::SignatureScheme::ECDSA_NISTP384_SHA384,
        SignatureScheme::EcdsaSha512 => rustls::SignatureScheme::ECDSA_NISTP521_SHA512,
        SignatureScheme::Ed25519 => rustls::SignatureScheme::ED25519,
    }
}

/// The kind of key as TLS 1.2 tells them apart.
pub(crate) fn algorithm(algorithm: Option<KeyAlgorithm>) -> SignatureAlgorithm {
    match algorithm {
        Some(KeyAlgorithm::Rsa(_)) => SignatureAlgorithm::RSA,
        Some(KeyAlgorithm::Ed25519) => SignatureAlgorithm::ED25519,
        Some(KeyAlgorithm::Ec(_)) | None => SignatureAlgorithm::ECDSA,
    }
}

impl rustls::sign::SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[rustls::SignatureScheme]) -> Option<Box<dyn Signer>> {
        // RSA-PSS first where both are there: TLS 1.3 takes nothing else, and offers both.
        let ours = self.schemes.iter().rev();
        let scheme = ours
            .copied()
            .find(|scheme| offered.contains(&tls_scheme(*scheme)))?;
        Some(Box::new(SchemeSigner {
            key: Arc::clone(&self.key),
            scheme,
        }))
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(self.key.public_key().as_der().into())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        algorithm(self.key.public_key().algorithm())
    }
}

impl fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsKey")
            .field("public_key", self.key.public_key())
            .field("schemes", &self.schemes)
            .finish_non_exhaustive()
    }
}

/// The key with the scheme that the peers have agreed on.
struct SchemeSigner {
    key: Arc<dyn SigningKey + Send + Sync>,
    scheme: SignatureScheme,
}

impl Signer for SchemeSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        self.key
            .sign(self.scheme, message)
            .map_err(|error| rustls::Error::Other(OtherError(Arc::new(error))))
    }

    fn scheme(&self) -> rustls::SignatureScheme {
        tls_scheme(self.scheme)
    }
}

impl fmt::Debug for SchemeSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemeSigner").field(&self.scheme).finish()
    }
}
