//! Rules about certificates.

use jiff::Timestamp;
use tokencert::certificate::RevocationList;
use tokencert::finding::{Reason, RuleId, Severity, Verdict};
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

/// An authority's list, revoking `taro.pem` or nothing.
fn list(office: &Office, authority: &str, revoke: bool) -> RevocationList {
    let config = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\ncrlnumber=number\n\
                  default_crl_days=30\n";
    office.world.write("config", config);
    office.world.write("index", "");
    office.world.write("number", "01\n");
    let (key, certificate) = (format!("{authority}.key"), format!("{authority}.pem"));
    let ca = [
        "ca",
        "-config",
        "config",
        "-keyfile",
        &key,
        "-cert",
        &certificate,
    ];
    if revoke {
        let revoke = ["-revoke", "taro.pem", "-crl_reason", "keyCompromise"];
        office
            .world
            .openssl(&[&ca[..], &revoke].concat())
            .succeeds();
    }
    let make = ["-gencrl", "-out", "list.pem"];
    office.world.openssl(&[&ca[..], &make].concat()).succeeds();
    RevocationList::read("list.pem", office.world.read("list.pem").as_bytes()).unwrap()
}

#[test]
fn a_revoked_certificate_is_found_by_a_list_that_its_issuer_signed_and_by_no_other() {
    let office = Office::in_order();
    let tokens = office.look(true);
    let rule = RuleId::CertificateRevoked;
    let seen = |lists: Vec<RevocationList>, now: Timestamp| {
        let with = With {
            lists,
            now,
            ..With::default()
        };
        report(tokens.clone(), with)
    };
    let soon = in_days(1);
    let revoking = list(&office, "ca", true);
    let found = seen(vec![revoking.clone()], soon);
    found.breaks(rule, Severity::Critical, Some("taro"));
    assert!(found.one(rule).message.contains("keyCompromise"));
    let empty = list(&office, "ca", false);
    seen(vec![empty.clone()], soon).is_ok(rule);
    // What was revoked stays so, and what was not may have been since.
    seen(vec![revoking.clone()], in_days(40)).breaks(rule, Severity::Critical, Some("taro"));
    seen(vec![empty], in_days(40)).is_unchecked(rule, Reason::CrlOutdated);
    // The same name with another key proves nothing.
    office.authority("forger", "/CN=Office CA");
    let forged = list(&office, "forger", true);
    seen(vec![forged], soon).is_unchecked(rule, Reason::CrlUnverified);
    office.authority("stranger", "/CN=stranger");
    let foreign = list(&office, "stranger", true);
    seen(vec![foreign], soon).is_unchecked(rule, Reason::NoCrl);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]

    /// Wherever a list is damaged, it is refused or read, and never believed to be its issuer's.
    #[test]
    fn a_damaged_list_is_refused_or_is_nobodys(at in 0_usize..400, bit in 0_u8..8) {
        let path = |name: &str| format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut der = std::fs::read(path("revocations.der")).unwrap();
        let root = std::fs::read(path("rsa-root.pem")).unwrap();
        let root = tokencert::certificate::read_certificates("root", &root).unwrap().remove(0);
        let at = at % der.len();
        der[at] ^= 1 << bit;
        if let Ok(list) = RevocationList::read("list", &der) {
            proptest::prop_assert!(!list.is_issued_by(&root));
        }
    }
}

#[test]
fn a_list_is_its_issuers_as_pem_and_as_der() {
    let path = |name: &str| format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let root = std::fs::read(path("rsa-root.pem")).unwrap();
    let root = tokencert::certificate::read_certificates("root", &root)
        .unwrap()
        .remove(0);
    for name in ["revocations.der", "revocations.pem"] {
        let list = std::fs::read(path(name)).unwrap();
        let list = RevocationList::read(name, &list).unwrap();
        assert!(list.is_issued_by(&root), "{name}");
    }
    for none in ["rsa-root.pem", "rsa-leaf.der", "request.der"] {
        let bytes = std::fs::read(path(none)).unwrap();
        RevocationList::read(none, &bytes).unwrap_err();
    }
}
