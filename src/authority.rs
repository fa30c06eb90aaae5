//! The port to a certificate authority, named after the operations of RFC 7030.

mod account;
mod code;
mod folder;
mod handoff;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::{KeyAlgorithm, SigningKey};
use crate::request::Csr;

pub use account::{AccountProvider, LoggedIn, LoginService};
pub use code::EnrolmentCode;
pub use folder::FolderAuthority;
pub use handoff::HandoffAuthority;

/// A certificate authority.
pub trait Authority {
    /// What the journal and messages call it, for example `dir:/srv/ca`; the same for every run.
    fn name(&self) -> String;

    /// The authority's own certificates, in no particular order (RFC 7030 section 4.1).
    fn ca_certificates(&mut self) -> Result<Vec<Certificate>>;

    /// True if the certificate is one of this authority's.
    fn has_issued(&mut self, certificate: &Certificate) -> Result<bool> {
        let issuers = self.ca_certificates()?;
        Ok(issuers
            .iter()
            .any(|issuer| certificate.is_issued_by(issuer)))
    }

    /// Gets ready for a request that will come when somebody has logged in to the token and the key
    /// is made, unless one of them fails.
    ///
    /// Nothing is asked for yet, and what fails is told by the request.
    fn prepare(&mut self) {}

    /// Asks for a certificate (RFC 7030 section 4.2).
    ///
    /// The same request again gets the same certificate again, or is still pending: a lost answer
    /// costs nothing.
    fn enrol(&mut self, request: &Csr) -> Result<Enrolment>;

    /// Asks for a certificate in place of `present` (RFC 7030 section 4.2.2), proving possession of
    /// its key where the authority can be shown that.
    ///
    /// The same request again gets the same certificate again.
    fn reenrol(&mut self, request: &Csr, present: &Present<'_>) -> Result<Enrolment> {
        let _ = present;
        self.enrol(request)
    }

    /// What requests must be like (RFC 7030 section 4.5), asked before anything is generated.
    fn requirements(&mut self) -> Result<Requirements> {
        Ok(Requirements::default())
    }
}

/// A certificate whose key is at hand, to prove who asks.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The certificates of its chain, issuer first; the root may be missing.
    pub chain: &'a [Certificate],
    /// Its key.
    pub key: &'a (dyn SigningKey + Sync),
}

impl fmt::Debug for Present<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Present")
            .field("certificate", &self.certificate.fingerprint())
            .finish_non_exhaustive()
    }
}

/// What an authority asks of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirements {
    /// The kinds of key that it names; none where it names none.
    pub keys: Vec<KeyAlgorithm>,
}

/// Why a server does not accept a certificate that is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessRefusal {
    /// It has expired.
    Expired,
    /// It was revoked.
    Revoked,
    /// A newer one has logged in, or was issued in its place.
    Superseded,
    /// Its holder is suspended.
    Suspended,
    /// It is another holder's than the one expected here.
    WrongHolder,
    /// The server did not say.
    Unknown,
}

impl AccessRefusal {
    const ALL: [Self; 6] = [
        Self::Expired,
        Self::Revoked,
        Self::Superseded,
        Self::Suspended,
        Self::WrongHolder,
        Self::Unknown,
    ];

    /// Its name in the server's answer, for example `wrong-holder`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Suspended => "suspended",
            Self::WrongHolder => "wrong-holder",
            Self::Unknown => "unknown",
        }
    }

    /// The refusal of this name; [`AccessRefusal::Unknown`] for any other.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|one| one.name() == name);
        known.unwrap_or(Self::Unknown)
    }
}

/// The reason; with `{:#}`, what to do next.
impl fmt::Display for AccessRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, next) = match self {
            Self::Expired => ("it has expired", "get a new one with `tokencert issue`"),
            Self::Revoked => (
                "it was revoked",
                "ask whoever looks after it for a reissue, then run `tokencert issue --another`",
            ),
            Self::Superseded => (
                "a newer one has taken its place",
                "use the newer one; `tokencert list` shows what is on the token",
            ),
            Self::Suspended => (
                "its holder is suspended",
                "ask whoever suspended the use of it",
            ),
            Self::WrongHolder => (
                "it is another holder's than the one expected here",
                "choose the certificate of the right holder",
            ),
            Self::Unknown => (
                "the server did not say why",
                "see with `tokencert status` whether it is valid, then ask the server's operator",
            ),
        };
        f.write_str(if f.alternate() { next } else { reason })
    }
}

/// An authority's answer to a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Enrolment {
    /// The certificate, and those of its chain that came along, in any order.
    Issued(Vec<Certificate>),
    /// Not yet: the request is with the authority.
    Pending {
        /// When to ask again, where the authority says it.
        retry_after: Option<Duration>,
        /// Where the request was put or what is awaited, for the user.
        place: String,
    },
}

/// The one path of a folder that is there, so that its authority has one name in every run.
fn existing_folder(scheme: &str, folder: &Path) -> Result<PathBuf> {
    let invalid = |reason: String| Error::AuthorityInvalid {
        authority: format!("{scheme}:{}", folder.display()),
        reason,
    };
    match folder.canonicalize() {
        Ok(path) if path.is_dir() => Ok(path),
        Ok(_) => Err(invalid("it is not a folder".to_owned())),
        Err(error) => Err(invalid(error.to_string())),
    }
}
