//! Messages by themselves: addresses, bodies, attributes.

use proptest::prelude::*;
use tokencert::Error;
use tokencert::certificate::{Certificate, sanitized};
use tokencert::est::{CsrAttributes, EstAuthority, Trust, body};
use tokencert::key::{Curve, KeyAlgorithm};
use tokencert::{Authority as _, Result};

use crate::pki::{Authority, Order, tlv};
use crate::soft::SoftKey;
use crate::visitor::Diary;

fn name(address: &str) -> Result<String> {
    let network = Diary::default().network();
    EstAuthority::new(address, Trust::Unknown, network).map(|it| it.name())
}

#[test]
fn an_address_has_one_form() {
    let cases = [
        ("https://Bank.Example", "https://bank.example"),
        ("HTTPS://bank.example:443/", "https://bank.example"),
        ("https://bank.example:8443", "https://bank.example:8443"),
        (
            "https://bank.example/.well-known/est",
            "https://bank.example",
        ),
        (
            "https://bank.example/.well-known/est/",
            "https://bank.example",
        ),
        (
            "https://bank.example/.well-known/est/users",
            "https://bank.example/users",
        ),
        ("https://bank.example/users/", "https://bank.example/users"),
        ("https://[::1]:8443/users", "https://[::1]:8443/users"),
        ("https://127.0.0.1", "https://127.0.0.1"),
    ];
    for (address, expected) in cases {
        assert_eq!(name(address).unwrap(), expected, "{address}");
    }
}

