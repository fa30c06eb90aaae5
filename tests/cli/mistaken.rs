//! Mistakes that must cost nothing: the wrong token in a URI, an empty option, a PIN source with
//! more in it than the PIN, a run that is stopped in the middle of a call.

use crate::common::{self, PIN, World};
use crate::support::{length, listed, request, with_pin, world_with_authority};

/// A world with two tokens, each with a key labelled `x`; the second one's serial number.
fn two_tokens() -> (World, String) {
    let world = World::new();
    world.token("one");
    let second = world.token("two");
    for token in ["one", "two"] {
        let out = format!("{token}.csr");
        let request = ["request", "--key", "ec:p256", "--subject", "CN=x"];
        with_pin(
            &world,
            &[&request[..], &["--token", token, "--out", &out]].concat(),
        )
        .succeeds();
    }
    (world, second)
}

#[test]
fn the_child_that_certifies_cannot_read_the_pin_from_a_descriptor() {
    let world = World::with_authority();
    world.token("demo");
    // The program takes its sibling for the authority: here, one that looks for the PIN.
    let folder = world.path("bin");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_tokencert"), folder.join("tokencert")).unwrap();
    let spy = "#!/bin/sh\necho yes > asked\ncat <&7 > seen 2>/dev/null\nexit 7\n";
    let place = world.write("bin/tokencert-ca", spy);
    world
        .command("chmod", &["755", place.to_str().unwrap()])
        .status()
        .unwrap();
    let line = "exec 7<\"$1\"; ./bin/tokencert issue --authority dir:ca --token demo \
        --subject CN=a --key ec:p256 --pin-source fd:7";
    let pin = world.write("the-pin", common::PIN);
    let shell = ["-c", line, "sh", pin.to_str().unwrap()];
    common::run(world.command("sh", &shell)).exits(7);
    assert_eq!(world.read("asked"), "yes\n");
    let seen = std::fs::read_to_string(world.path("seen"));
    assert_eq!(seen.unwrap_or_default(), "");
}

#[test]
fn a_uri_of_an_object_chooses_its_token() {
    let (world, second) = two_tokens();
    let uri = format!("pkcs11:serial={second};object=x");
    let shown = with_pin(&world, &["show", &uri, "--format", "json"]).succeeds();
    assert_eq!(shown.json()["token"]["label"], "two");
    let delete = ["delete", &uri, "--what", "all", "--confirm-serial", &second];
    with_pin(&world, &delete).succeeds();
    for (token, keys) in [("one", 1), ("two", 0)] {
        let left = with_pin(&world, &["list", "--token", token, "--format", "json"]);
        assert_eq!(
            length(&left.succeeds().json()["identities"]),
            keys,
            "{token}"
        );
    }
}

#[test]
fn a_uri_of_an_object_on_another_token_is_not_applied_to_this_one() {
    let world = World::new();
    let serial = world.token("demo");
    request(&world, "ec:p256", "CN=x", "x.csr").succeeds();
    let elsewhere = "pkcs11:token=other;object=x";
    let delete = [
        "delete",
        elsewhere,
        "--what",
        "all",
        "--confirm-serial",
        &serial,
    ];
    for more in [&[][..], &["--token", "demo"]] {
        for command in [
            &["show", elsewhere][..],
            &["export", "--ssh", elsewhere],
            &delete,
        ] {
            let refused = with_pin(&world, &[command, more].concat());
            refused.exits(4).complains("token=other");
        }
    }
    assert_eq!(length(&listed(&world)["identities"]), 1);
}

#[test]
fn a_command_that_is_stopped_in_the_middle_never_costs_the_token() {
    let world = World::with_token("demo");
    let list = ["list", "--pin-source", &world.pin_source()];
    for round in 0..60 {
        let mut command = world.tokencert_command(&list);
        command.stdout(std::process::Stdio::null());
        let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(3 + round % 23));
        let signal = ["-INT", "-TERM", "-HUP"][usize::try_from(round % 3).unwrap()];
        let id = child.id().to_string();
        let kill = world.command("kill", &[signal, &id]).status().unwrap();
        assert!(kill.success());
        let status = child.wait().unwrap();
        // Before it has taken the signals over, the system ends it.
        let ended = [Some(0), Some(129), Some(130), Some(143), None];
        assert!(ended.contains(&status.code()), "{status}");
    }
    world.tokencert(&list).succeeds();
}

#[test]
fn an_empty_token_option_is_refused_and_an_empty_variable_is_none() {
    let world = World::with_token("demo");
    for empty in [&["--token", ""][..], &["--token="]] {
        let listed = world.tokencert(&[&["list"], empty].concat());
        listed.exits(2).complains("`--token` is empty");
    }
    let world = world.and_env("TOKENCERT_TOKEN", "");
    world.tokencert(&["list"]).succeeds();
}

