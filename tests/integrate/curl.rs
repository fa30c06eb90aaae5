//! curl logs in to our own server with the certificate on the token.

use std::os::unix::fs::PermissionsExt as _;

use crate::bank::{Bank, CONTRACT};
use crate::common::World;
use crate::support::{commands, integrate, no_pin_at_home, type_in, world_with_keys};

#[test]
fn curl_logs_in_by_mutual_tls_with_the_key_on_the_token() {
    let bank = Bank::open();
    let holder = bank.register(None, &[]);
    let world = bank.customer();
    bank.acquire(&world, &holder).succeeds();
    let pin = world.pin_source();
    let said = integrate(&world, &["curl", "--pin-source", &pin, "--write"]);
    let ca = bank.world.path("ca/ca.pem").display().to_string();
    let own = format!("cacert = \"{ca}\"\nuser = \"{CONTRACT}:{}\"\n", holder.pin);
    let own = world.private_file("own.conf", &own).display().to_string();
    let address = format!("{}/login/{CONTRACT}", bank.url());
    let line = commands(&said)[0].replace("https://HOST/", &address);
    let line = format!("{line} --config {own} --request POST --silent --show-error --fail");
    let told = type_in(&world, &line).succeeds().json();
    assert_eq!(told["holder"], CONTRACT, "{told}");

    // The same request without the certificate is refused.
    let bare = ["--config", &own, "--request", "POST", "--silent", &address];
    let refused = crate::common::run(world.command("curl", &bare));
    assert!(!refused.stdout.contains("\"holder\""), "{refused}");
    no_pin_at_home(&world);
}

#[test]
fn a_curl_that_takes_no_key_from_a_token_is_told_of_with_what_works() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let world = with_curl(
        world,
        "curl 8.5.0 (x86_64) libcurl/8.5.0 GnuTLS/3.8.3 zlib/1.3",
    );
    world
        .tokencert(&["integrate", "curl"])
        .exits(1)
        .complains("GnuTLS/3.8.3")
        .complains("tokencert login");
}

#[test]
fn a_curl_that_knows_providers_gets_openssls_configuration_too() {
    let world = world_with_keys(&[]);
    let certificate = [
        "-days", "2", "-out", "ca.pem", "-keyout", "ca.key", "-nodes",
    ];
    let new = ["req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=CA"];
    world.openssl(&[&new[..], &certificate].concat()).succeeds();
    let pin = world.pin_source();
    let request = [
        "request",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    world
        .tokencert(&[&request[..], &["--pin-source", &pin]].concat())
        .succeeds();
    let sign = [
        "x509", "-req", "-in", "x.csr", "-out", "x.pem", "-CA", "ca.pem",
    ];
    world
        .openssl(&[&sign[..], &["-CAkey", "ca.key", "-CAcreateserial"]].concat())
        .succeeds();
    world
        .tokencert(&["import", "x.pem", "--pin-source", &pin])
        .succeeds();
    let libraries = world.path("modules");
    std::fs::create_dir(&libraries).unwrap();
    std::fs::write(libraries.join("pkcs11.so"), "").unwrap();
    let world = world.and_env("OPENSSL_MODULES", libraries.to_str().unwrap());
    let world = with_curl(
        world,
        "curl 8.14.1 (x86_64) libcurl/8.14.1 OpenSSL/3.5.7 zlib/1.3",
    );
    let said = integrate(&world, &["curl"]);
    let texts: Vec<&str> = said["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["text"].as_str().unwrap())
        .collect();
    assert!(
        texts[0].starts_with("-----BEGIN CERTIFICATE-----"),
        "{said}"
    );
    assert!(texts[1].contains("pkcs11-module-path"), "{said}");
    assert!(texts[2].contains("key-type = \"PROV\""), "{said}");
    assert!(commands(&said)[0].starts_with("OPENSSL_CONF="), "{said}");
}

/// The same world with another curl in front, which says what it is and nothing else.
fn with_curl(world: World, version: &str) -> World {
    let folder = world.path("bin");
    std::fs::create_dir(&folder).unwrap();
    let script = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo '{version}'\nexit 0\n");
    let curl = folder.join("curl");
    std::fs::write(&curl, script).unwrap();
    std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    world.and_env("PATH", path)
}
