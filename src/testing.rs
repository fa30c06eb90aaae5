//! A private SoftHSM2 for tests: tokens that nobody else sees and that go when the test ends.
//!
//! [`SoftHsm::new`] suits tests that run programs: give its [`command_env`](SoftHsm::command_env)
//! to each of them. [`with_private_softhsm`] suits tests that load the module themselves: SoftHSM2
//! reads the environment in `C_Initialize`, once per process, so the test runs in a process of its
//! own.
//!
//! ```no_run
//! use tokencert::testing::{self, with_private_softhsm};
//!
//! # /*
//! #[test]
//! # */
//! fn a_fresh_token_is_empty() -> Result<(), testing::Error> {
//!     with_private_softhsm("a_fresh_token_is_empty", |softhsm| {
//!         let serial = softhsm.init_token("test", "12345678", "1234").unwrap();
//!         // Load `softhsm.module()` here, and choose the token by `serial`.
//!         # let _ = serial;
//!     })
//! }
//! ```

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names SoftHSM2's library where it is in none of the known places.
const MODULE_VARIABLE: &str = "SOFTHSM2_MODULE";

/// Tells a test that it is the child, and where its parent made the folder.
const FOLDER_VARIABLE: &str = "TOKENCERT_TESTING_FOLDER";

/// Where the packages of Debian, Fedora, Arch, Homebrew (both kinds of Mac) and Windows put it.
const MODULE_PATHS: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    r"C:\SoftHSM2\lib\softhsm2-x64.dll",
];

/// SoftHSM2 with a folder of its own.
#[derive(Debug)]
pub struct SoftHsm {
    module: PathBuf,
    conf: PathBuf,
    /// Removed on drop; absent in the child of [`with_private_softhsm`], whose parent removes it.
    _folder: Option<tempfile::TempDir>,
}

impl SoftHsm {
    /// Makes a folder without tokens.
    ///
    /// # Errors
    ///
    /// [`Error::NotInstalled`] where SoftHSM2 is in none of the known places, and
    /// `SOFTHSM2_MODULE` does not name it either; [`Error::Io`] where no folder can be made.
    pub fn new() -> Result<Self, Error> {
        Self::new_in(&std::env::temp_dir())
    }

    /// The same with its folder in another one than that of temporary files: in `/dev/shm`, writing
    /// to a token is as much work for the PC as with a real one, namely none for its disk.
    ///
    /// # Errors
    ///
    /// Those of [`SoftHsm::new`].
    pub fn new_in(parent: &Path) -> Result<Self, Error> {
        let module = module()?;
        let folder = tempfile::Builder::new()
            .prefix("softhsm2-")
            .tempdir_in(parent)
            .map_err(Error::io("make a temporary folder"))?;
        let tokens = folder.path().join("tokens");
        fs::create_dir(&tokens).map_err(Error::io("make the folder of the tokens"))?;
        let conf = folder.path().join("softhsm2.conf");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(&conf, text).map_err(Error::io("write softhsm2.conf"))?;
        Ok(Self {
            module,
            conf,
            _folder: Some(folder),
        })
    }

    /// The PKCS#11 module, an absolute path.
    #[must_use]
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The configuration file.
    #[must_use]
    pub fn conf(&self) -> &Path {
        &self.conf
    }

    /// What a process needs in its environment to see these tokens, for [`Command::envs`].
    #[must_use]
    pub fn command_env(&self) -> [(&'static str, &OsStr); 1] {
        [("SOFTHSM2_CONF", self.conf.as_os_str())]
    }

    /// Makes a token and returns its serial number.
    ///
    /// `softhsm2-util` does it in a process of its own, so a module that this process has
    /// initialised before sees the token only after `C_Finalize` and `C_Initialize`.
    ///
    /// # Errors
    ///
    /// [`Error::NotInstalled`] without `softhsm2-util`; [`Error::Command`] if it refuses, for
    /// example a PIN of fewer than 4 bytes.
    pub fn init_token(&self, label: &str, so_pin: &str, pin: &str) -> Result<String, Error> {
        let init = [
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            so_pin,
            "--pin",
            pin,
        ];
        let initialised = self.util(&init)?;
        let slot = initialised.rsplit(' ').next().unwrap_or_default().trim();
        let slots = self.util(&["--show-slots"])?;
        serial_of(&slots, slot).ok_or_else(|| Error::Command {
            command: "softhsm2-util --show-slots".into(),
            output: format!("no slot {slot} after {initialised}\n{slots}"),
        })
    }

    fn util(&self, arguments: &[&str]) -> Result<String, Error> {
        let command = format!("softhsm2-util {}", arguments.first().unwrap_or(&""));
        let output = Command::new("softhsm2-util")
            .arg("--module")
            .arg(&self.module)
            .args(arguments)
            .envs(self.command_env())
            .output()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Error::NotInstalled {
                    what: "softhsm2-util",
                },
                _ => Error::io("run softhsm2-util")(error),
            })?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(stdout)
        } else {
            Err(Error::Command {
                command,
                output: stdout + &String::from_utf8_lossy(&output.stderr),
            })
        }
    }
}

