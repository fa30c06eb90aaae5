//! Telling what a file is, so that the answer to a wrong one can say so.

use der::asn1::AnyRef;
use der::{Decode, EncodingRules, ErrorKind, Tag};

use super::asn1::Element;
use super::pem::{Armour, Block, Flaw};
use super::{Certificate, Signed, pkcs7};

/// What a file, or one block of it, turned out to be.
pub(crate) enum Form {
    /// Certificates, in the order of the file.
    Certificates(Vec<Certificate>),
    /// The DER of a certification request.
    Request(Vec<u8>),
    /// A private key, or a file that has one as a rule.
    PrivateKey,
    /// Something else that is whole.
    Foreign(&'static str),
    /// Something that should have been readable.
    Damaged(&'static str),
}

const DAMAGED: &str = "it is damaged";
const TRUNCATED: &str = "it ends too early";
const PUBLIC_KEY: &str = "it is a public key";
const REVOCATION_LIST: &str = "it is a revocation list (CRL)";
const UNKNOWN: &str = "it is none of the forms that certificates come in";

/// What the first bytes of a file tell.
enum Magic {
    Is(&'static str),
    PrivateKey,
}

/// How files begin that are given by mistake.
static MAGIC: &[(&[u8], Magic)] = &[
    (b"PK\x03\x04", Magic::Is("it is a zip archive")),
    (b"%PDF-", Magic::Is("it is a PDF document")),
    (b"\x89PNG", Magic::Is("it is a picture")),
    (b"\xff\xd8\xff", Magic::Is("it is a picture")),
    (b"\x1f\x8b", Magic::Is("it is a compressed file")),
    (b"\xfe\xed\xfe\xed", Magic::PrivateKey), // a Java key store, as is the next
    (b"\xce\xce\xce\xce", Magic::PrivateKey),
    (b"PuTTY-User-Key-File", Magic::PrivateKey),
    (b"ssh-", Magic::Is("it is an OpenSSH public key")),
    (b"ecdsa-sha2-", Magic::Is("it is an OpenSSH public key")),
];

/// What the parts of a file are; never empty.
pub(crate) fn forms_in(file: &[u8]) -> Vec<Form> {
    if let Some((_, form)) = MAGIC.iter().find(|(magic, _)| file.starts_with(magic)) {
        return vec![match form {
            Magic::Is(reason) => Form::Foreign(reason),
            Magic::PrivateKey => Form::PrivateKey,
        }];
    }
    match Armour::of(file) {
        Armour::Empty => vec![Form::Foreign("it is empty")],
        Armour::Binary(bytes) => vec![form_of(&bytes)],
        Armour::Blocks(blocks) if blocks.is_empty() => vec![Form::Damaged(TRUNCATED)],
        Armour::Blocks(blocks) => blocks.iter().map(form_of_block).collect(),
        Armour::Text(text) => {
            let start = text
                .trim_start()
                .get(..5)
                .unwrap_or_default()
                .to_ascii_lowercase();
            let web_page = ["<!doc", "<html", "<head", "<body"].contains(&start.as_str());
            vec![Form::Foreign(if web_page {
                "it is a web page"
            } else {
                UNKNOWN
            })]
        }
    }
}

fn form_of_block(block: &Block) -> Form {
    if block.label.ends_with("PRIVATE KEY") {
        return Form::PrivateKey;
    }
    match &block.contents {
        Ok(contents) => form_of(contents),
        Err(Flaw::Truncated) => Form::Damaged(TRUNCATED),
        Err(Flaw::Damaged) => Form::Damaged(DAMAGED),
    }
}

/// What DER or BER stands for. Labels are not trusted: many a `CERTIFICATE` is a PKCS#7 file.
fn form_of(bytes: &[u8]) -> Form {
    let Some((outer, behind)) = Element::first(bytes, EncodingRules::Ber) else {
        let truncated = AnyRef::from_ber(bytes)
            .is_err_and(|error| matches!(error.kind(), ErrorKind::Incomplete { .. }));
        let sequence = bytes.first() == Some(&SEQUENCE);
        return match (sequence, truncated) {
            (true, true) => Form::Damaged(TRUNCATED),
            (true, false) => Form::Damaged(DAMAGED),
            (false, _) => Form::Foreign(UNKNOWN),
        };
    };
    if outer.tag != Tag::Sequence {
        return Form::Foreign(UNKNOWN);
    }
    let Some(parts) = outer.inner(EncodingRules::Ber) else {
        return Form::Damaged(DAMAGED);
    };
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).take(3).collect();
    match tags.as_slice() {
        [Tag::ObjectIdentifier, ..] => match pkcs7::certificates(&outer) {
            Ok(certificates) => Form::Certificates(certificates),
            Err(reason) => Form::Foreign(reason),
        },
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => form_of_signed(&outer, behind),
        // PKCS#12 and PKCS#8, SEC 1, PKCS#1 and DSA, encrypted PKCS#8.
        [Tag::Integer, Tag::Sequence | Tag::OctetString, ..]
        | [Tag::Integer, Tag::Integer, Tag::Integer]
        | [Tag::Sequence, Tag::OctetString] => Form::PrivateKey,
        [Tag::Sequence, Tag::BitString] | [Tag::Integer, Tag::Integer] => Form::Foreign(PUBLIC_KEY),
        _ => Form::Foreign(UNKNOWN),
    }
}

/// The first byte of a SEQUENCE.
const SEQUENCE: u8 = 0x30;

/// Tells apart what has the frame of a certificate; `behind` may hold more certificates.
fn form_of_signed(outer: &Element<'_>, behind: &[u8]) -> Form {
    if let Ok(certificate) = Certificate::from_der(outer.bytes) {
        let mut certificates = vec![certificate];
        let mut rest = behind;
        while let Some((next, behind)) = Element::first(rest, EncodingRules::Der) {
            let Ok(certificate) = Certificate::from_der(next.bytes) else {
                break;
            };
            certificates.push(certificate);
            rest = behind;
        }
        return Form::Certificates(certificates);
    }
    let Some((_, fields)) = Signed::read(outer) else {
        return Form::Damaged(DAMAGED);
    };
    let tags: Vec<Tag> = fields.iter().map(|field| field.tag).collect();
    match tags.as_slice() {
        [Tag::Integer, Tag::Sequence, Tag::Sequence, ..] if tags.len() <= 4 => {
            Form::Request(outer.bytes.to_vec())
        }
        [
            Tag::Integer,
            Tag::Sequence,
            Tag::Sequence,
            Tag::UtcTime | Tag::GeneralizedTime,
            ..,
        ]
        | [
            Tag::Sequence,
            Tag::Sequence,
            Tag::UtcTime | Tag::GeneralizedTime,
            ..,
        ] => Form::Foreign(REVOCATION_LIST),
        _ => Form::Damaged(DAMAGED),
    }
}
