//! A server that runs, and clients that write every byte themselves.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokencert::Error;
use tokencert::ca::{Actor, NewHolder, RegistrationAuthority};
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::est::body;
use tokencert::registry::SecondFactor;
use tokencert::request::Csr;

use crate::common::{Outcome, World, clock, run};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// `tokencert-ca serve`, killed when it is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) port: u16,
    pub(crate) url: String,
    pub(crate) fingerprint: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What a holder has in hand.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) pin: String,
    pub(crate) confirmation: String,
}

impl Account {
    /// Name and password, as curl takes them.
    pub(crate) fn basic(&self) -> String {
        format!("{}:{}:{}", self.id, self.pin, self.confirmation)
    }

    /// The same as a header line.
    pub(crate) fn header(&self) -> String {
        use base64ct::{Base64, Encoding};
        let encoded = Base64::encode_string(self.basic().as_bytes());
        format!("Authorization: Basic {encoded}\r\n")
    }
}

/// So many days after now.
pub(crate) struct Later(pub(crate) u32);

impl World {
    /// Starts the server.
    pub(crate) fn serve(&self, more: &[&str]) -> Served {
        self.served(None, more)
    }

    /// Starts the server so many days from now.
    pub(crate) fn serve_later(&self, later: &Later, more: &[&str]) -> Served {
        self.served(Some(later), more)
    }

    fn served(&self, later: Option<&Later>, more: &[&str]) -> Served {
        let mut arguments = vec!["serve", "--dir", "ca", "--listen", "127.0.0.1:0"];
        arguments.extend(["--name", "localhost", "--format", "json"]);
        arguments.extend(more);
        let command = self.tokencert_ca_command(&arguments);
        let mut command = match later {
            Some(later) => self.later(later, &command),
            None => command,
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(self.path("serve.log")).unwrap())
            .spawn()
            .unwrap();
        let mut text = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            text += &line.unwrap();
            if text.ends_with('}') {
                break;
            }
        }
        let Ok(said) = serde_json::from_str::<serde_json::Value>(&text) else {
            panic!("{}", self.read("serve.log"))
        };
        assert_eq!(said["version"], 1);
        let listen = said["listen"].as_str().unwrap();
        Served {
            child,
            port: listen.rsplit_once(':').unwrap().1.parse().unwrap(),
            url: said["url"].as_str().unwrap().to_owned(),
            fingerprint: said["fingerprint"].as_str().unwrap().to_owned(),
        }
    }

    /// The same command, so many days from now.
    pub(crate) fn later(&self, later: &Later, command: &Command) -> Command {
        let arguments: Vec<&OsStr> = command.get_args().collect();
        let command = self.command(command.get_program(), &arguments);
        clock::at(command, &format!("+{}d", later.0))
    }

    /// The authority's rules, in this process beside the server.
    pub(crate) fn rules(&self) -> RegistrationAuthority {
        RegistrationAuthority::open(&self.path("ca"), None, &mut random).unwrap()
    }

    /// Registers a user of the contract `00009876543`.
    pub(crate) fn holder(&self, user: &str) -> Account {
        self.holder_of("00009876543", Some(user))
    }

    /// Registers a holder.
    pub(crate) fn holder_of(&self, contract: &str, user: Option<&str>) -> Account {
        register(&self.rules(), contract, user, now())
    }

    /// Has openssl make a P-256 key `NAME.key`; the body of a request for it, signed by it.
    pub(crate) fn request(&self, name: &str) -> String {
        if !self.path(format!("{name}.key")).exists() {
            self.csr(name, "ec", &format!("/CN={name}"), &[]);
        }
        self.request_again(name, &format!("/CN={name}"))
    }

    /// Another request for a key that is there.
    pub(crate) fn request_again(&self, name: &str, subject: &str) -> String {
        let (key, out) = (format!("{name}.key"), format!("{name}.again"));
        let arguments = [
            "req", "-new", "-utf8", "-key", &key, "-subj", subject, "-out", &out,
        ];
        self.openssl(&arguments).succeeds();
        let csr = Csr::read(&out, self.read(&out).as_bytes()).unwrap();
        body::encode_request(csr.as_der())
    }

    /// Runs curl on an operation, and says what it answered: status, then body.
    pub(crate) fn curl(&self, served: &Served, path: &str, more: &[&str]) -> (u16, String) {
        let outcome = run(self.curl_command(served, path, more)).succeeds();
        let (body, status) = outcome.stdout.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), body.to_owned())
    }

    /// The same, to be run by the caller.
    pub(crate) fn curl_command(&self, served: &Served, path: &str, more: &[&str]) -> Command {
        let url = format!("{}{path}", served.url);
        let mut arguments = vec!["-sS", "--cacert", "ca/ca.pem", "-w", "\n%{http_code}"];
        // The loopback is IPv4 here, whatever `localhost` says.
        let resolve = format!("localhost:{}:127.0.0.1", served.port);
        arguments.extend(["--resolve", &resolve, "--max-time", "60"]);
        arguments.extend(more);
        arguments.push(&url);
        self.command("curl", &arguments)
    }

    /// Acquires with curl; the certificate is in `NAME.crt` then.
    pub(crate) fn acquire(&self, served: &Served, account: &Account, name: &str) -> (u16, String) {
        let body = self.request(name);
        self.write(format!("{name}.body"), body);
        let basic = account.basic();
        let data = format!("@{name}.body");
        let arguments = ["--user", &basic, "-H", "Content-Type: application/pkcs10"];
        let arguments = [&arguments[..], &["--data-binary", &data]].concat();
        let path = "/.well-known/est/simpleenroll";
        let (status, answer) = self.curl(served, path, &arguments);
        self.keep(name, status, &answer);
        (status, answer)
    }

    /// Writes the one certificate of an answer to `NAME.crt`.
    pub(crate) fn keep(&self, name: &str, status: u16, answer: &str) {
        if status == 200 {
            let certificate = only_certificate(answer.as_bytes());
            self.write(format!("{name}.crt"), certificate.to_pem().unwrap());
        }
    }

    /// The certificate of `NAME.crt`.
    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        let file = format!("{name}.crt");
        read_certificates(&file, self.read(&file).as_bytes())
            .unwrap()
            .remove(0)
    }
}

