//! Manifests: which token of a box gets which certificate, as a table that a spreadsheet has written.
//!
//! A manifest is a CSV file (RFC 4180) in UTF-8, with or without a byte order mark. Its first line
//! names the columns, in any order:
//!
//! | column | what |
//! |---|---|
//! | `serial` | the token's serial number; empty for whichever token comes next |
//! | `label` | the label that the token is given when it is initialised |
//! | `holder` | the account at the authority, `CONTRACT` or `CONTRACT/USER` |
//! | `subject` | the subject, where the authority does not know it: `CN=Taro Yamada` |
//! | `name` | the holder's name, for the profile's template of a subject |
//! | `san` | alternative names (`email:taro@example.jp`), parted by blanks |
//! | `key` | the kind of key, `rsa:2048` |
//! | `code` | the enrolment code |
//! | `expires` | until when the code can be used; for people, and not read |
//! | `note` | anything, and not read |
//!
//! Each row names whom it is for by `holder` or `subject`, and no two rows name the same.

mod encoding;
mod rows;
mod write;

use std::path::Path;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::authority::EnrolmentCode;
use crate::error::{Error, Result};
use crate::key::KeyAlgorithm;
use crate::request::AlternativeName;

/// The largest manifest that is read, in bytes: some ten thousand rows.
pub const MAXIMUM_BYTES: u64 = 4 * 1024 * 1024;

/// The columns that there can be.
pub const COLUMNS: &[&str] = &[
    "serial", "label", "holder", "subject", "name", "san", "key", "code", "expires", "note",
];

/// A manifest that was read.
#[derive(Debug)]
pub struct Manifest {
    /// The rows, in their order.
    pub rows: Vec<Row>,
    /// The columns as they stand in the file.
    columns: Vec<&'static str>,
    /// The cells of each row as they stand in the file, less the codes.
    cells: Vec<Vec<String>>,
}

/// What one token is to get.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Row {
    /// The line that it begins on, counted from 1.
    pub line: u64,
    /// The token's serial number; without one, it is whichever comes next.
    pub serial: Option<String>,
    /// The token's new label.
    pub label: Option<String>,
    /// The account at the authority.
    pub holder: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The holder's name.
    pub name: Option<String>,
    /// Alternative names.
    pub alternative_names: Vec<AlternativeName>,
    /// The kind of key.
    pub key: Option<KeyAlgorithm>,
    /// The enrolment code.
    pub code: Option<EnrolmentCode>,
}

impl Row {
    /// Whom the row is for: no other row of the manifest is.
    #[must_use]
    pub fn whose(&self) -> &str {
        let named = self.holder.as_deref().or(self.subject.as_deref());
        named.unwrap_or_default()
    }
}

impl Manifest {
    /// Reads a manifest's file.
    ///
    /// # Errors
    ///
    /// [`Error::ManifestEncoding`] for a file that is not UTF-8, and [`Error::ManifestInvalid`] with
    /// the line for one that cannot be carried out as it is.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = Zeroizing::new(crate::files::read(path, MAXIMUM_BYTES)?);
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Reads a manifest; `source` names it in errors.
    pub fn parse(source: &str, bytes: &[u8]) -> Result<Self> {
        let text = encoding::text(bytes).map_err(|encoding| Error::ManifestEncoding {
            path: source.to_owned(),
            encoding: encoding.to_owned(),
        })?;
        rows::parse(text).map_err(|reason| Error::ManifestInvalid {
            path: source.to_owned(),
            reason,
        })
    }

    /// The same manifest with other codes in it, one for each row and each with the end of its time,
    /// as a file for Excel: UTF-8 with a byte order mark.
    #[must_use]
    pub fn with_codes(&self, codes: &[Option<(EnrolmentCode, Timestamp)>]) -> Zeroizing<Vec<u8>> {
        write::with_codes(self, codes)
    }
}
