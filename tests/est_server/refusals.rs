//! Requests that are wrong, or not granted: each gets a clear answer, and nothing is half-done.

use std::sync::Barrier;

use tokencert::ca::Actor;
use tokencert::request::Csr;

use crate::common::World;
use crate::support::{Account, now};
use crate::wire::Wire;

const ENROL: &str = "/.well-known/est/simpleenroll";

#[test]
fn a_request_has_to_say_its_type_and_may_say_more() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    let post = |kind: &str| {
        wire.exchange(format!(
            "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{kind}\
             Content-Length: {}\r\n{}\r\n{body}",
            body.len(),
            account.header(),
        ))
    };
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/pkcs10x\r\n",
        "Content-Type: application/pkcs7-mime\r\n",
    ] {
        let reply = post(kind);
        assert_eq!(reply.status(), 415, "{kind}");
        assert_eq!(
            reply.text(),
            "a request is of the type application/pkcs10\n"
        );
    }
    let mut answers = Vec::new();
    for kind in [
        "Content-Type: application/pkcs10\r\n",
        "content-type: Application/PKCS10; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
    ] {
        let reply = post(kind);
        assert_eq!(reply.status(), 200, "{kind}: {}", reply.text());
        answers.push(reply.body);
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_body_may_be_laid_out_as_clients_do_it() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    let line: String = body.split_whitespace().collect();
    let armour = "-----BEGIN CERTIFICATE REQUEST-----\n";
    let end = "-----END CERTIFICATE REQUEST-----\n";
    let chunked = wire.exchange(format!(
        "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\
         Content-Type: application/pkcs10\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{body}\r\n0\r\n\r\n",
        account.header(),
        body.len(),
    ));
    assert_eq!(chunked.status(), 200, "{}", chunked.text());
    for body in [
        body.replace('\n', "\r\n"),
        line.clone(),
        format!("\t {line} \r\n"),
        format!("{armour}{body}{end}"),
    ] {
        let reply = wire.post(ENROL, &account.header(), &body);
        assert_eq!(
            (reply.status(), &reply.body),
            (200, &chunked.body),
            "{body}"
        );
    }
}

#[test]
fn a_request_that_is_none_is_refused_before_anything_is_tried() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    for (body, words) in [
        ("", "it is empty"),
        ("not base64!", "it is no base64"),
        ("MAA=", "the request"),
        ("AAAA", "the request"),
        ("<html></html>", "it is a web page"),
    ] {
        let reply = wire.post(ENROL, &account.header(), body);
        assert_eq!(reply.status(), 400, "{body}: {}", reply.text());
        assert!(reply.text().contains(words), "{body}: {}", reply.text());
    }
    // One bit of the signature, which is last.
    let body = world.request("taro");
    let mut der = tokencert::est::body::decode(body.as_bytes()).unwrap();
    *der.last_mut().unwrap() ^= 1;
    assert!(Csr::from_der(&der).is_ok());
    let spoilt = tokencert::est::body::encode_request(&der);
    let reply = wire.post(ENROL, &account.header(), &spoilt);
    assert_eq!(reply.status(), 400, "{}", reply.text());
    assert!(reply.text().contains("signature"), "{}", reply.text());
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(
        reply.status(),
        200,
        "the permit was not touched: {}",
        reply.text()
    );
}

#[test]
fn a_short_rsa_key_is_refused_by_its_size() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    world.csr("short", "rsa:1024", "/CN=short", &[]);
    let body = world.request_again("short", "/CN=short");
    let reply = Wire::new(&world, &served).post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 400, "{}", reply.text());
    assert!(
        reply.text().contains("1024") && reply.text().contains("2048"),
        "{}",
        reply.text()
    );
}

/// The answer that says nothing of what was wrong.
fn unauthenticated(wire: &Wire, account: &Account, body: &str) -> String {
    let reply = wire.post(ENROL, &account.header(), body);
    assert_eq!(reply.status(), 401, "{}", reply.text());
    let challenge = "Basic realm=\"tokencert\", charset=\"UTF-8\"";
    assert_eq!(reply.header("Www-Authenticate"), Some(challenge));
    reply.text().to_owned()
}