impl Served {
    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end, and says its exit status.
    pub(crate) fn ends(mut self) -> Option<i32> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not end");
    }
}

/// Registers a holder with a confirmation PIN.
pub(crate) fn register(
    rules: &RegistrationAuthority,
    contract: &str,
    user: Option<&str>,
    now: Timestamp,
) -> Account {
    let id = match user {
        Some(user) => format!("{contract}/{user}"),
        None => contract.to_owned(),
    };
    let holder = NewHolder {
        id: id.parse().unwrap(),
        institution: Some("1635".to_owned()),
        kana: "ﾘﾖｳｼﾔ".to_owned(),
        name: Some("利用者".to_owned()),
        email: None,
        second_factor: Some(SecondFactor::ConfirmationPin),
    };
    let (_, secrets) = rules
        .add_holder(&holder, &Actor::Operator, now, &mut random)
        .unwrap();
    Account {
        id,
        pin: secrets.pin.expose_secret().to_owned(),
        confirmation: secrets.confirmation_pin.expose_secret().to_owned(),
    }
}

/// The one certificate of an answer; OpenSSL has nothing against it either.
pub(crate) fn only_certificate(answer: &[u8]) -> Certificate {
    let der = body::decode(answer).unwrap();
    let mut found = read_certificates("the answer", &der).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[expect(clippy::unnecessary_wraps, reason = "it is what the library asks for")]
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    let mut source = fs::File::open("/dev/urandom").unwrap();
    source.read_exact(bytes).unwrap();
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server's clock is the system's"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Runs a command that may fail.
pub(crate) fn outcome(command: Command) -> Outcome {
    run(command)
}
