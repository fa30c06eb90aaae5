//! Going on with a run that was stopped, and giving one up.

use std::path::Path;

use jiff::Timestamp;

use super::prepare;
use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::journal::{Entry, Journal, Step};
use crate::key::{KeyAlgorithm, Provenance, PublicKey};
use crate::pkcs11::{KeyOrder, Token, TokenKey};
use crate::token::{Contents, Identity, KeyObject};

/// What is needed to find a run's key again.
pub(super) struct Search<'a> {
    /// The kind of key that the run makes.
    pub(super) algorithm: KeyAlgorithm,
    /// Other runs, whose keys are not ours.
    pub(super) journal: &'a Journal,
    /// The provenance records, which name the run that made a key.
    pub(super) records: &'a Path,
    /// The time.
    pub(super) now: Timestamp,
}

/// The key of a run that has not signed its request yet: found again, else made.
///
/// A private key under our ID is ours, for the ID was free and written down before. A public half
/// alone is what a cut-short generation left. A module that refused or replaced the ID left a key
/// that was not there before; it may be somebody else's, so it is never destroyed.
pub(super) fn key_for<'m>(
    search: &Search<'_>,
    token: &Token<'m>,
    contents: &mut Contents,
    entry: &mut Entry,
) -> Result<(TokenKey<'m>, Provenance)> {
    if entry.existing {
        let key = prepare::find_key(token, contents, &entry.key_id)?;
        return token.adopt(key, search.now);
    }
    let is_ours = |one: &&Identity| {
        let key = one.private_key.as_ref();
        key.is_some_and(|key| key.id.as_ref() == Some(&entry.key_id))
    };
    if let Some(pair) = contents.identities.iter().find(is_ours)
        && token.complete_id(pair, &entry.key_id)?
    {
        // The run that made it was cut short between the IDs of the two halves.
        *contents = token.whole_contents()?;
    }
    let ours = contents.identities.iter().find(is_ours);
    let ours = ours.and_then(|one| one.private_key.as_ref());
    if let Some(key) = ours.filter(|key| key.algorithm == Some(search.algorithm)) {
        let (key, mut provenance) = token.adopt_own(key, contents, search.now)?;
        // The journal shows that the key was not there when the run began.
        provenance.birth_witnessed = true;
        provenance.run = Some(entry.id.clone());
        return Ok((key, provenance));
    }
    if let Some(pair) = search.stray(contents, entry)? {
        if let Some(id) = pair.id() {
            entry.key_id = id.clone();
        } else {
            token.complete_id(pair, &entry.key_id)?;
            *contents = token.whole_contents()?;
        }
        entry.existing = true;
        let key = prepare::find_key(token, contents, &entry.key_id)?;
        return token.adopt(key, search.now);
    }
    make(search, token, contents, entry)
}

/// Makes the key, after clearing away the public half that a cut-short generation left.
fn make<'m>(
    search: &Search<'_>,
    token: &Token<'m>,
    contents: &mut Contents,
    entry: &mut Entry,
) -> Result<(TokenKey<'m>, Provenance)> {
    let halves = contents
        .identities
        .iter()
        .filter(|one| one.private_key.is_none());
    for half in halves.filter(|one| one.id() == Some(&entry.key_id)) {
        if let Some(public) = &half.public_key {
            token.delete_key(public)?;
        }
    }
    let order = KeyOrder::new(search.algorithm, entry.key_id.clone(), &entry.label);
    let mut made = token.generate(&order, search.now)?;
    if let Some(id) = &made.object.id {
        entry.key_id = id.clone();
    }
    made.provenance.run = Some(entry.id.clone());
    contents.add_private_key(made.object);
    Ok((made.key, made.provenance))
}

impl Search<'_> {
    /// The one key that can only be this run's, made by a module with its own mind about IDs: new
    /// since the run began, of our kind and label, without certificate, and no other run's.
    fn stray<'a>(&self, contents: &'a Contents, entry: &Entry) -> Result<Option<&'a Identity>> {
        let others: Vec<Entry> = self.journal.entries()?;
        let others: Vec<&Entry> = others.iter().filter(|other| other.id != entry.id).collect();
        let mut candidates = contents.identities.iter().filter(|one| {
            let Some(key) = one
                .private_key
                .as_ref()
                .filter(|_| one.certificates.is_empty())
            else {
                return false;
            };
            let label = key.label.as_deref();
            key.algorithm == Some(self.algorithm)
                && label.is_none_or(|label| label == entry.label)
                && key.public_key.as_ref().is_some_and(|public| {
                    !entry.present.contains(&hexadecimal(&public.sha256()))
                        && !others.iter().any(|other| is_of(other, key, public))
                        && !self.is_recorded_elsewhere(public, entry)
                })
        });
        let first = candidates.next();
        // Of two, at least one is somebody else's, and which one cannot be told.
        Ok(first.filter(|_| candidates.next().is_none()))
    }

    /// True if a record says that another run made the key.
    fn is_recorded_elsewhere(&self, key: &PublicKey, entry: &Entry) -> bool {
        super::read_record(self.records, key)
            .is_some_and(|record| record.run.as_ref() != Some(&entry.id))
    }
}

/// True if a run is about this key.
fn is_of(run: &Entry, key: &KeyObject, public: &PublicKey) -> bool {
    key.id.as_ref() == Some(&run.key_id)
        || run.step.request().is_some_and(|(used, _)| used == public)
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
/// The user must be logged in to the run's token. After the last call into the module, forget the
/// run with [`Journal::finish`].
///
/// # Errors
///
/// [`Error::JournalIssued`] if the certificate is there and only has to be put on the token;
/// [`Error::TokenChanged`] if it is another token.
pub fn abandon(token: &Token<'_>, entry: &Entry, now: Timestamp) -> Result<Abandoned> {
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
    let valid = |leaf: &Certificate| !leaf.has_expired(now);
    let fate = match &entry.step {
        _ if ours.is_empty() => Abandoned::NoKey,
        Step::Issued { chain, .. } if chain.first().is_some_and(valid) => {
            return Err(Error::JournalIssued {
                id: entry.id.clone(),
            });
        }
        Step::Issued { .. } | Step::Sent { .. } => Abandoned::KeyKept,
        Step::Begun | Step::Requested { .. } if entry.existing => Abandoned::KeyKept,
        Step::Begun | Step::Requested { .. } => Abandoned::KeyDestroyed,
    };
    if fate == Abandoned::KeyDestroyed {
        for key in ours {
            token.delete_key(key)?;
        }
    }
    Ok(fate)
}
