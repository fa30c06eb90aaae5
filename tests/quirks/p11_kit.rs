//! p11-kit's proxy and its client for a module elsewhere: everybody who asks one of them for its
//! functions gets an instance with slots, sessions and logins of its own.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::common::World;

/// A file of the package `p11-kit-modules`.
fn part_of_p11_kit(name: &str) -> String {
    let tuple = format!("{}-linux-gnu", std::env::consts::ARCH);
    let folders = ["/usr/lib", "/usr/lib64"].map(PathBuf::from);
    let places = folders
        .iter()
        .flat_map(|folder| [folder.join(&tuple), folder.clone()]);
    let mut files = places.map(|folder| folder.join(name));
    let file = files.find(|file| file.is_file());
    let missing = || panic!("install the package `p11-kit-modules`");
    file.unwrap_or_else(missing).display().to_string()
}

/// An authority, and a token `desk` of this serial number.
fn world() -> (World, String) {
    let world = World::with_authority();
    let serial = world.token("desk");
    (world, serial)
}

/// Issues, signs, reads, changes a PIN, deletes, and initialises another token.
fn everything_works(world: &World, serial: &str) {
    let pin = world.pin_source();
    let run = |arguments: &[&str]| {
        let more = ["--token", "desk", "--pin-source", &pin];
        world.tokencert(&[arguments, &more].concat())
    };
    let order = ["--authority", "dir:ca", "--subject", "CN=Hanako"];
    run(&[&["issue", "--key", "rsa:2048"], &order[..]].concat()).succeeds();
    let asks = ["--subject", "CN=Hanako", "--pss", "--out", "hanako.csr"];
    run(&[&["request", "--key", "rsa:2048"], &asks[..]].concat()).succeeds();
    let verify = ["req", "-in", "hanako.csr", "-verify", "-noout"];
    world.openssl(&verify).succeeds();
    let listed = run(&["list", "--login", "--format", "json"]).json();
    let identities = listed["identities"].as_array().unwrap();
    assert_eq!(identities.len(), 2, "{listed}");

    let issued = &identities
        .iter()
        .find(|one| one["certificates"][0].is_object());
    let id = format!("id:{}", issued.unwrap()["id"].as_str().unwrap());
    run(&["delete", &id, "--what", "all", "--confirm-serial", serial]).succeeds();
    let new = world
        .private_file("new-pin", "27182818")
        .display()
        .to_string();
    let new = format!("file:{new}");
    run(&["token", "pin", "--new-pin-source", &new]).succeeds();
    run(&["list", "--login"]).exits(5);

    let so_pin = world.so_pin_source();
    let blank = [
        "--serial",
        "",
        "--label",
        "spare",
        "--so-pin-source",
        &so_pin,
    ];
    let init = [&["token", "init"], &blank[..], &["--pin-source", &pin]].concat();
    world.tokencert(&init).succeeds();
    let there = world.tokencert(&["token", "list"]).succeeds();
    there.says("desk").says("spare");
}

#[test]
fn p11_kits_proxy_is_used_through_one_list_of_functions() {
    let (world, serial) = world();
    let world = world.and_env("TOKENCERT_MODULE", part_of_p11_kit("p11-kit-proxy.so"));
    everything_works(&world, &serial);
}

/// `p11-kit server`, which ends with this value.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_module_on_the_other_side_of_p11_kits_socket_is_used_over_one_connection() {
    let (world, serial) = world();
    let socket = world.path("socket");
    let module = world.softhsm().module().display().to_string();
    let place = socket.display().to_string();
    let serve = [
        "server",
        "-f",
        "-n",
        &place,
        "--provider",
        &module,
        "pkcs11:",
    ];
    let mut serve = world.command("p11-kit", &serve);
    let serve = serve.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let _server = Server(serve.unwrap());
    let begun = Instant::now();
    while !socket.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it does not serve"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let client = part_of_p11_kit("pkcs11/p11-kit-client.so");
    let world = world
        .and_env("TOKENCERT_MODULE", client)
        .and_env("P11_KIT_SERVER_ADDRESS", format!("unix:path={place}"));
    everything_works(&world, &serial);
}
