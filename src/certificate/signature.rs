//! How a certificate is signed: the hashes that can be forged.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc8410};
use der::{Decode, Encode};
use pkcs1::RsaPssParamsOwned;

use super::Certificate;

/// RFC 3279 section 2.2.3.
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// What is no signature at all any more, by the names of the standards.
const BROKEN: &[(ObjectIdentifier, &str)] = &[
    (rfc5912::MD_2_WITH_RSA_ENCRYPTION, "md2WithRSAEncryption"),
    (rfc5912::MD_5_WITH_RSA_ENCRYPTION, "md5WithRSAEncryption"),
    (rfc5912::SHA_1_WITH_RSA_ENCRYPTION, "sha1WithRSAEncryption"),
    (ECDSA_WITH_SHA_1, "ecdsa-with-SHA1"),
    (rfc5912::DSA_WITH_SHA_1, "dsa-with-sha1"),
];

/// What is known to be none of them; RSASSA-PSS names its hash in its parameters.
const SOUND: &[ObjectIdentifier] = &[
    rfc5912::SHA_224_WITH_RSA_ENCRYPTION,
    rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
    rfc5912::SHA_384_WITH_RSA_ENCRYPTION,
    rfc5912::SHA_512_WITH_RSA_ENCRYPTION,
    rfc5912::ECDSA_WITH_SHA_224,
    rfc5912::ECDSA_WITH_SHA_256,
    rfc5912::ECDSA_WITH_SHA_384,
    rfc5912::ECDSA_WITH_SHA_512,
    rfc8410::ID_ED_25519,
    rfc8410::ID_ED_448,
];

/// What is known of the hash of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureHash {
    /// SHA-2, or what is as good.
    Sound,
    /// MD2, MD5 or SHA-1; with the algorithm's name.
    Weak(String),
    /// An algorithm that is not known, by its OID in dots.
    Unknown(String),
}

impl Certificate {
    /// What is known of the hash that the certificate was signed with.
    #[must_use]
    pub fn signature_hash(&self) -> SignatureHash {
        let algorithm = &self.signed.algorithm;
        if let Some((_, name)) = BROKEN.iter().find(|(oid, _)| *oid == algorithm.oid) {
            return SignatureHash::Weak((*name).to_owned());
        }
        let sound = SOUND.contains(&algorithm.oid)
            || (algorithm.oid == rfc5912::ID_RSASSA_PSS
                && algorithm.parameters.as_ref().is_some_and(|any| {
                    any.to_der().is_ok_and(|parameters| names_hash(&parameters))
                }));
        match (sound, algorithm.oid) {
            (true, _) => SignatureHash::Sound,
            // Without parameters, the hash is SHA-1 (RFC 8017 section A.2.3).
            (false, rfc5912::ID_RSASSA_PSS) => {
                SignatureHash::Weak("rsassaPss with SHA-1".to_owned())
            }
            (false, oid) => SignatureHash::Unknown(oid.to_string()),
        }
    }
}

/// True if `RSASSA-PSS-params` names a hash, and another one than SHA-1, which stands for none.
fn names_hash(parameters: &[u8]) -> bool {
    let parameters = RsaPssParamsOwned::from_der(parameters);
    parameters.is_ok_and(|parameters| parameters.hash.oid != rfc5912::ID_SHA_1)
}
