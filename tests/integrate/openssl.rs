//! OpenSSL signs with the key on the token.

use std::fs;

use crate::common::{Outcome, PIN, Terminal, World};
use crate::support::{commands, integrate, no_pin_at_home, type_in, typed, world_with_keys};

/// What `integrate openssl` says about a key whose PIN is in a file.
fn integrated(world: &World, selector: &str, more: &[&str]) -> serde_json::Value {
    let pin = world.pin_source();
    let arguments = ["openssl", selector, "--pin-source", &pin];
    integrate(world, &[&arguments[..], more].concat())
}

fn verified(world: &World, line: &str) -> Outcome {
    type_in(world, line).succeeds().says("Verified OK")
}

#[test]
fn openssl_signs_with_rsa_and_with_ec_keys_and_the_public_key_verifies_it() {
    let world = world_with_keys(&[("my key", "rsa:2048"), ("ec", "ec:p256")]);
    world.write("FILE", "a contract");
    for selector in ["my key", "ec"] {
        let said = integrated(&world, selector, &["--write", "--with", "engine"]);
        let lines = commands(&said);
        assert!(!lines[0].contains(PIN), "{said}");
        for line in &lines[..2] {
            type_in(&world, line).succeeds();
        }
        verified(&world, &lines[2]);
        // The signature is of this file and of no other.
        world.write("FILE", "another contract");
        let other = type_in(&world, &lines[2]).exits(1);
        assert!(!other.stdout.contains("OK"), "{other}");
        world.write("FILE", "a contract");
        fs::remove_file(world.path("key.pem")).unwrap();
    }
    no_pin_at_home(&world);
}

#[test]
fn without_a_file_for_the_pin_openssl_asks_for_it() {
    let world = world_with_keys(&[("my key", "rsa:2048")]);
    world.write("FILE", "a contract");
    let said = integrate(&world, &["openssl", "--write", "--with", "engine"]);
    let lines = commands(&said);
    assert!(!lines[0].contains("pin-source"), "{said}");
    let mut terminal = Terminal::start(typed(&world, &lines[0]));
    terminal.shows("PIN");
    terminal.types(PIN);
    let (_, status) = terminal.ends();
    assert_eq!(status, 0);
    type_in(&world, &lines[1]).succeeds();
    verified(&world, &lines[2]);
}

#[test]
fn the_configuration_keeps_what_the_systems_own_says() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let system = "openssl_conf = start # here\n[start]\nproviders = ours\n[ours]\ndefault = usual\n\
                  legacy = old\n[usual]\n[old]\nactivate = 1\n";
    let system = world.write("system.cnf", system);
    let libraries = world.path("modules");
    fs::create_dir(&libraries).unwrap();
    fs::write(libraries.join("pkcs11.so"), "").unwrap();
    let world = world
        .and_env("OPENSSL_CONF", system.to_str().unwrap())
        .and_env("OPENSSL_MODULES", libraries.to_str().unwrap());
    // Where both are installed, the provider is the one that has a future.
    let said = integrated(&world, "my key", &[]);
    let text = said["changes"][0]["text"].as_str().unwrap();
    let include = format!(".include \"{}\"", system.display());
    for line in [
        "openssl_conf = start",
        &include,
        "[start]\nproviders = ours",
        "[ours]\ndefault = usual\npkcs11 = tokencert_pkcs11",
        "[usual]\nactivate = 1",
        "pkcs11-module-quirks = no-deinit",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let lines = commands(&said);
    assert!(!lines[0].contains("-engine"), "{said}");
    let engine = integrated(&world, "my key", &["--with", "engine"]);
    let text = engine["changes"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("[start]\nengines = tokencert_engines"),
        "{text}"
    );
    assert!(!text.contains("pkcs11-module-path"), "{text}");
}

#[test]
fn what_is_not_installed_is_named_with_its_package() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let nothing = world.path("nothing");
    fs::create_dir(&nothing).unwrap();
    let nothing = nothing.to_str().unwrap();
    let world = world
        .and_env("OPENSSL_MODULES", nothing)
        .and_env("OPENSSL_ENGINES", nothing);
    let missing = world.tokencert(&["integrate", "openssl"]).exits(1);
    missing
        .complains("neither a provider nor an engine")
        .complains("libengine-pkcs11-openssl");
    let japanese = ["integrate", "openssl", "--with", "provider", "--lang", "ja"];
    world
        .tokencert(&japanese)
        .exits(1)
        .complains("プロバイダー");
    let bare = world_with_keys(&[("my key", "ec:p256")]).and_env("PATH", nothing);
    bare.tokencert(&["integrate", "openssl"])
        .exits(1)
        .complains("`openssl` is not installed");
}
