//! An authority in a folder of its own, served by the real program, with its holders registered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokencert::ca::{Actor, HolderId, NewHolder, RegistrationAuthority};
use tokencert::certificate::read_certificates;

use crate::http::Server;
use crate::{now, random};

/// The users of one contract, as many as the policy allows.
const USERS: usize = 10;

pub(crate) struct Authority {
    folder: TempDir,
    server: Option<Child>,
}

/// A holder who can acquire.
pub(crate) struct Account {
    pub(crate) user_name: String,
    pub(crate) pin: String,
    pub(crate) password: String,
}

impl Authority {
    /// Makes an authority whose certificates can be renewed from the first moment on.
    pub(crate) fn make(key: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("bench-").tempdir()?;
        let authority = Self {
            folder,
            server: None,
        };
        let init = ["init", "--name", "Bench", "--key", key];
        let made = authority.program(&init)?.output()?;
        if !made.status.success() {
            bail!("{}", String::from_utf8_lossy(&made.stderr));
        }
        let settings = authority.path().join("ca.toml");
        let text = fs::read_to_string(&settings)?;
        let text = text
            .replace("months = 12", "months = 1")
            .replace("renewal_days_before = 30", "renewal_days_before = 60");
        fs::write(&settings, text)?;
        Ok(authority)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("ca")
    }

    /// The PIN of its own token.
    pub(crate) fn pin_file(&self) -> PathBuf {
        self.path().join("pin")
    }

    /// `tokencert-ca VERB --dir …`, the program that was built with this one.
    fn program(&self, arguments: &[&str]) -> Result<Command> {
        let program = std::env::current_exe()?.with_file_name("tokencert-ca");
        let (verb, rest) = arguments.split_first().context("a verb")?;
        let mut command = Command::new(program);
        command.arg(verb).arg("--dir").arg(self.path()).args(rest);
        Ok(command)
    }

    /// Registers so many holders.
    pub(crate) fn register(&self, holders: usize) -> Result<Vec<Account>> {
        let authority = RegistrationAuthority::open(&self.path(), None, &mut random)?;
        let register = |number: usize| -> Result<Account> {
            let contract = format!("{:011}", number / (USERS + 1));
            let user = match number % (USERS + 1) {
                0 => None,
                user => Some(format!("u{user}")),
            };
            let id = HolderId { contract, user };
            let holder = NewHolder {
                id: id.clone(),
                institution: Some("1283".to_owned()),
                kana: "ﾃｽﾄ".to_owned(),
                name: None,
                email: None,
                second_factor: None,
            };
            let (_, first) = authority.add_holder(&holder, &Actor::Operator, now(), &mut random)?;
            let pin = first.pin.expose_secret().to_owned();
            let confirmation_pin = first.confirmation_pin.expose_secret();
            Ok(Account {
                user_name: id.to_string(),
                password: format!("{pin}:{confirmation_pin}"),
                pin,
            })
        };
        (0..holders).map(register).collect()
    }

    /// Serves it on a free port of this computer, without its limit of requests per address.
    pub(crate) fn serve(&mut self) -> Result<Server> {
        let serve = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--name",
            "localhost",
            "--format",
            "json",
            "--password-rate",
            "1000000",
        ];
        let mut server = self
            .program(&serve)?
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = server.stdout.take().context("its output")?;
        self.server = Some(server);
        let said = serde_json::Deserializer::from_reader(output)
            .into_iter()
            .next();
        let said: serde_json::Value = said.context("it did not start")??;
        let address = said.get("listen").and_then(|listen| listen.as_str());
        let address = address.context("its address")?.parse()?;
        Server::new(address, certificate(&self.path().join("ca.pem"))?)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself, which is as good.
            server.kill().ok();
            server.wait().ok();
        }
    }
}

fn certificate(path: &Path) -> Result<tokencert::Certificate> {
    let bytes = fs::read(path)?;
    let certificates = read_certificates(&path.display().to_string(), &bytes)?;
    certificates.into_iter().next().context("no certificate")
}
