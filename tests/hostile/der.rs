//! DER made by hand, for certificates and requests that no honest program would make.

use tokencert::key::PublicKey;

/// A value with its tag.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let length = &length[zeros..];
    let mut der = vec![tag];
    match length {
        [] => der.push(0),
        [short @ 0..0x80] => der.push(*short),
        long => {
            der.push(0x80 | u8::try_from(long.len()).unwrap());
            der.extend(long);
        }
    }
    der.extend(value);
    der
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An attribute `CN` whose value has this tag.
pub(crate) fn common_name(tag: u8, value: &[u8]) -> Vec<u8> {
    sequence(&[b"\x06\x03\x55\x04\x03", &tlv(tag, value)])
}

/// The name `CN=value`, as `UTF8String`.
pub(crate) fn name(value: &str) -> Vec<u8> {
    sequence(&[&tlv(0x31, &common_name(0x0c, value.as_bytes()))])
}

/// `ecdsa-with-SHA256`
const ALGORITHM: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

/// An ECDSA signature whose two numbers are 1.
const SIGNATURE: &[u8] = b"\x30\x06\x02\x01\x01\x02\x01\x01";

fn bits(value: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], value].concat())
}

fn signed(content: &[u8]) -> Vec<u8> {
    sequence(&[content, ALGORITHM, &bits(SIGNATURE)])
}

/// A certificate whose signature verifies with no key.
#[derive(Clone, Copy)]
pub(crate) struct Forged<'a> {
    pub(crate) serial: u32,
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    pub(crate) key: &'a [u8],
    /// The one extension, if its OID is not empty.
    pub(crate) extension: (&'a [u8], &'a [u8]),
}

impl Default for Forged<'_> {
    fn default() -> Self {
        Self {
            serial: 1,
            issuer: b"\x30\x00",
            subject: b"\x30\x00",
            key: b"\x30\x00",
            extension: (&[], &[]),
        }
    }
}

impl Forged<'_> {
    pub(crate) fn der(&self) -> Vec<u8> {
        let (oid, value) = self.extension;
        let extensions = if oid.is_empty() {
            Vec::new()
        } else {
            let extension = sequence(&[&tlv(0x06, oid), &tlv(0x04, value)]);
            tlv(0xa3, &sequence(&[&extension]))
        };
        signed(&sequence(&[
            b"\xa0\x03\x02\x01\x02",
            &tlv(0x02, &[&[1], self.serial.to_be_bytes().as_slice()].concat()),
            ALGORITHM,
            self.issuer,
            &sequence(&[&tlv(0x17, b"200101000000Z"), &tlv(0x17, b"400101000000Z")]),
            self.subject,
            self.key,
            &extensions,
        ]))
    }
}

/// A request with this key and these attributes, whose signature does not verify.
pub(crate) fn request(key: &PublicKey, attributes: &[u8]) -> Vec<u8> {
    let subject = name("a");
    let attributes = tlv(0xa0, attributes);
    signed(&sequence(&[
        b"\x02\x01\x00",
        &subject,
        key.as_der(),
        &attributes,
    ]))
}
