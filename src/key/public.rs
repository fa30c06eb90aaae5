//! Public keys as they stand in a certificate.

mod verify;

use std::fmt;

use base64ct::{Base64, Encoding};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc8410};
use der::asn1::{AnyRef, BitStringRef, OctetStringRef, PrintableStringRef, UintRef};
use der::pem::LineEnding;
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{Curve, KeyAlgorithm};
use crate::error::{Error, Result};

/// Edwards25519 as GnuPG numbers it; some modules name their curve so.
const EDWARDS25519_GNUPG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.15.1");

/// The name that PKCS#11 v3 gives the curve of Ed25519 in `CKA_EC_PARAMS`.
const EDWARDS25519_NAME: &str = "edwards25519";

/// The size of an Ed25519 public key in bytes (RFC 8032 section 5.1.5).
const ED25519_BYTES: usize = 32;

/// A public key: the DER of its `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), which was read
/// once and found to be well-formed. Two are equal if their DER is.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(Vec<u8>);

/// The parts of a key of a kind that this library knows.
enum Parts<'a> {
    Rsa(pkcs1::RsaPublicKeyRef<'a>),
    Ec(Curve, &'a [u8]),
    Ed25519(&'a [u8; ED25519_BYTES]),
}

impl PublicKey {
    /// Reads the DER of a `SubjectPublicKeyInfo`, of whatever kind of key.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        SubjectPublicKeyInfoRef::from_der(der).map_err(malformed)?;
        Ok(Self(der.to_vec()))
    }

    /// From `CKA_MODULUS` and `CKA_PUBLIC_EXPONENT`: big-endian, leading zeros tolerated.
    pub fn from_rsa_parts(modulus: &[u8], exponent: &[u8]) -> Result<Self> {
        if [modulus, exponent]
            .iter()
            .any(|number| number.iter().all(|byte| *byte == 0))
        {
            return Err(malformed("the modulus or the exponent is zero"));
        }
        let key = pkcs1::RsaPublicKeyRef {
            modulus: UintRef::new(modulus).map_err(malformed)?,
            public_exponent: UintRef::new(exponent).map_err(malformed)?,
        };
        let key = key.to_der().map_err(malformed)?;
        Self::from_parts(rfc5912::RSA_ENCRYPTION, Some(AnyRef::NULL), &key)
    }

    /// From `CKA_EC_PARAMS` and `CKA_EC_POINT` (PKCS#11 v3.1 section 6.3.3).
    ///
    /// The parameters are the OID of a named curve, explicit parameters, or for Ed25519 its OID or
    /// the curve's name. The point is in an OCTET STRING, as the standard has it, or bare.
    pub fn from_ec_parts(params: &[u8], point: &[u8]) -> Result<Self> {
        let parameters = AnyRef::from_der(params).map_err(malformed)?;
        if is_edwards25519(parameters) {
            let point = unwrapped(point, |point| point.len() == ED25519_BYTES)?;
            return Self::from_parts(rfc8410::ID_ED_25519, None, point);
        }
        let curve = parameters.decode_as().ok().and_then(curve_of);
        let point = unwrapped(point, |point| is_point(curve, point))?;
        Self::from_parts(rfc5912::ID_EC_PUBLIC_KEY, Some(parameters), point)
    }

    fn from_parts(
        oid: ObjectIdentifier,
        parameters: Option<AnyRef<'_>>,
        key: &[u8],
    ) -> Result<Self> {
        let algorithm = AlgorithmIdentifierRef { oid, parameters };
        let subject_public_key = BitStringRef::from_bytes(key).map_err(malformed)?;
        let info = SubjectPublicKeyInfoRef {
            algorithm,
            subject_public_key,
        };
        info.to_der().map(Self).map_err(malformed)
    }

    /// The DER of the `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// The kind of key, where it is one that this library knows; RSA of any size of modulus.
    #[must_use]
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        Some(match self.parts()? {
            Parts::Rsa(key) => KeyAlgorithm::Rsa(bits_of(key.modulus.as_bytes())?),
            Parts::Ec(curve, _) => KeyAlgorithm::Ec(curve),
            Parts::Ed25519(_) => KeyAlgorithm::Ed25519,
        })
    }

    /// The RSA public exponent, big-endian without leading zeros.
    #[must_use]
    pub fn rsa_exponent(&self) -> Option<Vec<u8>> {
        match self.parts()? {
            Parts::Rsa(key) => Some(key.public_exponent.as_bytes().to_vec()),
            Parts::Ec(..) | Parts::Ed25519(_) => None,
        }
    }

    /// The RSA modulus, big-endian without leading zeros.
    #[must_use]
    pub fn rsa_modulus(&self) -> Option<Vec<u8>> {
        match self.parts()? {
            Parts::Rsa(key) => Some(key.modulus.as_bytes().to_vec()),
            Parts::Ec(..) | Parts::Ed25519(_) => None,
        }
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// PEM, `-----BEGIN PUBLIC KEY-----` (RFC 7468 section 13).
    pub fn to_pem(&self) -> Result<String> {
        der::pem::encode_string("PUBLIC KEY", LineEnding::LF, &self.0).map_err(malformed)
    }

    /// The line of OpenSSH's `authorized_keys` (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC
    /// 8709 section 4), without a comment.
    pub fn to_ssh(&self) -> Result<String> {
        let (name, fields) = match self.parts() {
            Some(Parts::Rsa(key)) => (
                "ssh-rsa".to_owned(),
                vec![
                    mpint(key.public_exponent.as_bytes()),
                    mpint(key.modulus.as_bytes()),
                ],
            ),
            // RFC 5656 section 3.1 allows compressed points; OpenSSH does not.
            Some(Parts::Ec(curve, point)) if point.first() == Some(&UNCOMPRESSED) => {
                let curve = format!("nist{}", curve.name());
                (
                    format!("ecdsa-sha2-{curve}"),
                    vec![curve.into_bytes(), point.to_vec()],
                )
            }
            Some(Parts::Ed25519(point)) => ("ssh-ed25519".to_owned(), vec![point.to_vec()]),
            _ => return Err(malformed("OpenSSH has no keys of this kind")),
        };
        let mut blob = Vec::new();
        for field in std::iter::once(name.as_bytes()).chain(fields.iter().map(Vec::as_slice)) {
            blob.extend(u32::try_from(field.len()).map_err(malformed)?.to_be_bytes());
            blob.extend(field);
        }
        Ok(format!("{name} {}", Base64::encode_string(&blob)))
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let info = SubjectPublicKeyInfoRef::from_der(&self.0).ok()?;
        let key = info.subject_public_key.as_bytes()?;
        match info.algorithm.oid {
            rfc5912::RSA_ENCRYPTION => pkcs1::RsaPublicKeyRef::from_der(key).ok().map(Parts::Rsa),
            rfc5912::ID_EC_PUBLIC_KEY => {
                let curve = curve_of(info.algorithm.parameters_oid().ok()?)?;
                is_point(Some(curve), key).then_some(Parts::Ec(curve, key))
            }
            rfc8410::ID_ED_25519 => key.try_into().ok().map(Parts::Ed25519),
            _ => None,
        }
    }
}

impl From<PublicKey> for String {
    /// The DER in base64.
    fn from(key: PublicKey) -> Self {
        Base64::encode_string(&key.0)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::from_der(&Base64::decode_vec(&text).map_err(malformed)?)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.algorithm() {
            Some(algorithm) => write!(f, "PublicKey({algorithm} ")?,
            None => f.write_str("PublicKey(")?,
        }
        self.sha256()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// The first byte of an uncompressed point (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// True if `point` has the form of SEC 1 section 2.3.3, and the size of `curve` if that is known.
fn is_point(curve: Option<Curve>, point: &[u8]) -> bool {
    let size_fits = |factor| match curve {
        Some(curve) => point.len() == 1 + factor * curve.bytes(),
        None => point.len() > 1 && (point.len() - 1).is_multiple_of(factor),
    };
    match point.first() {
        Some(&UNCOMPRESSED) => size_fits(2),
        Some(2 | 3) => size_fits(1),
        _ => false,
    }
}

/// The point, whether it stands in an OCTET STRING or not.
///
/// 4 is the tag of an OCTET STRING and the mark of an uncompressed point: only what is inside tells
/// them apart.
fn unwrapped(value: &[u8], is_point: impl Fn(&[u8]) -> bool) -> Result<&[u8]> {
    let inner = <&OctetStringRef>::from_der(value).map(OctetStringRef::as_bytes);
    inner
        .ok()
        .filter(|inner| is_point(inner))
        .or_else(|| is_point(value).then_some(value))
        .ok_or_else(|| malformed("CKA_EC_POINT is no point of the curve that CKA_EC_PARAMS names"))
}

fn is_edwards25519(parameters: AnyRef<'_>) -> bool {
    let oid = parameters.decode_as::<ObjectIdentifier>().ok();
    let name = parameters.decode_as::<PrintableStringRef<'_>>().ok();
    oid.is_some_and(|oid| [rfc8410::ID_ED_25519, EDWARDS25519_GNUPG].contains(&oid))
        || name.is_some_and(|name| name.as_str() == EDWARDS25519_NAME)
}

fn curve_of(oid: ObjectIdentifier) -> Option<Curve> {
    match oid {
        rfc5912::SECP_256_R_1 => Some(Curve::P256),
        rfc5912::SECP_384_R_1 => Some(Curve::P384),
        rfc5912::SECP_521_R_1 => Some(Curve::P521),
        _ => None,
    }
}

/// The bits of a big-endian number without leading zeros.
fn bits_of(number: &[u8]) -> Option<u32> {
    let whole = u32::try_from(number.len()).ok()?.checked_mul(8)?;
    whole.checked_sub(number.first()?.leading_zeros())
}

/// The content of an `mpint` (RFC 4251 section 5): a zero in front keeps the number positive.
fn mpint(number: &[u8]) -> Vec<u8> {
    let sign = number.first().is_some_and(|first| first & 0x80 != 0);
    std::iter::repeat_n(0, usize::from(sign))
        .chain(number.iter().copied())
        .collect()
}

fn malformed(reason: impl fmt::Display) -> Error {
    Error::KeyMalformed {
        reason: reason.to_string(),
    }
}
