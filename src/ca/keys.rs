//! Which public keys get a certificate from here.

use super::policy;
use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::key::PublicKey;
use crate::registry::{CertificateRecord, Transaction};
use crate::request::Csr;

/// A public key as the registry names it.
pub(super) fn hash_of(key: &PublicKey) -> String {
    hexadecimal(&key.sha256())
}

/// Refuses keys that are barred, and those that were certified for anybody else.
pub(super) fn check_key_of(records: &mut Transaction<'_>, key: &str, holder: &str) -> Result<()> {
    let certified = records.certificates_of_key(key)?;
    let is_barred = records.is_barred(key)?;
    check_key_among((is_barred, certified.iter()), key, holder)
}

/// The same, where it is known whether the key is barred, and its certificates are among these.
pub(super) fn check_key_among<'r>(
    (is_barred, mut certified): (bool, impl Iterator<Item = &'r CertificateRecord>),
    key: &str,
    holder: &str,
) -> Result<()> {
    let refuse = |reason: &str| {
        Err(Error::KeyRefused {
            reason: reason.to_owned(),
        })
    };
    if is_barred {
        return refuse("it was in other hands");
    }
    let is_strangers = |record: &CertificateRecord| record.key == key && record.holder != holder;
    if certified.any(is_strangers) {
        return refuse("it was certified for somebody else");
    }
    Ok(())
}

/// Proof of possession: of the holder's key, and of no other.
pub(super) fn check_proof(authority: &Certificate, request: &Csr, key: &PublicKey) -> Result<()> {
    if *key == authority.public_key()? {
        return Err(policy::refused("it asks for the authority's own key"));
    }
    request.verify().map_err(|error| match error {
        Error::SignatureWrong { .. } => {
            policy::refused("its signature is not one of the key that it names")
        }
        other => policy::refused(&other.to_string()),
    })
}
