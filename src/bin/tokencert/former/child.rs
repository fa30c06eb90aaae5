//! A token of another module: a process of our own that has it, and signs for this one. Two modules
//! are never loaded into one process.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokencert::authority::Present;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::delete::Deletion;
use tokencert::key::{PublicKey, SignatureScheme, SigningKey};
use tokencert::token::TokenIdentity;
use tokencert::{Error, Result};

use super::wire::{Answer, Hello, Order, from_text, to_text};
use crate::exit::Exit;
use crate::failure::Failure;

/// The process with the old certificate's token.
pub(crate) struct Signer {
    pub(crate) token: TokenIdentity,
    /// `None` where an earlier run has deleted it.
    old: Option<Old>,
    line: Arc<Mutex<Line>>,
}

/// The old certificate, and its key as the process has it.
struct Old {
    certificate: Certificate,
    chain: Vec<Certificate>,
    public: PublicKey,
    token: TokenIdentity,
    line: Arc<Mutex<Line>>,
}

/// The way to the process.
struct Line {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Signer {
    /// Starts the process, which has then looked for the certificate on the token of this name.
    pub(super) fn start(mut command: Command, token: &str) -> Result<Self, Failure> {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes
            .spawn()
            .map_err(|error| Error::reading("tokencert", error))?;
        let gone = || Error::reading("tokencert", io::Error::other("it has no pipes"));
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or_else(gone)?);
        let mut line = Line {
            child,
            orders,
            answers,
        };
        let Some(hello) = line.read::<Hello>() else {
            return Err(line.failure(token));
        };
        let line = Arc::new(Mutex::new(line));
        let mut chain = match hello.certificates.concat() {
            none if none.is_empty() => Vec::new(),
            pems => read_certificates("the other process", pems.as_bytes())?,
        }
        .into_iter();
        let old = chain.next().map(|certificate| {
            Ok::<_, Error>(Old {
                public: certificate.public_key()?,
                certificate,
                chain: chain.collect(),
                token: hello.token.clone(),
                line: Arc::clone(&line),
            })
        });
        Ok(Self {
            old: old.transpose()?,
            token: hello.token,
            line,
        })
    }

    /// The certificate that is renewed, unless an earlier run has deleted it.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.old.as_ref().map(|old| &old.certificate)
    }

    /// The certificate with the key that signs over there.
    pub(crate) fn present(&self) -> Option<Present<'_>> {
        self.old.as_ref().map(|old| Present {
            certificate: &old.certificate,
            chain: &old.chain,
            key: old,
        })
    }

    /// Has it log in, before anything is made.
    pub(crate) fn log_in(&self) -> Result<(), Failure> {
        match self.ask(&Order::LogIn) {
            Some(Answer::LoggedIn) => Ok(()),
            _ => Err(self.failure()),
        }
    }

    /// Has it delete what `new` has taken the place of.
    pub(crate) fn retire(&self, new: &Certificate) -> Result<Deletion, Failure> {
        let certificate = new.to_pem()?;
        match self.ask(&Order::Retire { certificate }) {
            Some(Answer::Retired(deletion)) => Ok(deletion),
            _ => Err(self.failure()),
        }
    }

    /// Has it finish what it does with the module, and forget what it had written down of that.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        let forgets = matches!(self.ask(&Order::Forget), Some(Answer::Forgetting));
        // Not in the `match`, which would hold the line while it is asked what has failed.
        let end = self.lock().end();
        match end {
            Some(Exit::Done) if forgets => Ok(()),
            _ => Err(self.failure()),
        }
    }

    /// What became of a process that does not answer.
    pub(crate) fn failure(&self) -> Failure {
        self.lock().failure(&self.token.to_string())
    }

    fn ask(&self, order: &Order) -> Option<Answer> {
        self.lock().ask(order)
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn ask(&mut self, order: &Order) -> Option<Answer> {
        let text = serde_json::to_string(order).ok()?;
        let orders = self.orders.as_mut()?;
        writeln!(orders, "{text}")
            .and_then(|()| orders.flush())
            .ok()?;
        self.read()
    }

    fn read<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        let mut text = String::new();
        self.answers.read_line(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Lets the process end, and says how it did; `None` for one that was killed.
    fn end(&mut self) -> Option<Exit> {
        self.orders = None;
        let status = self.child.wait().ok().and_then(|status| status.code());
        status.map(|status| Exit::from_status(Some(status)))
    }

    /// A process that failed has said why. One that was killed could not.
    fn failure(&mut self, token: &str) -> Failure {
        match self.end() {
            None | Some(Exit::Done) => Failure::Library(Error::SignerEnded {
                token: token.to_owned(),
            }),
            Some(other) => Failure::Told(other),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.end();
    }
}

impl SigningKey for Old {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        let order = Order::Sign {
            scheme: scheme.name().to_owned(),
            message: to_text(message),
        };
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = match line.ask(&order) {
            Some(Answer::Signature(signature)) => from_text(&signature),
            _ => None,
        };
        let signature = signature.ok_or_else(|| Error::SignerEnded {
            token: self.token.to_string(),
        })?;
        self.public
            .verify(scheme, message, &signature, "the other token")?;
        Ok(signature)
    }
}
