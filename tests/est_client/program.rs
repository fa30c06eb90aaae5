//! The program at a server of somebody else: a plain user name and password, and an authority that
//! takes its time.

use std::sync::{Arc, Mutex};

use base64ct::{Base64, Encoding};
use tokencert::certificate::Certificate;
use tokencert::est::body;
use tokencert::request::Csr;

use crate::common::{Outcome, World};
use crate::peer::{Part, Peer, Visit};
use crate::pki::{Authority, Order};
use crate::soft::SoftKey;
use crate::visitor::{Bank, base64, certificates, status, with};

/// Certificates that are valid for as long as these tests are run by the clock of the system.
const YEARS: (u8, u8) = (20, 40);

/// Answers to the request for a certificate, the first one first; the last one stays.
type Answers = &'static [&'static [(&'static str, &'static str)]];

/// A server that says 202 with these headers, one after the other, and issues then.
fn patient(bank: &Bank, waits: Answers) -> Peer {
    let ca = Authority {
        key: SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let waits = Mutex::new(waits.iter());
    let part: Part = bank.but(move |visit| {
        (visit.operation() == "simpleenroll").then(|| match waits.lock().unwrap().next() {
            Some(headers) => with("202 Accepted", headers, ""),
            None => certificates(&[granted(&ca, visit)]),
        })
    });
    playing(bank, part)
}

/// The server as the program meets it today.
fn playing(bank: &Bank, part: Part) -> Peer {
    let mut role = bank.role(part);
    role.chain = bank.server(&Order {
        years: YEARS,
        ..Order::server()
    });
    Peer::start(role)
}

fn granted(ca: &Authority, visit: &Visit) -> Certificate {
    let csr = Csr::from_der(&body::decode(&visit.body).unwrap()).unwrap();
    let subject = csr.subject().unwrap().to_string();
    let order = Order {
        years: YEARS,
        ..Order::client(&subject)
    };
    ca.issue(&csr.public_key().unwrap(), &order)
}

/// Somebody with a token, an account and what the bank gave them.
fn desk(bank: &Bank) -> World {
    let world = World::with_token("desk");
    world.write("bank.pem", bank.ca.certificate.to_pem().unwrap());
    world
}

fn issue(world: &World, peer: &Peer, (holder, password): (&str, &str)) -> Outcome {
    let source = world.private_file("password", &format!("{password}\n"));
    let source = format!("file:{}", source.display());
    let (address, own) = (peer.origin(), world.pin_source());
    let order = ["issue", "--key", "ec:p256", "--authority", &address];
    let trust = ["--trust", "bank.pem", "--pin-source", &own];
    let account = ["--holder", holder, "--account-pin-source", &source];
    world.tokencert(&[&order[..], &trust, &account].concat())
}

/// The requests for a certificate that came.
fn requests(peer: &Peer) -> Vec<Visit> {
    let mut visits = peer.visits();
    visits.retain(|visit| visit.line().starts_with("POST"));
    visits
}

fn private_keys(world: &World) -> usize {
    let order = ["list", "--format", "json", "--pin-source"];
    let pin = world.pin_source();
    let order = [&order[..], &[&pin, "--login"]].concat();
    let list = world.tokencert(&order).succeeds().json();
    let identities = list["identities"].as_array().unwrap();
    let keys = identities.iter();
    keys.filter(|one| !one["private_key"].is_null()).count()
}

const ROBOT: (&str, &str) = ("robot", "correct horse");

#[test]
fn a_plain_user_name_and_its_password_are_all_that_a_server_of_somebody_else_needs() {
    let cases = [
        ROBOT,
        // Nothing in a password means anything here.
        ("Taro Yamada", "a:b::c:"),
        ("太郎", "パスワード：1"),
    ];
    for account in cases {
        let bank = Bank::new();
        let peer = patient(&bank, &[]);
        let world = desk(&bank);
        let done = issue(&world, &peer, account).succeeds();
        done.says(account.0).never_says(account.1);
        let sent = requests(&peer);
        assert_eq!(sent.len(), 1);
        let pair = format!("{}:{}", account.0, account.1);
        let basic = format!("Basic {}", Base64::encode_string(pair.as_bytes()));
        assert_eq!(sent[0].header("Authorization"), Some(basic.as_str()));
    }
}

#[test]
fn a_user_name_with_a_colon_is_refused_before_anything_is_made_or_connected() {
    let bank = Bank::new();
    let peer = patient(&bank, &[]);
    let world = desk(&bank);
    issue(&world, &peer, ("a:b", "secret")).exits(2);
    assert_eq!((peer.connections(), private_keys(&world)), (0, 0));
}

#[test]
fn a_short_wait_is_waited_for_in_one_run() {
    let bank = Bank::new();
    let soon: &[_] = &[("Retry-After", "1")];
    let peer = patient(&bank, Box::leak(Box::new([soon, soon])));
    let world = desk(&bank);
    issue(&world, &peer, ROBOT).succeeds();
    let sent = requests(&peer);
    let sent: Vec<_> = sent.iter().map(|one| (&one.head, &one.body)).collect();
    assert_eq!(
        sent, [sent[0]; 3],
        "the same request with the same password"
    );
    assert_eq!(private_keys(&world), 1);
}

#[test]
fn a_long_wait_ends_the_run_and_the_next_ones_go_on_with_the_same_key() {
    let bank = Bank::new();
    let later: &[_] = &[("Retry-After", "3600")];
    let unknown: &[_] = &[];
    let peer = patient(&bank, Box::leak(Box::new([later, unknown])));
    let world = desk(&bank);
    let key = |visit: &Visit| {
        let csr = Csr::from_der(&body::decode(&visit.body).unwrap()).unwrap();
        csr.public_key().unwrap()
    };
    let mut keys = Vec::new();
    for _ in 0..2 {
        let pending = issue(&world, &peer, ROBOT).exits(8);
        pending.never_says(ROBOT.1);
        let sent = requests(&peer);
        assert_eq!(sent.len(), 1, "it is not asked again and again");
        keys.push(key(&sent[0]));
        assert_eq!(private_keys(&world), 1);
        let list = world.tokencert(&["pending", "list", "--format", "json"]);
        list.says(&peer.origin()).never_says(ROBOT.1);
    }
    issue(&world, &peer, ROBOT).succeeds();
    keys.push(key(&requests(&peer)[0]));
    assert!(keys.iter().all(|one| *one == keys[0]));
    assert_eq!(private_keys(&world), 1);
    issue(&world, &peer, ROBOT).succeeds().says("already there");
    assert!(requests(&peer).is_empty());
}

#[test]
fn a_server_that_refuses_or_fails_costs_no_second_key() {
    let bank = Bank::new();
    let ca = Authority {
        key: SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let stranger = bank.ca.certificate.clone();
    let turn = Arc::new(Mutex::new(0));
    let part: Part = bank.but(move |visit| {
        if visit.operation() != "simpleenroll" {
            return None;
        }
        let mut turn = turn.lock().unwrap();
        *turn += 1;
        Some(match *turn {
            1 => status("401 Unauthorized", "text/plain", "who are you"),
            2 => status("500 Internal Server Error", "text/html", "<html>oh</html>"),
            3 => status("200 OK", "text/html", "<html>welcome</html>"),
            4 => certificates(&[stranger.clone()]),
            5 => status(
                "200 OK",
                "application/pkcs7-mime",
                &base64(granted(&ca, visit).as_der()),
            ),
            6 => status("403 Forbidden", "text/html", "<html>no</html>"),
            _ => certificates(&[granted(&ca, visit)]),
        })
    });
    let peer = playing(&bank, part);
    let world = desk(&bank);
    let faults = [
        (7, "does not accept the account: who are you (status 401)"),
        (1, "status 500"),
        (1, "it is a web page (text/html) in place of certificates"),
        (1, "none of its certificates is for the key of the request"),
        (1, "it is a bare certificate in place of a PKCS#7 message"),
        (7, "refused: status 403"),
    ];
    for (exit, words) in faults {
        let told = issue(&world, &peer, ROBOT);
        assert!(told.status == Some(exit), "{told}");
        told.complains(words)
            .complains("the key on the token is kept");
        assert_eq!(private_keys(&world), 1);
    }
    issue(&world, &peer, ROBOT).succeeds();
    assert_eq!(private_keys(&world), 1);
}

#[test]
fn a_server_that_answers_and_has_no_profile_was_reached_and_is_told_so() {
    let pages: [(&str, &str, &str); 3] = [
        ("404 Not Found", "no such page", "status 404"),
        ("200 OK", "<html>welcome</html>", "cannot be used"),
        ("403 Forbidden", "go away", "go away"),
    ];
    for (line, text, words) in pages {
        let bank = Bank::new();
        let peer = playing(
            &bank,
            bank.but(move |_| Some(status(line, "text/plain", text))),
        );
        let world = desk(&bank);
        let add = ["profile", "add", &peer.origin(), "--trust"];
        let fingerprint = format!("sha256:{}", bank.ca.certificate.fingerprint());
        for trust in ["bank.pem", &fingerprint] {
            let failed = world.tokencert(&[&add[..], &[trust]].concat());
            assert_ne!(failed.status, Some(0), "{line}");
            let failed = failed
                .never_says("cannot be reached")
                .never_says("key on the token");
            if trust == fingerprint || line != "200 OK" {
                failed.exits(1).complains("gives no profile");
            } else {
                failed.complains(words);
            }
        }
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("https://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let bank = Bank::new();
    let add = ["profile", "add", &gone, "--trust", "bank.pem"];
    desk(&bank)
        .tokencert(&add)
        .exits(1)
        .complains("cannot be reached");
}