/// Runs `body` in a process of its own, whose environment names a private SoftHSM2.
///
/// `test` is the name of the calling test as the test binary lists it, with its modules
/// (`session::tests::a_login_is_counted`). The test binary is run again for this test alone; there
/// the same call finds itself to be the child and runs `body`. A panic in `body` fails the child,
/// and so the test. Works under `cargo test` and under nextest.
///
/// # Errors
///
/// Those of [`SoftHsm::new`]; [`Error::Test`] with the child's output if `body` panicked;
/// [`Error::TestNotFound`] if `test` names no test that comes here.
pub fn with_private_softhsm(test: &str, body: impl FnOnce(&SoftHsm)) -> Result<(), Error> {
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
        let folder = PathBuf::from(folder);
        let conf = folder.join("softhsm2.conf");
        body(&SoftHsm {
            module: module()?,
            conf,
            _folder: None,
        });
        return fs::write(folder.join("done"), "").map_err(Error::io("report the test as done"));
    }
    let softhsm = SoftHsm::new()?;
    let folder = softhsm.conf.parent().unwrap_or(Path::new(""));
    let program = std::env::current_exe().map_err(Error::io("find the test binary"))?;
    let child = Command::new(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .envs(softhsm.command_env())
        .env(FOLDER_VARIABLE, folder)
        .output()
        .map_err(Error::io("run the test binary again"))?;
    if !child.status.success() {
        let stderr = String::from_utf8_lossy(&child.stderr);
        let output = String::from_utf8_lossy(&child.stdout) + stderr;
        return Err(Error::Test {
            test: test.into(),
            output: output.into_owned(),
        });
    }
    // A name that matches no test makes a child that succeeds by running nothing.
    if folder.join("done").exists() {
        Ok(())
    } else {
        Err(Error::TestNotFound { test: test.into() })
    }
}

/// The path of SoftHSM2's library.
fn module() -> Result<PathBuf, Error> {
    std::env::var_os(MODULE_VARIABLE)
        .map(PathBuf::from)
        .into_iter()
        .chain(MODULE_PATHS.iter().map(PathBuf::from))
        .find(|path| path.is_file())
        .ok_or(Error::NotInstalled {
            what: "the library of SoftHSM2",
        })
}

/// Finds the serial number of a slot in what `softhsm2-util --show-slots` prints.
fn serial_of(slots: &str, slot: &str) -> Option<String> {
    slots
        .lines()
        .skip_while(|line| line.strip_prefix("Slot ").map(str::trim) != Some(slot))
        .find_map(|line| line.trim().strip_prefix("Serial number:"))
        .map(|serial| serial.trim().to_owned())
}

/// Why a test got no SoftHSM2, or failed in its own process.
///
/// `Debug` prints what `Display` does: it is what a test that returns this shows.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part of SoftHSM2 is absent.
    #[error(
        "{what} was not found\nhint: install the package `softhsm2` (Debian, Ubuntu) or `softhsm` \
         (Fedora, Arch, Homebrew), or name its library in {MODULE_VARIABLE}"
    )]
    NotInstalled {
        /// What was looked for.
        what: &'static str,
    },
    /// The operating system refused something.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The refusal.
        source: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed:\n{output}")]
    Command {
        /// The program and its verb, without PINs.
        command: String,
        /// What it printed.
        output: String,
    },
    /// The test failed in its own process.
    #[error("`{test}` failed in its own process:\n{output}")]
    Test {
        /// The test's name.
        test: String,
        /// What the process printed.
        output: String,
    },
    /// The name given is not that of the calling test.
    #[error("this test binary has no test `{test}` that runs with a private SoftHSM2")]
    TestNotFound {
        /// The name given.
        test: String,
    },
}

impl Error {
    fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
