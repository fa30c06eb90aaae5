//! Policies: rules switched off and rated anew, waivers and their end, and what is refused.

use tokencert::audit::{Observation, Policy};
use tokencert::finding::{Reason, Report, RuleId, Severity, Verdict};

use crate::office::{Office, With, in_days, now, report};

#[test]
fn the_documentation_has_every_rule_every_reason_and_the_usual_policy() {
    let documented = include_str!("../../docs/audit.md");
    for rule in RuleId::ALL {
        let pin = if rule.needs_pin() { "PIN" } else { "" };
        let severity = rule.severity();
        let row = format!("| `{rule}` | {severity} | {pin} | {} |", rule.meaning());
        assert!(documented.contains(&row), "{row}");
    }
    for reason in Reason::ALL {
        let row = format!("| `{}` |", reason.name());
        assert!(documented.contains(&row), "{row}");
    }
    let mut policies = documented.split("```toml\n").skip(1);
    let mut policy = || {
        let text = policies.next().unwrap().split("```").next().unwrap();
        Policy::parse("docs/audit.md", text).unwrap()
    };
    assert_eq!(policy(), Policy::default());
    assert_eq!(policy().waivers.len(), 1);
}

fn refused(text: &str) -> String {
    Policy::parse("policy.toml", text).unwrap_err().to_string()
}

#[test]
fn every_rule_has_a_stable_id_that_a_policy_can_name() {
    for rule in RuleId::ALL {
        let text = format!("version = 1\n[rules]\n{rule} = 'critical'");
        let policy = Policy::parse("policy.toml", &text).unwrap();
        assert_eq!(policy.severity(*rule), Severity::Critical);
        let json = serde_json::to_value(rule).unwrap();
        assert_eq!(json, rule.name());
        assert_eq!(serde_json::from_value::<RuleId>(json).unwrap(), *rule);
    }
    for reason in Reason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
    }
}

#[test]
fn what_is_misspelt_in_a_policy_is_refused_with_what_was_meant() {
    for (text, meant) in [
        ("version = 1\nfial-on = 'low'", "did you mean `fail-on`?"),
        (
            "version = 1\n[limits]\nrsa-bit = 1",
            "did you mean `rsa-bits`?",
        ),
        (
            "version = 1\n[rules]\nkey-week = 'low'",
            "did you mean `key-weak`?",
        ),
        (
            "version = 1\n[[waivers]]\nrule = 'key-week'\nreason = 'x'\nuntil = 2030-01-01",
            "did you mean `key-weak`?",
        ),
        (
            "version = 1\n[limits]\ndue-days = -1",
            "`-1` is no whole number from 0 to 65535 on line 3",
        ),
        (
            "version = 1\n[limits]\nrsa-bits = 99999999999999999999",
            "`99999999999999999999` is no whole number from 0 to 4294967295",
        ),
        (
            "version = 1\n[limits]\nec-bits = '256'",
            "`256` is no whole number",
        ),
        ("version = 1\n[rules]\nkey-weak = 'loud'", "`loud`"),
        ("version = 2", "version 2"),
        ("name = 'x'", "version"),
    ] {
        let said = refused(text);
        assert!(said.contains(meant), "{said}");
        assert!(said.contains("policy.toml"), "{said}");
    }
}

#[test]
fn a_waiver_needs_a_reason_and_an_end() {
    let waiver = "version = 1\n[[waivers]]\nrule = 'key-weak'\n";
    assert!(refused(&format!("{waiver}until = 2030-01-01")).contains("reason"));
    assert!(refused(&format!("{waiver}reason = 'x'")).contains("until"));
    let blank = refused(&format!("{waiver}reason = ' '\nuntil = 2030-01-01"));
    assert!(blank.contains("a waiver needs a reason"), "{blank}");
    let never = refused(&format!("{waiver}reason = 'x'\nuntil = 'never'"));
    assert!(never.contains("`never` is no date"), "{never}");
}

