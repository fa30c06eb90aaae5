//! PKCS#11 URIs (RFC 7512).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

use proptest::prelude::*;
use tokencert::key::KeyId;
use tokencert::token::{
    Pkcs11Uri, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo, UriClass,
};

fn parse(text: &str) -> Pkcs11Uri {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    match text.parse::<Pkcs11Uri>() {
        Ok(uri) => panic!("{text} was read as {uri:?}"),
        Err(error) => error.to_string(),
    }
}

fn slot() -> Slot {
    let identity = TokenIdentity {
        label: "経理 1".to_owned(),
        serial: "0a1b2c3d".to_owned(),
        manufacturer: "Snake Oil, Inc.".to_owned(),
        model: String::new(),
    };
    let token = TokenInfo::new(identity, TokenFlags::TOKEN_INITIALIZED);
    Slot::new(7, "Reader 0", SlotState::Token(token))
}

fn matches(text: &str) -> bool {
    let slot = slot();
    parse(text).matches_token(&slot, slot.token().unwrap())
}

#[test]
fn every_attribute_of_the_standard_is_read_and_printed_in_order() {
    let text = "pkcs11:token=T;manufacturer=M;serial=S;model=O;library-manufacturer=LM;\
        library-description=LD;library-version=2.40;slot-manufacturer=SM;slot-description=SD;\
        slot-id=327;object=my-key;type=private;id=%00%61%FF?pin-source=file:/etc/pin&\
        module-name=softhsm2&module-path=/usr/lib/x.so";
    let uri = parse(text);
    assert_eq!(uri.token.as_deref(), Some("T"));
    assert_eq!(uri.library_version, Some((2, 40)));
    assert_eq!(uri.slot_id, Some(327));
    assert_eq!(uri.class, Some(UriClass::Private));
    assert_eq!(uri.id.as_deref(), Some(&[0, b'a', 0xff][..]));
    assert_eq!(uri.pin_source.as_deref(), Some("file:/etc/pin"));
    assert_eq!(uri.to_string(), text);
}

#[test]
fn delimiters_and_japanese_are_percent_encoded_and_nothing_else() {
    let mut uri = Pkcs11Uri::default();
    uri.token = Some("経 a;b?c%d/e&f:[]@!$'()*+,=-._~".to_owned());
    uri.pin_source = Some("file:/a?b|c&d e".to_owned());
    assert_eq!(
        uri.to_string(),
        "pkcs11:token=%E7%B5%8C%20a%3Bb%3Fc%25d%2Fe&f:[]@!$'()*+,=-._~\
         ?pin-source=file:/a?b|c%26d%20e"
    );
    assert_eq!(parse(&uri.to_string()), uri);
}

#[test]
fn spaces_and_japanese_are_taken_as_they_stand() {
    assert_eq!(
        parse("PKCS11:token=経理 1"),
        parse("pkcs11:token=%e7%B5%8c%E7%90%86%201")
    );
}

#[test]
fn malformed_uris_are_refused_with_the_reason() {
    for (text, reason) in [
        ("", "does not begin"),
        ("pkcs12:token=a", "does not begin"),
        ("pkcs11:token=%zz", "percent-encoding of `token`"),
        ("pkcs11:token=%4", "percent-encoding of `token`"),
        ("pkcs11:token=a%", "percent-encoding of `token`"),
        ("pkcs11:token=%+1", "percent-encoding of `token`"),
        ("pkcs11:token=%FF", "`token` is not UTF-8"),
        ("pkcs11:token=a;token=a", "`token` is given twice"),
        ("pkcs11:x-a=1;x-a=2", "`x-a` is given twice"),
        (
            "pkcs11:?pin-source=a&pin-source=b",
            "`pin-source` is given twice",
        ),
        ("pkcs11:token=a;", "has no `=`"),
        ("pkcs11:token", "has no `=`"),
        ("pkcs11:=a", "attribute names"),
        ("pkcs11:to ken=a", "attribute names"),
        ("pkcs11:token=a#b", "percent-encoded"),
        ("pkcs11:token=a\nb", "percent-encoded"),
        ("pkcs11:type=key", "`type` must be"),
        ("pkcs11:slot-id=", "`slot-id`"),
        ("pkcs11:slot-id=+1", "`slot-id`"),
        ("pkcs11:slot-id=18446744073709551616", "`slot-id`"),
        ("pkcs11:library-version=1.2.3", "`library-version`"),
        ("pkcs11:library-version=256", "`library-version`"),
        ("pkcs11:?pin-source=a&pin-value=b", "exclude each other"),
    ] {
        assert!(refusal(text).contains(reason), "{text}: {}", refusal(text));
    }
}

