//! Attributes as bytes, by type: unavailable, empty and false stay three different things.

use std::collections::HashMap;

use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_FALSE, CK_SESSION_HANDLE, CK_TRUE, CK_ULONG, CKA_ID, CKA_LABEL, CKA_VALUE,
};

use super::raw::{self, Asked, Raw};
use crate::error::{CallError, ReturnValue};

/// Attributes that every object of ours has, and that can be longer than what is set aside.
const OFTEN_LONG: [CK_ATTRIBUTE_TYPE; 3] = [CKA_ID, CKA_LABEL, CKA_VALUE];

/// An attribute to be read, with room for so many bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) kind: CK_ATTRIBUTE_TYPE,
    pub(super) room: usize,
}

/// The length of an attribute, where the object shows it.
pub(super) type Length = (CK_ATTRIBUTE_TYPE, Option<usize>);

/// Lengths, and what the module answered when it was asked for them.
pub(super) type Probed = (Vec<Length>, Option<CallError>);

impl Raw {
    /// Reads attributes in one `C_GetAttributeValue`; what did not fit takes two more.
    ///
    /// All modules known fill in what they can, and mark the rest with a length of -1.
    pub(super) fn attributes(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        wanted: &[Wanted],
    ) -> Result<Attributes, CallError> {
        let (values, _) = self.attributes_and_lengths(session, object, wanted, &[])?;
        Ok(values)
    }

    /// The same, and in the same call the lengths of what no buffer is given for, with the module's
    /// answer.
    pub(super) fn attributes_and_lengths(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        wanted: &[Wanted],
        by_length: &[CK_ATTRIBUTE_TYPE],
    ) -> Result<(Attributes, Probed), CallError> {
        let mut values = Attributes::default();
        let (unfit, probed) = self.read(session, object, (wanted, by_length), &mut values)?;
        if unfit.is_empty() {
            return Ok((values, probed));
        }
        let (lengths, answer) = self.probe(session, object, &unfit);
        tolerated(answer)?;
        let sized: Vec<Wanted> = lengths
            .into_iter()
            .filter_map(|(kind, length)| {
                Some(Wanted {
                    kind,
                    room: length?,
                })
            })
            .collect();
        self.read(session, object, (&sized, &[]), &mut values)?;
        Ok((values, probed))
    }

    /// Reads what fits, and returns what may not have.
    fn read(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        (wanted, by_length): (&[Wanted], &[CK_ATTRIBUTE_TYPE]),
        values: &mut Attributes,
    ) -> Result<(Vec<CK_ATTRIBUTE_TYPE>, Probed), CallError> {
        let buffer = |want: &Wanted| Asked {
            kind: want.kind,
            buffer: Some(vec![0; want.room]),
            length: None,
        };
        let mut asked: Vec<Asked> = wanted.iter().map(buffer).collect();
        asked.extend(by_length.iter().copied().map(length_only));
        let answer = self.get_attributes(session, object, &mut asked).err();
        let lengths = asked.split_off(wanted.len());
        let lengths = lengths.into_iter().map(|one| (one.kind, one.length));
        let probed = (lengths.collect(), answer);
        let too_small = answer.is_some_and(|call| call.value == ReturnValue::BUFFER_TOO_SMALL);
        tolerated(answer.filter(|_| !too_small))?;
        let mut unfit = Vec::new();
        for one in asked {
            match (one.length, one.buffer) {
                (Some(length), Some(mut buffer)) if length <= buffer.len() => {
                    buffer.truncate(length);
                    values.0.insert(one.kind, buffer);
                }
                // The standard lets another attribute's answer hide that this one did not fit.
                _ if too_small || (answer.is_some() && OFTEN_LONG.contains(&one.kind)) => {
                    unfit.push(one.kind);
                }
                _ => {}
            }
        }
        Ok((unfit, probed))
    }

    /// Asks for lengths only, and returns the module's answer with them.
    ///
    /// This is also how a secret is asked for: without a buffer nothing can come.
    pub(super) fn probe(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        kinds: &[CK_ATTRIBUTE_TYPE],
    ) -> Probed {
        let mut asked: Vec<Asked> = kinds.iter().copied().map(length_only).collect();
        let answer = self.get_attributes(session, object, &mut asked).err();
        (
            asked
                .into_iter()
                .map(|one| (one.kind, one.length))
                .collect(),
            answer,
        )
    }
}

fn length_only(kind: CK_ATTRIBUTE_TYPE) -> Asked {
    Asked {
        kind,
        buffer: None,
        length: None,
    }
}

/// Answers that are about single attributes and say nothing against the others.
fn tolerated(answer: Option<CallError>) -> Result<(), CallError> {
    let single = [
        ReturnValue::ATTRIBUTE_SENSITIVE,
        ReturnValue::ATTRIBUTE_TYPE_INVALID,
    ];
    answer
        .filter(|call| !single.contains(&call.value))
        .map_or(Ok(()), Err)
}

/// The attributes that an object showed.
#[derive(Debug, Default)]
pub(super) struct Attributes(HashMap<CK_ATTRIBUTE_TYPE, Vec<u8>>);

impl Attributes {
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
    pub(super) fn number(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<CK_ULONG> {
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