#[test]
fn a_waived_finding_is_set_apart_to_the_end_of_its_last_day_and_is_back_the_day_after() {
    let office = Office::in_order();
    let tokens = office.look(true);
    let expired = in_days(370);
    let day = expired.in_tz("Asia/Tokyo").unwrap();
    let end_of_day = day.end_of_day().unwrap().timestamp();
    let rule = RuleId::CertificateExpired;
    let serial = tokens
        .iter()
        .find(|one| one.info.identity.label == "desk")
        .unwrap();
    let serial = &serial.info.identity.serial;
    let seen = |extra: &str, now| {
        let policy = format!(
            "version = 1\n[[waivers]]\nrule = '{rule}'\nreason = 'card is in the safe'\n\
             until = {}\n{extra}",
            day.date()
        );
        let with = With {
            policy: &policy,
            now,
            ..With::default()
        };
        report(tokens.clone(), with)
    };
    for fits in [
        String::new(),
        "token = 'desk'".to_owned(),
        format!("token = '{serial}'\nobject = 'taro'"),
        "object = '01'".to_owned(),
    ] {
        let waived = seen(&fits, end_of_day);
        assert_eq!(waived.of(rule), Verdict::Waived, "{fits}");
        assert!(waived.findings(rule).is_empty());
        let [one] = waived.0.waived.as_slice() else {
            panic!("{:#?}", waived.0.waived)
        };
        assert_eq!(one.reason, "card is in the safe");
        assert_eq!(one.until, day.date());
        assert_eq!(one.finding.severity, Severity::High);
        let next = end_of_day + jiff::SignedDuration::from_secs(1);
        let back = seen(&fits, next);
        assert_eq!(back.of(rule), Verdict::Finding, "{fits}");
        assert!(back.0.waived.is_empty());
    }
    for misses in ["token = 'desk2'", "object = 'jiro'", "object = '02'"] {
        assert_eq!(
            seen(misses, end_of_day).of(rule),
            Verdict::Finding,
            "{misses}"
        );
    }
}

#[test]
fn a_rule_that_is_off_is_not_checked_and_never_silent() {
    let office = Office::new();
    office.key("jiro", "02", "ec:p256");
    let tokens = office.look(true);
    let rule = RuleId::KeyWithoutCertificate;
    let with = |policy| With {
        policy,
        ..With::default()
    };
    let off = report(
        tokens.clone(),
        with("version = 1\n[rules]\nkey-without-certificate = 'off'"),
    );
    assert_eq!(off.of(rule), Verdict::NotChecked);
    off.is_unchecked(rule, Reason::Off);
    let loud = "version = 1\n[rules]\nkey-without-certificate = 'critical'";
    report(tokens, with(loud)).breaks(rule, Severity::Critical, Some("jiro"));
}

#[test]
fn a_policy_says_when_a_certificate_is_due() {
    let tokens = Office::in_order().look(true);
    let seen = |policy: &str, days| {
        let with = With {
            policy,
            now: in_days(days),
            ..With::default()
        };
        report(tokens.clone(), with).of(RuleId::CertificateDue)
    };
    assert_eq!(seen("version = 1", 300), Verdict::Ok);
    assert_eq!(
        seen("version = 1\n[limits]\ndue-days = 90", 300),
        Verdict::Finding
    );
}

/// The same tokens and objects in the opposite order.
fn turned(mut tokens: Vec<Observation>) -> Vec<Observation> {
    tokens.reverse();
    for contents in tokens.iter_mut().filter_map(|one| one.contents.as_mut()) {
        contents.identities.reverse();
        contents.certificates.reverse();
    }
    tokens
}

#[test]
fn findings_on_objects_that_have_all_names_in_common_are_in_order_too() {
    let office = Office::new();
    for kind in ["EC:prime256v1", "rsa:1024"] {
        let login = ["--login", "--pin", crate::common::PIN, "--keypairgen"];
        let named = ["--key-type", kind, "--id", "07", "--label", "twin"];
        let all = [&login[..], &named].concat();
        office.world.pkcs11_tool(&all).succeeds();
    }
    let weak = |tokens| {
        let with = With {
            policy: "version = 1\n[limits]\nec-bits = 521",
            ..With::default()
        };
        let mut findings = report(tokens, with).0.findings;
        findings.retain(|one| one.rule == RuleId::KeyWeak);
        findings
    };
    let tokens = office.look(true);
    let one = weak(tokens.clone());
    assert_eq!(one.len(), 2, "{one:#?}");
    assert_eq!(one[0].object, one[1].object);
    assert_eq!(one, weak(turned(tokens)));
}

#[test]
fn a_report_is_the_same_in_whatever_order_tokens_and_objects_come() {
    let office = Office::in_order();
    office.key("jiro", "02", "ec:p256");
    office.key("goro", "03", "ec:p256");
    let time = now();
    let seen = |tokens: Vec<Observation>| {
        let with = With {
            policy: "version = 1\n[[waivers]]\nrule = 'key-without-certificate'\n\
                     reason = 'new'\nuntil = 2100-01-01",
            now: time,
            ..With::default()
        };
        report(tokens, with).0
    };
    office.world.control("report private CKA_LOCAL false");
    let tokens = office.look(true);
    let (one, other) = (seen(tokens.clone()), seen(turned(tokens)));
    assert_eq!(one, other);
    assert_eq!((one.findings.len(), one.waived.len()), (5, 2), "{one:#?}");
    let severities: Vec<Severity> = one.findings.iter().map(|one| one.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
    // It can be read again from what it was written as.
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), one);
}
