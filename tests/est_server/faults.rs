//! What happens when something ends, is away, or comes back.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::{World, badtoken};
use crate::support::{PATIENCE, only_certificate};
use crate::wire::{Reply, Wire};

const ENROL: &str = "/.well-known/est/simpleenroll";

/// Waits until something is so.
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_server_killed_between_issuing_and_answering_gives_the_retry_the_same_certificate() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let served = world.serve(&[]);
    let body = world.request("taro");
    let mut stream = Wire::new(&world, &served).connect();
    let request = format!(
        "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pkcs10\r\n{}\
         Content-Length: {}\r\n\r\n{body}",
        account.header(),
        body.len(),
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream.flush().unwrap();
    let rules = world.rules();
    let issued = || {
        let found = rules
            .registry()
            .read(|records| records.certificates_of(&account.id));
        found.unwrap()
    };
    wait_for("nothing is issued", || !issued().is_empty());
    served.signal("KILL");
    assert_eq!(served.ends(), None);
    // Nobody has read the answer.
    drop(stream);
    let served = world.serve(&[]);
    let reply = Wire::new(&world, &served).post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let [record] = &issued()[..] else {
        panic!("one certificate and no more")
    };
    assert_eq!(only_certificate(&reply.body).as_der(), record.der);
}

#[test]
fn a_stop_lets_the_request_under_way_end_and_takes_no_other() {
    let world = World::with_authority();
    let account = world.holder("taro");
    for (signal, status) in [("TERM", 0), ("INT", 130)] {
        let served = world.serve(&[]);
        let port = served.port;
        let body = world.request("taro");
        let mut stream = Wire::new(&world, &served).connect();
        let head = format!(
            "POST {ENROL} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pkcs10\r\n{}\
             Content-Length: {}\r\n\r\n",
            account.header(),
            body.len(),
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.flush().unwrap();
        // The head has to be there before the signal is.
        std::thread::sleep(Duration::from_millis(500));
        served.signal(signal);
        wait_for("it still listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_err()
        });
        stream.write_all(body.as_bytes()).unwrap();
        stream.flush().unwrap();
        let reply = Reply::read(stream);
        assert_eq!(reply.status(), 200, "{}", reply.text());
        assert_eq!(served.ends(), Some(status), "{signal}");
    }
}

#[test]
fn an_idle_connection_does_not_hold_up_a_stop() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let mut stream = Wire::new(&world, &served).connect();
    let request = "GET /.well-known/est/cacerts HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    std::io::Read::read(&mut stream, &mut [0; 4096]).unwrap();
    let began = Instant::now();
    served.signal("TERM");
    assert_eq!(served.ends(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_token_that_was_away_is_found_again_and_logged_in_to_once() {
    let world = World::new().and_badtoken();
    let module = badtoken().display().to_string();
    world.init_authority(&[]).succeeds();
    let account = world.holder("taro");
    let _of_the_making = world.calls();
    let served = world.serve(&["--module", &module, "--password-rate", "1000"]);
    world.control("out\n");
    let body = world.request("taro");
    let wire = Wire::new(&world, &served);
    for _ in 0..3 {
        let reply = wire.post(ENROL, &account.header(), &body);
        assert_eq!(reply.status(), 503, "{}", reply.text());
        assert!(reply.header("Retry-After").is_some());
        assert!(
            !reply.text().contains("CKR_"),
            "the operator's business: {}",
            reply.text()
        );
    }
    assert!(world.read("serve.log").contains("a request failed"));
    // Back, it is not logged in to where a file cannot be written: SoftHSM2 would lose it.
    let room = world.path("ca/room");
    std::fs::create_dir(&room).unwrap();
    world.control("");
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 503, "{}", reply.text());
    std::fs::remove_dir(room).unwrap();
    let mut last = String::new();
    wait_for("the token is not found again", || {
        let reply = wire.post(ENROL, &account.header(), &body);
        last = format!(
            "{} {}",
            reply.status(),
            String::from_utf8_lossy(&reply.body)
        );
        reply.status() == 200
    });
    let calls = world.calls();
    // One for all threads at the start, and one when the token was back: never without it.
    assert_eq!(calls.of("C_Login"), 2, "{calls}\n{last}");
    assert!(calls.of("C_OpenSession") >= 2, "{calls}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let world = World::with_authority();
    let served = world.serve(&[]);
    let listen = format!("127.0.0.1:{}", served.port);
    let arguments = [
        "serve",
        "--dir",
        "ca",
        "--listen",
        &listen,
        "--name",
        "localhost",
    ];
    world
        .tokencert_ca(&arguments)
        .exits(1)
        .complains(&format!("cannot listen on {listen}"));
}

#[test]
fn a_folder_whose_secrets_others_can_read_is_not_served() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_authority();
    let open = |name: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(world.path(name), mode).unwrap();
    };
    let refused = |name: &str| {
        let serve = [
            "serve",
            "--dir",
            "ca",
            "--listen",
            "127.0.0.1:0",
            "--name",
            "localhost",
        ];
        let outcome = world.tokencert_ca(&serve).exits(1);
        outcome.complains(name).complains("chmod 600");
    };
    open("ca", 0o755);
    drop(world.serve(&[]));
    for (name, mode) in [
        ("ca/registry.sqlite", 0o640),
        ("ca/pin", 0o604),
        ("ca/secrets.key", 0o644),
    ] {
        open(name, mode);
        refused(name);
        open(name, 0o600);
    }
    // Nobody gets to what is in a folder that is closed.
    open("ca/registry.sqlite", 0o644);
    refused("registry.sqlite");
    open("ca", 0o700);
    drop(world.serve(&[]));
}

#[test]
fn servers_that_start_at_the_same_moment_in_one_folder_all_serve() {
    let world = World::with_authority();
    let starts: Vec<_> = (0..3)
        .map(|number| {
            let arguments = ["serve", "--dir", "ca", "--listen", "127.0.0.1:0"];
            let more = ["--name", "localhost", "--format", "json"];
            let mut command = world.tokencert_ca_command(&[&arguments[..], &more].concat());
            let file =
                |end: &str| std::fs::File::create(world.path(format!("{number}.{end}"))).unwrap();
            command.stdout(file("out")).stderr(file("err"));
            command.stdin(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    let served = starts.into_iter().enumerate().map(|(number, mut server)| {
        let told = || world.read(format!("{number}.out")).contains("\"url\"");
        let mut ended = || server.try_wait().unwrap().is_some();
        let began = Instant::now();
        while !told() && !ended() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.kill().ok();
        server.wait().unwrap();
        told()
    });
    // All are ended before anything is said about one.
    let served: Vec<bool> = served.collect();
    let said = ["0.err", "1.err", "2.err"].map(|name| world.read(name));
    assert_eq!(served, [true; 3], "{said:?}");
}
