//! Requests for a certificate in place of another: the same names to the byte.

#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod openssl_key;

use der::{Decode, Encode};
use openssl_key::*;
use tokencert::certificate::{Certificate, DistinguishedName, read_certificates};
use tokencert::key::SignatureScheme;
use tokencert::request::RequestTemplate;

/// A certificate whose names no text of ours gives back: strings of four kinds, and alternative
/// names that requests of ours do not have.
fn odd_certificate() -> Certificate {
    let folder = tempfile::tempdir().expect("a folder");
    let configuration = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nstring_mask=pkix\n\
        prompt=no\nutf8=yes\n[dn]\nC=JP\nO=信用金庫\n0.OU=Müller\n1.OU=IssuedCount = 001\nCN=山田 太郎\n\
        [ext]\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n\
        subjectAltName=email:taro@example.jp,dirName:dir,RID:1.2.3.4\n[dir]\nCN=Taro\n";
    std::fs::write(folder.path().join("odd.cnf"), configuration).expect("a file");
    let made = std::process::Command::new("openssl")
        .args([
            "req", "-x509", "-config", "odd.cnf", "-newkey", "ec", "-nodes",
        ])
        .args([
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-keyout",
            "odd.key",
            "-out",
            "odd.pem",
        ])
        .current_dir(&folder)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{made:?}");
    let bytes = std::fs::read(folder.path().join("odd.pem")).expect("a certificate");
    read_certificates("odd.pem", &bytes)
        .expect("readable")
        .remove(0)
}

/// The DER of the alternative names in a certificate.
fn alternative_names_of(certificate: &Certificate) -> Vec<u8> {
    let read = x509_cert::Certificate::from_der(certificate.as_der()).expect("a certificate");
    let extensions = read.tbs_certificate().extensions().cloned();
    let names = extensions
        .unwrap_or_default()
        .into_iter()
        .find(|one| one.extn_id == const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME);
    names.expect("alternative names").to_der().expect("DER")
}

#[test]
fn a_renewal_asks_for_the_names_of_the_certificate_to_the_byte() {
    let old = odd_certificate();
    let template = RequestTemplate::renewing(&old);
    // It survives the journal.
    let json = serde_json::to_string(&template).expect("JSON");
    let template: RequestTemplate = serde_json::from_str(&json).expect("the same");
    let request = template
        .sign(&OpensslKey::new("p256"), SignatureScheme::EcdsaSha256)
        .expect("a request");
    assert!(judged(&request).0);
    let subject = request.subject().expect("a subject");
    assert_eq!(subject.as_der(), old.subject().as_der());
    let parsed = DistinguishedName::parse(&old.subject().to_string()).expect("a name");
    assert_ne!(
        parsed.as_der(),
        old.subject().as_der(),
        "text would not have done"
    );
    let names = alternative_names_of(&old);
    let has = |bytes: &[u8]| bytes.windows(names.len()).any(|window| window == names);
    assert!(has(request.as_der()) && has(old.as_der()));
    assert_eq!(request.usages().expect("usages"), old.allowed_usages());
}
