//! Handshakes: which versions, which certificates, and that nothing is resumed.

use std::io::{Read, Write};
use std::net::TcpStream;

use rustls::version::{TLS12, TLS13};
use tokencert::certificate::Certificate;

use crate::common::World;
use crate::support::{Later, Served};
use crate::wire::{Reply, Wire};

const GET: &str = "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The certificate that the server shows.
fn shown(world: &World, served: &Served) -> (Certificate, usize) {
    let mut stream = Wire::new(world, served).connect();
    stream.write_all(GET.as_bytes()).unwrap();
    stream.flush().unwrap();
    let chain = stream.conn.peer_certificates().unwrap();
    (Certificate::from_der(&chain[0]).unwrap(), chain.len())
}

#[test]
fn both_versions_carry_a_client_certificate_and_go_without_one() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    assert_eq!(world.acquire(&served, &account, "taro").0, 200);
    let root = world.path("ca/ca.pem");
    let files = (world.path("taro.crt"), world.path("taro.key"));
    for version in [&TLS12, &TLS13] {
        let with = Some((files.0.as_path(), files.1.as_path()));
        let reply = Wire::with(served.port, &root, with, &[version]).exchange(GET);
        assert_eq!(
            reply.text(),
            "the certificate of 00009876543/taro is accepted\n"
        );
        let reply = Wire::with(served.port, &root, None, &[version]).exchange(GET);
        assert_eq!(reply.status(), 200);
    }
}

#[test]
fn a_certificate_of_another_authority_gets_no_further_than_the_handshake() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    // The same names, another key.
    let mut other = vec!["init", "--dir", "other", "--name", "Example CA"];
    other.extend(["--key", "ec:p256"]);
    world.tokencert_ca(&other).succeeds();
    world.csr("foreign", "ec", "/CN=taro", &[]);
    let line = [
        "sign",
        "--dir",
        "other",
        "--csr",
        "foreign",
        "--out",
        "foreign.crt",
    ];
    world.tokencert_ca(&line).succeeds();
    let mut stream = Wire::with_certificate(&world, &served, "foreign").connect();
    let refused = stream
        .write_all(GET.as_bytes())
        .and_then(|()| stream.flush())
        .and_then(|()| stream.read(&mut [0; 64]));
    let error = refused.unwrap_err().to_string();
    assert!(
        error.contains("UnknownCA") || error.contains("DecryptError"),
        "{error}"
    );
}

#[test]
fn the_server_s_own_certificate_cannot_log_in() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let files = (world.path("ca/tls.pem"), world.path("ca/tls.key"));
    let files = Some((files.0.as_path(), files.1.as_path()));
    let wire = Wire::with(served.port, &world.path("ca/ca.pem"), files, &[&TLS13]);
    let mut stream = wire.connect();
    let refused = stream
        .write_all(GET.as_bytes())
        .and_then(|()| stream.flush())
        .and_then(|()| stream.read(&mut [0; 64]));
    assert!(refused.is_err(), "it is for servers alone");
}

#[test]
fn no_session_is_resumed() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let port = served.port.to_string();
    for version in ["-tls1_2", "-tls1_3"] {
        let connect = ["s_client", "-connect", &format!("127.0.0.1:{port}")];
        let more = [
            "-servername",
            "localhost",
            version,
            "-CAfile",
            "ca/ca.pem",
            "-reconnect",
        ];
        let said = world
            .openssl(&[&connect[..], &more].concat())
            .succeeds()
            .stdout;
        assert!(said.contains("New, TLSv1."), "{said}");
        assert!(!said.contains("Reused, "), "{said}");
        assert!(!said.contains("NewSessionTicket"), "{said}");
    }
}

