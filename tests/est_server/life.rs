//! The life of a certificate with curl and openssl as the client: acquired, renewed, logged in
//! with, refused.

use base64ct::{Base64, Encoding};
use tokencert::ca::Actor;
use tokencert::registry::{RevocationReason, Suspension};

use crate::common::World;
use crate::support::{Account, Later, Served, now, outcome};
use crate::wire::Wire;

const REENROL: &str = "/.well-known/est/simplereenroll";

/// Days after which a certificate of a year is in its window.
const IN_THE_WINDOW: Later = Later(345);

/// Has curl renew `old` with a request of the key `new`.
fn renew(world: &World, served: &Served, old: &str, new: &str, body: &str) -> (u16, String) {
    world.write("renewal.body", body);
    let (certificate, key) = (format!("{old}.crt"), format!("{old}.key"));
    let mut arguments = vec!["--cert", &certificate, "--key", &key];
    arguments.extend(["-H", "Content-Type: application/pkcs10"]);
    arguments.extend(["--data-binary", "@renewal.body"]);
    let command = world.curl_command(served, REENROL, &arguments);
    let said = outcome(world.later(&IN_THE_WINDOW, &command))
        .succeeds()
        .stdout;
    let (answer, status) = said.rsplit_once('\n').unwrap();
    let status = status.parse().unwrap();
    world.keep(new, status, answer);
    (status, answer.to_owned())
}

/// The subject as the authority knows the holder, for a request of a renewal.
fn subject_of(world: &World, name: &str) -> String {
    let file = format!("{name}.crt");
    let line = [
        "x509",
        "-in",
        &file,
        "-noout",
        "-subject",
        "-nameopt",
        "compat,utf8,-esc_msb",
    ];
    let said = world.openssl(&line).succeeds().stdout;
    let subject = said.trim().trim_start_matches("subject=");
    format!(
        "/{}",
        subject.trim_start_matches(['/', ' ']).replace(", ", "/")
    )
}

/// Logs in with curl: status and body.
fn log_in(world: &World, served: &Served, name: &str, basic: &str, path: &str) -> (u16, String) {
    let wire = Wire::with_certificate(world, served, name);
    let header = format!(
        "Authorization: Basic {}\r\n",
        Base64::encode_string(basic.as_bytes())
    );
    let reply = wire.post(path, &header, "");
    let refusal = reply.header("Tokencert-Refusal").map(str::to_owned);
    let text = refusal.unwrap_or_else(|| reply.text().to_owned());
    (reply.status(), text)
}

#[test]
fn curl_acquires_a_certificate_that_openssl_verifies() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let (status, answer) = world.acquire(&served, &account, "taro");
    assert_eq!(status, 200, "{answer}");
    let line = [
        "verify",
        "-CAfile",
        "ca/ca.pem",
        "-purpose",
        "sslclient",
        "taro.crt",
    ];
    world.openssl(&line).succeeds().says("taro.crt: OK");
    let subject = world.certificate("taro").subject().to_string();
    for part in ["00009876543 taro 1635", "IssuedCount = 001", "Example CA"] {
        assert!(subject.contains(part), "{subject}");
    }
    let file = ["x509", "-in", "taro.crt", "-noout", "-pubkey"];
    let certified = world.openssl(&file).succeeds().stdout;
    let key = world
        .openssl(&["pkey", "-in", "taro.key", "-pubout"])
        .succeeds()
        .stdout;
    assert_eq!(certified, key);
    // The answer was lost: the same key again gets the same certificate.
    let again = world.acquire(&served, &account, "taro");
    assert_eq!(again, (200, answer));
    // The permit is used up.
    let (status, text) = world.acquire(&served, &account, "other");
    assert_eq!(status, 403, "{text}");
}

