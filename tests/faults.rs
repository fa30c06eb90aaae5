//! A fault at every call of a command: the same command again ends as one undisturbed run does.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;

use common::{Outcome, World};
use disturbed::{Kind, at_every_call, is_issued_once, issue, objects, unfinished, world};

fn issuing_survives(kind: Kind) {
    let (world, _) = world();
    at_every_call(&world, kind, &|| issue(&world), &|what| {
        is_issued_once(&world, what);
    });
}

fn importing_survives(kind: Kind) {
    let (world, _) = world();
    answered(&world);
    at_every_call(&world, kind, &|| import(&world), &|what| {
        is_issued_once(&world, what);
    });
}

/// Makes a key pair, its request, and the authority's answer to it.
fn answered(world: &World) {
    request(world).succeeds();
    world.sign("request.pem", "answer.pem").succeeds();
}

fn request(world: &World) -> Outcome {
    let pin = world.pin_source();
    let mut arguments = vec!["request", "--key", "ec:p256", "--subject", "CN=Hanako"];
    arguments.extend(["--out", "request.pem", "--pin-source", &pin]);
    world.tokencert(&arguments)
}

fn requesting_survives(kind: Kind) {
    let (world, _) = world();
    at_every_call(&world, kind, &|| request(&world), &|what| {
        let found = objects(&world);
        let classes = ["Private Key", "Public Key"].map(|class| found.get(class));
        assert_eq!(classes, [Some(&1), Some(&1)], "{found:?}\n{what}");
        assert_eq!(unfinished(&world), [""; 0], "{what}");
        // It is for the key that is there: the certificate finds it.
        world.sign("request.pem", "answer.pem").succeeds();
        import(&world).succeeds();
        world.forget_issued();
    });
}

fn import(world: &World) -> Outcome {
    let pin = world.pin_source();
    world.tokencert(&["import", "answer.pem", "--pin-source", &pin])
}

fn deleting_survives(kind: Kind) {
    let (world, serial) = world();
    answered(&world);
    import(&world).succeeds();
    let pin = world.pin_source();
    let mut delete = vec!["delete", "label:Hanako", "--what", "all"];
    delete.extend(["--confirm-serial", &serial, "--pin-source", &pin]);
    at_every_call(&world, kind, &|| world.tokencert(&delete), &|what| {
        let found = objects(&world);
        // The root stays: it belongs to no key.
        assert_eq!(found.get("Certificate"), Some(&1), "{found:?}\n{what}");
        assert!(!found.contains_key("Private Key"), "{found:?}\n{what}");
        assert!(!found.contains_key("Public Key"), "{found:?}\n{what}");
        assert_eq!(unfinished(&world), [""; 0], "{what}");
    });
}

#[test]
fn issuing_survives_a_failure_in_place_of_every_call() {
    issuing_survives(Kind::FailBefore);
}

#[test]
fn issuing_survives_a_failure_after_every_call() {
    issuing_survives(Kind::FailAfter);
}

#[test]
fn issuing_survives_the_token_being_pulled_out_at_every_call() {
    issuing_survives(Kind::Pulled);
}

#[test]
fn issuing_survives_being_killed_before_every_call() {
    issuing_survives(Kind::KillBefore);
}

#[test]
fn issuing_survives_being_killed_after_every_call() {
    issuing_survives(Kind::KillAfter);
}

#[test]
fn a_run_that_died_with_its_key_made_is_gone_on_with_through_a_failure_of_every_call() {
    let (world, _) = world();
    world.control("fault after 1 C_GenerateKeyPair kill");
    assert_eq!(issue(&world).status, None);
    at_every_call(&world, Kind::FailBefore, &|| issue(&world), &|what| {
        is_issued_once(&world, what);
    });
}

#[test]
fn a_certificate_that_is_there_is_not_asked_for_again_through_a_failure_of_every_call() {
    let (world, _) = world();
    issue(&world).succeeds();
    let again = || {
        let again = issue(&world);
        is_issued_once(&world, &again.to_string());
        again
    };
    at_every_call(&world, Kind::FailBefore, &again, &|_| {});
}

