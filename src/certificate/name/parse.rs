//! Reading a distinguished name as text (RFC 4514).

use std::iter::Peekable;
use std::str::Chars;

use const_oid::ObjectIdentifier;
use der::asn1::{Any, SetOfVec};
use der::{Decode, Encode, Tagged};
use x509_cert::attr::AttributeTypeAndValue;

use super::super::text::is_safe;
use super::{attribute, text_of};

/// The characters that a value has only behind a backslash (RFC 4514 section 2.4).
pub(super) const SPECIAL: &str = "\"+,;<>\\";

type Rdn = SetOfVec<AttributeTypeAndValue>;

/// The DER of the name that `text` stands for, or what is wrong with it.
pub(super) fn encode(text: &str) -> Result<Vec<u8>, String> {
    if let Some(c) = text.chars().find(|c| !is_safe(*c)) {
        return Err(unsafe_character(c));
    }
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut rdns = Parser {
        rest: text.chars().peekable(),
    }
    .rdns()?;
    rdns.reverse();
    rdns.to_der().map_err(|error| error.to_string())
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Parser<'_> {
    fn rdns(&mut self) -> Result<Vec<Rdn>, String> {
        let mut rdns = Vec::new();
        let mut attributes = Vec::new();
        loop {
            attributes.push(self.attribute()?);
            match self.rest.next() {
                Some('+') => {}
                Some(',') => rdns.push(rdn_of(std::mem::take(&mut attributes))?),
                Some(c) => return Err(format!("`{c}` must be written `\\{c}` inside a value")),
                None => break,
            }
        }
        rdns.push(rdn_of(attributes)?);
        Ok(rdns)
    }

    fn attribute(&mut self) -> Result<AttributeTypeAndValue, String> {
        let mut name = String::new();
        loop {
            match self.rest.next() {
                Some('=') => break,
                Some(c) if !SPECIAL.contains(c) => name.push(c),
                _ if name.trim().is_empty() => {
                    return Err("an attribute is missing beside a comma".to_owned());
                }
                _ => return Err(format!("`{}` has no equals sign", name.trim())),
            }
        }
        let name = name.trim();
        let oid = attribute::oid_of(name)
            .ok_or_else(|| format!("`{name}` is no attribute type that is known"))?;
        while self.rest.next_if_eq(&' ').is_some() {}
        let value = match self.rest.peek() {
            Some('#') => self.hexadecimal(oid)?,
            Some('"') => attribute::encode(oid, &self.quoted()?)?,
            _ => attribute::encode(oid, &self.plain()?)?,
        };
        Ok(AttributeTypeAndValue { oid, value })
    }

    /// A value with escapes, without the blanks behind it.
    fn plain(&mut self) -> Result<String, String> {
        let mut bytes = Vec::new();
        let mut end = 0;
        loop {
            match self.rest.peek() {
                Some('\\') => {
                    self.escape(&mut bytes)?;
                    end = bytes.len();
                }
                Some(&c) if !SPECIAL.contains(c) => {
                    self.rest.next();
                    push(&mut bytes, c);
                    if c != ' ' {
                        end = bytes.len();
                    }
                }
                _ => break,
            }
        }
        bytes.truncate(end);
        text(bytes)
    }

    /// A value in double quotes (RFC 2253 section 4).
    fn quoted(&mut self) -> Result<String, String> {
        let mut bytes = Vec::new();
        self.rest.next();
        loop {
            match self.rest.peek() {
                Some('\\') => self.escape(&mut bytes)?,
                Some('"') => break,
                Some(&c) => {
                    self.rest.next();
                    push(&mut bytes, c);
                }
                None => return Err("a double quote is not closed".to_owned()),
            }
        }
        self.rest.next();
        while self.rest.next_if_eq(&' ').is_some() {}
        text(bytes)
    }

    /// A backslash with the character that it escapes, or with one byte of UTF-8 in hexadecimal.
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), String> {
        self.rest.next();
        let escaped = self.rest.next();
        if let Some(c) = escaped.filter(|c| SPECIAL.contains(*c) || " #=".contains(*c)) {
            push(bytes, c);
            return Ok(());
        }
        let byte = escaped
            .zip(self.rest.next())
            .and_then(|(high, low)| hex_byte(high, low));
        let wrong = "a backslash stands before a special character or two hexadecimal digits";
        bytes.push(byte.ok_or(wrong)?);
        Ok(())
    }

    /// `#` and the DER of the value in hexadecimal. Text in it obeys the rules for text.
    fn hexadecimal(&mut self, oid: ObjectIdentifier) -> Result<Any, String> {
        let wrong = || "`#` stands before the value's DER in hexadecimal".to_owned();
        self.rest.next();
        let mut der = Vec::new();
        while let Some(high) = self.rest.next_if(char::is_ascii_hexdigit) {
            let low = self.rest.next().ok_or_else(wrong)?;
            der.push(hex_byte(high, low).ok_or_else(wrong)?);
        }
        while self.rest.next_if_eq(&' ').is_some() {}
        let value = Any::from_der(&der).map_err(|_| wrong())?;
        match text_of(value.tag(), value.value()) {
            Some(text) => attribute::encode(oid, &checked(text)?),
            None => Ok(value),
        }
    }
}

/// Puts attributes in the order of DER, once for all: one by one, thousands would take minutes.
fn rdn_of(attributes: Vec<AttributeTypeAndValue>) -> Result<Rdn, String> {
    let rdn = Rdn::try_from(attributes).map_err(|error| error.to_string())?;
    if rdn
        .as_slice()
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
    {
        return Err("the same attribute stands twice in one `+`".to_owned());
    }
    Ok(rdn)
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    checked(String::from_utf8(bytes).map_err(|_| "the escaped bytes are no UTF-8")?)
}

fn checked(text: String) -> Result<String, String> {
    match text.chars().find(|c| !is_safe(*c)) {
        Some(c) => Err(unsafe_character(c)),
        None => Ok(text),
    }
}

fn unsafe_character(c: char) -> String {
    format!("it contains the control character `U+{:04X}`", u32::from(c))
}

fn hex_byte(high: char, low: char) -> Option<u8> {
    u8::try_from(high.to_digit(16)? << 4 | low.to_digit(16)?).ok()
}
