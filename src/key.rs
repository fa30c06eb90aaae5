//! Keys: which kind, which ID, what the token says of them, and what they can sign.

mod id;
mod provenance;
mod public;
#[cfg(feature = "est")]
pub(crate) mod tls;
pub(crate) mod weak;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use id::KeyId;
pub use provenance::{Provenance, Refusal};
pub use public::PublicKey;

/// A kind of key pair that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA with a modulus of so many bits.
    Rsa(u32),
    /// An elliptic curve.
    Ec(Curve),
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// The named curves of FIPS 186-5 that tokens have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Curve {
    P256,
    P384,
    P521,
}

/// `CKA_EC_PARAMS` of Ed25519: the object identifier, and the PrintableString `edwards25519`.
const ED25519_PARAMETERS: [&[u8]; 2] = [&[0x06, 0x03, 0x2b, 0x65, 0x70], ED25519_NAME];

/// The PrintableString `edwards25519`, which is what modules take when a key is generated.
pub(crate) const ED25519_NAME: &[u8] = b"\x13\x0cedwards25519";

impl Curve {
    /// The curve's name as JSON and options write it: `p256`, `p384` or `p521`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
        }
    }

    /// The size of the curve's field in bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The DER of the curve's object identifier, which is what `CKA_EC_PARAMS` holds.
    #[must_use]
    pub fn parameters(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            Self::P384 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
            Self::P521 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
        }
    }

    /// The size of a coordinate and of each half of a signature, in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl KeyAlgorithm {
    /// The kinds that can be asked for.
    pub const ALL: [Self; 7] = [
        Self::Rsa(2048),
        Self::Rsa(3072),
        Self::Rsa(4096),
        Self::Ec(Curve::P256),
        Self::Ec(Curve::P384),
        Self::Ec(Curve::P521),
        Self::Ed25519,
    ];

    /// The family: `rsa`, `ec` or `ed25519`.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ec(_) => "ec",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The size in bits: of the modulus, of the field.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::Rsa(bits) => bits,
            Self::Ec(curve) => curve.bits(),
            Self::Ed25519 => 256,
        }
    }

    /// The curve, for keys on one of the named curves.
    #[must_use]
    pub fn curve(self) -> Option<Curve> {
        match self {
            Self::Ec(curve) => Some(curve),
            Self::Rsa(_) | Self::Ed25519 => None,
        }
    }

    /// The kind of key that `CKA_EC_PARAMS` stands for: a named curve, or Ed25519 as an object
    /// identifier (RFC 8410) or as the name that PKCS#11 v3.0 used.
    #[must_use]
    pub fn from_ec_parameters(der: &[u8]) -> Option<Self> {
        if ED25519_PARAMETERS.contains(&der) {
            return Some(Self::Ed25519);
        }
        let curves = [Curve::P256, Curve::P384, Curve::P521];
        curves
            .into_iter()
            .find(|curve| curve.parameters() == der)
            .map(Self::Ec)
    }

    /// The schemes that such a key can sign with, the usual one first.
    #[must_use]
    pub fn schemes(self) -> Vec<SignatureScheme> {
        match self {
            Self::Rsa(_) => vec![
                SignatureScheme::RsaPkcs1Sha256,
                SignatureScheme::RsaPssSha256,
            ],
            Self::Ec(_) | Self::Ed25519 => vec![self.default_scheme()],
        }
    }

    /// The scheme that the key signs with when nothing else is asked for.
    #[must_use]
    pub fn default_scheme(self) -> SignatureScheme {
        match self {
            Self::Rsa(_) => SignatureScheme::RsaPkcs1Sha256,
            Self::Ec(Curve::P256) => SignatureScheme::EcdsaSha256,
            Self::Ec(Curve::P384) => SignatureScheme::EcdsaSha384,
            Self::Ec(Curve::P521) => SignatureScheme::EcdsaSha512,
            Self::Ed25519 => SignatureScheme::Ed25519,
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "rsa:{bits}"),
            Self::Ec(curve) => write!(f, "ec:{}", curve.name()),
            Self::Ed25519 => f.write_str("ed25519"),
        }
    }
}

impl FromStr for KeyAlgorithm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.to_string() == text)
            .ok_or_else(|| Error::KeyAlgorithmUnknown {
                algorithm: text.to_owned(),
            })
    }
}

/// How a message is signed; the hash is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2).
    RsaPkcs1Sha256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017 section 8.1).
    RsaPssSha256,
    /// ECDSA with SHA-256; the signature is the DER of RFC 3279 section 2.2.3.
    EcdsaSha256,
    /// ECDSA with SHA-384.
    EcdsaSha384,
    /// ECDSA with SHA-512.
    EcdsaSha512,
    /// Ed25519 over the message itself.
    Ed25519,
}

impl SignatureScheme {
    /// True if a key of this kind can make such signatures.
    #[must_use]
    pub fn suits(self, algorithm: KeyAlgorithm) -> bool {
        match self {
            Self::RsaPkcs1Sha256 | Self::RsaPssSha256 => matches!(algorithm, KeyAlgorithm::Rsa(_)),
            Self::EcdsaSha256 | Self::EcdsaSha384 | Self::EcdsaSha512 => {
                matches!(algorithm, KeyAlgorithm::Ec(_))
            }
            Self::Ed25519 => algorithm == KeyAlgorithm::Ed25519,
        }
    }

    /// The scheme of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let schemes = KeyAlgorithm::ALL
            .into_iter()
            .flat_map(KeyAlgorithm::schemes);
        schemes.into_iter().find(|scheme| scheme.name() == name)
    }

    /// The scheme's name, for example `rsa-pss-sha256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs1Sha256 => "rsa-pkcs1-sha256",
            Self::RsaPssSha256 => "rsa-pss-sha256",
            Self::EcdsaSha256 => "ecdsa-sha256",
            Self::EcdsaSha384 => "ecdsa-sha384",
            Self::EcdsaSha512 => "ecdsa-sha512",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// A key that signs: the private half is somewhere else, on a token as a rule.
///
/// What it returns has been verified with [`PublicKey::verify`] before it returns it.
pub trait SigningKey {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// The schemes that the key can sign with, as far as is known; a trial may be needed to know.
    fn schemes(&self) -> Vec<SignatureScheme> {
        let algorithm = self.public_key().algorithm();
        algorithm.map(KeyAlgorithm::schemes).unwrap_or_default()
    }

    /// Signs `message`, hashing it as `scheme` says.
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>>;
}

/// What a token says of a private key; `None` where it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFlags {
    /// `CKA_SENSITIVE`
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`
    pub extractable: Option<bool>,
    /// `CKA_ALWAYS_SENSITIVE`
    pub always_sensitive: Option<bool>,
    /// `CKA_NEVER_EXTRACTABLE`
    pub never_extractable: Option<bool>,
    /// `CKA_LOCAL`
    pub local: Option<bool>,
    /// `CKA_ALWAYS_AUTHENTICATE`
    pub always_authenticate: Option<bool>,
}
