//! TOML files whose errors name the line and, for an unknown key, the key that was meant.

use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::certificate::sanitized;
use crate::error::{Error, Result};

/// Reads a TOML file into `T`; `source` names it in [`Error::ProfileInvalid`].
///
/// The type's `deny_unknown_fields` makes unknown keys errors, here with a suggestion:
/// ``unknown key `authorty` on line 3; did you mean `authority`?``
pub fn from_toml<T: DeserializeOwned>(source: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| Error::ProfileInvalid {
        name: sanitized(source),
        reason: sanitized(&reason(&error, text)),
    })
}

fn reason(error: &toml::de::Error, text: &str) -> String {
    let place = error
        .span()
        .map_or_else(String::new, |span| line(text, &span));
    if let Some((key, known)) = unknown_key(error.message()) {
        let meant = did_you_mean(key, known)
            .map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
        return format!("unknown key `{key}`{place}{meant}");
    }
    if let Some(key) = error.message().strip_prefix("missing field ") {
        return format!("the key {key} is missing{place}");
    }
    if let Some(unfit) = unfit_number(error.message()) {
        return format!("{unfit}{place}");
    }
    format!("{}{place}", error.message().trim_end().replace('\n', ", "))
}

/// The key and those that were expected, from serde's message about an unknown field: it is the
/// only place that has them, and a test keeps its form.
fn unknown_key(message: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    Some((quoted.next()?, quoted))
}

/// What is said of a value that does not fit into a number, from serde's message with the name that
/// the kind of number has in Rust.
fn unfit_number(message: &str) -> Option<String> {
    let (_, rest) = message.strip_prefix("invalid ")?.split_once(": ")?;
    let (found, kind) = rest.rsplit_once(", expected ")?;
    let most = match kind.trim_end() {
        "u8" => u8::MAX.into(),
        "u16" => u16::MAX.into(),
        "u32" => u32::MAX.into(),
        "u64" => u64::MAX,
        _ => return None,
    };
    let value = found.split(['`', '"']).nth(1).unwrap_or(found);
    Some(format!("`{value}` is no whole number from 0 to {most}"))
}

fn line(text: &str, span: &Range<usize>) -> String {
    let breaks = text
        .bytes()
        .take(span.start)
        .filter(|&byte| byte == b'\n')
        .count();
    format!(" on line {}", breaks + 1)
}

/// The one of `known` that was most likely meant by `word`: no more than one letter in three is
/// wrong, missing, too much or swapped with its neighbour.
///
/// ```
/// use tokencert::profile::did_you_mean;
///
/// assert_eq!(did_you_mean("authorty", ["name", "authority"]), Some("authority"));
/// assert_eq!(did_you_mean("colour", ["name", "authority"]), None);
/// ```
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let mistakes = |candidate: &&str| distance(word, candidate);
    let closest = known.into_iter().min_by_key(mistakes)?;
    (mistakes(&closest) * 3 <= word.chars().count().max(3)).then_some(closest)
}

/// The number of mistakes between two words (optimal string alignment), row by row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for letter in a.chars() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = row.first().map_or(1, |first| first + 1);
        next.push(left);
        for (at, &other) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let replaced = cell(&row, at) + usize::from(letter != other);
            let mut best = replaced.min(cell(&row, at + 1) + 1).min(left + 1);
            let before = at.checked_sub(1);
            let swapped = previous == Some(other) && before.and_then(|i| b.get(i)) == Some(&letter);
            if let (true, Some(before)) = (swapped, before) {
                best = best.min(cell(&above, before) + 1);
            }
            next.push(best);
            left = best;
        }
        previous = Some(letter);
        above = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}
