//! A bank on another computer: an authority in a world of its own, and its server.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokencert::ca::{Actor, NewHolder, RegistrationAuthority};
use tokencert::registry::{CertificateRecord, SecondFactor};

use crate::common::{Outcome, World, clock};
use crate::renewing::{AGO, at, tokencert_at};

/// A user of a contract.
pub(crate) const USER: &str = "00009876543/taro";

/// The administrator of the same contract.
pub(crate) const ADMINISTRATOR: &str = "00009876543";

/// What a holder has in hand.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) pin: String,
    pub(crate) confirmation: String,
}

/// The bank.
pub(crate) struct Bank {
    world: World,
    child: Child,
    pub(crate) url: String,
    pub(crate) fingerprint: String,
    port: u16,
    now: Timestamp,
}

impl Bank {
    /// One that was founded just now.
    pub(crate) fn new() -> Self {
        Self::open(World::with_authority(), None, 0)
    }

    /// One that was founded a while ago, and whose clock still stands there.
    pub(crate) fn of_old() -> Self {
        let world = World::new();
        let init = ["init", "--dir", "ca", "--name", "Example CA"];
        let init = [&init[..], &["--key", "ec:p256"]].concat();
        at(&world, AGO, env!("CARGO_BIN_EXE_tokencert-ca"), &init).succeeds();
        Self::open(world, Some(AGO), 0)
    }

    /// The same today.
    pub(crate) fn of_today(self) -> Self {
        let port = self.port;
        Self::open(self.closed(), None, port)
    }

    fn open(world: World, time: Option<&str>, port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let serve = ["serve", "--dir", "ca", "--name", "localhost", "--listen"];
        let serve = [&serve[..], &[&listen, "--format", "json"]].concat();
        let mut command = world.tokencert_ca_command(&serve);
        if let Some(time) = time {
            command = clock::at(command, time);
        }
        let (child, said) = started(&mut command, port);
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let listens = text("listen");
        let ago = time.map_or(0, |_| 340);
        Self {
            child,
            url: text("url"),
            fingerprint: text("fingerprint"),
            port: listens.rsplit_once(':').unwrap().1.parse().unwrap(),
            now: Timestamp::now() - SignedDuration::from_hours(24 * ago),
            world,
        }
    }

    /// Stops the server, in order: what `faketime` makes for it outlives one that is killed.
    fn closed(mut self) -> World {
        let process = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", "TERM", &process]).status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap();
        // Dropped without its world.
        let empty = World::new();
        std::mem::replace(&mut self.world, empty)
    }

    /// What `--trust` takes.
    pub(crate) fn trust(&self) -> String {
        format!("sha256:{}", self.fingerprint)
    }

    /// The authority's rules, beside the server.
    pub(crate) fn rules(&self) -> RegistrationAuthority {
        RegistrationAuthority::open(&self.world.path("ca"), None, &mut random).unwrap()
    }

    /// Registers a holder with a confirmation PIN.
    pub(crate) fn account(&self, id: &str) -> Account {
        let holder = NewHolder {
            id: id.parse().unwrap(),
            institution: None,
            kana: "ﾘﾖｳｼﾔ".to_owned(),
            name: Some("利用者".to_owned()),
            email: None,
            second_factor: Some(SecondFactor::ConfirmationPin),
        };
        let rules = self.rules();
        let added = rules.add_holder(&holder, &Actor::Operator, self.now, &mut random);
        let (_, secrets) = added.unwrap();
        Account {
            id: id.to_owned(),
            pin: secrets.pin.expose_secret().to_owned(),
            confirmation: secrets.confirmation_pin.expose_secret().to_owned(),
        }
    }

    /// What a holder was issued, the oldest first.
    pub(crate) fn issued(&self, id: &str) -> Vec<CertificateRecord> {
        let rules = self.rules();
        let read = rules.registry().read(|records| records.certificates_of(id));
        let mut issued = read.unwrap();
        issued.sort_by_key(|record| record.issued);
        issued
    }

    /// How often something was done to a holder, as the event log has it.
    pub(crate) fn events(&self, id: &str, action: &str) -> usize {
        let events = self.rules().events(Some(id), 1000).unwrap();
        events.iter().filter(|event| event.action == action).count()
    }

    /// The authority's folder, with the server stopped for a moment.
    pub(crate) fn snapshot(&self) -> TempDir {
        self.world.snapshot()
    }

    /// The authority as it was, and its server at the same address.
    pub(crate) fn gone_back_to(self, snapshot: &TempDir) -> Self {
        let port = self.port;
        let world = self.closed();
        world.go_back_to(snapshot);
        Self::open(world, None, port)
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The command that issues with the account's PIN and confirmation PIN.
pub(crate) fn issuing(world: &World, bank: &Bank, account: &Account, more: &[&str]) -> Vec<String> {
    let pin = world.private_file("account-pin", &account.pin);
    let second = world.private_file("confirmation-pin", &account.confirmation);
    let order = ["issue", "--key", "ec:p256", "--pin-source"];
    let mut line: Vec<String> = order.map(str::to_owned).to_vec();
    line.push(world.pin_source());
    let sources = [
        ("--account-pin-source", pin),
        ("--second-factor-source", second),
    ];
    for (option, path) in sources {
        line.extend([option.to_owned(), format!("file:{}", path.display())]);
    }
    line.extend(["--authority".to_owned(), bank.url.clone()]);
    line.extend(["--holder".to_owned(), account.id.clone()]);
    line.extend(more.iter().map(|one| (*one).to_owned()));
    line
}

/// Renews at the bank.
pub(crate) fn renew<S: AsRef<str>>(world: &World, bank: &Bank, more: &[S]) -> Outcome {
    let pin = world.pin_source();
    let order = ["renew", "--authority", &bank.url, "--pin-source", &pin];
    let more = more.iter().map(AsRef::as_ref);
    world.tokencert(&order.into_iter().chain(more).collect::<Vec<&str>>())
}

/// A token whose certificate was issued 340 days ago over the network, and the server of today.
pub(crate) fn in_window() -> (World, Bank, Account) {
    let world = World::with_token("desk");
    let bank = Bank::of_old();
    let account = bank.account(USER);
    let trust = bank.trust();
    let line = issuing(&world, &bank, &account, &["--trust", &trust]);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    tokencert_at(&world, AGO, &line).succeeds();
    (world, bank.of_today(), account)
}

/// Starts a server, and reads what it says of itself. A port that was free a moment ago may be
/// somebody's for another moment.
fn started(command: &mut Command, port: u16) -> (Child, serde_json::Value) {
    let began = Instant::now();
    loop {
        let (mut child, said) = tried(command);
        if let Some(said) = said {
            return (child, said);
        }
        let status = child.wait().unwrap();
        let may_wait = port != 0 && began.elapsed() < Duration::from_secs(20);
        assert!(may_wait, "the server ended: {status}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn tried(command: &mut Command) -> (Child, Option<serde_json::Value>) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        text += &line.unwrap();
        if text.ends_with('}') {
            break;
        }
    }
    let said = (!text.is_empty()).then(|| serde_json::from_str(&text).unwrap());
    (child, said)
}

pub(crate) fn random(bytes: &mut [u8]) -> tokencert::Result<()> {
    let mut source = std::fs::File::open("/dev/urandom").unwrap();
    source.read_exact(bytes).unwrap();
    Ok(())
}
