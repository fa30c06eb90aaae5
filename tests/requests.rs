//! Certification requests, with openssl as their judge.

#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod openssl_key;

use openssl_key::*;
use proptest::prelude::*;
use tokencert::error::Error;
use tokencert::key::{KeyAlgorithm, PublicKey, SignatureScheme, SigningKey};
use tokencert::request::{AlternativeName, Csr, KeyUsage, RequestTemplate, Usage};

#[test]
fn openssl_verifies_requests_of_every_key_and_scheme() {
    for (name, scheme) in [
        ("rsa", SignatureScheme::RsaPkcs1Sha256),
        ("rsa", SignatureScheme::RsaPssSha256),
        ("p256", SignatureScheme::EcdsaSha256),
        ("p256", SignatureScheme::EcdsaSha512),
        ("p384", SignatureScheme::EcdsaSha384),
        ("p384", SignatureScheme::EcdsaSha256),
        ("p521", SignatureScheme::EcdsaSha512),
        ("p521", SignatureScheme::EcdsaSha256),
        ("ed25519", SignatureScheme::Ed25519),
    ] {
        let key = OpensslKey::new(name);
        let request = full_template().sign(&key, scheme).unwrap();
        assert!(judged(&request).0, "{name} {scheme:?}");
        assert_eq!(request.public_key().unwrap(), key.public_key);
        request.verify().unwrap();
    }
}

