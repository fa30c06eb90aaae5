//! NSS's own database for real: a second maker's module, with habits of its own.

use std::path::PathBuf;

use crate::common::{Outcome, PIN, World, run};
use crate::renewing::{AGO, old_authority, tokencert_at};

const TOKEN: &str = "NSS Certificate DB";

/// A database with a password, and an authority that was founded a while ago.
fn world() -> World {
    let world = World::new();
    let database = world.path("nss");
    std::fs::create_dir(&database).unwrap();
    let pin = world.private_file("pin", PIN);
    let place = format!("sql:{}", database.display());
    let made = ["-N", "-d", &place, "-f", pin.to_str().unwrap()];
    run(world.command("certutil", &made)).succeeds();
    let folder = world.home().join(".config/tokencert");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!("configdir='{place}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=");
    let config = format!("module-init = \"{text}\"\ntoken = \"{TOKEN}\"\n");
    std::fs::write(folder.join("config.toml"), config).unwrap();
    old_authority(&world);
    let tuple = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let files = [tuple.as_str(), "/usr/lib64", "/usr/lib"].map(PathBuf::from);
    let mut files = files.iter().map(|folder| folder.join("libsoftokn3.so"));
    let module = files.find(|file| file.is_file());
    let module = module.unwrap_or_else(|| panic!("install the package `libnss3`"));
    world.and_env("TOKENCERT_MODULE", module.display().to_string())
}

/// The IDs of the keys that have a certificate.
fn identities(world: &World, pin: &str) -> Vec<String> {
    let listed = ["list", "--login", "--pin-source", pin, "--format", "json"];
    let listed = world.tokencert(&listed).succeeds().json();
    let identities = listed["identities"].as_array().unwrap();
    let complete = |one: &&serde_json::Value| {
        one["private_key"]["extractable"] == false && one["certificates"][0].is_object()
    };
    let complete: Vec<_> = identities.iter().filter(complete).collect();
    assert_eq!(complete.len(), identities.len(), "{listed}");
    let ids = complete.iter().map(|one| one["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[test]
fn a_certificate_lives_its_whole_life_in_the_database_of_nss() {
    let world = world();
    let pin = world.pin_source();
    let issue = |subject: &str, key: &str| -> Outcome {
        let order = ["issue", "--authority", "dir:ca", "--subject", subject];
        let more = ["--key", key, "--pin-source", &pin, "--another"];
        tokencert_at(&world, AGO, &[&order[..], &more].concat())
    };
    let told = issue("CN=Hanako", "ec:p256").succeeds();
    told.complains("lets every key be wrapped");
    issue("CN=Taro", "rsa:2048").succeeds();
    assert_eq!(identities(&world, &pin).len(), 2);

    let wrong = world.pin_source_of("31415926");
    world
        .tokencert(&["list", "--login", "--pin-source", &wrong])
        .exits(5);
    let new = world.private_file("new-pin", "27182818");
    let new = format!("file:{}", new.display());
    let change = ["token", "pin", "--pin-source", &pin];
    let change = [&change[..], &["--new-pin-source", &new]].concat();
    world.tokencert(&change).succeeds();

    let old = identities(&world, &new);
    let named = format!("id:{}", old[0]);
    let renew = [
        "renew",
        &named,
        "--authority",
        "dir:ca",
        "--pin-source",
        &new,
    ];
    let renewed = world.tokencert(&renew).succeeds();
    assert_eq!(identities(&world, &new).len(), 3, "{renewed}");
    let retire = ["renew", &named, "--retire", "--authority", "dir:ca"];
    let retire = [&retire[..], &["--pin-source", &new]].concat();
    world.tokencert(&retire).succeeds();
    let kept = identities(&world, &new);
    assert_eq!(kept.len(), 2);
    assert!(!kept.contains(&old[0]), "{kept:?} {old:?}");

    for id in &kept {
        let id = format!("id:{id}");
        let delete = ["delete", &id, "--what", "all", "--pin-source", &new];
        let serial = ["--confirm-serial", "0000000000000000"];
        world.tokencert(&[&delete[..], &serial].concat()).succeeds();
    }
    assert_eq!(identities(&world, &new), [""; 0]);
}
