//! Tokens: what their flags and mechanisms keep one from.

use serde_json::Value;

use crate::common::{SO_PIN, World};
use crate::support::{Report, doctor, profile};

/// The report on one token that is as told.
fn report(control: &str) -> Report {
    let world = World::with_token("demo").and_badtoken();
    world.control(control);
    let report = doctor(&world, &[]);
    assert_eq!(world.calls().of("C_Login"), 0);
    report
}

/// What keeps the one token from a job.
fn blocked(report: &Report, job: &str) -> Vec<String> {
    let initialized = |token: &&&Value| token["initialized"] == true;
    let tokens = report.tokens();
    let token = tokens.iter().find(initialized).unwrap();
    let job = &token["jobs"][job];
    let names = job["blocked_by"].as_array().unwrap();
    assert_eq!(job["possible"], names.is_empty());
    names
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_token_in_order_can_do_every_job() {
    let report = report("");
    report.has_problems(&[]);
    let ready = report.check("token-ready");
    assert_eq!(ready["token"]["label"], "demo");
    assert_eq!(report.check("jobs-possible")["level"], "ok");
    for job in [
        "show",
        "issue",
        "renew",
        "login",
        "import",
        "change-pin",
        "unlock",
    ] {
        assert_eq!(blocked(&report, job), [""; 0], "{job}");
    }
    let token = report.tokens()[0];
    let mechanisms = token["mechanisms"].to_string();
    assert!(mechanisms.contains("\"CKM_RSA_PKCS_PSS\""), "{mechanisms}");
    assert!(token["rsa_bits"][1].as_u64().unwrap() >= 2048);
    // The blank token that SoftHSM2 always shows is in nobody's way.
    assert_eq!(report.check("token-uninitialized")["level"], "note");
}

#[test]
fn flags_of_pins_are_told_with_the_next_step_and_nothing_is_tried() {
    for (flag, id, job) in [
        ("CKF_USER_PIN_LOCKED", "token-pin-locked", "login"),
        ("CKF_USER_PIN_FINAL_TRY", "token-pin-final-try", "login"),
        (
            "CKF_USER_PIN_TO_BE_CHANGED",
            "token-pin-to-be-changed",
            "issue",
        ),
    ] {
        let report = report(&format!("set-flag {flag}"));
        report.has_problems(&[id, "jobs-impossible"]);
        assert_eq!(blocked(&report, job), [id]);
        report.says("jobs-impossible", job);
    }
    for (flag, id, job) in [
        ("CKF_USER_PIN_COUNT_LOW", "token-pin-low", "show"),
        ("CKF_SO_PIN_LOCKED", "token-so-pin-locked", "unlock"),
        ("CKF_SO_PIN_FINAL_TRY", "token-so-pin-final-try", "unlock"),
        ("CKF_SO_PIN_COUNT_LOW", "token-so-pin-low", "show"),
        (
            "CKF_SO_PIN_TO_BE_CHANGED",
            "token-so-pin-to-be-changed",
            "unlock",
        ),
    ] {
        let report = report(&format!("set-flag {flag}"));
        report.has_problems(&[]);
        let expected: &[&str] = if job == "unlock" { &[id] } else { &[] };
        assert_eq!(blocked(&report, job), expected);
        assert_eq!(report.check(id)["level"], "note");
    }
}

#[test]
fn a_token_that_really_was_locked_says_so() {
    let world = World::with_token("demo").and_badtoken();
    world.control("user-tries 2");
    let wrong = world.pin_source_of("000000");
    for _ in 0..2 {
        let status = world
            .tokencert(&["list", "--login", "--pin-source", &wrong])
            .status;
        assert_ne!(status, Some(0));
    }
    doctor(&world, &[]).has_problems(&["token-pin-final-try", "jobs-impossible"]);
    world.control("user-tries 2\nset-flag CKF_USER_PIN_LOCKED");
    doctor(&world, &[]).has_problems(&["token-pin-locked", "jobs-impossible"]);
}

#[test]
fn a_pin_that_was_never_set_is_the_administrators_job() {
    let world = World::new();
    let slot = world.softhsm2_util(&["--show-slots"]).succeeds();
    assert!(slot.stdout.contains("Slot 0"));
    world
        .pkcs11_tool(&[
            "--init-token",
            "--slot-index",
            "0",
            "--label",
            "new",
            "--so-pin",
            SO_PIN,
        ])
        .succeeds();
    let report = doctor(&world, &[]);
    report.has_problems(&["token-pin-unset", "jobs-impossible"]);
    assert_eq!(blocked(&report, "unlock"), [""; 0]);
}

#[test]
fn tokens_that_were_never_initialised_do_no_jobs() {
    let report = doctor(&World::new(), &[]);
    report.has_problems(&["jobs-impossible"]);
    assert_eq!(report.check("token-uninitialized")["level"], "note");
}

#[test]
fn a_token_that_only_reads_shows_and_logs_in() {
    let report = report("set-flag CKF_WRITE_PROTECTED");
    report.has_problems(&["jobs-impossible"]);
    assert_eq!(blocked(&report, "issue"), ["token-read-only"]);
    assert_eq!(blocked(&report, "login"), [""; 0]);
    report.says("jobs-impossible", "issue, renew, import, change-pin");
}

#[test]
fn one_half_of_a_device_that_is_write_protected_is_no_problem() {
    let report = report("second-token demo (Digital Signature Pin)");
    report.has_problems(&[]);
    let read_only = report.check("token-read-only");
    assert_eq!(read_only["token"]["label"], "demo (Digital Signature Pin)");
}

#[test]
fn mechanisms_that_are_not_listed_are_told_by_what_they_cost() {
    let pss = ["CKM_RSA_PKCS_PSS", "CKM_SHA256_RSA_PKCS_PSS"];
    let refuse = |names: &[&str]| -> String {
        let lines = names
            .iter()
            .flat_map(|name| ["refuse-mechanism ", name, "\n"]);
        lines.collect()
    };
    let without_pss = report(&refuse(&pss));
    without_pss
        .has_problems(&[])
        .says("token-no-pss", "TLS 1.2");
    assert!(without_pss.find("token-no-combined").is_none());

    let raw = report(&(refuse(&pss) + &refuse(&["CKM_SHA256_RSA_PKCS"])));
    raw.has_problems(&[]).check("token-no-combined");

    let without_ec = report(&refuse(&["CKM_EC_KEY_PAIR_GEN"]));
    without_ec.has_problems(&[]).check("token-no-ec");
    let without_rsa = report(&refuse(&["CKM_RSA_PKCS_KEY_PAIR_GEN"]));
    without_rsa.has_problems(&[]).check("token-no-rsa");

    let generation = ["CKM_EC_KEY_PAIR_GEN", "CKM_RSA_PKCS_KEY_PAIR_GEN", "0x1055"];
    let none = report(&refuse(&generation));
    none.has_problems(&["token-no-keys", "jobs-impossible"]);
    assert_eq!(blocked(&none, "issue"), ["token-no-keys"]);
    assert_eq!(blocked(&none, "login"), [""; 0]);
}

#[test]
fn a_token_that_does_not_tell_its_mechanisms_is_not_condemned() {
    let report = report("fault before 1+ C_GetMechanismList CKR_FUNCTION_NOT_SUPPORTED");
    report.has_problems(&[]);
    report.says("mechanisms-unknown", "CKR_FUNCTION_NOT_SUPPORTED");
}

#[test]
fn a_token_without_room_is_told_with_the_bytes() {
    let full = report("free-memory 1000");
    full.has_problems(&["token-full", "jobs-impossible"]);
    full.says("token-full", "1000 bytes");
    assert_eq!(blocked(&full, "login"), [""; 0]);
    report("free-memory 60000").has_problems(&[]);
}

#[test]
fn empty_slots_without_names_are_counted_and_in_nobodys_way() {
    let with_token = report("empty-slots 12");
    with_token.has_problems(&[]);
    assert!(with_token.find("module-no-tokens").is_none());
    let empty = report("empty-slots 12\nout");
    empty.has_problems(&["token-none"]);
    assert!(empty.module()["slots"].as_array().unwrap().len() > 12);
    empty.says("module-no-tokens", "slots");
}

#[test]
fn a_slot_that_does_not_answer_does_not_hide_the_others() {
    let report = report("failing-slot CKR_TOKEN_NOT_RECOGNIZED");
    report.has_problems(&["slot-failed"]);
    report.says("slot-failed", "CKR_TOKEN_NOT_RECOGNIZED");
    assert!(report.find("jobs-possible").is_some());
}

#[test]
fn a_token_with_a_broken_clock_still_answers() {
    report("broken-clock\nnul-padding").has_problems(&[]);
}

#[test]
fn what_is_worth_knowing_of_a_token_is_a_note() {
    report("keypad 123456")
        .has_problems(&[])
        .check("token-keypad");
    report("no-login 123456")
        .has_problems(&[])
        .check("token-without-login");
    report("").check("token-software");
    let unnamed = report("token label\ntoken serial 0000000000000000");
    unnamed.check("token-unnamed");
    let broken = report("set-flag CKF_ERROR_STATE");
    assert!(broken.levels("problem").contains(&"token-error-state"));
    assert_eq!(blocked(&broken, "show"), ["token-error-state"]);
}

#[test]
fn a_factory_pin_is_warned_of_by_the_makers_name_and_neither_tried_nor_printed() {
    let report = report("token manufacturer SafeNet, Inc.\ntoken model eToken");
    report.has_problems(&[]).check("token-factory-pin");
    assert!(report.find("token-software").is_none());
    assert!(!report.stdout.contains("1234567890"));
}

#[test]
fn tokens_of_one_label_are_told_apart_by_serial_number() {
    let world = World::with_token("desk");
    world.token("desk");
    let report = doctor(&world, &[]);
    report.has_problems(&[]);
    let next = report.check("token-ambiguous")["next"].to_string();
    assert!(next.contains("--token SERIAL"), "{next}");
}

#[test]
fn what_the_profile_wants_is_held_against_the_token() {
    let world = World::with_token("demo").and_badtoken();
    profile(
        &world,
        "key = 'rsa:2048'\npss = true\ndestination = 'usb'\n",
    );
    doctor(&world, &[]).has_problems(&["token-software-refused", "jobs-impossible"]);
    let hardware = "token manufacturer Maker\ntoken model Card\n";
    world.control(hardware);
    doctor(&world, &[]).has_problems(&[]);
    let pss = "refuse-mechanism CKM_RSA_PKCS_PSS\nrefuse-mechanism CKM_SHA256_RSA_PKCS_PSS\n";
    world.control(&format!("{hardware}{pss}"));
    let report = doctor(&world, &[]);
    report.has_problems(&["token-profile-pss", "jobs-impossible"]);
    world.control(&format!(
        "{hardware}refuse-mechanism CKM_RSA_PKCS_KEY_PAIR_GEN\n"
    ));
    let report = doctor(&world, &[]);
    report.has_problems(&["token-profile-key", "jobs-impossible"]);
    report.says("token-profile-key", "rsa:2048");
    // What the profile wants is of no matter where none is used.
    doctor(&world, &["--no-profile"]).has_problems(&[]);
}

#[test]
fn for_keys_on_this_pc_its_own_token_is_looked_at_and_none_is_made() {
    let world = World::with_token("usb");
    let none = doctor(&world, &["--to", "pc"]);
    none.has_problems(&[]).check("token-of-pc-none");
    let folder = world.home().join(".local/share/tokencert");
    assert!(!folder.exists());
    let pin = world.pin_source();
    let request = [
        "request",
        "--to",
        "pc",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    world
        .tokencert(&[&request[..], &["--pin-source", &pin]].concat())
        .succeeds();
    let there = doctor(&world, &["--to", "pc"]);
    there.has_problems(&[]);
    assert_eq!(there.check("token-ready")["token"]["label"], "tokencert");
}
