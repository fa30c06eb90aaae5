//! The folder of profiles that were added, a file `NAME.toml` each.

use std::io;
use std::path::{Path, PathBuf};

use super::{MAXIMUM_BYTES, Profile, values};
use crate::certificate::sanitized;
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
    /// it in errors. That of another authority is replaced with `force` only.
    ///
    /// # Errors
    ///
    /// [`Error::ProfileTaken`] if the present one is of another authority, or its CA is another.
    pub fn add(&self, source: &str, text: &str, force: bool) -> Result<Profile> {
        let profile = Profile::parse(source, text)?;
        // One that cannot be read is of no use, and what it was cannot be told.
        if let Some(present) = self.load(&profile.name).ok().filter(|_| !force) {
            let place = |it: &Profile| it.authority.trim_end_matches('/').to_owned();
            if place(&present) != place(&profile)
                || present.ca_fingerprint != profile.ca_fingerprint
            {
                let of = |it: &Profile| match &it.ca_fingerprint {
                    Some(digest) => sanitized(&format!("{} (CA {digest})", it.authority)),
                    None => sanitized(&it.authority),
                };
                return Err(Error::ProfileTaken {
                    present: of(&present),
                    new: of(&profile),
                    name: profile.name,
                });
            }
        }
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
            name: sanitized(name),
            present,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://ca.example.jp";

    fn profile(authority: &str, digit: &str, more: &str) -> String {
        let digest = digit.repeat(64);
        format!(
            "version = 1\nname = 'bank'\nauthority = '{authority}'\n\
             ca_fingerprint = '{digest}'\n{more}\n"
        )
    }

    #[test]
    fn the_profile_of_another_authority_is_replaced_only_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let store = ProfileStore::new(folder.path());
        let first = profile(HERE, "a", "");
        let others = [
            profile("https://ca.example.com", "a", ""),
            profile("https://ca.example.jp/other", "a", ""),
            profile(HERE, "b", ""),
        ];
        for other in others {
            store.add("p.toml", &first, true).unwrap();
            let same = [
                first.clone(),
                profile("https://ca.example.jp/", "a", ""),
                profile(HERE, "A", "pss = true"),
            ];
            for same in same {
                store.add("p.toml", &same, false).unwrap();
            }
            let kept = store.load("bank").unwrap();
            let refusal = store.add("p.toml", &other, false).unwrap_err();
            assert_eq!(refusal.code(), "profile-taken", "{other}");
            assert!(refusal.to_string().contains(&"a".repeat(64)), "{refusal}");
            assert_eq!(store.load("bank").unwrap(), kept);
            store.add("p.toml", &other, true).unwrap();
            assert_ne!(store.load("bank").unwrap(), kept);
        }
    }

    #[test]
    fn a_profile_that_cannot_be_read_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let store = ProfileStore::new(folder.path());
        std::fs::write(folder.path().join("bank.toml"), "damaged").unwrap();
        store.add("p.toml", &profile(HERE, "a", ""), false).unwrap();
        assert!(store.load("bank").is_ok());
    }
}
