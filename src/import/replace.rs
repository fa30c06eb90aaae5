//! Tokens that take one certificate per `CKA_ID`: the new one is written beside the old one under
//! another ID, read back, and only then takes its place.

use std::path::Path;

use super::Placed;
use crate::certificate::Certificate;
use crate::error::{Error, Result, ReturnValue};
use crate::files::{self, Access};
use crate::key::KeyId;
use crate::pkcs11::Token;
use crate::token::{CertificateObject, Contents};

/// How OpenSC, tpm2-pkcs11 and their like refuse a second certificate with an ID.
const REFUSALS: [ReturnValue; 5] = [
    ReturnValue::GENERAL_ERROR,
    ReturnValue::FUNCTION_FAILED,
    ReturnValue::ATTRIBUTE_VALUE_INVALID,
    ReturnValue::TEMPLATE_INCONSISTENT,
    ReturnValue::ACTION_PROHIBITED,
];

/// Stores a certificate, replacing an older one only where the token refuses to hold both.
///
/// Returns the certificates that had to go; each is kept as a file in `archive` first, and
/// without an archive nothing is replaced.
pub(super) fn store(
    token: &Token<'_>,
    contents: &Contents,
    one: &Placed<'_>,
    archive: Option<&Path>,
) -> Result<Vec<Certificate>> {
    let Some(id) = one.key.and_then(|key| key.id.as_ref()) else {
        let identifier = match one.key {
            Some(_) => None,
            None => one.certificate.subject_key_identifier(),
        };
        token.store_certificate(one.certificate, identifier.as_deref())?;
        return Ok(Vec::new());
    };
    let refusal = match token.store_certificate(one.certificate, Some(id.as_bytes())) {
        Ok(()) => return Ok(Vec::new()),
        Err(refusal) => refusal,
    };
    let refused = refusal
        .call()
        .is_some_and(|call| REFUSALS.contains(&call.value));
    match archive {
        Some(archive) if refused && can_be_kept(contents, id, one.certificate) => {
            // The refusal may have been about something that has passed: then both can stay.
            if token
                .store_certificate(one.certificate, Some(id.as_bytes()))
                .is_ok()
            {
                return Ok(Vec::new());
            }
            token.store_certificate(one.certificate, Some(&provisional(one.certificate)))?;
            take_place(token, id, one.certificate, archive)
        }
        _ => Err(refusal),
    }
}

/// Finishes a replacement that was cut short: the new certificate is still under its provisional
/// ID.
pub(super) fn finish(
    token: &Token<'_>,
    contents: &Contents,
    one: &Placed<'_>,
    archive: Option<&Path>,
) -> Result<Vec<Certificate>> {
    let id = one.key.and_then(|key| key.id.as_ref());
    match (id, archive) {
        (Some(id), Some(archive)) if find(contents, one.certificate).is_some() => {
            take_place(token, id, one.certificate, archive)
        }
        _ => Ok(Vec::new()),
    }
}

/// True if there are older certificates under the ID, and each can be read and so be kept.
fn can_be_kept(contents: &Contents, id: &KeyId, new: &Certificate) -> bool {
    let mut older = older(contents, id, new).peekable();
    older.peek().is_some() && older.all(|object| object.certificate.is_some())
}

/// Reads the new certificate back, deletes the older ones of its ID, and gives it the ID.
fn take_place(
    token: &Token<'_>,
    id: &KeyId,
    certificate: &Certificate,
    archive: &Path,
) -> Result<Vec<Certificate>> {
    let contents = token.contents()?;
    let new = find(&contents, certificate).ok_or_else(|| Error::NotKept {
        token: token.identity().to_string(),
        what: format!("the certificate of {}", certificate.subject()),
    })?;
    let mut replaced = Vec::new();
    for object in older(&contents, id, certificate) {
        if let Some(old) = &object.certificate {
            let path = super::archived(archive, old);
            files::private_folder(archive)?;
            files::write(&path, old.to_pem()?.as_bytes(), Access::Private)?;
            replaced.push(old.clone());
        }
        token.delete_certificate(object)?;
    }
    token.set_certificate_id(new, id)?;
    Ok(replaced)
}

/// The other certificates under an ID.
fn older<'c>(
    contents: &'c Contents,
    id: &'c KeyId,
    new: &'c Certificate,
) -> impl Iterator<Item = &'c CertificateObject> {
    contents.all_certificates().filter(move |object| {
        object.id.as_ref() == Some(id) && object.certificate.as_ref() != Some(new)
    })
}

/// The certificate under its provisional ID.
fn find<'c>(contents: &'c Contents, certificate: &Certificate) -> Option<&'c CertificateObject> {
    contents.all_certificates().find(|object| {
        object.certificate.as_ref() == Some(certificate) && is_under_way(object, certificate)
    })
}

/// True if the object has the provisional ID of a certificate that is taking another one's place.
pub(super) fn is_under_way(object: &CertificateObject, certificate: &Certificate) -> bool {
    let provisional = provisional(certificate);
    let id = object.id.as_ref();
    id.is_some_and(|id| id.as_bytes() == provisional)
}

/// An ID that a later run finds again: the certificate's own hash, cut to the size of our IDs.
fn provisional(certificate: &Certificate) -> Vec<u8> {
    certificate.sha256().into_iter().take(16).collect()
}
