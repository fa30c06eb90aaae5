//! The SQLite file: made for its owner alone, and named as the database library wants it.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::location::Location;
use crate::error::Result;

/// What a file's name may hold in a URL as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// The URL that the database library takes. A file is made if it is not there.
pub(super) fn url(location: &Location) -> Result<String> {
    let path = match location {
        Location::File(path) => path,
        Location::Postgres(url) => return Ok(url.clone()),
    };
    make(path).map_err(|error| location.error(error))?;
    // Without dots, which URLs take for something else.
    let path = fs::canonicalize(path).map_err(|error| location.error(error))?;
    let path = path
        .to_str()
        .ok_or_else(|| location.error("the name of the file is not UTF-8"))?;
    Ok(format!(
        "sqlite://{}?mode=rw",
        utf8_percent_encode(path, PLAIN)
    ))
}

/// Which file it is, whatever its name: nothing where none is there, or where an open one cannot be
/// taken away.
pub(super) type FileMark = (u64, u64);

/// The mark of the file that has the name now.
#[cfg(unix)]
pub(super) fn mark(location: &Location) -> Option<FileMark> {
    use std::os::unix::fs::MetadataExt;
    let Location::File(path) = location else {
        return None;
    };
    fs::metadata(path).ok().map(|it| (it.dev(), it.ino()))
}

#[cfg(not(unix))]
pub(super) fn mark(_: &Location) -> Option<FileMark> {
    None
}

/// The file, and those that SQLite keeps beside it.
pub(super) fn with_companions(path: &Path) -> impl Iterator<Item = PathBuf> {
    ["", "-wal", "-shm", "-journal"]
        .into_iter()
        .map(move |end| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        })
}

/// Makes an empty file for its owner alone, unless there is one: SQLite would give it to the group.
fn make(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}
