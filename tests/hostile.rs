//! Bytes made to do harm: they are refused or read, soon and without a crash, and what is printed of
//! them cannot steer a terminal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

#[path = "hostile/der.rs"]
mod der;
mod fixture;
#[path = "hostile/printed.rs"]
mod printed;

use std::time::{Duration, Instant};

use der::{Forged, common_name, name, request, sequence, tlv};
use fixture::certificate;
use tokencert::Csr;
use tokencert::certificate::{Certificate, DistinguishedName, chain_of, read_certificates};
use tokencert::key::{PublicKey, SignatureScheme};
use tokencert::profile::{self, Profile};
use tokencert::token::Pkcs11Uri;

/// Far more than anything here takes, far less than work that grows with the square of these sizes.
const SOON: Duration = Duration::from_secs(20);

fn soon<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());
    result
}

/// The largest file that is read, in bytes.
const MOST: usize = 1024 * 1024;

/// A file of the largest size, made of one thing again and again.
fn filled(with: impl AsRef<[u8]>) -> Vec<u8> {
    with.as_ref().repeat(MOST / with.as_ref().len())
}

#[test]
fn a_file_of_the_smallest_certificates_is_read_soon() {
    let mut file = Vec::new();
    for serial in 0.. {
        let next = Forged {
            serial,
            ..Forged::default()
        }
        .der();
        if file.len() + next.len() > MOST {
            break;
        }
        file.extend(next);
    }
    let read = soon(|| read_certificates("FILE", &file)).unwrap();
    assert!(read.len() > 5_000, "{}", read.len());
    assert_eq!(soon(|| chain_of(&read[0], &read)).len(), 1);
}

#[test]
fn a_leaf_with_a_huge_name_is_compared_with_many_authorities_soon() {
    let issuer = name(&"a ".repeat(MOST / 4));
    let leaf = Forged {
        issuer: &issuer,
        ..Forged::default()
    };
    let leaf = Certificate::from_der(&leaf.der()).unwrap();
    let subject = name("a");
    let forged = Forged {
        subject: &subject,
        ..Forged::default()
    };
    let other = Certificate::from_der(&forged.der()).unwrap();
    let others = vec![other; 10_000];
    assert_eq!(soon(|| chain_of(&leaf, &others)).len(), 1);
}

#[test]
fn a_leaf_with_many_authorities_of_its_issuers_name_is_done_with_soon() {
    let p521 = certificate("ec-root.pem").public_key().unwrap();
    let authority = name("a");
    let forged = Forged {
        issuer: &authority,
        subject: &authority,
        key: p521.as_der(),
        ..Forged::default()
    };
    let others: Vec<Certificate> = (0..10_000)
        .map(|serial| Forged { serial, ..forged }.der())
        .map(|der| Certificate::from_der(&der).unwrap())
        .collect();
    let subject = name("b");
    let leaf = Forged {
        subject: &subject,
        ..forged
    }
    .der();
    let leaf = Certificate::from_der(&leaf).unwrap();
    assert_eq!(soon(|| chain_of(&leaf, &others)).len(), 1);
}

#[test]
fn files_of_the_largest_size_are_refused_soon() {
    for with in [
        "-----BEGIN ",
        "-----BEGIN A-----",
        "-----BEGIN A-----\nAAAA\n-----END A-----\n",
        "-----BEGIN A-----\nAAAA\n-----END B-----\n",
        "-----",
        "A",
        "A:\n",
        "\u{7d4c}",
        "\0",
    ] {
        let error = soon(|| read_certificates("FILE", &filled(with))).unwrap_err();
        assert_eq!(error.code(), "certificate-unreadable", "{with}");
        let error = soon(|| Csr::read("FILE", &filled(with))).unwrap_err();
        assert_eq!(error.code(), "request-unreadable", "{with}");
    }
}

#[test]
fn deep_nesting_ends_no_stack_and_no_patience() {
    for with in [
        b"\x30\x80".as_slice(),
        b"\xa0\x80",
        b"\x24\x80",
        b"\x30\x80\x06\x01\x2a",
    ] {
        assert!(soon(|| read_certificates("FILE", &filled(with))).is_err());
        assert!(Certificate::from_der(&filled(with)).is_err());
    }
    let mut nested = Vec::new();
    for _ in 0..2_000 {
        nested = tlv(0x30, &nested);
    }
    assert!(soon(|| read_certificates("FILE", &nested)).is_err());
    assert!(DistinguishedName::from_der(&nested).is_err());
}

/// Attributes of one relative distinguished name, the last in the order of DER first.
fn unsorted_attributes(number: u32) -> Vec<u8> {
    let attribute = |value: u32| common_name(0x0c, format!("{value:08}").as_bytes());
    (0..number).rev().flat_map(attribute).collect()
}

