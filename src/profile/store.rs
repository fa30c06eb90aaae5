//! The folder of profiles that were added, a file `NAME.toml` each.

use std::io;
use std::path::{Path, PathBuf};

use super::{MAXIMUM_BYTES, Profile, values};
use crate::error::{Error, Result};
use crate::files::{self, Access};

/// The folder of profiles.
#[derive(Clone, Debug)]
pub struct ProfileStore {
    folder: PathBuf,
}

impl ProfileStore {
    /// The profiles in this folder, which is made when the first one is added.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a profile, or replaces the one of the same name, its text as it came; `source` names
    /// it in errors.
    pub fn add(&self, source: &str, text: &str) -> Result<Profile> {
        let profile = Profile::parse(source, text)?;
        files::private_folder(&self.folder)?;
        files::write(&self.path(&profile.name), text.as_bytes(), Access::Public)?;
        Ok(profile)
    }

    /// The names of the profiles, sorted. Other files are passed over.
    pub fn list(&self) -> Result<Vec<String>> {
        let listing = match self.folder.read_dir() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing.map_err(|error| Error::reading(&self.folder, error))?,
        };
        let mut names = Vec::new();
        for file in listing {
            let file = file
                .map_err(|error| Error::reading(&self.folder, error))?
                .file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".toml"));
            names.extend(name.filter(|name| values::is_name(name)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// The profile of this name, or [`Error::ProfileNotFound`] with those that are there.
    pub fn load(&self, name: &str) -> Result<Profile> {
        if !values::is_name(name) {
            return Err(self.not_found(name)?);
        }
        let path = self.path(name);
        let bytes = match files::read(&path, MAXIMUM_BYTES) {
            Err(Error::FileRead { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(self.not_found(name)?);
            }
            bytes => bytes?,
        };
        let source = path.display().to_string();
        let invalid = |reason: String| Error::ProfileInvalid {
            name: source.clone(),
            reason,
        };
        let text = str::from_utf8(&bytes).map_err(|error| invalid(error.to_string()))?;
        let profile = Profile::parse(&source, text)?;
        if profile.name != name {
            return Err(invalid(format!("it calls itself `{}`", profile.name)));
        }
        Ok(profile)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    fn not_found(&self, name: &str) -> Result<Error> {
        let names = self.list()?;
        let present = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        Ok(Error::ProfileNotFound {
            name: crate::certificate::sanitized(name),
            present,
        })
    }
}
