//! Files that survive a crash: temporary file, fsync, rename, fsync of the folder.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// How temporary files begin; six letters or digits follow.
const TEMPORARY: &str = ".tokencert-";

/// How old the temporary file of a write must be before it can be one that was cut short.
const ABANDONED: Duration = Duration::from_mins(1);

/// How much a folder must take before anything is made whose files are to go there: more than a
/// request, a journal file with its chain, or a certificate needs.
static ROOM: [u8; 32 * 1024] = [0; 32 * 1024];

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
/// device) is an [`Error::FileWrite`]. Temporary files that a killed run left beside it are removed.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<()> {
    refuse_irregular(path)?;
    let file = filled(path, bytes, access).map_err(|error| Error::writing(path, error))?;
    file.persist(path)
        .map_err(|error| Error::writing(path, error.error))?;
    sync_folder(path).map_err(|error| Error::writing(path, error))
}

/// Replaces the bytes of a file that is there, in one step as [`write()`] does, and lets whoever could
/// read it go on reading it.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<()> {
    refuse_irregular(path)?;
    let permissions = fs::metadata(path).map(|file| file.permissions());
    let permissions = permissions.map_err(|error| Error::reading(path, error))?;
    filled(path, bytes, Access::Private)
        .and_then(|file| {
            file.as_file().set_permissions(permissions)?;
            file.persist(path).map_err(|error| error.error)
        })
        .and_then(|_| sync_folder(path))
        .map_err(|error| Error::writing(path, error))
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
/// takes a file, its disk is not full, `path` is no folder or device, and without `overwrite` is not
/// there at all.
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
    filled(path, &ROOM, Access::Private)
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

/// Fails if others than its owner may read or write a file.
///
/// # Errors
///
/// [`Error::FileExposed`], and [`Error::FileRead`] if it is not there.
pub fn check_private(path: &Path) -> Result<()> {
    let about = fs::metadata(path).map_err(|error| Error::reading(path, error))?;
    if is_exposed(&about) {
        return Err(Error::FileExposed {
            path: path.display().to_string(),
        });
    }
    Ok(())
}

#[cfg(unix)]
fn is_exposed(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_exposed(_: &fs::Metadata) -> bool {
    false
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
    builder.prefix(TEMPORARY);
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
    // A file system without locks leaves only the age to tell whether a file is in use.
    let _ = file.as_file().try_lock();
    sweep(folder, file.as_file());
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes what writes that were killed left in a folder: files of our own names, which no running
/// program holds the lock of, and which are older than `fresh`, that the file system dated just now.
///
/// What cannot be looked at or removed stays: the write itself does not depend on it.
fn sweep(folder: &Path, fresh: &File) {
    let Some(now) = modified(fresh) else { return };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_temporary(&entry.file_name())) {
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        let Ok(file) = OpenOptions::new().write(true).open(&path) else {
            continue;
        };
        let age = modified(&file).and_then(|then| now.duration_since(then).ok());
        if age.is_some_and(|age| age > ABANDONED) && file.try_lock().is_ok() {
            tracing::debug!(path = %path.display(), "removing what a killed run left");
            let _ = fs::remove_file(&path);
        }
    }
}

fn modified(file: &File) -> Option<SystemTime> {
    file.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY));
    name.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
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
