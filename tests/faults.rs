//! A fault at every call of a command: the same command again ends as one undisturbed run does.

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
        is_issued_once(&world, what)
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
