//! Modules that crash, hang, end the process or refuse: findings, and not our crash.

use crate::common::{World, badtoken};
use crate::support::{doctor, library, register, using};

/// A token behind badtoken, which misbehaves as told.
fn world(control: &str) -> World {
    let world = World::with_token("demo").and_badtoken();
    world.control(control);
    world
}

#[test]
fn a_crash_is_told_with_the_call_and_the_signal() {
    for call in [
        "C_Initialize",
        "C_GetSlotList",
        "C_GetTokenInfo",
        "C_GetMechanismList",
    ] {
        let report = doctor(&world(&format!("fault before 1 {call} crash")), &[]);
        report.says("module-crashed", call);
        report.says("module-crashed", "SIGABRT");
        assert!(report.find("module-clash").is_some());
        assert_eq!(report.module()["outcome"], "crashed");
        assert_eq!(report.module()["call"], call);
    }
}

#[test]
fn what_was_seen_before_a_crash_is_reported() {
    let report = doctor(
        &world("empty-slots 3\nfault before 2 C_GetTokenInfo crash"),
        &[],
    );
    report.has_problems(&["module-crashed"]);
    let slots = report.module()["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 4, "{slots:?}");
    assert_eq!(report.tokens()[0]["label"], "demo");
}

#[test]
fn a_crash_when_all_is_done_has_a_way_round_which_the_doctor_takes_too() {
    let world = world("fault before 1 C_Finalize crash");
    let report = doctor(&world, &[]);
    report.has_problems(&["module-crashed-at-end"]);
    let next = report.check("module-crashed-at-end")["next"].to_string();
    assert!(next.contains("--no-finalize"), "{next}");
    assert_eq!(report.tokens()[0]["label"], "demo");
    assert!(report.find("jobs-possible").is_some());
    doctor(&world, &["--no-finalize"]).has_problems(&[]);
}

#[test]
fn a_c_finalize_that_fails_is_worth_a_note() {
    let report = doctor(&world("fault after 1 C_Finalize CKR_GENERAL_ERROR"), &[]);
    report.has_problems(&[]);
    report.says(
        "module-finalize-failed",
        "C_Finalize returned CKR_GENERAL_ERROR",
    );
}

#[test]
fn a_module_that_hangs_is_ended_and_another_one_is_looked_at_meanwhile() {
    let world = World::with_token("demo").and_badtoken();
    world.control("latency 60000");
    let softhsm = world.softhsm().module().display().to_string();
    register(&world, "slow", &badtoken().display().to_string());
    register(&world, "good", &softhsm);
    let world = world.and_env("TOKENCERT_MODULE", "");
    let report = doctor(&world, &["--time-limit", "2s"]);
    let hung = report.check("module-hung");
    assert_eq!(hung["module"], badtoken().display().to_string());
    assert!(hung["message"].to_string().contains("2 s"), "{hung}");
    assert!(report.find("jobs-possible").is_some());
}

#[test]
fn a_module_that_hangs_in_the_middle_is_told_with_the_call() {
    let world = World::new();
    let source = "#include <unistd.h>\n\
                  __attribute__((constructor)) static void begin(void) { sleep(60); }\n";
    let module = library(&world, "sleeper", source, &[]);
    let report = doctor(&using(world, &module), &["--time-limit", "1s"]);
    report.has_problems(&["module-hung", "token-none"]);
    assert_eq!(report.module()["call"], "dlopen");
}

#[test]
fn a_module_that_ends_the_process_is_told_with_its_last_words() {
    let world = World::new();
    let source = "#include <stdio.h>\n#include <stdlib.h>\n\
                  __attribute__((constructor)) static void begin(void) \
                  { fputs(\"licence expired\\n\", stderr); exit(42); }\n";
    let module = library(&world, "exits", source, &[]);
    let report = doctor(&using(world, &module), &[]);
    report.has_problems(&["module-ended", "token-none"]);
    report
        .says("module-ended", "42")
        .says("module-ended", "licence expired");
}

#[test]
fn what_a_module_prints_does_not_reach_the_report() {
    let world = World::new();
    let source = "#include <stdio.h>\n\
                  __attribute__((constructor)) static void begin(void) \
                  { puts(\"{\\\"done\\\":null}\"); puts(\"\\033[31mred\"); fflush(stdout); }\n";
    let module = library(&world, "talks", source, &[]);
    let outcome = using(world, &module).tokencert(&["doctor"]).exits(3);
    outcome.never_says("\u{1b}[31m").says("module-not-pkcs11");
}

#[test]
fn a_refusal_is_told_in_the_standards_words_and_vendors_numbers() {
    let refused = doctor(&world("fault before 1 C_Initialize CKR_DEVICE_ERROR"), &[]);
    refused.has_problems(&["module-refused", "token-none"]);
    refused.says("module-refused", "C_Initialize returned CKR_DEVICE_ERROR");
    let vendor = doctor(&world("fault before 1+ C_GetSlotList 0x80000123"), &[]);
    vendor.says(
        "module-refused",
        "C_GetSlotList returned CKR_VENDOR_DEFINED 0x80000123",
    );
}

#[test]
fn a_module_that_gives_no_functions_is_told_apart_from_a_library_that_has_none() {
    let world = World::new();
    let source = "int C_GetFunctionList(void **list) { return 5; }\n";
    let module = library(&world, "refuses", source, &[]);
    let report = doctor(&using(world, &module), &[]);
    report.has_problems(&["module-refused", "token-none"]);
    report.says(
        "module-refused",
        "C_GetFunctionList returned CKR_GENERAL_ERROR",
    );
}

#[test]
fn a_module_that_wants_a_text_is_told_apart_and_gets_it() {
    let world = world("init-text configdir=/nss");
    let report = doctor(&world, &[]);
    report.has_problems(&["module-wants-text", "token-none"]);
    doctor(&world, &["--module-init", "configdir=/nss"]).has_problems(&[]);
    world.write("config.toml", "module-init = 'configdir=/nss'\n");
    doctor(&world, &["--config", "config.toml"]).has_problems(&[]);
}

#[test]
fn nobody_is_logged_in_and_no_session_is_opened_whatever_is_configured() {
    let world = world("");
    let pin = world.pin_source();
    doctor(
        &world,
        &["--pin-source", &pin, "--token", "demo", "--final-try"],
    )
    .has_problems(&[]);
    let calls = world.calls();
    assert!(calls.of("C_GetTokenInfo") > 0, "{calls}");
    for call in [
        "C_Login",
        "C_OpenSession",
        "C_InitToken",
        "C_InitPIN",
        "C_SetPIN",
    ] {
        assert_eq!(calls.of(call), 0, "{calls}");
    }
}

#[test]
fn the_process_that_loads_a_module_says_so_when_it_is_started_by_hand() {
    let world = World::new().and_env("TOKENCERT_MODULE", "");
    let alone = world.tokencert(&["probe"]).exits(2);
    alone.complains("is a part of `tokencert doctor`");
    world.tokencert(&["--help"]).succeeds().never_says("probe");
}
