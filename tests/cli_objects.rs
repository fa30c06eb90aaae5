//! What is on a token: requests, imports, listing, showing, exporting, deleting.

mod common;

use std::path::Path;

use common::{Outcome, World};
use serde_json::Value;

/// A CA of openssl's in the work folder, as `ca.pem` and `ca.key`.
fn with_openssl_ca(world: &World) {
    let subject = ["-subj", "/CN=Test CA/O=Example", "-days", "3650"];
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let files = ["-keyout", "ca.key", "-out", "ca.pem"];
    world
        .openssl(&[&["req", "-x509"][..], &subject, &key, &files].concat())
        .succeeds();
}

/// Has openssl's CA sign `NAME.csr` into `NAME.pem`.
fn sign(world: &World, name: &str, days: &str) {
    world.write(
        "leaf.cnf",
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n",
    );
    let (csr, pem) = (format!("{name}.csr"), format!("{name}.pem"));
    let ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    let files = [
        "-in", &csr, "-out", &pem, "-days", days, "-extfile", "leaf.cnf",
    ];
    world
        .openssl(&[&["x509", "-req"][..], &ca, &files].concat())
        .succeeds();
}

fn request(world: &World, key: &str, subject: &str, out: &str) -> Outcome {
    let pin = world.pin_source();
    world.tokencert(&[
        "request",
        "--key",
        key,
        "--subject",
        subject,
        "--out",
        out,
        "--pin-source",
        &pin,
    ])
}

/// A token with a key whose certificate is in `leaf.pem`, and the CA's in `ca.pem`.
fn world_with_leaf() -> World {
    let world = World::with_token("demo");
    with_openssl_ca(&world);
    request(&world, "ec:p256", "CN=山田 太郎,O=例", "leaf.csr").succeeds();
    sign(&world, "leaf", "365");
    world
}

fn with_pin(world: &World, arguments: &[&str]) -> Outcome {
    world.tokencert(&[arguments, &["--pin-source", &world.pin_source()]].concat())
}

fn listed(world: &World) -> Value {
    with_pin(world, &["list", "--format", "json"])
        .succeeds()
        .json()
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(usize::MAX, Vec::len)
}

#[test]
fn openssl_verifies_requests_of_every_kind_of_key() {
    let world = World::with_token("demo");
    for key in ["rsa:2048", "ec:p256", "ec:p384", "ec:p521"] {
        let out = format!("{}.csr", key.replace(':', "-"));
        request(&world, key, "CN=山田 太郎,O=株式会社 例,C=JP", &out).succeeds();
        let text = world
            .openssl(&["req", "-in", &out, "-verify", "-noout"])
            .succeeds();
        text.complains("verify OK");
    }
    let pin = world.pin_source();
    let pss = [
        "request",
        "--key",
        "rsa:2048",
        "--pss",
        "--subject",
        "CN=pss",
        "--out",
        "-",
    ];
    let names = [
        "--san",
        "dns:www.example.jp",
        "--san",
        "email:taro@example.jp",
        "--san",
        "ip:192.0.2.1",
        "--san",
        "uri:https://example.jp/",
        "--san",
        "upn:taro@example.jp",
    ];
    let made = world
        .tokencert(&[&pss[..], &names, &["--pin-source", &pin]].concat())
        .succeeds();
    world.write("pss.csr", &made.stdout);
    let text = world
        .openssl(&["req", "-in", "pss.csr", "-verify", "-noout", "-text"])
        .succeeds();
    for said in [
        "rsassaPss",
        "DNS:www.example.jp",
        "IP Address:192.0.2.1",
        "TLS Web Client",
    ] {
        assert!(text.stdout.contains(said), "{said}\n{text}");
    }
    world
        .tokencert(&[
            "request",
            "--key",
            "ec:p256",
            "--pss",
            "--subject",
            "CN=x",
            "--out",
            "x",
        ])
        .exits(1)
        .complains("--pss");
}

#[test]
fn nothing_is_generated_if_the_file_cannot_be_written() {
    let world = World::with_token("demo").and_counted();
    world.write("there.csr", "mine");
    request(&world, "rsa:2048", "CN=x", "there.csr")
        .exits(1)
        .complains("--force");
    request(&world, "rsa:2048", "CN=x", "no/folder/x.csr").exits(1);
    request(&world, "rsa:2048", "CN=x,CN=", "x.csr").exits(2);
    assert_eq!(world.calls().of("C_GenerateKeyPair"), 0);
    assert_eq!(world.read("there.csr"), "mine");
}

