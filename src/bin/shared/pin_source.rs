//! Where a PIN comes from without being typed: a file, a variable, a file descriptor.

use std::env::VarError;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;

use tokencert::Error;
use zeroize::Zeroizing;

/// More bytes than any PIN has; a source with more is the wrong file.
const MAXIMUM_BYTES: u64 = 4096;

/// Room for the longest source, so that no copy of a PIN is left behind by a growing buffer.
const CAPACITY: usize = 4096 + 1;

/// The value of `--pin-source`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PinSource {
    /// The first line of a file.
    File(PathBuf),
    /// A variable of the environment.
    Env(String),
    /// The first line of an open file descriptor.
    Fd(u32),
}

impl FromStr for PinSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // The text itself is not repeated: it may be the PIN.
        let invalid = |name: &str, reason: &str| Error::PinSource {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        match text.split_once(':') {
            Some(("file", "")) => Err(invalid("file:", "a path is missing")),
            Some(("file", path)) => Ok(Self::File(path.into())),
            Some(("env", "")) => Err(invalid("env:", "a name is missing")),
            Some(("env", name)) => Ok(Self::Env(name.to_owned())),
            Some(("fd", number)) => number
                .parse()
                .map(Self::Fd)
                .map_err(|_| invalid("fd:", "a number is missing")),
            _ => Err(invalid("given", "it names no kind of source")),
        }
    }
}

impl PinSource {
    /// Keeps a descriptor from the programs that this one starts: they could read the PIN.
    #[cfg(unix)]
    pub(crate) fn keep_from_children(&self) {
        use nix::fcntl::{FcntlArg, FdFlag, fcntl};
        if let Self::Fd(number) = self {
            let flag = FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC);
            // One that is not open is found out when the PIN is read.
            let _ = i32::try_from(*number).map(|number| fcntl(number, flag));
        }
    }

    /// Descriptors are of Unix.
    #[cfg(not(unix))]
    pub(crate) fn keep_from_children(&self) {}
}

impl fmt::Display for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::Fd(number) => write!(f, "fd:{number}"),
        }
    }
}

impl PinSource {
    /// The source that `pin-source` of a PKCS#11 URI names: a file and nothing else (RFC 7512
    /// section 2.4 would also allow commands).
    pub(crate) fn from_uri(text: &str) -> Result<Self, Error> {
        let path = match text.strip_prefix("file:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None if text.starts_with('/') => text,
            None => "",
        };
        if path.is_empty() {
            return Err(Error::PinSource {
                name: "pin-source".to_owned(),
                reason: "only a file can be named in a URI".to_owned(),
            });
        }
        Ok(Self::File(path.into()))
    }

    /// The variable that programs started by this one must not see.
    pub(crate) fn variable(&self) -> Option<&str> {
        match self {
            Self::Env(name) => Some(name),
            Self::File(_) | Self::Fd(_) => None,
        }
    }

    /// True if others than its owner can read the file.
    pub(crate) fn is_open_to_others(&self) -> bool {
        match self {
            Self::File(path) => open_to_others(path),
            Self::Env(_) | Self::Fd(_) => false,
        }
    }

    /// Reads the PIN: the first line, without its line ending.
    pub(crate) fn read(&self) -> Result<Zeroizing<String>, Error> {
        let failed = |reason: String| Error::PinSource {
            name: self.to_string(),
            reason,
        };
        let text = match self {
            Self::File(path) => read_limited(path).map_err(failed)?,
            Self::Fd(number) => {
                read_limited(format!("/dev/fd/{number}").as_ref()).map_err(failed)?
            }
            Self::Env(name) => {
                let value = std::env::var(name).map_err(|error| {
                    let reason = match error {
                        VarError::NotPresent => "it is not set",
                        VarError::NotUnicode(_) => "it is not UTF-8 text",
                    };
                    failed(reason.to_owned())
                })?;
                Zeroizing::new(value)
            }
        };
        let line = text.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Err(failed("the PIN is empty".to_owned()));
        }
        // What an editor or a converter left there is no part of the PIN, and would cost a try.
        if line.starts_with('\u{feff}') {
            return Err(failed("it begins with a byte order mark".to_owned()));
        }
        if line.contains('\0') {
            return Err(failed("it contains a NUL".to_owned()));
        }
        Ok(Zeroizing::new(line.to_owned()))
    }
}

fn read_limited(path: &std::path::Path) -> Result<Zeroizing<String>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
    let read = file.take(MAXIMUM_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let text = std::str::from_utf8(first).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(unix)]
fn open_to_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &std::path::Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin_of(bytes: &[u8]) -> Result<String, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let source = PinSource::File(file.path().to_owned());
        source.read().map(|pin| pin.as_str().to_owned())
    }

    #[test]
    fn the_pin_is_the_first_line_less_one_line_ending() {
        assert_eq!(pin_of(b"1234").unwrap(), "1234");
        assert_eq!(pin_of(b"1234\n").unwrap(), "1234");
        assert_eq!(pin_of(b"1234\r\n").unwrap(), "1234");
        assert_eq!(pin_of(b"1234\nsecond line").unwrap(), "1234");
        assert_eq!(
            pin_of(b" 1234 \n").unwrap(),
            " 1234 ",
            "blanks belong to the PIN"
        );
        assert_eq!(
            pin_of(b"1234\r\r\n").unwrap(),
            "1234\r",
            "one ending is stripped, not two"
        );
    }

    #[test]
    fn an_empty_pin_is_refused_before_any_token_sees_it() {
        for bytes in [&b""[..], b"\n", b"\r\n", b"\n1234\n"] {
            assert!(
                matches!(pin_of(bytes), Err(Error::PinSource { .. })),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn what_an_editor_left_in_the_file_is_refused_and_not_sent_to_the_token() {
        for bytes in [
            &b"\xef\xbb\xbf1234\n"[..],
            b"1\x002\x003\x004\x00\n",
            b"1234\0",
        ] {
            let refused = pin_of(bytes);
            assert!(matches!(refused, Err(Error::PinSource { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn a_uri_names_a_file_and_no_command() {
        let file = PinSource::File("/run/pin".into());
        assert_eq!(PinSource::from_uri("file:/run/pin").unwrap(), file);
        assert_eq!(PinSource::from_uri("file:///run/pin").unwrap(), file);
        assert!(PinSource::from_uri("|/bin/cat /run/pin").is_err());
    }

    #[test]
    fn a_pin_given_in_place_of_its_source_is_not_repeated() {
        let error = "hunter2".parse::<PinSource>().unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
