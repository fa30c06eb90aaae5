//! Verification of signatures in software, and the names that signatures have in X.509.

#[cfg(feature = "est")]
mod quick;

use const_oid::db::{rfc5912, rfc8410};
use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::Any;
use der::{Decode, Encode};
use pkcs1::{RsaPssParamsOwned, RsaPssParamsRef};
use rsa::BoxedUint;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier;
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};

use super::{Parts, PublicKey, malformed};
use crate::error::{Error, Result};
use crate::key::{Curve, SignatureScheme};

/// The salt that [`SignatureScheme::RsaPssSha256`] uses, in bytes: as long as the hash.
const PSS_SALT_BYTES: u8 = 32;

/// A hash of FIPS 180-4.
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// A way of signing that certificates in the field use; wider than [`SignatureScheme`], which has
/// what this library signs with.
#[derive(Clone, Copy)]
enum Method {
    Pkcs1(Hash),
    Pss(Hash, usize),
    Ecdsa(Hash),
    Ed25519,
}

impl From<SignatureScheme> for Method {
    fn from(scheme: SignatureScheme) -> Self {
        match scheme {
            SignatureScheme::RsaPkcs1Sha256 => Self::Pkcs1(Hash::Sha256),
            SignatureScheme::RsaPssSha256 => Self::Pss(Hash::Sha256, PSS_SALT_BYTES.into()),
            SignatureScheme::EcdsaSha256 => Self::Ecdsa(Hash::Sha256),
            SignatureScheme::EcdsaSha384 => Self::Ecdsa(Hash::Sha384),
            SignatureScheme::EcdsaSha512 => Self::Ecdsa(Hash::Sha512),
            SignatureScheme::Ed25519 => Self::Ed25519,
        }
    }
}

impl Method {
    fn from_identifier(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        Some(match identifier.oid {
            rfc5912::SHA_256_WITH_RSA_ENCRYPTION => Self::Pkcs1(Hash::Sha256),
            rfc5912::SHA_384_WITH_RSA_ENCRYPTION => Self::Pkcs1(Hash::Sha384),
            rfc5912::SHA_512_WITH_RSA_ENCRYPTION => Self::Pkcs1(Hash::Sha512),
            rfc5912::ECDSA_WITH_SHA_256 => Self::Ecdsa(Hash::Sha256),
            rfc5912::ECDSA_WITH_SHA_384 => Self::Ecdsa(Hash::Sha384),
            rfc5912::ECDSA_WITH_SHA_512 => Self::Ecdsa(Hash::Sha512),
            rfc8410::ID_ED_25519 => Self::Ed25519,
            rfc5912::ID_RSASSA_PSS => {
                let parameters = identifier.parameters?.to_der().ok()?;
                let parameters = RsaPssParamsOwned::from_der(&parameters).ok()?;
                let mask = parameters.mask_gen.parameters?;
                let same_hash = mask.oid == parameters.hash.oid;
                let mgf1 = parameters.mask_gen.oid == rfc5912::ID_MGF_1;
                let hash = Hash::from_oid(parameters.hash.oid).filter(|_| mgf1 && same_hash)?;
                Self::Pss(hash, parameters.salt_len.into())
            }
            _ => return None,
        })
    }
}

impl Hash {
    fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            Sha256::OID => Some(Self::Sha256),
            Sha384::OID => Some(Self::Sha384),
            Sha512::OID => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The digest, filled up with zeros in front to at least `width` bytes: the same number.
    fn digest(self, message: &[u8], width: usize) -> Vec<u8> {
        let digest = match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        };
        let zeros = std::iter::repeat_n(0, width.saturating_sub(digest.len()));
        zeros.chain(digest.iter().copied()).collect()
    }
}

impl SignatureScheme {
    /// How X.509 names the scheme (RFC 4055 sections 3.1 and 5, RFC 5758 section 3.2, RFC 8410
    /// section 3).
    pub(crate) fn identifier(self) -> der::Result<AlgorithmIdentifierOwned> {
        let (oid, parameters) = match self {
            Self::RsaPkcs1Sha256 => (rfc5912::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::null())),
            Self::RsaPssSha256 => {
                let parameters = RsaPssParamsRef::new::<Sha256>(PSS_SALT_BYTES);
                (rfc5912::ID_RSASSA_PSS, Some(Any::encode_from(&parameters)?))
            }
            Self::EcdsaSha256 => (rfc5912::ECDSA_WITH_SHA_256, None),
            Self::EcdsaSha384 => (rfc5912::ECDSA_WITH_SHA_384, None),
            Self::EcdsaSha512 => (rfc5912::ECDSA_WITH_SHA_512, None),
            Self::Ed25519 => (rfc8410::ID_ED_25519, None),
        };
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    }
}

