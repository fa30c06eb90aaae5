//! The SoftHSM2 harness that the library exports.

use std::path::PathBuf;
use std::process::Command;

use tokencert::testing::{Error, SoftHsm, with_private_softhsm};

#[test]
fn every_token_has_a_serial_number_of_its_own() {
    let softhsm = SoftHsm::new().unwrap();
    let first = softhsm
        .init_token("same label", "12345678", "1234")
        .unwrap();
    let second = softhsm
        .init_token("same label", "12345678", "1234")
        .unwrap();
    assert_ne!(first, second);
    assert!(
        first.len() == 16 && first.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{first}"
    );
}

#[test]
fn tokens_are_seen_by_those_who_get_the_environment_and_by_nobody_else() {
    let mine = SoftHsm::new().unwrap();
    let other = SoftHsm::new().unwrap();
    let serial = mine.init_token("mine", "12345678", "1234").unwrap();
    let seen_by = |softhsm: &SoftHsm| {
        let output = Command::new("softhsm2-util")
            .arg("--show-slots")
            .envs(softhsm.command_env())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().contains(&serial)
    };
    assert!(seen_by(&mine));
    assert!(!seen_by(&other));
}

#[test]
fn the_folder_goes_with_the_value() {
    let softhsm = SoftHsm::new().unwrap();
    let conf = softhsm.conf().to_owned();
    assert!(conf.is_file());
    drop(softhsm);
    assert!(!conf.exists());
}

#[test]
fn a_pin_that_softhsm_refuses_is_an_error_that_does_not_repeat_it() {
    let error = SoftHsm::new()
        .unwrap()
        .init_token("test", "12345678", "999")
        .unwrap_err();
    assert!(matches!(error, Error::Command { .. }), "{error}");
    assert!(!error.to_string().contains("999"), "{error}");
}

#[test]
fn the_body_runs_where_the_environment_names_the_private_tokens() {
    with_private_softhsm(
        "the_body_runs_where_the_environment_names_the_private_tokens",
        |softhsm| {
            let conf = std::env::var_os("SOFTHSM2_CONF").map(PathBuf::from);
            assert_eq!(conf.as_deref(), Some(softhsm.conf()));
            softhsm.init_token("test", "12345678", "1234").unwrap();
        },
    )
    .unwrap();
}

#[test]
fn a_panic_in_the_body_fails_the_test_and_shows_what_it_said() {
    let result = with_private_softhsm(
        "a_panic_in_the_body_fails_the_test_and_shows_what_it_said",
        |_| panic!("the token is on fire"),
    );
    // Only the parent comes here: the child panics above.
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("the token is on fire")
    );
}

#[test]
fn a_wrong_test_name_is_an_error_and_no_success() {
    let error = with_private_softhsm("no_such_test", |_| {}).unwrap_err();
    assert!(matches!(error, Error::TestNotFound { .. }), "{error}");
}
