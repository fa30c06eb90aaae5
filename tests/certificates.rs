//! What stands in certificates and public keys, and which belong together.

mod fixture;

use fixture::*;
use tokencert::certificate::*;
use tokencert::error::Error;
use tokencert::key::{Curve, KeyAlgorithm, PublicKey, SignatureScheme};

#[test]
fn a_certificate_tells_what_stands_in_it() {
    let leaf = certificate("rsa-leaf.pem");
    assert_eq!(
        leaf.subject().to_string(),
        "CN=00009876543 riyousya 1635,OU=IssuedCount = 001,O=テスト信用金庫,C=JP"
    );
    assert_eq!(leaf.issuer().to_string(), "CN=RSA Intermediate,O=Test,C=JP");
    assert_eq!(
        leaf.subject().common_name().unwrap(),
        "00009876543 riyousya 1635"
    );
    assert_eq!(leaf.not_before().to_string(), "2020-01-01T00:00:00Z");
    assert_eq!(leaf.not_after().to_string(), "2099-12-31T23:59:59Z");
    assert_eq!(
        leaf.public_key().unwrap().algorithm(),
        Some(KeyAlgorithm::Rsa(2048))
    );
    assert_eq!(
        leaf.public_key().unwrap().rsa_exponent().unwrap(),
        [1, 0, 1]
    );
    assert_eq!(
        leaf.alternative_names(),
        [
            "dns:pc1.example.com",
            "email:taro@example.com",
            "ip:192.0.2.1",
            "ip:2001:db8::1",
            "uri:https://example.com/taro",
            "upn:taro@EXAMPLE.COM"
        ]
    );
    assert_eq!(
        leaf.usages(),
        [
            "digitalSignature",
            "keyEncipherment",
            "clientAuth",
            "smartcardLogon",
            "1.2.3.4"
        ]
    );
    assert!(!leaf.is_ca());
    assert!(certificate("rsa-intermediate.pem").is_ca());
    assert_eq!(leaf.subject_key_identifier().unwrap().len(), 20);
}

#[test]
fn serial_numbers_longer_than_the_standard_allows_are_read() {
    let long = certificate("long-serial.pem");
    assert_eq!(
        long.serial_number(),
        "ff0102030405060708090a0b0c0d0e0f1011121314"
    );
    assert_eq!(long.serial_der()[..3], [2, 22, 0]);
}

#[test]
fn times_beyond_what_a_timestamp_holds_become_its_last() {
    let never = certificate("never-expires.pem");
    assert_eq!(never.not_before().to_string(), "1950-01-01T00:00:00Z");
    assert_eq!(never.not_after(), jiff::Timestamp::MAX);
}

#[test]
fn certificates_of_version_1_and_of_odd_keys_are_read() {
    assert_eq!(certificate("version-1.pem").usages(), [""; 0]);
    assert!(!certificate("version-1.pem").is_ca());
    let key = |name| certificate(name).public_key().unwrap();
    assert_eq!(
        key("small-rsa.pem").algorithm(),
        Some(KeyAlgorithm::Rsa(1024))
    );
    assert_eq!(key("unknown-curve.pem").algorithm(), None);
    assert_eq!(
        key("ec-root.pem").algorithm(),
        Some(KeyAlgorithm::Ec(Curve::P521))
    );
    assert_eq!(key("ed25519.pem").algorithm(), Some(KeyAlgorithm::Ed25519));
}

#[test]
fn names_in_old_string_types_are_shown_as_text() {
    assert_eq!(
        certificate("bmp-string.pem").subject().to_string(),
        "CN=ﾔﾏﾀﾞ ﾀﾛｳ,O=信用金庫"
    );
    assert_eq!(
        certificate("t61-string.pem").subject().to_string(),
        "CN=Müller"
    );
}

#[test]
fn names_cannot_steer_the_terminal_or_the_eye() {
    let subject = certificate("escapes.pem").subject().clone();
    assert_eq!(
        subject.to_string(),
        "CN=user\u{fffd}nimda\u{fffd}\u{fffd},O=a\u{fffd}[31mb"
    );
    assert_eq!(
        subject.common_name().unwrap(),
        "user\u{fffd}nimda\u{fffd}\u{fffd}"
    );
    assert!(format!("{subject:?}").chars().all(|c| !c.is_control()));
    assert_eq!(
        subject.attributes()[0],
        ("O".to_owned(), "a\u{1b}[31mb".to_owned())
    );
}

#[test]
fn issuers_are_known_by_their_signatures_of_every_kind() {
    for family in ["rsa", "ec"] {
        let [root, intermediate, leaf] = ["root", "intermediate", "leaf"]
            .map(|role| certificate(&format!("{family}-{role}.pem")));
        assert!(root.is_issued_by(&root));
        assert!(intermediate.is_issued_by(&root));
        assert!(leaf.is_issued_by(&intermediate));
        assert!(!leaf.is_issued_by(&root));
        assert!(!root.is_issued_by(&leaf));
    }
    for name in ["ed25519.pem", "small-rsa.pem", "version-1.pem"] {
        assert!(certificate(name).is_issued_by(&certificate(name)), "{name}");
    }
}

