//! Keys in software for the load: only the authority's key is what is measured.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::crypto::ring::sign::any_ecdsa_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokencert::PublicKey;
use tokencert::key::{KeyAlgorithm, SignatureScheme, SigningKey};

/// A P-256 key of a holder who has no token.
pub(crate) struct SoftwareKey {
    key: EcdsaKeyPair,
    public: PublicKey,
    for_tls: Arc<dyn rustls::sign::SigningKey>,
}

impl SoftwareKey {
    pub(crate) fn generate() -> Result<Self> {
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let random = SystemRandom::new();
        let unusable = |error: &dyn std::fmt::Display| anyhow!("{error}");
        let document =
            EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| unusable(&error))?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .map_err(|error| unusable(&error))?;
        let KeyAlgorithm::Ec(curve) = "ec:p256".parse()? else {
            return Err(anyhow!("P-256 is not a curve"));
        };
        let public = PublicKey::from_ec_parts(curve.parameters(), key.public_key().as_ref())?;
        let document = PrivatePkcs8KeyDer::from(document.as_ref());
        let for_tls = any_ecdsa_type(&PrivateKeyDer::Pkcs8(document))?;
        Ok(Self {
            key,
            public,
            for_tls,
        })
    }

    /// The private key as TLS takes it.
    pub(crate) fn for_tls(&self) -> Arc<dyn rustls::sign::SigningKey> {
        Arc::clone(&self.for_tls)
    }
}

impl SigningKey for SoftwareKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, _: SignatureScheme, message: &[u8]) -> tokencert::Result<Vec<u8>> {
        let signature = self.key.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|error| tokencert::Error::KeyMalformed {
            reason: error.to_string(),
        })?;
        Ok(signature.as_ref().to_vec())
    }
}
