//! `secrets.key`: what the secrets in the registry are encrypted with, and which is never in it.

use std::fmt;
use std::path::Path;

use base64ct::{Base64, Encoding};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Random;
use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::files::{self, Access};

/// The file in the authority's folder. Several servers of one registry have the same.
const FILE: &str = "secrets.key";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The largest file that is read, in bytes.
const MAXIMUM_BYTES: u64 = 1024;

/// The key of the secrets in the registry.
pub struct Secrets {
    key: Zeroizing<[u8; KEY_BYTES]>,
}

impl Secrets {
    /// True if the key is in the authority's folder.
    pub(super) fn is_in(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Reads the key in the authority's folder; makes it where there is none, for its owner alone.
    pub fn open(folder: &Path, random: Random<'_>) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            let mut key = Zeroizing::new([0; KEY_BYTES]);
            random(key.as_mut())?;
            let text = Zeroizing::new(Base64::encode_string(key.as_ref()) + "\n");
            match files::write_new(&path, text.as_bytes(), Access::Private) {
                // Another process was faster: its key counts.
                Ok(()) | Err(Error::FileExists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        files::check_private(&path)?;
        let text = Zeroizing::new(files::read(&path, MAXIMUM_BYTES)?);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let length = Base64::decode(text.trim_ascii(), key.as_mut()).map_or(0, <[u8]>::len);
        if length == KEY_BYTES {
            return Ok(Self { key });
        }
        Err(unusable(
            folder,
            "`secrets.key` is not the key that was made",
        ))
    }

    /// Encrypts a secret that belongs to `owner`, and to nobody else.
    pub(super) fn seal(&self, secret: &[u8], owner: &str, random: Random<'_>) -> Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce)?;
        let payload = Payload {
            msg: secret,
            aad: owner.as_bytes(),
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| damaged(owner))?;
        Ok(Base64::encode_string(&[&nonce[..], &sealed].concat()))
    }

    /// Decrypts what was sealed for `owner`.
    pub(super) fn unseal(&self, sealed: &str, owner: &str) -> Result<Zeroizing<Vec<u8>>> {
        let bytes = Base64::decode_vec(sealed).map_err(|_| damaged(owner))?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(|| damaged(owner))?;
        let payload = Payload {
            msg: sealed,
            aad: owner.as_bytes(),
        };
        let secret = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        secret.map(Zeroizing::new).map_err(|_| damaged(owner))
    }

    /// What tells whether two keys are the same, and nothing else of them.
    pub(super) fn mark(&self) -> String {
        let mark = Sha256::new()
            .chain_update(b"tokencert-ca secrets.key\0")
            .chain_update(self.key.as_ref())
            .finalize();
        hexadecimal(&mark)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.key).into())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// Fails at a time when the authority is not valid. Before it was made, it is the clock that is
/// wrong, and every date in a certificate would be.
pub(super) fn check_time(certificate: &Certificate, now: Timestamp, folder: &Path) -> Result<()> {
    let (begin, end) = (certificate.not_before(), certificate.not_after());
    let reason = if certificate.has_expired(now) {
        format!("it expired at {end}")
    } else if now < begin {
        format!("the clock of this machine says {now}, and it was made at {begin}")
    } else {
        return Ok(());
    };
    Err(unusable(folder, &reason))
}

pub(super) fn unusable(folder: &Path, reason: &str) -> Error {
    Error::CaUnusable {
        path: folder.display().to_string(),
        reason: reason.to_owned(),
    }
}

fn damaged(owner: &str) -> Error {
    Error::Registry {
        registry: owner.to_owned(),
        reason: "its secret was not encrypted with this `secrets.key`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled_with(value: u8) -> impl FnMut(&mut [u8]) -> Result<()> {
        move |bytes: &mut [u8]| {
            bytes.fill(value);
            Ok(())
        }
    }

    #[test]
    fn a_secret_comes_back_to_its_owner_alone_and_survives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::open(folder.path(), &mut filled_with(1)).unwrap();
        let sealed = secrets
            .seal(b"secret", "SH001/taro", &mut filled_with(2))
            .unwrap();
        assert!(!sealed.contains("secret"));
        // The key that is there is taken, whatever randomness there is.
        let again = Secrets::open(folder.path(), &mut filled_with(9)).unwrap();
        assert_eq!(
            again.unseal(&sealed, "SH001/taro").unwrap().as_slice(),
            b"secret"
        );
        assert!(again.unseal(&sealed, "SH001/jiro").is_err());
        assert_eq!(again.mark(), secrets.mark());

        let other = tempfile::tempdir().unwrap();
        let other = Secrets::open(other.path(), &mut filled_with(9)).unwrap();
        assert!(other.unseal(&sealed, "SH001/taro").is_err());
        assert_ne!(other.mark(), secrets.mark());
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_its_owners_alone_and_a_damaged_one_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path(), &mut filled_with(1)).unwrap();
        let file = folder.path().join(FILE);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&file, "AAAA").unwrap();
        let refusal = Secrets::open(folder.path(), &mut filled_with(1)).unwrap_err();
        assert_eq!(refusal.code(), "ca-unusable");
    }
}
