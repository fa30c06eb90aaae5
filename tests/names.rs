//! Names as users write them and as they are shown; hostile bytes are read or refused.

mod fixture;

use fixture::*;
use proptest::prelude::*;
use tokencert::certificate::*;
use tokencert::error::Error;
use tokencert::key::PublicKey;

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
        ("C=Japan", "`C` is a country code of two letters, like JP"),
        ("C=日本", "`C` is a country code of two letters, like JP"),
        (
            "serialNumber=A*B",
            "`serialNumber` takes only letters, digits, blanks and '()+,-./:=?",
        ),
        (
            "emailAddress=山@example.com",
            "`emailAddress` takes ASCII characters only",
        ),
        ("CN=", "`CN` is empty"),
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
        ("CN=\u{202e}a", "it contains the control character `U+202E`"),
        ("CN=a\nb", "it contains the control character `U+000A`"),
        (r"CN=a\0ab", "it contains the control character `U+000A`"),
        ("CN=#0c010a", "it contains the control character `U+000A`"),
        ("CN=#zz", "`#` stands before the value's DER in hexadecimal"),
        (long.as_str(), "`CN` has 65 characters, and 64 is the limit"),
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
