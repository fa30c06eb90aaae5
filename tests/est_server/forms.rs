//! What answers look like, byte by byte: the form that every known client understands.

use tokencert::ca::Actor;
use tokencert::certificate::read_certificates;
use tokencert::est::{CsrAttributes, body};
use tokencert::profile::{Profile, SecondFactor};

use crate::common::World;
use crate::support::{now, only_certificate, random};
use crate::wire::{Reply, Wire};

const CERTS_ONLY: &str = "application/pkcs7-mime; smime-type=certs-only";

/// The names of the header lines, in their order.
fn names(reply: &Reply) -> Vec<&str> {
    let lines = reply.head.split("\r\n").skip(1);
    lines.map(|line| line.split(':').next().unwrap()).collect()
}

#[test]
fn a_message_has_its_length_its_type_and_names_in_title_case() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    for path in [
        "/.well-known/est/cacerts",
        "/.well-known/est/any-label/cacerts",
    ] {
        let reply = wire.get(path);
        assert!(
            reply.head.starts_with("HTTP/1.1 200 OK\r\n"),
            "{}",
            reply.head
        );
        assert_eq!(reply.header("Content-Type"), Some(CERTS_ONLY));
        assert_eq!(reply.header("Content-Transfer-Encoding"), Some("base64"));
        assert_eq!(reply.header("Server"), Some("tokencert"));
        assert_eq!(
            reply.header("Content-Length"),
            Some(&*reply.body.len().to_string())
        );
        assert_eq!(reply.header("Transfer-Encoding"), None);
        assert!(reply.header("Date").unwrap().ends_with(" GMT"));
        for name in names(&reply) {
            let words = name.split('-');
            let titled = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(words.clone().all(titled), "{name}");
        }
        let text = reply.text();
        assert!(
            text.len() <= 1001,
            "a P-256 certificate fits a line that libest reads"
        );
        assert_eq!(
            text.find('\n'),
            Some(text.len() - 1),
            "one line, and its end"
        );
        assert_eq!(
            only_certificate(&reply.body).fingerprint(),
            served.fingerprint
        );
    }
}

#[test]
fn a_large_answer_is_wrapped_at_64_columns_with_bare_line_ends() {
    let world = World::new();
    world.init_authority(&["--key", "rsa:4096"]).succeeds();
    let served = world.serve(&[]);
    let reply = Wire::new(&world, &served).get("/.well-known/est/cacerts");
    let text = reply.text();
    assert!(text.ends_with('\n') && !text.contains('\r'));
    let lines: Vec<&str> = text.lines().collect();
    let (last, whole) = lines.split_last().unwrap();
    assert!(whole.len() > 15 && whole.iter().all(|line| line.len() == 64));
    assert!((1..=64).contains(&last.len()));
    only_certificate(&reply.body);
}

#[test]
fn http_1_0_is_answered_in_kind() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let reply = wire.exchange("GET /.well-known/est/cacerts HTTP/1.0\r\n\r\n");
    assert!(
        reply.head.starts_with("HTTP/1.0 200 OK\r\n"),
        "{}",
        reply.head
    );
    assert_eq!(
        reply.header("Content-Length"),
        Some(&*reply.body.len().to_string())
    );
}

#[test]
fn several_requests_go_over_one_connection() {
    use std::io::{Read, Write};
    let world = World::with_authority();
    let served = world.serve(&[]);
    let mut stream = Wire::new(&world, &served).connect();
    let request = "GET /.well-known/est/csrattrs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut first = Vec::new();
    for _ in 0..3 {
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = vec![0; 4096];
        // An answer is one TLS record, so that one read has it all.
        let length = stream.read(&mut reply).unwrap();
        reply.truncate(length);
        assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n") && reply.ends_with(b"\n"));
        let body = reply.windows(4).position(|at| at == b"\r\n\r\n").unwrap();
        let body = reply.split_off(body);
        assert!(first.is_empty() || first == body);
        first = body;
    }
}

/// The kinds of key that the server names.
fn kinds(world: &World) -> Vec<String> {
    let served = world.serve(&[]);
    let reply = Wire::new(world, &served).get("/.well-known/est/csrattrs");
    assert_eq!(reply.header("Content-Type"), Some("application/csrattrs"));
    assert_eq!(reply.header("Content-Transfer-Encoding"), Some("base64"));
    let attributes = CsrAttributes::from_der(&body::decode(&reply.body).unwrap()).unwrap();
    assert!(!attributes.challenge_password);
    let mut kinds: Vec<String> = attributes.keys.iter().map(ToString::to_string).collect();
    kinds.sort();
    kinds
}

