//! Whole answers, byte by byte: nothing is left to a client's tolerance.

use tokencert::est::body;

use crate::common::World;
use crate::support::only_certificate;
use crate::wire::{Reply, Wire};

const ENROL: &str = "/.well-known/est/simpleenroll";

/// Insists on these header lines, in this order, and on the length and the date that every answer
/// says.
#[track_caller]
fn insist(reply: &Reply, head: &[&str], body: &[u8]) {
    let (length, date) = (body.len().to_string(), reply.header("Date").unwrap());
    let head: Vec<String> = head
        .iter()
        .map(|line| line.replace("LENGTH", &length).replace("DATE", date))
        .collect();
    assert_eq!(reply.head, head.join("\r\n"));
    assert_eq!(reply.body, body);
}

/// The certificate in one line with its end, as RFC 8951 and every client want it.
fn one_line(reply: &Reply) -> Vec<u8> {
    let certificate = only_certificate(&reply.body);
    let line = body::encode_answer(&body::certs_only(&[certificate]).unwrap());
    assert!(line.len() <= 1001 && line.find('\n') == Some(line.len() - 1));
    line.into_bytes()
}

const CERTIFICATE: [&str; 7] = [
    "HTTP/1.1 200 OK",
    "Server: tokencert",
    "Content-Type: application/pkcs7-mime; smime-type=certs-only",
    "Content-Transfer-Encoding: base64",
    "Connection: close",
    "Content-Length: LENGTH",
    "Date: DATE",
];

#[test]
fn an_answer_with_a_certificate_is_these_bytes() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let reply = wire.get("/.well-known/est/cacerts");
    insist(&reply, &CERTIFICATE, &one_line(&reply));
    let request = world.request("taro");
    let reply = wire.post(ENROL, &account.header(), &request);
    insist(&reply, &CERTIFICATE, &one_line(&reply));
    // The same to a client of HTTP/1.0, which ends the connection without saying so.
    let old = wire.exchange(format!(
        "POST {ENROL} HTTP/1.0\r\n{}Content-Type: application/pkcs10\r\n\
         Content-Length: {}\r\n\r\n{request}",
        account.header(),
        request.len(),
    ));
    let mut head = CERTIFICATE.to_vec();
    head[0] = "HTTP/1.0 200 OK";
    head.retain(|line| !line.starts_with("Connection"));
    insist(&old, &head, &reply.body);
}

#[test]
fn the_attributes_are_these_bytes() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let reply = Wire::new(&world, &served).get("/.well-known/est/csrattrs");
    let der = body::decode(&reply.body).unwrap();
    let mut head = CERTIFICATE;
    head[2] = "Content-Type: application/csrattrs";
    insist(&reply, &head, body::encode_answer(&der).as_bytes());
}

#[test]
fn a_refusal_is_these_bytes() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let request = world.request("taro");
    let stranger = "Authorization: Basic eDp5Ono=\r\n";
    for (header, words) in [
        ("", "name and password are needed\n"),
        (
            stranger,
            "contractor ID, user ID, PIN or code are not right\n",
        ),
    ] {
        insist(
            &wire.post(ENROL, header, &request),
            &[
                "HTTP/1.1 401 Unauthorized",
                "Server: tokencert",
                "Content-Type: text/plain; charset=utf-8",
                "Www-Authenticate: Basic realm=\"tokencert\", charset=\"UTF-8\"",
                "Connection: close",
                "Content-Length: LENGTH",
                "Date: DATE",
            ],
            words.as_bytes(),
        );
    }
    insist(
        &wire.post(ENROL, &account.header(), "no request"),
        &[
            "HTTP/1.1 400 Bad Request",
            "Server: tokencert",
            "Content-Type: text/plain; charset=utf-8",
            "Connection: close",
            "Content-Length: LENGTH",
            "Date: DATE",
        ],
        b"the request cannot be read: it is no base64, or it ends too early\n",
    );
    insist(
        &wire.get("/.well-known/est/serverkeygen"),
        &[
            "HTTP/1.1 404 Not Found",
            "Server: tokencert",
            "Content-Type: text/plain; charset=utf-8",
            "Connection: close",
            "Content-Length: LENGTH",
            "Date: DATE",
        ],
        b"there is nothing here\n",
    );
}
