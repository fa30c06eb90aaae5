//! `--to pc`: a token of the user's own on this computer, and no other.

use std::process::Stdio;

use crate::common::{World, badtoken};
use crate::support::{listed, with_pin};

/// A token that looks like hardware, by a module that is registered like OpenSC's.
fn with_usb_token() -> World {
    let world = World::with_token("usb").and_badtoken();
    world.control("token manufacturer SafeNet, Inc.\ntoken model eToken");
    let registered = world.home().join(".config/pkcs11/modules");
    std::fs::create_dir_all(&registered).unwrap();
    let usb = format!("module: {}\n", badtoken().display());
    std::fs::write(registered.join("usb.module"), usb).unwrap();
    std::fs::write(
        registered.join("opensc.module"),
        "module: opensc-pkcs11.so\n",
    )
    .unwrap();
    world
}

fn request<'a>(out: &'a str, pin: &'a str) -> [&'a str; 11] {
    [
        "request",
        "--to",
        "pc",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        out,
        "--pin-source",
        pin,
    ]
}

#[test]
fn softhsm2_alone_is_used_whatever_else_is_installed_and_plugged_in() {
    let world = with_usb_token().and_env("TOKENCERT_MODULE", "");
    let pin = world.pin_source();
    let made = world.tokencert(&request("x.csr", &pin)).succeeds();
    made.complains("SOFTHSM2_CONF=")
        .complains("The key is on this PC");
    let seen = with_pin(&world, &["list", "--to", "pc", "--format", "json"]);
    let seen = seen.succeeds().json();
    assert_eq!(seen["token"]["label"], "tokencert");
    assert_eq!(seen["identities"].as_array().map(Vec::len), Some(1));
    let calls = world.calls();
    assert_eq!(calls.total(), 0, "the USB token is left alone: {calls}");
}

#[test]
fn a_module_that_is_not_softhsm2_is_refused_and_its_tokens_are_left_as_they_are() {
    let world = with_usb_token();
    let pin = world.pin_source();
    let refused = world.tokencert(&request("x.csr", &pin)).exits(2);
    refused.complains("is not SoftHSM2");
    let calls = world.calls();
    assert_eq!(
        calls.of("C_InitToken") + calls.of("C_GenerateKeyPair"),
        0,
        "{calls}"
    );
}

#[test]
fn two_first_runs_at_once_make_one_token() {
    let world = World::new();
    let pin = world.pin_source();
    let runs = ["one.csr", "two.csr"].map(|out| {
        let mut command = world.tokencert_command(&request(out, &pin));
        command.stderr(Stdio::null()).spawn().unwrap()
    });
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let listing = ["token", "list", "--to", "pc", "--format", "json"];
    let seen = world.tokencert(&listing).succeeds().json();
    let tokens = seen["tokens"].as_array().unwrap();
    let made = tokens.iter().filter(|token| token["initialized"] == true);
    assert_eq!(made.count(), 1, "{seen:#}");
}

#[test]
fn before_the_first_certificate_it_is_said_that_there_is_no_token_yet() {
    let world = World::with_token("demo");
    let none = world.tokencert(&["status", "--to", "pc"]).exits(4);
    none.complains("no token on this PC yet");
    assert_eq!(listed(&world)["token"]["label"], "demo");
}
