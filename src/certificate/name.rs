//! Distinguished names: the bytes they came in, and their text.

mod attribute;
mod parse;

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use der::{Decode, EncodingRules, Tag};

use super::asn1::Element;
use super::text::{hexadecimal, sanitized};
use crate::error::{Error, Result};

/// The DER of a name without attributes.
const EMPTY: [u8; 2] = [0x30, 0x00];

/// A distinguished name (RFC 5280 section 4.1.2.4): DER kept as it came, with its attributes as
/// text. Two are equal if their DER is.
#[derive(Clone)]
pub struct DistinguishedName {
    der: Vec<u8>,
    /// The relative distinguished names in encoding order, the most general first as a rule.
    rdns: Vec<Vec<Attribute>>,
    /// The same with values folded (RFC 5280 section 7.1), made once: a name is compared with many,
    /// and may be as large as a file.
    folded: Vec<Vec<Attribute>>,
}

/// An attribute type and value.
#[derive(Clone, PartialEq, Eq)]
struct Attribute {
    oid: ObjectIdentifier,
    value: Value,
}

/// An attribute's value.
#[derive(Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    /// The DER of something that is no text.
    Other(Vec<u8>),
}

impl DistinguishedName {
    /// Reads the DER of a `Name`.
    ///
    /// # Errors
    ///
    /// [`Error::SubjectInvalid`] if it is none. What RFC 5280 says of the values is not checked:
    /// names of old certificates break most of it.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let rdns = read_rdns(der).ok_or_else(|| Error::SubjectInvalid {
            subject: "DER".to_owned(),
            reason: "it is no well-formed distinguished name".to_owned(),
        })?;
        Ok(Self {
            der: der.to_vec(),
            folded: rdns.iter().map(|rdn| fold(rdn)).collect(),
            rdns,
        })
    }

    /// Reads `CN=…,O=…` as users write it (RFC 4514): the most specific attribute first, and last
    /// in the encoding.
    ///
    /// Beyond RFC 4514, blanks around commas and equals signs and values in double quotes are
    /// tolerated, types are known by more names, and any case of them.
    ///
    /// # Errors
    ///
    /// [`Error::SubjectInvalid`] for what is no such name, and for values that RFC 5280 has no room
    /// for: country codes that are not two letters, values that are empty or over the upper bound
    /// of appendix A.1, and characters that [`sanitized`](super::sanitized) would replace.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |reason| Error::SubjectInvalid {
            subject: sanitized(text),
            reason,
        };
        let der = parse::encode(text).map_err(invalid)?;
        Self::from_der(&der)
    }

    /// The name without attributes, which the subject may be if there is an alternative name.
    pub(crate) fn empty() -> Self {
        Self {
            der: EMPTY.to_vec(),
            rdns: Vec::new(),
            folded: Vec::new(),
        }
    }

    /// The DER of the `Name`.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// True if the name has no attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// The first commonName, sanitised.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        let mut attributes = self.rdns.iter().flatten();
        let found = attributes.find(|attribute| attribute.oid == rfc4519::COMMON_NAME)?;
        Some(sanitized(&found.value.text()))
    }

    /// Attribute types by short name, or as dotted OID, with their values, in the order of the
    /// encoding. The values are as they came: give them to [`sanitized`](super::sanitized) before
    /// they are printed.
    #[must_use]
    pub fn attributes(&self) -> Vec<(String, String)> {
        let attributes = self.rdns.iter().flatten();
        attributes
            .map(|a| (attribute::name_of(a.oid), a.value.text()))
            .collect()
    }

    /// True if both names mean the same (RFC 5280 section 7.1): the kind of string, case and
    /// repeated blanks make no difference.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for DistinguishedName {}

impl std::hash::Hash for DistinguishedName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

/// RFC 4514, with Japanese as text, and sanitised.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, rdn) in self.rdns.iter().rev().enumerate() {
            if number > 0 {
                f.write_str(",")?;
            }
            for (number, Attribute { oid, value }) in rdn.iter().enumerate() {
                let plus = if number > 0 { "+" } else { "" };
                write!(f, "{plus}{}={value}", attribute::name_of(*oid))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistinguishedName({self})")
    }
}

impl Value {
    fn from_element(element: &Element<'_>) -> Self {
        text_of(element.tag, element.value)
            .map_or_else(|| Self::Other(element.bytes.to_vec()), Self::Text)
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Other(der) => format!("#{}", hexadecimal(der)),
        }
    }

    fn folded(&self) -> Self {
        match self {
            Self::Text(text) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                Self::Text(words.join(" ").to_lowercase())
            }
            Self::Other(der) => Self::Other(der.clone()),
        }
    }
}

/// The value as RFC 4514 section 2.4 escapes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Text(text) => sanitized(text),
            Self::Other(der) => return write!(f, "#{}", hexadecimal(der)),
        };
        let last = text.chars().count().saturating_sub(1);
        for (at, c) in text.chars().enumerate() {
            let blank_at_an_end = c == ' ' && (at == 0 || at == last);
            let hash_in_front = c == '#' && at == 0;
            if blank_at_an_end || hash_in_front || parse::SPECIAL.contains(c) {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

fn fold(rdn: &[Attribute]) -> Vec<Attribute> {
    let fold = |attribute: &Attribute| Attribute {
        oid: attribute.oid,
        value: attribute.value.folded(),
    };
    rdn.iter().map(fold).collect()
}

fn read_rdns(der: &[u8]) -> Option<Vec<Vec<Attribute>>> {
    let (name, rest) = Element::first(der, EncodingRules::Der)?;
    let rdns = name.sequence().filter(|_| rest.is_empty())?;
    rdns.iter().map(read_rdn).collect()
}

fn read_rdn(rdn: &Element<'_>) -> Option<Vec<Attribute>> {
    let attributes = rdn
        .inner(EncodingRules::Der)
        .filter(|_| rdn.tag == Tag::Set)?;
    let read = |attribute: &Element<'_>| match attribute.sequence()?.as_slice() {
        [oid, value] => Some(Attribute {
            oid: ObjectIdentifier::from_der(oid.bytes).ok()?,
            value: Value::from_element(value),
        }),
        _ => None,
    };
    attributes.iter().map(read).collect()
}

/// The text of a string of any kind that names have had since X.520 (1988).
fn text_of(tag: Tag, value: &[u8]) -> Option<String> {
    Some(match tag {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => String::from_utf8_lossy(value).into_owned(),
        // T.61 was never implemented: what stands there is UTF-8 or Latin-1.
        Tag::TeletexString => match std::str::from_utf8(value) {
            Ok(text) => text.to_owned(),
            Err(_) => value.iter().copied().map(char::from).collect(),
        },
        Tag::BmpString => {
            let (units, _) = value.as_chunks::<2>();
            let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
            String::from_utf16_lossy(&units)
        }
        _ => return None,
    })
}