#[test]
fn who_is_wrong_never_learns_what_was_wrong() {
    let world = World::with_authority();
    let right = world.holder("taro");
    let served = world.serve(&["--password-rate", "1000"]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    let reply = wire.post(ENROL, "", &body);
    assert_eq!(reply.status(), 401);
    assert_eq!(reply.text(), "name and password are needed\n");
    let account = |id: &str, pin: &str, confirmation: &str| Account {
        id: id.to_owned(),
        pin: pin.to_owned(),
        confirmation: confirmation.to_owned(),
    };
    let wrong_pin = unauthenticated(&wire, &account(&right.id, "0", &right.confirmation), &body);
    let others = [
        account(&right.id, &right.pin, "0"),
        account("00009876543/nobody", &right.pin, &right.confirmation),
        account("'; DROP TABLE holder; --", "x", "x"),
        account("\" OR 1=1 --", "x", "x"),
        account("00009876543/taro\0", &right.pin, &right.confirmation),
        account("00009876543/taro\r\nX: y", &right.pin, &right.confirmation),
        account("\u{202e}", "\u{1b}[2J", "\u{7}"),
        account("", "", ""),
    ];
    for other in others {
        assert_eq!(
            unauthenticated(&wire, &other, &body),
            wrong_pin,
            "{}",
            other.id
        );
    }
    let reply = wire.post(ENROL, &right.header(), &body);
    assert_eq!(reply.status(), 200, "{}", reply.text());
}

/// So many wrong PINs at once: all get the same answer.
fn wrong_at_once(wire: &Wire, account: &Account, body: &str, count: usize) {
    let barrier = Barrier::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let barrier = &barrier;
            scope.spawn(move || {
                let wrong = Account {
                    id: account.id.clone(),
                    pin: format!("wrong-{number}"),
                    confirmation: account.confirmation.clone(),
                };
                barrier.wait();
                unauthenticated(wire, &wrong, body);
            });
        }
    });
}

#[test]
fn five_wrong_pins_at_once_lock_and_only_the_right_one_is_told() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&["--password-rate", "1000"]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    wrong_at_once(&wire, &account, &body, 5);
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 403, "{}", reply.text());
    assert!(reply.text().starts_with("locked "), "{}", reply.text());
    drop(served);
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 403, "a restart unlocks nobody");
    let id = account.id.parse().unwrap();
    world.rules().unlock(&id, &Actor::Operator, now()).unwrap();
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 200, "{}", reply.text());
}

#[test]
fn of_twenty_wrong_pins_at_once_five_count_and_then_no_pin_is_looked_at() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&["--password-rate", "1000"]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    wrong_at_once(&wire, &account, &body, 20);
    let rules = world.rules();
    let id = account.id.parse().unwrap();
    let record = rules.registry().read(|records| records.holder(&id));
    let record = record.unwrap().unwrap();
    // Five that count, and five more that could have learnt that it is locked.
    assert!(record.locked);
    assert_eq!(record.tries, 10);
    unauthenticated(&wire, &account, &body);
    rules.unlock(&id, &Actor::Operator, now()).unwrap();
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 200, "{}", reply.text());
}

#[test]
fn a_key_that_nobody_could_log_in_with_is_refused_over_the_network_and_signed_from_a_file() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let kind = ["-pkeyopt", "ec_paramgen_curve:P-521"];
    world.csr("p521", "ec", "/CN=x", &kind);
    let body = world.request_again("p521", "/CN=taro");
    let reply = wire.post(ENROL, &account.header(), &body);
    let text = reply.text();
    assert_eq!(reply.status(), 400, "{text}");
    assert!(
        text.contains("ec:p521") && text.contains("log in"),
        "{text}"
    );
    // No login is at stake there.
    world.sign("p521", "p521.pem").succeeds();
    let reply = wire.get("/.well-known/est/csrattrs");
    let list = tokencert::est::body::decode(reply.text().as_bytes()).unwrap();
    let named = tokencert::est::CsrAttributes::from_der(&list).unwrap();
    let keys: Vec<String> = named.keys.iter().map(ToString::to_string).collect();
    assert!(keys.contains(&"ec:p384".to_owned()), "{keys:?}");
    assert!(!keys.contains(&"ec:p521".to_owned()), "{keys:?}");
    let (status, answer) = world.acquire(&served, &account, "taro");
    assert_eq!(status, 200, "the permit was not touched: {answer}");
}
