//! `tokencert list`, `show`, `export` and `delete`.

use serde_json::Value;

use crate::common::{self, World};
use crate::support::{length, listed, sign, with_pin, world_with_leaf};

#[test]
fn the_json_of_list_has_its_documented_shape() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem", "ca.pem"]).succeeds();
    let seen = listed(&world);
    assert_eq!(
        (&seen["version"], &seen["logged_in"]),
        (&1.into(), &true.into())
    );
    assert_eq!(seen["token"]["label"], "demo");
    for name in ["serial", "manufacturer", "model"] {
        assert!(seen["token"][name].is_string(), "{name}");
    }
    assert!(
        seen["token"]["flags"]
            .as_array()
            .unwrap()
            .contains(&"CKF_LOGIN_REQUIRED".into())
    );
    assert_eq!(
        (length(&seen["identities"]), length(&seen["certificates"])),
        (1, 1)
    );
    assert_eq!(length(&seen["other_objects"]), 0);
    let identity = &seen["identities"][0];
    assert_eq!(identity["label"], "山田 太郎");
    assert_eq!(identity["id"].as_str().map(str::len), Some(32));
    let key = &identity["private_key"];
    assert_eq!(
        (&key["algorithm"], &key["bits"]),
        (&"ec".into(), &256.into())
    );
    assert_eq!(key["curve"], "p256");
    for (flag, value) in [
        ("sensitive", true),
        ("extractable", false),
        ("always_sensitive", true),
        ("never_extractable", true),
        ("local", true),
    ] {
        assert_eq!(key[flag], value, "{flag}");
    }
    let certificate = &identity["certificates"][0];
    assert_eq!(certificate["subject"], "CN=山田 太郎,O=例");
    assert_eq!(certificate["issuer"], "O=Example,CN=Test CA");
    assert_eq!(certificate["matches_key"], true);
    assert_eq!(certificate["sha256"].as_str().map(str::len), Some(64));
    let serial = world
        .openssl(&["x509", "-in", "leaf.pem", "-noout", "-serial"])
        .stdout;
    let serial = serial.trim().trim_start_matches("serial=").to_lowercase();
    assert_eq!(certificate["serial_number"], serial.as_str());
    for time in ["not_before", "not_after"] {
        let text = certificate[time].as_str().unwrap();
        assert!(
            text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
            "{text}"
        );
    }
    let unseen = world
        .tokencert(&["list", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(unseen["logged_in"], false);
    assert!(unseen["identities"][0]["private_key"].is_null());
    assert_eq!(length(&unseen["identities"][0]["certificates"]), 1);
}

#[test]
fn objects_of_other_tools_are_listed_truthfully() {
    let world = World::with_token("demo");
    let login = ["--login", "--pin", common::PIN];
    let tool = |arguments: &[&str]| {
        world
            .pkcs11_tool(&[&login[..], arguments].concat())
            .succeeds();
    };
    let pair = ["--keypairgen", "--key-type", "EC:prime256v1"];
    tool(&[&pair[..], &["--id", "01", "--label", "no public key"]].concat());
    tool(&["--delete-object", "--type", "pubkey", "--id", "01"]);
    tool(&[&pair[..], &["--label", "no id"]].concat());
    tool(&[&pair[..], &["--id", "03", "--label", "twin"]].concat());
    tool(&[&pair[..], &["--id", "03", "--label", "twin"]].concat());
    tool(
        &[
            &pair[..],
            &["--id", "04", "--label", "can leave", "--extractable"],
        ]
        .concat(),
    );
    world.write("note", "a note");
    tool(&[
        "--write-object",
        "note",
        "--type",
        "data",
        "--label",
        "a note",
    ]);

    let seen = listed(&world);
    let identities = seen["identities"].as_array().unwrap();
    let labelled = |label: &str| -> Vec<&Value> {
        identities
            .iter()
            .filter(|one| one["label"] == label)
            .collect()
    };
    let lone = labelled("no public key");
    assert!(lone[0]["public_key"].is_null() && lone[0]["private_key"].is_object());
    let extractable = labelled("can leave");
    assert_eq!(extractable[0]["private_key"]["extractable"], true);
    assert_eq!(extractable[0]["private_key"]["never_extractable"], false);
    assert!(labelled("no id")[0]["id"].is_null());
    assert_eq!(labelled("twin").len(), 2, "{seen:#}");
    assert_eq!(length(&seen["other_objects"]), 1);

    with_pin(&world, &["list"])
        .succeeds()
        .says("CAN LEAVE THE TOKEN");
    let twins = with_pin(&world, &["show", "twin"]).exits(1);
    twins.complains("matches several");
    with_pin(&world, &["show", "id:01"])
        .succeeds()
        .says("no public key");
    with_pin(&world, &["show", "label:01"])
        .exits(1)
        .complains("nothing that matches");
}

#[test]
fn certificates_chains_and_public_keys_are_exported_as_other_tools_read_them() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem", "ca.pem"]).succeeds();
    world
        .tokencert(&["export", "山田 太郎", "--out", "out.pem"])
        .succeeds();
    world
        .openssl(&["verify", "-CAfile", "ca.pem", "out.pem"])
        .succeeds();
    world
        .tokencert(&["export", "山田 太郎", "--out", "out.pem"])
        .exits(1)
        .complains("--force");
    world
        .tokencert(&["export", "山田 太郎", "--out", "out.pem", "--force"])
        .succeeds();
    let chain = world
        .tokencert(&["export", "山田 太郎", "--chain"])
        .succeeds();
    assert_eq!(chain.stdout.matches("BEGIN CERTIFICATE").count(), 2);
    let key = world
        .tokencert(&["export", "山田 太郎", "--public-key"])
        .succeeds();
    let of_certificate = world.openssl(&["x509", "-in", "leaf.pem", "-noout", "-pubkey"]);
    assert_eq!(key.stdout, of_certificate.stdout);
    let ssh = world
        .tokencert(&["export", "山田 太郎", "--ssh"])
        .succeeds();
    assert!(ssh.stdout.starts_with("ecdsa-sha2-nistp256 AAAA"), "{ssh}");
    world
        .tokencert(&["export", "山田 太郎", "--ssh", "--chain"])
        .exits(2);
}

