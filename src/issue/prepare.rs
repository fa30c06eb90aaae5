//! A key on the token and a signed request for it: the half of issuing that needs no authority.

use std::path::Path;

use jiff::Timestamp;

use super::save_record;
use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::key::{KeyAlgorithm, KeyId, Provenance, SignatureScheme};
use crate::pkcs11::{KeyOrder, Token};
use crate::request::{Csr, RequestTemplate};
use crate::token::{Contents, KeyObject};

/// Which key a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyChoice {
    /// A key that is on the token.
    Existing(KeyId),
    /// A new one.
    New {
        /// The kind of key.
        algorithm: KeyAlgorithm,
        /// `CKA_LABEL`
        label: String,
        /// `CKA_ID` for tokens that have fixed ones; 16 random bytes otherwise.
        id: Option<KeyId>,
    },
}

impl KeyChoice {
    /// A new key with a random `CKA_ID`.
    #[must_use]
    pub fn new(algorithm: KeyAlgorithm, label: impl Into<String>) -> Self {
        Self::New {
            algorithm,
            label: label.into(),
            id: None,
        }
    }
}

/// A request and the key that it is for.
#[derive(Debug)]
#[non_exhaustive]
pub struct Prepared {
    /// The request, verified.
    pub csr: Csr,
    /// `CKA_ID` of the key as the token keeps it.
    pub id: Option<KeyId>,
    /// What was measured of the key.
    pub provenance: Provenance,
}

/// Makes a key, or takes one, and has it sign a request.
///
/// The user must be logged in. Nothing is written down but the provenance record, to the folder
/// `records`: a run cut short leaves a key that only its label tells of. [`RequestOrder`] is the
/// resumable way.
///
/// [`RequestOrder`]: super::RequestOrder
pub fn prepare(
    token: &Token<'_>,
    choice: &KeyChoice,
    request: &RequestTemplate,
    scheme: Option<SignatureScheme>,
    (records, now): (&Path, Timestamp),
    random: &mut dyn FnMut(&mut [u8]) -> Result<()>,
) -> Result<Prepared> {
    let contents = token.contents()?;
    let id = choose_id(token, &contents, choice, random)?;
    let (key, provenance) = match choice {
        KeyChoice::Existing(id) => token.adopt(find_key(token, &contents, id)?, now)?,
        KeyChoice::New {
            algorithm, label, ..
        } => {
            let made = token.generate(&KeyOrder::new(*algorithm, id, label), now)?;
            (made.key, made.provenance)
        }
    };
    save_record(records, &provenance)?;
    let csr = request.sign(&key, scheme.unwrap_or(key.scheme()))?;
    Ok(Prepared {
        csr,
        id: key.id().cloned(),
        provenance,
    })
}

/// The `CKA_ID` of the key that is meant: it must be there, or it must be free.
pub(super) fn choose_id(
    token: &Token<'_>,
    contents: &Contents,
    choice: &KeyChoice,
    random: &mut dyn FnMut(&mut [u8]) -> Result<()>,
) -> Result<KeyId> {
    match choice {
        KeyChoice::Existing(id) => find_key(token, contents, id).map(|_| id.clone()),
        KeyChoice::New { id: Some(id), .. } if contents.uses_id(id) => Err(Error::KeyIdTaken {
            token: token.identity().to_string(),
            id: id.clone(),
        }),
        KeyChoice::New { id: Some(id), .. } => Ok(id.clone()),
        KeyChoice::New { id: None, .. } => free_id(contents, random),
    }
}

/// The private key with this ID.
pub(super) fn find_key<'a>(
    token: &Token<'_>,
    contents: &'a Contents,
    id: &KeyId,
) -> Result<&'a KeyObject> {
    let mut keys = contents
        .private_keys()
        .filter(|key| key.id.as_ref() == Some(id));
    match (keys.next(), keys.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(Error::KeyNotFound {
            token: token.identity().to_string(),
            id: id.clone(),
        }),
        (Some(_), Some(_)) => Err(Error::ObjectAmbiguous {
            wanted: format!("CKA_ID {id}"),
            candidates: "several private keys with the same CKA_ID".to_owned(),
        }),
    }
}

/// 16 random bytes that no object on the token has for its ID.
pub(super) fn free_id(
    contents: &Contents,
    random: &mut dyn FnMut(&mut [u8]) -> Result<()>,
) -> Result<KeyId> {
    loop {
        let mut bytes = [0; 16];
        random(&mut bytes)?;
        let id = KeyId::from(bytes);
        if !contents.uses_id(&id) {
            return Ok(id);
        }
    }
}

/// SHA-256 of the public halves of the private keys that are there.
pub(super) fn public_key_hashes(contents: &Contents) -> Vec<String> {
    let keys = contents
        .private_keys()
        .filter_map(|key| key.public_key.as_ref());
    keys.map(|key| hexadecimal(&key.sha256())).collect()
}
