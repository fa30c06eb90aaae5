//! A token of another module: a process of our own that has it, and signs for this one. Two modules
//! are never loaded into one process.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use tokencert::authority::Present;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::delete::Deletion;
use tokencert::key::{PublicKey, SignatureScheme, SigningKey};
use tokencert::token::TokenIdentity;
use tokencert::{Error, Result};

use super::wire::{Answer, Hello, Order, from_text, to_text};
use crate::exit::Exit;
use crate::failure::Failure;

/// The process with the old certificate's key.
pub(crate) struct Signer {
    pub(crate) token: TokenIdentity,
    pub(crate) certificate: Certificate,
    chain: Vec<Certificate>,
    public: PublicKey,
    line: Mutex<Line>,
}

/// The way to the process.
struct Line {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Signer {
    /// Starts the process, which has then found the certificate.
    pub(super) fn start(mut command: Command) -> Result<Self, Failure> {
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
            return Err(Failure::Told(line.end()));
        };
        let pems = hello.certificates.concat();
        let mut chain = read_certificates("the other process", pems.as_bytes())?.into_iter();
        let certificate = chain.next().ok_or_else(gone)?;
        Ok(Self {
            token: hello.token,
            public: certificate.public_key()?,
            certificate,
            chain: chain.collect(),
            line: Mutex::new(line),
        })
    }

    /// The certificate with the key that signs over there.
    pub(crate) fn present(&self) -> Present<'_> {
        Present {
            certificate: &self.certificate,
            chain: &self.chain,
            key: self,
        }
    }

    /// Has it log in, before anything is made.
    pub(crate) fn log_in(&self) -> Result<(), Failure> {
        match self.ask(&Order::LogIn) {
            Some(Answer::LoggedIn) => Ok(()),
            _ => Err(Failure::Told(self.end())),
        }
    }

    /// Has it delete what `new` has taken the place of.
    pub(crate) fn retire(&self, new: &Certificate) -> Result<Deletion, Failure> {
        let certificate = new.to_pem()?;
        match self.ask(&Order::Retire { certificate }) {
            Some(Answer::Retired(deletion)) => Ok(deletion),
            _ => Err(Failure::Told(self.end())),
        }
    }

    /// Has it finish what it does with the module.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        match self.end() {
            Exit::Done => Ok(()),
            other => Err(Failure::Told(other)),
        }
    }

    fn ask(&self, order: &Order) -> Option<Answer> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let text = serde_json::to_string(order).ok()?;
        let orders = line.orders.as_mut()?;
        writeln!(orders, "{text}")
            .and_then(|()| orders.flush())
            .ok()?;
        line.read()
    }

    fn end(&self) -> Exit {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.end()
    }
}

impl Line {
    fn read<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        let mut text = String::new();
        self.answers.read_line(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Lets the process end, and says how it did.
    fn end(&mut self) -> Exit {
        self.orders = None;
        let status = self.child.wait().ok().and_then(|status| status.code());
        Exit::from_status(status)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.end();
    }
}

impl SigningKey for Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        let order = Order::Sign {
            scheme: scheme.name().to_owned(),
            message: to_text(message),
        };
        let signature = match self.ask(&order) {
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