#[test]
fn the_option_that_is_named_is_the_one_that_is_missing() {
    let world = World::with_token("demo");
    let pin = world.pin_source();
    world
        .tokencert(&["token", "pin", "--pin-source", &pin])
        .exits(2)
        .complains("--new-pin-source");
    world
        .tokencert(&["token", "unlock"])
        .exits(2)
        .complains("--so-pin-source");
    world
        .tokencert(&["list", "--login"])
        .exits(2)
        .complains("--pin-source");
}

#[test]
fn a_pin_source_with_more_than_the_pin_costs_no_try() {
    let world = World::with_token("demo").and_counted();
    for text in [format!("\u{feff}{PIN}"), format!("{PIN}\0")] {
        let source = world.pin_source_of(&text);
        world.tokencert(&["list", "--pin-source", &source]).exits(2);
    }
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_not_called_unset() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::with_token("demo");
    let mut command = world.tokencert_command(&["list", "--pin-source", "env:P"]);
    command.env("P", std::ffi::OsStr::from_bytes(b"\xff1234"));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("it is not UTF-8 text"), "{said}");
}

#[test]
fn a_named_pipe_may_hold_the_pin_but_not_the_configuration() {
    let world = World::with_token("demo");
    common::run(world.command("mkfifo", &["pipe"])).succeeds();
    world
        .tokencert(&["list", "--config", "pipe"])
        .exits(2)
        .complains("it is not a regular file");
    let line = format!("printf {PIN} > pipe");
    let mut writer = world.command("sh", &["-c", &line]).spawn().unwrap();
    world
        .tokencert(&["list", "--pin-source", "file:pipe"])
        .succeeds();
    writer.wait().unwrap();
}

#[test]
fn what_has_no_certificate_is_said_to_have_none() {
    let world = World::new();
    let serial = world.token("demo");
    request(&world, "ec:p256", "CN=x", "x.csr").succeeds();
    with_pin(&world, &["export", "x"])
        .exits(1)
        .complains("without certificate");
    let delete = [
        "delete",
        "x",
        "--what",
        "certificate",
        "--confirm-serial",
        &serial,
    ];
    with_pin(&world, &delete)
        .exits(1)
        .complains("without certificate");
}

#[test]
fn a_folder_that_softhsm2_would_misread_is_refused_before_anything_is_made() {
    let world = World::new();
    world
        .tokencert_ca(&["init", "--dir", "a#b", "--name", "Example"])
        .exits(2)
        .complains("a#b");
    assert!(!world.path("a#b").exists());
    let data = world.path("d#ta").display().to_string();
    let world = world.and_env("XDG_DATA_HOME", data);
    world
        .tokencert(&["list", "--to", "pc"])
        .exits(2)
        .complains("d#ta");
    assert!(!world.path("d#ta").exists());
}

#[test]
fn a_journal_file_that_cannot_be_read_hides_neither_status_nor_the_others() {
    let world = World::with_token("demo");
    let journal = world.home().join(".local/state/tokencert/journal");
    std::fs::create_dir_all(&journal).unwrap();
    std::fs::write(journal.join("0a1b2c3d.json"), "{").unwrap();
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .complains("0a1b2c3d.json");
    world
        .tokencert(&["status"])
        .exits(3)
        .complains("0a1b2c3d.json");
}

#[test]
fn a_file_that_cannot_be_written_is_called_by_its_own_name() {
    let world = World::with_token("demo");
    let refused = request(&world, "ec:p256", "CN=x", "absent/x.csr");
    let refused = refused.exits(1).complains("absent/x.csr");
    assert!(
        !refused.stderr.contains(".tokencert-"),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_authority_restored_without_its_lock_file_issues_and_to_standard_output_too() {
    let world = world_with_authority();
    request(&world, "ec:p256", "CN=x", "x.csr").succeeds();
    std::fs::remove_file(world.path("ca/lock")).unwrap();
    let sign = ["sign", "--dir", "ca", "--csr", "x.csr", "--out", "-"];
    let said = world.tokencert_ca(&sign).succeeds();
    assert_eq!(
        said.stdout.matches("-----BEGIN CERTIFICATE-----").count(),
        2
    );
    let init = ["init", "--dir", "other", "--name", ""];
    world
        .tokencert_ca(&init)
        .exits(2)
        .complains("name is empty");
}

#[test]
fn told_to_say_more_the_program_says_each_call_and_never_the_pin() {
    let world = World::with_token("demo");
    let listed = with_pin(&world, &["list", "-vvv"]).succeeds();
    listed.complains("C_Login").never_says(PIN);
}
