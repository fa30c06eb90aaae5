//! The port to a certificate authority, named after the operations of RFC 7030.

mod folder;
mod handoff;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::request::Csr;

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

    /// Asks for a certificate (RFC 7030 section 4.2).
    ///
    /// The same request again gets the same certificate again, or is still pending: a lost answer
    /// costs nothing.
    fn enrol(&mut self, request: &Csr) -> Result<Enrolment>;
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