#[test]
fn openssl_reads_what_was_asked_for() {
    let request = full_template()
        .sign(&OpensslKey::new("rsa"), SignatureScheme::RsaPssSha256)
        .unwrap();
    let (_, text) = judged(&request);
    for expected in [
        "Subject: C=JP,O=信用金庫,OU=IssuedCount = 001,CN=山田太郎",
        "X509v3 Key Usage: critical",
        "Digital Signature, Non Repudiation, Key Encipherment\n",
        "TLS Web Client Authentication, Microsoft Smartcard Login, 1.2.3.4",
        "DNS:*.example.com, email:taro@example.com, IP Address:192.0.2.1, \
         IP Address:2001:DB8:0:0:0:0:0:1, URI:https://example.com/a, othername: UPN::",
        "Signature Algorithm: rsassaPss",
        "Hash Algorithm: sha256",
        "Mask Algorithm: mgf1 with sha256",
        "Salt Length: 0x20",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_request_has_the_one_version_that_there_is() {
    let key = OpensslKey::new("p256");
    let request = full_template().sign(&key, SignatureScheme::EcdsaSha256);
    let der = request.unwrap().as_der().to_vec();
    // SEQUENCE { SEQUENCE { INTEGER 0, each with a length of three bytes.
    let place = der.iter().skip(8).position(|byte| *byte == 0).unwrap() + 8;
    assert_eq!(der[place - 2..=place], [2, 1, 0]);
    assert!(Csr::from_der(&der).is_ok());
    for version in [1, 2, 0x7f, 0xff] {
        let mut other = der.clone();
        other[place] = version;
        let refusal = Csr::from_der(&other).unwrap_err();
        assert!(
            matches!(refusal, Error::RequestUnreadable { .. }),
            "{version}"
        );
    }
}

#[test]
fn a_request_gives_back_what_was_asked_for() {
    let template = full_template();
    let request = template
        .sign(&OpensslKey::new("p256"), SignatureScheme::EcdsaSha256)
        .unwrap();
    let request = Csr::read("FILE", request.to_pem().unwrap().as_bytes()).unwrap();
    assert_eq!(request.subject().unwrap().to_string(), template.subject);
    assert_eq!(
        request.alternative_names().unwrap(),
        template.alternative_names
    );
    assert_eq!(request.usages().unwrap(), template.usages);
    assert_eq!(Csr::read("FILE", request.as_der()).unwrap(), request);
}

#[test]
fn a_request_that_asks_for_no_extension_has_no_attribute() {
    let mut template = RequestTemplate::new("CN=a");
    template.usages.clear();
    let key = OpensslKey::new("p256");
    let request = template.sign(&key, SignatureScheme::EcdsaSha256).unwrap();
    let (verified, text) = judged(&request);
    assert!(verified);
    assert!(text.contains("Attributes:\n            (none)"), "{text}");
    assert_eq!(request.alternative_names().unwrap(), []);
}

#[test]
fn an_empty_subject_needs_an_alternative_name() {
    let key = OpensslKey::new("p256");
    let mut template = RequestTemplate::new("");
    let error = template
        .sign(&key, SignatureScheme::EcdsaSha256)
        .unwrap_err();
    assert!(matches!(error, Error::SubjectInvalid { .. }), "{error}");
    template.alternative_names = vec!["dns:a.example".parse().unwrap()];
    let request = template.sign(&key, SignatureScheme::EcdsaSha256).unwrap();
    assert!(judged(&request).0);
    assert!(request.subject().unwrap().is_empty());
}

#[test]
fn a_scheme_that_the_key_cannot_do_is_refused_before_it_signs() {
    let error = RequestTemplate::new("CN=a")
        .sign(&OpensslKey::new("p256"), SignatureScheme::RsaPssSha256)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a key of kind ec:p256 cannot make a signature of kind rsa-pss-sha256"
    );
}

#[test]
fn a_wrong_signature_never_leaves() {
    for (name, scheme) in [
        ("rsa", SignatureScheme::RsaPkcs1Sha256),
        ("rsa", SignatureScheme::RsaPssSha256),
        ("p384", SignatureScheme::EcdsaSha384),
        ("ed25519", SignatureScheme::Ed25519),
    ] {
        let key = OpensslKey {
            faulty: true,
            ..OpensslKey::new(name)
        };
        let error = RequestTemplate::new("CN=a").sign(&key, scheme).unwrap_err();
        assert!(
            matches!(error, Error::SignatureWrong { .. }),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_signature_counts_for_its_scheme_and_message_only() {
    let key = OpensslKey::new("rsa");
    let signature = key.sign(SignatureScheme::RsaPkcs1Sha256, b"a").unwrap();
    let verify = |scheme, message| key.public_key.verify(scheme, message, &signature, "it");
    verify(SignatureScheme::RsaPkcs1Sha256, b"a").unwrap();
    assert!(verify(SignatureScheme::RsaPkcs1Sha256, b"b").is_err());
    assert!(verify(SignatureScheme::RsaPssSha256, b"a").is_err());
    assert!(verify(SignatureScheme::EcdsaSha256, b"a").is_err());
}

#[test]
fn requests_of_other_programs_are_read_in_pem_der_and_bare_base64() {
    let pem = std::fs::read(fixture("request.pem")).unwrap();
    let der = std::fs::read(fixture("request.der")).unwrap();
    let request = Csr::read("FILE", &pem).unwrap();
    assert_eq!(request.as_der(), der);
    assert_eq!(Csr::read("FILE", &der).unwrap(), request);
    let pem = String::from_utf8(pem).unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(Csr::read("FILE", bare.as_bytes()).unwrap(), request);
    let old = pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
    assert_eq!(Csr::read("FILE", old.as_bytes()).unwrap(), request);
    request.verify().unwrap();
    assert_eq!(
        request.public_key().unwrap().algorithm(),
        Some(KeyAlgorithm::Rsa(2048))
    );
}

#[test]
fn what_is_no_request_is_refused_with_what_it_is() {
    for (name, expected) in [
        ("rsa-leaf.pem", "it is a certificate"),
        ("rsa-leaf.der", "it is a certificate"),
        ("test-only-keys/p256.pem", "it holds a private key"),
        ("revocations.pem", "it is a revocation list (CRL)"),
    ] {
        match Csr::read("FILE", &std::fs::read(fixture(name)).unwrap()) {
            Err(Error::RequestUnreadable { reason, .. }) => assert_eq!(reason, expected),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn alternative_names_of_unknown_kinds_are_not_left_out_silently() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.der").display().to_string();
    let made = openssl(&[
        "req",
        "-new",
        "-key",
        &OpensslKey::new("p256").file,
        "-subj",
        "/CN=a",
        "-outform",
        "DER",
        "-addext",
        "subjectAltName=DNS:a.example,RID:1.2.3",
        "-out",
        &path,
    ]);
    assert!(made.status.success());
    let request = Csr::read("FILE", &std::fs::read(&path).unwrap()).unwrap();
    request.verify().unwrap();
    assert!(matches!(
        request.alternative_names(),
        Err(Error::SanInvalid { .. })
    ));
}

#[test]
fn alternative_names_are_checked() {
    for name in [
        "dns:a",
        "dns:*.a-b.example",
        "DNS:xn--fiqs8s.example",
        "email:a.b+c@example.com",
        "ip:::1",
        "uri:urn:uuid:0",
        "upn:a@b",
    ] {
        name.parse::<AlternativeName>()
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let long = format!("dns:{}.example", "a".repeat(64));
    for name in [
        "",
        "a",
        "dns:",
        "dns:a..b",
        "dns:-a",
        "dns:a_b",
        "dns:日本.example",
        "dns:a.*.b",
        "dns:a b",
        "email:a",
        "email:@a",
        "email:a@",
        "email:a@b@c",
        "email:山@example.com",
        "ip:1.2.3",
        "ip:1.2.3.256",
        "uri:a",
        "uri:https:",
        "uri:https://a b",
        "uri:https://日本",
        "upn:a",
        "upn:a@",
        "upn:\u{202e}a@b",
        "other:a",
        &long,
    ] {
        let error = name.parse::<AlternativeName>().unwrap_err();
        assert!(matches!(error, Error::SanInvalid { .. }), "{name}: {error}");
    }
}

#[test]
fn usages_are_known_by_the_names_of_the_standard() {
    for name in [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "clientAuth",
        "serverAuth",
        "emailProtection",
        "codeSigning",
        "timeStamping",
        "smartcardLogon",
        "1.2.3.4",
    ] {
        assert_eq!(name.parse::<Usage>().unwrap().to_string(), name);
    }
    let alias: Usage = "contentCommitment".parse().unwrap();
    assert_eq!(alias, Usage::Key(KeyUsage::NonRepudiation));
    assert_eq!(
        "1.3.6.1.5.5.7.3.2".parse::<Usage>().unwrap(),
        Usage::CLIENT_AUTH
    );
    for wrong in ["", "signing", "1", "1.2.3.x"] {
        let error = wrong.parse::<Usage>().unwrap_err();
        assert!(matches!(error, Error::KeyUsageInvalid { .. }), "{wrong}");
    }
}

#[test]
fn templates_survive_json_with_names_as_text() {
    let template = full_template();
    let json = serde_json::to_string(&template).unwrap();
    assert!(
        json.contains(r#""upn:太郎@EXAMPLE.COM""#) && json.contains(r#""clientAuth""#),
        "{json}"
    );
    assert_eq!(
        serde_json::from_str::<RequestTemplate>(&json).unwrap(),
        template
    );
    assert!(serde_json::from_str::<AlternativeName>(r#""dns:a b""#).is_err());
}

#[test]
fn public_keys_are_written_as_openssl_and_openssh_write_them() {
    for name in ["rsa", "p256", "p384", "p521", "ed25519"] {
        let key = OpensslKey::new(name);
        let pem = openssl(&["pkey", "-in", &key.file, "-pubout"]).stdout;
        assert_eq!(key.public_key.to_pem().unwrap().as_bytes(), pem);
    }
    let line = |name: &str| OpensslKey::new(name).public_key.to_ssh().unwrap();
    assert!(line("rsa").starts_with("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"));
    assert!(
        line("p256").starts_with(
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB"
        )
    );
    assert!(line("p521").starts_with("ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjE"));
    assert!(line("ed25519").starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"));
}

#[test]
fn an_ed25519_point_of_small_order_signs_nothing() {
    // The neutral point, under which S = 0 and R = the point itself hold for every message.
    let mut point = [0; 32];
    point[0] = 1;
    let key = [
        b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00",
        &point[..],
    ]
    .concat();
    let key = PublicKey::from_der(&key).unwrap();
    let forged = [point, [0; 32]].concat();
    let answer = key.verify(SignatureScheme::Ed25519, b"anything", &forged, "it");
    assert!(
        matches!(answer, Err(Error::SignatureWrong { .. })),
        "{answer:?}"
    );
}

#[test]
fn a_point_that_is_not_on_its_curve_is_said() {
    let point = [&[4][..], &[1; 64]].concat();
    let p256 = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let key = PublicKey::from_ec_parts(p256, &point).unwrap();
    let answer = key.verify(SignatureScheme::EcdsaSha256, b"anything", &[0; 70], "it");
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("not on its curve"), "{said}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Csr::read("FILE", &bytes);
        let _ = Csr::from_der(&bytes);
    }

    #[test]
    fn any_change_of_a_request_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = std::fs::read(fixture("request.der")).unwrap();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(request) = Csr::read("FILE", &bytes) {
            let _ = (request.subject().unwrap(), request.public_key().unwrap(), request.usages());
            let _ = (request.alternative_names(), request.verify(), format!("{request:?}"));
        }
    }

    #[test]
    fn any_text_is_an_alternative_name_or_refused(
        text in "(dns|email|ip|uri|upn):.{0,30}|.{0,20}",
    ) {
        if let Ok(name) = text.parse::<AlternativeName>() {
            prop_assert_eq!(name.to_string().parse::<AlternativeName>().unwrap(), name);
        }
    }
}
