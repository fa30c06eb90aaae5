//! Going on with a run that was stopped, and giving one up.

use jiff::Timestamp;

use super::prepare;
use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::journal::{Entry, Journal, Step};
use crate::key::{KeyAlgorithm, Provenance, PublicKey};
use crate::pkcs11::{KeyOrder, Token, TokenKey};
use crate::token::{Contents, Identity, KeyObject};

/// The key of a run that has not signed its request yet: found again, else made.
///
/// A private key under our ID is ours, for the ID was free and written down before. A public half
/// alone is what a cut-short generation left. A module that refused or replaced the ID left a key
/// that was not there before.
pub(super) fn key_for<'m>(
    algorithm: KeyAlgorithm,
    token: &Token<'m>,
    contents: &mut Contents,
    entry: &mut Entry,
    now: Timestamp,
) -> Result<(TokenKey<'m>, Provenance)> {
    if entry.existing {
        return token.adopt(prepare::find_key(token, contents, &entry.key_id)?, now);
    }
    if let Some(pair) = pair_of_run(contents, entry, algorithm)
        && token.complete_id(pair, &entry.key_id)?
    {
        // The run that made it was cut short before it could set the ID.
        *contents = token.whole_contents()?;
    }
    if let Some(key) = key_of_run(contents, entry, algorithm) {
        let (key, mut provenance) = token.adopt(key, now)?;
        // The journal shows that the key was not there when the run began.
        provenance.birth_witnessed = true;
        entry.key_id = key.id().cloned().unwrap_or_else(|| entry.key_id.clone());
        return Ok((key, provenance));
    }
    for half in contents
        .identities
        .iter()
        .filter(|one| one.private_key.is_none())
    {
        if let Some(public) = half
            .public_key
            .as_ref()
            .filter(|_| half.id() == Some(&entry.key_id))
        {
            token.delete_key(public)?;
        }
    }
    let order = KeyOrder::new(algorithm, entry.key_id.clone(), &entry.label);
    let made = token.generate(&order, now)?;
    if let Some(id) = &made.object.id {
        entry.key_id = id.clone();
    }
    contents.add_private_key(made.object);
    Ok((made.key, made.provenance))
}

fn key_of_run<'a>(
    contents: &'a Contents,
    entry: &Entry,
    algorithm: KeyAlgorithm,
) -> Option<&'a KeyObject> {
    let of_kind = |key: &&KeyObject| key.algorithm == Some(algorithm);
    let ours = contents
        .private_keys()
        .filter(of_kind)
        .find(|key| key.id.as_ref() == Some(&entry.key_id));
    ours.or_else(|| {
        let mut new = contents.private_keys().filter(of_kind).filter(|key| {
            key.public_key
                .as_ref()
                .is_some_and(|key| !was_present(entry, key))
        });
        // Two new keys: at least one is somebody else's, and which one cannot be told.
        new.next().filter(|_| new.next().is_none())
    })
}

/// The pair that the key of the run belongs to.
fn pair_of_run<'a>(
    contents: &'a Contents,
    entry: &Entry,
    algorithm: KeyAlgorithm,
) -> Option<&'a Identity> {
    let key = key_of_run(contents, entry, algorithm)?;
    contents.identities.iter().find(|one| {
        one.private_key
            .as_ref()
            .is_some_and(|own| own.handle == key.handle)
    })
}

fn was_present(entry: &Entry, key: &PublicKey) -> bool {
    entry.present.contains(&hexadecimal(&key.sha256()))
}

/// Fails if the key of a run that has signed its request is no longer on the token.
pub(super) fn check_key(
    token: &Token<'_>,
    contents: &Contents,
    entry: &Entry,
    public_key: &PublicKey,
) -> Result<()> {
    if contents
        .private_keys()
        .any(|key| key.public_key.as_ref() == Some(public_key))
    {
        return Ok(());
    }
    Err(Error::JournalKeyGone {
        id: entry.id.clone(),
        token: token.identity().to_string(),
        key: entry.key_id.clone(),
    })
}

/// What became of the key of a run that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Abandoned {
    /// There was none on the token.
    NoKey,
    /// It was destroyed: the run had made it, and nobody had been asked for a certificate.
    KeyDestroyed,
    /// It is still on the token: the run only took it, or a certificate may have been issued.
    KeyKept,
}

/// Gives an unfinished run up, destroying the key that it made if no certificate can exist for it.
///
/// The user must be logged in to the run's token.
///
/// # Errors
///
/// [`Error::JournalIssued`] if the certificate is there and only has to be put on the token;
/// [`Error::TokenChanged`] if it is another token.
pub fn abandon(token: &Token<'_>, journal: &Journal, entry: &Entry) -> Result<Abandoned> {
    if *token.identity() != entry.purpose.token {
        return Err(Error::TokenChanged {
            expected: entry.purpose.token.to_string(),
            found: token.identity().to_string(),
        });
    }
    let contents = token.contents()?;
    let ours: Vec<&KeyObject> = contents
        .identities
        .iter()
        .filter(|one| one.id() == Some(&entry.key_id))
        .flat_map(|one| [one.public_key.as_ref(), one.private_key.as_ref()])
        .flatten()
        .collect();
    let fate = match entry.step {
        _ if ours.is_empty() => Abandoned::NoKey,
        Step::Issued { .. } => {
            return Err(Error::JournalIssued {
                id: entry.id.clone(),
            });
        }
        Step::Sent { .. } => Abandoned::KeyKept,
        Step::Begun | Step::Requested { .. } if entry.existing => Abandoned::KeyKept,
        Step::Begun | Step::Requested { .. } => Abandoned::KeyDestroyed,
    };
    if fate == Abandoned::KeyDestroyed {
        for key in ours {
            token.delete_key(key)?;
        }
    }
    journal.finish(entry)?;
    Ok(fate)
}
