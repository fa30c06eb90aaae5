//! A folder through which requests and certificates pass by hand: an authority reached by mail or
//! by a web page.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Authority, Enrolment, Requirements};
use crate::certificate::{Certificate, MAXIMUM_FILE_BYTES, read_certificates};
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::key::PublicKey;
use crate::profile::Fingerprint;
use crate::request::Csr;

/// How many entries the folder may have: it is read through on every run.
const MAXIMUM_ENTRIES: usize = 4096;

/// A hand-off folder (`files:DIR`).
///
/// A request is written there as `HEX.csr.pem`, named after the first 8 bytes of its public key's
/// SHA-256. The answer is any file there of up to 1 MiB that holds a certificate for that key,
/// whatever it is called. Folders within, symbolic links, files that cannot be read and empty ones
/// are passed over.
#[derive(Clone, Debug)]
pub struct HandoffAuthority {
    folder: PathBuf,
}

impl HandoffAuthority {
    /// The authority behind this folder; [`Error::AuthorityInvalid`] if it is not there.
    pub fn new(folder: impl AsRef<Path>) -> Result<Self> {
        super::existing_folder("files", folder.as_ref()).map(|folder| Self { folder })
    }

    /// The certificates of each file that has any, in the order of the files' names.
    fn bundles(&self) -> Result<Vec<Vec<Certificate>>> {
        let reading = |error| Error::reading(&self.folder, error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(reading)? {
            let entry = entry.map_err(reading)?;
            if paths.len() == MAXIMUM_ENTRIES {
                return Err(Error::AuthorityInvalid {
                    authority: self.name(),
                    reason: format!("the folder has more than {MAXIMUM_ENTRIES} entries"),
                });
            }
            // The length is of the entry itself: what `/proc` has is of none, and may never end.
            let answer = |data: fs::Metadata| data.is_file() && data.len() > 0;
            paths.push((entry.path(), entry.metadata().is_ok_and(answer)));
        }
        paths.sort();
        let bundle = |(path, regular): &(PathBuf, bool)| {
            let bytes = regular
                .then(|| files::read(path, MAXIMUM_FILE_BYTES).ok())
                .flatten()?;
            read_certificates(&path.display().to_string(), &bytes).ok()
        };
        Ok(paths.iter().filter_map(bundle).collect())
    }

    /// Leaves the request in the folder, once.
    fn put(&self, request: &Csr, public_key: &PublicKey) -> Result<PathBuf> {
        let digest = Fingerprint(public_key.sha256()).to_string();
        let name: String = digest.chars().take(16).collect();
        let path = self.folder.join(format!("{name}.csr.pem"));
        let pem = request.to_pem()?;
        match files::read(&path, MAXIMUM_FILE_BYTES) {
            Ok(present) if present == pem.as_bytes() => {}
            // A request for the same key with another subject: the last word counts.
            Ok(_) => files::write(&path, pem.as_bytes(), Access::Public)?,
            Err(_) => files::write_new(&path, pem.as_bytes(), Access::Public)?,
        }
        Ok(path)
    }
}

impl Authority for HandoffAuthority {
    fn name(&self) -> String {
        format!("files:{}", self.folder.display())
    }

    /// Asks nothing of requests, and makes sure that there is room for one.
    fn requirements(&mut self) -> Result<Requirements> {
        files::check_writable(&self.folder.join("room.csr.pem"), true)?;
        Ok(Requirements::default())
    }

    fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        Ok(distinct(
            self.bundles()?
                .into_iter()
                .flatten()
                .filter(Certificate::is_ca),
        ))
    }

    /// What lies in the folder counts too: answers come without their CA as often as not.
    fn has_issued(&mut self, certificate: &Certificate) -> Result<bool> {
        let bundles = self.bundles()?;
        let mut present = bundles.iter().flatten();
        Ok(present.any(|one| one == certificate || certificate.is_issued_by(one)))
    }

    /// Looks for the certificate, the newest if there are several; else leaves the request.
    fn enrol(&mut self, request: &Csr) -> Result<Enrolment> {
        let public_key = request.public_key()?;
        let is_answer =
            |certificate: &Certificate| certificate.public_key().is_ok_and(|key| key == public_key);
        let bundles = self.bundles()?;
        let begins = |bundle: &Vec<Certificate>| {
            bundle
                .iter()
                .filter(|c| is_answer(c))
                .map(Certificate::not_before)
                .max()
        };
        // Of equally new ones the first file's: `max_by_key` would take the last.
        let answer = bundles
            .iter()
            .rev()
            .filter(|bundle| begins(bundle).is_some())
            .max_by_key(|b| begins(b));
        match answer {
            Some(answer) => {
                let beside = bundles
                    .iter()
                    .flatten()
                    .filter(|certificate| certificate.is_ca());
                Ok(Enrolment::Issued(distinct(
                    answer.iter().chain(beside).cloned(),
                )))
            }
            None => Ok(Enrolment::Pending {
                retry_after: None,
                place: self.put(request, &public_key)?.display().to_string(),
            }),
        }
    }
}

fn distinct(certificates: impl Iterator<Item = Certificate>) -> Vec<Certificate> {
    let mut distinct = Vec::new();
    for certificate in certificates {
        if !distinct.contains(&certificate) {
            distinct.push(certificate);
        }
    }
    distinct
}
