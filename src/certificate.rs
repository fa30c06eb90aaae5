//! X.509 certificates: kept as the bytes they came in, read once.

mod bundle;
mod name;

use jiff::Timestamp;

use crate::error::Result;
use crate::key::PublicKey;

pub use bundle::{read_certificates, MAXIMUM_FILE_BYTES};
pub use name::{sanitized, DistinguishedName};

/// A certificate (RFC 5280). Never re-encoded. Equal if the DER is.
#[derive(Clone)]
pub struct Certificate {}

impl Certificate {
    /// Reads DER; bytes after the certificate are cut off (cards pad CKA_VALUE); serial numbers over 20 bytes are tolerated.
    pub fn from_der(der: &[u8]) -> Result<Self> { todo!() }
    /// The DER as it came.
    #[must_use] pub fn as_der(&self) -> &[u8] { todo!() }
    /// PEM.
    pub fn to_pem(&self) -> Result<String> { todo!() }
    /// Subject.
    #[must_use] pub fn subject(&self) -> &DistinguishedName { todo!() }
    /// Issuer.
    #[must_use] pub fn issuer(&self) -> &DistinguishedName { todo!() }
    /// The content bytes of the serial number INTEGER, lower-case hexadecimal, leading sign zero dropped.
    #[must_use] pub fn serial_number(&self) -> String { todo!() }
    /// The serial number as DER INTEGER, for CKA_SERIAL_NUMBER.
    #[must_use] pub fn serial_der(&self) -> Vec<u8> { todo!() }
    /// notBefore.
    #[must_use] pub fn not_before(&self) -> Timestamp { todo!() }
    /// notAfter: valid up to and including this second.
    #[must_use] pub fn not_after(&self) -> Timestamp { todo!() }
    /// The public key; an error for kinds that cannot be read.
    pub fn public_key(&self) -> Result<PublicKey> { todo!() }
    /// SHA-256 of the DER.
    #[must_use] pub fn sha256(&self) -> [u8; 32] { todo!() }
    /// SHA-256 in lower-case hexadecimal.
    #[must_use] pub fn fingerprint(&self) -> String { todo!() }
    /// basicConstraints cA.
    #[must_use] pub fn is_ca(&self) -> bool { todo!() }
    /// The subject key identifier, where the certificate has one.
    #[must_use] pub fn subject_key_identifier(&self) -> Option<Vec<u8>> { todo!() }
    /// Names of the subject alternative name extension, as `dns:…`, `email:…`, `ip:…`, `uri:…`, `upn:…`
    #[must_use] pub fn alternative_names(&self) -> Vec<String> { todo!() }
    /// Key usages by RFC 5280 name (digitalSignature …), then extended key usages (clientAuth, …, else dotted OID)
    #[must_use] pub fn usages(&self) -> Vec<String> { todo!() }
    /// True if `issuer` issued it: names match and the signature verifies with the issuer's key.
    #[must_use] pub fn is_issued_by(&self, issuer: &Certificate) -> bool { todo!() }
}
impl std::fmt::Debug for Certificate { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl PartialEq for Certificate { fn eq(&self, o: &Self) -> bool { todo!() } }
impl Eq for Certificate {}

/// Puts the chain of `leaf` in order, leaf first, from certificates in any order; those that do not belong are left out.
#[must_use]
pub fn chain_of(leaf: &Certificate, others: &[Certificate]) -> Vec<Certificate> { todo!() }
