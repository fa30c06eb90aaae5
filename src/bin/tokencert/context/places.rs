//! Where on this computer the program keeps what.

use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::delete::Deletions;
use tokencert::journal::{Entry, Journal};
use tokencert::key::Provenance;
use tokencert::profile::ProfileStore;

use super::Context;
use crate::ui::Ui;

/// The largest provenance record that is read, in bytes.
const MAXIMUM_RECORD: u64 = 64 * 1024;

impl Context {
    /// Deletions that were begun and not finished.
    pub(crate) fn deletions(&self) -> Deletions {
        Deletions::new(self.folders.state.join("deletions"))
    }

    /// The journal of unfinished issuing and requests.
    pub(crate) fn journal(&self) -> Journal {
        Journal::new(self.folders.state.join("journal"))
    }

    /// The unfinished issuing and requests; files that cannot be read are warned of.
    pub(crate) fn unfinished(&self, ui: &Ui) -> Result<Vec<Entry>, Error> {
        let (entries, unreadable) = self.journal().readable_entries()?;
        for error in unreadable {
            ui.warn_of(&error);
        }
        Ok(entries)
    }

    /// The folder of provenance records.
    pub(crate) fn provenance_folder(&self) -> PathBuf {
        self.folders.state.join("provenance")
    }

    /// The folder of certificates that had to leave a token.
    pub(crate) fn archive_folder(&self) -> PathBuf {
        tokencert::issue::archive_folder(&self.provenance_folder())
    }

    /// The record of a key's birth, where this computer saw it.
    pub(crate) fn birth_record(&self, measured: &Provenance) -> Option<Provenance> {
        let name = format!("{}.json", measured.public_key_sha256.as_ref()?);
        let record = read_record(&self.provenance_folder().join(name))?;
        (record.birth_witnessed && record.token == measured.token).then_some(record)
    }

    /// Every provenance record that can be read.
    pub(crate) fn provenance_records(&self) -> Vec<Provenance> {
        let files = std::fs::read_dir(self.provenance_folder()).into_iter();
        let paths = files.flatten().flatten().map(|file| file.path());
        paths.filter_map(|path| read_record(&path)).collect()
    }

    /// The file of what the server at `url` was trusted by in earlier runs. An authority and the
    /// login at the same host are one server.
    pub(crate) fn trust_file(&self, url: &str) -> PathBuf {
        self.folders.trust_file(url)
    }

    /// The folder of locks, one for each token.
    pub(crate) fn lock_folder(&self) -> PathBuf {
        self.folders.state.join("locks")
    }

    /// The folders of configuration, data and state.
    pub(crate) fn own_folders(&self) -> [&Path; 3] {
        [
            &self.folders.config,
            &self.folders.data,
            &self.folders.state,
        ]
    }

    /// The inventory where no other is named.
    pub(crate) fn inventory_file(&self) -> PathBuf {
        self.folders.data.join("inventory.sqlite")
    }

    /// The folder of the user's own software token.
    pub(crate) fn software_token_folder(&self) -> PathBuf {
        self.folders.data.join("softhsm2")
    }

    /// The folder of the files that other programs are pointed to.
    pub(crate) fn integration_folder(&self) -> PathBuf {
        self.folders.config.join("integrate")
    }

    /// The user's profiles.
    pub(crate) fn profiles(&self) -> ProfileStore {
        ProfileStore::new(self.folders.config.join("profiles"))
    }
}

fn read_record(path: &Path) -> Option<Provenance> {
    let bytes = tokencert::files::read(path, MAXIMUM_RECORD).ok()?;
    serde_json::from_slice(&bytes).ok()
}
