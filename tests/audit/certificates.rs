//! Rules about certificates.

use jiff::Timestamp;
use tokencert::finding::{RuleId, Severity, Verdict};
use tokencert::profile::Profile;

use crate::office::{CLERK, Office, With, in_days, now, report};

/// What a rule says at a time of a token in order, whose certificate is valid for 365 days.
fn at(tokens: &[tokencert::audit::Observation], time: Timestamp) -> crate::office::Seen {
    let with = With {
        now: time,
        ..With::default()
    };
    report(tokens.to_vec(), with)
}

#[test]
fn a_certificate_is_not_yet_valid_then_valid_then_due_then_expired() {
    let office = Office::in_order();
    let tokens = office.look(true);
    let life = [
        RuleId::CertificateNotYetValid,
        RuleId::CertificateDue,
        RuleId::CertificateExpired,
    ];
    let early = at(&tokens, in_days(-2));
    assert_eq!(
        early.findings(life[0]).len(),
        2,
        "that of the authority too"
    );
    let cases = [
        (300, None),
        (340, Some(life[1])),
        (364, Some(life[1])),
        (366, Some(life[2])),
    ];
    for (days, broken) in cases {
        let seen = at(&tokens, in_days(days));
        for rule in life {
            if Some(rule) == broken {
                let severity = rule.severity();
                seen.breaks(rule, severity, Some("taro"));
            } else {
                seen.is_ok(rule);
            }
        }
    }
}

#[test]
fn a_certificate_expires_with_the_second_after_its_last() {
    let tokens = Office::in_order().look(true);
    let seen = at(&tokens, now());
    let desk = seen
        .0
        .tokens
        .iter()
        .find(|token| token.identity.label == "desk")
        .unwrap();
    let of_taro = desk.certificates.iter().find(|one| !one.ca).unwrap();
    let last = of_taro.not_after;
    at(&tokens, last).is_ok(RuleId::CertificateExpired);
    let after = last + jiff::SignedDuration::from_secs(1);
    at(&tokens, after).breaks(RuleId::CertificateExpired, Severity::High, Some("taro"));
    // Days are counted as in Tokyo.
    let first_of = |days: i64| {
        let day = last.in_tz("Asia/Tokyo").unwrap().date();
        let day = day.saturating_sub(jiff::Span::new().days(days));
        day.in_tz("Asia/Tokyo").unwrap().timestamp()
    };
    at(&tokens, first_of(30)).breaks(RuleId::CertificateDue, Severity::Medium, Some("taro"));
    let before = first_of(30) - jiff::SignedDuration::from_secs(1);
    at(&tokens, before).is_ok(RuleId::CertificateDue);
}

#[test]
fn what_was_renewed_is_neither_due_nor_more_than_mentioned_when_it_has_expired() {
    let office = Office::in_order();
    office.key("taro-2", "02", "ec:p256");
    office.certify("taro-2", "/CN=taro", CLERK, &["-days", "700"]);
    office.import("taro-2.pem");
    let tokens = office.look(true);
    at(&tokens, in_days(350)).is_ok(RuleId::CertificateDue);
    at(&tokens, in_days(400)).breaks(RuleId::CertificateExpired, Severity::Info, Some("taro"));
}

#[test]
fn a_certificate_that_is_valid_for_too_long_is_found() {
    let office = Office::in_order();
    for (days, broken) in [(365, true), (367, false)] {
        let with = With {
            policy: &format!("version = 1\n[limits]\nvalidity-days = {days}"),
            ..With::default()
        };
        let seen = office.report_with(with);
        assert_eq!(
            seen.of(RuleId::ValidityTooLong) == Verdict::Finding,
            broken,
            "{days}"
        );
    }
}

