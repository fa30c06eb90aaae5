//! A mail server on loopback that takes mails, refuses them, or stops in the middle.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::common::World;

/// Where the server stops to answer, or says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes everything.
    Kind,
    /// It says nothing at all.
    Mute,
    /// It does not answer to MAIL FROM.
    StopsAtSender,
    /// It has the whole mail, and does not answer.
    StopsAtMail,
    /// It refuses the recipient.
    RefusesRecipient,
    /// It closes the connection instead of answering to the mail.
    ClosesAtMail,
    /// It wants to know who is there.
    WantsLogin,
}

/// How the server protects what is said.
#[derive(Clone)]
pub(crate) enum Protection {
    None,
    /// Once it is asked to (RFC 3207).
    StartTls(Arc<ServerConfig>),
    /// From the first byte (RFC 8314).
    Tls(Arc<ServerConfig>),
}

/// What a server of TLS on this computer shows: `mail.crt`, which nobody has signed.
pub(crate) fn certified(world: &World) -> Arc<ServerConfig> {
    let names = "subjectAltName=IP:127.0.0.1,IP:0.0.0.0";
    let line =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=mail";
    let mut line: Vec<&str> = line.split(' ').collect();
    line.extend(["-keyout", "mail.key", "-out", "mail.crt", "-addext", names]);
    line.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
    world.openssl(&line).succeeds();
    let read = |name: &str| world.path(name);
    let certificate = CertificateDer::from_pem_file(read("mail.crt")).unwrap();
    Arc::new(config(certificate, &read("mail.key")))
}

fn config(certificate: CertificateDer<'static>, key: &Path) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// What the server has got.
#[derive(Default)]
struct Taken {
    mails: Vec<String>,
    /// Every command, and whether it came in the clear.
    commands: Vec<(String, bool)>,
}

/// The server; it ends with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    taken: Arc<Mutex<Taken>>,
    stopped: Receiver<()>,
}

impl MailServer {
    pub(crate) fn start(manner: Manner) -> Self {
        Self::protected(manner, &Protection::None)
    }

    pub(crate) fn protected(manner: Manner, protection: &Protection) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Taken::default()));
        let (tell, stopped) = channel();
        let talk = Talk {
            manner,
            protection: protection.clone(),
            taken: Arc::clone(&taken),
            stopped: tell,
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let talk = talk.clone();
                // A client that was killed ends its own conversation alone.
                thread::spawn(move || talk.with(stream));
            }
        });
        Self {
            port,
            taken,
            stopped,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails that the server has, whether or not it said so.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.taken.lock().unwrap().mails.clone()
    }

    /// What was said in the clear.
    pub(crate) fn overheard(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        let open = taken.commands.iter().filter(|(_, open)| *open);
        open.map(|(command, _)| command.clone()).collect()
    }

    /// Waits until the server stops to answer.
    pub(crate) fn wait(&self) {
        self.stopped.recv_timeout(Duration::from_mins(1)).unwrap();
    }
}

/// A conversation.
#[derive(Clone)]
struct Talk {
    manner: Manner,
    protection: Protection,
    taken: Arc<Mutex<Taken>>,
    stopped: Sender<()>,
}

/// How a part of a conversation ends.
enum End {
    Gone,
    StartTls,
}

impl Talk {
    fn with(&self, stream: TcpStream) {
        let mut open = BufReader::new(stream);
        let config = match &self.protection {
            Protection::Tls(config) => config,
            protection => {
                let end = self.greet(&mut open, true);
                let (Protection::StartTls(config), Some(End::StartTls)) = (protection, end) else {
                    return;
                };
                config
            }
        };
        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
        let mut closed = BufReader::new(StreamOwned::new(connection, open.into_inner()));
        // After STARTTLS the client speaks first.
        match self.protection {
            Protection::Tls(_) => self.greet(&mut closed, false),
            _ => self.listen(&mut closed, false),
        };
        let stream = closed.get_mut();
        stream.conn.send_close_notify();
        stream.flush().ok();
    }

    fn greet(&self, lines: &mut BufReader<impl Read + Write>, open: bool) -> Option<End> {
        if self.manner == Manner::Mute {
            self.stop();
        }
        say(lines, "220 localhost")?;
        self.listen(lines, open)
    }

    fn listen(&self, lines: &mut BufReader<impl Read + Write>, open: bool) -> Option<End> {
        let mut line = String::new();
        while lines.read_line(&mut line).ok()? > 0 {
            let command = line.trim_end().to_owned();
            line.clear();
            let said = (command.clone(), open);
            self.taken.lock().ok()?.commands.push(said);
            match (command.split(' ').next()?, self.manner) {
                ("EHLO", manner) => {
                    let mut answer = vec!["localhost"];
                    if open && matches!(self.protection, Protection::StartTls(_)) {
                        answer.push("STARTTLS");
                    }
                    if manner == Manner::WantsLogin {
                        answer.push("AUTH PLAIN");
                    }
                    let last = answer.pop()?;
                    for line in answer {
                        say(lines, &format!("250-{line}"))?;
                    }
                    say(lines, &format!("250 {last}"))?;
                }
                ("STARTTLS", _) if open => {
                    say(lines, "220 go on")?;
                    return Some(End::StartTls);
                }
                ("AUTH", _) if command == "AUTH PLAIN AGNhAGh1bnRlcjI=" => {
                    say(lines, "235 welcome")?;
                }
                ("AUTH", _) => say(lines, "535 who are you")?,
                ("MAIL", Manner::StopsAtSender) => self.stop(),
                ("RCPT", Manner::RefusesRecipient) => {
                    say(lines, "550 no such \u{1b}[31mmailbox")?;
                }
                ("MAIL" | "RCPT" | "NOOP" | "RSET", _) => say(lines, "250 ok")?,
                ("DATA", _) => self.take(lines)?,
                ("QUIT", _) => {
                    say(lines, "221 bye")?;
                    return Some(End::Gone);
                }
                _ => say(lines, "500 what")?,
            }
        }
        None
    }

    /// Takes a mail.
    fn take(&self, lines: &mut BufReader<impl Read + Write>) -> Option<()> {
        say(lines, "354 go on")?;
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            if lines.read_line(&mut mail).ok()? == 0 {
                return None;
            }
        }
        self.taken.lock().ok()?.mails.push(mail);
        match self.manner {
            Manner::StopsAtMail => self.stop(),
            Manner::ClosesAtMail => None,
            _ => say(lines, "250 taken"),
        }
    }

    fn stop(&self) -> ! {
        let _ = self.stopped.send(());
        loop {
            thread::park();
        }
    }
}

fn say(lines: &mut BufReader<impl Read + Write>, text: &str) -> Option<()> {
    let answers = lines.get_mut();
    answers.write_all(format!("{text}\r\n").as_bytes()).ok()?;
    answers.flush().ok()
}
