//! The bodies of messages: base64 over DER (RFC 8951 section 3), and certificates in PKCS#7.

use base64ct::{Base64, Encoding};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911;
use der::asn1::{Any, AnyRef, SetOfVec};
use der::{Decode, Encode, Sequence};

use crate::certificate::{Armour, Certificate, read_certificates};
use crate::error::{Error, Result};

/// The largest body that is read, in bytes.
pub const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// The characters of a line.
const COLUMNS: usize = 64;

/// Answers of so many characters are one line: strongSwan before 6.1 reads no wrapped body, and
/// libest none with a line of more than 1,023.
const ONE_LINE: usize = 1000;

/// The body of a request: lines of 64 characters. libest reads nothing else.
#[must_use]
pub fn encode_request(der: &[u8]) -> String {
    wrapped(&Base64::encode_string(der))
}

/// The body of an answer: one line, or lines of 64 characters where that would be too long.
#[must_use]
pub fn encode_answer(der: &[u8]) -> String {
    let base64 = Base64::encode_string(der);
    if base64.len() <= ONE_LINE {
        base64 + "\n"
    } else {
        wrapped(&base64)
    }
}

fn wrapped(base64: &str) -> String {
    let mut lines = String::with_capacity(base64.len() + base64.len() / COLUMNS + 1);
    let mut rest = base64;
    while !rest.is_empty() {
        let (line, behind) = rest.split_at_checked(COLUMNS).unwrap_or((rest, ""));
        lines.push_str(line);
        lines.push('\n');
        rest = behind;
    }
    lines
}

/// The DER of a body, or what is wrong with it. Any white space and the armour of PEM are
/// tolerated; `Content-Transfer-Encoding` is never looked at.
///
/// # Errors
///
/// A reason in English, for example `it is a web page`.
pub fn decode(body: &[u8]) -> std::result::Result<Vec<u8>, &'static str> {
    if u64::try_from(body.len()).map_or(true, |size| size > MAXIMUM_BYTES) {
        return Err("it is too large");
    }
    let compact: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if compact.is_empty() {
        return Err("it is empty");
    }
    let decoded = std::str::from_utf8(&compact).map(Base64::decode_vec);
    if let Ok(Ok(decoded)) = decoded {
        return Ok(decoded);
    }
    if compact.starts_with(b"-----BEGIN")
        && let Armour::Blocks(blocks) = Armour::of(body)
        && let Some(Ok(contents)) = blocks.into_iter().next().map(|block| block.contents)
    {
        return Ok(contents);
    }
    Err(match body {
        [0x30, 0x80..=0x84, ..] => "it is DER without base64",
        _ if compact.starts_with(b"<") => "it is a web page",
        _ => "it is no base64, or it ends too early",
    })
}

/// `ContentInfo` (RFC 5652 section 3).
#[derive(Sequence)]
struct ContentInfo<'a> {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: SignedData<'a>,
}

/// `SignedData` (section 5.1) that nobody signs.
#[derive(Sequence)]
struct SignedData<'a> {
    version: u8,
    digest_algorithms: SetOfVec<Any>,
    content: EncapsulatedContent,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    certificates: SetOfVec<AnyRef<'a>>,
    signer_infos: SetOfVec<Any>,
}

#[derive(Sequence)]
struct EncapsulatedContent {
    content_type: ObjectIdentifier,
}

/// The DER of a PKCS#7 message that holds these certificates and nothing else.
///
/// # Errors
///
/// [`Error::CertificateUnreadable`] if they are too large for DER.
pub fn certs_only(certificates: &[Certificate]) -> Result<Vec<u8>> {
    let encode = || {
        let members = certificates
            .iter()
            .map(|certificate| AnyRef::from_der(certificate.as_der()))
            .collect::<der::Result<Vec<_>>>()?;
        let content = SignedData {
            version: 1,
            digest_algorithms: SetOfVec::new(),
            content: EncapsulatedContent {
                content_type: rfc5911::ID_DATA,
            },
            certificates: SetOfVec::try_from(members)?,
            signer_infos: SetOfVec::new(),
        };
        ContentInfo {
            content_type: rfc5911::ID_SIGNED_DATA,
            content,
        }
        .to_der()
    };
    encode().map_err(|error: der::Error| Error::CertificateUnreadable {
        name: "the answer".to_owned(),
        reason: error.to_string(),
    })
}

/// The certificates of an answer's body, in its order, or what is wrong with it.
///
/// # Errors
///
/// A reason in English.
pub fn certificates(body: &[u8]) -> std::result::Result<Vec<Certificate>, String> {
    let der = decode(body)?;
    if Certificate::from_der(&der).is_ok() {
        return Err("it is a bare certificate in place of a PKCS#7 message".to_owned());
    }
    read_certificates("the answer", &der).map_err(|error| match error {
        Error::CertificateUnreadable { reason, .. } => reason,
        other => other.to_string(),
    })
}
