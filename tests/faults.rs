//! A fault at every call of a command: the same command again ends as one undisturbed run does.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;

use std::fs;

use common::{Outcome, World};
use disturbed::{Kind, at_every_call, objects, unfinished};

/// An authority, and a token that misbehaves.
fn world() -> World {
    let world = World::with_authority();
    world.token("desk");
    world.and_badtoken()
}

fn issue(world: &World) -> Outcome {
    let pin = world.pin_source();
    let authority = ["--authority", "dir:ca", "--subject", "CN=Hanako"];
    let mut arguments = vec!["issue", "--key", "ec:p256", "--pin-source", &pin];
    arguments.extend(authority);
    world.tokencert(&arguments)
}

/// Exactly one key pair, its certificate and the root; nothing unfinished; one certificate issued.
fn is_issued_once(world: &World, what: &str) {
    let found = objects(world);
    let classes = ["Private Key", "Public Key", "Certificate"].map(|class| found.get(class));
    assert_eq!(classes, [Some(&1), Some(&1), Some(&2)], "{found:?}\n{what}");
    let key = found
        .keys()
        .find_map(|name| name.strip_prefix("Private Key "));
    let id = key.unwrap_or_else(|| panic!("a key without ID\n{what}"));
    for class in ["Public Key", "Certificate"] {
        assert_eq!(
            found.get(&format!("{class} {id}")),
            Some(&1),
            "{found:?}\n{what}"
        );
    }
    assert_eq!(unfinished(world), [""; 0], "{what}");
    let issued = fs::read_dir(world.path("ca/issued")).unwrap().count();
    assert_eq!(issued, 1, "{what}");
}

fn issuing_survives(kind: Kind) {
    let world = world();
    at_every_call(&world, kind, &|| issue(&world), &|what| {
        is_issued_once(&world, what);
    });
}

fn importing_survives(kind: Kind) {
    let world = world();
    let pin = world.pin_source();
    let mut request = vec!["request", "--key", "ec:p256", "--subject", "CN=Hanako"];
    request.extend(["--out", "request.pem", "--pin-source", &pin]);
    world.tokencert(&request).succeeds();
    world.sign("request.pem", "answer.pem").succeeds();
    let import = || world.tokencert(&["import", "answer.pem", "--pin-source", &pin]);
    at_every_call(&world, kind, &import, &|what| is_issued_once(&world, what));
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
    let world = world();
    world.control("fault after 1 C_GenerateKeyPair kill");
    assert_eq!(issue(&world).status, None);
    at_every_call(&world, Kind::FailBefore, &|| issue(&world), &|what| {
        is_issued_once(&world, what);
    });
}

#[test]
fn a_certificate_that_is_there_is_not_asked_for_again_through_a_failure_of_every_call() {
    let world = world();
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
