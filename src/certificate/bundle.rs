//! Files that hold certificates.

use std::collections::BTreeSet;

use super::Certificate;
use super::form::{Form, forms_in};
use crate::error::{Error, Result};

/// The largest file that is read, in bytes.
pub const MAXIMUM_FILE_BYTES: u64 = 1024 * 1024;

/// Reads every certificate of a file, in its order and each once.
///
/// PEM with one or many and text around them, DER, certs-only PKCS#7 as PEM, DER or BER, and any of
/// the binary forms in base64 without armour. `name` names the file in errors.
///
/// # Errors
///
/// [`Error::PrivateKeyFile`] for PKCS#12 and whatever holds a private key,
/// [`Error::FileTooLarge`] over [`MAXIMUM_FILE_BYTES`], else [`Error::CertificateUnreadable`] with
/// what the file is instead.
pub fn read_certificates(name: &str, bytes: &[u8]) -> Result<Vec<Certificate>> {
    check_size(name, bytes)?;
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut reason = None;
    for form in forms_in(bytes) {
        match form {
            Form::Certificates(found) => {
                let is_new = |certificate: &Certificate| seen.insert(certificate.sha256());
                certificates.extend(found.into_iter().filter(is_new));
            }
            Form::PrivateKey => {
                return Err(Error::PrivateKeyFile {
                    name: name.to_owned(),
                });
            }
            Form::Damaged(reason) => return Err(unreadable(name, reason)),
            Form::Request(_) => reason = reason.or(Some("it is a certificate request")),
            Form::Foreign(foreign) => reason = reason.or(Some(foreign)),
        }
    }
    match reason {
        Some(reason) if certificates.is_empty() => Err(unreadable(name, reason)),
        _ => Ok(certificates),
    }
}

/// The DER of the first certification request of a file.
pub(crate) fn read_request(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    check_size(name, bytes)?;
    let mut reason = None;
    for form in forms_in(bytes) {
        let found = match form {
            Form::Request(der) => return Ok(der),
            Form::Certificates(_) => "it is a certificate",
            Form::PrivateKey => "it holds a private key",
            Form::Foreign(reason) | Form::Damaged(reason) => reason,
        };
        reason = reason.or(Some(found));
    }
    let reason = reason.unwrap_or_default().to_owned();
    Err(Error::RequestUnreadable {
        name: name.to_owned(),
        reason,
    })
}

fn check_size(name: &str, bytes: &[u8]) -> Result<()> {
    match u64::try_from(bytes.len()) {
        Ok(size) if size <= MAXIMUM_FILE_BYTES => Ok(()),
        size => Err(Error::FileTooLarge {
            name: name.to_owned(),
            size: size.unwrap_or(u64::MAX),
            limit: MAXIMUM_FILE_BYTES,
        }),
    }
}

fn unreadable(name: &str, reason: &str) -> Error {
    Error::CertificateUnreadable {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}
