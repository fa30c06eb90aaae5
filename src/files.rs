//! Files that survive a crash: temporary file, fsync, rename, fsync of the folder.
use std::path::Path;
use crate::error::Result;
/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access { 
 /// The user alone (0600).
 Private,
 /// Anybody (0644 less umask).
 Public }
/// Replaces or makes `path` in one step.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<()> { todo!() }
/// like write but Error::FileExists if it is there (atomically: hard link / persist_noclobber)
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<()> { todo!() }
/// Checks that `path` can be written before anything is generated: the folder exists and takes a temporary file; with `overwrite` false, that it is not there.
pub fn check_writable(path: &Path, overwrite: bool) -> Result<()> { todo!() }
/// Removes it if it's there and fsyncs the folder
pub fn remove(path: &Path) -> Result<()> { todo!() }
/// Makes a folder and its parents, the user's alone (0700).
pub fn private_folder(path: &Path) -> Result<()> { todo!() }
/// Reads at most `limit` bytes: Error::FileTooLarge above, Error::FileRead
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> { todo!() }