#[test]
fn the_authority_makes_its_server_a_certificate_and_renews_it_in_time() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let (first, length) = shown(&world, &served);
    assert_eq!(length, 2, "the chain is sent");
    let mut names = first.alternative_names();
    names.sort();
    assert_eq!(names, ["dns:localhost", "ip:127.0.0.1"]);
    let usages = first.usages();
    for usage in ["digitalSignature", "serverAuth"] {
        assert!(usages.iter().any(|it| it == usage), "{usages:?}");
    }
    // id-kp-cmcRA (RFC 6402)
    assert!(
        usages
            .iter()
            .any(|it| it == "1.3.6.1.5.5.7.3.28" || it == "cmcRA"),
        "{usages:?}"
    );
    let key = world.path("ca/tls.key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&key.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    drop(served);

    let served = world.serve(&[]);
    assert_eq!(shown(&world, &served).0, first, "it is used again");
    drop(served);

    let life = first.not_after().as_second() - first.not_before().as_second();
    let days = u32::try_from(life / 86_400).unwrap();
    let served = world.serve_later(&Later(days / 2), &[]);
    drop(served);
    let kept = world.chain("ca/tls.pem").remove(0);
    assert_eq!(kept, first, "half of its life is left");
    drop(world.serve_later(&Later(days * 3 / 4), &[]));
    let renewed = world.chain("ca/tls.pem").remove(0);
    assert_ne!(renewed, first, "a quarter is left");
    assert_eq!(renewed.public_key().unwrap(), first.public_key().unwrap());
}

#[test]
fn a_certificate_that_is_given_is_shown_in_place_of_one_of_the_authority() {
    let world = World::with_authority();
    let new = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let mut line = new.to_vec();
    line.extend([
        "-keyout", "web.key", "-out", "web.crt", "-subj", "/CN=web", "-days", "9",
    ]);
    line.extend(["-addext", "subjectAltName=DNS:localhost"]);
    line.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
    world.openssl(&line).succeeds();
    let served = world.serve(&["--tls-certificate", "web.crt", "--tls-key", "web.key"]);
    let reply = Wire::with(served.port, &world.path("web.crt"), None, &[&TLS13]).exchange(GET);
    assert_eq!(reply.status(), 200);
    drop(served);
    assert!(!world.path("ca/tls.key").exists());
    assert_eq!(world.read("serve.log"), "");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(world.path("web.key"), open).unwrap();
    drop(world.serve(&["--tls-certificate", "web.crt", "--tls-key", "web.key"]));
    let log = world.read("serve.log");
    assert!(
        log.contains("web.key") && log.contains("chmod 600"),
        "{log}"
    );
    world.csr("stranger", "ec", "/CN=x", &[]);
    let mut line = vec![
        "serve",
        "--dir",
        "ca",
        "--listen",
        "127.0.0.1:0",
        "--name",
        "localhost",
    ];
    line.extend(["--tls-certificate", "web.crt", "--tls-key", "stranger.key"]);
    world
        .tokencert_ca(&line)
        .exits(1)
        .complains("the server cannot show who it is");
}

#[test]
fn a_damaged_key_or_certificate_of_the_server_is_made_anew() {
    let world = World::with_authority();
    for (file, content) in [
        ("ca/tls.key", ""),
        ("ca/tls.pem", "junk"),
        ("ca/tls.key", "junk"),
    ] {
        drop(world.serve(&[]));
        std::fs::write(world.path(file), content).unwrap();
        let served = world.serve(&[]);
        let mut stream = Wire::new(&world, &served).connect();
        stream.write_all(GET.as_bytes()).unwrap();
        assert_eq!(Reply::read(stream).status(), 200, "{file}");
    }
}

#[test]
fn plain_http_gets_no_answer_and_does_no_harm() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let mut plain = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
    plain.write_all(GET.as_bytes()).unwrap();
    let mut said = Vec::new();
    plain.read_to_end(&mut said).ok();
    assert!(
        !said.starts_with(b"HTTP/"),
        "{}",
        String::from_utf8_lossy(&said)
    );
    let mut stream = Wire::new(&world, &served).connect();
    stream.write_all(GET.as_bytes()).unwrap();
    assert_eq!(Reply::read(stream).status(), 200);
}
