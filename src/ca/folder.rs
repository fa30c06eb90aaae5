//! The authority's folder: what stands where, who may read it, and one change at a time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{Random, Settings};
use crate::certificate::{Certificate, MAXIMUM_FILE_BYTES, hexadecimal, read_certificates};
use crate::error::{Error, Result};
use crate::files::{self, Access};

/// The largest `ca.toml` that is read, in bytes.
const MAXIMUM_SETTINGS: u64 = 64 * 1024;

/// The file whose presence marks an authority's folder.
const LOCK: &str = "lock";

/// The settings, written before the key is made.
const SETTINGS: &str = "ca.toml";

/// The authority's certificate, whose presence marks it as finished.
const CERTIFICATE: &str = "ca.pem";

/// What is secret in the folder and was not looked at when it was read: hashes of PINs, and the PIN
/// of the authority's own token.
const SECRET: [&str; 3] = [super::REGISTRY_FILE, "registry.sqlite-wal", "pin"];

/// The random bytes of a PIN, which is written in hexadecimal.
const PIN_BYTES: usize = 16;

/// An authority's folder, locked: while an authority is made, others wait until this value is
/// dropped, or its process ends. A finished one is shared by any number.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// How far an authority has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// `init` was begun. There may be a key, but nothing was issued with it.
    Begun,
    /// The authority has its certificate.
    Finished,
}

impl Folder {
    /// Opens the folder of an authority, begun or finished.
    ///
    /// # Errors
    ///
    /// [`Error::CaFolder`] if there is no authority.
    pub fn open(path: &Path) -> Result<Self> {
        let absent = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => unusable(path, "there is no authority"),
            _ => unusable(path, &error.to_string()),
        };
        let path = path.canonicalize().map_err(absent)?;
        // A backup may have left the lock out, which is empty.
        let lock = lock_options()
            .create(holds_authority(&path))
            .open(path.join(LOCK));
        let lock = lock.map_err(absent)?;
        lock.lock_shared()
            .map_err(|error| Error::writing(&path, error))?;
        Ok(Self { path, _lock: lock })
    }

    /// Opens the folder for an authority that is to be made; makes it if need be.
    ///
    /// A folder that is there has to be empty, or one that was begun before. It becomes the
    /// user's alone.
    ///
    /// # Errors
    ///
    /// [`Error::CaFolder`] if it holds anything else.
    pub fn begin(path: &Path) -> Result<Self> {
        files::private_folder(path)?;
        let path = &path
            .canonicalize()
            .map_err(|error| Error::reading(path, error))?;
        if !path.join(LOCK).exists() && !holds_authority(path) {
            let mut entries = fs::read_dir(path).map_err(|error| Error::reading(path, error))?;
            if entries.next().is_some() {
                return Err(unusable(path, "it is not empty"));
            }
            restrict(path)?;
        }
        let lock = lock_options().create(true).open(path.join(LOCK));
        let lock = lock.map_err(|error| Error::writing(path, error))?;
        // What is finished stays as it is, and a server may have it open.
        let locked = if path.join(CERTIFICATE).exists() {
            lock.lock_shared()
        } else {
            lock.lock()
        };
        locked.map_err(|error| Error::writing(path, error))?;
        Ok(Self {
            path: path.clone(),
            _lock: lock,
        })
    }

    /// The folder's one absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fails if others than its owner can read what is secret in the folder: nothing where the folder
    /// itself is closed to them.
    ///
    /// # Errors
    ///
    /// [`Error::FileExposed`] with the first file that they can.
    pub fn check_private(&self) -> Result<()> {
        if files::check_private(&self.path).is_ok() {
            return Ok(());
        }
        let secret = SECRET.map(|name| self.path.join(name));
        secret
            .iter()
            .filter(|path| path.exists())
            .try_for_each(|path| files::check_private(path))
    }

    /// How far the authority has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        if self.certificate_file().exists() {
            Progress::Finished
        } else {
            Progress::Begun
        }
    }

    /// The settings, also of an authority that was begun only; [`Error::CaUnfinished`] if it did
    /// not come so far.
    pub fn settings(&self) -> Result<Settings> {
        let path = self.settings_file();
        let bytes = files::read(&path, MAXIMUM_SETTINGS).map_err(|error| self.missing(error))?;
        Settings::parse(
            &path.display().to_string(),
            &String::from_utf8_lossy(&bytes),
        )
        .map_err(|error| match error {
            Error::ProfileInvalid { name: path, reason } => Error::ConfigInvalid { path, reason },
            other => other,
        })
    }

    /// Writes down where the key is going to be, before it is made.
    ///
    /// # Errors
    ///
    /// [`Error::CaExists`] if the authority is finished.
    pub fn plan(&self, settings: &Settings) -> Result<()> {
        self.check_unfinished()?;
        files::write(
            &self.settings_file(),
            settings.to_toml()?.as_bytes(),
            Access::Private,
        )
    }

    /// The name of the file with the PIN of the authority's own token, which is made with a random
    /// one if it is not there. Nobody but its owner can read it.
    pub fn own_pin(&self, random: Random<'_>) -> Result<&'static Path> {
        let name = Path::new("pin");
        let path = self.path.join(name);
        if !path.exists() {
            let mut bytes = zeroize::Zeroizing::new([0; PIN_BYTES]);
            random(bytes.as_mut())?;
            let pin = zeroize::Zeroizing::new(hexadecimal(bytes.as_ref()));
            files::write_new(&path, pin.as_bytes(), Access::Private)?;
        }
        Ok(name)
    }

    /// The authority's own certificate.
    pub(super) fn certificate(&self) -> Result<Certificate> {
        let path = self.certificate_file();
        let found = certificates(&path)?;
        let first = found.into_iter().next();
        first.ok_or_else(|| unusable(&self.path, "`ca.pem` holds no certificate"))
    }

    /// Puts the authority's own certificate in its place: the authority is finished.
    pub(super) fn finish(&self, certificate: &Certificate) -> Result<()> {
        let pem = certificate.to_pem()?;
        files::write_new(&self.certificate_file(), pem.as_bytes(), Access::Public)
    }

    /// Fails if the authority is finished: from then on nothing of its own is written again.
    pub(super) fn check_unfinished(&self) -> Result<()> {
        if self.progress() == Progress::Begun {
            return Ok(());
        }
        Err(Error::CaExists {
            path: self.path.display().to_string(),
            name: self.settings()?.name,
        })
    }

    fn missing(&self, error: Error) -> Error {
        match error {
            Error::FileRead { source, path } if source.kind() == io::ErrorKind::NotFound => {
                if self.progress() == Progress::Finished {
                    return Error::FileRead { source, path };
                }
                Error::CaUnfinished {
                    path: self.path.display().to_string(),
                }
            }
            other => other,
        }
    }

    fn settings_file(&self) -> PathBuf {
        self.path.join(SETTINGS)
    }

    fn certificate_file(&self) -> PathBuf {
        self.path.join(CERTIFICATE)
    }
}

fn lock_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// True for a folder with the settings of an authority or its certificate.
fn holds_authority(path: &Path) -> bool {
    [SETTINGS, CERTIFICATE]
        .into_iter()
        .any(|name| path.join(name).is_file())
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let bytes = files::read(path, MAXIMUM_FILE_BYTES)?;
    read_certificates(&path.display().to_string(), &bytes)
}

fn unusable(path: &Path, reason: &str) -> Error {
    Error::CaFolder {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}

/// Makes a folder that was there before the user's alone.
#[cfg(unix)]
fn restrict(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
        .map_err(|error| Error::writing(path, error))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> Result<()> {
    Ok(())
}