#[test]
fn a_set_in_the_wrong_order_is_read_soon() {
    let rdn = tlv(0x31, &unsorted_attributes(40_000));
    let subject = sequence(&[&rdn]);
    let read = soon(|| DistinguishedName::from_der(&subject)).unwrap();
    assert_eq!(read.attributes().len(), 40_000);
    let names = tlv(0x30, &tlv(0xa4, &subject));
    let forged = Forged {
        extension: (b"\x55\x1d\x11", &names),
        ..Forged::default()
    };
    let forged = Certificate::from_der(&forged.der()).unwrap();
    assert!(soon(|| forged.alternative_names()).is_empty());

    let key = certificate("ec-leaf.pem").public_key().unwrap();
    let values = tlv(0x31, &unsorted_attributes(40_000));
    let attribute = sequence(&[b"\x06\x01\x2a", &values]);
    let read = soon(|| Csr::from_der(&request(&key, &attribute))).unwrap();
    assert!(read.alternative_names().unwrap().is_empty());
}

#[test]
fn a_name_with_thousands_of_attributes_is_read_soon() {
    for separator in ["+", ","] {
        let attributes: Vec<String> = (0..10_000).map(|n| format!("CN={n}")).collect();
        let text = attributes.join(separator);
        let read = soon(|| DistinguishedName::parse(&text)).unwrap();
        assert_eq!(read.attributes().len(), 10_000);
        assert_eq!(soon(|| read.to_string()).len(), text.len());
    }
}

#[test]
fn thousands_of_names_and_usages_of_a_certificate_are_listed_soon() {
    let purposes: Vec<u8> = (0..150_000_u32)
        .flat_map(|n| {
            let [_, a, b, c] = n.to_be_bytes();
            tlv(
                0x06,
                &[
                    0x2a,
                    0x81 | a << 6,
                    0x80 | b >> 1,
                    0x80 | c >> 1,
                    (b & 1) << 1 | c & 1,
                ],
            )
        })
        .collect();
    let names = tlv(0x82, b"a").repeat(300_000);
    for (oid, value) in [(b"\x55\x1d\x25", purposes), (b"\x55\x1d\x11", names)] {
        let forged = Forged {
            extension: (oid, &tlv(0x30, &value)),
            ..Forged::default()
        };
        let forged = Certificate::from_der(&forged.der()).unwrap();
        let listed = soon(|| forged.usages().len() + forged.alternative_names().len());
        assert!(listed >= 150_000, "{listed}");
    }
}

#[test]
fn huge_keys_and_signatures_are_refused_soon() {
    let huge = vec![0xff; MOST];
    for (modulus, exponent) in [
        (&huge[..], &[3][..]),
        (&huge[..256], &huge[..]),
        (&huge, &huge),
    ] {
        let key = soon(|| PublicKey::from_rsa_parts(modulus, exponent)).unwrap();
        for scheme in [
            SignatureScheme::RsaPkcs1Sha256,
            SignatureScheme::RsaPssSha256,
        ] {
            for signature in [&huge[..256], &huge[..]] {
                assert!(soon(|| key.verify(scheme, b"", signature, "it")).is_err());
            }
        }
        assert!(soon(|| Csr::from_der(&request(&key, &[])).unwrap().verify()).is_err());
    }
    let p256 = certificate("ec-leaf.pem").public_key().unwrap();
    assert!(soon(|| p256.verify(SignatureScheme::EcdsaSha256, b"", &huge, "it")).is_err());
}

#[test]
fn a_uri_with_thousands_of_attributes_is_read_soon() {
    let distinct: Vec<String> = (0..50_000).map(|n| format!("x{n}=")).collect();
    let repeated = "&x49999=".repeat(50_000);
    for text in [
        format!("pkcs11:{}", distinct.join(";")),
        format!("pkcs11:?{}{repeated}", distinct.join("&")),
        format!("pkcs11:token={}", "%41".repeat(MOST / 3)),
    ] {
        let uri: Pkcs11Uri = soon(|| text.parse()).unwrap();
        assert!(soon(|| uri.to_string()).starts_with("pkcs11:"));
    }
}

#[test]
fn profiles_of_the_largest_size_are_refused_soon() {
    let most = usize::try_from(profile::MAXIMUM_BYTES).unwrap();
    let repeated = |before: &str, with: &str, after: &str| {
        format!(
            "{before}{}{after}",
            with.repeat((most - before.len()) / with.len())
        )
    };
    for text in [
        repeated("", "a", " = 1"),
        repeated("a = ", "[", ""),
        repeated("a = ", "{a=", ""),
        repeated("", "a.", "a = 1"),
        repeated("[", "a.", "a]"),
        repeated("[[", "a.", "a]]"),
        repeated("", "[[a]]\n", ""),
        repeated("", "[a.a]\n", ""),
        repeated("", "\n", "a"),
        repeated("title.", "a", " = 1"),
        repeated("subject = 'CN={", "a", "}'"),
        repeated("subject = '", "CN={name}+", "O=a'"),
        repeated("subject = '", "{name}", "'"),
        repeated("usages = [", "'1.2.3',", "]"),
        repeated("key = '", "\\\\", "'"),
    ] {
        assert!(soon(|| Profile::parse("FILE", &text)).is_err());
    }
}

#[test]
fn an_attribute_that_stands_twice_in_one_relative_name_is_refused() {
    let error = DistinguishedName::parse("CN=a+O=b+CN=a").unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
}
