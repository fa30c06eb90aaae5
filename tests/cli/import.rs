//! `tokencert import`: key-bound, idempotent, and changing nothing when it refuses.

use crate::common::{clock, run};
use crate::support::{length, listed, with_pin, world_with_leaf};

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
        ("key.p12", "born on the token"),
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
        let pin = world.pin_source();
        let line = [arguments, &["--pin-source", &pin]].concat();
        let time = format!("{date} 00:00:00");
        run(clock::at(world.tokencert_command(&line), &time))
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
