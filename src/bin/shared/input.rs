//! What a command reads: a file, or standard input.

use std::io::Read;
use std::path::Path;

use tokencert::certificate::{MAXIMUM_FILE_BYTES, sanitized};
use tokencert::{Error, files};

/// The name and the bytes of a file; of standard input, for `-`.
pub(crate) fn read(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let name = sanitized(&path.display().to_string());
    if path != Path::new("-") {
        return Ok((name, files::read(path, MAXIMUM_FILE_BYTES)?));
    }
    let mut bytes = Vec::new();
    let input = std::io::stdin()
        .take(MAXIMUM_FILE_BYTES + 1)
        .read_to_end(&mut bytes);
    input.map_err(|error| Error::reading(path, error))?;
    // One byte over the limit is enough to know; the parser says so.
    Ok((name, bytes))
}
