//! A mail server on loopback that takes mails, refuses them, or stops in the middle.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

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

/// The server; it ends with the test.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    stopped: Receiver<()>,
}

impl MailServer {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&mails);
        let (tell, stopped) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (taken, tell) = (Arc::clone(&taken), tell.clone());
                // A client that was killed ends its own conversation alone.
                thread::spawn(move || talk(stream, manner, &taken, &tell));
            }
        });
        Self {
            port,
            mails,
            stopped,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails that the server has, whether or not it said so.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits until the server stops to answer.
    pub(crate) fn wait(&self) {
        self.stopped.recv_timeout(Duration::from_mins(1)).unwrap();
    }
}

fn talk(
    stream: TcpStream,
    manner: Manner,
    mails: &Mutex<Vec<String>>,
    stopped: &Sender<()>,
) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let mut answers = stream;
    let mut say = |text: &str| answers.write_all(format!("{text}\r\n").as_bytes()).ok();
    let stop = || {
        let _ = stopped.send(());
        loop {
            thread::park();
        }
    };
    if manner == Manner::Mute {
        stop();
    }
    say("220 localhost")?;
    let mut line = String::new();
    while lines.read_line(&mut line).ok()? > 0 {
        let command = line.trim_end().to_owned();
        line.clear();
        match (command.split(' ').next()?, manner) {
            ("EHLO", Manner::WantsLogin) => say("250-localhost\r\n250 AUTH PLAIN")?,
            ("EHLO", _) => say("250 localhost")?,
            ("AUTH", _) if command == "AUTH PLAIN AGNhAGh1bnRlcjI=" => say("235 welcome")?,
            ("AUTH", _) => say("535 who are you")?,
            ("MAIL", Manner::StopsAtSender) => stop(),
            ("RCPT", Manner::RefusesRecipient) => say("550 no such \u{1b}[31mmailbox")?,
            ("MAIL" | "RCPT" | "NOOP" | "RSET", _) => say("250 ok")?,
            ("DATA", _) => {
                say("354 go on")?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    if lines.read_line(&mut mail).ok()? == 0 {
                        return None;
                    }
                }
                mails.lock().ok()?.push(mail);
                match manner {
                    Manner::StopsAtMail => stop(),
                    Manner::ClosesAtMail => return None,
                    _ => say("250 taken")?,
                }
            }
            ("QUIT", _) => {
                say("221 bye")?;
                return None;
            }
            _ => say("500 what")?,
        }
    }
    None
}
