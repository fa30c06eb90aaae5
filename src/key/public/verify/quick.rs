//! Verification by the arithmetic that TLS brings along, which is several times as fast.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::{Hash, Method};
use crate::key::Curve;
use crate::key::public::Parts;

/// True for a signature that is right. False says nothing: the kind of key may be one that is not
/// dealt with here.
pub(super) fn is_right(
    parts: Option<&Parts<'_>>,
    method: Method,
    message: &[u8],
    signature: &[u8],
) -> bool {
    match parts {
        Some(Parts::Rsa(key)) => rsa(method).is_some_and(|parameters| {
            let key = RsaPublicKeyComponents {
                n: key.modulus.as_bytes(),
                e: key.public_exponent.as_bytes(),
            };
            key.verify(parameters, message, signature).is_ok()
        }),
        Some(Parts::Ec(curve, point)) => ecdsa(*curve, method).is_some_and(|algorithm| {
            let key = UnparsedPublicKey::new(algorithm, point);
            key.verify(message, signature).is_ok()
        }),
        _ => false,
    }
}

/// For moduli of 2048 to 8192 bits, and a salt as long as the hash.
fn rsa(method: Method) -> Option<&'static RsaParameters> {
    Some(match method {
        Method::Pkcs1(Hash::Sha256) => &RSA_PKCS1_2048_8192_SHA256,
        Method::Pkcs1(Hash::Sha384) => &RSA_PKCS1_2048_8192_SHA384,
        Method::Pkcs1(Hash::Sha512) => &RSA_PKCS1_2048_8192_SHA512,
        Method::Pss(Hash::Sha256, 32) => &RSA_PSS_2048_8192_SHA256,
        Method::Pss(Hash::Sha384, 48) => &RSA_PSS_2048_8192_SHA384,
        Method::Pss(Hash::Sha512, 64) => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// For points that are not compressed.
fn ecdsa(curve: Curve, method: Method) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (curve, method) {
        (Curve::P256, Method::Ecdsa(Hash::Sha256)) => &ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Method::Ecdsa(Hash::Sha384)) => &ECDSA_P256_SHA384_ASN1,
        (Curve::P384, Method::Ecdsa(Hash::Sha256)) => &ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Method::Ecdsa(Hash::Sha384)) => &ECDSA_P384_SHA384_ASN1,
        _ => return None,
    })
}
