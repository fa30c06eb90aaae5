//! X.509 certificates: kept as the bytes they came in, read once.

pub(crate) mod alternative_name;
pub(crate) mod asn1;
mod bundle;
mod chain;
mod extension;
mod form;
mod name;
mod pem;
mod pkcs7;
mod revocation;
mod signature;
mod text;
mod time;
pub(crate) mod usage;

use std::fmt;

use base64ct::{Base64, Encoding};
use const_oid::AssociatedOid;
use der::asn1::BitStringRef;
use der::{Decode, EncodingRules, Tag};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName, SubjectKeyIdentifier};

use crate::error::{Error, Result};
use crate::key::PublicKey;
use crate::lifecycle;
use asn1::Element;

pub use bundle::{MAXIMUM_FILE_BYTES, read_certificates};
pub use chain::chain_of;
pub use name::DistinguishedName;
pub use revocation::{MAXIMUM_LIST_BYTES, RevocationList, Revoked};
pub use signature::SignatureHash;
pub use text::sanitized;

pub(crate) use bundle::read_request;
#[cfg(feature = "ca")]
pub(crate) use extension::extension;
pub(crate) use extension::{extensions_of, find as find_extension, usages_in};
#[cfg(feature = "est")]
pub(crate) use pem::Armour;
pub(crate) use pem::encode as encode_pem;
pub(crate) use text::{hexadecimal, is_safe};

/// A certificate (RFC 5280 section 4.1), never re-encoded. Two are equal if their DER is.
///
/// ```
/// use tokencert::certificate::{chain_of, read_certificates};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bundle = std::fs::read("fixtures/rsa-bundle.p7b")?; // PEM, DER or PKCS#7
/// let certificates = read_certificates("rsa-bundle.p7b", &bundle)?;
/// let leaf = certificates.iter().find(|one| !one.is_ca()).ok_or("no leaf")?;
/// let chain = chain_of(leaf, &certificates); // leaf first, root last
/// assert!(leaf.is_issued_by(&chain[1]));
/// # Ok(()) }
/// ```
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Certificate {
    der: Vec<u8>,
    signed: Signed,
    /// The serial number as DER INTEGER.
    serial: Vec<u8>,
    issuer: DistinguishedName,
    not_before: Timestamp,
    not_after: Timestamp,
    subject: DistinguishedName,
    public_key: Vec<u8>,
    extensions: Extensions,
}

/// What is signed, and the signature: the frame of certificates and requests.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) content: Vec<u8>,
    pub(crate) algorithm: AlgorithmIdentifierOwned,
    pub(crate) signature: Vec<u8>,
}

impl Signed {
    /// Reads `SIGNED{}` (RFC 5912 section 8) and gives the elements of what is signed.
    pub(crate) fn read<'a>(outer: &Element<'a>) -> Option<(Self, Vec<Element<'a>>)> {
        let parts = outer.sequence()?;
        let [content, algorithm, signature] = parts.as_slice() else {
            return None;
        };
        let signed = Self {
            content: content.bytes.to_vec(),
            algorithm: AlgorithmIdentifierOwned::from_der(algorithm.bytes).ok()?,
            signature: BitStringRef::from_der(signature.bytes)
                .ok()?
                .as_bytes()?
                .to_vec(),
        };
        Some((signed, content.sequence()?))
    }

    /// Verifies the signature with `key`; `what` names the signed thing in the error.
    pub(crate) fn verify(&self, key: &PublicKey, what: &str) -> Result<()> {
        let algorithm = AlgorithmIdentifierRef::from(&self.algorithm);
        key.verify_identified(algorithm, &self.content, &self.signature, what)
    }
}