impl PublicKey {
    /// Verifies a signature over `message`; `what` names it in the error.
    ///
    /// The signature has the form it has in a certificate: ECDSA as DER (RFC 3279 section 2.2.3).
    ///
    /// # Errors
    ///
    /// [`Error::KeyScheme`] if no such key makes such signatures, [`Error::KeyMalformed`] if the
    /// key is too large or too odd to be computed with, [`Error::SignatureWrong`] otherwise.
    pub fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
        what: &str,
    ) -> Result<()> {
        self.check(scheme.into(), scheme.name(), message, signature, what)
    }

    /// Verifies a signature of the kind that `identifier` names, as [`Self::verify`] does.
    pub(crate) fn verify_identified(
        &self,
        identifier: AlgorithmIdentifierRef<'_>,
        message: &[u8],
        signature: &[u8],
        what: &str,
    ) -> Result<()> {
        let name = identifier.oid.to_string();
        let method =
            Method::from_identifier(identifier).ok_or_else(|| self.unsuited(name.as_str()))?;
        self.check(method, &name, message, signature, what)
    }

    fn check(
        &self,
        method: Method,
        name: &str,
        message: &[u8],
        signature: &[u8],
        what: &str,
    ) -> Result<()> {
        let parts = self.parts();
        // What it does not know, or finds wrong, is decided below: the answers are those without it.
        #[cfg(feature = "est")]
        if quick::is_right(parts.as_ref(), method, message, signature) {
            return Ok(());
        }
        let valid = match (parts, method) {
            (Some(Parts::Rsa(key)), Method::Pkcs1(_) | Method::Pss(..)) => {
                let modulus = BoxedUint::from_be_slice_vartime(key.modulus.as_bytes());
                let exponent = BoxedUint::from_be_slice_vartime(key.public_exponent.as_bytes());
                let key = rsa::RsaPublicKey::new(modulus, exponent).map_err(malformed)?;
                verify_rsa(&key, method, message, signature)
            }
            (Some(Parts::Ec(curve, point)), Method::Ecdsa(hash)) => verify_ecdsa(
                curve,
                point,
                &hash.digest(message, curve.bytes()),
                signature,
            )?,
            (Some(Parts::Ed25519(key)), Method::Ed25519) => {
                // Strictly: under a point of small order, signatures can be had without any key.
                let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(malformed)?;
                ed25519_dalek::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
            }
            _ => return Err(self.unsuited(name)),
        };
        if valid {
            Ok(())
        } else {
            Err(Error::SignatureWrong {
                what: what.to_owned(),
            })
        }
    }

    fn unsuited(&self, scheme: &str) -> Error {
        let algorithm = self
            .algorithm()
            .map_or_else(|| "unknown".to_owned(), |a| a.to_string());
        Error::KeyScheme {
            algorithm,
            scheme: scheme.to_owned(),
        }
    }
}

fn verify_rsa(key: &rsa::RsaPublicKey, method: Method, message: &[u8], signature: &[u8]) -> bool {
    use rsa::{Pkcs1v15Sign, Pss};
    let (Method::Pkcs1(hash) | Method::Pss(hash, _)) = method else {
        return false;
    };
    let digest = hash.digest(message, 0);
    match (method, hash) {
        (Method::Pss(_, salt), Hash::Sha256) => {
            key.verify(Pss::<Sha256>::new_with_salt(salt), &digest, signature)
        }
        (Method::Pss(_, salt), Hash::Sha384) => {
            key.verify(Pss::<Sha384>::new_with_salt(salt), &digest, signature)
        }
        (Method::Pss(_, salt), Hash::Sha512) => {
            key.verify(Pss::<Sha512>::new_with_salt(salt), &digest, signature)
        }
        (_, Hash::Sha256) => key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature),
        (_, Hash::Sha384) => key.verify(Pkcs1v15Sign::new::<Sha384>(), &digest, signature),
        (_, Hash::Sha512) => key.verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature),
    }
    .is_ok()
}

/// Verifies over a digest that is at least as wide as the curve's field: the curves' crates refuse
/// one of less than half of it, which SHA-256 with P-521 is.
fn verify_ecdsa(curve: Curve, point: &[u8], digest: &[u8], signature: &[u8]) -> Result<bool> {
    macro_rules! verify_with {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .map_err(|_| malformed("its point is not on its curve"))?;
            $curve::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
        }};
    }
    Ok(match curve {
        Curve::P256 => verify_with!(p256),
        Curve::P384 => verify_with!(p384),
        Curve::P521 => verify_with!(p521),
    })
}
