//! The names of a certificate as they stand in it, for the request that renews it.

use base64ct::{Base64, Encoding};
use der::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x509_cert::ext::Extension;

use crate::certificate::Certificate;

/// The subject and the alternative names of a certificate, to the byte: an authority may compare
/// them so (RFC 7030 section 4.2.2), and text would lose the kinds of strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExactNames {
    #[serde(serialize_with = "to_text", deserialize_with = "from_text")]
    subject: Vec<u8>,
    /// The DER of the extension; empty where there is none.
    #[serde(serialize_with = "to_text", deserialize_with = "from_text")]
    alternative_names: Vec<u8>,
}

impl ExactNames {
    /// The names of this certificate.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        let names = certificate.alternative_names_extension();
        Self {
            subject: certificate.subject().as_der().to_vec(),
            // What was decoded can be encoded.
            alternative_names: names.and_then(|it| it.to_der().ok()).unwrap_or_default(),
        }
    }

    /// The DER of the subject.
    pub(super) fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The extension with the alternative names, where there are any.
    pub(super) fn alternative_names(&self) -> der::Result<Option<Extension>> {
        if self.alternative_names.is_empty() {
            return Ok(None);
        }
        Extension::from_der(&self.alternative_names).map(Some)
    }
}

fn to_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&Base64::encode_string(bytes))
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Base64::decode_vec(&text).map_err(serde::de::Error::custom)
}
