//! What was begun and not finished: one small file per enrolment, public data only.

mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::key::{KeyId, PublicKey};
use crate::request::{Csr, RequestTemplate};
use crate::token::TokenIdentity;

/// The largest file that is read, in bytes: a chain of [`MAXIMUM_FILE_BYTES`] as PEM and JSON fits.
///
/// [`MAXIMUM_FILE_BYTES`]: crate::certificate::MAXIMUM_FILE_BYTES
const MAXIMUM_BYTES: u64 = 4 * 1024 * 1024;

/// The folder of unfinished enrolments: a file `ID.json` each, replaced in one step.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
}

/// What makes two runs the same enrolment.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The token the key is born on.
    pub token: TokenIdentity,
    /// [`Authority::name`](crate::Authority::name).
    pub authority: String,
    /// The profile's name.
    pub profile: Option<String>,
    /// What the certificate is asked for.
    pub request: RequestTemplate,
    /// The kind of key, for example `rsa:2048`.
    pub key: String,
    /// [`SignatureScheme::name`](crate::key::SignatureScheme::name) of the request's signature.
    pub scheme: String,
    /// What is renewed; `None` for an enrolment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renewed>,
}

/// The certificate in whose place a new one is asked for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewed {
    /// SHA-256 of its DER, in hexadecimal.
    pub certificate: String,
    /// The token that it is on, where that is another one than gets the new one.
    pub token: Option<TokenIdentity>,
}

/// One unfinished enrolment.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// 8 lower-case hexadecimal digits, the file's name; chosen at random by the caller.
    pub id: String,
    /// When it was begun.
    pub begun: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// The key's `CKA_ID`, chosen before the key exists.
    pub key_id: KeyId,
    /// The key's `CKA_LABEL`.
    pub label: String,
    /// The run takes a key that was there before (`--existing`), which is never destroyed.
    pub existing: bool,
    /// SHA-256, in hexadecimal, of the public keys of the private keys that were there before.
    pub present: Vec<String>,
    /// How far it got.
    pub step: Step,
}

/// How far an enrolment got.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The key may or may not exist.
    Begun,
    /// The key exists and its request is signed.
    Requested {
        /// The public half of the key.
        public_key: PublicKey,
        /// The request.
        request: Csr,
    },
    /// The request may or may not have reached the authority.
    Sent {
        /// The public half of the key.
        public_key: PublicKey,
        /// The request.
        request: Csr,
    },
    /// The authority has issued.
    Issued {
        /// The public half of the key.
        public_key: PublicKey,
        /// The request.
        request: Csr,
        /// The certificate, then those of its chain.
        chain: Vec<Certificate>,
    },
}

impl Journal {
    /// The journal in this folder, which is made when it is first written to.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every unfinished enrolment, oldest first.
    ///
    /// Files of other names, such as the temporary file of a write that was cut short, are passed
    /// over. One that cannot be read is an [`Error::JournalUnreadable`] that names it: what it
    /// stood for must not be forgotten silently.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let (entries, mut unreadable) = self.readable_entries()?;
        unreadable.pop().map_or(Ok(entries), Err)
    }

    /// Every unfinished enrolment that can be read, oldest first, and an
    /// [`Error::JournalUnreadable`] for each of the others. For those who only look.
    pub fn readable_entries(&self) -> Result<(Vec<Entry>, Vec<Error>)> {
        let listing = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
            listing => listing.map_err(|error| Error::reading(&self.folder, error))?,
        };
        let (mut entries, mut unreadable) = (Vec::new(), Vec::new());
        for file in listing {
            let name = file
                .map_err(|error| Error::reading(&self.folder, error))?
                .file_name();
            let Some(id) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
                continue;
            };
            if is_id(id) {
                // A run that finishes at this moment takes its file away.
                match self.read(id) {
                    Ok(entry) => entries.extend(entry),
                    Err(error) => unreadable.push(error),
                }
            }
        }
        entries.sort_by(|a, b| (a.begun, &a.id).cmp(&(b.begun, &b.id)));
        Ok((entries, unreadable))
    }

    /// The enrolment of this ID, or [`Error::JournalNotFound`].
    pub fn entry(&self, id: &str) -> Result<Entry> {
        let found = if is_id(id) { self.read(id)? } else { None };
        found.ok_or_else(|| Error::JournalNotFound { id: id.to_owned() })
    }

    /// The unfinished enrolment for this purpose, which the next run goes on with.
    pub fn find(&self, purpose: &Purpose) -> Result<Option<Entry>> {
        Ok(self
            .entries()?
            .into_iter()
            .find(|entry| entry.purpose == *purpose))
    }

    /// Fails if nothing could be written down: on a full or read-only disk, which is better known
    /// before a token is touched.
    pub fn check(&self) -> Result<()> {
        files::private_folder(&self.folder)?;
        files::check_writable(&self.folder.join("room"), true)
    }

    /// Writes or replaces the enrolment's file; when it returns, the file survives a power cut.
    pub fn save(&self, entry: &Entry) -> Result<()> {
        let path = self.path(&entry.id);
        if !is_id(&entry.id) {
            return Err(unreadable(&path, &"its name is not 8 hexadecimal digits"));
        }
        let json = record::to_json(entry)
            .map_err(|error| Error::writing(&path, io::Error::other(error)))?;
        files::private_folder(&self.folder)?;
        // What follows a beginning is to find room as well.
        if entry.step == Step::Begun {
            self.check()?;
        }
        files::write(&path, json.as_bytes(), Access::Private)
    }

    /// Removes the enrolment's file, if it is there.
    pub fn finish(&self, entry: &Entry) -> Result<()> {
        if is_id(&entry.id) {
            files::remove(&self.path(&entry.id))
        } else {
            Ok(())
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn read(&self, id: &str) -> Result<Option<Entry>> {
        let path = self.path(id);
        let bytes = match files::read(&path, MAXIMUM_BYTES) {
            Err(Error::FileRead { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            bytes => bytes.map_err(|error| unreadable(&path, &error))?,
        };
        let entry = record::from_json(&bytes).map_err(|reason| unreadable(&path, &reason))?;
        if entry.id != id {
            return Err(unreadable(
                &path,
                &format!("it calls itself `{}`", entry.id),
            ));
        }
        Ok(Some(entry))
    }
}

impl Step {
    /// The step's name: `begun`, `requested`, `sent` or `issued`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Requested { .. } => "requested",
            Self::Sent { .. } => "sent",
            Self::Issued { .. } => "issued",
        }
    }

    /// The public half of the key and its request, once there are any.
    #[must_use]
    pub fn request(&self) -> Option<(&PublicKey, &Csr)> {
        match self {
            Self::Begun => None,
            Self::Requested {
                public_key,
                request,
            }
            | Self::Sent {
                public_key,
                request,
            }
            | Self::Issued {
                public_key,
                request,
                ..
            } => Some((public_key, request)),
        }
    }
}

fn is_id(id: &str) -> bool {
    id.len() == 8
        && id
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn unreadable(path: &Path, reason: &dyn ToString) -> Error {
    Error::JournalUnreadable {
        path: path.display().to_string(),
        reason: crate::certificate::sanitized(&reason.to_string()),
    }
}