#[test]
fn a_certificate_without_key_is_found_and_one_of_an_authority_is_not() {
    let office = Office::in_order();
    office.authority("stranger", "/CN=stranger");
    office.import("stranger.pem");
    office.report().is_ok(RuleId::CertificateWithoutKey);
    let curve = "ec_paramgen_curve:P-256";
    let orphan = [
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        curve,
        "-nodes",
        "-keyout",
        "orphan.key",
    ];
    let orphan = [&orphan[..], &["-out", "orphan.csr", "-subj", "/CN=orphan"]].concat();
    office.world.openssl(&orphan).succeeds();
    office.certify("orphan", "/CN=orphan", CLERK, &["-days", "365"]);
    office.import("orphan.pem");
    let seen = office.report();
    let found = seen.one(RuleId::CertificateWithoutKey);
    assert_eq!(
        found.object.as_ref().unwrap().subject.as_deref(),
        Some("CN=orphan")
    );
    assert!(found.object.as_ref().unwrap().serial_number.is_some());
}

/// `openssl req -x509` says of every certificate that it is an authority's.
#[test]
fn a_certificate_that_nobody_but_itself_calls_an_authoritys_is_a_holders() {
    let office = Office::new();
    let make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha1"];
    let files = ["-keyout", "self.key", "-out", "self.pem", "-days", "9"];
    let all = [&make[..], &files, &["-subj", "/CN=self"]].concat();
    office.world.openssl(&all).succeeds();
    office.import("self.pem");
    let seen = office.report();
    for rule in [
        RuleId::CertificateWithoutKey,
        RuleId::CertificateDue,
        RuleId::SignatureWeak,
    ] {
        assert_eq!(seen.of(rule), Verdict::Finding, "{rule}");
    }
    let desk = seen.0.tokens.iter().find(|token| token.initialized);
    assert!(!desk.unwrap().certificates[0].ca);
    // With what it has issued beside it, it is one.
    let request = [
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "below.key",
    ];
    let below = [&request[..], &["-out", "below.csr", "-subj", "/CN=below"]].concat();
    office.world.openssl(&below).succeeds();
    let sign = ["x509", "-req", "-in", "below.csr", "-out", "below.pem"];
    let by = ["-CA", "self.pem", "-CAkey", "self.key", "-CAcreateserial"];
    office.world.openssl(&[&sign[..], &by].concat()).succeeds();
    office.import("below.pem");
    let seen = office.report();
    seen.is_ok(RuleId::SignatureWeak);
    let orphan = seen.one(RuleId::CertificateWithoutKey).object.clone();
    assert_eq!(orphan.unwrap().subject.as_deref(), Some("CN=below"));
}

#[test]
fn a_certificate_beside_another_key_is_found_even_without_a_pin() {
    let office = Office::in_order();
    let curve = "ec_paramgen_curve:P-256";
    let other = [
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        curve,
        "-nodes",
        "-keyout",
        "other.key",
    ];
    let other = [&other[..], &["-out", "other.csr", "-subj", "/CN=other"]].concat();
    office.world.openssl(&other).succeeds();
    office.certify("other", "/CN=other", CLERK, &["-days", "365"]);
    let der = [
        "x509",
        "-in",
        "other.pem",
        "-outform",
        "DER",
        "-out",
        "other.der",
    ];
    office.world.openssl(&der).succeeds();
    office.write_object("other.der", "cert", &["--id", "01", "--label", "other"]);
    for seen in [office.report(), office.report_without_pin()] {
        seen.breaks(
            RuleId::CertificateKeyMismatch,
            Severity::High,
            Some("other"),
        );
    }
}

#[test]
fn a_certificate_object_that_is_none_is_found() {
    let office = Office::in_order();
    office
        .world
        .control("report certificate CKA_VALUE hex:3000");
    let seen = office.report();
    assert_eq!(seen.findings(RuleId::CertificateUnreadable).len(), 2);
    Office::in_order()
        .report()
        .is_ok(RuleId::CertificateUnreadable);
}

