//! What each operation does: it reads the request, has the rules decide, and puts the answer into
//! its form.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap};

use super::answer::Answer;
use super::basic::Credentials;
use super::connection::Peer;
use super::list::RevocationList;
use super::rate::Allowances;
use super::route::Operation;
use super::work::Work;
use super::{Clock, Limits, Randomness};
use crate::authority::LoggedIn;
use crate::ca::{Denial, HolderId, RegistrationAuthority, Welcome};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::est::{CsrAttributes, body, media};
use crate::key::SigningKey;
use crate::request::Csr;

/// What the banks head their reminder with.
const RENEWAL_NOTICE: &str = "電子証明書の更新をお願いします";

/// What is said where the certificate that was to take this one's place was revoked.
const REISSUE_NOTICES: [&str; 2] = [
    "更新後の電子証明書が失効しています。再発行をご依頼ください",
    "the renewed certificate was revoked: ask whoever looks after the accounts for a reissue",
];

/// What all connections share.
pub(super) struct Service {
    pub(super) authority: RegistrationAuthority,
    pub(super) key: Arc<dyn SigningKey + Send + Sync>,
    pub(super) clock: Clock,
    pub(super) random: Randomness,
    pub(super) limits: Limits,
    /// The name of the profile, and the address in it.
    pub(super) profile: (String, String),
    /// Answers that are the same for everybody.
    pub(super) ca_certificates: String,
    pub(super) attributes: String,
    pub(super) list: RevocationList,
    pub(super) passwords: Work,
    pub(super) tasks: Work,
    pub(super) allowances: Allowances,
}

/// A request that was read.
pub(super) struct Asked {
    pub(super) peer: Peer,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Operation {
    /// Its name in the log: paths hold what clients write.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::CaCertificates => "cacerts",
            Self::Attributes => "csrattrs",
            Self::Enrol => "simpleenroll",
            Self::Reenrol => "simplereenroll",
            Self::Crl => "crl",
            Self::Profile => "profile",
            Self::Login(_) | Self::Door(_) => "login",
        }
    }
}

impl Service {
    pub(super) async fn perform(self: &Arc<Self>, operation: Operation, asked: Asked) -> Answer {
        match operation {
            Operation::CaCertificates => {
                Answer::message(media::CERTS_ONLY, self.ca_certificates.clone())
            }
            Operation::Attributes if self.attributes.is_empty() => Answer::empty(),
            Operation::Attributes => {
                Answer::message(media::CSR_ATTRIBUTES, self.attributes.clone())
            }
            Operation::Enrol => self.enrol(asked).await,
            Operation::Reenrol => self.reenrol(asked).await,
            Operation::Crl => self.crl().await,
            Operation::Profile => self.profile().await,
            Operation::Login(door) => self.log_in(door, asked).await,
            Operation::Door(door) => self.door(door, asked).await,
        }
    }

    /// Acquisition: who has an account gets the certificate of its permit. A certificate that is
    /// shown beside it changes nothing.
    async fn enrol(self: &Arc<Self>, asked: Asked) -> Answer {
        let request = match request_of(&asked) {
            Ok(request) => request,
            Err(answer) => return answer,
        };
        let credentials = match self.credentials(&asked) {
            Ok(credentials) => credentials,
            Err(answer) => return answer,
        };
        let service = Arc::clone(self);
        let from = asked.peer.address.ip().to_string();
        let acquire = move || {
            let issued = service.authority.acquire(
                credentials.name(),
                credentials.password(),
                &request,
                &*service.key,
                &from,
                (service.clock)(),
                &mut |bytes| (service.random)(bytes),
            );
            issued_answer(issued)
        };
        self.passwords.run(acquire).await
    }

    /// Renewal: by the certificate that is renewed and nothing else. Without one, acquisition is
    /// what is meant, and has an operation of its own.
    async fn reenrol(self: &Arc<Self>, asked: Asked) -> Answer {
        let request = match request_of(&asked) {
            Ok(request) => request,
            Err(answer) => return answer,
        };
        let Some(present) = asked.peer.certificate else {
            return without_certificate(
                "a renewal is asked for with the certificate that it renews",
            );
        };
        let service = Arc::clone(self);
        let from = asked.peer.address.ip().to_string();
        let renew = move || {
            let issued = service.authority.renew(
                &present,
                &request,
                &*service.key,
                &from,
                (service.clock)(),
                &mut |bytes| (service.random)(bytes),
            );
            issued_answer(issued)
        };
        self.tasks.run(renew).await
    }

    async fn crl(self: &Arc<Self>) -> Answer {
        let service = Arc::clone(self);
        let period = self.limits.crl;
        let list = move || match service.list.current(&service) {
            Ok(list) => {
                let age = format!("max-age={}", period.as_secs());
                Answer::new(StatusCode::OK, "application/pkix-crl", list)
                    .with(header::CACHE_CONTROL, &age)
            }
            Err(error) => Answer::failed(&error),
        };
        self.tasks.run(list).await
    }

    /// The profile as it is now: what is in it depends on who is registered.
    async fn profile(self: &Arc<Self>) -> Answer {
        let service = Arc::clone(self);
        let profile = move || {
            let (name, url) = &service.profile;
            let profile = service.authority.profile(name, url);
            match profile.and_then(|profile| profile.to_toml()) {
                Ok(profile) => {
                    Answer::new(StatusCode::OK, "text/toml; charset=utf-8", profile.into())
                }
                Err(error) => Answer::failed(&error),
            }
        };
        self.tasks.run(profile).await
    }

