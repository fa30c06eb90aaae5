//! Rules about tokens themselves.

use tokencert::finding::{Reason, RuleId, Severity, Verdict};
use tokencert::profile::Profile;

use crate::common::World;
use crate::office::{Office, With};

/// The rules that a token in order keeps, PIN and all; the others need a policy, a profile or a list.
#[test]
fn a_token_in_order_keeps_every_rule_that_can_be_checked() {
    let seen = Office::in_order().report();
    for rule in RuleId::ALL {
        match rule {
            RuleId::PublicObjectReplaceable => {
                seen.breaks(*rule, Severity::Info, None);
                assert_eq!(seen.one(*rule).values["count"].to_string(), "3");
            }
            RuleId::CertificateRevoked => seen.is_unchecked(*rule, Reason::NoCrl),
            RuleId::SubjectMismatch => seen.is_unchecked(*rule, Reason::NoProfile),
            RuleId::FirmwareOld => seen.is_unchecked(*rule, Reason::NoLimit),
            other => seen.is_ok(*other),
        }
    }
    let token = seen
        .0
        .tokens
        .iter()
        .find(|token| token.identity.label == "desk");
    let token = token.unwrap();
    assert!(token.logged_in && token.software && token.initialized);
    assert_eq!(token.keys.len(), 1);
    assert_eq!(token.keys[0].algorithm.as_deref(), Some("ec:p256"));
    assert_eq!(token.keys[0].readable, Some(false));
    assert_eq!(token.certificates.len(), 2);
}

#[test]
fn every_rule_has_one_outcome_for_every_token() {
    let seen = Office::in_order().report();
    assert_eq!(
        seen.0.tokens.len(),
        2,
        "desk, and the blank slot of SoftHSM2"
    );
    assert_eq!(seen.0.outcomes.len(), 2 * RuleId::ALL.len());
    for one in &seen.0.outcomes {
        let unchecked = seen.0.not_checked.iter();
        let mut of_it = unchecked.filter(|it| (it.rule, &it.token) == (one.rule, &one.token));
        if one.outcome == Verdict::Ok {
            assert!(of_it.next().is_none(), "{one:?}");
        }
        if one.outcome == Verdict::NotChecked {
            assert!(of_it.next().is_some(), "{one:?}");
        }
    }
}

#[test]
fn without_a_pin_what_needs_one_is_not_checked_and_the_rest_is() {
    let seen = Office::in_order().report_without_pin();
    for rule in RuleId::ALL.iter().filter(|rule| rule.needs_pin()) {
        assert_eq!(seen.of(*rule), Verdict::NotChecked, "{rule}");
        seen.is_unchecked(*rule, Reason::NeedsPin);
    }
    for rule in [
        RuleId::CertificateExpired,
        RuleId::ChainIncomplete,
        RuleId::UserPinLocked,
    ] {
        seen.is_ok(rule);
    }
}

#[test]
fn the_flags_of_the_pins_are_findings_the_worst_of_them() {
    let office = Office::new();
    let cases = [
        ("CKF_USER_PIN_COUNT_LOW", RuleId::UserPinLow, Severity::Low),
        (
            "CKF_USER_PIN_FINAL_TRY",
            RuleId::UserPinFinalTry,
            Severity::Medium,
        ),
        ("CKF_USER_PIN_LOCKED", RuleId::UserPinLocked, Severity::High),
        ("CKF_SO_PIN_LOCKED", RuleId::SoPinLocked, Severity::High),
    ];
    let mut control = String::new();
    for (flag, rule, severity) in cases {
        // The lower ones stay set, as on a card.
        control = format!("{control}set-flag {flag}\n");
        office.world.control(&control);
        let seen = office.report_without_pin();
        seen.breaks(rule, severity, None);
        for other in cases
            .map(|case| case.1)
            .into_iter()
            .filter(|it| *it != rule)
        {
            let user_locked = other == RuleId::UserPinLocked && rule == RuleId::SoPinLocked;
            assert!(
                user_locked || seen.findings(other).is_empty(),
                "{rule}: {other}"
            );
        }
    }
}

#[test]
fn a_token_without_user_pin_is_found() {
    let office = Office::new();
    office.world.control("clear-flag CKF_USER_PIN_INITIALIZED");
    let seen = office.report_without_pin();
    seen.breaks(RuleId::UserPinNotSet, Severity::Medium, None);
}

#[test]
fn a_blank_token_is_found_and_the_blank_slot_of_a_software_module_only_mentioned() {
    let office = Office::new();
    let of_blank = |seen: &crate::office::Seen| {
        let findings = seen.0.findings.iter();
        let mut found = findings.filter(|one| one.rule == RuleId::TokenNotInitialized);
        found.next().map(|one| one.severity)
    };
    assert_eq!(of_blank(&office.report_without_pin()), Some(Severity::Info));
    let hardware = "token manufacturer Maker\ntoken model Card\n";
    office
        .world
        .control(&format!("{hardware}clear-flag CKF_TOKEN_INITIALIZED"));
    let seen = office.report_without_pin();
    assert_eq!(of_blank(&seen), Some(Severity::Low));
    seen.is_unchecked(RuleId::CertificateExpired, Reason::NotInitialized);
}

