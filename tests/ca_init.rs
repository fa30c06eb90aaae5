//! `tokencert-ca init`: made once, cut short anywhere, never replaced.

#![cfg(feature = "cli")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use common::{World, run};

#[test]
fn a_finished_authority_is_found_again_and_never_replaced() {
    let world = World::with_authority();
    let before = world.read("ca/ca.pem");
    world.init_authority(&[]).succeeds().says("already in");
    let other = ["init", "--dir", "ca", "--name", "Another CA"];
    world.tokencert_ca(&other).exits(1).complains("Example CA");
    let another_key = world.init_authority(&["--key", "rsa:3072"]).exits(2);
    another_key.complains("the authority's key is of kind ec:p256");
    let unsaid = ["init", "--dir", "ca", "--name", "Example CA"];
    world.tokencert_ca(&unsaid).succeeds().says("already in");
    assert_eq!(world.read("ca/ca.pem"), before);
}

#[test]
fn an_authority_is_not_made_among_other_files() {
    let world = World::new();
    fs::create_dir(world.path("ca")).unwrap();
    world.write("ca/letter.txt", "dear");
    world
        .init_authority(&[])
        .exits(1)
        .complains("it is not empty");
    let entries = fs::read_dir(world.path("ca")).unwrap().count();
    assert_eq!(entries, 1);
}

#[test]
fn an_authority_cut_short_before_its_certificate_goes_on_with_the_key_it_made() {
    let world = World::with_authority();
    let key_of = |world: &World| world.chain("ca/ca.pem")[0].public_key().unwrap();
    let key = key_of(&world);
    fs::remove_file(world.path("ca/ca.pem")).unwrap();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    world
        .sign("taro.csr", "taro.pem")
        .exits(1)
        .complains("begun and not finished");
    world
        .init_authority(&["--key", "rsa:2048"])
        .exits(2)
        .complains("--key ec:p256");
    world.init_authority(&[]).succeeds().says("Example CA");
    assert_eq!(key_of(&world), key);
}

#[test]
fn a_token_cut_short_before_its_user_pin_is_repaired() {
    let world = World::new();
    world.init_authority(&["--key", "nonsense"]).exits(2);
    assert!(
        !world.path("ca").exists(),
        "nothing is begun for a mistake in the command"
    );
    fs::create_dir_all(world.path("ca/tokens")).unwrap();
    world.write("ca/lock", "");
    let pin = "0123456789abcdef0123456789abcdef";
    world.write("ca/pin", pin);
    let tokens = world.path("ca/tokens");
    let text = format!("directories.tokendir = {}\n", tokens.display());
    let conf = world.write("ca/softhsm2.conf", text);
    let module = world.softhsm().module().to_str().unwrap();
    let arguments = ["--module", module, "--init-token", "--slot-index", "0"];
    let more = ["--label", "tokencert-ca", "--so-pin", pin];
    let mut command = world.command("pkcs11-tool", &[&arguments[..], &more].concat());
    command.env("SOFTHSM2_CONF", conf);
    run(command).succeeds();
    world.init_authority(&[]).succeeds();
    assert_eq!(
        fs::read_dir(tokens).unwrap().count(),
        1,
        "the same token was gone on with"
    );
}

/// What `kill -9` leaves of a token while SoftHSM2 makes it or writes it anew at a login.
#[derive(Clone, Copy)]
enum Left {
    /// Its file, emptied.
    Nothing,
    /// Names and flags. In SoftHSM2's file an attribute is its number, its type and its value; the
    /// flags are the last before the SO PIN's.
    NoSoPin,
}

#[test]
fn a_token_that_a_kill_destroyed_is_replaced_while_nothing_was_issued_with_its_key() {
    let planned = [Left::Nothing, Left::NoSoPin].map(|left| (left, true));
    for (left, planned) in planned.into_iter().chain([(Left::NoSoPin, false)]) {
        let world = World::with_authority();
        // The registry is made after the certificate.
        for file in fs::read_dir(world.path("ca")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            if name == "ca.pem" || name.starts_with("registry") {
                fs::remove_file(world.path("ca").join(name)).unwrap();
            }
        }
        let token = fs::read_dir(world.path("ca/tokens")).unwrap().next();
        let file = token.unwrap().unwrap().path().join("token.object");
        let mut bytes = fs::read(&file).unwrap();
        match left {
            Left::Nothing => bytes.clear(),
            Left::NoSoPin => {
                bytes.truncate(128);
                let initialized: u64 = 0x42d; // what SoftHSM2 says of a finished token
                assert_eq!(bytes[120..], initialized.to_be_bytes());
                let unfinished: u64 = 0x00c0_0425;
                bytes[120..].copy_from_slice(&unfinished.to_be_bytes());
            }
        }
        fs::write(&file, bytes).unwrap();
        if !planned {
            fs::remove_file(world.path("ca/ca.toml")).unwrap();
        }
        world.init_authority(&[]).succeeds();
        world.init_authority(&[]).succeeds().says("already in");
        let tokens = fs::read_dir(world.path("ca/tokens")).unwrap().count();
        assert_eq!(tokens, 2, "one was made, and the other left alone");
        world.csr("taro.csr", "ec", "/CN=taro", &[]);
        world.sign("taro.csr", "taro.pem").succeeds();
    }
}

#[test]
fn an_authority_killed_at_any_moment_of_its_making_is_finished_by_the_next_run() {
    let world = World::new();
    for delay in 0..12 {
        let arguments = [
            "init",
            "--dir",
            "ca",
            "--name",
            "Example CA",
            "--key",
            "ec:p256",
        ];
        let mut command = world.tokencert_ca_command(&arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay * 3));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    world.init_authority(&[]).succeeds();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    world.sign("taro.csr", "taro.pem").succeeds();
    world
        .openssl(&["verify", "-x509_strict", "-CAfile", "ca/ca.pem", "taro.pem"])
        .succeeds();
}

#[test]
fn the_key_can_be_on_a_token_that_is_there_already() {
    let world = World::with_token("hsm");
    let module = world.softhsm().module().to_str().unwrap().to_owned();
    let place = ["--module", &module, "--token", "hsm"];
    world
        .init_authority(&place)
        .exits(2)
        .complains("--pin-source");
    let wrong = world.pin_source_of("999999");
    world
        .init_authority(&[&place[..], &["--pin-source", &wrong]].concat())
        .exits(5);
    let right = world.pin_source();
    world
        .init_authority(&[&place[..], &["--pin-source", &right]].concat())
        .succeeds()
        .never_says(common::PIN);
    assert!(!world.path("ca/tokens").exists() && !world.path("ca/pin").exists());
    world.csr("taro.csr", "rsa:2048", "/CN=taro", &[]);
    world.sign("taro.csr", "taro.pem").succeeds();
    let arguments = [
        "--login",
        "--pin",
        common::PIN,
        "--list-objects",
        "--type",
        "privkey",
    ];
    world
        .pkcs11_tool(&[&["--token-label", "hsm"][..], &arguments].concat())
        .succeeds()
        .says("Example CA")
        .says("never extractable");
}