#[test]
fn a_pin_is_neither_printed_nor_debugged_nor_part_of_an_error() {
    let uri = parse("pkcs11:token=a?pin-value=s3cr%65t&module-name=m");
    assert!(uri.has_pin_value());
    assert_eq!(uri.to_string(), "pkcs11:token=a?module-name=m");
    assert!(!format!("{uri:?} {uri:#?}").contains("s3cr"));
    for text in [
        "pin-value=s3cr%zz",
        "pin-value=1&s3cr",
        "pin-value=s3cr%FF",
        "pin-value:s3cr",
    ] {
        assert!(!refusal(&format!("pkcs11:?{text}")).contains("s3cr"));
    }
}

#[test]
fn repeated_vendor_attributes_of_the_query_are_kept() {
    let text = "pkcs11:x-a=1?x-b=1&x-b=%FF";
    assert_eq!(parse(text).to_string(), text);
}

#[test]
fn a_token_matches_if_every_given_attribute_is_equal() {
    for text in [
        "pkcs11:",
        "pkcs11:?",
        "pkcs11:token=経理%201",
        "pkcs11:token=経理 1;serial=0a1b2c3d;manufacturer=Snake%20Oil,%20Inc.;model=",
        "pkcs11:slot-id=7;slot-description=Reader%200",
        "pkcs11:object=other;type=cert;id=%01?x-vendor=1&module-path=/nowhere",
    ] {
        assert!(matches(text), "{text}");
    }
    for text in [
        "pkcs11:token=経理%202",
        "pkcs11:token=",
        "pkcs11:token=経理%201;serial=0A1B2C3D",
        "pkcs11:model=eToken",
        "pkcs11:slot-id=8",
        "pkcs11:slot-description=Reader%201",
    ] {
        assert!(!matches(text), "{text}");
    }
}

#[test]
fn what_cannot_be_compared_matches_nothing() {
    for text in [
        "pkcs11:x-vendor=1",
        "pkcs11:Token=経理%201",
        "pkcs11:slot-manufacturer=a",
        "pkcs11:library-manufacturer=a",
        "pkcs11:library-description=a",
        "pkcs11:library-version=1",
    ] {
        assert!(!matches(text), "{text}");
    }
    assert!(!parse("pkcs11:x-vendor=1").matches_object(None, None));
}

#[test]
fn the_uri_of_a_token_matches_it_alone() {
    let slot = slot();
    let mut token = slot.token().unwrap().clone();
    let uri = parse(&Pkcs11Uri::of_token(&token.identity).to_string());
    assert!(uri.matches_token(&slot, &token));
    token.identity.model = "other".to_owned();
    assert!(!uri.matches_token(&slot, &token));
}

#[test]
fn an_object_matches_by_id_and_label() {
    let id: KeyId = "0a1b".parse().unwrap();
    let found = |text: &str| parse(text).matches_object(Some(&id), Some("key"));
    assert!(found("pkcs11:token=any"));
    assert!(found("pkcs11:id=%0a%1b;object=key;type=private"));
    assert!(!found("pkcs11:id=%0a"));
    assert!(!found("pkcs11:id="));
    assert!(!found("pkcs11:object=other"));
    assert!(!found("pkcs11:type=data"));
    assert!(parse("pkcs11:id=;object=").matches_object(None, None));
}

fn uris() -> impl Strategy<Value = Pkcs11Uri> {
    let text = || proptest::option::of(any::<String>());
    let tokens = (
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
        text(),
    );
    let classes = proptest::option::of(proptest::sample::select(vec![
        UriClass::Cert,
        UriClass::Data,
        UriClass::Private,
        UriClass::Public,
        UriClass::SecretKey,
    ]));
    let others = (
        any::<Option<(u8, u8)>>(),
        any::<Option<u64>>(),
        any::<Option<Vec<u8>>>(),
    );
    (tokens, others, classes, (text(), text(), text())).prop_map(
        |(tokens, others, class, query)| {
            let mut uri = Pkcs11Uri::default();
            uri.class = class;
            (
                uri.token,
                uri.manufacturer,
                uri.serial,
                uri.model,
                uri.object,
                ..,
            ) = tokens.clone();
            (.., uri.library_manufacturer, uri.library_description) = tokens.clone();
            (.., uri.slot_manufacturer, uri.slot_description, _, _) = tokens;
            (uri.library_version, uri.slot_id, uri.id) = others;
            (uri.pin_source, uri.module_name, uri.module_path) = query;
            uri
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(uri in uris()) {
        prop_assert_eq!(uri.to_string().parse::<Pkcs11Uri>().unwrap(), uri);
    }

    #[test]
    fn what_is_printed_is_ascii_without_blanks(uri in uris()) {
        prop_assert!(uri.to_string().bytes().all(|byte| byte.is_ascii_graphic()));
    }

    #[test]
    fn no_text_panics_and_printing_settles_at_once(
        text in r"(pkcs11:)?((token|id|type|x-a|pin-value|slot-id|=|;|&|\?|%[0-9a-f]{2}|%|.){0,12})"
    ) {
        if let Ok(uri) = text.parse::<Pkcs11Uri>() {
            let printed = uri.to_string();
            prop_assert_eq!(printed.parse::<Pkcs11Uri>().unwrap().to_string(), printed);
        }
    }
}
