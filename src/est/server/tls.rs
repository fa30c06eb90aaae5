//! TLS: which key the server shows, and which certificates it lets through to the rules.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{
    ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig,
    SignatureScheme, version,
};

use super::Clock;
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::{Curve, KeyAlgorithm, PublicKey};

/// The public half of a key in PEM.
///
/// # Errors
///
/// [`Error::ServerKey`] if it is of no kind that TLS takes.
pub fn public_key_of(key: &[u8]) -> Result<PublicKey> {
    let unusable = |error: &dyn fmt::Display| Error::ServerKey {
        reason: error.to_string(),
    };
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable(&error))?;
    let key = any_supported_type(&key).map_err(|error| unusable(&error))?;
    let public = key
        .public_key()
        .ok_or_else(|| unusable(&"its public half is not known"))?;
    PublicKey::from_der(&public)
}

/// The server's own key and certificate.
#[derive(Clone)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// A key in PEM (PKCS#8, PKCS#1 or SEC 1) and its certificate, with the rest of its chain
    /// behind it.
    ///
    /// # Errors
    ///
    /// [`Error::ServerKey`] if they do not belong together, or the key is of no kind that TLS takes.
    pub fn from_pem(chain: &[Certificate], key: &[u8]) -> Result<Self> {
        let unusable = |error: &dyn fmt::Display| Error::ServerKey {
            reason: error.to_string(),
        };
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable(&error))?;
        let chain = chain
            .iter()
            .map(|certificate| CertificateDer::from(certificate.as_der().to_vec()))
            .collect();
        let certified = CertifiedKey::from_der(chain, key, &ring::default_provider());
        certified
            .map(|certified| Self(Arc::new(certified)))
            .map_err(|error| unusable(&error))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(redacted)")
    }
}

/// The identity that is shown now.
#[derive(Debug)]
pub(super) struct Shown(RwLock<Identity>);

impl Shown {
    pub(super) fn new(identity: Identity) -> Self {
        Self(RwLock::new(identity))
    }

    pub(super) fn replace(&self, identity: Identity) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = identity;
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let identity = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&identity.0))
    }
}

/// TLS 1.2 and 1.3 without resumption: each connection proves possession anew.
pub(super) fn configuration(
    authority: &Certificate,
    shown: Arc<Shown>,
    clock: &Clock,
) -> Result<ServerConfig> {
    let unusable = |error: &dyn fmt::Display| Error::ServerKey {
        reason: error.to_string(),
    };
    if authority.public_key()?.algorithm() == Some(KeyAlgorithm::Ec(Curve::P521)) {
        return Err(unusable(
            &"certificates of an authority with a P-521 key cannot be checked in TLS",
        ));
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = Possession::new(authority, &provider).map_err(|error| unusable(&error))?;
    let clock = Arc::new(Time(Arc::clone(clock)));
    let builder = ServerConfig::builder_with_details(provider, clock)
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(|error| unusable(&error))?;
    let mut configuration = builder
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(shown);
    configuration.session_storage = Arc::new(NoServerSessionStorage {});
    configuration.send_tls13_tickets = 0;
    Ok(configuration)
}

/// The server's clock, for TLS.
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        unix_time((self.0)())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}

fn unix_time(instant: Timestamp) -> Option<UnixTime> {
    let seconds = u64::try_from(instant.as_second()).ok()?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}

/// Lets through whoever has the key of a certificate that is ours, at whatever time: who expired
/// is to be told so, and what it means is decided request by request.
#[derive(Debug)]
struct Possession {
    inner: Arc<dyn ClientCertVerifier>,
}

impl Possession {
    fn new(
        authority: &Certificate,
        provider: &Arc<CryptoProvider>,
    ) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.as_der().to_vec()))?;
        let provider = Arc::clone(provider);
        let inner = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .allow_unauthenticated()
            .build()?;
        Ok(Self { inner })
    }
}

impl ClientCertVerifier for Possession {
    /// Everything but the time is checked: at the certificate's own last second.
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> std::result::Result<ClientCertVerified, rustls::Error> {
        let end = Certificate::from_der(end_entity)
            .ok()
            .and_then(|certificate| unix_time(certificate.not_after()))
            .ok_or(CertificateError::BadEncoding)?;
        self.inner
            .verify_client_cert(end_entity, intermediates, end)
    }

    fn offer_client_auth(&self) -> bool {
        self.inner.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.inner.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.inner.root_hint_subjects()
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
