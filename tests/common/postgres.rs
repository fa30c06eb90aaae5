//! A PostgreSQL server of the test's own: on a free port of loopback and on a socket in its folder.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The password of the user `postgres` over TCP; the socket asks for none.
pub(crate) const PASSWORD: &str = "p@ss/w:rd";

/// A running server, which is gone when this is dropped, and when the test's thread ends.
pub(crate) struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    server: Option<Child>,
    databases: AtomicU32,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pg-").tempdir().unwrap();
        let mut postgres = Self {
            programs: programs(),
            port: free_port(),
            folder,
            server: None,
            databases: AtomicU32::new(0),
        };
        postgres.make();
        postgres.run();
        postgres
    }

    fn make(&self) {
        let password = self.folder.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        if let Some((user, group)) = other_user() {
            for path in [self.folder.path(), &password] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
            }
        }
        let output = self
            .command("initdb")
            .args([
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .args([
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--pwfile",
            ])
            .arg(&password)
            .arg(self.data())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Starts it, on the same port and with the same data as before.
    pub(crate) fn run(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let server = self
            .command("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-p", &self.port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.server = Some(server);
        let began = Instant::now();
        while !self.is_ready() {
            assert!(
                began.elapsed() < Duration::from_mins(1),
                "{}",
                fs::read_to_string(self.folder.path().join("log")).unwrap()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_ready(&self) -> bool {
        let state = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        state.lines().any(|line| line.trim() == "ready")
    }

    /// Stops it at once, as a crash would.
    pub(crate) fn stop(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        // Its process alone: that takes its children along.
        Command::new("kill")
            .args(["-QUIT", &server.id().to_string()])
            .status()
            .unwrap();
        server.wait().unwrap();
        fs::remove_file(self.data().join("postmaster.pid")).ok();
    }

    /// The URL of a new, empty database, over TCP with the password.
    pub(crate) fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let output = self
            .command("createdb")
            .arg("--host")
            .arg(self.folder.path())
            .args([
                "--port",
                &self.port.to_string(),
                "--username=postgres",
                &name,
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        format!(
            "postgres://postgres:p%40ss%2Fw%3Ard@127.0.0.1:{}/{name}",
            self.port
        )
    }

    /// The URL of the same database over the socket.
    pub(crate) fn over_socket(&self, url: &str) -> String {
        let name = url.rsplit('/').next().unwrap();
        let folder = self.folder.path().display();
        format!(
            "postgres://postgres@localhost:{}/{name}?host={folder}",
            self.port
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of PostgreSQL; none of them runs as root. It ends with this thread.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if other_user().is_some() {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.arg("--").arg(self.programs.join(program));
        command.current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where Debian has the server's programs: not in `PATH`. The newest version.
fn programs() -> PathBuf {
    let version = |folder: &PathBuf| -> Option<u32> { folder.file_name()?.to_str()?.parse().ok() };
    fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("bin/postgres").exists())
        .max_by_key(version)
        .expect("PostgreSQL is not installed: apt-get install postgresql")
        .join("bin")
}

/// User and group `postgres`, for a test that runs as root.
fn other_user() -> Option<(u32, u32)> {
    let id = |options: &[&str]| -> u32 {
        let output = Command::new("id").args(options).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.trim().parse().expect("a user `postgres`")
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
