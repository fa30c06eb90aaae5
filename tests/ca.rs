//! `tokencert-ca` as a program: made, used from several sides, and judged by OpenSSL.

#![cfg(feature = "cli")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::World;
use tokencert::authority::{Authority, Enrolment, FolderAuthority};
use tokencert::profile::Profile;
use tokencert::request::Csr;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tokencert-ca");

#[test]
fn openssl_accepts_what_an_rsa_authority_issues_for_rsa_and_elliptic_curves() {
    let world = World::new();
    world
        .init_authority(&["--key", "rsa:3072"])
        .succeeds()
        .says("Example CA")
        .complains("Making");
    let names = "subjectAltName=DNS:taro.example,email:taro@example.com,IP:192.0.2.1";
    let usage = "keyUsage=digitalSignature,keyEncipherment";
    for kind in ["rsa:2048", "ec"] {
        let more = ["-addext", names, "-addext", usage];
        world.csr("taro.csr", kind, "/O=山田商店/CN=山田 太郎", &more);
        world
            .sign("taro.csr", "taro.pem")
            .succeeds()
            .says("山田 太郎");
        let verify = [
            "verify",
            "-x509_strict",
            "-purpose",
            "sslclient",
            "-CAfile",
            "ca/ca.pem",
        ];
        world
            .openssl(&[&verify[..], &["taro.pem"]].concat())
            .succeeds()
            .says("OK");

        let [leaf, issuer] = world.chain("taro.pem").try_into().unwrap();
        assert_eq!(
            leaf.subject().to_string(),
            "CN=山田 太郎,OU=IssuedCount = 001,OU=Example CA,O=Example CA,C=JP"
        );
        assert_eq!(
            leaf.alternative_names(),
            ["dns:taro.example", "email:taro@example.com", "ip:192.0.2.1"]
        );
        let usages = match kind {
            "ec" => vec!["digitalSignature", "clientAuth"],
            _ => vec!["digitalSignature", "keyEncipherment", "clientAuth"],
        };
        assert_eq!(leaf.usages(), usages);
        assert!(!leaf.is_ca() && issuer.is_ca());
        assert_eq!(issuer.usages(), ["keyCertSign", "cRLSign"]);
    }
}

#[test]
fn one_key_gets_one_certificate_whatever_its_requests_say() {
    let world = World::with_authority();
    world.csr("first.csr", "ec", "/CN=taro", &[]);
    let again = [
        "req",
        "-new",
        "-key",
        "first.csr.key",
        "-subj",
        "/CN=hanako",
        "-out",
        "second.csr",
    ];
    world.openssl(&again).succeeds();
    world
        .sign("first.csr", "first.pem")
        .succeeds()
        .says("Issued to");
    world
        .sign("first.csr", "again.pem")
        .succeeds()
        .says("Already issued");
    world
        .sign("second.csr", "second.pem")
        .succeeds()
        .says("CN=taro");
    assert_eq!(world.read("first.pem"), world.read("again.pem"));
    assert_eq!(world.read("first.pem"), world.read("second.pem"));
}

#[test]
fn what_is_signed_goes_on_record_where_the_other_commands_look() {
    let world = World::with_authority();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    let registry = fs::read(world.path("ca/registry.sqlite")).unwrap();
    world.write("elsewhere.sqlite", registry);
    let elsewhere = ["--dir", "ca", "--registry", "elsewhere.sqlite"];
    let sign = ["sign", "--csr", "taro.csr", "--out", "taro.pem"];
    let json = ["--format", "json"];
    let signed = world.tokencert_ca(&[&sign[..], &elsewhere, &json].concat());
    let signed = signed.succeeds().json();
    let serial = signed["certificate"]["serial_number"].as_str().unwrap();
    let show = ["certificate", "show", serial];
    world
        .tokencert_ca(&[&show[..], &elsewhere].concat())
        .succeeds()
        .says("CN=taro");
    // Its key is refused for ever, also to whoever signs from a file.
    let revoke = ["certificate", "revoke", serial, "--reason", "compromised"];
    world
        .tokencert_ca(&[&revoke[..], &["--yes"], &elsewhere].concat())
        .succeeds();
    world
        .tokencert_ca(&[&sign[..], &elsewhere].concat())
        .exits(7)
        .complains("in other hands");
}

