//! A world in which a certificate is due, for tests of renewing.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use crate::common::{Outcome, World, clock, run};

/// How long ago the certificate was issued: it is valid for a year, so about 25 days are left.
pub(crate) const AGO: &str = "-340d";

/// Runs a program of the world at another time: `-340d`, or a date and time in UTC.
pub(crate) fn at(world: &World, time: &str, program: &str, arguments: &[&str]) -> Outcome {
    run(clock::at(world.command(program, arguments), time))
}

/// Runs `tokencert` at another time.
pub(crate) fn tokencert_at(world: &World, time: &str, arguments: &[&str]) -> Outcome {
    at(world, time, env!("CARGO_BIN_EXE_tokencert"), arguments)
}

/// A token with a certificate that is in its renewal window, and the authority `ca` that issued it.
pub(crate) fn world_in_window() -> World {
    let world = World::with_token("desk");
    old_certificate(&world);
    world
}

/// Makes the authority `ca` a while ago.
pub(crate) fn old_authority(world: &World) {
    let init = ["init", "--dir", "ca", "--name", "Example CA"];
    let init = [&init[..], &["--key", "ec:p256"]].concat();
    at(world, AGO, env!("CARGO_BIN_EXE_tokencert-ca"), &init).succeeds();
}

/// Makes the authority `ca` and has it issue, both a while ago.
pub(crate) fn old_certificate(world: &World) {
    old_authority(world);
    issue_long_ago(world, &[]).succeeds();
}

/// Issues a certificate a while ago.
pub(crate) fn issue_long_ago(world: &World, more: &[&str]) -> Outcome {
    let pin = world.pin_source();
    let order = ["issue", "--key", "ec:p256", "--pin-source", &pin];
    let from = ["--authority", "dir:ca", "--subject", "CN=Hanako"];
    tokencert_at(world, AGO, &[&order[..], &from, more].concat())
}

/// Renews, with the authority in the folder `ca`.
pub(crate) fn renew(world: &World, more: &[&str]) -> Outcome {
    let pin = world.pin_source();
    let order = ["renew", "--authority", "dir:ca", "--pin-source", &pin];
    world.tokencert(&[&order[..], more].concat())
}

/// How many certificates the authority has issued.
pub(crate) fn issued(world: &World) -> usize {
    world.issued().len()
}

/// Adds the authority's profile.
pub(crate) fn with_profile(world: &World) {
    let export = ["profile", "export", "--dir", "ca", "--out", "ca.toml"];
    world.tokencert_ca(&export).succeeds();
    let profile = world.read("ca.toml").replace("rsa:2048", "ec:p256");
    world.write("ca.toml", profile);
    world.tokencert(&["profile", "add", "ca.toml"]).succeeds();
}