#[test]
fn the_attributes_name_the_kinds_of_key_that_get_a_certificate() {
    let expected = [
        "ec:p256", "ec:p384", "ed25519", "rsa:2048", "rsa:3072", "rsa:4096",
    ];
    assert_eq!(kinds(&World::with_authority()), expected);
}

#[test]
fn a_kind_of_key_that_the_policy_leaves_out_is_not_named() {
    let world = World::with_authority();
    let settings = world.read("ca/ca.toml");
    let (before, rest) = settings.split_once("keys = [").unwrap();
    let (_, behind) = rest.split_once(']').unwrap();
    world.write("ca/ca.toml", format!("{before}keys = [\"ec\"]{behind}"));
    assert_eq!(kinds(&world), ["ec:p256", "ec:p384"]);
}

#[test]
fn what_is_not_there_and_what_is_not_done_are_said_in_words() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    for path in [
        "/",
        "/.well-known/est/fullcmc",
        "/.well-known/est/serverkeygen",
        "/.well-known/est/a/b/cacerts",
        "/.well-known/est/cacerts/",
        "/login/a/b/c",
        "/login/%00",
    ] {
        let reply = wire.get(path);
        assert_eq!(reply.status(), 404, "{path}");
        assert_eq!(
            reply.header("Content-Type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(reply.text(), "there is nothing here\n");
    }
    let reply = wire.get("/.well-known/est/simpleenroll");
    assert_eq!((reply.status(), reply.header("Allow")), (405, Some("POST")));
    let reply = wire.post("/.well-known/est/cacerts", "", "");
    assert_eq!(
        (reply.status(), reply.header("Allow")),
        (405, Some("GET, HEAD"))
    );
    let reply = wire.post("/crl", "", "");
    assert_eq!(
        (reply.status(), reply.header("Allow")),
        (405, Some("GET, HEAD"))
    );
}

#[test]
fn the_profile_is_that_of_this_server_and_names_its_certificate() {
    let world = World::with_authority();
    let served = world.serve(&["--profile-name", "bank"]);
    let reply = Wire::new(&world, &served).get("/profile");
    assert_eq!(
        reply.header("Content-Type"),
        Some("text/toml; charset=utf-8")
    );
    let profile = Profile::parse("the answer", reply.text()).unwrap();
    assert_eq!(profile.name, "bank");
    assert_eq!(profile.authority, served.url);
    assert_eq!(
        profile.ca_fingerprint.unwrap().to_string().to_lowercase(),
        served.fingerprint
    );
}

#[test]
fn the_profile_follows_who_is_registered_while_the_server_runs() {
    let world = World::with_authority();
    world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let factor = || {
        let profile = Profile::parse("the answer", wire.get("/profile").text()).unwrap();
        profile.second_factor
    };
    assert_eq!(factor(), Some(SecondFactor::ConfirmationPin));
    let id = "00009876543/taro".parse().unwrap();
    let renewed = world
        .rules()
        .renew_code(&id, &Actor::Operator, now(), &mut random);
    renewed.unwrap();
    assert_eq!(factor(), None, "taro has one-time codes now");
}

#[test]
fn openssl_reads_the_list_of_revoked_certificates() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let reply = wire.get("/crl");
    assert_eq!(reply.header("Content-Type"), Some("application/pkix-crl"));
    assert!(
        reply
            .header("Cache-Control")
            .unwrap()
            .starts_with("max-age=")
    );
    world.write("crl", &reply.body);
    world
        .openssl(&[
            "crl",
            "-inform",
            "DER",
            "-in",
            "crl",
            "-CAfile",
            "ca/ca.pem",
            "-noout",
        ])
        .succeeds()
        .complains("verify OK");
    assert_eq!(wire.get("/crl").body, reply.body, "it is signed once");
}

#[test]
fn openssl_reads_the_certificates_of_the_authority() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let reply = Wire::new(&world, &served).get("/.well-known/est/cacerts");
    world.write("answer", body::decode(&reply.body).unwrap());
    let line = [
        "pkcs7",
        "-inform",
        "DER",
        "-in",
        "answer",
        "-print_certs",
        "-out",
        "certs",
    ];
    world.openssl(&line).succeeds();
    let found = read_certificates("certs", world.read("certs").as_bytes()).unwrap();
    assert_eq!(found, world.chain("ca/ca.pem"));
}
