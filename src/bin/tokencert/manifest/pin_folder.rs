//! The folder of PINs: a file for each token, its owner's alone.
//!
//! Its first line is the token's PIN, so that `--pin-source file:…` reads it too, and its second the
//! SO PIN. The file is on the disk before the token gets what stands in it: a run that is cut short
//! leaves no token whose PINs nobody knows.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::files::{self, Access};
use tokencert::pkcs11::{Pin, PinProvider, PinRequest};
use tokencert::token::{PinKind, TokenIdentity};
use zeroize::Zeroizing;

use crate::system::random;

/// The largest file that is read, in bytes.
const MAXIMUM_BYTES: u64 = 4096;

/// The lengths of random PINs, where the token takes them.
const USER_LENGTH: usize = 8;
const SO_LENGTH: usize = 16;

/// What stands for something else in a file's name, or may.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Without letters and digits that look alike.
const KINDS: [&[u8]; 3] = [
    b"23456789",
    b"abcdefghijkmnpqrstuvwxyz",
    b"ABCDEFGHJKLMNPQRSTUVWXYZ",
];

/// The file of one token.
#[derive(Clone)]
pub(super) struct PinFile {
    path: PathBuf,
    /// Make random PINs where there is no file.
    makes: bool,
}

/// What stands in it.
struct Pair {
    user: Zeroizing<String>,
    so: Zeroizing<String>,
}

impl PinFile {
    pub(super) fn new(folder: &Path, name: &str, makes: bool) -> Self {
        Self {
            path: folder.join(name),
            makes,
        }
    }

    /// The name of a token's file: its serial number; for one that has none yet, the row's.
    pub(super) fn name(token: &TokenIdentity, row: &str) -> String {
        let (prefix, text) = match token.serial.as_str() {
            "" => ("row-", row),
            serial => ("", serial),
        };
        format!("{prefix}{}.pin", utf8_percent_encode(text, UNSAFE))
    }

    /// The token's PIN, where there is a file.
    pub(super) fn user_pin(&self) -> Result<Option<Pin>, Error> {
        let pair = self.read()?;
        Ok(pair.map(|pair| Pin::new(pair.user.as_str().to_owned())))
    }

    fn read(&self) -> Result<Option<Pair>, Error> {
        if !self.path.exists() {
            return Ok(None);
        }
        let wrong = |reason: &str| Error::PinSource {
            name: format!("file:{}", self.path.display()),
            reason: reason.to_owned(),
        };
        let bytes = Zeroizing::new(files::read(&self.path, MAXIMUM_BYTES)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8 text"))?;
        let mut lines = text.lines().map(|line| Zeroizing::new(line.to_owned()));
        let user = lines.next().filter(|pin| !pin.is_empty());
        let user = user.ok_or_else(|| wrong("the PIN is empty"))?;
        if user.starts_with('\u{feff}') {
            return Err(wrong("it begins with a byte order mark"));
        }
        let so = lines.next().unwrap_or_default();
        Ok(Some(Pair { user, so }))
    }

    /// The PINs of the file; else random ones, which are in it then.
    fn read_or_make(&self, request: &PinRequest<'_>) -> Result<Option<Pair>, Error> {
        if let Some(pair) = self.read()? {
            return Ok(Some(pair));
        }
        if !self.makes {
            return Ok(None);
        }
        let pair = Pair {
            user: random_pin(USER_LENGTH, request.limits)?,
            so: random_pin(SO_LENGTH, request.limits)?,
        };
        let text = Zeroizing::new(format!(
            "{}\n{}\n# the PIN, then the SO PIN, of the token {}\n",
            *pair.user,
            *pair.so,
            sanitized(&request.token.to_string())
        ));
        files::write_new(&self.path, text.as_bytes(), Access::Private)?;
        Ok(Some(pair))
    }
}

impl PinProvider for PinFile {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        let pair = self.read_or_make(request)?;
        let pin = pair.map(|pair| match request.which {
            PinKind::User => pair.user,
            PinKind::So => pair.so,
        });
        let pin = pin.filter(|pin| !pin.is_empty() && request.attempt == 0);
        Ok(pin.map(|pin| Pin::new(pin.as_str().to_owned())))
    }
}

/// A random PIN with digits, small and capital letters: tokens that judge PINs want all three.
fn random_pin(length: usize, limits: Option<(u64, u64)>) -> Result<Zeroizing<String>, Error> {
    let bound = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
    let length = match limits {
        Some((minimum, maximum)) => length.max(bound(minimum)).min(bound(maximum)),
        None => length,
    };
    loop {
        let mut pin = Zeroizing::new(String::with_capacity(length));
        while pin.len() < length {
            pin.push(random_letter()?);
        }
        let has = |kind: &&[u8]| pin.bytes().any(|byte| kind.contains(&byte));
        if length < KINDS.len() || KINDS.iter().all(has) {
            return Ok(pin);
        }
    }
}

/// Each letter as likely as any other.
fn random_letter() -> Result<char, Error> {
    let all = KINDS.concat();
    loop {
        let mut byte = Zeroizing::new([0]);
        random(byte.as_mut())?;
        let place = byte.first().map_or(0, |byte| usize::from(byte & 0x3f));
        if let Some(letter) = all.get(place) {
            return Ok(char::from(*letter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_pins_have_all_kinds_of_letters_keep_the_limits_and_differ() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let pin = random_pin(USER_LENGTH, None).unwrap();
            assert_eq!(pin.len(), USER_LENGTH);
            for kind in KINDS {
                assert!(pin.bytes().any(|byte| kind.contains(&byte)), "{}", *pin);
            }
            assert!(seen.insert(pin.to_string()));
        }
        assert_eq!(random_pin(8, Some((4, 6))).unwrap().len(), 6);
        assert_eq!(random_pin(8, Some((10, 16))).unwrap().len(), 10);
    }

    #[test]
    fn a_serial_number_names_one_file_in_the_folder_and_nothing_else() {
        let name = |serial: &str| {
            let token = TokenIdentity {
                serial: serial.to_owned(),
                ..TokenIdentity::default()
            };
            PinFile::name(&token, "C/taro")
        };
        assert_eq!(name("0a1b2c3d"), "0a1b2c3d.pin");
        assert_eq!(name("../x"), "%2E%2E%2Fx.pin");
        assert_eq!(name("a b"), "a%20b.pin");
        assert_eq!(name(""), "row-C%2Ftaro.pin");
    }
}
