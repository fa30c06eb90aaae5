//! Certificates, the files they come in, their names and chains.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::Path;

use proptest::prelude::*;
use tokencert::certificate::{
    Certificate, DistinguishedName, MAXIMUM_FILE_BYTES, chain_of, read_certificates, sanitized,
};
use tokencert::error::Error;
use tokencert::key::{Curve, KeyAlgorithm, PublicKey, SignatureScheme};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name),
    )
    .unwrap()
}

fn certificates(name: &str) -> Vec<Certificate> {
    read_certificates(name, &fixture(name)).unwrap()
}

fn certificate(name: &str) -> Certificate {
    certificates(name).remove(0)
}

/// Why a file is refused.
fn reason(bytes: &[u8]) -> String {
    match read_certificates("FILE", bytes) {
        Err(Error::CertificateUnreadable { name, reason }) => {
            assert_eq!(name, "FILE");
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_a_bundle_gives_the_same_certificates_once_each() {
    let expected = ["rsa-root.pem", "rsa-leaf.pem", "rsa-intermediate.pem"].map(certificate);
    for form in ["pem", "p7b", "der.p7b", "ber.p7b", "cms", "base64"] {
        let found = certificates(&format!("rsa-bundle.{form}"));
        assert_eq!(found.len(), 3, "{form}");
        assert!(
            expected
                .iter()
                .all(|certificate| found.contains(certificate)),
            "{form}"
        );
    }
}

#[test]
fn pem_is_read_with_a_byte_order_mark_and_as_utf_16() {
    let pem = String::from_utf8(fixture("rsa-leaf.pem")).unwrap();
    let utf16: Vec<u8> = pem.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for file in [
        [b"\xef\xbb\xbf".as_slice(), pem.as_bytes()].concat(),
        [b"\xff\xfe", &*utf16].concat(),
    ] {
        assert_eq!(
            read_certificates("FILE", &file).unwrap(),
            [certificate("rsa-leaf.pem")]
        );
    }
}

#[test]
fn pkcs7_under_the_label_certificate_is_read() {
    let pem = String::from_utf8(fixture("rsa-bundle.p7b"))
        .unwrap()
        .replace("PKCS7", "CERTIFICATE");
    assert_eq!(read_certificates("FILE", pem.as_bytes()).unwrap().len(), 3);
}

#[test]
fn der_certificates_in_a_row_are_all_read() {
    let both = [
        fixture("rsa-leaf.der"),
        certificate("ec-root.pem").as_der().to_vec(),
    ]
    .concat();
    assert_eq!(read_certificates("FILE", &both).unwrap().len(), 2);
}

#[test]
fn padding_behind_a_certificate_is_cut_off() {
    let padded = Certificate::from_der(&fixture("rsa-leaf.padded.der")).unwrap();
    assert_eq!(padded.as_der(), fixture("rsa-leaf.der"));
    assert_eq!(certificate("rsa-leaf.padded.der"), padded);
}

#[test]
fn pem_of_a_certificate_is_what_it_was_read_from() {
    let pem = String::from_utf8(fixture("rsa-leaf.pem")).unwrap();
    assert_eq!(certificate("rsa-leaf.pem").to_pem().unwrap(), pem);
}

#[test]
fn a_wrong_file_is_refused_with_what_it_is() {
    let pem = fixture("rsa-leaf.pem");
    let cases: &[(&[u8], &str)] = &[
        (b"", "it is empty"),
        (b" \r\n\n", "it is empty"),
        (&fixture("truncated.der"), "it ends too early"),
        (&pem[..700], "it ends too early"),
        (&fixture("request.pem"), "it is a certificate request"),
        (&fixture("request.der"), "it is a certificate request"),
        (&fixture("revocations.pem"), "it is a revocation list (CRL)"),
        (&fixture("revocations.der"), "it is a revocation list (CRL)"),
        (&fixture("public-key.pem"), "it is a public key"),
        (b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB user", "it is an OpenSSH public key"),
        (b"<!DOCTYPE html><html></html>", "it is a web page"),
        (b"PK\x03\x04\x14\x00\x08\x00", "it is a zip archive"),
        (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF document"),
        (b"0 s:/CN=example", "it is none of the forms that certificates come in"),
        (b"hello", "it is none of the forms that certificates come in"),
        (b"\x00\x01\x02\x03\xff", "it is none of the forms that certificates come in"),
        (b"\x30\x03\x02\x01", "it ends too early"),
        // A degenerate PKCS#7 message.
        (
            b"\x30\x27\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x1a\x30\x18\x02\x01\x01\x31\x00\
              \x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x00\xa1\x00\x31\x00",
            "it is a PKCS#7 file without certificates",
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(
            reason(bytes),
            *expected,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_damaged_certificate_in_a_bundle_spoils_the_bundle() {
    let mut damaged = fixture("ec-leaf.pem");
    damaged[100] = b'!';
    let bundle = [fixture("ec-root.pem"), damaged].concat();
    assert_eq!(reason(&bundle), "it is damaged");
}

#[test]
fn files_with_private_keys_are_refused_as_such() {
    for name in [
        "test-only.p12",
        "p256.pem",
        "rsa.pem",
        "encrypted.pem",
        "rsa-pkcs1.der",
    ] {
        let key = fixture(&format!("test-only-keys/{name}"));
        let with_certificate = [key.clone(), b"\n".to_vec(), fixture("ec-leaf.pem")].concat();
        let is_pem = key.starts_with(b"-----");
        for file in std::iter::once(key).chain(is_pem.then_some(with_certificate)) {
            let error = read_certificates("FILE", &file).unwrap_err();
            assert!(
                matches!(error, Error::PrivateKeyFile { .. }),
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_size() {
    let size = usize::try_from(MAXIMUM_FILE_BYTES).unwrap() + 1;
    let error = read_certificates("FILE", &vec![b'A'; size]).unwrap_err();
    assert!(matches!(error, Error::FileTooLarge { size, .. } if size == MAXIMUM_FILE_BYTES + 1));
}

#[test]
fn hostile_files_of_the_largest_size_are_refused_within_seconds() {
    let size = usize::try_from(MAXIMUM_FILE_BYTES).unwrap();
    let fill = |pattern: &[u8]| {
        pattern
            .iter()
            .copied()
            .cycle()
            .take(size)
            .collect::<Vec<u8>>()
    };
    for pattern in [
        b"\x30\x80".as_slice(),
        b"\x30\x80\x06\x00",
        b"\x30\x82\x10\x00",
        b"-----BEGIN A-----",
        b"-----BEGIN A-----\n-----END B-----\n",
        b"-----BEGIN -----END ",
        b"\x24\x80",
    ] {
        let begun = std::time::Instant::now();
        reason(&fill(pattern));
        assert!(
            begun.elapsed().as_secs() < 10,
            "{}",
            String::from_utf8_lossy(pattern)
        );
    }
}

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
fn a_subject_is_encoded_as_the_standard_asks() {
    let name = DistinguishedName::parse("cn = 山田 太郎 , O=\"Example, Inc.\",C=JP").unwrap();
    assert_eq!(name.to_string(), r"CN=山田 太郎,O=Example\, Inc.,C=JP");
    let types = |text| {
        let name = DistinguishedName::parse(text).unwrap();
        name.as_der()[11]
    };
    assert_eq!(types("CN=a"), 0x0c);
    assert_eq!(types("C=JP"), 0x13);
    assert_eq!(types("serialNumber=1"), 0x13);
    assert_eq!(
        DistinguishedName::parse("OU=a+CN=b,2.5.4.10=c")
            .unwrap()
            .to_string(),
        "CN=b+OU=a,O=c"
    );
    assert_eq!(
        DistinguishedName::parse("CN=a,OU=IssuedCount = 001")
            .unwrap()
            .attributes(),
        [
            ("OU".into(), "IssuedCount = 001".into()),
            ("CN".into(), "a".into())
        ]
    );
}

#[test]
fn escapes_of_rfc_4514_are_read() {
    let parsed = |text| {
        DistinguishedName::parse(text)
            .unwrap()
            .common_name()
            .unwrap()
    };
    assert_eq!(parsed(r"CN=\ a\,b\+c\ "), " a,b+c ");
    assert_eq!(parsed(r"CN=\E5\B1\B1"), "山");
    assert_eq!(parsed(r"CN=\#a"), "#a");
    assert_eq!(parsed("CN=#0c03e5b1b1"), "山");
    assert_eq!(parsed("1.2.3=#0203010001,CN=x"), "x");
}

#[test]
fn subjects_that_the_standard_has_no_room_for_are_refused_with_the_reason() {
    let long = format!("CN={}", "あ".repeat(65));
    for (text, expected) in [
        ("", "it is empty"),
        ("C=Japan", "C is a country code of two letters, like JP"),
        ("C=日本", "C is a country code of two letters, like JP"),
        (
            "serialNumber=A*B",
            "serialNumber takes only letters, digits, blanks and '()+,-./:=?",
        ),
        (
            "emailAddress=山@example.com",
            "emailAddress takes ASCII characters only",
        ),
        ("CN=", "CN is empty"),
        ("CN=a,", "an attribute is missing beside a comma"),
        ("CN=a,,O=b", "an attribute is missing beside a comma"),
        ("Taro Yamada", "`Taro Yamada` has no equals sign"),
        ("XY=a", "`XY` is no attribute type that is known"),
        ("/CN=a/O=b", "`/CN` is no attribute type that is known"),
        ("CN=a;b", "`;` must be written `\\;` inside a value"),
        ("CN=\"a", "a double quote is not closed"),
        (
            r"CN=a\",
            "a backslash stands before a special character or two hexadecimal digits",
        ),
        (r"CN=\ff", "the escaped bytes are no UTF-8"),
        ("CN=\u{202e}a", "it contains the control character U+202E"),
        ("CN=a\nb", "it contains the control character U+000A"),
        (r"CN=a\0ab", "it contains the control character U+000A"),
        ("CN=#0c010a", "it contains the control character U+000A"),
        ("CN=#zz", "`#` stands before the value's DER in hexadecimal"),
        (long.as_str(), "CN has 65 characters, and 64 is the limit"),
    ] {
        match DistinguishedName::parse(text) {
            Err(Error::SubjectInvalid { reason, .. }) => assert_eq!(reason, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn invisible_and_controlling_characters_are_replaced() {
    assert_eq!(
        sanitized("a\u{1b}\u{7f}\u{9b}b"),
        "a\u{fffd}\u{fffd}\u{fffd}b"
    );
    assert_eq!(
        sanitized("\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}"),
        "\u{fffd}".repeat(5)
    );
    assert_eq!(sanitized("山田 ﾔﾏﾀﾞ é"), "山田 ﾔﾏﾀﾞ é");
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

proptest! {
    #[test]
    fn a_subject_survives_being_printed_and_read_again(
        values in prop::collection::vec("\\PC{1,20}", 1..5),
        types in prop::collection::vec(prop::sample::select(vec!["CN", "O", "OU", "title"]), 5),
    ) {
        let usable = |value: &&String| sanitized(value) == **value;
        let escape = |value: &String| -> String {
            let escaped = |c: char| match c {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '#' | ' ' | '=' => format!("\\{c}"),
                c => c.to_string(),
            };
            value.chars().map(escaped).collect()
        };
        let parts: Vec<String> = values
            .iter()
            .filter(usable)
            .zip(&types)
            .map(|(value, name)| format!("{name}={}", escape(value)))
            .collect();
        prop_assume!(!parts.is_empty());
        let name = DistinguishedName::parse(&parts.join(",")).unwrap();
        let again = DistinguishedName::parse(&name.to_string()).unwrap();
        prop_assert_eq!(&name, &again);
        prop_assert_eq!(name.to_string(), again.to_string());
        let expected: Vec<&String> = values.iter().filter(usable).rev().collect();
        let found = name.attributes();
        prop_assert!(found.iter().map(|(_, value)| value).eq(expected));
    }

    #[test]
    fn text_that_was_parsed_prints_safely(text in "(CN|O|C|DC|1\\.2\\.3) ?=(.{0,12},?){1,4}") {
        if let Ok(name) = DistinguishedName::parse(&text) {
            let printed = name.to_string();
            prop_assert_eq!(&sanitized(&printed), &printed);
            prop_assert_eq!(DistinguishedName::parse(&printed).unwrap(), name);
        }
    }

    #[test]
    fn sanitized_text_stays_as_it_is(text in any::<String>()) {
        let once = sanitized(&text);
        prop_assert_eq!(sanitized(&once), once);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Certificate::from_der(&bytes);
        let _ = PublicKey::from_der(&bytes);
        let _ = PublicKey::from_ec_parts(&bytes, &bytes);
        let _ = PublicKey::from_rsa_parts(&bytes, &bytes);
        let _ = DistinguishedName::from_der(&bytes);
        let _ = read_certificates("FILE", &bytes);
    }

    #[test]
    fn any_change_of_a_file_is_read_or_refused(
        name in prop::sample::select(vec![
            "rsa-leaf.der", "rsa-bundle.ber.p7b", "rsa-bundle.pem", "escapes.pem",
            "revocations.der", "test-only-keys/test-only.p12",
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = fixture(name);
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(found) = read_certificates("FILE", &bytes) {
            for certificate in &found {
                let _ = (certificate.serial_number(), certificate.usages(), certificate.is_ca());
                let _ = (certificate.alternative_names(), format!("{certificate:?}"));
                let _ = certificate.public_key().map(|key| (key.algorithm(), key.to_ssh()));
                prop_assert_eq!(&Certificate::from_der(certificate.as_der()).unwrap(), certificate);
            }
            if let Some(leaf) = found.first() {
                prop_assert!(!chain_of(leaf, &found).is_empty());
            }
        }
    }
}
