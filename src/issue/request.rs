//! A request without an authority: the key and its signed CSR, resumable like an enrolment.

use super::prepare::{self, KeyChoice, Prepared};
use super::resume;
use super::save_record;
use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::journal::{Entry, Journal, Purpose, Step};
use crate::key::{SignatureScheme, SigningKey};
use crate::pkcs11::Token;
use crate::request::{Csr, RequestTemplate};
use crate::token::{Contents, TokenIdentity};
use jiff::Timestamp;
use std::path::Path;

/// A request that is written to a file, to be certified by whoever gets it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestOrder {
    /// Which key.
    pub key: KeyChoice,
    /// What the certificate is asked for.
    pub request: RequestTemplate,
    /// How the request is signed; the usual scheme of the key otherwise.
    pub scheme: Option<SignatureScheme>,
    /// Where the request goes, which is part of what makes two runs the same.
    pub place: String,
}

/// What a request is given.
#[expect(missing_debug_implementations, reason = "it holds a borrowed function")]
pub struct RequestSurroundings<'a> {
    /// Where unfinished runs are written down.
    pub journal: &'a Journal,
    /// The folder of provenance records.
    pub records: &'a Path,
    /// The time.
    pub now: Timestamp,
    /// Randomness for IDs.
    pub random: &'a mut dyn FnMut(&mut [u8]) -> Result<()>,
}

/// A request that was made and not yet forgotten by the journal.
#[derive(Debug)]
#[non_exhaustive]
pub struct Requested {
    /// The request and its key.
    pub prepared: Prepared,
    /// True if an earlier run had begun it.
    pub resumed: bool,
    entry: Entry,
}

impl Requested {
    /// Removes the journal's entry. To be called once the request is where it should be and after
    /// the last call into the module.
    pub fn finish(&self, journal: &Journal) -> Result<()> {
        journal.finish(&self.entry)
    }
}

impl RequestOrder {
    /// An order for a request.
    #[must_use]
    pub fn new(key: KeyChoice, request: RequestTemplate, place: impl Into<String>) -> Self {
        Self {
            key,
            request,
            scheme: None,
            place: place.into(),
        }
    }

    /// Makes the key and the request, or goes on where an earlier run in the same words was
    /// stopped: no second key is made. The user must be logged in.
    ///
    /// # Errors
    ///
    /// [`Error::KeyIdTaken`], [`Error::KeyNotFound`] and [`Error::KeyScheme`]
    /// before anything is made, and what generating and signing can meet.
    pub fn run(&self, token: &Token<'_>, with: &mut RequestSurroundings<'_>) -> Result<Requested> {
        let purpose = self.purpose(token.identity());
        let unfinished = with.journal.find(&purpose)?;
        let resumed = unfinished.is_some();
        let mut contents = if resumed {
            token.whole_contents()?
        } else {
            token.contents()?
        };
        self.check_scheme(token, &contents)?;
        let mut entry = match unfinished {
            Some(entry) => entry,
            None => self.begin(token, &contents, purpose, with)?,
        };
        let (key, provenance) = match &self.key {
            KeyChoice::Existing(id) => {
                token.adopt(prepare::find_key(token, &contents, id)?, with.now)?
            }
            KeyChoice::New { algorithm, .. } => {
                if let Some((public_key, _)) = entry.step.request() {
                    resume::check_key(token, &contents, &entry, public_key)?;
                }
                let search = resume::Search {
                    algorithm: *algorithm,
                    journal: with.journal,
                    records: with.records,
                    now: with.now,
                };
                resume::key_for(&search, token, &mut contents, &mut entry)?
            }
        };
        save_record(with.records, &provenance)?;
        let csr = match entry.step.request() {
            Some((public_key, csr)) if public_key == key.public_key() => csr.clone(),
            _ => self
                .request
                .sign(&key, self.scheme.unwrap_or(key.scheme()))?,
        };
        // From here on the request may be anywhere: its key is not destroyed any more.
        entry.step = Step::Sent {
            public_key: key.public_key().clone(),
            request: csr.clone(),
        };
        with.journal.save(&entry)?;
        let prepared = Prepared {
            csr,
            id: key.id().cloned(),
            provenance,
        };
        Ok(Requested {
            prepared,
            resumed,
            entry,
        })
    }

    /// True if an unfinished run has made just this request and may have put it in its place.
    pub fn may_have_written(journal: &Journal, place: &str, csr: &Csr) -> Result<bool> {
        let authority = authority(place);
        Ok(journal.entries()?.iter().any(|entry| {
            entry.purpose.authority == authority
                && entry
                    .step
                    .request()
                    .is_some_and(|(_, written)| written == csr)
        }))
    }

    /// Where the request of an unfinished run goes; `None` for a run that is an enrolment.
    #[must_use]
    pub fn place_of(entry: &Entry) -> Option<&str> {
        entry.purpose.authority.strip_prefix(PREFIX)
    }

    /// Fails before anything is written down if the key cannot sign as it should.
    fn check_scheme(&self, token: &Token<'_>, contents: &Contents) -> Result<()> {
        let algorithm = match &self.key {
            KeyChoice::Existing(id) => token
                .key(prepare::find_key(token, contents, id)?)?
                .public_key()
                .algorithm(),
            KeyChoice::New { algorithm, .. } => Some(*algorithm),
        };
        match (self.scheme, algorithm) {
            (Some(scheme), Some(algorithm)) if !scheme.suits(algorithm) => Err(Error::KeyScheme {
                algorithm: algorithm.to_string(),
                scheme: scheme.name().to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn begin(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        purpose: Purpose,
        with: &mut RequestSurroundings<'_>,
    ) -> Result<Entry> {
        let key_id = prepare::choose_id(token, contents, &self.key, with.random)?;
        let (label, existing) = match &self.key {
            KeyChoice::Existing(_) => (String::new(), true),
            KeyChoice::New { label, .. } => (label.clone(), false),
        };
        let mut name = [0; 4];
        (with.random)(&mut name)?;
        let entry = Entry {
            id: hexadecimal(&name),
            begun: with.now,
            purpose,
            key_id,
            label,
            existing,
            present: prepare::public_key_hashes(contents),
            step: Step::Begun,
        };
        with.journal.save(&entry)?;
        Ok(entry)
    }

    fn purpose(&self, token: &TokenIdentity) -> Purpose {
        let key = match &self.key {
            KeyChoice::Existing(id) => format!("existing:{id}"),
            KeyChoice::New {
                algorithm,
                id: Some(id),
                ..
            } => format!("{algorithm}:{id}"),
            KeyChoice::New {
                algorithm,
                id: None,
                ..
            } => algorithm.to_string(),
        };
        Purpose {
            token: token.clone(),
            authority: authority(&self.place),
            profile: None,
            request: self.request.clone(),
            key,
            scheme: self
                .scheme
                .map_or("default", SignatureScheme::name)
                .to_owned(),
            renews: None,
        }
    }
}

/// How the journal tells requests from enrolments.
const PREFIX: &str = "request:";

fn authority(place: &str) -> String {
    format!("{PREFIX}{place}")
}
