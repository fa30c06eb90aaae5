//! What a connection that failed means.

use std::io;

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};

use super::transport::Seen;
use crate::authority::AccessRefusal;
use crate::error::Error;

/// Why a server is not trusted whose CA is not the one that is known, whatever it calls itself.
const ANOTHER_CA: &str = "its certificate does not lead to a CA that is trusted";
const NAMESAKE: &str = "a signature in its chain is wrong";

/// True for a server that is not trusted because its CA is another one, and not for its name, its
/// time, or what else is wrong with its certificate.
#[must_use]
pub fn has_another_ca(error: &Error) -> bool {
    matches!(error, Error::ServerUntrusted { reason, .. } if [ANOTHER_CA, NAMESAKE].contains(&reason.as_str()))
}

/// What became of an exchange that has no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server is not the one that is trusted.
    Untrusted(String),
    /// The same, and it is a matter of time: the clock here may be wrong.
    Untimely(String),
    /// The server does not accept our certificate.
    Refused(AccessRefusal),
    /// The server hung up on our certificate, or for any other reason.
    HungUp,
    /// It was not reached.
    Unreachable(String),
    /// It answered, but not whole.
    Answer(String),
}

impl Failure {
    /// Reads the traces that an exchange left; `capped` says that TLS 1.3 was not offered.
    pub(super) fn of(error: &ureq::Error, seen: &Seen, capped: bool) -> Self {
        match &seen.failure {
            Some(rustls::Error::InvalidCertificate(error)) => of_certificate(error),
            Some(rustls::Error::AlertReceived(alert)) => of_alert(*alert, seen, capped),
            Some(rustls::Error::InvalidMessage(_)) => {
                Self::Answer("it does not speak TLS there".to_owned())
            }
            Some(failure) => Self::Unreachable(format!("TLS: {failure}")),
            None => of_http(error, seen),
        }
    }

    /// The error of the library.
    pub(super) fn into_error(self, authority: &str, subject: Option<String>) -> Error {
        let authority = authority.to_owned();
        match self {
            Self::Untrusted(reason) | Self::Untimely(reason) => {
                Error::ServerUntrusted { authority, reason }
            }
            Self::Refused(reason) => Error::CertificateRefused {
                authority,
                subject: subject.unwrap_or_default(),
                reason,
            },
            Self::HungUp => Error::AuthorityUnreachable {
                authority,
                reason: "it hung up".to_owned(),
            },
            Self::Unreachable(reason) => Error::AuthorityUnreachable { authority, reason },
            Self::Answer(reason) => Error::AuthorityAnswer { authority, reason },
        }
    }
}

fn of_certificate(error: &CertificateError) -> Failure {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            Failure::Untimely(format!("its certificate expired at {}", at(*not_after)))
        }
        CertificateError::NotValidYetContext { not_before, .. } => Failure::Untimely(format!(
            "its certificate is valid from {} on",
            at(*not_before)
        )),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Failure::Untrusted("its certificate is for another name".to_owned())
        }
        CertificateError::UnknownIssuer => Failure::Untrusted(ANOTHER_CA.to_owned()),
        CertificateError::BadSignature => Failure::Untrusted(NAMESAKE.to_owned()),
        CertificateError::InvalidPurpose => {
            Failure::Untrusted("its certificate is not one for servers".to_owned())
        }
        CertificateError::Other(other) => Failure::Untrusted(other.to_string()),
        other => Failure::Untrusted(format!("its certificate does not do: {other}")),
    }
}

/// A moment as it is printed.
fn at(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    moment.to_string()
}

fn of_alert(alert: AlertDescription, seen: &Seen, capped: bool) -> Failure {
    use AlertDescription as Alert;
    let refused = match alert {
        Alert::CertificateExpired => Some(AccessRefusal::Expired),
        Alert::CertificateRevoked => Some(AccessRefusal::Revoked),
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied
        | Alert::DecryptError
        | Alert::CertificateRequired
        | Alert::HandshakeFailure => Some(AccessRefusal::Unknown),
        _ => None,
    };
    match refused {
        Some(reason) if seen.shown => Failure::Refused(reason),
        _ => Failure::Unreachable(match alert {
            Alert::ProtocolVersion | Alert::InsufficientSecurity | Alert::HandshakeFailure
                if capped =>
            {
                "it wants TLS 1.3, for which the key on the token lacks RSA-PSS".to_owned()
            }
            Alert::ProtocolVersion => "it speaks neither TLS 1.2 nor TLS 1.3".to_owned(),
            Alert::HandshakeFailure | Alert::InsufficientSecurity => {
                "it has no cipher or signature in common with this program".to_owned()
            }
            Alert::CertificateRequired => "it wants a certificate".to_owned(),
            other => format!("it ended the TLS connection with {other:?}"),
        }),
    }
}

fn of_http(error: &ureq::Error, seen: &Seen) -> Failure {
    let hung_up = match error {
        ureq::Error::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        ),
        _ => false,
    };
    match error {
        _ if hung_up && !seen.answered => Failure::HungUp,
        _ if hung_up => Failure::Answer("it ends too early".to_owned()),
        ureq::Error::BodyExceedsLimit(limit) => {
            Failure::Answer(format!("it is larger than {limit} bytes"))
        }
        ureq::Error::LargeResponseHeader(_, limit) => {
            Failure::Answer(format!("its head is larger than {limit} bytes"))
        }
        ureq::Error::Protocol(error) if seen.answered => {
            Failure::Answer(format!("it is no answer of HTTP/1.1: {error}"))
        }
        ureq::Error::HostNotFound => {
            Failure::Unreachable("there is no server of this name".to_owned())
        }
        ureq::Error::Timeout(_) => Failure::Unreachable("it takes too long to answer".to_owned()),
        other => Failure::Unreachable(other.to_string()),
    }
}
