//! Provenance records on the disk: a file for each key, named by the hash of its public half.

use std::path::{Path, PathBuf};

use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::key::{Provenance, PublicKey};

/// The largest provenance record that is read, in bytes.
const MAXIMUM_RECORD_BYTES: u64 = 64 * 1024;

/// Beside the records of a user's keys, the folder of certificates that had to leave a token.
#[must_use]
pub fn archive_folder(records: &Path) -> PathBuf {
    records.join("replaced")
}

/// The provenance record of a key, where there is one that can be read.
pub(super) fn read_record(folder: &Path, key: &PublicKey) -> Option<Provenance> {
    let path = folder.join(format!("{}.json", hexadecimal(&key.sha256())));
    let bytes = files::read(&path, MAXIMUM_RECORD_BYTES).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Writes a provenance record under the public key's hash, for `show` and `audit`.
pub fn save_record(folder: &Path, record: &Provenance) -> Result<()> {
    let Some(name) = &record.public_key_sha256 else {
        return Ok(());
    };
    let path = folder.join(format!("{name}.json"));
    let text = serde_json::to_vec_pretty(record)
        .map_err(|error| Error::writing(&path, std::io::Error::other(error)))?;
    files::private_folder(folder)?;
    files::write(&path, &text, Access::Private)
}
