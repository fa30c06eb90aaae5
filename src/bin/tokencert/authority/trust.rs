//! Which servers are trusted: what was given, what was learnt before, what the profile says, or
//! what the person at the terminal confirms.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokencert::Error;
use tokencert::certificate::{Certificate, MAXIMUM_FILE_BYTES, read_certificates, sanitized};
use tokencert::est::{EstAuthority, Trust, has_another_ca};
use tokencert::files::{self, Access};
use tokencert::profile::{Fingerprint, Profile};

use super::network;
use crate::context::Context;
use crate::i18n::message;
use crate::ui::Ui;

/// How the server is known to be the right one.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct TrustArgs {
    /// What the server's certificate must lead to: a file with the CA's certificates, or
    /// sha256:HEX of the CA's certificate; without it, what the profile says or what was confirmed
    /// before
    #[arg(long, value_name = "FILE|sha256:HEX")]
    trust: Option<TrustSource>,
}

/// The value of `--trust`.
#[derive(Clone, Debug)]
enum TrustSource {
    File(PathBuf),
    Fingerprint([u8; 32]),
}

impl FromStr for TrustSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(digest) = text.strip_prefix("sha256:") else {
            return Ok(Self::File(text.into()));
        };
        let digest = digest.parse::<Fingerprint>();
        digest
            .map(|digest| Self::Fingerprint(digest.0))
            .map_err(|reason| Error::SelectorInvalid {
                selector: sanitized(text),
                reason: reason.to_owned(),
            })
    }
}

/// What is trusted, and where it is kept.
pub(crate) struct Trusted {
    pub(crate) trust: Trust,
    /// The file of what was learnt; none where the user keeps it.
    file: Option<PathBuf>,
    /// The fingerprint of what was learnt in an earlier run.
    learnt: Option<String>,
}

impl TrustArgs {
    /// What is trusted of the server at `url`.
    pub(crate) fn trusted(
        &self,
        url: &str,
        profile: Option<&Profile>,
        context: &Context,
    ) -> Result<Trusted, Error> {
        if let Some(TrustSource::File(path)) = &self.trust {
            return Ok(Trusted {
                trust: Trust::Certificates(read(path)?),
                file: None,
                learnt: None,
            });
        }
        let of_profile = profile.and_then(|profile| profile.ca_fingerprint.as_ref());
        let wanted = match &self.trust {
            Some(TrustSource::Fingerprint(digest)) => Some(*digest),
            _ => of_profile.map(|digest| digest.0),
        };
        let file = context.trust_file(url);
        let known = if file.exists() {
            read(&file)?
        } else {
            Vec::new()
        };
        let fits = |one: &Certificate| wanted.is_none_or(|digest| one.sha256() == digest);
        let learnt = known
            .iter()
            .find(|one| fits(one))
            .map(Certificate::fingerprint);
        let trust = match (&learnt, wanted) {
            (Some(_), _) => Trust::Certificates(known),
            (None, Some(digest)) => Trust::Fingerprint(digest),
            (None, None) => Trust::Unknown,
        };
        Ok(Trusted {
            trust,
            file: Some(file),
            learnt,
        })
    }
}

impl Trusted {
    /// Has the person at the terminal confirm the CA of the server at `url`.
    pub(crate) fn ask(&mut self, url: &str, ui: &Ui) -> Result<(), Error> {
        let rest = url.strip_prefix("https://").unwrap_or(url);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let origin = format!("https://{host}");
        let mut server = EstAuthority::new(&origin, Trust::Unknown, network(&origin, ui))?;
        let offered = server.offered()?;
        self.trust = confirmed(&origin, &offered, ui)?;
        Ok(())
    }

    /// Keeps what a server was trusted by, for later runs.
    pub(crate) fn keep(&mut self, certificates: &[Certificate]) -> Result<(), Error> {
        let Some(file) = self.file.as_ref().filter(|_| self.learnt.is_none()) else {
            return Ok(());
        };
        if certificates.is_empty() {
            return Ok(());
        }
        let pems: Result<Vec<String>, Error> =
            certificates.iter().map(Certificate::to_pem).collect();
        if let Some(folder) = file.parent() {
            files::private_folder(folder)?;
        }
        files::write(file, pems?.concat().as_bytes(), Access::Private)?;
        self.learnt = certificates.first().map(Certificate::fingerprint);
        Ok(())
    }

    /// Says so where the server's CA is not the one of earlier runs.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let changed = has_another_ca(&error);
        match (error, &self.learnt) {
            (Error::ServerUntrusted { authority, .. }, Some(learnt)) if changed => {
                Error::ServerChanged {
                    authority,
                    fingerprint: learnt.clone(),
                }
            }
            (error, _) => error,
        }
    }
}

/// Has the person at the terminal confirm one of the certificates that a server offers.
pub(crate) fn confirmed(authority: &str, offered: &[Certificate], ui: &Ui) -> Result<Trust, Error> {
    // A root is what its owner publishes the fingerprint of.
    let is_root = |one: &&Certificate| one.is_ca() && one.is_issued_by(one);
    let root = offered.iter().find(is_root).or(offered.first());
    let fingerprint = root.map(Certificate::fingerprint).unwrap_or_default();
    let missing = || Error::TrustMissing {
        authority: authority.to_owned(),
        fingerprint: fingerprint.clone(),
    };
    let root = root.ok_or_else(missing)?;
    if !ui.can_ask() {
        return Err(missing());
    }
    let said = message("trust-first").with("authority", authority);
    let said = said.with("subject", root.subject());
    ui.status(&said.with("fingerprint", &fingerprint));
    let answer = ui.ask(&message("ask-trust")).ok().flatten();
    let answer = answer.unwrap_or_default().to_lowercase();
    let yes = ui.word("trust-yes");
    let typed = answer.parse::<Fingerprint>();
    if answer == yes || typed.is_ok_and(|typed| typed.0 == root.sha256()) {
        return Ok(Trust::Fingerprint(root.sha256()));
    }
    Err(missing())
}

fn read(path: &Path) -> Result<Vec<Certificate>, Error> {
    let bytes = files::read(path, MAXIMUM_FILE_BYTES)?;
    read_certificates(&sanitized(&path.display().to_string()), &bytes)
}