    /// Says without a PIN whether the certificate would do.
    async fn door(self: &Arc<Self>, door: Option<HolderId>, asked: Asked) -> Answer {
        let Some(present) = asked.peer.certificate else {
            let text = "this is where a certificate logs in: run `tokencert login`";
            return Answer::text(StatusCode::OK, text);
        };
        let service = Arc::clone(self);
        let look = move || {
            let now = (service.clock)();
            match service.authority.access(&present, door.as_ref(), now) {
                Ok(holder) => {
                    let text = format!("the certificate of {} is accepted", holder.id);
                    Answer::text(StatusCode::OK, &text)
                }
                Err(denial) => denial.into(),
            }
        };
        self.tasks.run(look).await
    }

    /// Login: first the certificate, then the PIN. The name in HTTP Basic may be left out; the
    /// certificate has said who it is.
    async fn log_in(self: &Arc<Self>, door: Option<HolderId>, asked: Asked) -> Answer {
        let Some(present) = asked.peer.certificate.clone() else {
            return without_certificate("a login is with a certificate");
        };
        let credentials = match self.credentials(&asked) {
            Ok(credentials) => credentials,
            Err(answer) => return answer,
        };
        // Who names a holder is at that holder's door.
        let door = match (door, credentials.name()) {
            (door, "") => door,
            (door, name) => match name.parse::<HolderId>() {
                Ok(named) if door.as_ref().is_none_or(|door| *door == named) => Some(named),
                _ => return Denial::Unauthenticated.into(),
            },
        };
        let service = Arc::clone(self);
        let from = asked.peer.address.ip().to_string();
        let log_in = move || {
            let welcome = service.authority.log_in(
                &present,
                door.as_ref(),
                credentials.password(),
                &from,
                (service.clock)(),
            );
            match welcome.map(|welcome| welcome_answer(&welcome)) {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => Answer::failed(&error),
                Err(denial) => denial.into(),
            }
        };
        self.passwords.run(log_in).await
    }

    /// Name and password of a request, if its address may try one more.
    fn credentials(&self, asked: &Asked) -> std::result::Result<Credentials, Answer> {
        let credentials = Credentials::of(&asked.headers)
            .ok_or_else(|| Answer::challenge("name and password are needed"))?;
        match self.allowances.take(asked.peer.origin) {
            Ok(()) => Ok(credentials),
            Err(after) => {
                tracing::warn!(address = %asked.peer.address, "too many passwords");
                let text = "too many tries from this address; wait, then try again";
                Err(Answer::later(StatusCode::TOO_MANY_REQUESTS, after, text))
            }
        }
    }
}

/// The kinds of key that get a certificate.
pub(super) fn attributes(authority: &RegistrationAuthority) -> Result<String> {
    let der = CsrAttributes::new(authority.key_kinds()).to_der()?;
    Ok(body::encode_answer(&der))
}

/// Certificates as RFC 7030 sends them.
pub(super) fn certificates(certificates: &[Certificate]) -> Result<String> {
    Ok(body::encode_answer(&body::certs_only(certificates)?))
}

/// The request in a body, whose type has to be said.
fn request_of(asked: &Asked) -> std::result::Result<Csr, Answer> {
    let content_type = asked.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media::PKCS10)) {
        let text = "a request is of the type application/pkcs10";
        return Err(Answer::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let wrong = |reason: &dyn std::fmt::Display| {
        let text = format!("the request cannot be read: {reason}");
        Answer::text(StatusCode::BAD_REQUEST, &text)
    };
    let der = body::decode(&asked.body).map_err(|reason| wrong(&reason))?;
    Csr::from_der(&der).map_err(|error| wrong(&error))
}

/// Exactly one certificate: several confuse clients, which take the first.
fn issued_answer(issued: std::result::Result<Certificate, Denial>) -> Answer {
    match issued.map(|certificate| certificates(&[certificate])) {
        Ok(Ok(base64)) => Answer::message(media::CERTS_ONLY, base64),
        Ok(Err(error)) => Answer::failed(&error),
        Err(denial) => denial.into(),
    }
}

fn without_certificate(text: &str) -> Answer {
    Answer::text(
        StatusCode::FORBIDDEN,
        &format!("{text}, and none was shown"),
    )
}

fn welcome_answer(welcome: &Welcome) -> Result<Answer> {
    let holder = &welcome.holder;
    let mut notices = Vec::new();
    if welcome.renewal_due {
        notices.push(RENEWAL_NOTICE.to_owned());
    }
    if welcome.reissue_due {
        notices.extend(REISSUE_NOTICES.map(str::to_owned));
    }
    let said = LoggedIn {
        version: LoggedIn::VERSION,
        holder: holder.id.to_string(),
        name: holder.name.clone(),
        kana: holder.kana.clone(),
        institution: holder.institution.clone(),
        subject: welcome.certificate.subject().to_string(),
        serial_number: welcome.certificate.serial_number(),
        not_after: welcome.certificate.not_after(),
        days_left: welcome.days_left,
        renewal_due: welcome.renewal_due,
        notices,
    };
    let body = serde_json::to_vec(&said).map_err(|error| Error::AuthorityAnswer {
        authority: holder.id.to_string(),
        reason: error.to_string(),
    })?;
    Ok(Answer::new(StatusCode::OK, "application/json", body))
}
