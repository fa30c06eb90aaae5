//! Keys in software for the load: only the authority's key is what is measured.

use anyhow::{Result, anyhow};
use p256::ecdsa::{Signature, SigningKey as EcdsaKey, signature::Signer};
use p256::pkcs8::EncodePrivateKey;
use tokencert::certificate::DistinguishedName;
use tokencert::key::{KeyAlgorithm, SignatureScheme, SigningKey};
use tokencert::{Csr, PublicKey, RequestTemplate};

/// A P-256 key of a holder who has no token.
pub(crate) struct SoftwareKey {
    key: EcdsaKey,
    public: PublicKey,
}

impl SoftwareKey {
    /// A key from these bytes, which need not be secret here.
    pub(crate) fn from_seed(seed: u64) -> Result<Self> {
        let mut bytes = [0x5a; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let key = EcdsaKey::from_slice(&bytes).map_err(|error| anyhow!("{error}"))?;
        let point = key.verifying_key().to_sec1_point(false);
        let KeyAlgorithm::Ec(curve) = "ec:p256".parse()? else {
            return Err(anyhow!("P-256 is not a curve"));
        };
        let public = PublicKey::from_ec_parts(curve.parameters(), point.as_bytes())?;
        Ok(Self { key, public })
    }

    /// The private key as rustls takes it.
    pub(crate) fn to_pkcs8(&self) -> Result<Vec<u8>> {
        let secret = p256::SecretKey::from(self.key.as_nonzero_scalar());
        let document = secret.to_pkcs8_der().map_err(|error| anyhow!("{error}"))?;
        Ok(document.as_bytes().to_vec())
    }

    /// A request for this subject.
    pub(crate) fn request(&self, subject: &DistinguishedName) -> Result<Csr> {
        let request = RequestTemplate::new(subject.to_string());
        Ok(request.sign(self, SignatureScheme::EcdsaSha256)?)
    }
}

impl SigningKey for SoftwareKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, _: SignatureScheme, message: &[u8]) -> tokencert::Result<Vec<u8>> {
        let signature: Signature =
            self.key
                .try_sign(message)
                .map_err(|error| tokencert::Error::KeyMalformed {
                    reason: error.to_string(),
                })?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}