#[test]
fn curl_asks_without_a_password_first_and_then_with_it() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let body = world.request("taro");
    world.write("taro.body", body);
    let basic = account.basic();
    let arguments = ["--anyauth", "--user", &basic, "--data-binary", "@taro.body"];
    let arguments = [&arguments[..], &["-H", "Content-Type: application/pkcs10"]].concat();
    let path = "/.well-known/est/simpleenroll";
    let (status, answer) = world.curl(&served, path, &arguments);
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn curl_renews_in_the_window_and_the_successor_takes_over() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    assert_eq!(world.acquire(&served, &account, "taro").0, 200);
    let subject = subject_of(&world, "taro");
    world.csr("next", "ec", "/CN=x", &[]);
    let body = world.request_again("next", &subject);
    let early = Wire::with_certificate(&world, &served, "taro").post(REENROL, "", &body);
    assert_eq!(early.status(), 403, "{}", early.text());
    assert!(
        early.text().contains("too early to renew"),
        "{}",
        early.text()
    );
    drop(served);

    let served = world.serve_later(&IN_THE_WINDOW, &[]);
    let (status, text) = renew(&world, &served, "taro", "next", &world.request("stranger"));
    assert_eq!(status, 400, "another subject: {text}");
    let (status, answer) = renew(&world, &served, "taro", "next", &body);
    assert_eq!(status, 200, "{answer}");
    let (old, new) = (world.certificate("taro"), world.certificate("next"));
    assert_eq!(old.subject(), new.subject());
    assert!(new.not_after() > old.not_after());
    // The same again, and something else.
    assert_eq!(
        renew(&world, &served, "taro", "again", &body),
        (200, answer)
    );
    world.csr("third", "ec", "/CN=x", &[]);
    let third = world.request_again("third", &subject);
    let (status, text) = renew(&world, &served, "taro", "third", &third);
    assert_eq!(status, 403, "{text}");

    // The old one logs in until the new one has.
    let login = |name: &str| {
        let path = "/login/00009876543/taro";
        let basic = format!("{}:{}", account.id, account.pin);
        let url = [
            ("--cert", format!("{name}.crt")),
            ("--key", format!("{name}.key")),
        ];
        let mut arguments = vec!["--user".to_owned(), basic, "-X".into(), "POST".into()];
        arguments.extend(
            url.into_iter()
                .flat_map(|(option, file)| [option.to_owned(), file]),
        );
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let command = world.curl_command(&served, path, &arguments);
        outcome(world.later(&IN_THE_WINDOW, &command))
            .succeeds()
            .stdout
    };
    assert!(login("taro").ends_with("\n200"));
    let said = login("next");
    assert!(said.ends_with("\n200"), "{said}");
    let said = login("taro");
    assert!(
        said.ends_with("\n403") && said.contains("newer one"),
        "{said}"
    );
}

#[test]
fn a_login_says_who_it_is_and_what_is_due() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    world.acquire(&served, &account, "taro");
    let pin = format!(":{}", account.pin);
    let (status, body) = log_in(&world, &served, "taro", &pin, "/login");
    assert_eq!(status, 200, "{body}");
    let said: serde_json::Value = serde_json::from_str(&body).unwrap();
    let certificate = world.certificate("taro");
    assert_eq!(said["version"], 1);
    assert_eq!(said["holder"], "00009876543/taro");
    assert_eq!(said["kana"], "ﾘﾖｳｼﾔ");
    assert_eq!(said["name"], "利用者");
    assert_eq!(said["institution"], "1635");
    assert_eq!(said["subject"], certificate.subject().to_string());
    assert_eq!(said["serial_number"], certificate.serial_number());
    assert_eq!(said["not_after"], certificate.not_after().to_string());
    assert!((364..=366).contains(&said["days_left"].as_i64().unwrap()));
    assert_eq!(said["renewal_due"], false);
    assert_eq!(said["notices"], serde_json::json!([]));

    let named = format!("{}:{}", account.id, account.pin);
    for path in ["/login", "/login/00009876543/taro"] {
        assert_eq!(
            log_in(&world, &served, "taro", &named, path).0,
            200,
            "{path}"
        );
    }
    let elsewhere = log_in(&world, &served, "taro", &pin, "/login/00009876543");
    assert_eq!(elsewhere, (403, "wrong-holder".to_owned()));
    let wrong = log_in(&world, &served, "taro", ":000000", "/login");
    assert_eq!(wrong.0, 401);
    let without = Wire::new(&world, &served).post("/login", "", "");
    assert_eq!(without.status(), 403);
    let asked = Wire::with_certificate(&world, &served, "taro").get("/login");
    assert_eq!(
        asked.text(),
        "the certificate of 00009876543/taro is accepted\n"
    );
    let stranger = Wire::new(&world, &served).get("/login");
    assert_eq!(stranger.status(), 200);
}