impl Certificate {
    /// Reads DER.
    ///
    /// Bytes after the certificate are cut off, as smart cards fill `CKA_VALUE` up, and serial
    /// numbers of more than 20 bytes are tolerated.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateUnreadable`] if it is no certificate.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let unreadable = || Error::CertificateUnreadable {
            name: "DER".to_owned(),
            reason: "it is damaged, or no certificate".to_owned(),
        };
        let (outer, _) = Element::first(der, EncodingRules::Der).ok_or_else(unreadable)?;
        Self::from_element(&outer).ok_or_else(unreadable)
    }

    fn from_element(outer: &Element<'_>) -> Option<Self> {
        let (signed, fields) = Signed::read(outer)?;
        let (version, fields) = match fields.split_first()? {
            (version, fields) if version.is_context(0) => (Some(version), fields),
            _ => (None, fields.as_slice()),
        };
        let [
            serial,
            algorithm,
            issuer,
            validity,
            subject,
            public_key,
            optional @ ..,
        ] = fields
        else {
            return None;
        };
        let validity = validity.sequence()?;
        let [not_before, not_after] = validity.as_slice() else {
            return None;
        };
        // A request has its version without a tag of its own where a serial number would stand.
        AlgorithmIdentifierRef::from_der(algorithm.bytes).ok()?;
        version
            .is_none_or(|version| version.value.len() == 3)
            .then_some(())?;
        let extensions = match optional.iter().find(|field| field.is_context(3)) {
            Some(extensions) => Extensions::from_der(extensions.value).ok()?,
            None => Extensions::new(),
        };
        Some(Self {
            der: outer.bytes.to_vec(),
            signed,
            serial: (serial.tag == Tag::Integer).then(|| serial.bytes.to_vec())?,
            issuer: DistinguishedName::from_der(issuer.bytes).ok()?,
            not_before: time::read(not_before)?,
            not_after: time::read(not_after)?,
            subject: DistinguishedName::from_der(subject.bytes).ok()?,
            public_key: (public_key.tag == Tag::Sequence).then(|| public_key.bytes.to_vec())?,
            extensions,
        })
    }

    /// The DER as it came.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// PEM, `-----BEGIN CERTIFICATE-----` (RFC 7468 section 5).
    pub fn to_pem(&self) -> Result<String> {
        encode_pem("CERTIFICATE", &self.der).ok_or_else(|| Error::CertificateUnreadable {
            name: self.subject.to_string(),
            reason: "it is too large for PEM".to_owned(),
        })
    }

    /// Whose certificate it is.
    #[must_use]
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// The serial number in lower-case hexadecimal, without the zero byte that keeps it positive.
    #[must_use]
    pub fn serial_number(&self) -> String {
        let content = Element::first(&self.serial, EncodingRules::Der);
        let content = content.map(|(serial, _)| serial.value).unwrap_or_default();
        hexadecimal(match content {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        })
    }

    /// The serial number as DER INTEGER, as `CKA_SERIAL_NUMBER` wants it.
    #[must_use]
    pub fn serial_der(&self) -> Vec<u8> {
        self.serial.clone()
    }

    /// The first second in which the certificate is valid.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last second in which the certificate is valid. A certificate that never expires has
    /// [`Timestamp::MAX`].
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// True once it is no longer valid.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        lifecycle::has_expired(self.not_after, now)
    }

    /// True from its notBefore to the end of the second of its notAfter.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && !self.has_expired(now)
    }

    /// The public key.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMalformed`] if its `SubjectPublicKeyInfo` is damaged. A key of an unknown kind
    /// is no error.
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::from_der(&self.public_key)
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// SHA-256 of the DER in lower-case hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hexadecimal(&self.sha256())
    }

    /// True if the certificate is one of a CA: `cA` of the basic constraints (RFC 5280 section
    /// 4.2.1.9).
    #[must_use]
    pub fn is_ca(&self) -> bool {
        find_extension(&self.extensions).is_some_and(|found: BasicConstraints| found.ca)
    }

    /// The subject key identifier (RFC 5280 section 4.2.1.2), where the certificate has one.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        let found: SubjectKeyIdentifier = find_extension(&self.extensions)?;
        Some(found.0.into_bytes().into_vec())
    }

    /// The subject alternative names as `dns:…`, `email:…`, `ip:…`, `uri:…` and `upn:…`, sanitised;
    /// other kinds are left out.
    #[must_use]
    pub fn alternative_names(&self) -> Vec<String> {
        let found: Option<SubjectAltName> = find_extension(&self.extensions);
        let names = found.map(|names| names.0).unwrap_or_default();
        names
            .iter()
            .filter_map(alternative_name::text_of)
            .map(|name| sanitized(&name))
            .collect()
    }

    /// The extension with the subject alternative names as it stands in the certificate.
    pub(crate) fn alternative_names_extension(&self) -> Option<&x509_cert::ext::Extension> {
        let is_san = |it: &&x509_cert::ext::Extension| it.extn_id == SubjectAltName::OID;
        self.extensions.iter().find(is_san)
    }

    /// What the key may be used for, key usages first.
    #[must_use]
    pub fn allowed_usages(&self) -> Vec<usage::Usage> {
        extension::usages_in(&self.extensions)
    }

    /// What the key may be used for: key usages, then extended key usages, by the standard's names;
    /// those without a name as OID in dots.
    #[must_use]
    pub fn usages(&self) -> Vec<String> {
        extension::usages_in(&self.extensions)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// True if `issuer` issued it: the names match, and the signature verifies with the issuer's
    /// key. Dates, constraints and revocation are not looked at.
    ///
    /// Signatures with SHA-1 or weaker and of unknown kinds count as none.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        let verifies = |key: PublicKey| self.signed.verify(&key, "the certificate").is_ok();
        self.names_as_issuer(issuer) && issuer.public_key().is_ok_and(verifies)
    }

    /// True if the issuer's name is the subject of `issuer`.
    fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        self.issuer.matches(&issuer.subject)
    }

    /// True if issuer and subject are the same, as those of a root are.
    fn is_self_issued(&self) -> bool {
        self.names_as_issuer(self)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("serial_number", &self.serial_number())
            .field("sha256", &self.fingerprint())
            .finish_non_exhaustive()
    }
}

impl From<Certificate> for String {
    /// The DER in base64.
    fn from(certificate: Certificate) -> Self {
        Base64::encode_string(&certificate.der)
    }
}

impl TryFrom<String> for Certificate {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::from_der(&Base64::decode_vec(&text).unwrap_or_default())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}
