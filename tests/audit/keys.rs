//! Rules about private keys.

use cryptoki::object::{Attribute, KeyType, ObjectClass};
use tokencert::finding::{Reason, RuleId, Severity};
use tokencert::testing::with_private_softhsm;

use crate::common::PIN;
use crate::inside::{audit, fill};
use crate::office::{CLERK, Office, With};

#[test]
fn a_key_that_is_extractable_or_does_not_say_is_found() {
    let office = Office::in_order();
    for told in ["true", "absent"] {
        office
            .world
            .control(&format!("report private CKA_EXTRACTABLE {told}"));
        office
            .report()
            .breaks(RuleId::KeyExtractable, Severity::Critical, Some("taro"));
    }
}

#[test]
fn a_finding_names_the_key_by_its_id_and_label() {
    let office = Office::in_order();
    office.world.control("report private CKA_EXTRACTABLE true");
    let seen = office.report();
    let object = seen.one(RuleId::KeyExtractable).object.clone().unwrap();
    assert_eq!(object.class.name(), "private-key");
    assert_eq!(object.id.unwrap().to_string(), "01");
    assert_eq!(object.label.as_deref(), Some("taro"));
}

#[test]
fn a_key_that_was_given_away_is_found_whatever_its_flags_say() {
    let office = Office::in_order();
    office.world.control("give-secret 32");
    let seen = office.report();
    seen.breaks(RuleId::KeyReadable, Severity::Critical, Some("taro"));
    seen.is_ok(RuleId::KeyExtractable);
    let said = &seen.one(RuleId::KeyReadable).message;
    assert!(
        said.contains("CKA_VALUE") && said.contains("32 bytes"),
        "{said}"
    );
    assert_eq!(
        office.world.hits(),
        [""; 0],
        "no secret was asked for with a buffer"
    );
}

