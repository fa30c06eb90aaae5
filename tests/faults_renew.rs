//! A fault at every call of a renewal: the same command again ends with the old pair and the new
//! one, with the new one alone once the old one is retired, and the authority has issued once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;
#[path = "renewing/mod.rs"]
mod renewing;

use common::{Outcome, World};
use disturbed::{Kind, at_every_call, objects, unfinished};
use renewing::{issued, renew, world_in_window};

fn faulty() -> World {
    disturbed::in_memory();
    world_in_window().and_badtoken()
}

/// So many key pairs with a certificate each, the root, nothing unfinished, and two certificates
/// issued in all.
fn holds(world: &World, pairs: usize, what: &str) {
    let found = objects(world);
    for (class, count) in [
        ("Private Key", pairs),
        ("Public Key", pairs),
        ("Certificate", pairs + 1),
    ] {
        assert_eq!(found.get(class), Some(&count), "{found:?}\n{what}");
    }
    assert_eq!(unfinished(world), [""; 0], "{what}");
    assert_eq!(issued(world), 2, "{what}");
}

fn renewing_survives(kind: Kind) {
    let world = faulty();
    let run = || renew(&world, &[]);
    at_every_call(&world, kind, &run, &|what| holds(&world, 2, what));
}

fn retiring_survives(kind: Kind) {
    let world = faulty();
    renew(&world, &[]).succeeds();
    let run = || -> Outcome { renew(&world, &["--retire"]) };
    at_every_call(&world, kind, &run, &|what| holds(&world, 1, what));
}

#[test]
fn renewing_survives_a_failure_in_place_of_every_call() {
    renewing_survives(Kind::FailBefore);
}

#[test]
fn renewing_survives_a_failure_after_every_call() {
    renewing_survives(Kind::FailAfter);
}

#[test]
fn renewing_survives_the_token_being_pulled_out_at_every_call() {
    renewing_survives(Kind::Pulled);
}

#[test]
fn renewing_survives_being_killed_before_every_call() {
    renewing_survives(Kind::KillBefore);
}

#[test]
fn renewing_survives_being_killed_after_every_call() {
    renewing_survives(Kind::KillAfter);
}

#[test]
fn retiring_survives_a_failure_in_place_of_every_call() {
    retiring_survives(Kind::FailBefore);
}

#[test]
fn retiring_survives_a_failure_after_every_call() {
    retiring_survives(Kind::FailAfter);
}

#[test]
fn retiring_survives_the_token_being_pulled_out_at_every_call() {
    retiring_survives(Kind::Pulled);
}

#[test]
fn retiring_survives_being_killed_before_every_call() {
    retiring_survives(Kind::KillBefore);
}

#[test]
fn retiring_survives_being_killed_after_every_call() {
    retiring_survives(Kind::KillAfter);
}
