//! Tokens that hold one certificate per key: the older one goes, and that is told.

use serde_json::Value;

use crate::common::World;
use crate::support::{SUBJECT, listed, sign, with_openssl_ca, with_pin, world_with_leaf};

/// A token that refuses a second certificate with an ID.
const ONE_PER_KEY: &str = "refuse-second-certificate CKR_GENERAL_ERROR";

fn is_copy(world: &World, replaced: &Value, old: &str) {
    let copy = std::fs::read_to_string(replaced["file"].as_str().unwrap()).unwrap();
    let der = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(der(&copy), der(&world.read(old)));
}

#[test]
fn import_names_the_certificate_that_had_to_go_and_where_its_copy_is() {
    let world = world_with_leaf().and_badtoken();
    world.control(ONE_PER_KEY);
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let old = listed(&world)["identities"][0]["certificates"][0]["serial_number"].clone();
    let serial = old.as_str().unwrap();
    std::fs::rename(world.path("leaf.pem"), world.path("old.pem")).unwrap();
    sign(&world, "leaf", "365");
    let imported = with_pin(&world, &["import", "leaf.pem", "--format", "json"]).succeeds();
    let replaced = &imported.json()["imported"][0]["replaced"][0];
    assert_eq!(replaced["serial_number"], old);
    is_copy(&world, replaced, "old.pem");
    imported.complains("is off it").complains(serial);
}

#[test]
fn issue_names_it_too() {
    let world = World::with_token("demo").and_badtoken();
    world.control(ONE_PER_KEY);
    with_openssl_ca(&world);
    let folder = world.path("requests");
    std::fs::create_dir(&folder).unwrap();
    let authority = format!("files:{}", folder.display());
    let order = ["issue", "--authority", &authority, "--format", "json"];
    let issue = |more: &[&str]| with_pin(&world, &[&order[..], more].concat());
    let answer = |name: &str| {
        let csr = std::fs::read_dir(&folder).unwrap().find_map(|file| {
            let path = file.unwrap().path();
            path.to_str().unwrap().ends_with(".csr.pem").then_some(path)
        });
        std::fs::rename(csr.unwrap(), world.path(format!("{name}.csr"))).unwrap();
        sign(&world, name, "90");
        std::fs::remove_file(folder.join("answer.pem")).ok();
        std::fs::copy(world.path(format!("{name}.pem")), folder.join("answer.pem")).unwrap();
    };
    let first = ["--subject", SUBJECT, "--key", "ec:p256"];
    let pending = issue(&first).exits(8).json();
    assert!(pending["replaced"].is_null() && pending["resumed"].is_null());
    answer("old");
    let issued = issue(&first).succeeds().json();
    assert_eq!(issued["resumed"], true);
    assert_eq!(issued["subject_differs"], false);
    assert_eq!(issued["replaced"].as_array().map(Vec::len), Some(0));
    std::fs::remove_file(folder.join("answer.pem")).unwrap();

    let id = issued["key_id"].as_str().unwrap();
    let again = ["--subject", SUBJECT, "--existing", id, "--another"];
    issue(&again).exits(8);
    answer("new");
    let issued = issue(&again).succeeds().complains("is off it").json();
    is_copy(&world, &issued["replaced"][0], "old.pem");
}