#[test]
fn a_certificate_is_selected_by_its_digest() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem", "ca.pem"]).succeeds();
    let seen = listed(&world);
    let ca = seen["certificates"][0]["sha256"].as_str().unwrap();
    let shown = world
        .tokencert(&["show", &format!("sha256:{ca}"), "--format", "json"])
        .succeeds();
    assert_eq!(
        shown.json()["certificate"]["subject"],
        "O=Example,CN=Test CA"
    );
    world.tokencert(&["show", "sha256:abc"]).exits(2);
    world
        .tokencert(&["show", &format!("sha256:{}", "0".repeat(64))])
        .exits(1);
}

#[test]
fn show_measures_the_key_and_calls_a_software_token_one() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let shown = with_pin(&world, &["show", "山田 太郎"]).succeeds();
    for said in [
        "CKR_ATTRIBUTE_SENSITIVE",
        "made on this token by this program",
        "software token",
    ] {
        assert!(shown.stdout.contains(said), "{said}\n{shown}");
    }
    // Another computer did not see the key being made.
    let elsewhere = with_pin(
        &world.second_pc(),
        &["show", "山田 太郎", "--format", "json"],
    );
    assert_eq!(
        elsewhere.succeeds().json()["provenance"]["birth_witnessed"],
        false
    );
}

#[test]
fn deleting_needs_the_serial_number_and_takes_only_what_was_named() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem", "ca.pem"]).succeeds();
    let before = listed(&world);
    let serial = before["token"]["serial"].as_str().unwrap();
    let delete = |what: &str, serial: &str| {
        with_pin(
            &world,
            &[
                "delete",
                "山田 太郎",
                "--what",
                what,
                "--confirm-serial",
                serial,
            ],
        )
    };
    with_pin(&world, &["delete", "山田 太郎", "--what", "all"]).exits(2);
    delete("all", "0000").exits(2).complains("--confirm-serial");
    delete("everything", serial).exits(2);
    assert_eq!(listed(&world), before);

    delete("certificate", serial).succeeds();
    let seen = listed(&world);
    assert_eq!(length(&seen["identities"][0]["certificates"]), 0);
    assert!(seen["identities"][0]["private_key"].is_object());
    delete("certificate", serial).exits(1);
    delete("key", serial).succeeds();
    let seen = listed(&world);
    assert_eq!(
        (length(&seen["identities"]), length(&seen["certificates"])),
        (0, 1)
    );
}

#[test]
fn a_key_that_other_certificates_need_is_not_deleted_with_one_of_them() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let old = listed(&world)["identities"][0]["certificates"][0]["sha256"].clone();
    sign(&world, "leaf", "400");
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let before = listed(&world);
    let certificates = before["identities"][0]["certificates"].as_array().unwrap();
    let new = certificates.iter().find(|one| one["sha256"] != old);
    let [old, new] = [&old, &new.unwrap()["sha256"]]
        .map(|digest| format!("sha256:{}", digest.as_str().unwrap()));
    let serial = before["token"]["serial"].as_str().unwrap();
    let delete = |which: &str, what: &str| {
        let line = ["delete", which, "--what", what, "--confirm-serial", serial];
        with_pin(&world, &line)
    };
    for what in ["all", "key"] {
        delete(&old, what).exits(1).complains(&new);
    }
    assert_eq!(listed(&world), before);
    delete(&old, "certificate").succeeds();
    delete(&new, "all").succeeds();
    assert_eq!(length(&listed(&world)["identities"]), 0);
}

#[test]
fn nothing_is_left_in_the_state_folder_but_records_and_locks() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let state = world.home().join(".local/state/tokencert");
    let holds_files = |name: &str| std::fs::read_dir(state.join(name)).unwrap().count() > 0;
    let folders = std::fs::read_dir(&state).unwrap();
    let mut full: Vec<String> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| holds_files(name))
        .collect();
    full.sort();
    assert_eq!(full, ["locks", "provenance"]);
}
