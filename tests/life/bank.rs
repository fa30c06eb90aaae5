//! A bank and its customer: a served authority, and a PC with a token, each with a clock.

use std::process::{Child, Stdio};

use serde_json::Value;

use crate::common::{Outcome, World, clock, run};

pub(crate) const CONTRACT: &str = "00009876543";

/// The authority as a running server; its clock stands where it is put, or goes by itself.
pub(crate) struct Bank {
    pub(crate) world: World,
    clock: Option<String>,
    server: Option<Child>,
    port: u16,
}

/// What a holder was handed at registration.
pub(crate) struct Papers {
    pub(crate) holder: String,
    pub(crate) pin: String,
    pub(crate) confirmation_pin: String,
    pub(crate) code_uri: Option<String>,
}

impl Bank {
    /// A served authority, which registers nobody by itself.
    pub(crate) fn open() -> Self {
        Self::of(World::with_authority())
    }

    fn of(world: World) -> Self {
        let mut bank = Self {
            world,
            clock: None,
            server: None,
            port: 0,
        };
        bank.serve();
        bank
    }

    /// Starts the server anew with its clock standing at this time (UTC, `2027-10-01 00:00:00`).
    pub(crate) fn set_clock(&mut self, time: &str) {
        self.stop();
        self.clock = Some(time.to_owned());
        self.serve();
    }

    /// A command with the programs' clock where it was put.
    fn timed(&self, world: &World, program: &str, arguments: &[&str]) -> std::process::Command {
        let Some(time) = &self.clock else {
            return world.command(program, arguments);
        };
        Self::timed_at(time, world, program, arguments)
    }

    fn timed_at(
        time: &str,
        world: &World,
        program: &str,
        arguments: &[&str],
    ) -> std::process::Command {
        clock::at(world.command(program, arguments), time)
    }

    fn serve(&mut self) {
        let listen = format!("127.0.0.1:{}", self.port);
        let place = ["serve", "--dir", "ca", "--listen", &listen];
        let arguments = [&place[..], &["--name", "localhost", "--format", "json"]].concat();
        let mut command = self.world.tokencert_ca_command(&arguments);
        if let Some(time) = &self.clock {
            command = clock::at(command, time);
        }
        let log = std::fs::File::create(self.world.path("server.log")).unwrap();
        let mut server = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let said = serde_json::Deserializer::from_reader(server.stdout.take().unwrap());
        let said: Option<Result<Value, _>> = said.into_iter().next();
        let Some(Ok(said)) = said else {
            panic!("{said:?}\n{}", self.world.read("server.log"));
        };
        let listening = said["listen"].as_str().unwrap();
        self.port = listening.rsplit(':').next().unwrap().parse().unwrap();
        self.server = Some(server);
    }

    /// Ends the server at once, as a power cut does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Ends the server in order: what `faketime` makes for it outlives one that is killed.
    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let process = server.id().to_string();
            let kill = std::process::Command::new("kill").arg(process).status();
            assert!(kill.unwrap().success());
            server.wait().unwrap();
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// `tokencert-ca`, at the bank's time.
    pub(crate) fn desk(&self, arguments: &[&str]) -> Outcome {
        let program = self.world.tokencert_ca_command(&[]);
        let program = program.get_program().to_str().unwrap().to_owned();
        let arguments = [arguments, &["--dir", "ca"]].concat();
        run(self.timed(&self.world, &program, &arguments))
    }

    /// Registers the administrator of the contract, or one of its users.
    pub(crate) fn register(&self, user: Option<&str>, more: &[&str]) -> Papers {
        let mut arguments = vec!["holder", "add", "--contract", CONTRACT];
        arguments.extend(["--institution", "1635", "--kana", "ﾃｽﾄ"]);
        arguments.extend(["--email", "holder@example.jp", "--format", "json"]);
        arguments.extend(user.iter().flat_map(|user| ["--user", user]));
        arguments.extend(more);
        let papers = self.desk(&arguments).succeeds().json();
        let text = |name: &str| papers[name].as_str().map(str::to_owned);
        Papers {
            holder: user.map_or_else(|| CONTRACT.to_owned(), |user| format!("{CONTRACT}/{user}")),
            pin: text("pin").unwrap(),
            confirmation_pin: text("confirmation_pin").unwrap(),
            code_uri: text("otpauth"),
        }
    }

    /// The state of a holder on the bank's screen.
    pub(crate) fn holder(&self, papers: &Papers) -> Value {
        let show = ["holder", "show", &papers.holder, "--format", "json"];
        self.desk(&show).succeeds().json()["holder"].clone()
    }

    /// A PC that knows the bank's profile and has one token.
    pub(crate) fn customer(&self) -> World {
        let world = World::with_token("usb");
        let profile = world.path("bank.toml").display().to_string();
        let url = self.url();
        self.desk(&["profile", "export", "--url", &url, "--out", &profile])
            .succeeds();
        world.tokencert(&["profile", "add", &profile]).succeeds();
        world
    }

    /// `tokencert` on a customer's PC at the bank's time, with the token's PIN.
    pub(crate) fn at_customer(&self, world: &World, arguments: &[&str]) -> Outcome {
        let program = world.tokencert_command::<&str>(&[]);
        let program = program.get_program().to_str().unwrap().to_owned();
        let pin = world.pin_source();
        let arguments = [arguments, &["--pin-source", &pin]].concat();
        run(self.timed(world, &program, &arguments))
    }

    /// `issue` with these secrets.
    pub(crate) fn issue(&self, world: &World, who: &str, pin: &str, second: &str) -> Outcome {
        let pin = source(world, "account-pin", pin);
        let second = source(world, "second-factor", second);
        let arguments = ["issue", "--holder", who, "--account-pin-source", &pin];
        let arguments = [&arguments[..], &["--second-factor-source", &second]].concat();
        self.at_customer(world, &arguments)
    }

    /// The first acquisition, as it should be.
    pub(crate) fn acquire(&self, world: &World, papers: &Papers) -> Outcome {
        self.issue(world, &papers.holder, &papers.pin, &papers.confirmation_pin)
    }

    /// `login` with the account PIN.
    pub(crate) fn log_in(&self, world: &World, papers: &Papers) -> Outcome {
        let pin = source(world, "account-pin", &papers.pin);
        self.at_customer(world, &["login", "--account-pin-source", &pin])
    }

    /// The same on a PC whose clock says another time than the bank's.
    pub(crate) fn log_in_at(time: &str, world: &World, papers: &Papers) -> Outcome {
        let program = world.tokencert_command::<&str>(&[]);
        let program = program.get_program().to_str().unwrap().to_owned();
        let (own, pin) = (
            world.pin_source(),
            source(world, "account-pin", &papers.pin),
        );
        let secrets = ["--pin-source", &own, "--account-pin-source", &pin];
        let arguments = [&["login"][..], &secrets].concat();
        run(Self::timed_at(time, world, &program, &arguments))
    }

    /// What `status` says of the certificates on the token.
    pub(crate) fn status(&self, world: &World) -> Value {
        self.at_customer(world, &["status", "--format", "json"])
            .json()
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A secret in a file that only its owner can read, as `--…-source` takes it.
fn source(world: &World, name: &str, secret: &str) -> String {
    format!("file:{}", world.private_file(name, secret).display())
}
