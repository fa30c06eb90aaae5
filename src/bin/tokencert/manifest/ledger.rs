//! The ledger of a manifest: what became of each row, so that the next run goes on.
//!
//! It is rewritten as a whole at each step, in one piece. It holds no PIN and no code.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokencert::Error;
use tokencert::files::{self, Access};
use tokencert::manifest::Row;
use tokencert::token::TokenIdentity;

use crate::failure::Failure;
use crate::i18n::message;
use crate::text;

const VERSION: u32 = 1;

/// The largest ledger that is read, in bytes.
const MAXIMUM_BYTES: u64 = 16 * 1024 * 1024;

/// How far a row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// A token was chosen for it.
    Begun,
    /// Its certificate is on the token.
    Done,
    /// The authority has not answered yet.
    Pending,
    /// The last run could not do it.
    Failed,
}

/// One line: a row, and its token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Entry {
    version: u32,
    /// Whom the row is for.
    pub(super) row: String,
    pub(super) state: State,
    pub(super) at: Timestamp,
    /// The token as it is called now.
    pub(super) token: TokenIdentity,
    /// It had never been initialised when it was chosen.
    pub(super) blank: bool,
    /// It was initialised for this row.
    pub(super) initialized: bool,
    /// The name of its file in the folder of PINs.
    pub(super) pins: String,
    pub(super) subject: Option<String>,
    pub(super) serial_number: Option<String>,
    pub(super) not_after: Option<String>,
    pub(super) error: Option<Trouble>,
}

/// Why a row failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Trouble {
    /// The stable name of a library's error.
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) exit: u8,
}

impl Entry {
    pub(super) fn new(row: &str, token: TokenIdentity, blank: bool, at: Timestamp) -> Self {
        Self {
            version: VERSION,
            row: row.to_owned(),
            state: State::Begun,
            at,
            token,
            blank,
            initialized: false,
            pins: String::new(),
            subject: None,
            serial_number: None,
            not_after: None,
            error: None,
        }
    }

    /// True while nobody knows what its token is called: it was blank, without a serial number, and
    /// no run has lived to write down how it was initialised.
    pub(super) fn is_nameless(&self) -> bool {
        let TokenIdentity { serial, label, .. } = &self.token;
        self.blank && !self.initialized && serial.is_empty() && label.is_empty()
    }
}

/// The file and its lines.
pub(super) struct Ledger {
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Ledger {
    /// The place of a manifest's ledger: beside it.
    pub(super) fn beside(manifest: &Path) -> PathBuf {
        manifest.with_extension("ledger.jsonl")
    }

    /// Reads what there is of a ledger, and makes sure that it can be written.
    pub(super) fn open(path: PathBuf) -> Result<Self, Failure> {
        files::check_writable(&path, true)?;
        let text = if path.exists() {
            let bytes = files::read(&path, MAXIMUM_BYTES)?;
            String::from_utf8(bytes).map_err(|_| damaged(&path, 1))?
        } else {
            String::new()
        };
        let mut entries = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let entry: Entry = serde_json::from_str(line).map_err(|_| damaged(&path, at + 1))?;
            if entry.version != VERSION {
                return Err(damaged(&path, at + 1));
            }
            entries.push(entry);
        }
        Ok(Self { path, entries })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn of(&self, row: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.row == row)
    }

    /// Fails for a row that has a token by its serial number, and another one here. One that was
    /// initialised may have got another number.
    pub(super) fn contradicts(&self, row: &Row) -> Option<Failure> {
        let entry = self.of(row.whose()).filter(|entry| !entry.initialized)?;
        let serial = row.serial.as_ref()?;
        let held = &entry.token.serial;
        if held.is_empty() || held == serial {
            return None;
        }
        let said = message("ledger-other-token").with("row", row.whose());
        let said = said.with("token", text::token(&entry.token));
        Some(Failure::usage(said.with("serial", serial)))
    }

    /// Writes the lines of rows, in place of those before; they are on the disk when this returns.
    pub(super) fn put(&mut self, entries: impl IntoIterator<Item = Entry>) -> Result<(), Error> {
        let mut entries = entries.into_iter().peekable();
        if entries.peek().is_none() {
            return Ok(());
        }
        for entry in entries {
            match self.entries.iter_mut().find(|one| one.row == entry.row) {
                Some(place) => *place = entry,
                None => self.entries.push(entry),
            }
        }
        self.write()
    }

    /// Writes of rows what was there before, which may be nothing.
    pub(super) fn take_back(
        &mut self,
        rows: impl Iterator<Item = (String, Option<Entry>)>,
    ) -> Result<(), Error> {
        for (row, before) in rows {
            self.entries.retain(|one| one.row != row);
            self.entries.extend(before);
        }
        self.write()
    }

    fn write(&self) -> Result<(), Error> {
        let mut text = String::new();
        for entry in &self.entries {
            let line = serde_json::to_string(entry);
            text += &line.map_err(|error| Error::writing(&self.path, error.into()))?;
            text.push('\n');
        }
        files::write(&self.path, text.as_bytes(), Access::Private)
    }
}

fn damaged(path: &Path, line: usize) -> Failure {
    let said = message("ledger-damaged").with("path", path.display());
    Failure::usage(said.count("line", line))
}
