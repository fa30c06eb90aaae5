//! The client under test with a stopped clock, and a bank that it visits.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use rustls::version::{TLS12, TLS13};
use secrecy::SecretString;
use tokencert::authority::AccountProvider;
use tokencert::certificate::Certificate;
use tokencert::est::{Clock, EstAuthority, Network, Note, Trust, body};
use tokencert::request::Csr;
use tokencert::{Authority as _, Enrolment, Error};

use crate::peer::{Clients, Part, Peer, Role, Says, Visit};
use crate::pki::{Authority, Order};
use crate::soft::SoftKey;

pub(crate) const NOW: &str = "2026-06-01T00:00:00Z";

/// What the client did beside talking.
#[derive(Clone, Default)]
pub(crate) struct Diary {
    pub(crate) notes: Rc<RefCell<Vec<Note>>>,
    pub(crate) waits: Rc<RefCell<Vec<u64>>>,
    pub(crate) asked: Rc<RefCell<Vec<String>>>,
}

impl Clock for Diary {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }

    fn wait(&mut self, duration: Duration) {
        self.waits.borrow_mut().push(duration.as_secs());
    }
}

impl AccountProvider for Diary {
    fn password(&mut self, holder: &str) -> tokencert::Result<SecretString> {
        self.asked.borrow_mut().push(holder.to_owned());
        Ok("1234:567890".into())
    }
}

impl Diary {
    pub(crate) fn network(&self) -> Network<'static> {
        let notes = Rc::clone(&self.notes);
        Network {
            clock: Box::new(self.clone()),
            notes: Box::new(move |note| notes.borrow_mut().push(note)),
            proxy: None,
        }
    }

    /// A client without an account.
    pub(crate) fn client(&self, address: &str, trust: Trust) -> EstAuthority<'static> {
        EstAuthority::new(address, trust, self.network()).unwrap()
    }

    /// A client with the account `00009876543/taro`.
    pub(crate) fn holder(&self, address: &str, trust: Trust) -> EstAuthority<'static> {
        self.client(address, trust)
            .with_account("00009876543/taro", Box::new(self.clone()))
            .unwrap()
    }
}

/// A CA, a server below it, and what they say.
pub(crate) struct Bank {
    pub(crate) ca: Authority,
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self {
            ca: Authority::root(1, "CN=Bank CA,O=Example,C=JP"),
        }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::Certificates(vec![self.ca.certificate.clone()])
    }

    /// The chain of a server with key 2.
    pub(crate) fn server(&self, order: &Order) -> Vec<Certificate> {
        vec![self.ca.issue(&SoftKey::new(2).public(), order)]
    }

    /// A server that plays a part; both versions of TLS, certificates of clients welcome.
    pub(crate) fn play(&self, part: Part) -> Peer {
        Peer::start(self.role(part))
    }

    pub(crate) fn role(&self, part: Part) -> Role {
        Role {
            key: 2,
            chain: self.server(&Order::server()),
            versions: vec![&TLS13, &TLS12],
            clients: Clients::Welcome,
            part,
        }
    }

    /// A well-behaved server, but for what `first` says.
    pub(crate) fn but(
        &self,
        mut first: impl FnMut(&Visit) -> Option<Says> + Send + 'static,
    ) -> Part {
        let mut usual = self.usual();
        Box::new(move |visit| first(visit).unwrap_or_else(|| usual(visit)))
    }

    /// What a well-behaved server says.
    pub(crate) fn usual(&self) -> Part {
        let ca = Authority {
            key: SoftKey::new(1),
            certificate: self.ca.certificate.clone(),
        };
        Box::new(move |visit| match visit.operation() {
            "cacerts" => certificates(&[ca.certificate.clone()]),
            "simpleenroll" | "simplereenroll" => certificates(&[issued(&ca, visit)]),
            _ => status("404 Not Found", "text/plain", "nothing here"),
        })
    }
}

/// The certificate that a request is answered with.
pub(crate) fn issued(ca: &Authority, visit: &Visit) -> Certificate {
    let csr = Csr::from_der(&body::decode(&visit.body).unwrap()).unwrap();
    let subject = csr.subject().unwrap().to_string();
    ca.issue(&csr.public_key().unwrap(), &Order::client(&subject))
}

/// A good answer with certificates.
pub(crate) fn certificates(certificates: &[Certificate]) -> Says {
    let der = body::certs_only(certificates).unwrap();
    Says::Bytes(good(&body::encode_answer(&der)))
}

/// A good answer with a body.
pub(crate) fn good(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime; smime-type=certs-only\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An answer with a status, a type and a body.
pub(crate) fn status(status: &str, kind: &str, body: &str) -> Says {
    with(status, &[("Content-Type", kind)], body)
}

/// An answer with headers.
pub(crate) fn with(status: &str, headers: &[(&str, &str)], body: &str) -> Says {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
    Says::Bytes(answer.into_bytes())
}

pub(crate) fn base64(der: &[u8]) -> String {
    Base64::encode_string(der)
}

/// The request of key 9.
pub(crate) fn request() -> Csr {
    SoftKey::new(9).request("CN=taro,O=Example,C=JP")
}

/// The certificates that came.
pub(crate) fn came(enrolment: Result<Enrolment, Error>) -> Vec<Certificate> {
    match enrolment.unwrap() {
        Enrolment::Issued(certificates) => certificates,
        other => panic!("{other:?}"),
    }
}

/// What an enrolment without account ends with.
pub(crate) fn failure(bank: &Bank, part: Part) -> Error {
    let peer = bank.play(part);
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    client.enrol(&request()).unwrap_err()
}
