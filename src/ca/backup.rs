//! Backups: one tar file with the registry, the settings and the authority's certificate.
//!
//! Keys are left out, unless a passphrase is given: then what else is in the folder goes with it as
//! a tar of its own, encrypted with ChaCha20-Poly1305 under a key that Argon2id makes of the
//! passphrase. Nobody should have all of an authority in one file unasked.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use zeroize::Zeroizing;

use super::crl::{next_number, note_revocation};
use super::{Actor, Folder, REGISTRY_FILE, Random, RegistrationAuthority, event};
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::registry::{Location, Registry};

/// The parts of a backup.
const REGISTRY: &str = "registry";
const PUBLIC: [&str; 2] = ["ca.toml", "ca.pem"];
const KEYS: &str = "keys.sealed";

/// What a folder holds that is no key: the locks, and what SQLite keeps beside its file.
const PASSED_OVER: [&str; 5] = ["lock", "locks", REGISTRY_FILE, "ca.toml", "ca.pem"];

/// The largest part that is read back, in bytes.
const MAXIMUM_PART: u64 = 8 << 30;

/// How far the numbers of lists of revoked certificates jump at a restore: further than an
/// authority can have counted since the backup was made, for numbers never fall (RFC 5280 section
/// 5.2.3).
const NUMBERS_SKIPPED: u64 = 1 << 32;

const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// The cost of the passphrase's key: the first recommendation of RFC 9106 section 4 with less
/// memory, as computers of small organisations have it.
const MEMORY_KIB: u32 = 256 * 1024;
const PASSES: u32 = 3;

/// Writes a backup to a new file, while a server goes on working; with the keys where a passphrase
/// for them is given.
///
/// # Errors
///
/// [`Error::FileExists`] if anything of that name is there.
pub fn backup(
    authority: &RegistrationAuthority,
    folder: &Path,
    to: &Path,
    passphrase: Option<&SecretString>,
    random: Random<'_>,
) -> Result<()> {
    files::check_writable(to, false)?;
    let scratch = tempfile::tempdir_in(parent(to)).map_err(|error| Error::writing(to, error))?;
    let copy = scratch.path().join(REGISTRY);
    authority.registry().backup(&copy)?;
    let mut archive = tar::Builder::new(Vec::new());
    let fail = |error| Error::writing(to, error);
    archive
        .append_path_with_name(&copy, REGISTRY)
        .map_err(fail)?;
    for name in PUBLIC {
        archive
            .append_path_with_name(folder.join(name), name)
            .map_err(|error| Error::reading(folder.join(name), error))?;
    }
    if let Some(passphrase) = passphrase {
        let keys = keys_of(folder)?;
        let sealed = seal(&keys, passphrase, random)?;
        append(&mut archive, KEYS, &sealed).map_err(fail)?;
    }
    let bytes = archive.into_inner().map_err(fail)?;
    files::write_new(to, &bytes, Access::Private)
}

/// Makes an authority of a backup, in a folder that is empty or not there. False if the backup holds
/// keys that were left in it, for want of their passphrase.
///
/// Without the keys in it, `tokens/`, `pin` and `secrets.key` have to be put into the folder by
/// hand, from wherever they are kept.
///
/// # Errors
///
/// [`Error::CaFolder`] if the folder is not empty, [`Error::FileRead`] for what is no backup, or
/// whose passphrase is another.
pub fn restore(
    from: &Path,
    folder: &Path,
    location: Option<&Location>,
    passphrase: Option<&SecretString>,
    now: Timestamp,
) -> Result<bool> {
    let parts = Parts::read(from)?;
    let is_whole = parts.keys.is_none() || passphrase.is_some();
    let keys = match (&parts.keys, passphrase) {
        (Some(sealed), Some(passphrase)) => {
            let keys = unseal(sealed, passphrase);
            Some(keys.ok_or_else(|| damaged(from, "the passphrase of its keys is another one"))?)
        }
        (None, Some(_)) => return Err(damaged(from, "there are no keys in it")),
        (_, None) => None,
    };
    let folder = Folder::begin(folder)?;
    if folder.path().join(REGISTRY_FILE).exists() || folder.settings().is_ok() {
        return Err(Error::CaFolder {
            path: folder.path().display().to_string(),
            reason: "it is not empty".to_owned(),
        });
    }
    let scratch = tempfile::tempdir_in(folder.path())
        .map_err(|error| Error::writing(folder.path(), error))?;
    let copy = scratch.path().join(REGISTRY);
    files::write_new(&copy, &parts.registry, Access::Private)?;
    let own = Location::File(folder.path().join(REGISTRY_FILE));
    let registry = Registry::restore(location.unwrap_or(&own), &copy)?;
    registry.transaction(|records| {
        let number = next_number(records, NUMBERS_SKIPPED)?;
        note_revocation(records, NUMBERS_SKIPPED)?;
        // What was given out before may have been used since.
        let codes = records.end_codes()?;
        let detail = json!({ "crl-number": number, "codes-ended": codes });
        records.log(&event::line(
            now,
            &Actor::Operator,
            event::RESTORE,
            &"registry",
            &detail,
        ))
    })?;
    if let Some(keys) = keys {
        let mut archive = tar::Archive::new(keys.as_slice());
        archive.set_preserve_permissions(true);
        archive
            .unpack(folder.path())
            .map_err(|error| Error::writing(folder.path(), error))?;
    }
    // The certificate last: with it, the authority is finished.
    for (name, bytes) in [("ca.toml", &parts.settings), ("ca.pem", &parts.certificate)] {
        files::write_new(&folder.path().join(name), bytes, Access::Private)?;
    }
    Ok(is_whole)
}

