//! What becomes of each status, and of servers that do not take our certificate.

use std::sync::Mutex;
use std::time::Duration;

use rustls::CertificateError;
use rustls::version::{TLS12, TLS13};
use tokencert::authority::{AccessRefusal, Present};
use tokencert::{Authority as _, Enrolment, Error, ErrorKind};

use crate::peer::{Clients, Part, Peer, Says, Visit};
use crate::pki::Order;
use crate::soft::SoftKey;
use crate::visitor::{Bank, Diary, came, failure, request, status, with};

/// A bank that answers every request for a certificate with one status.
fn always(
    bank: &Bank,
    line: &'static str,
    headers: &'static [(&str, &str)],
    body: &'static str,
) -> Part {
    bank.but(move |visit| {
        visit
            .line()
            .starts_with("POST")
            .then(|| with(line, headers, body))
    })
}

const PLAIN: &[(&str, &str)] = &[("Content-Type", "text/plain; charset=utf-8")];

#[test]
fn a_refused_account_is_said_in_the_servers_words_and_the_password_forgotten() {
    let bank = Bank::new();
    let part = always(&bank, "401 Unauthorized", PLAIN, "wrong\r\n code\u{1b}[2J");
    let peer = bank.play(part);
    let diary = Diary::default();
    let mut client = diary.holder(&peer.origin(), bank.trust());
    for _ in 0..2 {
        let error = client.enrol(&request()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let Error::AccountRefused { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(reason, "wrong code\u{fffd}[2J (status 401)");
    }
    assert_eq!(diary.asked.borrow().len(), 2);
    let mut nobody = Diary::default().client(&peer.origin(), bank.trust());
    let error = nobody.enrol(&request()).unwrap_err().to_string();
    assert!(
        error.contains("it wants a user name and a password"),
        "{error}"
    );
}

#[test]
fn a_refusal_is_final_and_a_failure_may_pass() {
    let bank = Bank::new();
    let refused = failure(&bank, always(&bank, "403 Forbidden", PLAIN, "no permit"));
    assert_eq!(refused.code(), "authority-refused");
    assert!(refused.to_string().contains("no permit (status 403)"));
    let failed = failure(
        &bank,
        always(&bank, "500 Internal Server Error", PLAIN, "oh"),
    );
    assert_eq!(failed.code(), "authority-unreachable");
    let page = [("Content-Type", "text/html")];
    let page: &'static [_] = Box::leak(Box::new(page));
    let failed = failure(
        &bank,
        always(&bank, "502 Bad Gateway", page, "<html>nginx</html>"),
    );
    assert!(failed.to_string().ends_with("status 502"), "{failed}");
    let busy: &[(&str, &str)] = &[("Retry-After", "90")];
    let busy = failure(&bank, always(&bank, "503 Service Unavailable", busy, ""));
    assert!(busy.to_string().contains("left for 90 s"), "{busy}");
    let strange = failure(&bank, always(&bank, "201 Created", PLAIN, ""));
    assert_eq!(strange.code(), "authority-answer");
}

/// A bank that says 202 with these headers so often.
fn pending(bank: &Bank, times: usize, headers: &'static [(&str, &str)]) -> Part {
    let left = Mutex::new(times);
    bank.but(move |visit| {
        let mut left = left.lock().unwrap();
        if visit.operation() != "simpleenroll" || *left == 0 {
            return None;
        }
        *left -= 1;
        Some(with("202 Accepted", headers, ""))
    })
}

#[test]
fn a_short_wait_is_waited_for_and_the_same_request_sent_again() {
    let bank = Bank::new();
    let peer = bank.play(pending(&bank, 2, &[("Retry-After", "30")]));
    let diary = Diary::default();
    let mut client = diary.holder(&peer.origin(), bank.trust());
    came(client.enrol(&request()));
    assert_eq!(*diary.waits.borrow(), [30, 30]);
    assert_eq!(diary.asked.borrow().len(), 1);
    let visits = peer.visits();
    let sent: Vec<(&str, &[u8])> = visits[1..]
        .iter()
        .map(|visit| (visit.head.as_str(), visit.body.as_slice()))
        .collect();
    assert_eq!(sent, [sent[0]; 3]);
}

#[test]
fn a_long_wait_is_left_to_the_next_run() {
    let waits = |headers: &'static [(&str, &str)]| {
        let bank = Bank::new();
        let peer = bank.play(pending(&bank, 1000, headers));
        let diary = Diary::default();
        let mut client = diary.client(&peer.origin(), bank.trust());
        let Ok(Enrolment::Pending { retry_after, place }) = client.enrol(&request()) else {
            panic!()
        };
        assert_eq!(place, peer.origin());
        let waited = diary.waits.borrow().clone();
        (retry_after.map(|wait| wait.as_secs()), waited)
    };
    assert_eq!(waits(&[("Retry-After", "31")]), (Some(31), vec![]));
    assert_eq!(waits(&[]), (None, vec![]));
    assert_eq!(waits(&[("Retry-After", "30")]), (Some(30), vec![30; 4]));
    assert_eq!(waits(&[("Retry-After", "0")]).1.iter().sum::<u64>(), 120);
    let date = &[("Retry-After", "Mon, 01 Jun 2026 01:00:00 GMT")];
    assert_eq!(waits(date), (Some(3600), vec![]));
    let own_clock = &[
        ("Date", "Mon, 01 Jun 2026 00:59:00 GMT"),
        ("Retry-After", "Mon, 01 Jun 2026 01:00:00 GMT"),
    ];
    assert_eq!(waits(own_clock), (Some(60), vec![]));
    assert_eq!(waits(&[("Retry-After", "later")]), (None, vec![]));
}

#[test]
fn a_redirect_within_the_server_is_followed_and_no_other() {
    let bank = Bank::new();
    let to = |place: &'static str| {
        bank.but(move |visit| {
            let first = visit.line() == "GET /.well-known/est/cacerts";
            first.then(|| with("302 Found", &[("Location", place)], ""))
        })
    };
    let peer = bank.play(to("/elsewhere/cacerts"));
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    client.ca_certificates().unwrap();
    assert_eq!(peer.visits()[1].line(), "GET /elsewhere/cacerts");
    for place in [
        "https://127.0.0.1.example/cacerts",
        "//evil.example/cacerts",
        "http://127.0.0.1/",
    ] {
        let peer = bank.play(to(place));
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        let error = client.ca_certificates().unwrap_err().to_string();
        assert!(
            error.contains(&format!("it points to `{place}`")),
            "{error}"
        );
    }
    let peer = bank.play(to("/.well-known/est/cacerts"));
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    let error = client.ca_certificates().unwrap_err().to_string();
    assert!(error.contains("from place to place"), "{error}");
    assert_eq!(peer.visits().len(), 4);
}