#[test]
fn a_signature_with_sha_1_is_found_but_not_that_of_a_root() {
    let office = Office::new();
    office.key("taro", "01", "ec:p256");
    office.certify("taro", "/CN=taro", CLERK, &["-days", "365", "-sha1"]);
    office.import("taro.pem");
    let seen = office.report();
    seen.breaks(RuleId::SignatureWeak, Severity::High, Some("taro"));
    assert!(
        seen.one(RuleId::SignatureWeak)
            .message
            .contains("ecdsa-with-SHA1")
    );
    seen.breaks(RuleId::ChainIncomplete, Severity::Low, Some("taro"));
}

#[test]
fn usages_that_leave_out_logging_in_are_found_and_none_at_all_are_mentioned() {
    let office = Office::new();
    office.import("ca.pem");
    let server = "keyUsage=critical,keyEncipherment\nextendedKeyUsage=serverAuth\n";
    office.clerk("server", "02", "/CN=server", server);
    let seen = office.report();
    seen.breaks(RuleId::ClientAuthMissing, Severity::Medium, Some("server"));
    seen.breaks(
        RuleId::DigitalSignatureMissing,
        Severity::Medium,
        Some("server"),
    );
    let said = &seen.one(RuleId::ClientAuthMissing).message;
    assert_eq!(
        said,
        "clientAuth is not among the extended key usages: serverAuth"
    );

    let office = Office::new();
    office.clerk("any", "03", "/CN=any", "basicConstraints=CA:FALSE\n");
    let seen = office.report();
    seen.breaks(RuleId::ClientAuthMissing, Severity::Info, Some("any"));
    seen.breaks(RuleId::DigitalSignatureMissing, Severity::Info, Some("any"));
}

#[test]
fn a_chain_is_complete_once_its_root_is_on_the_token() {
    let office = Office::new();
    office.clerk("taro", "01", "/CN=taro", CLERK);
    let seen = office.report();
    seen.breaks(RuleId::ChainIncomplete, Severity::Low, Some("taro"));
    let said = &seen.one(RuleId::ChainIncomplete).message;
    assert_eq!(said, "the certificate of CN=Office CA is not on the token");
    office.import("ca.pem");
    office.report().is_ok(RuleId::ChainIncomplete);
}

const BANK: &str = "
    version = 1
    name = 'bank'
    authority = 'files:/x'
    subject = 'CN={contract} {user},OU=IssuedCount = {count},C=JP'
";

#[test]
fn a_subject_that_is_none_of_the_profile_and_a_count_that_was_passed_are_found() {
    let office = Office::in_order();
    let profile = Profile::parse("bank", BANK).unwrap();
    let seen = |office: &Office| {
        office.report_with(With {
            profile: Some(&profile),
            ..With::default()
        })
    };
    seen(&office).breaks(RuleId::SubjectMismatch, Severity::High, Some("taro"));

    let office = Office::new();
    office.clerk(
        "first",
        "01",
        "/C=JP/OU=IssuedCount = 001/CN=SH001 taro",
        CLERK,
    );
    let one = seen(&office);
    one.is_ok(RuleId::SubjectMismatch);
    one.is_ok(RuleId::IssueCountOutdated);
    let desk = one
        .0
        .tokens
        .iter()
        .find(|token| token.identity.label == "desk")
        .unwrap();
    let certificate = &desk.certificates[0];
    assert_eq!(certificate.issue_count, Some(1));
    assert_eq!(certificate.contract.as_deref(), Some("SH001"));
    assert_eq!(certificate.user.as_deref(), Some("taro"));

    office.clerk(
        "second",
        "02",
        "/C=JP/OU=IssuedCount = 002/CN=SH001 taro",
        CLERK,
    );
    office.clerk(
        "other",
        "03",
        "/C=JP/OU=IssuedCount = 009/CN=SH001 jiro",
        CLERK,
    );
    let two = seen(&office);
    let outdated = two.one(RuleId::IssueCountOutdated);
    let object = outdated.object.as_ref().unwrap();
    assert_eq!(object.id.as_ref().unwrap().to_string(), "01");
    assert_eq!(outdated.severity, Severity::High);
    let said = &outdated.message;
    assert!(said.contains("001") && said.contains("002"), "{said}");
}
