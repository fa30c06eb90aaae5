//! What the server can bear: sizes, times and numbers, each with its end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::World;
use crate::support::PATIENCE;
use crate::wire::{Reply, Wire};

const ENROL: &str = "/.well-known/est/simpleenroll";

/// What the server's times are measured with: they are 10 seconds each.
const TOO_LONG: Duration = Duration::from_secs(30);

/// How long it takes until the server ends a connection.
fn ended_after(mut stream: impl Read) -> Duration {
    let began = Instant::now();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).ok();
    began.elapsed()
}

#[test]
fn what_is_too_large_is_refused_and_not_kept() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let large = "A".repeat(64 * 1024 + 1);
    let reply = wire.post(ENROL, &account.header(), &large);
    assert_eq!(reply.status(), 413, "{}", reply.text());
    // The same without saying how long it is going to be: the answer comes before the end.
    let mut stream = wire.connect();
    let head = format!(
        "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pkcs10\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n10001\r\n{large}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.flush().unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 413");

    let header = format!("X-Long: {}\r\n", "x".repeat(20_000));
    let reply = wire.exchange(format!(
        "GET /crl HTTP/1.1\r\nHost: localhost\r\n{header}\r\n"
    ));
    assert_eq!(reply.status(), 431);
    let many = "X: y\r\n".repeat(100);
    let reply = wire.exchange(format!(
        "GET /crl HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"
    ));
    assert_eq!(reply.status(), 431);
}

#[test]
fn what_is_too_slow_is_ended_and_others_are_served_meanwhile() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let wire = Wire::new(&world, &served);
    let mute = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
    let mut idle = wire.connect();
    idle.write_all(b"").unwrap();
    idle.flush().unwrap();
    let mut slow_head = wire.connect();
    slow_head
        .write_all(b"GET /crl HTTP/1.1\r\nHost: loc")
        .unwrap();
    slow_head.flush().unwrap();
    let mut slow_body = wire.connect();
    let head = format!(
        "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pkcs10\r\n\
         Content-Length: 100\r\n\r\nMII"
    );
    slow_body.write_all(head.as_bytes()).unwrap();
    slow_body.flush().unwrap();
    std::thread::scope(|scope| {
        let ends = [
            scope.spawn(|| ended_after(mute)),
            scope.spawn(|| ended_after(idle)),
            scope.spawn(|| ended_after(slow_head)),
        ];
        let slow_body = scope.spawn(|| {
            let mut status = [0; 12];
            slow_body.read_exact(&mut status).unwrap();
            assert_eq!(&status, b"HTTP/1.1 408");
        });
        assert_eq!(wire.get("/.well-known/est/cacerts").status(), 200);
        for end in ends {
            let took = end.join().unwrap();
            assert!(
                (Duration::from_secs(5)..TOO_LONG).contains(&took),
                "{took:?}"
            );
        }
        slow_body.join().unwrap();
    });
}

#[test]
fn one_address_tries_so_many_passwords_and_is_told_when_to_come_again() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&["--password-rate", "3"]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    for _ in 0..3 {
        assert_eq!(wire.post(ENROL, &account.header(), &body).status(), 200);
    }
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 429, "{}", reply.text());
    let wait: u64 = reply.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    // What needs no password goes on.
    assert_eq!(wire.get("/.well-known/est/cacerts").status(), 200);
    assert_eq!(wire.post(ENROL, "", &body).status(), 401);
}

#[test]
fn one_address_has_so_many_connections_and_gets_more_when_they_end() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let mut taken: Vec<TcpStream> = (0..128)
        .map(|_| TcpStream::connect(("127.0.0.1", served.port)).unwrap())
        .collect();
    let mut one_more = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
    one_more
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let ended = matches!(one_more.read(&mut [0; 1]), Ok(0) | Err(_));
    assert!(ended);
    taken.truncate(64);
    let wire = Wire::new(&world, &served);
    let began = Instant::now();
    loop {
        let mut stream = wire.connect();
        let request = b"GET /crl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let sent = stream.write_all(request).and_then(|()| stream.flush());
        if sent.is_ok() {
            assert_eq!(Reply::read(stream).status(), 200);
            break;
        }
        assert!(began.elapsed() < PATIENCE, "nothing is let in any more");
        std::thread::sleep(Duration::from_millis(50));
    }
}
