//! Which servers are trusted (RFC 7030 section 3.6), and looking at one that is not yet.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::certificate::Certificate;

/// `id-kp-cmcRA` (RFC 6402 section 2.10), the contents of its OID: it stands for an authority,
/// whatever name its server has (RFC 7030 section 3.6.1).
const CMC_RA: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 28];

/// Which server is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// One whose certificate leads to one of these, or is one of these.
    Certificates(Vec<Certificate>),
    /// One whose CA certificate has this SHA-256: it is fetched first, over a connection that
    /// proves nothing, and used for a new one.
    Fingerprint([u8; 32]),
    /// None yet: the fingerprint is fetched and has to be confirmed by a person.
    Unknown,
}

/// The certificates that a server has to lead to, and those that may be on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchors {
    pub(super) anchors: Vec<Certificate>,
    pub(super) intermediates: Vec<Certificate>,
}

/// Verifies servers by [`Anchors`], by path and by name.
///
/// Without any it takes every server, as the first contact of RFC 7030 section 4.1.1 does: nothing
/// but public data goes over such a connection.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) anchors: Option<Anchors>,
    pub(super) provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Refusal> {
        let Some(Anchors {
            anchors: trusted,
            intermediates: known,
        }) = &self.anchors
        else {
            return Ok(());
        };
        let end_entity = EndEntityCert::try_from(leaf)?;
        let pinned = |one: &&Certificate| one.as_der() == leaf.as_ref();
        if let Some(pinned) = trusted.iter().find(pinned) {
            in_time(pinned, now)?;
            return Ok(end_entity.verify_is_valid_for_subject_name(name)?);
        }
        let trusted: Vec<CertificateDer<'_>> = ders(trusted, Certificate::is_ca);
        let anchors: Vec<TrustAnchor<'_>> = trusted
            .iter()
            .filter_map(|der| anchor_from_trusted_cert(der).ok())
            .collect();
        if anchors.is_empty() {
            return Err(Refusal::NoAuthority);
        }
        let mut intermediates = sent.to_vec();
        intermediates.extend(ders(known, |_| true));
        let leads = |usage| {
            let algorithms = self.provider.signature_verification_algorithms.all;
            end_entity
                .verify_for_usage(algorithms, &anchors, &intermediates, now, usage, None, None)
                .map(drop)
        };
        let is_authority = leads(KeyUsage::required(CMC_RA)).is_ok();
        if is_authority {
            return Ok(());
        }
        leads(KeyUsage::server_auth())?;
        Ok(end_entity.verify_is_valid_for_subject_name(name)?)
    }
}

/// Why a server is not the one that is trusted.
#[derive(Debug)]
enum Refusal {
    Path(webpki::Error),
    Certificate(CertificateError),
    NoAuthority,
}

impl From<webpki::Error> for Refusal {
    fn from(error: webpki::Error) -> Self {
        Self::Path(error)
    }
}

/// None of the certificates that are trusted can be what a server leads to.
#[derive(Debug, thiserror::Error)]
#[error("it is not a certificate that is trusted, and none of those is one of a CA")]
pub(super) struct NoAuthority;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.verify(end_entity, intermediates, server_name, now) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(refusal) => Err(rustls::Error::InvalidCertificate(refusal.into())),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

impl From<Refusal> for CertificateError {
    fn from(refusal: Refusal) -> Self {
        use webpki::Error as Path;
        match refusal {
            Refusal::Certificate(error) => error,
            Refusal::NoAuthority => Self::Other(OtherError(Arc::new(NoAuthority))),
            Refusal::Path(error) => match error {
                Path::CertExpired { time, not_after } => Self::ExpiredContext { time, not_after },
                Path::CertNotValidYet { time, not_before } => {
                    Self::NotValidYetContext { time, not_before }
                }
                Path::CertNotValidForName(_) => Self::NotValidForName,
                Path::UnknownIssuer => Self::UnknownIssuer,
                Path::InvalidSignatureForPublicKey => Self::BadSignature,
                Path::RequiredEkuNotFoundContext(_) => Self::InvalidPurpose,
                Path::BadDer | Path::BadDerTime => Self::BadEncoding,
                other => Self::Other(OtherError(Arc::new(other))),
            },
        }
    }
}

fn in_time(certificate: &Certificate, now: UnixTime) -> Result<(), Refusal> {
    let second = |time: jiff::Timestamp| u64::try_from(time.as_second()).unwrap_or(0);
    let at = |time| UnixTime::since_unix_epoch(std::time::Duration::from_secs(second(time)));
    let (not_before, not_after) = (at(certificate.not_before()), at(certificate.not_after()));
    if now < not_before {
        let error = CertificateError::NotValidYetContext {
            time: now,
            not_before,
        };
        return Err(Refusal::Certificate(error));
    }
    if now > not_after {
        let error = CertificateError::ExpiredContext {
            time: now,
            not_after,
        };
        return Err(Refusal::Certificate(error));
    }
    Ok(())
}

fn ders(
    certificates: &[Certificate],
    fits: impl Fn(&Certificate) -> bool,
) -> Vec<CertificateDer<'_>> {
    let fitting = certificates.iter().filter(|one| fits(one));
    fitting
        .map(|one| CertificateDer::from(one.as_der()))
        .collect()
}

/// The certificates among `others` that lead to `anchor`, each through others that do (RFC 7030
/// section 4.1.1): valid ones of CAs only.
pub(super) fn that_lead_to(
    anchor: &Certificate,
    others: &[Certificate],
    now: UnixTime,
) -> Vec<Certificate> {
    let mut leading: Vec<Certificate> = Vec::new();
    let candidates = |one: &&Certificate| one.is_ca() && *one != anchor;
    let mut rest: Vec<&Certificate> = others.iter().filter(candidates).collect();
    while let Some(position) = rest.iter().position(|one| {
        in_time(one, now).is_ok()
            && std::iter::once(anchor)
                .chain(&leading)
                .any(|issuer| one.is_issued_by(issuer))
    }) {
        leading.push(rest.swap_remove(position).clone());
    }
    leading
}