#[test]
fn a_changed_certificate_is_issued_by_nobody() {
    let mut der = certificate("ec-leaf.pem").as_der().to_vec();
    let at = der.windows(7).position(|part| part == b"EC Leaf").unwrap();
    der[at + 3] = b'l';
    let changed = Certificate::from_der(&der).unwrap();
    assert!(!changed.is_issued_by(&certificate("ec-intermediate.pem")));
}

#[test]
fn a_chain_is_put_in_order_without_what_does_not_belong() {
    let others: Vec<Certificate> = ["stranger.pem", "ec-root.pem", "rsa-root.pem", "ec-leaf.pem"]
        .map(certificate)
        .into_iter()
        .chain(certificates("rsa-bundle.pem"))
        .collect();
    let leaf = certificate("rsa-leaf.pem");
    let expected = ["rsa-leaf.pem", "rsa-intermediate.pem", "rsa-root.pem"].map(certificate);
    assert_eq!(chain_of(&leaf, &others), expected);
    assert_eq!(chain_of(&expected[2], &others), [expected[2].clone()]);
    assert_eq!(chain_of(&leaf, &[]), [leaf]);
}

#[test]
fn authorities_that_certify_each_other_make_no_endless_chain() {
    let loops = ["cross-a-by-b.pem", "cross-b-by-a.pem"].map(certificate);
    let leaf = certificate("cross-leaf.pem");
    let chain = chain_of(&leaf, &loops);
    assert_eq!(chain, [leaf.clone(), loops[0].clone(), loops[1].clone()]);
    let with_root = [loops.to_vec(), vec![certificate("cross-a.pem")]].concat();
    assert_eq!(
        chain_of(&leaf, &with_root),
        [leaf, certificate("cross-a.pem")]
    );
}

#[test]
fn ec_points_are_read_with_and_without_their_octet_string() {
    const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let key = certificate("ec-leaf.pem").public_key().unwrap();
    let point = &key.as_der()[key.as_der().len() - 65..];
    let wrapped = [b"\x04\x41", point].concat();
    assert_eq!(PublicKey::from_ec_parts(P256, point).unwrap(), key);
    assert_eq!(PublicKey::from_ec_parts(P256, &wrapped).unwrap(), key);
    // A bare point whose first coordinate begins like the length of an OCTET STRING.
    let mut bare = point.to_vec();
    bare[1] = 63;
    let read = PublicKey::from_ec_parts(P256, &bare).unwrap();
    assert_eq!(&read.as_der()[read.as_der().len() - 65..], bare);
    assert!(PublicKey::from_ec_parts(P256, &point[..64]).is_err());
    assert!(PublicKey::from_ec_parts(b"\x06\x01", point).is_err());
}

#[test]
fn ed25519_points_are_read_under_each_name_of_the_curve() {
    let key = certificate("ed25519.pem").public_key().unwrap();
    let point = &key.as_der()[key.as_der().len() - 32..];
    for params in [
        b"\x06\x03\x2b\x65\x70".as_slice(),
        b"\x13\x0cedwards25519",
        b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01",
    ] {
        assert_eq!(PublicKey::from_ec_parts(params, point).unwrap(), key);
        let wrapped = [b"\x04\x20", point].concat();
        assert_eq!(PublicKey::from_ec_parts(params, &wrapped).unwrap(), key);
    }
}

#[test]
fn rsa_parts_make_the_key_of_the_certificate() {
    let key = certificate("rsa-leaf.pem").public_key().unwrap();
    let modulus = &key.as_der()[key.as_der().len() - 5 - 256..key.as_der().len() - 5];
    assert_eq!(PublicKey::from_rsa_parts(modulus, &[1, 0, 1]).unwrap(), key);
    let padded = [&[0, 0], modulus].concat();
    assert_eq!(
        PublicKey::from_rsa_parts(&padded, &[0, 1, 0, 1]).unwrap(),
        key
    );
    assert!(PublicKey::from_rsa_parts(&[], &[3]).is_err());
    assert!(PublicKey::from_rsa_parts(modulus, &[0]).is_err());
}

#[test]
fn a_modulus_too_large_to_verify_with_is_still_a_key() {
    let key = PublicKey::from_rsa_parts(&[0xff; 2048], &[1, 0, 1]).unwrap();
    assert_eq!(key.algorithm(), Some(KeyAlgorithm::Rsa(16_384)));
    let error = key
        .verify(SignatureScheme::RsaPkcs1Sha256, b"", &[0; 2048], "it")
        .unwrap_err();
    assert!(matches!(error, Error::KeyMalformed { .. }), "{error}");
}