#[test]
fn a_key_that_softhsm2_really_gives_away_is_found_in_fact() {
    let name = "keys::a_key_that_softhsm2_really_gives_away_is_found_in_fact";
    with_private_softhsm(name, |softhsm| {
        fill(softhsm, 1, |session, _| {
            let open = [
                Attribute::Class(ObjectClass::PRIVATE_KEY),
                Attribute::KeyType(KeyType::EC),
                Attribute::EcParams(vec![6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
                Attribute::Value(vec![7; 32]),
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(false),
                Attribute::Extractable(true),
                Attribute::Id(vec![2]),
                Attribute::Label(b"open".to_vec()),
            ];
            session.create_object(&open).unwrap();
        });
        let (report, _) = audit(softhsm);
        let findings = report["findings"].as_array().unwrap().iter();
        let found: Vec<_> = findings
            .map(|one| {
                assert_eq!(one["object"]["label"], "open", "{one}");
                [&one["rule"], &one["severity"]].map(|word| word.as_str().unwrap())
            })
            .collect();
        let wanted = [
            ["key-readable", "critical"],
            ["key-extractable", "critical"],
            ["key-not-sensitive", "high"],
            ["key-not-local", "high"],
            ["key-without-certificate", "low"],
        ];
        assert_eq!(found, wanted);
        let said = report["findings"][0]["message"].as_str().unwrap();
        let wanted =
            "asked for CKA_VALUE of the private key, the token answered with a length of 32 bytes";
        assert_eq!(said, wanted);
    })
    .unwrap();
}

#[test]
fn a_refusal_outranks_the_flag_of_a_card_that_says_not_sensitive() {
    let office = Office::in_order();
    office.world.control("report private CKA_SENSITIVE false");
    let seen = office.report();
    seen.breaks(RuleId::KeyNotSensitive, Severity::Info, Some("taro"));
    seen.is_ok(RuleId::KeyReadable);
    office
        .world
        .control("report private CKA_SENSITIVE false\ngive-secret 32");
    office
        .report()
        .breaks(RuleId::KeyNotSensitive, Severity::High, Some("taro"));
}

#[test]
fn a_flag_that_a_token_does_not_say_is_not_checked() {
    let office = Office::in_order();
    office
        .world
        .control("report private CKA_SENSITIVE absent\nreport private CKA_LOCAL absent");
    let seen = office.report();
    seen.is_unchecked(RuleId::KeyNotSensitive, Reason::NotSaid);
    seen.is_unchecked(RuleId::KeyNotLocal, Reason::NotSaid);
}

#[test]
fn a_key_that_was_brought_onto_the_token_is_found() {
    let office = Office::in_order();
    office.world.control("report private CKA_LOCAL false");
    office
        .report()
        .breaks(RuleId::KeyNotLocal, Severity::High, Some("taro"));
}

#[test]
fn a_key_that_this_computer_saw_being_made_is_only_mentioned() {
    let office = Office::in_order();
    office.world.control("report private CKA_LOCAL false");
    let source = office.world.pin_source();
    let token = ["audit", "--token", "desk", "--pin-source", &source];
    let audit = [&token[..], &["--format", "json", "--fail-on", "critical"]].concat();
    let severity = || {
        let report = office.world.tokencert(&audit).succeeds().json();
        let findings = report["findings"].as_array().unwrap().iter();
        let mut of_rule = findings.filter(|one| one["rule"] == "key-not-local");
        of_rule.next().unwrap()["severity"].clone()
    };
    assert_eq!(severity(), "info");
    let records = office
        .world
        .home()
        .join(".local/state/tokencert/provenance");
    std::fs::remove_dir_all(records).unwrap();
    assert_eq!(severity(), "high");
}

#[test]
fn a_key_without_certificate_is_found() {
    let office = Office::in_order();
    office.key("jiro", "02", "ec:p256");
    office
        .report()
        .breaks(RuleId::KeyWithoutCertificate, Severity::Low, Some("jiro"));
}

#[test]
fn two_keys_under_one_id_are_found_and_two_certificates_of_one_key_are_not() {
    let office = Office::in_order();
    office.certify("taro", "/CN=taro again", CLERK, &["-days", "365"]);
    office.import("taro.pem");
    office.report().is_ok(RuleId::DuplicateId);
    let pair = [
        "--login",
        "--pin",
        PIN,
        "--keypairgen",
        "--key-type",
        "EC:prime256v1",
    ];
    let pair = [&pair[..], &["--id", "01", "--label", "second"]].concat();
    office.world.pkcs11_tool(&pair).succeeds();
    let seen = office.report();
    let found = seen.one(RuleId::DuplicateId);
    assert_eq!(found.message, "2 different keys have the CKA_ID 01");
    assert_eq!(found.severity, Severity::Medium);
}

#[test]
fn keys_that_are_too_small_for_the_policy_are_found() {
    let office = Office::in_order();
    let pair = [
        "--login",
        "--pin",
        PIN,
        "--keypairgen",
        "--key-type",
        "rsa:1024",
    ];
    let pair = [&pair[..], &["--id", "02", "--label", "small"]].concat();
    office.world.pkcs11_tool(&pair).succeeds();
    let seen = office.report();
    seen.breaks(RuleId::KeyWeak, Severity::High, Some("small"));
    assert_eq!(
        seen.one(RuleId::KeyWeak).message,
        "the key is too weak: rsa:1024"
    );
    let with = With {
        policy: "version = 1\n[limits]\nrsa-bits = 1024\nec-bits = 384",
        ..With::default()
    };
    let seen = office.report_with(with);
    let found = seen.findings(RuleId::KeyWeak);
    assert_eq!(
        found.len(),
        2,
        "that of the clerk, and that of the authority: {found:#?}"
    );
    for one in found {
        assert_eq!(one.message, "the key is too weak: ec:p256");
    }
}

#[test]
fn a_public_exponent_that_hides_nothing_is_found() {
    let office = Office::in_order();
    office.key("jiro", "02", "rsa:2048");
    let rule = RuleId::KeyWeak;
    office.report().is_ok(rule);
    office
        .world
        .control("report any CKA_PUBLIC_EXPONENT hex:01");
    let seen = office.report();
    seen.breaks(rule, Severity::High, Some("jiro"));
    assert_eq!(
        seen.one(rule).message,
        "the key is too weak: CKA_PUBLIC_EXPONENT"
    );
}