/// A backup that was read.
struct Parts {
    registry: Vec<u8>,
    settings: Vec<u8>,
    certificate: Vec<u8>,
    keys: Option<Vec<u8>>,
}

impl Parts {
    fn read(from: &Path) -> Result<Self> {
        let fail = |error| Error::reading(from, error);
        let file = fs::File::open(from).map_err(fail)?;
        let mut archive = tar::Archive::new(file);
        let [mut registry, mut settings, mut certificate, mut keys] = [const { None }; 4];
        for entry in archive.entries().map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let part = match entry.path().map_err(fail)?.to_str() {
                Some(REGISTRY) => &mut registry,
                Some("ca.toml") => &mut settings,
                Some("ca.pem") => &mut certificate,
                Some(KEYS) => &mut keys,
                _ => continue,
            };
            let mut bytes = Vec::new();
            entry
                .take(MAXIMUM_PART)
                .read_to_end(&mut bytes)
                .map_err(fail)?;
            *part = Some(bytes);
        }
        let absent = || damaged(from, "it is no backup of an authority");
        Ok(Self {
            registry: registry.ok_or_else(absent)?,
            settings: settings.ok_or_else(absent)?,
            certificate: certificate.ok_or_else(absent)?,
            keys,
        })
    }
}

/// A tar of what is in the folder besides the registry and what is public.
fn keys_of(folder: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let fail = |error| Error::reading(folder, error);
    let mut archive = tar::Builder::new(Vec::new());
    archive.follow_symlinks(false);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        let passed_over = PASSED_OVER.contains(&text.as_ref())
            || text.starts_with(REGISTRY_FILE)
            || text.starts_with(".tokencert-");
        if passed_over {
            continue;
        }
        let is_folder = entry.file_type().map_err(fail)?.is_dir();
        let path = PathBuf::from(&name);
        if is_folder {
            archive.append_dir_all(&path, entry.path()).map_err(fail)?;
        } else {
            archive
                .append_path_with_name(entry.path(), &path)
                .map_err(fail)?;
        }
    }
    archive.into_inner().map(Zeroizing::new).map_err(fail)
}

fn append(archive: &mut tar::Builder<Vec<u8>>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    header.set_mode(0o600);
    header.set_cksum();
    archive.append_data(&mut header, name, bytes)
}

/// Salt, nonce, and what is sealed.
fn seal(bytes: &[u8], passphrase: &SecretString, random: Random<'_>) -> Result<Vec<u8>> {
    let mut salt = [0; SALT_BYTES];
    random(&mut salt)?;
    let mut nonce = [0; NONCE_BYTES];
    random(&mut nonce)?;
    let unable = || Error::Random {
        reason: "the keys cannot be encrypted".to_owned(),
    };
    let cipher = cipher(passphrase, &salt).ok_or_else(unable)?;
    let payload = Payload {
        msg: bytes,
        aad: &salt,
    };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| unable())?;
    Ok([&salt[..], &nonce, &sealed].concat())
}

fn unseal(sealed: &[u8], passphrase: &SecretString) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, rest) = sealed.split_first_chunk::<SALT_BYTES>()?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload {
        msg: sealed,
        aad: salt,
    };
    let bytes = cipher(passphrase, salt)?.decrypt(&XNonce::from(*nonce), payload);
    bytes.map(Zeroizing::new).ok()
}

fn cipher(passphrase: &SecretString, salt: &[u8]) -> Option<XChaCha20Poly1305> {
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, Some(KEY_BYTES)).ok()?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut())
        .ok()?;
    Some(XChaCha20Poly1305::new((&*key).into()))
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn damaged(path: &Path, reason: &str) -> Error {
    Error::reading(
        path,
        std::io::Error::new(std::io::ErrorKind::InvalidData, reason),
    )
}
