//! strongSwan's `pki` as an independent client, as Debian has it (5.9.8).

use crate::common::{Outcome, World, run};
use crate::support::{Later, Served};

const LATER: Later = Later(345);

/// Runs pki, at a time of its own where one is given.
fn pki(world: &World, later: Option<&Later>, arguments: &[&str]) -> Outcome {
    let command = world.command("pki", arguments);
    run(match later {
        Some(later) => world.later(later, command),
        None => command,
    })
}

fn url(served: &Served) -> String {
    format!("https://localhost:{}", served.port)
}

fn gets_the_authority(world: &World, served: &Served) {
    let url = url(served);
    let line = [
        "--estca",
        "--url",
        &url,
        "--cacert",
        "ca/ca.pem",
        "--caout",
        "est-ca",
    ];
    pki(
        world,
        None,
        &[&line[..], &["--outform", "pem", "--force"]].concat(),
    )
    .succeeds();
    let written = std::fs::read_dir(world.path("")).unwrap();
    let mut written = written.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let file = written.find(|name| name.starts_with("est-ca")).unwrap();
    assert_eq!(world.chain(&file), world.chain("ca/ca.pem"));
}

#[test]
fn strongswan_acquires_and_renews() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    gets_the_authority(&world, &served);

    world.csr("taro", "ec", "/CN=taro", &[]);
    world
        .openssl(&["req", "-in", "taro", "-outform", "DER", "-out", "taro.der"])
        .succeeds();
    let (address, basic) = (url(&served), account.basic());
    let line = [
        "--est",
        "--url",
        &address,
        "--in",
        "taro.der",
        "--cacert",
        "ca/ca.pem",
    ];
    let line = [&line[..], &["--userpass", &basic, "--outform", "pem"]].concat();
    let said = pki(&world, None, &line).succeeds();
    world.write("taro.crt", &said.stdout);
    let line = ["verify", "-CAfile", "ca/ca.pem", "taro.crt"];
    world.openssl(&line).succeeds().says("taro.crt: OK");
    drop(served);

    let served = world.serve_later(&LATER, &[]);
    // strongSwan writes names in the order of the certificate, RFC 4514 in the other one.
    let subject = world.certificate("taro").subject().to_string();
    let subject: Vec<&str> = subject.rsplit(',').collect();
    let subject = subject.join(", ");
    world.openssl(&[
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        "next.key",
    ]);
    let line = [
        "--req", "--in", "next.key", "--type", "ecdsa", "--dn", &subject,
    ];
    let request = world.command("pki", &line);
    let output = request_bytes(request);
    world.write("next.der", output);
    let address = url(&served);
    let line = [
        "--est",
        "--url",
        &address,
        "--in",
        "next.der",
        "--cacert",
        "ca/ca.pem",
    ];
    let line = [
        &line[..],
        &[
            "--cert",
            "taro.crt",
            "--key",
            "taro.key",
            "--outform",
            "pem",
        ],
    ]
    .concat();
    let said = pki(&world, Some(&LATER), &line).succeeds();
    world.write("next.crt", &said.stdout);
    assert_eq!(
        world.certificate("next").subject(),
        world.certificate("taro").subject()
    );
    assert_ne!(
        world.certificate("next").serial_number(),
        world.certificate("taro").serial_number()
    );
    let der = world
        .openssl(&["x509", "-in", "next.crt", "-noout", "-pubkey"])
        .succeeds()
        .stdout;
    let key = world
        .openssl(&["pkey", "-in", "next.key", "-pubout"])
        .succeeds()
        .stdout;
    assert_eq!(der, key);
}

fn request_bytes(mut command: std::process::Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
