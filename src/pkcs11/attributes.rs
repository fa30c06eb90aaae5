//! Attributes as bytes, by type: unavailable, empty and false stay three different things.

use std::collections::HashMap;

use cryptoki_sys::{CK_ATTRIBUTE_TYPE, CK_FALSE, CK_TRUE};

use super::raw;

/// An attribute to be read, with room for so many bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) kind: CK_ATTRIBUTE_TYPE,
    pub(super) room: usize,
}

/// The attributes that an object showed.
#[derive(Debug, Default)]
pub(super) struct Attributes(HashMap<CK_ATTRIBUTE_TYPE, Vec<u8>>);

impl Attributes {
    pub(super) fn insert(&mut self, kind: CK_ATTRIBUTE_TYPE, value: Vec<u8>) {
        self.0.insert(kind, value);
    }

    /// The bytes, unless the attribute is unavailable.
    pub(super) fn bytes(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        self.0.get(&kind).map(Vec::as_slice)
    }

    /// The bytes, unless the attribute is unavailable or empty.
    pub(super) fn filled(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        self.bytes(kind).filter(|value| !value.is_empty())
    }

    /// A `CK_BBOOL`; an empty or odd value is no answer, and so is not false.
    pub(super) fn flag(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<bool> {
        match self.bytes(kind) {
            Some([CK_TRUE]) => Some(true),
            Some([CK_FALSE]) => Some(false),
            _ => None,
        }
    }

    /// A `CK_ULONG`.
    pub(super) fn number(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<u64> {
        self.bytes(kind).and_then(raw::ulong)
    }

    /// Text: blanks and NULs at the end are padding, and what is no UTF-8 is replaced.
    pub(super) fn text(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<String> {
        self.filled(kind).map(text).filter(|text| !text.is_empty())
    }
}

/// A string of the standard: padded with blanks, and by some modules with NULs.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches([' ', '\0'])
        .to_owned()
}
