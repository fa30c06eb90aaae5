//! What the targets share: the facts that hold for everything that was read from hostile bytes.

use std::fmt::Display;

use tokencert::certificate::{Certificate, DistinguishedName, chain_of, sanitized};
use tokencert::key::{PublicKey, SignatureScheme};
use tokencert::{Csr, Error};

/// Every scheme, for signatures that are tried with all of them.
const SCHEMES: [SignatureScheme; 6] = [
    SignatureScheme::RsaPkcs1Sha256,
    SignatureScheme::RsaPssSha256,
    SignatureScheme::EcdsaSha256,
    SignatureScheme::EcdsaSha384,
    SignatureScheme::EcdsaSha512,
    SignatureScheme::Ed25519,
];

/// What is printed has no character that steers a terminal or hides another.
pub fn prints_safely(value: impl Display) {
    let text = value.to_string();
    assert_eq!(text, sanitized(&text));
}

/// An error prints safely, its hint and values too.
pub fn fails_safely(error: &Error) {
    prints_safely(error);
    error.hint().into_iter().for_each(prints_safely);
    error
        .values()
        .into_iter()
        .for_each(|(_, value)| prints_safely(value));
}

/// A name prints safely, and what is printed is read without a crash.
pub fn name_is_sound(name: &DistinguishedName) {
    prints_safely(name);
    name.common_name().into_iter().for_each(prints_safely);
    assert_eq!(&DistinguishedName::from_der(name.as_der()).unwrap(), name);
    assert_eq!(name.is_empty(), name.attributes().is_empty());
    match DistinguishedName::parse(&name.to_string()) {
        Ok(parsed) => assert_eq!(parsed.to_string(), name.to_string()),
        Err(error) => fails_safely(&error),
    }
}

/// A key is read back from its DER, prints safely, and refuses what it did not sign.
pub fn key_is_sound(key: &PublicKey, message: &[u8], signature: &[u8]) {
    assert_eq!(&PublicKey::from_der(key.as_der()).unwrap(), key);
    assert!(
        key.to_pem()
            .unwrap()
            .starts_with("-----BEGIN PUBLIC KEY-----\n")
    );
    prints_safely(format!("{key:?}"));
    assert!(key.rsa_exponent().is_none() || key.algorithm().is_some());
    match key.to_ssh() {
        Ok(line) => prints_safely(line),
        Err(error) => fails_safely(&error),
    }
    for scheme in SCHEMES {
        if let Err(error) = key.verify(scheme, message, signature, "the message") {
            fails_safely(&error);
        }
    }
}

/// Everything that can be asked of a certificate answers.
pub fn certificate_is_sound(certificate: &Certificate) {
    assert_eq!(
        &Certificate::from_der(certificate.as_der()).unwrap(),
        certificate
    );
    name_is_sound(certificate.subject());
    name_is_sound(certificate.issuer());
    prints_safely(certificate.serial_number());
    prints_safely(certificate.not_before());
    prints_safely(certificate.not_after());
    prints_safely(format!("{certificate:?}"));
    certificate.usages().iter().for_each(prints_safely);
    certificate
        .alternative_names()
        .iter()
        .for_each(prints_safely);
    assert!(certificate.serial_der().len() >= 2);
    let _ = (certificate.is_ca(), certificate.subject_key_identifier());
    match certificate.public_key() {
        Ok(key) => key_is_sound(&key, b"message", &certificate.sha256()),
        Err(error) => fails_safely(&error),
    }
}

/// A chain begins with its leaf, holds nothing twice, and each is issued by the next.
pub fn chain_is_sound(leaf: &Certificate, others: &[Certificate]) {
    let chain = chain_of(leaf, others);
    assert_eq!(chain.first(), Some(leaf));
    for (at, pair) in chain.windows(2).enumerate() {
        assert!(pair[0].is_issued_by(&pair[1]));
        assert!(!chain[..=at].contains(&pair[1]));
    }
}

/// Everything that can be asked of a request answers.
pub fn request_is_sound(request: &Csr) {
    assert_eq!(&Csr::from_der(request.as_der()).unwrap(), request);
    assert_eq!(
        &Csr::read("PEM", request.to_pem().unwrap().as_bytes()).unwrap(),
        request
    );
    prints_safely(format!("{request:?}"));
    name_is_sound(&request.subject().unwrap());
    key_is_sound(&request.public_key().unwrap(), b"message", b"signature");
    request.usages().unwrap().iter().for_each(prints_safely);
    match request.alternative_names() {
        Ok(names) => names.iter().for_each(prints_safely),
        Err(error) => fails_safely(&error),
    }
    if let Err(error) = request.verify() {
        fails_safely(&error);
    }
}
