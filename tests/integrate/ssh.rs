//! OpenSSH logs in with the key on the token, at a server of the test's own.

use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::common::{Outcome, World, run};
use crate::support::{integrate, no_pin_at_home, with_askpass, world_with_keys};

/// OpenSSH's server on loopback, which lets in who has the keys of `authorized`. It is started for
/// each connection, as inetd does it.
struct Server {
    port: u16,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(world: &World, authorized: &str) -> Self {
        // As root it wants a folder of its own, which the system makes when it boots.
        std::fs::create_dir_all("/run/sshd").ok();
        let generate = ["-q", "-t", "ed25519", "-N", "", "-f", "host_key"];
        run(world.command("ssh-keygen", &generate)).succeeds();
        world.write("authorized_keys", format!("{authorized}\n"));
        let place = world.path("").display().to_string();
        let lines = [
            &format!("HostKey {place}host_key"),
            &format!("AuthorizedKeysFile {place}authorized_keys"),
            "AuthenticationMethods publickey",
            "PermitRootLogin prohibit-password",
            "StrictModes no",
            "UsePAM no",
            "PidFile none",
            "LogLevel VERBOSE",
        ];
        let config = world.write("sshd_config", lines.join("\n") + "\n");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ends = Arc::new(AtomicBool::new(false));
        let (log, ended) = (world.path("sshd.log"), Arc::clone(&ends));
        let arguments = ["-i", "-e", "-f", config.to_str().unwrap()].map(str::to_owned);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let stream = OwnedFd::from(stream.unwrap());
                let log = std::fs::File::options()
                    .create(true)
                    .append(true)
                    .open(&log);
                let mut sshd = std::process::Command::new("/usr/sbin/sshd");
                let sshd = sshd
                    .args(&arguments)
                    .env_clear()
                    .env("PATH", "/usr/bin:/bin");
                let output = Stdio::from(stream.try_clone().unwrap());
                let sshd = sshd.stdin(Stdio::from(stream)).stdout(output);
                let started = sshd.stderr(log.unwrap()).spawn();
                started
                    .expect("install the package `openssh-server`")
                    .wait()
                    .unwrap();
            }
        });
        Self {
            port,
            ends,
            thread: Some(thread),
        }
    }

    /// Runs a command there, with the client's configuration that `integrate` has written.
    fn log_in(&self, world: &World, host: &str) -> Outcome {
        let config = world.home().join(".ssh/config").display().to_string();
        let known = format!("UserKnownHostsFile={}", world.path("known_hosts").display());
        let port = self.port.to_string();
        let arguments = [
            &["-F", &config, "-p", &port, "-o", &known][..],
            &[
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "HostName=127.0.0.1",
            ],
            &["-o", "HostKeyAlias=test", "-o", "NumberOfPasswordPrompts=1"],
            &[host, "echo let in as $(id -u)"],
        ];
        run(with_askpass(
            world,
            world.command("ssh", &arguments.concat()),
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        TcpStream::connect(("127.0.0.1", self.port)).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

#[test]
fn ssh_logs_in_with_the_key_that_was_named_and_with_no_other() {
    let world = world_with_keys(&[("my key", "rsa:2048"), ("other", "ec:p256")]);
    let host = "git.example.jp";
    let said = integrate(&world, &["ssh", "my key", "--host", host, "--write"]);
    let server = Server::start(&world, said["public_key"].as_str().unwrap());
    server.log_in(&world, host).succeeds().says("let in as ");
    let log = world.read("sshd.log");
    assert!(log.contains("Accepted publickey"), "{log}");

    let other = integrate(&world, &["ssh", "other"]);
    world.write("authorized_keys", other["public_key"].as_str().unwrap());
    server
        .log_in(&world, host)
        .exits(255)
        .complains("Permission denied");
    no_pin_at_home(&world);
}

#[test]
fn without_a_host_every_key_of_the_token_is_offered_everywhere() {
    let world = world_with_keys(&[("my key", "ec:p256"), ("other", "ec:p384")]);
    integrate(&world, &["ssh", "my key", "--write"]);
    let exported = world.tokencert(&["export", "other", "--ssh"]).succeeds();
    let server = Server::start(&world, exported.stdout.trim());
    server
        .log_in(&world, "anywhere.example.jp")
        .succeeds()
        .says("let in as ");
}

#[test]
fn a_key_that_openssh_does_not_take_from_a_token_is_told_of() {
    let world = world_with_keys(&[("my key", "ed25519")]);
    let said = integrate(&world, &["ssh"]);
    assert!(
        said["notes"][0].as_str().unwrap().contains("10.1"),
        "{said}"
    );
    for wrong in ["a\nb", "", "a\"b"] {
        world
            .tokencert(&["integrate", "ssh", "--host", wrong])
            .exits(2);
    }
}