#[test]
fn a_request_is_not_sent_elsewhere() {
    let bank = Bank::new();
    let part = always(
        &bank,
        "307 Temporary Redirect",
        &[("Location", "/other")],
        "",
    );
    let peer = bank.play(part);
    let mut client = Diary::default().holder(&peer.origin(), bank.trust());
    let error = client.enrol(&request()).unwrap_err().to_string();
    assert!(error.contains("it points to `/other`"), "{error}");
    assert_eq!(peer.visits().len(), 2);
}

/// What a renewal ends with at such a server.
fn renewal(
    version: &'static rustls::SupportedProtocolVersion,
    clients: Clients,
    first: fn(&Visit) -> Option<Says>,
) -> Error {
    let bank = Bank::new();
    let mut role = bank.role(bank.but(first));
    role.versions = vec![version];
    role.clients = clients;
    let peer = Peer::start(role);
    let key = SoftKey::new(9);
    let certificate = bank.ca.issue(&key.public(), &Order::client("CN=taro"));
    let present = Present {
        certificate: &certificate,
        chain: &[],
        key: &key,
    };
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    client.reenrol(&request(), &present).unwrap_err()
}

#[test]
fn a_refused_certificate_is_said_with_its_reason_however_late_the_server_tells() {
    let cases = [
        (CertificateError::Expired, AccessRefusal::Expired),
        (CertificateError::Revoked, AccessRefusal::Revoked),
        (CertificateError::UnknownIssuer, AccessRefusal::Unknown),
    ];
    for version in [&TLS13, &TLS12] {
        for (why, expected) in &cases {
            let error = renewal(version, Clients::Refused(why.clone()), |_| None);
            let Error::CertificateRefused {
                reason, subject, ..
            } = error
            else {
                panic!("{error:?}")
            };
            assert_eq!((reason, subject.as_str()), (*expected, "CN=taro"));
        }
    }
}

