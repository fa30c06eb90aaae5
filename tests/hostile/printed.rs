//! What is printed of hostile names, labels and values.

use std::io;

use tokencert::certificate::{Certificate, DistinguishedName, read_certificates};
use tokencert::profile::{self, Profile};
use tokencert::token::{Candidates, ObjectSelector, Pkcs11Uri, TokenIdentity, TokenSelector};
use tokencert::{Csr, Error};

use super::der::{Forged, common_name, sequence, tlv};
use super::fixture::certificate;

/// Text that moves the cursor, rings, ends lines, hides, and turns what follows around.
const HOSTILE: &str = "a\u{1b}[2Jb\u{9b}1mc\u{7}\r\nd\u{202e}e\u{2066}f\u{2028}g\u{200f}h\u{feff}i\u{e0041}\u{61c}j\0k\u{7f}";

#[track_caller]
fn assert_harmless(text: &str) {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    assert!(!text.contains(harmful), "{text:?}");
}

#[test]
fn names_of_any_kind_of_string_print_harmlessly() {
    let utf16: Vec<u8> = HOSTILE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (tag, value) in [
        (0x0c, HOSTILE.as_bytes()),
        (0x13, HOSTILE.as_bytes()),
        (0x16, HOSTILE.as_bytes()),
        (0x14, b"a\x1b[2J\x9b1m\x85b"),
        (0x1e, utf16.as_slice()),
        (0x04, HOSTILE.as_bytes()),
    ] {
        let der = sequence(&[&tlv(0x31, &common_name(tag, value))]);
        let name = DistinguishedName::from_der(&der).unwrap();
        assert!(name.to_string().starts_with("CN="));
        assert_harmless(&name.to_string());
        assert_harmless(&format!("{name:?}"));
        assert_harmless(&name.common_name().unwrap());
    }
}

#[test]
fn a_certificate_with_terminal_escapes_prints_harmlessly() {
    let hostile = certificate("escapes.pem");
    let raw = hostile.subject().attributes();
    assert!(raw.iter().any(|(_, value)| value.contains('\u{1b}')));
    for text in [
        hostile.subject().to_string(),
        hostile.issuer().to_string(),
        format!("{hostile:?}"),
    ] {
        assert_harmless(&text);
    }
    let names = [
        tlv(0x82, HOSTILE.get(..5).unwrap().as_bytes()),
        tlv(0x86, b"\x1b]0;title\x07"),
        tlv(
            0xa0,
            &[
                b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03".as_slice(),
                &tlv(0xa0, &tlv(0x0c, HOSTILE.as_bytes())),
            ]
            .concat(),
        ),
    ]
    .concat();
    let forged = Forged {
        extension: (b"\x55\x1d\x11", &tlv(0x30, &names)),
        ..Forged::default()
    };
    let names = Certificate::from_der(&forged.der())
        .unwrap()
        .alternative_names();
    assert_eq!(names.len(), 3);
    for name in names {
        assert_harmless(&name);
    }
}

fn hostile_token() -> TokenIdentity {
    TokenIdentity {
        label: HOSTILE.to_owned(),
        serial: HOSTILE.to_owned(),
        manufacturer: HOSTILE.to_owned(),
        model: HOSTILE.to_owned(),
    }
}

#[test]
fn tokens_and_selectors_print_harmlessly() {
    let token = hostile_token();
    let unlabelled = TokenIdentity {
        label: String::new(),
        ..token.clone()
    };
    let unnumbered = TokenIdentity {
        serial: String::new(),
        ..token.clone()
    };
    for token in [&token, &unlabelled, &unnumbered] {
        assert!(token.to_string().contains("[2J"));
        assert_harmless(&token.to_string());
    }
    assert_harmless(&Candidates(vec![token.clone(), unlabelled]).to_string());
    let uri = Pkcs11Uri::of_token(&token);
    assert_harmless(&uri.to_string());
    for selector in [
        TokenSelector::Named(HOSTILE.to_owned()),
        TokenSelector::Uri(Box::new(uri.clone())),
        TokenSelector::Identity(token),
    ] {
        assert_harmless(&selector.to_string());
    }
    for selector in [
        ObjectSelector::Label(HOSTILE.to_owned()),
        ObjectSelector::Either([7; 16].into(), HOSTILE.to_owned()),
        ObjectSelector::Uri(Box::new(uri)),
    ] {
        assert_harmless(&selector.to_string());
    }
}

#[test]
fn errors_print_their_values_harmlessly() {
    let text = || HOSTILE.to_owned();
    let selectors = [
        DistinguishedName::parse(HOSTILE).err(),
        format!("id:{HOSTILE}").parse::<ObjectSelector>().err(),
        format!("sha256:{HOSTILE}").parse::<ObjectSelector>().err(),
        format!("pkcs11:{HOSTILE}").parse::<TokenSelector>().err(),
        HOSTILE.parse::<tokencert::KeyAlgorithm>().err(),
        HOSTILE.parse::<tokencert::request::Usage>().err(),
        format!("dns:{HOSTILE}")
            .parse::<tokencert::request::AlternativeName>()
            .err(),
        HOSTILE.parse::<profile::SubjectTemplate>().err(),
        Profile::parse(HOSTILE, &format!("name = \"{HOSTILE}\"")).err(),
        read_certificates(HOSTILE, b"").err(),
        Csr::read(HOSTILE, b"").err(),
    ];
    let made = [
        Error::TokenAmbiguous {
            wanted: text(),
            candidates: Candidates(vec![hostile_token()]),
        },
        Error::SerialNotConfirmed {
            token: text(),
            serial: text(),
        },
        Error::AuthorityRefused {
            authority: text(),
            reason: text(),
        },
        Error::FileRead {
            path: text(),
            source: io::Error::other(HOSTILE),
        },
    ];
    for error in selectors.map(Option::unwrap).into_iter().chain(made) {
        assert_harmless(&error.to_string());
        assert_harmless(&error.hint().unwrap_or_default());
        for (_, value) in error.values() {
            assert_harmless(&value);
        }
    }
}

#[test]
fn json_says_the_same_without_a_character_that_steers() {
    let value = serde_json::json!({ HOSTILE: [HOSTILE, "経理", "\u{1f600}"] });
    let text = tokencert::report::json::text(&value);
    text.lines().for_each(assert_harmless);
    assert!(
        text.contains("経理") && text.contains("\\udb40\\udc41"),
        "{text}"
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        value
    );
}
