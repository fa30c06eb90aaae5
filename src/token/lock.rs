//! One program at a time writes to a token.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::TokenIdentity;
use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::files;

/// A lock on a token, held until it is dropped or its process ends, however it ends.
///
/// OpenSC loses what another process wrote meanwhile, so programs that write hold this for the
/// whole run and initialise the module only under it.
#[derive(Debug)]
pub struct TokenLock {
    _file: File,
}

impl TokenLock {
    /// Takes the lock of a token, in a folder that all runs share.
    ///
    /// If another program holds it, `waiting` is called once, and then it is waited for. Returns
    /// whether it was: what was seen of the token before is then out of date.
    pub fn acquire(
        folder: &Path,
        token: &TokenIdentity,
        waiting: &mut dyn FnMut(),
    ) -> Result<(Self, bool)> {
        files::private_folder(folder)?;
        let path = folder.join(file_name(token));
        let failed = |source| Error::writing(&path, source);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        let waited = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map_err(failed)?;
                true
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        };
        Ok((Self { _file: file }, waited))
    }
}

/// A name for the token that is a name for a file whatever the token is called.
fn file_name(token: &TokenIdentity) -> String {
    let mut digest = Sha256::new();
    for part in [
        &token.manufacturer,
        &token.model,
        &token.serial,
        &token.label,
    ] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest = digest.finalize();
    format!("{}.lock", hexadecimal(digest.get(..8).unwrap_or_default()))
}
