//! An authority over HTTPS (RFC 7030 section 4).

use std::fmt;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use secrecy::{ExposeSecret, SecretString};
use ureq::http::{HeaderMap, HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

use super::address::Address;
use super::network::Network;
use super::remote::Server;
use super::transport::Reply;
use super::trust::Trust;
use super::{CsrAttributes, body, identity, media, operation};
use crate::authority::{AccountProvider, Authority, Enrolment, Present, Requirements};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::request::Csr;

/// The longest `Retry-After` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long is waited in all.
const LONGEST_IN_ALL: Duration = Duration::from_mins(2);

/// An authority over HTTPS: `https://HOST[:PORT][/LABEL]`.
///
/// The server is verified before anything else, and nothing secret is sent to one that is not the
/// one that is trusted. Connections are TLS 1.2 or 1.3, one per request, and never resumed. Only
/// [`Authority::reenrol`] shows a certificate, which costs one signature of its key.
#[derive(Debug)]
pub struct EstAuthority<'a> {
    server: Server<'a>,
    account: Option<Account<'a>>,
    ca_certificates: Option<Vec<Certificate>>,
    /// It has said that requests are to carry `challengePassword` (RFC 7030 section 3.5).
    wants_binding: bool,
}

/// Who asks, and the password once it was asked for.
struct Account<'a> {
    holder: String,
    provider: Box<dyn AccountProvider + 'a>,
    password: Option<SecretString>,
}

impl fmt::Debug for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

impl<'a> EstAuthority<'a> {
    /// The authority at an address, with or without `/.well-known/est`.
    ///
    /// # Errors
    ///
    /// [`Error::AuthorityInvalid`] for anything but an `https` address without user name, query and
    /// fragment. Nothing is connected yet.
    pub fn new(address: &str, trust: Trust, network: Network<'a>) -> Result<Self> {
        let address = Address::of_authority(address)?;
        Ok(Self {
            server: Server::new(address.name(), address, trust, network),
            account: None,
            ca_certificates: None,
            wants_binding: false,
        })
    }

    /// The same authority for someone who has an account there.
    ///
    /// # Errors
    ///
    /// [`Error::HolderIdInvalid`] for a name with a colon, which would end it (RFC 7617 section 2),
    /// or a control character.
    pub fn with_account(
        mut self,
        holder: &str,
        provider: Box<dyn AccountProvider + 'a>,
    ) -> Result<Self> {
        if holder.contains(':') || holder.chars().any(char::is_control) {
            return Err(Error::HolderIdInvalid {
                holder: holder.to_owned(),
            });
        }
        self.account = Some(Account {
            holder: holder.to_owned(),
            provider,
            password: None,
        });
        Ok(self)
    }

    /// Trusts another server from now on, for example once a person has confirmed a fingerprint.
    pub fn trust(&mut self, trust: Trust) {
        self.ca_certificates = None;
        self.server.trust(trust);
    }

    /// The certificates that the server is trusted by, to be kept for the next run; none before the
    /// one with a fingerprint was fetched.
    #[must_use]
    pub fn trusted(&self) -> &[Certificate] {
        self.server.trusted()
    }

    /// The CA certificates that the server names over a connection that proves nothing: for a
    /// person to compare a fingerprint, and for nothing else.
    pub fn offered(&mut self) -> Result<Vec<Certificate>> {
        self.server.offered()
    }

    fn send(
        &mut self,
        operation: &str,
        request: &Csr,
        headers: &HeaderMap,
        present: Option<&Present<'_>>,
    ) -> Result<Reply> {
        let url = self.server.address().operation(operation);
        let body = body::encode_request(request.as_der());
        let mut waited = Duration::ZERO;
        loop {
            let (url, headers, body) = (url.clone(), headers.clone(), body.clone());
            let reply = self.server.post(url, headers, body, present)?;
            let now = self.server.clock().now();
            let wait = reply.retry_after(now).filter(|_| reply.status == 202);
            // A server that says 0 is not to be asked without end.
            let wait = wait.map(|wait| wait.max(Duration::from_secs(1)));
            match wait {
                Some(wait) if wait <= LONGEST_WAIT && waited + wait <= LONGEST_IN_ALL => {
                    self.server.clock().wait(wait);
                    waited += wait;
                }
                _ => return Ok(reply),
            }
        }
    }

    fn enrolment(&mut self, request: &Csr, reply: &Reply) -> Result<Enrolment> {
        match reply.status {
            200 => {
                let certificates = reply.certificates();
                let certificates = certificates.map_err(|reason| self.server.answer(reason))?;
                let key = request.public_key()?;
                let ours = |one: &Certificate| one.public_key().is_ok_and(|it| it == key);
                if certificates.iter().any(ours) {
                    return Ok(Enrolment::Issued(certificates));
                }
                Err(self
                    .server
                    .answer("none of its certificates is for the key of the request".to_owned()))
            }
            202 => {
                let now = self.server.clock().now();
                Ok(Enrolment::Pending {
                    retry_after: reply.retry_after(now),
                    place: self.server.name().to_owned(),
                })
            }
            _ => Err(self.with_binding(self.server.unexpected(reply))),
        }
    }

