//! A certification request as it was made or received.

use std::fmt;

use const_oid::AssociatedOid;
use der::{Decode, EncodingRules, Tag};
use x509_cert::attr::Attribute;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::request::ExtensionReq;

use super::{AlternativeName, Usage};
use crate::certificate::asn1::Element;
use crate::certificate::{
    DistinguishedName, Signed, encode_pem, find_extension, read_request, usages_in,
};
use crate::error::{Error, Result};
use crate::key::PublicKey;

/// A certification request (RFC 2986 section 4), DER kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Csr(Vec<u8>);

/// The parts of a request.
struct Parts {
    signed: Signed,
    subject: DistinguishedName,
    public_key: PublicKey,
    extensions: Extensions,
}

impl Csr {
    /// Reads DER. The signature is not verified: that is [`Self::verify`].
    ///
    /// # Errors
    ///
    /// [`Error::RequestUnreadable`] if it is no request, or has anything behind it.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::from_named("DER", der.to_vec())
    }

    /// Reads a file with a request as PEM, DER, or base64 without armour; `name` names it in
    /// errors. The signature is not verified.
    ///
    /// # Errors
    ///
    /// [`Error::RequestUnreadable`] with what the file is instead, [`Error::FileTooLarge`] over
    /// [`MAXIMUM_FILE_BYTES`](crate::certificate::MAXIMUM_FILE_BYTES).
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::from_named(name, read_request(name, bytes)?)
    }

    fn from_named(name: &str, der: Vec<u8>) -> Result<Self> {
        let parts = Parts::read(&der);
        parts
            .map(|_| Self(der))
            .ok_or_else(|| unreadable(name, "it is damaged, or no request"))
    }

    /// The DER as it came.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// PEM, `-----BEGIN CERTIFICATE REQUEST-----` (RFC 7468 section 7).
    pub fn to_pem(&self) -> Result<String> {
        encode_pem("CERTIFICATE REQUEST", &self.0)
            .ok_or_else(|| unreadable("the request", "it is too large for PEM"))
    }

    /// The subject asked for.
    pub fn subject(&self) -> Result<DistinguishedName> {
        Ok(self.parts()?.subject)
    }

    /// The subject alternative names asked for.
    ///
    /// # Errors
    ///
    /// [`Error::SanInvalid`] for a name of a kind that this program does not know, or that it would
    /// not have put into a request itself: nothing is left out silently.
    pub fn alternative_names(&self) -> Result<Vec<AlternativeName>> {
        let extensions = self.parts()?.extensions;
        let is_san = |id| id == SubjectAltName::OID;
        match find_extension::<SubjectAltName>(&extensions) {
            Some(names) => names.0.iter().map(AlternativeName::try_from).collect(),
            None if extensions.iter().any(|extension| is_san(extension.extn_id)) => Err(
                unreadable("the request", "its alternative names are damaged"),
            ),
            None => Ok(Vec::new()),
        }
    }

    /// The usages asked for, key usages first.
    pub fn usages(&self) -> Result<Vec<Usage>> {
        Ok(usages_in(&self.parts()?.extensions))
    }

    /// The public key that the certificate is to be for.
    pub fn public_key(&self) -> Result<PublicKey> {
        Ok(self.parts()?.public_key)
    }

    /// Proof of possession: verifies the signature with the request's own public key.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureWrong`], and the other errors of [`PublicKey::verify`].
    pub fn verify(&self) -> Result<()> {
        let parts = self.parts()?;
        parts.signed.verify(&parts.public_key, "the request")
    }

    fn parts(&self) -> Result<Parts> {
        Parts::read(&self.0).ok_or_else(|| unreadable("the request", "it is damaged"))
    }
}

impl Parts {
    fn read(der: &[u8]) -> Option<Self> {
        let (outer, behind) = Element::first(der, EncodingRules::Der)?;
        let (signed, fields) = Signed::read(&outer).filter(|_| behind.is_empty())?;
        let (version, subject, public_key, attributes) = match fields.as_slice() {
            [version, subject, public_key] => (version, subject, public_key, None),
            [version, subject, public_key, attributes] if attributes.is_context(0) => {
                (version, subject, public_key, Some(attributes))
            }
            _ => return None,
        };
        // Version 1 is the number 0, and there is no other (RFC 2986 section 4.1).
        (version.tag == Tag::Integer && version.value == [0]).then_some(())?;
        Some(Self {
            signed,
            subject: DistinguishedName::from_der(subject.bytes).ok()?,
            public_key: PublicKey::from_der(public_key.bytes).ok()?,
            extensions: attributes.map_or(Some(Extensions::new()), requested_extensions)?,
        })
    }
}

/// The extensions of the `extensionRequest` attributes (RFC 2985 section 5.4.2).
fn requested_extensions(attributes: &Element<'_>) -> Option<Extensions> {
    let mut extensions = Extensions::new();
    for attribute in attributes.inner(EncodingRules::Der)? {
        let attribute = Attribute::from_der(attribute.bytes).ok()?;
        if attribute.oid == ExtensionReq::OID {
            for value in attribute.values.iter() {
                extensions.extend(value.decode_as::<Extensions>().ok()?);
            }
        }
    }
    Some(extensions)
}

impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = Parts::read(&self.0);
        f.debug_struct("Csr")
            .field("subject", &parts.as_ref().map(|parts| &parts.subject))
            .field("public_key", &parts.as_ref().map(|parts| &parts.public_key))
            .finish_non_exhaustive()
    }
}

fn unreadable(name: &str, reason: &str) -> Error {
    Error::RequestUnreadable {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}