#[test]
fn old_firmware_is_found_for_the_model_that_the_policy_names() {
    let office = Office::new();
    let tokens = office.look(false);
    let desk = tokens
        .iter()
        .find(|one| one.info.identity.label == "desk")
        .unwrap();
    let (major, minor) = desk.info.firmware;
    let model = &desk.info.identity.model;
    let outcome = |model: &str, minimum: String| {
        let policy = format!("version = 1\n[[firmware]]\nmodel = '{model}'\nminimum = '{minimum}'");
        let with = With {
            policy: &policy,
            ..With::default()
        };
        let seen = crate::office::report(tokens.clone(), with);
        let message = seen
            .findings(RuleId::FirmwareOld)
            .first()
            .map(|one| one.message.clone());
        (seen.of(RuleId::FirmwareOld), message)
    };
    assert_eq!(
        outcome(model, format!("{major}.{minor}")),
        (Verdict::Ok, None)
    );
    let newer = format!("{major}.{}", minor + 1);
    let said = format!("the firmware is {major}.{minor}, and the policy asks for {newer}");
    assert_eq!(
        outcome(model, newer.clone()),
        (Verdict::Finding, Some(said))
    );
    assert_eq!(outcome("another", newer), (Verdict::NotChecked, None));
}

#[test]
fn a_software_token_is_found_where_the_policy_or_the_profile_requires_hardware() {
    let office = Office::new();
    let tokens = office.look(false);
    let outcome = |policy: &str, destination: &str| {
        let text = format!("version = 1\nname = 'bank'\nauthority = 'files:/x'\n{destination}");
        let profile = Profile::parse("bank", &text).unwrap();
        let with = With {
            policy: &format!("version = 1\n{policy}"),
            profile: Some(&profile),
            ..With::default()
        };
        crate::office::report(tokens.clone(), with).of(RuleId::SoftwareToken)
    };
    assert_eq!(outcome("", ""), Verdict::Ok);
    assert_eq!(
        outcome("[limits]\nrequire-hardware = true", ""),
        Verdict::Finding
    );
    assert_eq!(outcome("", "destination = 'usb'"), Verdict::Finding);
    let waived = outcome("[limits]\nrequire-hardware = false", "destination = 'usb'");
    assert_eq!(waived, Verdict::Ok, "the policy has the last word");
}

#[test]
fn public_objects_are_replaceable_unless_the_token_or_each_of_them_says_no() {
    let office = Office::in_order();
    let rule = RuleId::PublicObjectReplaceable;
    office.world.control("set-flag CKF_WRITE_PROTECTED");
    office.report_without_pin().is_ok(rule);
    office
        .world
        .control("report any CKA_MODIFIABLE false\nreport any CKA_DESTROYABLE false");
    office.report_without_pin().is_ok(rule);
    office
        .world
        .control("report any CKA_MODIFIABLE absent\nreport any CKA_DESTROYABLE absent");
    office
        .report_without_pin()
        .is_unchecked(rule, Reason::NotSaid);
    office.world.control("report any CKA_PRIVATE true");
    office.report_without_pin().is_ok(rule);
}

#[test]
fn a_token_that_cannot_be_read_is_in_the_report_and_hides_no_other() {
    let world = World::with_token("desk").and_badtoken();
    world.control("fault before 1+ C_FindObjectsInit CKR_DEVICE_ERROR");
    let office = Office { world };
    let seen = office.report_without_pin();
    seen.is_unchecked(RuleId::CertificateExpired, Reason::Unreadable);
    seen.is_ok(RuleId::UserPinLocked);
    let desk = seen
        .0
        .tokens
        .iter()
        .find(|token| token.identity.label == "desk")
        .unwrap();
    assert!(desk.error.as_ref().unwrap().contains("desk"), "{desk:?}");
    assert_eq!(seen.0.tokens.len(), 2);
}

#[test]
fn an_object_that_cannot_be_read_leaves_the_rules_unchecked_and_the_others_seen() {
    let office = Office::in_order();
    office
        .world
        .control("fault before 1 C_GetAttributeValue CKR_FUNCTION_FAILED");
    let seen = office.report_without_pin();
    let desk = seen
        .0
        .tokens
        .iter()
        .find(|token| token.identity.label == "desk")
        .unwrap();
    let objects = desk.certificates.len() + desk.keys.len();
    if objects == 3 {
        // A key that cannot be read at once is read piece by piece.
        return;
    }
    assert_eq!(objects, 2);
    seen.is_unchecked(RuleId::CertificateExpired, Reason::ObjectUnreadable);
}