#[test]
fn what_is_no_address_of_an_authority_is_said() {
    let cases = [
        ("http://bank.example", "secrets go over `https:` only"),
        (
            "https://taro:1234@bank.example",
            "user names and passwords do not belong into an address",
        ),
        (
            "https://bank.example?a=b",
            "an address here has no `?` and no `#`",
        ),
        (
            "https://bank.example#top",
            "an address here has no `?` and no `#`",
        ),
        ("https://bank.example/a/b", "a label is one part of a path"),
        (
            "https://bank.example/.well-known/est/cacerts",
            "it is an operation and not the whole server",
        ),
        ("ftp://bank.example", "it does not begin with `https://`"),
        ("bank.example", "it does not begin with `https://`"),
        ("https://", "it is no address of a server"),
        (
            "https://bank.example:99999",
            "its port is no number of a port",
        ),
    ];
    for (address, expected) in cases {
        let error = name(address).unwrap_err();
        assert!(!error.to_string().contains("1234"), "{error}");
        let Error::AuthorityInvalid { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(reason, expected, "{address}");
    }
}

#[test]
fn an_answer_is_one_line_up_to_a_thousand_characters() {
    // 750 bytes are 1,000 characters, 751 are 1,004.
    let one = body::encode_answer(&[7; 750]);
    assert_eq!((one.len(), one.lines().count()), (1001, 1));
    let many = body::encode_answer(&[7; 751]);
    assert_eq!(many, body::encode_request(&[7; 751]));
    assert_eq!((many.lines().count(), many.ends_with('\n')), (16, true));
    assert!(many.lines().all(|line| line.len() <= 64) && !many.contains('\r'));
    assert_eq!(body::encode_request(&[]), "");
}

#[test]
fn openssl_reads_the_certificates_of_an_answer() {
    let ca = Authority::root(1, "CN=CA");
    let leaf = ca.issue(&SoftKey::new(2).public(), &Order::client("CN=taro"));
    let der = body::certs_only(&[leaf.clone(), ca.certificate.clone()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.p7");
    std::fs::write(&path, &der).unwrap();
    let openssl = std::process::Command::new("openssl")
        .args(["pkcs7", "-inform", "DER", "-print_certs", "-in"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(openssl.stdout).unwrap();
    let read = tokencert::certificate::read_certificates("it", text.as_bytes()).unwrap();
    assert_eq!(read.len(), 2);
    assert!(read.contains(&leaf) && read.contains(&ca.certificate));
    let base64 = body::encode_answer(&der);
    assert_eq!(body::certificates(base64.as_bytes()).unwrap().len(), 2);
    // RFC 5652: version 1, no digests, id-data without content, [0], no signers.
    assert!(der.windows(18).any(|at| {
        at == [
            2, 1, 1, 0x31, 0, 0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1,
        ]
    }));
    assert!(der.ends_with(&[0x31, 0]));
}

#[test]
fn attributes_are_read_in_the_ways_that_authorities_write_them() {
    let read = |der: &[u8]| CsrAttributes::from_der(der).unwrap();
    let rsa: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    let ec: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    let p384 = Curve::P384.parameters();
    let challenge: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7];
    let all = [2048, 3072, 4096].map(KeyAlgorithm::Rsa);
    assert_eq!(read(&tlv(0x30, &[rsa])).keys, all);
    let sized = tlv(0x30, &[rsa, &tlv(0x31, &[&[2, 2, 0x0c, 0]])]);
    assert_eq!(read(&tlv(0x30, &[&sized])).keys, [KeyAlgorithm::Rsa(3072)]);
    let curve = tlv(0x30, &[ec, &tlv(0x31, &[p384])]);
    let example = tlv(0x30, &[challenge, &curve, &[6, 3, 0x2a, 3, 4]]);
    let attributes = read(&example);
    assert_eq!(attributes.keys, [KeyAlgorithm::Ec(Curve::P384)]);
    assert!(attributes.challenge_password);
    let bare = tlv(0x30, &[ec, p384]);
    assert_eq!(read(&bare).keys, [KeyAlgorithm::Ec(Curve::P384)]);
    assert_eq!(read(&tlv(0x30, &[ec])).keys.len(), 3);
    assert_eq!(read(&[0x30, 0]), CsrAttributes::default());
    // RFC 9908: a template of extensions, whose values may be left out.
    let id = tlv(
        6,
        &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 0x10, 2, 62]],
    );
    let template = tlv(
        0x30,
        &[
            &id,
            &tlv(
                0x31,
                &[&tlv(0x30, &[&tlv(0x30, &[&[6, 3, 0x55, 0x1d, 0x11]])])],
            ),
        ],
    );
    assert_eq!(read(&tlv(0x30, &[&template])), CsrAttributes::default());
    for damaged in [&[0x31, 0][..], &[], &[0x30, 3, 6, 9], &[0x30, 2, 5, 0]] {
        CsrAttributes::from_der(damaged).unwrap_err();
    }
}

fn keys() -> impl Strategy<Value = Vec<KeyAlgorithm>> {
    let key = proptest::sample::select(KeyAlgorithm::ALL.to_vec());
    proptest::collection::vec(key, 0..8)
}

proptest! {
    #[test]
    fn attributes_are_read_as_they_were_written(keys in keys(), challenge_password: bool) {
        let mut written = CsrAttributes::new(keys.clone());
        written.challenge_password = challenge_password;
        let read = CsrAttributes::from_der(&written.to_der().unwrap()).unwrap();
        for key in &keys {
            prop_assert!(read.keys.contains(key));
        }
        prop_assert!(read.keys.iter().all(|key| keys.contains(key)));
        prop_assert_eq!(read.challenge_password, challenge_password);
    }

    #[test]
    fn bodies_are_read_as_they_were_written_however_they_are_wrapped(
        der in proptest::collection::vec(any::<u8>(), 1..3000),
        column in 1usize..100,
        end in "[ \t\r\n]{1,3}",
    ) {
        prop_assert_eq!(&body::decode(body::encode_request(&der).as_bytes()).unwrap(), &der);
        let answer = body::encode_answer(&der);
        prop_assert_eq!(&body::decode(answer.as_bytes()).unwrap(), &der);
        let compact: Vec<char> = answer.chars().filter(|c| !c.is_whitespace()).collect();
        let wrapped: String = compact
            .chunks(column)
            .map(|line| line.iter().collect::<String>() + &end)
            .collect();
        prop_assert_eq!(&body::decode(wrapped.as_bytes()).unwrap(), &der);
    }

    #[test]
    fn foreign_bytes_are_read_or_refused_in_words_that_are_safe(bytes: Vec<u8>) {
        CsrAttributes::from_der(&bytes).ok();
        if let Err(reason) = body::certificates(&bytes) {
            prop_assert_eq!(&sanitized(&reason), &reason);
        }
        if let Ok(certificates) = body::certificates(body::encode_answer(&bytes).as_bytes()) {
            prop_assert!(certificates.iter().all(|one| Certificate::from_der(one.as_der()).is_ok()));
        }
    }
}
