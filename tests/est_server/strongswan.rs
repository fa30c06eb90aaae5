//! strongSwan's `pki` as an independent client, as Debian has it (5.9.8).

use tokencert::certificate::DistinguishedName;

use crate::common::{Outcome, PIN, Terminal, World, run};
use crate::support::{Later, Served};

const LATER: Later = Later(345);

/// Runs pki, at a time of its own where one is given; the line has no blanks in its words.
fn pki(world: &World, later: Option<&Later>, line: &str) -> Outcome {
    let words: Vec<&str> = line.split(' ').collect();
    let command = world.command("pki", &words);
    run(match later {
        Some(later) => world.later(later, &command),
        None => command,
    })
}

fn url(served: &Served) -> String {
    format!("https://localhost:{}", served.port)
}

/// Insists on a certificate in `NAME.crt` that is for the key in `NAME.key`.
fn is_for_its_key(world: &World, name: &str) {
    let certificate = format!("{name}.crt");
    let line = [
        "verify",
        "-no_check_time",
        "-CAfile",
        "ca/ca.pem",
        &certificate,
    ];
    world.openssl(&line).succeeds().says(": OK");
    let line = ["x509", "-in", &certificate, "-noout", "-pubkey"];
    let certified = world.openssl(&line).succeeds().stdout;
    let key = format!("{name}.key");
    let key = world.openssl(&["pkey", "-in", &key, "-pubout"]).succeeds();
    assert_eq!(certified, key.stdout);
}

/// Has strongSwan write a request for a new P-256 key into `next.der`.
fn next_request(world: &World, subject: &DistinguishedName) {
    let line = [
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        "next.key",
    ];
    world.openssl(&line).succeeds();
    // strongSwan writes names in the order of the certificate, RFC 4514 in the other one.
    let subject = subject.to_string();
    let subject: Vec<&str> = subject.rsplit(',').collect();
    let subject = subject.join(", ");
    let line = [
        "--req", "--in", "next.key", "--type", "ecdsa", "--dn", &subject,
    ];
    let request = world.command("pki", &line).output().unwrap();
    assert!(request.status.success());
    world.write("next.der", request.stdout);
}

#[test]
fn strongswan_gets_the_authority() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let line = format!(
        "--estca --url {} --cacert ca/ca.pem --caout est-ca",
        url(&served)
    );
    pki(&world, None, &format!("{line} --outform pem --force")).succeeds();
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
    world.csr("taro", "ec", "/CN=taro", &[]);
    let line = ["req", "-in", "taro", "-outform", "DER", "-out", "taro.der"];
    world.openssl(&line).succeeds();
    let line = format!(
        "--est --url {} --in taro.der --cacert ca/ca.pem",
        url(&served)
    );
    let line = format!("{line} --userpass {} --outform pem", account.basic());
    world.write("taro.crt", pki(&world, None, &line).succeeds().stdout);
    is_for_its_key(&world, "taro");
    drop(served);

    let served = world.serve_later(&LATER, &[]);
    next_request(&world, world.certificate("taro").subject());
    let line = format!(
        "--est --url {} --in next.der --cacert ca/ca.pem",
        url(&served)
    );
    let line = format!("{line} --cert taro.crt --key taro.key --outform pem");
    world.write(
        "next.crt",
        pki(&world, Some(&LATER), &line).succeeds().stdout,
    );
    is_for_its_key(&world, "next");
    let (old, new) = (world.certificate("taro"), world.certificate("next"));
    assert_eq!(old.subject(), new.subject());
    assert_ne!(old.serial_number(), new.serial_number());
}

/// Settings of strongSwan for a token; the plugin that is loaded last is the first to go.
const SETTINGS: &str = "pki {
  load = random nonce x509 revocation pem pkcs1 pkcs7 pkcs8 pubkey curl openssl pkcs11
  plugins {
    pkcs11 {
      modules {
        token {
          path = MODULE
        }
      }
    }
  }
}
";

/// Has our client acquire on the token `desk`; the certificate is in `taro.crt` then. Returns the
/// `CKA_ID` of the key.
fn acquire_on_a_token(world: &World, served: &Served) -> String {
    let account = world.holder("taro");
    let secret = |name: &str, text: &str| {
        let path = world.private_file(name, text);
        format!("file:{}", path.display())
    };
    let pin = secret("account-pin", &account.pin);
    let second = secret("confirmation-pin", &account.confirmation);
    let issue = ["issue", "--key", "ec:p256", "--authority", &served.url];
    let trust = ["--trust", "ca/ca.pem", "--holder", &account.id];
    let own = ["--pin-source", &world.pin_source()];
    let account = [
        "--account-pin-source",
        &pin,
        "--second-factor-source",
        &second,
    ];
    let issue = [&issue[..], &trust, &own, &account].concat();
    world.tokencert(&issue).succeeds();
    let list = world.tokencert(&["list", "--format", "json"]).succeeds();
    let id = list.json()["identities"][0]["id"].clone();
    let id = id.as_str().unwrap().replace(':', "");
    let exported = world.tokencert(&["export", &id]).succeeds();
    world.write("taro.crt", exported.stdout);
    id
}

#[test]
fn strongswan_renews_with_the_key_on_a_token_that_our_client_has_acquired_with() {
    let world = World::with_authority();
    world.token("desk");
    let served = world.serve(&[]);
    let id = acquire_on_a_token(&world, &served);
    drop(served);

    let served = world.serve_later(&LATER, &[]);
    let old = world.certificate("taro");
    next_request(&world, old.subject());
    let module = world.softhsm().module().display().to_string();
    world.write("strongswan.conf", SETTINGS.replace("MODULE", &module));
    let line = format!(
        "--est --url {} --in next.der --cacert ca/ca.pem",
        url(&served)
    );
    let line = format!("{line} --cert taro.crt --keyid {id} --outform pem");
    let words: Vec<&str> = line.split(' ').collect();
    let mut command = world.later(&LATER, &world.command("pki", &words));
    command.env("STRONGSWAN_CONF", world.path("strongswan.conf"));
    let mut terminal = Terminal::start(command);
    terminal.shows("Smartcard PIN");
    terminal.types(PIN);
    // Once all is done it may crash: SoftHSM2 and its own OpenSSL plugin do not end well together.
    let end = "-----END CERTIFICATE-----";
    let shown = terminal.shows(end);
    let begins = shown.find("-----BEGIN CERTIFICATE").unwrap();
    world.write("next.crt", format!("{}{end}\n", &shown[begins..]));
    is_for_its_key(&world, "next");
    let new = world.certificate("next");
    assert_eq!(old.subject(), new.subject());
    assert_ne!(old.serial_number(), new.serial_number());
}