#[test]
fn requests_at_the_same_time_get_one_certificate_between_them() {
    let world = World::with_authority();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    let signers: Vec<_> = ["1.pem", "2.pem", "3.pem"]
        .map(|answer| {
            let arguments = ["sign", "--dir", "ca", "--csr", "taro.csr", "--out", answer];
            let mut command = world.tokencert_ca_command(&arguments);
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .into();
    for mut signer in signers {
        assert!(signer.wait().unwrap().success());
    }
    assert_eq!(world.read("1.pem"), world.read("2.pem"));
    assert_eq!(world.read("1.pem"), world.read("3.pem"));
    assert_eq!(world.issued().len(), 1);
}

#[test]
fn requests_of_many_keys_at_the_same_time_get_a_certificate_each() {
    let world = World::with_authority();
    let keys: Vec<String> = (0..24).map(|number| format!("key{number}")).collect();
    for key in &keys {
        world.csr(key, "ec", &format!("/CN={key}"), &[]);
    }
    // Each logs in to the authority's token, for which SoftHSM2 writes it anew.
    for some in keys.chunks(8) {
        let signing = some.iter().map(|key| {
            let out = format!("{key}.pem");
            let arguments = ["sign", "--dir", "ca", "--csr", key, "--out", &out];
            let mut command = world.tokencert_ca_command(&arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        });
        let signing: Vec<_> = signing.collect();
        for child in signing {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
        }
    }
    assert_eq!(world.issued().len(), keys.len());
}

#[test]
fn a_request_that_is_no_good_is_refused_with_the_reason_and_nothing_is_issued() {
    let world = World::with_authority();
    world.csr("short.csr", "rsa:1024", "/CN=taro", &[]);
    world.csr("nobody.csr", "ec", "/O=Example", &[]);
    world.csr(
        "kind.csr",
        "ec",
        "/CN=taro",
        &["-addext", "subjectAltName=RID:1.2.3"],
    );
    world.csr(
        "server.csr",
        "ec",
        "/CN=taro",
        &["-addext", "extendedKeyUsage=serverAuth"],
    );
    world.csr("good.csr", "ec", "/CN=taro", &["-outform", "DER"]);
    let mut tampered = fs::read(world.path("good.csr")).unwrap();
    *tampered.last_mut().unwrap() ^= 1;
    world.write("tampered.csr", tampered);
    for (file, reason) in [
        ("short.csr", "1024 bits, and 2048"),
        ("nobody.csr", "no common name"),
        ("kind.csr", "of a kind that this program does not know"),
        ("server.csr", "none of the usages"),
        ("tampered.csr", "its signature is not one of the key"),
    ] {
        let refusal = world.sign(file, "answer.pem").exits(7).complains(reason);
        assert_eq!(
            refusal.stderr.lines().count(),
            2,
            "an error and a hint: {refusal}"
        );
        assert_eq!(refusal.stdout, "");
    }
    assert!(!world.path("answer.pem").exists() && world.issued().is_empty());
}

#[test]
fn files_that_are_no_request_are_an_error_of_one_line_and_a_hint() {
    let world = World::with_authority();
    world.write("garbage", "nothing of the kind\n");
    world.write("empty", "");
    world.write("large", vec![b'x'; 1024 * 1024 + 1]);
    for (file, reason) in [
        ("garbage", "none of the forms"),
        ("empty", "it is empty"),
        ("large", "1048576 is the limit"),
        ("ca/ca.pem", "it is a certificate"),
        ("absent", "cannot read"),
    ] {
        let failure = world.sign(file, "answer.pem").exits(1).complains(reason);
        assert_eq!(failure.stderr.lines().count(), 2, "{failure}");
    }
    world.sign("garbage", "no/such/folder/answer.pem").exits(1);
    assert!(!world.path("answer.pem").exists());
}

#[cfg(unix)]
#[test]
fn the_folder_is_its_owners_alone_and_the_pin_is_never_said() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    // A folder that was there, and open to others.
    fs::create_dir(world.path("ca")).unwrap();
    fs::set_permissions(world.path("ca"), fs::Permissions::from_mode(0o755)).unwrap();
    let init = world.init_authority(&["--format", "json"]).succeeds();
    let mode = |name: &str| world.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("ca"), 0o700);
    assert_eq!(mode("ca/pin"), 0o600);
    assert_eq!(mode("ca/ca.toml"), 0o600);
    assert_eq!(mode("ca/tokens"), 0o700);

    let pin = world.read("ca/pin");
    assert_eq!(pin.len(), 32);
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    let signed = world.sign("taro.csr", "taro.pem").succeeds();
    assert_eq!(mode("taro.pem"), 0o644);
    init.never_says(&pin);
    signed.never_says(&pin);
    assert!(!world.read("ca/ca.toml").contains(&pin));
}

#[test]
fn a_folder_that_was_moved_still_issues() {
    let world = World::with_authority();
    fs::rename(world.path("ca"), world.path("moved")).unwrap();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    let arguments = [
        "sign", "--dir", "moved", "--csr", "taro.csr", "--out", "taro.pem",
    ];
    world.tokencert_ca(&arguments).succeeds();
}

#[test]
fn the_librarys_port_gets_certificate_and_chain_from_the_program() {
    let world = World::with_authority();
    world.csr("taro.csr", "ec", "/CN=taro", &[]);
    world.csr("short.csr", "rsa:1024", "/CN=taro", &[]);
    let csr = |name: &str| Csr::read(name, world.read(name).as_bytes()).unwrap();
    let mut authority = FolderAuthority::new(PROGRAM, world.path("ca"), vec![]).unwrap();
    let Enrolment::Issued(chain) = authority.enrol(&csr("taro.csr")).unwrap() else {
        panic!("it is issued at once");
    };
    assert_eq!(authority.ca_certificates().unwrap(), chain[1..]);
    assert!(chain[0].is_issued_by(&chain[1]));
    let refusal = authority.enrol(&csr("short.csr")).unwrap_err();
    assert_eq!(refusal.code(), "authority-refused");
    assert!(refusal.to_string().contains("1024 bits"), "{refusal}");
    assert!(!refusal.to_string().contains("error:"), "{refusal}");
}

#[test]
fn the_profile_is_one_that_tokencert_takes_and_is_not_overwritten_unasked() {
    let world = World::with_authority();
    let export = ["profile", "export", "--dir", "ca", "--out", "example.toml"];
    world.tokencert_ca(&export).succeeds().says("example-ca");
    let profile = Profile::parse("example.toml", &world.read("example.toml")).unwrap();
    let folder = world.path("ca").canonicalize().unwrap();
    assert_eq!(profile.name, "example-ca");
    assert_eq!(profile.authority, format!("dir:{}", folder.display()));
    world.tokencert_ca(&export).exits(1).complains("--force");
    world
        .tokencert_ca(&[&export[..], &["--force", "--name", "other"]].concat())
        .succeeds();
    assert_eq!(
        Profile::parse("", &world.read("example.toml"))
            .unwrap()
            .name,
        "other"
    );
}

#[test]
fn japanese_is_spoken_by_option_and_by_variable() {
    let world = World::with_authority();
    world.csr("short.csr", "rsa:1024", "/CN=taro", &[]);
    let arguments = [
        "sign",
        "--dir",
        "ca",
        "--csr",
        "short.csr",
        "--out",
        "o",
        "--lang",
        "ja",
    ];
    world
        .tokencert_ca(&arguments)
        .exits(7)
        .complains("エラー：発行要求は受け付けられませんでした");
    let world = world.and_env("TOKENCERT_CA_LANG", "ja");
    world
        .init_authority(&[])
        .succeeds()
        .says("すでに")
        .says("有効期限");
    world
        .tokencert_ca(&["init", "--help"])
        .succeeds()
        .says("認証局の名前")
        .says("使い方：");
    world
        .tokencert_ca(&["sign"])
        .exits(2)
        .complains("指定が足りません");
}

#[test]
fn every_command_is_in_the_manual_and_in_the_completions() {
    let world = World::new();
    world.tokencert_ca(&["man"]).succeeds().says("tokencert-ca");
    fs::create_dir(world.path("man")).unwrap();
    world.tokencert_ca(&["man", "--out", "man"]).succeeds();
    for page in ["", "-init", "-sign", "-profile", "-profile-export"] {
        assert!(
            Path::new(&world.path(format!("man/tokencert-ca{page}.1"))).exists(),
            "{page}"
        );
    }
    world
        .tokencert_ca(&["completions", "bash"])
        .succeeds()
        .says("TOKENCERT_CA_COMPLETE");
    world.tokencert_ca::<&str>(&[]).exits(2);
}