#[test]
fn a_server_that_hangs_up_on_a_certificate_and_not_without_does_not_accept_it() {
    for version in [&TLS13, &TLS12] {
        let error = renewal(version, Clients::Dropped, |_| None);
        let Error::CertificateRefused { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(reason, AccessRefusal::Unknown);
    }
}

#[test]
fn a_server_that_hangs_up_on_everybody_cannot_be_reached() {
    let error = renewal(&TLS13, Clients::Welcome, |_| Some(Says::Nothing));
    let Error::AuthorityUnreachable { reason, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(reason, "it hung up");
}

#[test]
fn a_server_that_names_its_reason_is_believed() {
    macro_rules! case {
        ($name:literal) => {
            |_: &Visit| {
                let headers = [("Tokencert-Refusal", $name), ("Content-Type", "text/plain")];
                Some(with("403 Forbidden", &headers, "no"))
            }
        };
    }
    let cases: [(fn(&Visit) -> Option<Says>, AccessRefusal); 6] = [
        (case!("expired"), AccessRefusal::Expired),
        (case!("revoked"), AccessRefusal::Revoked),
        (case!("superseded"), AccessRefusal::Superseded),
        (case!("suspended"), AccessRefusal::Suspended),
        (case!("wrong-holder"), AccessRefusal::WrongHolder),
        (case!("something"), AccessRefusal::Unknown),
    ];
    for (first, expected) in cases {
        let error = renewal(&TLS13, Clients::Welcome, first);
        let Error::CertificateRefused { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(reason, expected);
    }
    let plain = renewal(&TLS13, Clients::Welcome, |_| {
        Some(status("403 Forbidden", "text/plain", "not in the window"))
    });
    assert_eq!(plain.code(), "authority-refused");
}

#[test]
fn what_is_not_there_or_no_server_of_tls_is_said() {
    let bank = Bank::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    let plain = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = nobody.accept().unwrap();
        assert!(stream.read(&mut [0; 100]).unwrap() > 0);
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        std::thread::sleep(Duration::from_millis(100));
    });
    let mut client = Diary::default().client(&format!("https://127.0.0.1:{port}"), bank.trust());
    let error = client.ca_certificates().unwrap_err();
    assert_eq!(error.code(), "authority-answer");
    assert!(
        error.to_string().contains("it does not speak TLS"),
        "{error}"
    );
    plain.join().unwrap();
    let error = client.ca_certificates().unwrap_err().to_string();
    assert!(error.to_lowercase().contains("refused"), "{error}");
}

#[test]
fn a_server_of_tls_1_1_alone_is_said() {
    let bank = Bank::new();
    let old = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = old.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = old.accept().unwrap();
        assert!(stream.read(&mut [0; 2000]).unwrap() > 0);
        // A fatal alert: protocol_version (RFC 5246 section 7.2.2).
        stream.write_all(&[0x15, 3, 2, 0, 2, 2, 70]).unwrap();
        std::io::copy(&mut stream, &mut std::io::sink()).ok();
    });
    let mut client = Diary::default().client(&format!("https://127.0.0.1:{port}"), bank.trust());
    let error = client.ca_certificates().unwrap_err().to_string();
    assert!(
        error.contains("it speaks neither TLS 1.2 nor TLS 1.3"),
        "{error}"
    );
    server.join().unwrap();
}
