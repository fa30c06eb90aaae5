//! The certificate that a client shows, and its key, which stays with whoever has it.

use std::fmt;
use std::str::FromStr as _;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;

use super::transport::Watch;
use crate::authority::Present;
use crate::certificate::usage::{KeyUsage, Usage};
use crate::error::{Error, Result};
use crate::key::tls::TlsKey;
use crate::key::{KeyAlgorithm, PublicKey, SignatureScheme, SigningKey};

/// `anyExtendedKeyUsage` (RFC 5280 section 4.2.1.12).
const ANY_PURPOSE: &str = "anyExtendedKeyUsage";

/// Says whether a certificate can be shown to a server at all, before anything is connected.
pub(super) fn check(present: &Present<'_>) -> Result<()> {
    let certificate = present.certificate;
    let unfit = |reason: &str| {
        Err(Error::CertificateUnfit {
            subject: certificate.subject().to_string(),
            reason: reason.to_owned(),
        })
    };
    let usages = certificate.usages();
    let is_key_usage = |usage: &&String| matches!(Usage::from_str(usage), Ok(Usage::Key(_)));
    let (bits, purposes): (Vec<&String>, Vec<&String>) = usages.iter().partition(is_key_usage);
    let signature = Usage::Key(KeyUsage::DigitalSignature).to_string();
    let client = Usage::CLIENT_AUTH.to_string();
    if !bits.is_empty() && !bits.contains(&&signature) {
        return unfit("its key usage lacks digitalSignature");
    }
    let fits = |purpose: &&String| **purpose == client || *purpose == ANY_PURPOSE;
    if !purposes.is_empty() && !purposes.iter().any(fits) {
        return unfit("its extended key usage lacks clientAuth");
    }
    if certificate.public_key()? != *present.key.public_key() {
        return unfit("the key is another one's");
    }
    Ok(())
}

/// True for an RSA key that cannot make the signatures of TLS 1.3 (RFC 8446 section 4.2.3).
pub(super) fn lacks_pss(schemes: &[SignatureScheme], key: &PublicKey) -> bool {
    matches!(key.algorithm(), Some(KeyAlgorithm::Rsa(_)))
        && !schemes.contains(&SignatureScheme::RsaPssSha256)
}

/// A signature that is wanted, and where it goes.
pub(super) struct Job {
    pub(super) scheme: SignatureScheme,
    pub(super) message: Vec<u8>,
    pub(super) answer: Sender<Option<Vec<u8>>>,
}

/// A key in another thread, which is asked over a channel: TLS wants to own its keys, and a
/// session with a token is only borrowed.
struct RemoteKey {
    public: PublicKey,
    schemes: Vec<SignatureScheme>,
    jobs: Mutex<Sender<Job>>,
}

impl SigningKey for RemoteKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        let (answer, signature) = channel();
        let job = Job {
            scheme,
            message: message.to_vec(),
            answer,
        };
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        // The true error stays with the thread that has the key.
        let failed = || Error::SignatureWrong {
            what: "the token".to_owned(),
        };
        jobs.send(job).map_err(|_| failed())?;
        signature.recv().ok().flatten().ok_or_else(failed)
    }
}

/// Shows one certificate with its intermediates to whatever server asks. The hints of servers are
/// ignored: the user has chosen, and servers name their root only.
pub(super) struct Identity {
    certified: Arc<CertifiedKey>,
    watch: Watch,
}

impl Identity {
    /// The certificate of `present`, whose key is asked through `jobs`.
    pub(super) fn new(
        present: &Present<'_>,
        schemes: Vec<SignatureScheme>,
        jobs: Sender<Job>,
        watch: Watch,
    ) -> Self {
        let key = RemoteKey {
            public: present.key.public_key().clone(),
            schemes,
            jobs: Mutex::new(jobs),
        };
        // A root is of no use to a server, which has it or does not trust it.
        let beyond = present
            .chain
            .iter()
            .filter(|one| *one != present.certificate && !(one.is_ca() && one.is_issued_by(one)));
        let chain = std::iter::once(present.certificate).chain(beyond);
        let chain = chain.map(|one| CertificateDer::from(one.as_der().to_vec()));
        let key = Arc::new(TlsKey::new(Arc::new(key)));
        Self {
            certified: Arc::new(CertifiedKey::new(chain.collect(), key)),
            watch,
        }
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(
        &self,
        _: &[&[u8]],
        schemes: &[rustls::SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.certified.key.choose_scheme(schemes)?;
        self.watch.seen().shown = true;
        Some(Arc::clone(&self.certified))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
