//! The report itself: its shape, its two languages, and what is never in it.

use serde_json::Value;

use crate::common::{PIN, SO_PIN, World};
use crate::support::{doctor, library, using};

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap();
    let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_shape_is_that_of_the_documentation() {
    let world = World::with_token("demo").and_badtoken();
    world.control("empty-slots 1\nfailing-slot CKR_TOKEN_NOT_RECOGNIZED");
    let report = doctor(&world, &[]);
    let json = &report.json;
    assert_eq!(json["version"], 1);
    let documented = include_str!("../../docs/json.md");
    let slots = report.module()["slots"].as_array().unwrap();
    let token = slots.iter().find(|slot| slot["state"] == "token").unwrap();
    for object in [
        json,
        &json["checks"][0],
        report.module(),
        &report.module()["sources"][0],
        &report.module()["file"],
        &report.module()["library"],
        &json["searched"][0],
        token,
        &token["token"],
        &token["token"]["jobs"]["issue"],
    ] {
        for key in keys(object) {
            assert!(
                documented.contains(&format!("`{key}`")),
                "{key} of {object:#}"
            );
        }
    }
    let states: Vec<&Value> = slots.iter().map(|slot| &slot["state"]).collect();
    assert!(states.contains(&&"empty".into()) && states.contains(&&"failed".into()));
    let instant = json["time"].as_str().unwrap().parse::<jiff::Timestamp>();
    assert!(instant.is_ok());
    assert_eq!(json["processor"], std::env::consts::ARCH);
    for check in json["checks"].as_array().unwrap() {
        assert_eq!(
            keys(check),
            ["id", "level", "message", "module", "next", "slot", "token"]
        );
    }
}

#[test]
fn the_same_look_gives_the_same_report() {
    let world = World::with_token("demo");
    world.token("second");
    let without_time = || {
        let mut json = doctor(&world, &[]).json;
        json.as_object_mut().unwrap().remove("time");
        for check in json["checks"].as_array_mut().unwrap() {
            if check["id"] == "clock-plausible" {
                check["message"] = Value::Null;
            }
        }
        json
    };
    assert_eq!(without_time(), without_time());
}

#[test]
fn both_languages_say_it_and_ids_stay_as_they_are() {
    let world = World::with_token("山田の鍵").and_badtoken();
    world.control("set-flag CKF_USER_PIN_LOCKED");
    let english = world.tokencert(&["doctor"]).exits(3);
    english
        .says("PROBLEM  token-pin-locked")
        .says("its user PIN is locked")
        .says("-> the administrator unlocks it with `tokencert token unlock`")
        .says("cannot: issue renew login import change-pin")
        .complains("hint: start with the first problem");
    let japanese = world.tokencert(&["doctor", "--lang", "ja"]).exits(3);
    japanese
        .says("問題")
        .says("token-pin-locked")
        .says("USBのPINはロックされています")
        .says("→ 管理者が `tokencert token unlock`")
        .says("山田の鍵")
        .complains("ヒント：");
    let json = doctor(&world, &["--lang", "ja"]);
    let locked = json.check("token-pin-locked");
    assert_eq!(locked["message"], "USBのPINはロックされています");
}

#[test]
fn no_secret_is_in_it_however_it_was_given() {
    const OTHER: &str = "another-secret-4711";
    let source = "#include <stdio.h>\n#include <stdlib.h>\n\
                  static void tell(const char *name) \
                  { const char *it = getenv(name); fprintf(stderr, \"%s\\n\", it ? it : \"none\"); }\n\
                  __attribute__((constructor)) static void begin(void) \
                  { tell(\"MY_PIN\"); exit(3); }\n";
    for format in ["text", "json"] {
        let world = World::with_token("demo")
            .and_env("MY_PIN", OTHER)
            .and_env("TOKENCERT_PIN_SOURCE", "env:MY_PIN");
        let report = world.tokencert(&["doctor", "--format", format]).exits(0);
        report.never_says(OTHER).never_says(PIN).never_says(SO_PIN);
        let uri = format!("pkcs11:token=demo?pin-source={}", world.pin_source());
        let line = ["doctor", "--format", format, "--token", &uri];
        let report = world.tokencert(&line).exits(0);
        report.never_says(OTHER).never_says(PIN).never_says(SO_PIN);
        // A module that tells what it finds in its environment finds no PIN there.
        let thief = library(&world, "thief", source, &[]);
        let world = using(world, &thief);
        let report = world.tokencert(&["doctor", "--format", format]).exits(3);
        report.says("module-ended").says("none").never_says(OTHER);
    }
}

#[test]
fn what_a_token_calls_itself_cannot_command_the_terminal() {
    let world = World::with_token("demo").and_badtoken();
    world.control("token label \u{1b}[2Jx\ntoken model \u{202e}evil");
    let report = world.tokencert(&["doctor"]).exits(0);
    report.never_says("\u{1b}").never_says("\u{202e}");
}

#[test]
fn a_closed_pipe_is_no_failure_and_a_wrong_option_is() {
    let world = World::with_token("demo");
    world
        .tokencert(&["doctor", "--time-limit", "soon"])
        .exits(2);
    let program = env!("CARGO_BIN_EXE_tokencert");
    let line = format!("{program} doctor | true; exit ${{PIPESTATUS[0]}}");
    crate::common::run(world.command("bash", &["-c", &line])).succeeds();
}

#[test]
fn every_check_is_documented_with_its_level() {
    let documented = include_str!("../../docs/doctor.md");
    for id in tokencert::doctor::Id::ALL {
        let row = format!("| `{}` | {} |", id.name(), id.level().name());
        assert!(documented.contains(&row), "{row}");
    }
}
