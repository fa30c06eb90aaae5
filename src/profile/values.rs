//! The values of a profile that are more than text: read strictly, so that the error names the line.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::key::KeyAlgorithm;
use crate::request::{RequestTemplate, Usage};

/// A SHA-256, written as 64 hexadecimal digits with or without colons.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub [u8; 32]);

impl FromStr for Fingerprint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<crate::key::KeyId>()
            .ok()
            .and_then(|bytes| bytes.as_bytes().try_into().ok())
            .map(Self)
            .ok_or("a SHA-256 fingerprint has 64 hexadecimal digits")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// A value that is written as it is displayed.
pub(super) mod as_text {
    use super::{Deserialize, Deserializer, FromStr, fmt};

    pub(in crate::profile) fn serialize<T: fmt::Display, S: serde::Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(in crate::profile) fn deserialize<
        'de,
        T: FromStr<Err: fmt::Display>,
        D: Deserializer<'de>,
    >(
        deserializer: D,
    ) -> Result<T, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

pub(super) fn default_key() -> KeyAlgorithm {
    KeyAlgorithm::Rsa(2048)
}

pub(super) fn default_usages() -> Vec<Usage> {
    RequestTemplate::new("").usages
}

/// True for a name that is safe as a file's: it begins with a letter or digit, so that it is
/// neither hidden nor an option, and holds no separator.
pub(super) fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.bytes().next().is_some_and(letter)
        && name
            .bytes()
            .all(|byte| letter(byte) || matches!(byte, b'.' | b'_' | b'-'))
        && name.len() <= 64
}

pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |&version| version == super::VERSION,
        "a version that this program knows",
    )
}

pub(super) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    checked(
        deserializer,
        |name: &String| is_name(name),
        "a name: up to 64 lower-case letters, digits, `.`, `_` and `-`, a letter or digit first",
    )
}

pub(super) fn months<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    checked(
        deserializer,
        |months| (1..=120).contains(months),
        "a number of months from 1 to 120",
    )
}

pub(super) fn authority<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let known = |authority: &String| {
        let folder = authority
            .strip_prefix("dir:")
            .or_else(|| authority.strip_prefix("files:"));
        match folder {
            Some(folder) => Path::new(folder).is_absolute(),
            None => is_server(authority),
        }
    };
    checked(
        deserializer,
        known,
        "an authority: `dir:` or `files:` and an absolute path, or `https://…`",
    )
}

pub(super) fn login_url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let url = checked(
        deserializer,
        |url: &String| is_server(url),
        "a page to log in at: `https://…`",
    );
    url.map(Some)
}

/// True for what begins as the address of a server does, without a user's name and password.
fn is_server(url: &str) -> bool {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| !(c.is_control() || c.is_whitespace() || c == '@');
    !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain)
}

fn checked<'de, T: Deserialize<'de> + fmt::Display, D: Deserializer<'de>>(
    deserializer: D,
    good: impl Fn(&T) -> bool,
    what: &str,
) -> Result<T, D::Error> {
    let value = T::deserialize(deserializer)?;
    if good(&value) {
        Ok(value)
    } else {
        // What stands before an `@` may be a password.
        let value = value.to_string();
        let shown = value
            .rsplit_once('@')
            .map_or(value.as_str(), |(_, place)| place);
        Err(D::Error::custom(format!("`{shown}` is not {what}")))
    }
}
