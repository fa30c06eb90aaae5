//! A token with keys, and programs that take its PIN from a file.

use std::process::Command;

use serde_json::Value;

use crate::common::{Outcome, PIN, World, run};

/// A world with a token that holds a key of each kind, labelled so.
pub(crate) fn world_with_keys(kinds: &[(&str, &str)]) -> World {
    let world = World::with_token("usb");
    for (label, kind) in kinds {
        key(&world, label, kind);
    }
    world
}

/// Makes a key on the token.
pub(crate) fn key(world: &World, label: &str, kind: &str) {
    let pin = world.pin_source();
    let what = ["request", "--key", kind, "--label", label];
    let rest = ["--subject", "CN=x", "--out", "-", "--pin-source", &pin];
    world.tokencert(&[&what[..], &rest].concat()).succeeds();
}

/// Runs `integrate` and reads what it says.
pub(crate) fn integrate(world: &World, arguments: &[&str]) -> Value {
    let arguments = [&["integrate"], arguments, &["--format", "json"]].concat();
    world.tokencert(&arguments).succeeds().json()
}

/// A command line that `integrate` has printed, as a person types it.
pub(crate) fn typed(world: &World, line: &str) -> Command {
    let mut command = world.command("sh", &["-c", line]);
    let program = world.tokencert_command::<&str>(&[]);
    let folder = std::path::Path::new(program.get_program()).parent();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", folder.unwrap().display());
    command.env("PATH", path);
    command
}

/// The same, run to its end.
pub(crate) fn type_in(world: &World, line: &str) -> Outcome {
    run(typed(world, line))
}

/// The command lines that were printed.
pub(crate) fn commands(said: &Value) -> Vec<String> {
    let lines = said["commands"].as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

/// Has OpenSSH ask a program for the PIN in place of a person.
pub(crate) fn with_askpass(world: &World, mut command: Command) -> Command {
    use std::os::unix::fs::PermissionsExt as _;
    let file = world.pin_source().replace("file:", "");
    let script = world.private_file("askpass", &format!("#!/bin/sh\ncat '{file}'\n"));
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    command
        .env("SSH_ASKPASS", script)
        .env("SSH_ASKPASS_REQUIRE", "force");
    command
}

/// Fails if the PIN stands in any file of the home folder.
pub(crate) fn no_pin_at_home(world: &World) {
    let found = world.command("grep", &["-rlF", PIN, world.home().to_str().unwrap()]);
    let found = run(found).exits(1);
    assert!(found.stdout.is_empty(), "{found}");
}
