//! What tests of the programs share: a world with its own tokens, home folder and PC.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod authority;
mod bad;
mod calls;
#[cfg(unix)]
pub(crate) mod clock;
mod outcome;
#[cfg(unix)]
pub(crate) mod postgres;
#[cfg(unix)]
mod terminal;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokencert::testing::SoftHsm;

pub(crate) use calls::{Calls, badtoken};
pub(crate) use outcome::Outcome;
#[cfg(unix)]
#[allow(unused_imports, reason = "each test binary uses its own part")]
pub(crate) use terminal::Terminal;

pub(crate) const PIN: &str = "123456";
pub(crate) const SO_PIN: &str = "87654321";

/// A PC with a home folder of its own, and SoftHSM2 with tokens that nobody else sees.
///
/// Programs run in the work folder with an environment that holds `PATH`, `HOME`, `XDG_*`,
/// `LANG`, `SOFTHSM2_CONF` and `TOKENCERT_MODULE`, and nothing else.
pub(crate) struct World {
    folder: TempDir,
    softhsm: Rc<SoftHsm>,
    environment: Vec<(String, String)>,
}

impl World {
    /// A world without tokens.
    pub(crate) fn new() -> Self {
        Self::around(Rc::new(SoftHsm::new().unwrap()))
    }

    /// A world with one token, of the PINs [`PIN`] and [`SO_PIN`].
    pub(crate) fn with_token(label: &str) -> Self {
        let world = Self::new();
        world.token(label);
        world
    }

    /// Another PC with nothing on it but the module, and the same tokens plugged in.
    pub(crate) fn second_pc(&self) -> Self {
        Self::around(Rc::clone(&self.softhsm))
    }

    fn around(softhsm: Rc<SoftHsm>) -> Self {
        let folder = tempfile::Builder::new().prefix("world-").tempdir().unwrap();
        for name in ["home", "runtime", "work"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let module = softhsm.module().display().to_string();
        let world = Self {
            folder,
            softhsm,
            environment: Vec::new(),
        };
        world.private_file("pin", PIN);
        world.private_file("so-pin", SO_PIN);
        world.and_env("TOKENCERT_MODULE", module)
    }

    /// The same world, whose programs find one more variable in their environment.
    pub(crate) fn and_env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// The same world, with every call to the module counted: see [`World::calls`].
    pub(crate) fn and_counted(self) -> Self {
        let behind = self.softhsm.module().display().to_string();
        let log = self.folder.path().join("calls").display().to_string();
        self.and_env("TOKENCERT_MODULE", badtoken().display().to_string())
            .and_env("BADTOKEN_MODULE", behind)
            .and_env("BADTOKEN_LOG", log)
    }

    /// The calls to the module since the last time this was asked.
    pub(crate) fn calls(&self) -> Calls {
        let log = self.folder.path().join("calls");
        let calls = Calls::read(&log);
        fs::remove_file(log).ok();
        calls
    }

    /// Plugs in a token and returns its serial number.
    pub(crate) fn token(&self, label: &str) -> String {
        self.softhsm.init_token(label, SO_PIN, PIN).unwrap()
    }

    /// The tokens.
    pub(crate) fn softhsm(&self) -> &SoftHsm {
        &self.softhsm
    }

    /// `file:` and the path of a file with the user PIN, for `--pin-source`.
    pub(crate) fn pin_source(&self) -> String {
        format!("file:{}", self.folder.path().join("pin").display())
    }

    /// `file:` and the path of a file with the SO PIN, for `--so-pin-source`.
    pub(crate) fn so_pin_source(&self) -> String {
        format!("file:{}", self.folder.path().join("so-pin").display())
    }

    /// A `--pin-source` with another PIN.
    pub(crate) fn pin_source_of(&self, pin: &str) -> String {
        format!("file:{}", self.private_file("other-pin", pin).display())
    }

    /// Writes a file in the world that only its owner may read.
    pub(crate) fn private_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    /// The home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path in the work folder, where the programs run.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Writes a file in the work folder.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Reads a text file in the work folder.
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `tokencert`.
    pub(crate) fn tokencert<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        run(self.tokencert_command(arguments))
    }

    /// Runs `tokencert-ca`.
    pub(crate) fn tokencert_ca<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        run(self.command(
            program(option_env!("CARGO_BIN_EXE_tokencert-ca")),
            arguments,
        ))
    }

    /// `tokencert`, to be run by the caller: on a terminal, with input, or to be killed.
    pub(crate) fn tokencert_command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        self.command(program(option_env!("CARGO_BIN_EXE_tokencert")), arguments)
    }

    /// Runs `openssl`.
    pub(crate) fn openssl<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        run(self.command("openssl", arguments))
    }

    /// Runs OpenSC's `pkcs11-tool` on the world's tokens.
    pub(crate) fn pkcs11_tool<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        let mut command = self.command("pkcs11-tool", &["--module".as_ref(), self.module()]);
        command.args(arguments);
        run(command)
    }

    /// Runs GnuTLS's `p11tool` on the world's tokens.
    pub(crate) fn p11tool<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        let mut command = self.command("p11tool", &["--provider".as_ref(), self.module()]);
        command.args(arguments);
        run(command)
    }

    /// Runs `softhsm2-util` on the world's tokens.
    pub(crate) fn softhsm2_util<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Outcome {
        run(self.command("softhsm2-util", arguments))
    }

    fn module(&self) -> &OsStr {
        self.softhsm.module().as_os_str()
    }

    /// Any program, in the world's environment and work folder.
    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: &[S],
    ) -> Command {
        let home = self.home();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LANG", "C.UTF-8")
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("runtime"))
            .env("HOME", home)
            .envs(self.softhsm.command_env())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn program(path: Option<&'static str>) -> &'static str {
    path.expect("the programs are built with the feature `cli`")
}

/// Runs a command to its end, without input, for two minutes at most.
pub(crate) fn run(command: Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let line = format!("{command:?}");
    let mut command = assert_cmd::Command::from_std(command);
    let patience = Duration::from_mins(2);
    loop {
        let begun = Instant::now();
        let output = command.timeout(patience).output();
        // Killed for that, it would look like a program that a test has killed.
        assert!(begun.elapsed() < patience, "{line}: it does not end");
        match output {
            // A program that was killed under `faketime` leaves something that keeps another one of
            // its number from starting; nothing was run yet, and the next one has another number.
            Ok(output)
                if output
                    .stderr
                    .starts_with(b"faketime: sem_open: File exists") => {}
            Ok(output) => return Outcome::new(line, output),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                panic!(
                    "`{name}` is not installed; install the package `{}`",
                    package_of(&name)
                )
            }
            Err(error) => panic!("{line}: {error}"),
        }
    }
}

fn package_of(program: &str) -> &str {
    match program {
        "pkcs11-tool" => "opensc",
        "p11tool" => "gnutls-bin",
        "pki" => "strongswan-pki",
        "softhsm2-util" => "softhsm2",
        other => other,
    }
}
