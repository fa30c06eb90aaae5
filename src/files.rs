//! Files that survive a crash: temporary file, fsync, rename, fsync of the folder.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The user alone (0600).
    Private,
    /// Anybody (0644 less umask).
    Public,
}

/// Replaces or makes `path` in one step: a reader finds the old bytes or the new ones, a crash
/// leaves one or the other.
///
/// A symbolic link is replaced, not followed. What is there and is not a regular file (a folder, a
/// device) is an [`Error::FileWrite`].
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    refuse_irregular(path)?;
    let file = filled(path, bytes, access).map_err(|error| Error::writing(path, error))?;
    file.persist(path)
        .map_err(|error| Error::writing(path, error.error))?;
    sync_folder(path).map_err(|error| Error::writing(path, error))
}

/// Makes `path` in one step; [`Error::FileExists`] if anything of that name is there, also when it
/// came at the last moment.
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    let file = filled(path, bytes, access).map_err(|error| Error::writing(path, error))?;
    file.persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => Error::writing(path, error.error),
        })?;
    sync_folder(path).map_err(|error| Error::writing(path, error))
}

/// Checks that `path` can be written, so that nothing is generated in vain: its folder is there and
/// takes a file, `path` is no folder or device, and without `overwrite` is not there at all.
///
/// The trial file is removed again.
pub fn check_writable(path: &Path, overwrite: bool) -> Result<()> {
    refuse_irregular(path)?;
    if !overwrite && path.symlink_metadata().is_ok() {
        return Err(exists(path));
    }
    if path.file_name().is_none() {
        return Err(Error::writing(path, io::ErrorKind::IsADirectory.into()));
    }
    filled(path, &[], Access::Private)
        .and_then(NamedTempFile::close)
        .map_err(|error| Error::writing(path, error))
}

/// Removes `path` if it is there, for good: the folder is fsynced.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(path).map_err(|error| Error::writing(path, error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::writing(path, error)),
    }
}

/// Makes a folder and those above it that are missing, the user's alone (0700). One that is there
/// stays as it is.
pub fn private_folder(path: &Path) -> Result<()> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .and_then(|()| missing.iter().try_for_each(|folder| sync_folder(folder)))
        .map_err(|error| Error::writing(path, error))
}

/// Reads a file of at most `limit` bytes, whatever its metadata say; a larger one is
/// [`Error::FileTooLarge`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| Error::reading(path, error))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let found = file
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::reading(path, error))?;
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    if found > limit {
        return Err(Error::FileTooLarge {
            name: path.display().to_string(),
            size: found.max(length),
            limit,
        });
    }
    Ok(bytes)
}

/// A temporary file beside `path` that holds `bytes` safely. Dropping it removes it.
fn filled(path: &Path, bytes: &[u8], access: Access) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tokencert-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = match access {
            Access::Private => 0o600,
            Access::Public => 0o644,
        };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = access;
    let folder = folder(path);
    fs::metadata(folder)?;
    let mut file = builder.tempfile_in(folder).map_err(plain)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The error without the temporary file's name, which tells nobody anything.
fn plain(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Other => error,
        kind => kind.into(),
    }
}

/// A folder in the way cannot be replaced, and a device (`/dev/null`) must not be.
fn refuse_irregular(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Error::writing(path, io::ErrorKind::IsADirectory.into()))
        }
        Ok(metadata) if !metadata.is_file() => Err(Error::writing(
            path,
            io::Error::other("it is not a regular file"),
        )),
        _ => Ok(()),
    }
}

fn exists(path: &Path) -> Error {
    Error::FileExists {
        path: path.display().to_string(),
    }
}

/// The folder that `path` is in: `.` for a bare file name.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Makes the entry of `path` in its folder durable; Windows has no such call.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder(path))?.sync_all()
    } else {
        Ok(())
    }
}
