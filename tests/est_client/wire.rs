//! What goes over the wire, byte by byte, and where to.

use base64ct::{Base64, Encoding};
use rustls::version::{TLS12, TLS13};
use secrecy::SecretString;
use tokencert::authority::{LoginService as _, Present};
use tokencert::est::{EstLogin, Trust, fetch_profile};
use tokencert::{Authority as _, Error};

use crate::peer::{Peer, Visit};
use crate::pki::Order;
use crate::soft::SoftKey;
use crate::visitor::{Bank, Diary, came, request, status, with};

/// The lines of a head, in lower case and in order, without the address of the server.
fn head(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with("host: "));
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines[1..].sort();
    lines
}

#[test]
fn a_request_is_64_columns_with_a_length_and_an_encoding() {
    let bank = Bank::new();
    let peer = bank.play(bank.usual());
    let diary = Diary::default();
    let mut client = diary.holder(&format!("{}/users", peer.origin()), bank.trust());
    came(client.enrol(&request()));
    let visits = peer.visits();
    let [cacerts, enrol] = visits.as_slice() else {
        panic!("{visits:?}")
    };
    assert_eq!(cacerts.line(), "GET /.well-known/est/users/cacerts");
    assert_eq!(cacerts.header("Authorization"), None);
    let base64 = Base64::encode_string(request().as_der());
    let mut expected = String::new();
    for line in base64.as_bytes().chunks(64) {
        expected += std::str::from_utf8(line).unwrap();
        expected += "\n";
    }
    assert_eq!(String::from_utf8(enrol.body.clone()).unwrap(), expected);
    let basic = Base64::encode_string(b"00009876543/taro:1234:567890");
    let length = expected.len();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        head(&enrol.head),
        [
            "POST /.well-known/est/users/simpleenroll HTTP/1.1".to_owned(),
            "accept: */*".to_owned(),
            format!("authorization: Basic {basic}"),
            format!("content-length: {length}"),
            "content-transfer-encoding: base64".to_owned(),
            "content-type: application/pkcs10".to_owned(),
            format!("user-agent: tokencert/{version}"),
        ]
    );
    let host = format!("127.0.0.1:{}", peer.port());
    assert_eq!(enrol.header("Host"), Some(host.as_str()));
}

#[test]
fn a_renewal_shows_the_certificate_with_its_chain_and_no_password() {
    for version in [&TLS13, &TLS12] {
        let bank = Bank::new();
        let between = bank.ca.below(3, "CN=Between,O=Example,C=JP");
        let key = SoftKey::new(9);
        let present = between.issue(&key.public(), &Order::client("CN=taro,O=Example,C=JP"));
        let chain = [between.certificate.clone(), bank.ca.certificate.clone()];
        let mut role = bank.role(bank.usual());
        role.versions = vec![version];
        let peer = Peer::start(role);
        let diary = Diary::default();
        let mut client = diary.holder(&peer.origin(), bank.trust());
        let present = Present {
            certificate: &present,
            chain: &chain,
            key: &key,
        };
        let issued = came(client.reenrol(&request(), &present));
        assert_eq!(issued.len(), 1);
        let visits = peer.visits();
        assert_eq!(visits.len(), 1, "one connection, one signature");
        let expected = [present.certificate, &chain[0]].map(|one| one.as_der().to_vec());
        assert_eq!(visits[0].shown, expected, "the root stays at home");
        assert_eq!(visits[0].version, version.version);
        assert_eq!(visits[0].line(), "POST /.well-known/est/simplereenroll");
        assert_eq!(visits[0].header("Authorization"), None);
        assert!(diary.asked.borrow().is_empty());
    }
}

#[test]
fn only_a_renewal_shows_a_certificate() {
    let bank = Bank::new();
    let peer = bank.play(bank.usual());
    let mut client = Diary::default().holder(&peer.origin(), bank.trust());
    client.ca_certificates().unwrap();
    client.ca_certificates().unwrap();
    client.requirements().unwrap();
    came(client.enrol(&request()));
    let visits = peer.visits();
    let lines: Vec<&str> = visits.iter().map(Visit::operation).collect();
    assert_eq!(lines, ["cacerts", "csrattrs", "simpleenroll"]);
    assert!(visits.iter().all(|visit| visit.shown.is_empty()));
}

