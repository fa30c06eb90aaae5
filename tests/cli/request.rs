//! `tokencert request`.

use crate::common::World;
use crate::support::{length, listed, request, with_pin};

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
        .exits(2)
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