    /// Adds to a refusal what may be behind it. Most servers that ask for a binding do without.
    fn with_binding(&self, error: Error) -> Error {
        match error {
            Error::AuthorityRefused { authority, reason } if self.wants_binding => {
                let reason = format!(
                    "{reason}; it asks for requests that are bound to the TLS connection \
                     (challengePassword), which this program cannot make"
                );
                Error::AuthorityRefused { authority, reason }
            }
            other => other,
        }
    }

    /// `Authorization` for whoever has an account; the password is asked for now at the latest.
    fn authorization(&mut self) -> Result<Option<HeaderValue>> {
        let Some(account) = &mut self.account else {
            return Ok(None);
        };
        let password = match account.password.take() {
            Some(password) => password,
            None => account.provider.password(&account.holder)?,
        };
        let value = basic(&account.holder, &password);
        account.password = Some(password);
        value.map(Some)
    }
}

/// `Basic` (RFC 7617), kept out of logs.
pub(super) fn basic(user: &str, password: &SecretString) -> Result<HeaderValue> {
    let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
    let pair = Zeroizing::new(Base64::encode_string(pair.as_bytes()));
    let value = Zeroizing::new(format!("Basic {}", *pair));
    let value = HeaderValue::from_str(&value).map_err(|_| Error::HolderIdInvalid {
        holder: user.to_owned(),
    });
    value.map(|mut value| {
        value.set_sensitive(true);
        value
    })
}

/// What every request with a body says of it.
fn request_headers() -> HeaderMap {
    let encoding = HeaderName::from_static("content-transfer-encoding");
    HeaderMap::from_iter([
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(media::PKCS10),
        ),
        (encoding, HeaderValue::from_static("base64")),
    ])
}

impl Authority for EstAuthority<'_> {
    fn name(&self) -> String {
        self.server.name().to_owned()
    }

    /// Asked once per run, without a certificate of ours. With a fingerprint, only what leads to
    /// the certificate that has it.
    fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        if let Some(known) = &self.ca_certificates {
            return Ok(known.clone());
        }
        let url = self.server.address().operation(operation::CA_CERTIFICATES);
        let reply = self.server.get(url)?;
        let bag = self.server.bag(&reply)?;
        let admitted = self.server.admit(bag);
        self.ca_certificates = Some(admitted.clone());
        Ok(admitted)
    }

    /// An authority need not say anything (RFC 7030 section 4.5.1).
    fn requirements(&mut self) -> Result<Requirements> {
        let url = self.server.address().operation(operation::CSR_ATTRIBUTES);
        let reply = self.server.get(url)?;
        match reply.status {
            200 if reply.body.iter().all(u8::is_ascii_whitespace) => Ok(Requirements::default()),
            200 => {
                let attributes = body::decode(&reply.body)
                    .and_then(|der| CsrAttributes::from_der(&der))
                    .map_err(|reason| self.server.answer(format!("/csrattrs: {reason}")))?;
                self.wants_binding = attributes.challenge_password;
                Ok(Requirements {
                    keys: attributes.keys,
                })
            }
            204 | 400..=499 | 501 => Ok(Requirements::default()),
            _ => Err(self.server.unexpected(&reply)),
        }
    }

    /// The password is asked for once the server was verified, and goes over a connection of its
    /// own that is verified again.
    fn enrol(&mut self, request: &Csr) -> Result<Enrolment> {
        self.ca_certificates()?;
        let mut headers = request_headers();
        let authorization = self.authorization()?;
        let known = authorization.is_some();
        headers.extend(authorization.map(|value| (header::AUTHORIZATION, value)));
        let reply = self.send(operation::ENROL, request, &headers, None)?;
        if reply.status != 401 {
            return self.enrolment(request, &reply);
        }
        if let Some(account) = &mut self.account {
            account.password = None;
        }
        if let Some(schemes) = reply.schemes_but_basic() {
            return Err(Error::AuthorityRefused {
                authority: self.name(),
                reason: format!("it wants a login by {schemes}, and this program has Basic alone"),
            });
        }
        Err(Error::AccountRefused {
            authority: self.name(),
            reason: if known {
                reply.words()
            } else {
                "it wants a user name and a password".to_owned()
            },
        })
    }

    fn reenrol(&mut self, request: &Csr, present: &Present<'_>) -> Result<Enrolment> {
        identity::check(present)?;
        let headers = request_headers();
        let reply = self.send(operation::REENROL, request, &headers, Some(present))?;
        if let Some(reason) = reply.refusal() {
            return Err(Error::CertificateRefused {
                authority: self.name(),
                subject: present.certificate.subject().to_string(),
                reason,
            });
        }
        self.enrolment(request, &reply)
    }
}