#[test]
fn a_certificate_that_cannot_log_in_is_said_before_anything_is_connected() {
    let bank = Bank::new();
    let peer = bank.play(bank.usual());
    let key = SoftKey::new(9);
    let order = || Order::client("CN=taro");
    let reason = |order: Order, key: &SoftKey| {
        let certificate = bank.ca.issue(&SoftKey::new(9).public(), &order);
        let present = Present {
            certificate: &certificate,
            chain: &[],
            key,
        };
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        match client.reenrol(&request(), &present) {
            Err(Error::CertificateUnfit { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    };
    let without_signature = Order {
        signs: false,
        ..order()
    };
    assert_eq!(
        reason(without_signature, &key),
        "its key usage lacks digitalSignature"
    );
    let for_code = Order {
        purposes: vec![crate::pki::CODE],
        ..order()
    };
    assert_eq!(
        reason(for_code, &key),
        "its extended key usage lacks clientAuth"
    );
    assert_eq!(
        reason(order(), &SoftKey::new(8)),
        "the key is another one's"
    );
    assert_eq!(peer.connections(), 0);
    let anything = Order {
        purposes: vec![],
        ..order()
    };
    let certificate = bank.ca.issue(&key.public(), &anything);
    let present = Present {
        certificate: &certificate,
        chain: &[],
        key: &key,
    };
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    came(client.reenrol(&request(), &present));
}

const WELCOME: &str = r#"{"version":1,"holder":"00009876543/taro","name":null,"kana":"ﾀﾛｳ","institution":"1635",
"subject":"CN=taro","serial_number":"0a","not_after":"2026-12-31T23:59:59Z","days_left":213,"renewal_due":false,"notices":["hello"]}"#;

#[test]
fn a_login_is_a_certificate_and_a_pin_at_the_holders_door() {
    let bank = Bank::new();
    let part = bank.but(|visit| match visit.line() {
        "POST /login" | "POST /login/00009876543/taro" => {
            Some(status("200 OK", "application/json", WELCOME))
        }
        _ => Some(status("401 Unauthorized", "text/plain", "wrong PIN")),
    });
    let peer = bank.play(part);
    let key = SoftKey::new(9);
    let certificate = bank.ca.issue(&key.public(), &Order::client("CN=taro"));
    let present = Present {
        certificate: &certificate,
        chain: &[],
        key: &key,
    };
    let diary = Diary::default();
    let mut door = EstLogin::new(&peer.origin(), bank.trust(), diary.network()).unwrap();
    let pin = SecretString::from("1234");
    let told = door
        .log_in(&present, Some("00009876543/taro"), &pin)
        .unwrap();
    assert_eq!(
        (told.holder.as_str(), told.days_left, told.notices.len()),
        ("00009876543/taro", 213, 1)
    );
    door.log_in(&present, None, &pin).unwrap();
    let visits = peer.visits();
    let basic = |user: &str| format!("Basic {}", Base64::encode_string(user.as_bytes()));
    assert_eq!(
        visits[0].header("Authorization"),
        Some(basic("00009876543/taro:1234").as_str())
    );
    assert_eq!(
        visits[1].header("Authorization"),
        Some(basic(":1234").as_str())
    );
    assert_eq!(visits[0].shown, [certificate.as_der().to_vec()]);
    let refused = door.log_in(&present, Some("SH001"), &pin).unwrap_err();
    let Error::AccountRefused { reason, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(reason, "wrong PIN (status 401)");
    for holder in ["../admin", "a b", "a//b", "a:b"] {
        let refused = door.log_in(&present, Some(holder), &pin).unwrap_err();
        assert_eq!(refused.code(), "holder-id-invalid", "{holder}");
    }
}

#[test]
fn a_profile_comes_from_a_server_that_is_trusted() {
    let bank = Bank::new();
    let part = bank.but(|visit| {
        (visit.line() == "GET /profile")
            .then(|| with("200 OK", &[("Content-Type", "application/toml")], "a = 1\n"))
    });
    let peer = bank.play(part);
    let trust = Trust::Fingerprint(bank.ca.certificate.sha256());
    let network = Diary::default().network();
    let (text, trusted) = fetch_profile(&peer.origin(), trust, network).unwrap();
    assert_eq!(text, "a = 1\n");
    assert_eq!(trusted, [bank.ca.certificate.clone()]);
}
