//! Servers that want something else, send elsewhere, or break off.

use tokencert::est::{CsrAttributes, body};
use tokencert::{Authority as _, Error};

use crate::peer::{Part, Says};
use crate::pki::tlv;
use crate::visitor::{
    Bank, Diary, base64, came, certificates, failure, good, issued, request, status, with,
};

/// A bank that answers every request for a certificate so.
fn enrolling(bank: &Bank, answer: impl Fn() -> Says + Send + 'static) -> Part {
    bank.but(move |visit| (visit.operation() == "simpleenroll").then(&answer))
}

#[test]
fn a_login_of_another_kind_than_basic_is_named() {
    let bank = Bank::new();
    let wanting = |challenges: &'static [(&str, &str)]| {
        let part = enrolling(&bank, || with("401 Unauthorized", challenges, ""));
        let peer = bank.play(part);
        let mut client = Diary::default().holder(&peer.origin(), bank.trust());
        client.enrol(&request()).unwrap_err()
    };
    let digest = ("WWW-Authenticate", r#"Digest realm="est", nonce="1""#);
    let bearer = ("WWW-Authenticate", "Bearer");
    let basic = ("WWW-Authenticate", r#"basic realm="est""#);
    let other = wanting(Box::leak(Box::new([digest, bearer])));
    assert_eq!(other.code(), "authority-refused");
    assert!(
        other
            .to_string()
            .contains("it wants a login by Digest, Bearer"),
        "{other}"
    );
    let one_of_them = wanting(Box::leak(Box::new([digest, basic])));
    assert_eq!(one_of_them.code(), "account-refused");
    assert_eq!(wanting(&[]).code(), "account-refused");
}

#[test]
fn the_page_of_a_proxy_is_not_passed_on() {
    let bank = Bank::new();
    for line in ["403 Forbidden", "503 Service Unavailable"] {
        let page = "<!DOCTYPE html><html><h1>Blocked</h1></html>";
        let part = enrolling(&bank, move || {
            status(line, "text/html; charset=utf-8", page)
        });
        let error = failure(&bank, part).to_string();
        let (number, _) = line.split_once(' ').unwrap();
        assert!(error.ends_with(&format!("status {number}")), "{error}");
        // Nor where it is called something else.
        let part = enrolling(&bank, move || status(line, "text/plain", page));
        let error = failure(&bank, part).to_string();
        assert!(!error.contains("Blocked"), "{error}");
    }
}

#[test]
fn a_server_that_asks_for_a_binding_is_asked_and_its_refusal_says_what_may_be_behind_it() {
    let mut attributes = CsrAttributes::new(Vec::new());
    attributes.challenge_password = true;
    let attributes = body::encode_answer(&attributes.to_der().unwrap());
    let playing = |refuses: bool| {
        let bank = Bank::new();
        let attributes = attributes.clone();
        let part = bank.but(move |visit| match visit.operation() {
            "csrattrs" => Some(status("200 OK", "application/csrattrs", &attributes)),
            "simpleenroll" if refuses => Some(status("400 Bad Request", "text/plain", "no PoP")),
            _ => None,
        });
        let peer = bank.play(part);
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        client.requirements().unwrap();
        client.enrol(&request())
    };
    came(playing(false));
    let refused = playing(true).unwrap_err().to_string();
    assert!(refused.contains("no PoP (status 400)"), "{refused}");
    assert!(refused.contains("(challengePassword)"), "{refused}");
}

#[test]
fn a_redirect_to_the_same_server_is_followed_in_whatever_way_it_is_written() {
    let bank = Bank::new();
    for write in [
        |origin: &str| format!("{origin}/moved/cacerts"),
        |origin: &str| format!("{}/moved/cacerts", origin.replace("https", "HTTPS")),
        |_: &str| "/moved/cacerts".to_owned(),
        |origin: &str| format!("{origin}/moved/cacerts?from=here"),
    ] {
        let part = bank.but(move |visit| {
            let asked = visit.line() == "GET /.well-known/est/cacerts";
            let host = visit.header("Host").unwrap();
            let place = write(&format!("https://{host}"));
            asked.then(|| with("301 Moved Permanently", &[("Location", &place)], ""))
        });
        let part: Part = match write("") {
            asked if asked.contains('?') => {
                let root = bank.ca.certificate.clone();
                let mut part = part;
                Box::new(move |visit| match visit.line() {
                    "GET /moved/cacerts?from=here" => certificates(&[root.clone()]),
                    _ => part(visit),
                })
            }
            _ => part,
        };
        let peer = bank.play(part);
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        client.ca_certificates().unwrap();
    }
}

#[test]
fn another_server_that_a_redirect_names_is_not_even_connected_to() {
    let bank = Bank::new();
    let other = bank.play(bank.usual());
    let diary = Diary::default();
    for operation in ["cacerts", "simpleenroll"] {
        let place = format!("{}/.well-known/est/{operation}", other.origin());
        let part = bank.but(move |visit| {
            let asked = visit.operation() == operation;
            asked.then(|| with("307 Temporary Redirect", &[("Location", &place)], ""))
        });
        let peer = bank.play(part);
        let mut client = diary.holder(&peer.origin(), bank.trust());
        let error = client.enrol(&request()).unwrap_err();
        assert_eq!(error.code(), "authority-answer");
        assert!(error.to_string().contains(&other.origin()), "{error}");
    }
    assert_eq!(other.connections(), 0);
    // Asked for once, when the server was verified and the request about to go.
    assert_eq!(diary.asked.borrow().len(), 1);
}

/// What an enrolment ends with that is answered with these bytes.
fn answered(bytes: Vec<u8>) -> Error {
    let bank = Bank::new();
    failure(&bank, enrolling(&bank, move || Says::Bytes(bytes.clone())))
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime\r\n\
                       Transfer-Encoding: chunked\r\n\r\n";

#[test]
fn an_answer_that_breaks_off_is_named_wherever_it_breaks_off() {
    let early = "it ends too early";
    let cases = [
        ("HTTP/1.1 200 OK\r\nContent-Ty".to_owned(), early),
        (format!("{CHUNKED}a\r\nMII"), early),
        (format!("{CHUNKED}4\r\nMIIB\r\n"), early),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nMIIB".to_owned(),
            early,
        ),
        (
            format!("{CHUNKED}zz\r\nMIIB\r\n"),
            "it is no answer of HTTP/1.1: chunk length cannot be read as a number",
        ),
    ];
    for (text, fault) in cases {
        let Error::AuthorityAnswer { reason, .. } = answered(text.clone().into_bytes()) else {
            panic!("{text:?}")
        };
        assert_eq!(reason, fault, "{text:?}");
    }
}

#[test]
fn a_head_of_megabytes_is_not_read_to_its_end() {
    let line = format!("X: {}\r\n", "a".repeat(1000));
    let head = format!("HTTP/1.1 200 OK\r\n{}", line.repeat(4000));
    let Error::AuthorityAnswer { reason, .. } = answered(head.into_bytes()) else {
        panic!()
    };
    assert!(reason.starts_with("its head is larger than"), "{reason}");
}

#[test]
fn what_a_server_says_before_its_answer_is_passed_over() {
    let bank = Bank::new();
    let ca = crate::pki::Authority {
        key: crate::soft::SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let part = bank.but(move |visit| {
        (visit.operation() == "simpleenroll").then(|| {
            let answer = body::certs_only(&[issued(&ca, visit)]).unwrap();
            let answer = good(&base64(&answer));
            Says::Bytes([&b"HTTP/1.1 100 Continue\r\n\r\n"[..], &answer].concat())
        })
    });
    let peer = bank.play(part);
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    came(client.enrol(&request()));
}

/// A certs-only message as others write it: lengths that are not told, constructed all the way, and
/// a list of revoked certificates beside the certificates.
fn indefinite(certificate: &[u8], list: &[u8]) -> Vec<u8> {
    const SIGNED_DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    const DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let open = |tag: u8, parts: &[&[u8]]| [&[tag, 0x80], &parts.concat()[..], &[0, 0]].concat();
    let signed = open(
        0x30,
        &[
            &[2, 1, 1],
            &[0x31, 0],
            &open(0x30, &[DATA]),
            &open(0xa0, &[certificate]),
            &tlv(0xa1, &[list]),
            &[0x31, 0],
        ],
    );
    open(0x30, &[SIGNED_DATA, &open(0xa0, &[&signed])])
}

#[test]
fn a_message_with_lengths_left_open_and_a_list_of_the_revoked_is_read() {
    let bank = Bank::new();
    let ca = crate::pki::Authority {
        key: crate::soft::SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let part = bank.but(move |visit| {
        (visit.operation() == "simpleenroll").then(|| {
            // Only that it is there matters: nobody reads it.
            let list = tlv(0x30, &[&tlv(0x30, &[]), &tlv(0x30, &[]), &[3, 1, 0]]);
            let der = indefinite(issued(&ca, visit).as_der(), &list);
            Says::Bytes(good(&base64(&der)))
        })
    });
    let peer = bank.play(part);
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    assert_eq!(came(client.enrol(&request())).len(), 1);
}
