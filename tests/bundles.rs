//! The files that certificates come in: every form is read, and every other file is refused as what it is.

mod fixture;

use fixture::*;
use tokencert::certificate::*;
use tokencert::error::Error;

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
