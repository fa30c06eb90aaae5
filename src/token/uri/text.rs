//! The grammar of RFC 7512 section 2.3: components, attributes and percent-encoding.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use zeroize::Zeroize;

use crate::error::{Error, Result};

/// Everything but `unreserved` of RFC 3986 and `pk11-res-avail`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=');
/// What is encoded in the path: `&` may stand there.
pub(super) const PATH: &AsciiSet = &RESERVED.remove(b'&');
/// What is encoded in the query: `/`, `?` and `|` may stand there.
pub(super) const QUERY: &AsciiSet = &RESERVED.remove(b'/').remove(b'?').remove(b'|');
/// What is encoded in a `CKA_ID`: all of it.
pub(super) const EVERYTHING: &AsciiSet = &AsciiSet::EMPTY.complement();

pub(super) fn write_attributes(
    f: &mut fmt::Formatter<'_>,
    attributes: Vec<(&str, Option<String>)>,
    before: &str,
    between: &str,
) -> fmt::Result {
    let mut separator = before;
    for (name, value) in attributes {
        if let Some(value) = value {
            write!(f, "{separator}{name}={value}")?;
            separator = between;
        }
    }
    Ok(())
}

/// The names and decoded values of a path or a query.
pub(super) fn attributes(
    component: &str,
    delimiter: char,
) -> impl Iterator<Item = Result<(&str, Vec<u8>)>> {
    component
        .split(delimiter)
        .enumerate()
        .filter(move |_| !component.is_empty())
        .map(|(at, attribute)| {
            let (name, value) = attribute.split_once('=').ok_or_else(|| {
                invalid(format!(
                    "attribute {} of its path or query has no `=`",
                    at + 1
                ))
            })?;
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if name.is_empty() || !name.bytes().all(letter) {
                return Err(invalid(
                    "attribute names have letters, digits, `-` and `_` only",
                ));
            }
            let value = decoded(value)
                .ok_or_else(|| invalid(format!("the percent-encoding of `{name}` is broken")))?;
            Ok((name, value))
        })
}

/// Decodes a value; `None` where a `%` is not followed by two hexadecimal digits.
fn decoded(value: &str) -> Option<Vec<u8>> {
    let whole = value.split('%').skip(1).all(|after| {
        after
            .as_bytes()
            .get(..2)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    // One allocation: growing would leave copies of a PIN behind.
    let mut bytes = Vec::with_capacity(value.len());
    bytes.extend(percent_decode_str(value));
    whole.then_some(bytes)
}

pub(super) fn encoded(value: impl AsRef<[u8]>, set: &'static AsciiSet) -> String {
    percent_encode(value.as_ref(), set).to_string()
}

pub(super) fn text(name: &str, value: Vec<u8>) -> Result<String> {
    String::from_utf8(value).map_err(|error| {
        error.into_bytes().zeroize();
        invalid(format!("`{name}` is not UTF-8"))
    })
}

/// Reads digits only: `str::parse` would take a sign.
pub(super) fn number<N: FromStr>(name: &str, digits: &str) -> Result<N> {
    Some(digits)
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| invalid(format!("`{name}` is not a number in its range")))
}

pub(super) fn version(value: &str) -> Result<(u8, u8)> {
    let (major, minor) = value.split_once('.').unwrap_or((value, "0"));
    Ok((
        number("library-version", major)?,
        number("library-version", minor)?,
    ))
}

pub(super) fn invalid(reason: impl Into<String>) -> Error {
    Error::UriInvalid {
        reason: reason.into(),
    }
}
