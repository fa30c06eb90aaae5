//! Public keys as they stand in a certificate, and verification in software.

use super::{KeyAlgorithm, SignatureScheme};
use crate::error::Result;

/// A public key: the DER of its `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), which was read
/// once and found to be well-formed. Two are equal if their DER is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads the DER of a `SubjectPublicKeyInfo`.
    pub fn from_der(der: &[u8]) -> Result<Self> { todo!() }
    /// From `CKA_MODULUS` and `CKA_PUBLIC_EXPONENT`: big-endian, leading zeros tolerated.
    pub fn from_rsa_parts(modulus: &[u8], exponent: &[u8]) -> Result<Self> { todo!() }
    /// From `CKA_EC_PARAMS` (DER) and `CKA_EC_POINT` (an OCTET STRING around the point, or the bare point). Also Ed25519: EC_PARAMS is an OID 1.3.101.112 or PrintableString "edwards25519", the point 32 bytes raw or in an OCTET STRING.
    pub fn from_ec_parts(params: &[u8], point: &[u8]) -> Result<Self> { todo!() }
    /// The DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] { &self.0 }
    /// The kind of key, where it is one that this library knows. RSA size from the modulus.
    #[must_use]
    pub fn algorithm(&self) -> Option<KeyAlgorithm> { todo!() }
    /// The RSA public exponent, big-endian without leading zeros.
    #[must_use]
    pub fn rsa_exponent(&self) -> Option<Vec<u8>> { todo!() }
    /// SHA-256 of the DER.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] { todo!() }
    /// PEM, `-----BEGIN PUBLIC KEY-----`.
    pub fn to_pem(&self) -> Result<String> { todo!() }
    /// The one line of OpenSSH's `authorized_keys` (RFC 4253 section 6.6, RFC 5656, RFC 8709), without comment.
    pub fn to_ssh(&self) -> Result<String> { todo!() }
    /// Verifies a signature over `message`; `what` names it in the error.
    pub fn verify(&self, scheme: SignatureScheme, message: &[u8], signature: &[u8], what: &str) -> Result<()> { todo!() }
}
impl std::fmt::Debug for PublicKey { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
