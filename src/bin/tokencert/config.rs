//! The configuration file: defaults for the common options, as TOML.

use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::pkcs11::VendorUser;

use crate::i18n::Language;
use crate::options::{Destination, Format};

/// The largest configuration that is read, in bytes.
const MAXIMUM_BYTES: u64 = 64 * 1024;

/// The configuration: what an option of the same name would say.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) module: Option<PathBuf>,
    pub(crate) module_init: Option<String>,
    #[serde(default)]
    pub(crate) no_finalize: bool,
    pub(crate) token: Option<String>,
    pub(crate) pin_source: Option<String>,
    pub(crate) user_type: Option<VendorUser>,
    pub(crate) to: Option<Destination>,
    pub(crate) format: Option<Format>,
    pub(crate) lang: Option<Language>,
    pub(crate) profile: Option<String>,
}

impl Config {
    /// Reads the file that was named, or else the user's own if there is one.
    pub(crate) fn load(named: Option<&Path>, folder: &Path) -> Result<Self, Error> {
        let own = folder.join("config.toml");
        let path = match named {
            Some(path) => path,
            None if own.exists() => &own,
            None => return Ok(Self::default()),
        };
        if is_pipe(path) {
            return Err(Error::ConfigInvalid {
                path: path.display().to_string(),
                reason: "it is not a regular file".to_owned(),
            });
        }
        let bytes = tokencert::files::read(path, MAXIMUM_BYTES)?;
        Self::parse(
            &path.display().to_string(),
            &String::from_utf8_lossy(&bytes),
        )
    }

    fn parse(path: &str, text: &str) -> Result<Self, Error> {
        tokencert::profile::from_toml(path, text).map_err(|error| match error {
            Error::ProfileInvalid { name: path, reason } => Error::ConfigInvalid { path, reason },
            other => other,
        })
    }
}

/// True for a named pipe: nobody may ever write to it.
#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|file| file.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_refused_with_the_one_that_was_meant() {
        let error = Config::parse("config.toml", "modul = \"/a\"").unwrap_err();
        assert!(
            error.to_string().contains("did you mean `module`?"),
            "{error}"
        );
    }
}