/// Insists that by the list `revoked` is revoked, and `suspended` is not.
fn openssl_knows_who_is_revoked(world: &World, list: &[u8]) {
    world.write("crl", list);
    let line = ["crl", "-inform", "DER", "-in", "crl", "-out", "crl.pem"];
    world.openssl(&line).succeeds();
    let verify = |name: &str| {
        let file = format!("{name}.crt");
        let line = [
            "verify",
            "-CAfile",
            "ca/ca.pem",
            "-CRLfile",
            "crl.pem",
            "-crl_check",
            &file,
        ];
        world.openssl(&line)
    };
    verify("revoked").exits(2).complains("certificate revoked");
    verify("suspended").succeeds();
}

#[test]
fn each_refusal_of_a_certificate_has_its_name_and_says_what_to_do() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let accounts: Vec<Account> = ["revoked", "suspended", "expired"]
        .into_iter()
        .map(|name| {
            let account = world.holder(name);
            assert_eq!(world.acquire(&served, &account, name).0, 200);
            account
        })
        .collect();
    let rules = world.rules();
    let id = |at: usize| accounts[at].id.parse().unwrap();
    let operator = Actor::Operator;
    rules
        .revoke(&id(0), RevocationReason::Lost, &operator, now())
        .unwrap();
    rules
        .suspend(&id(1), Suspension::Stopped, &operator, now())
        .unwrap();
    let refused = |served: &Served, at: usize, name: &str, hint: &str| {
        let pin = format!(":{}", accounts[at].pin);
        let (status, refusal) = log_in(&world, served, name, &pin, "/login");
        assert_eq!((status, refusal.as_str()), (403, name));
        let wire = Wire::with_certificate(&world, served, name);
        let body = world.request_again(name, &subject_of(&world, name));
        for reply in [wire.post(REENROL, "", &body), wire.get("/login")] {
            assert_eq!(reply.status(), 403);
            assert_eq!(reply.header("Tokencert-Refusal"), Some(name));
            assert!(reply.text().contains(hint), "{}", reply.text());
        }
    };
    refused(
        &served,
        0,
        "revoked",
        "ask whoever looks after it for a reissue",
    );
    refused(&served, 1, "suspended", "ask whoever suspended");

    let list = Wire::new(&world, &served).get("/crl").body;
    openssl_knows_who_is_revoked(&world, &list);
    drop(served);

    let present = world.serve_later(&Later(400), &[]);
    let pin = format!(":{}", accounts[2].pin);
    let command = world.curl_command(
        &present,
        "/login",
        &[
            "--cert",
            "expired.crt",
            "--key",
            "expired.key",
            "--user",
            &pin,
            "-X",
            "POST",
            "-i",
        ],
    );
    let said = outcome(world.later(&Later(400), &command))
        .succeeds()
        .stdout;
    assert!(said.ends_with("\n403"), "{said}");
    assert!(said.contains("Tokencert-Refusal: expired\r\n"), "{said}");
    assert!(
        said.contains("get a new one with `tokencert issue`"),
        "{said}"
    );
}

#[test]
fn acquisition_and_renewal_do_not_stand_in_for_each_other() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let body = world.request("taro");
    let without = Wire::new(&world, &served).post(REENROL, &account.header(), &body);
    assert_eq!(without.status(), 403);
    assert!(
        without
            .text()
            .contains("with the certificate that it renews")
    );
    assert_eq!(world.acquire(&served, &account, "taro").0, 200);
    let enrol = "/.well-known/est/simpleenroll";
    let certificate = Wire::with_certificate(&world, &served, "taro").post(enrol, "", &body);
    assert_eq!(certificate.status(), 401, "{}", certificate.text());
}
