//! What requests must be like: `CsrAttrs` (RFC 7030 section 4.5.2, RFC 8951 section 4).

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc8410};
use der::asn1::{Any, SetOfVec};
use der::{Decode, Encode, EncodingRules, Tag};
use x509_cert::attr::Attribute;

use crate::certificate::asn1::Element;
use crate::error::{Error, Result};
use crate::key::{Curve, KeyAlgorithm};

/// What an authority asks of requests; what is not known here is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsrAttributes {
    /// The kinds of key that it names; none where it names none.
    pub keys: Vec<KeyAlgorithm>,
    /// It wants the request bound to the TLS connection (RFC 7030 section 3.5).
    pub challenge_password: bool,
}

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

/// The sizes that stand for RSA of no size.
const RSA: [KeyAlgorithm; 3] = [
    KeyAlgorithm::Rsa(2048),
    KeyAlgorithm::Rsa(3072),
    KeyAlgorithm::Rsa(4096),
];

const DAMAGED: &str = "it is no list of attributes";

impl CsrAttributes {
    /// Those of an authority that wants one of these kinds of key.
    #[must_use]
    pub fn new(keys: Vec<KeyAlgorithm>) -> Self {
        Self {
            keys,
            challenge_password: false,
        }
    }

    /// Reads DER or BER. Object identifiers, attributes and the templates of RFC 9908 may be in it;
    /// the last ones are not filled in.
    ///
    /// # Errors
    ///
    /// A reason in English.
    pub fn from_der(der: &[u8]) -> std::result::Result<Self, &'static str> {
        let rules = EncodingRules::Ber;
        let (outer, _) = Element::first(der, rules).ok_or(DAMAGED)?;
        if outer.tag != Tag::Sequence {
            return Err(DAMAGED);
        }
        let mut named = Named::default();
        for item in outer.inner(rules).ok_or(DAMAGED)? {
            match item.tag {
                Tag::ObjectIdentifier => named.add(oid(&item).ok_or(DAMAGED)?, &[]),
                Tag::Sequence => {
                    let parts = item.inner(rules).ok_or(DAMAGED)?;
                    let [kind, values, ..] = parts.as_slice() else {
                        return Err(DAMAGED);
                    };
                    let values = values.inner(rules).ok_or(DAMAGED)?;
                    named.add(oid(kind).ok_or(DAMAGED)?, &values);
                }
                _ => return Err(DAMAGED),
            }
        }
        Ok(named.into_attributes())
    }

    /// The DER: an attribute with the sizes for RSA, one with the curves, an OID for Ed25519.
    ///
    /// # Errors
    ///
    /// [`Error::RequestUnreadable`] if it is too large for DER.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        self.encode()
            .map_err(|error: der::Error| Error::RequestUnreadable {
                name: "the attributes".to_owned(),
                reason: error.to_string(),
            })
    }

    fn encode(&self) -> der::Result<Vec<u8>> {
        let (mut sizes, mut curves) = (SetOfVec::new(), SetOfVec::new());
        let mut list = Vec::new();
        for key in &self.keys {
            match key {
                KeyAlgorithm::Rsa(bits) => insert(&mut sizes, Any::encode_from(bits)?)?,
                KeyAlgorithm::Ec(curve) => insert(&mut curves, Any::from_der(curve.parameters())?)?,
                KeyAlgorithm::Ed25519 => list.push(Any::encode_from(&rfc8410::ID_ED_25519)?),
            }
        }
        if self.challenge_password {
            list.push(Any::encode_from(&CHALLENGE_PASSWORD)?);
        }
        let attributes = [
            (rfc5912::RSA_ENCRYPTION, sizes),
            (rfc5912::ID_EC_PUBLIC_KEY, curves),
        ];
        for (oid, values) in attributes {
            if !values.is_empty() {
                list.push(Any::encode_from(&Attribute { oid, values })?);
            }
        }
        list.to_der()
    }
}

/// `challengePassword` (RFC 2985 section 5.4.1).
const CHALLENGE_PASSWORD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.7");

/// Adds a member that is not there yet.
fn insert(set: &mut SetOfVec<Any>, member: Any) -> der::Result<()> {
    if set.iter().any(|present| *present == member) {
        return Ok(());
    }
    set.insert(member)
}

/// What a list has named so far.
#[derive(Default)]
struct Named {
    keys: Vec<KeyAlgorithm>,
    any_curve: bool,
    challenge_password: bool,
}

impl Named {
    fn add(&mut self, kind: ObjectIdentifier, values: &[Element<'_>]) {
        match kind {
            rfc5912::RSA_ENCRYPTION => {
                let before = self.keys.len();
                let sizes = values
                    .iter()
                    .filter_map(|value| u32::from_der(value.bytes).ok());
                self.keys.extend(sizes.map(KeyAlgorithm::Rsa));
                if self.keys.len() == before {
                    self.keys.extend(RSA);
                }
            }
            rfc5912::ID_EC_PUBLIC_KEY if values.is_empty() => self.any_curve = true,
            rfc5912::ID_EC_PUBLIC_KEY => {
                let curves = values.iter();
                let curves = curves.filter_map(|it| KeyAlgorithm::from_ec_parameters(it.bytes));
                self.keys.extend(curves);
            }
            CHALLENGE_PASSWORD => self.challenge_password = true,
            other => {
                let parameters = other.to_der().unwrap_or_default();
                self.keys
                    .extend(KeyAlgorithm::from_ec_parameters(&parameters));
            }
        }
    }

    fn into_attributes(self) -> CsrAttributes {
        let mut keys = self.keys;
        let some_curve = keys.iter().any(|key| key.curve().is_some());
        if self.any_curve && !some_curve {
            keys.extend(CURVES.map(KeyAlgorithm::Ec));
        }
        let mut distinct = Vec::new();
        for key in keys {
            if !distinct.contains(&key) {
                distinct.push(key);
            }
        }
        CsrAttributes {
            keys: distinct,
            challenge_password: self.challenge_password,
        }
    }
}

fn oid(element: &Element<'_>) -> Option<ObjectIdentifier> {
    ObjectIdentifier::from_der(element.bytes).ok()
}
