//! `backup` and `restore`: the same authority again, and the keys only when asked for.

use std::fs;

use crate::office::{Office, now};

#[test]
fn a_backup_with_keys_is_a_whole_authority_again() {
    let office = Office::new();
    let certificate = office.acquire(&office.add("taro"), now());
    office
        .world
        .private_file("work/passphrase", "correct horse battery");
    let keys = ["--with-keys", "--passphrase-source", "file:passphrase"];
    let backup = ["backup", "--out", "ca.tar"];
    office
        .ca(&[&backup[..], &keys].concat())
        .succeeds()
        .says("encrypted");
    office.ca(&backup).exits(1).complains("ca.tar");
    let list = office.json(&["holder", "list"]);
    fs::remove_dir_all(office.world.path("ca")).unwrap();
    let restore = ["restore", "--from", "ca.tar"];
    office.world.private_file("work/passphrase", "another one");
    office.ca(&[&restore[..], &keys[1..]].concat()).exits(1);
    office
        .world
        .private_file("work/passphrase", "correct horse battery");
    let restored = office.ca(&[&restore[..], &keys[1..]].concat()).succeeds();
    assert_eq!(restored.stderr, "");
    assert_eq!(office.json(&["holder", "list"]), list);
    // The key signs again, and the number of the list has not fallen.
    let revoke = [
        "certificate",
        "revoke",
        "SH001/taro",
        "--reason",
        "lost",
        "--yes",
    ];
    office.ca(&revoke).succeeds();
    office.ca(&["crl", "--out", "ca.crl"]).succeeds();
    let text = ["crl", "-in", "ca.crl", "-inform", "DER", "-noout", "-text"];
    let text = office.world.openssl(&text).succeeds();
    text.says(&certificate.serial_number().to_uppercase());
}

#[test]
fn a_backup_without_keys_holds_none_and_says_what_is_needed_besides() {
    let office = Office::new();
    office.add("taro");
    let pin = office.world.read("ca/pin");
    office
        .ca(&["backup", "--out", "ca.tar"])
        .succeeds()
        .says("no key");
    let bytes = fs::read(office.world.path("ca.tar")).unwrap();
    let secrets = fs::read(office.world.path("ca/secrets.key")).unwrap();
    for secret in [pin.as_bytes(), &secrets] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    let to = ["restore", "--from", "ca.tar", "--dir", "other"];
    let restored = office.world.tokencert_ca(&to).succeeds();
    restored.complains("secrets.key");
    assert!(!office.world.path("other/pin").exists());
    for name in ["pin", "secrets.key", "softhsm2.conf"] {
        let to = office.world.path("other").join(name);
        fs::copy(office.world.path("ca").join(name), to).unwrap();
    }
    let list = ["holder", "list", "--dir", "other", "--format", "json"];
    let listed = office.world.tokencert_ca(&list).succeeds().json();
    assert_eq!(listed["holders"][0]["holder"], "SH001/taro");
}

#[test]
fn nothing_is_restored_over_an_authority_or_from_what_is_no_backup() {
    let office = Office::new();
    office.add("taro");
    office.ca(&["backup", "--out", "ca.tar"]).succeeds();
    let before = office.json(&["holder", "list"]);
    office.ca(&["restore", "--from", "ca.tar"]).exits(1);
    assert_eq!(office.json(&["holder", "list"]), before);
    office.world.write("letter.txt", "dear");
    let other = ["restore", "--from", "letter.txt", "--dir", "other"];
    office.world.tokencert_ca(&other).exits(1);
    let missing = ["backup", "--out", "b.tar", "--with-keys"];
    office
        .ca(&missing)
        .exits(2)
        .complains("--passphrase-source");
    assert!(!office.world.path("b.tar").exists());
}

#[test]
fn keys_that_were_left_in_the_backup_are_said_and_how_to_get_them() {
    let office = Office::new();
    office.add("taro");
    office
        .world
        .private_file("work/passphrase", "correct horse battery");
    let keys_given = ["--passphrase-source", "file:passphrase"];
    let backup = ["backup", "--out", "ca.tar", "--with-keys"];
    office.ca(&[&backup[..], &keys_given].concat()).succeeds();
    let to = ["restore", "--from", "ca.tar", "--dir", "other"];
    let said = office.world.tokencert_ca(&to).succeeds();
    said.complains("the backup holds keys")
        .complains("--passphrase-source")
        .complains("remove other");
    let japanese = ["--lang", "ja"];
    let to_third = ["restore", "--from", "ca.tar", "--dir", "third"];
    let said = office
        .world
        .tokencert_ca(&[&to_third[..], &japanese].concat());
    said.succeeds()
        .complains("バックアップには鍵が含まれています");

    // As it is said.
    fs::remove_dir_all(office.world.path("other")).unwrap();
    let again = office.world.tokencert_ca(&[&to[..], &keys_given].concat());
    assert_eq!(again.succeeds().stderr, "");
    let keys = |folder: &str, more: &[&str]| {
        let to = [
            "restore", "--from", "ca.tar", "--dir", folder, "--format", "json",
        ];
        let restored = office.world.tokencert_ca(&[&to[..], more].concat());
        restored.succeeds().json()["keys"].clone()
    };
    assert_eq!(keys("fourth", &[]), "left");
    assert_eq!(keys("fifth", &keys_given), "restored");
    for name in ["pin", "secrets.key"] {
        assert!(office.world.path("other").join(name).exists(), "{name}");
    }
}