#[test]
fn importing_survives_a_failure_in_place_of_every_call() {
    importing_survives(Kind::FailBefore);
}

#[test]
fn importing_survives_a_failure_after_every_call() {
    importing_survives(Kind::FailAfter);
}

#[test]
fn importing_survives_the_token_being_pulled_out_at_every_call() {
    importing_survives(Kind::Pulled);
}

#[test]
fn importing_survives_being_killed_before_every_call() {
    importing_survives(Kind::KillBefore);
}

#[test]
fn importing_survives_being_killed_after_every_call() {
    importing_survives(Kind::KillAfter);
}

#[test]
fn requesting_survives_a_failure_in_place_of_every_call() {
    requesting_survives(Kind::FailBefore);
}

#[test]
fn requesting_survives_a_failure_after_every_call() {
    requesting_survives(Kind::FailAfter);
}

#[test]
fn requesting_survives_the_token_being_pulled_out_at_every_call() {
    requesting_survives(Kind::Pulled);
}

#[test]
fn requesting_survives_being_killed_before_every_call() {
    requesting_survives(Kind::KillBefore);
}

#[test]
fn requesting_survives_being_killed_after_every_call() {
    requesting_survives(Kind::KillAfter);
}

#[test]
fn deleting_survives_a_failure_in_place_of_every_call() {
    deleting_survives(Kind::FailBefore);
}

#[test]
fn deleting_survives_a_failure_after_every_call() {
    deleting_survives(Kind::FailAfter);
}

#[test]
fn deleting_survives_the_token_being_pulled_out_at_every_call() {
    deleting_survives(Kind::Pulled);
}

#[test]
fn deleting_survives_being_killed_before_every_call() {
    deleting_survives(Kind::KillBefore);
}

#[test]
fn deleting_survives_being_killed_after_every_call() {
    deleting_survives(Kind::KillAfter);
}

/// Changing a PIN cannot be undone or repeated: here what counts is the tries that it spends.
fn changing_the_pin_survives(kind: Kind) {
    let (world, _) = world();
    let (old, new) = (world.pin_source(), world.pin_source_of("99887766"));
    let before = world.snapshot();
    let change = || {
        let mut arguments = vec!["token", "pin", "--pin-source", &old];
        arguments.extend(["--new-pin-source", &new]);
        world.tokencert(&arguments)
    };
    for call in 1.. {
        world.go_back_to(&before);
        world.calls();
        world.control(&kind.line(call));
        let disturbed = change();
        let hits = world.hits();
        let first = world.calls();
        world.control("");
        if hits.is_empty() {
            disturbed.succeeds();
            println!("{kind:?}: {} faults tried", call - 1);
            return;
        }
        let again = change();
        let what = format!("{hits:?}\n{disturbed}\n-- then again\n{again}");
        for calls in [first, world.calls()] {
            let tries = calls.of("C_SetPIN") + calls.of("C_Login");
            assert!(tries <= 1, "{calls}{what}");
        }
        match again.status {
            Some(0) => {}
            Some(5) => assert!(again.stderr.contains("may be in force already"), "{what}"),
            _ => panic!("{what}"),
        }
        let in_force = |source: &str| {
            let listed = world.tokencert(&["list", "--pin-source", source]);
            listed.status == Some(0)
        };
        assert!(in_force(&new) || in_force(&old), "{what}");
    }
}

#[test]
fn changing_the_pin_survives_a_failure_in_place_of_every_call() {
    changing_the_pin_survives(Kind::FailBefore);
}

#[test]
fn changing_the_pin_survives_a_failure_after_every_call() {
    changing_the_pin_survives(Kind::FailAfter);
}

#[test]
fn changing_the_pin_survives_the_token_being_pulled_out_at_every_call() {
    changing_the_pin_survives(Kind::Pulled);
}

#[test]
fn changing_the_pin_survives_being_killed_before_every_call() {
    changing_the_pin_survives(Kind::KillBefore);
}

#[test]
fn changing_the_pin_survives_being_killed_after_every_call() {
    changing_the_pin_survives(Kind::KillAfter);
}