#[test]
fn a_request_for_a_key_that_is_there_makes_no_other() {
    let world = World::with_token("demo");
    request(&world, "ec:p256", "CN=first", "first.csr").succeeds();
    let id = listed(&world)["identities"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let again = [
        "request",
        "--existing",
        &id,
        "--subject",
        "CN=second",
        "--out",
        "second.csr",
    ];
    with_pin(&world, &again).succeeds();
    let key = |csr: &str| {
        world
            .openssl(&["req", "-in", csr, "-noout", "-pubkey"])
            .stdout
    };
    assert_eq!(key("first.csr"), key("second.csr"));
    assert_eq!(length(&listed(&world)["identities"]), 1);
    let missing = [
        "request",
        "--existing",
        "00ff",
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    with_pin(&world, &missing).exits(1).complains("00ff");
    let taken = [
        "request",
        "--key",
        "ec:p256",
        "--id",
        &id,
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    with_pin(&world, &taken).exits(1).complains("already holds");
}

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
fn a_chain_is_stored_with_its_leaf_beside_the_key_and_twice_is_once() {
    let world = world_with_leaf();
    let chain = world.read("ca.pem") + &world.read("leaf.pem");
    world.write("chain.pem", chain);
    let stored = with_pin(&world, &["import", "chain.pem"]).succeeds();
    stored
        .complains("Stored beside its key: CN=山田 太郎")
        .complains("Stored: O=Example,CN=Test CA");
    let before = listed(&world);
    with_pin(&world, &["import", "chain.pem"])
        .succeeds()
        .complains("Already there");
    assert_eq!(listed(&world), before);

    world.openssl(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "chain.pem",
        "-out",
        "chain.p7b",
    ]);
    with_pin(&world, &["import", "chain.p7b"])
        .succeeds()
        .complains("Already there");
    world.openssl(&[
        "x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der",
    ]);
    with_pin(&world, &["import", "leaf.der"]).succeeds();
    assert_eq!(listed(&world), before);

    let tool = world
        .pkcs11_tool(&["--list-objects", "--type", "cert"])
        .succeeds();
    assert_eq!(
        tool.stdout.matches("Certificate Object").count(),
        2,
        "{tool}"
    );
}

#[test]
fn what_cannot_be_imported_is_refused_in_one_line_and_changes_nothing() {
    let world = world_with_leaf();
    let before = listed(&world);
    let text = world.read("leaf.pem");
    world.write(
        "garbage.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    world.write("truncated.pem", &text[..text.len() / 2]);
    world.write("empty.pem", "");
    world.write("noise.der", [0x30, 0x82, 0xff, 0xff, 0x02, 0x01]);
    world.write("oversized.pem", vec![b' '; 1024 * 1024 + 1]);
    let p12 = [
        "pkcs12", "-export", "-in", "ca.pem", "-inkey", "ca.key", "-passout", "pass:x",
    ];
    world
        .openssl(&[&p12[..], &["-out", "key.p12"]].concat())
        .succeeds();
    for (file, said) in [
        ("garbage.pem", "garbage.pem"),
        ("truncated.pem", "truncated.pem"),
        ("empty.pem", "empty.pem"),
        ("noise.der", "noise.der"),
        ("oversized.pem", "1048576"),
        ("leaf.csr", "certificate request"),
        ("ca.key", "private key"),
        ("key.p12", "--to usb"),
        ("missing.pem", "missing.pem"),
    ] {
        let refused = with_pin(&world, &["import", file]).exits(1);
        let lines: Vec<&str> = refused.stderr.lines().collect();
        assert!(
            lines.len() == 2 && lines[0].starts_with("error: "),
            "{refused}"
        );
        refused.complains(said);
    }
    assert_eq!(listed(&world), before);
}

#[test]
fn a_strangers_certificate_is_refused_unless_it_is_wanted() {
    let world = world_with_leaf();
    let before = listed(&world);
    let refused = with_pin(&world, &["import", "ca.pem"]).exits(1);
    refused
        .complains("belongs to none of the 1 private keys")
        .complains("--allow-orphan");
    let japanese = with_pin(&world, &["import", "ca.pem", "--lang", "ja"]).exits(1);
    japanese.complains("どれのものでもありません");
    assert_eq!(listed(&world), before);
    with_pin(&world, &["import", "ca.pem", "--allow-orphan"]).succeeds();
    assert_eq!(length(&listed(&world)["certificates"]), 1);
}

#[test]
fn a_certificate_with_invalid_dates_is_refused_unless_it_is_wanted() {
    let world = world_with_leaf();
    let at = |date: &str, arguments: &[&str]| {
        let program = world
            .tokencert_command::<&str>(&[])
            .get_program()
            .to_owned();
        let program = program.to_str().unwrap().to_owned();
        let pin = world.pin_source();
        let line = [&[date, &program][..], arguments, &["--pin-source", &pin]].concat();
        common::run(world.command("faketime", &line))
    };
    at("2020-01-01", &["import", "leaf.pem"])
        .exits(1)
        .complains("is valid from");
    at("2040-01-01", &["import", "leaf.pem"])
        .exits(1)
        .complains("expired at");
    assert_eq!(length(&listed(&world)["identities"][0]["certificates"]), 0);
    at(
        "2040-01-01",
        &["import", "leaf.pem", "--allow-invalid-dates"],
    )
    .succeeds();
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
fn twenty_keys_with_certificates_are_listed_in_eighty_calls_and_one_login() {
    let world = World::with_token("demo");
    with_openssl_ca(&world);
    for at in 0..20 {
        let name = format!("k{at}");
        request(
            &world,
            "ec:p256",
            &format!("CN={name}"),
            &format!("{name}.csr"),
        )
        .succeeds();
        sign(&world, &name, "30");
    }
    let files: Vec<String> = (0..20).map(|at| format!("k{at}.pem")).collect();
    let import: Vec<&str> = [
        &["import"][..],
        &files.iter().map(String::as_str).collect::<Vec<_>>(),
    ]
    .concat();
    with_pin(&world, &import).succeeds();
    let counted = world.and_counted();
    assert_eq!(length(&listed(&counted)["identities"]), 20);
    let calls = counted.calls();
    assert!(calls.total() <= 80 && calls.of("C_Login") == 1, "{calls}");
}

#[test]
fn nothing_is_left_behind_in_the_state_folder_but_records_and_locks() {
    let world = world_with_leaf();
    with_pin(&world, &["import", "leaf.pem"]).succeeds();
    let state = world.home().join(".local/state/tokencert");
    let mut names: Vec<String> = std::fs::read_dir(&state)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["locks", "provenance"], "{}", Path::display(&state));
}
