//! Certification requests (PKCS#10, RFC 2986).

mod csr;
mod exact;

use const_oid::AssociatedOid;
use der::asn1::{Any, BitString, SetOfVec};
use der::{Decode, Encode};
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

use crate::certificate::{Certificate, DistinguishedName, extensions_of};
use crate::error::{Error, Result};
use crate::key::{SignatureScheme, SigningKey};

pub use crate::certificate::alternative_name::AlternativeName;
pub use crate::certificate::usage::{KeyUsage, Usage};
pub use csr::Csr;
pub use exact::ExactNames;

/// What a certificate is asked for.
///
/// ```
/// use tokencert::{Csr, RequestTemplate, SigningKey};
///
/// fn request(key: &dyn SigningKey) -> tokencert::Result<Csr> {
///     let mut template = RequestTemplate::new("CN=山田 太郎,O=例,C=JP");
///     template.alternative_names = vec!["email:taro@example.jp".parse()?];
///     let scheme = tokencert::SignatureScheme::RsaPssSha256;
///     template.sign(key, scheme) // verified in software before it is returned
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RequestTemplate {
    /// The subject as [`DistinguishedName::parse`] reads it, which happens when the request is
    /// made; it may be empty if there is an alternative name.
    pub subject: String,
    /// The subject alternative names.
    pub alternative_names: Vec<AlternativeName>,
    /// What the key is to be used for.
    pub usages: Vec<Usage>,
    /// The names of a certificate that is renewed, which take the place of the other two to the
    /// byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactNames>,
}

impl RequestTemplate {
    /// A request for this subject, without alternative names, for a key that signs and
    /// authenticates a TLS client.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            alternative_names: Vec::new(),
            usages: vec![Usage::Key(KeyUsage::DigitalSignature), Usage::CLIENT_AUTH],
            exact: None,
        }
    }

    /// A request for a certificate in place of this one: the same subject and alternative names,
    /// to the byte (RFC 7030 section 4.2.2), and the same usages.
    #[must_use]
    pub fn renewing(certificate: &Certificate) -> Self {
        let mut template = Self::new(certificate.subject().to_string());
        let usages = certificate.allowed_usages();
        if !usages.is_empty() {
            template.usages = usages;
        }
        template.exact = Some(ExactNames::of(certificate));
        template
    }

    /// The subject of a certificate that is renewed.
    pub(crate) fn exact_subject(&self) -> Option<Result<DistinguishedName>> {
        let exact = self.exact.as_ref()?;
        Some(DistinguishedName::from_der(exact.subject()))
    }

    /// Builds the request, has it signed by `key`, and verifies it before it is returned.
    ///
    /// # Errors
    ///
    /// [`Error::SubjectInvalid`] for a subject that cannot be used, [`Error::KeyScheme`] if `key`
    /// does not make signatures of that kind, [`Error::SignatureWrong`] if what it made does not
    /// verify, and the errors of `key`.
    pub fn sign(&self, key: &dyn SigningKey, scheme: SignatureScheme) -> Result<Csr> {
        let algorithm = key.public_key().algorithm();
        if !algorithm.is_some_and(|algorithm| scheme.suits(algorithm)) {
            let algorithm = algorithm.map_or_else(|| "unknown".to_owned(), |a| a.to_string());
            return Err(Error::KeyScheme {
                algorithm,
                scheme: scheme.name().to_owned(),
            });
        }
        let info = self.info(key.public_key().as_der())?;
        let signature = key.sign(scheme, &info.to_der().map_err(unencodable)?)?;
        let request = CertReq {
            info,
            algorithm: scheme.identifier().map_err(unencodable)?,
            signature: BitString::from_bytes(&signature).map_err(unencodable)?,
        };
        let request = Csr::from_der(&request.to_der().map_err(unencodable)?)?;
        request.verify()?;
        Ok(request)
    }

    fn info(&self, public_key: &[u8]) -> Result<CertReqInfo> {
        let subject = match self.exact_subject() {
            Some(subject) => subject?,
            None if self.subject.is_empty() && !self.alternative_names.is_empty() => {
                DistinguishedName::empty()
            }
            None => DistinguishedName::parse(&self.subject)?,
        };
        Ok(CertReqInfo {
            version: Version::V1,
            subject: Name::from_der(subject.as_der()).map_err(unencodable)?,
            public_key: SubjectPublicKeyInfoOwned::from_der(public_key).map_err(unencodable)?,
            attributes: self.attributes().map_err(unencodable)?,
        })
    }

    /// The attribute with the extensions; none if none are asked for, as it must not be empty.
    fn attributes(&self) -> der::Result<Attributes> {
        let extensions = match &self.exact {
            Some(exact) => {
                let mut extensions = extensions_of(&[], &self.usages)?;
                extensions.extend(exact.alternative_names()?);
                extensions
            }
            None => extensions_of(&self.alternative_names, &self.usages)?,
        };
        let mut attributes = Attributes::new();
        if !extensions.is_empty() {
            let values = SetOfVec::try_from([Any::encode_from(&extensions)?])?;
            attributes.insert(Attribute {
                oid: ExtensionReq::OID,
                values,
            })?;
        }
        Ok(attributes)
    }
}

/// Everything was checked before: what is left is a value too long for DER.
fn unencodable(error: der::Error) -> Error {
    Error::RequestUnreadable {
        name: "the new request".to_owned(),
        reason: error.to_string(),
    }
}
