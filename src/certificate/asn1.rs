//! Walking through DER and BER without giving up the bytes.

use der::asn1::AnyRef;
use der::{Decode, EncodingRules, Reader, SliceReader, Tag, Tagged};

/// The octets that end a value of indefinite length (X.690 section 8.1.5).
const END_OF_CONTENTS: &[u8] = &[0, 0];

/// One value with its tag, and the bytes of both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) value: &'a [u8],
    pub(crate) bytes: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of `bytes`, and what follows it.
    pub(crate) fn first(bytes: &'a [u8], rules: EncodingRules) -> Option<(Self, &'a [u8])> {
        let mut reader = SliceReader::new_with_encoding_rules(bytes, rules).ok()?;
        let any = AnyRef::decode(&mut reader).ok()?;
        let (bytes, rest) = bytes.split_at_checked(usize::try_from(reader.position()).ok()?)?;
        Some((
            Self {
                tag: any.tag(),
                value: any.value(),
                bytes,
            },
            rest,
        ))
    }

    /// The elements inside this one.
    pub(crate) fn inner(&self, rules: EncodingRules) -> Option<Vec<Self>> {
        let mut elements = Vec::new();
        let mut rest = self.value;
        while !rest.is_empty() && (rules.is_der() || rest != END_OF_CONTENTS) {
            let (element, behind) = Self::first(rest, rules)?;
            elements.push(element);
            rest = behind;
        }
        Some(elements)
    }

    /// The elements inside a SEQUENCE in DER.
    pub(crate) fn sequence(&self) -> Option<Vec<Self>> {
        (self.tag == Tag::Sequence)
            .then(|| self.inner(EncodingRules::Der))
            .flatten()
    }

    /// True for the tag `[number]`.
    pub(crate) fn is_context(&self, number: u32) -> bool {
        matches!(self.tag, Tag::ContextSpecific { number: found, .. } if found.value() == number)
    }
}
