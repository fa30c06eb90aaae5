//! Certification requests (PKCS#10, RFC 2986).
use crate::certificate::DistinguishedName;
use crate::error::{Error, Result};
use crate::key::{PublicKey, SignatureScheme, SigningKey};
/// What a certificate is asked for. 
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RequestTemplate { 
  /// Subject as text (checked by DistinguishedName::parse when built)
  pub subject: String,
  /// SANs
  pub alternative_names: Vec<AlternativeName>,
  /// key usage
  pub usages: Vec<Usage>,
}
/// dns:, email:, ip:, uri:, upn: ; FromStr + Display + serde as string
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AlternativeName { }
/// A key usage or extended key usage; FromStr + Display ("digitalSignature", "clientAuth", dotted OID) + serde as string
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Usage {}
impl RequestTemplate {
    /// subject with no alternative names; usages digitalSignature + clientAuth
    #[must_use] pub fn new(subject: impl Into<String>) -> Self { todo!() }
    /// Builds the request, has it signed by `key`, and verifies it before it is returned.
    pub fn sign(&self, key: &dyn SigningKey, scheme: SignatureScheme) -> Result<Csr> { todo!() }
}
/// A request, DER kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Csr(Vec<u8>);
impl Csr {
    /// PEM or DER; verifies nothing; `name` names it in errors
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> { todo!() }
    /// DER
    #[must_use] pub fn as_der(&self) -> &[u8] { &self.0 }
    /// PEM `CERTIFICATE REQUEST`
    pub fn to_pem(&self) -> Result<String> { todo!() }
    /// subject
    pub fn subject(&self) -> Result<DistinguishedName> { todo!() }
    /// SANs
    pub fn alternative_names(&self) -> Result<Vec<AlternativeName>> { todo!() }
    /// public key
    pub fn public_key(&self) -> Result<PublicKey> { todo!() }
    /// proof of possession: the signature verifies
    pub fn verify(&self) -> Result<()> { todo!() }
}
impl std::fmt::Debug for Csr { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
