//! Every attribute that is set on a key pair or a certificate, and why.
//!
//! What is left out matters as much: `LOCAL`, `ALWAYS_SENSITIVE` and `NEVER_EXTRACTABLE` are the
//! token's to say; `ALLOWED_MECHANISMS`, `COPYABLE`, `TRUSTED`, `CERTIFICATE_CATEGORY` and
//! `CHECK_VALUE` are each refused by some module; nothing private stands in the public template.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, CertificateType, ObjectClass};
use cryptoki_sys::CK_ULONG;

use crate::certificate::Certificate;
use crate::key::{KeyAlgorithm, KeyId};

/// How much is asked for in the template of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Also that the key does nothing but sign: SoftHSM2, NSS and opencryptoki let it decrypt
    /// and unwrap when they are not told.
    SignOnly,
    /// What must be, and no more: tpm2-pkcs11 refuses usages that are explicitly false.
    Plain,
    /// The same without `CKA_ID`, which is set afterwards: SmartCard-HSM refuses it here.
    WithoutId,
}

/// 65537: the only exponent that every module takes.
pub(super) const EXPONENT: [u8; 3] = [1, 0, 1];

pub(super) fn mechanism(algorithm: KeyAlgorithm) -> Mechanism<'static> {
    match algorithm {
        KeyAlgorithm::Rsa(_) => Mechanism::RsaPkcsKeyPairGen,
        KeyAlgorithm::Ec(_) => Mechanism::EccKeyPairGen,
        KeyAlgorithm::Ed25519 => Mechanism::EccEdwardsKeyPairGen,
    }
}

pub(super) fn public_key(
    algorithm: KeyAlgorithm,
    id: &KeyId,
    label: &str,
    extent: Extent,
) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    if extent != Extent::WithoutId {
        template.push(Attribute::Id(id.as_bytes().to_vec()));
    }
    match algorithm {
        KeyAlgorithm::Rsa(bits) => template.extend([
            Attribute::ModulusBits(CK_ULONG::from(bits).into()),
            Attribute::PublicExponent(EXPONENT.to_vec()),
        ]),
        KeyAlgorithm::Ec(curve) => {
            template.push(Attribute::EcParams(curve.parameters().to_vec()));
        }
        KeyAlgorithm::Ed25519 => {
            template.push(Attribute::EcParams(crate::key::ED25519_NAME.to_vec()));
        }
    }
    template
}

/// `SENSITIVE`, `EXTRACTABLE` and `PRIVATE` are in every extent: they are never dropped.
pub(super) fn private_key(id: &KeyId, label: &str, extent: Extent) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    if extent != Extent::WithoutId {
        template.push(Attribute::Id(id.as_bytes().to_vec()));
    }
    if extent == Extent::SignOnly {
        template.extend([
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
            Attribute::SignRecover(false),
        ]);
    }
    template
}

/// A certificate object; `id` is that of its key, or of nothing for a certificate without one.
pub(super) fn certificate(
    certificate: &Certificate,
    id: Option<&[u8]>,
    label: &str,
) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Subject(certificate.subject().as_der().to_vec()),
        Attribute::Issuer(certificate.issuer().as_der().to_vec()),
        Attribute::SerialNumber(certificate.serial_der()),
        Attribute::Value(certificate.as_der().to_vec()),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    if let Some(id) = id {
        template.push(Attribute::Id(id.to_vec()));
    }
    template
}
