//! Certificates in PKCS#7 and CMS files that hold nothing else (RFC 5652, certs-only).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911;
use der::{Decode, EncodingRules, Tag};

use super::Certificate;
use super::asn1::Element;

const ENCRYPTED: &str = "it is an encrypted PKCS#7 message";
const DAMAGED: &str = "it is a damaged PKCS#7 file";
const WITHOUT: &str = "it is a PKCS#7 file without certificates";

/// The certificates of a `ContentInfo` in DER or BER, in the order of the file, or what it is.
///
/// The parts that matter are taken as they stand: decoding the whole and encoding it again would
/// change certificates that are not quite DER.
pub(super) fn certificates(content_info: &Element<'_>) -> Result<Vec<Certificate>, &'static str> {
    let parts = content_info.inner(EncodingRules::Ber).unwrap_or_default();
    let [content_type, content, ..] = parts.as_slice() else {
        return Err(DAMAGED);
    };
    match ObjectIdentifier::from_der(content_type.bytes) {
        Ok(rfc5911::ID_SIGNED_DATA) => {}
        Ok(rfc5911::ID_ENVELOPED_DATA | rfc5911::ID_ENCRYPTED_DATA) => return Err(ENCRYPTED),
        Ok(_) => return Err(WITHOUT),
        Err(_) => return Err(DAMAGED),
    }
    let (signed_data, _) = Element::first(content.value, EncodingRules::Ber).ok_or(DAMAGED)?;
    let fields = signed_data.inner(EncodingRules::Ber).ok_or(DAMAGED)?;
    let set = fields
        .iter()
        .find(|field| field.is_context(0))
        .ok_or(WITHOUT)?;
    let members = set.inner(EncodingRules::Ber).ok_or(DAMAGED)?;
    let certificates = members.iter().filter(|member| member.tag == Tag::Sequence);
    let certificates: Vec<Certificate> = certificates
        .map(|certificate| Certificate::from_der(certificate.bytes).map_err(|_| DAMAGED))
        .collect::<Result<_, _>>()?;
    if certificates.is_empty() {
        Err(WITHOUT)
    } else {
        Ok(certificates)
    }
}
