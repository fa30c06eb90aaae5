//! A server as a client sees it: how it is trusted, and how it is asked.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::UnixTime;
use ureq::Proxy;
use ureq::http::{HeaderMap, Method};

use super::address::Address;
use super::failure::Failure;
use super::handshake::{config, finished, with_key};
use super::network::{Clock, Network, Note};
use super::transport::{Limits, Message, Reply, Watch, exchange};
use super::trust::{Anchors, Trust, that_lead_to};
use super::{identity, operation};
use crate::authority::{AccessRefusal, Present};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::profile::Fingerprint;

/// How far a clock may be off before it is mentioned.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The redirects that are followed.
const REDIRECTS: u32 = 3;

/// One server, and what is known of it in this run.
pub(super) struct Server<'a> {
    /// What messages call it.
    name: String,
    /// Where it is, and where its `/cacerts` is.
    address: Address,
    trust: Trust,
    anchors: Option<Anchors>,
    network: Network<'a>,
    told: Vec<&'static str>,
}

impl<'a> Server<'a> {
    pub(super) fn new(name: String, address: Address, trust: Trust, network: Network<'a>) -> Self {
        Self {
            name,
            address,
            trust,
            anchors: None,
            network,
            told: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn clock(&mut self) -> &mut dyn Clock {
        &mut *self.network.clock
    }

    pub(super) fn trust(&mut self, trust: Trust) {
        (self.trust, self.anchors) = (trust, None);
    }

    /// The certificates that are trusted; none as long as there is a fingerprint only.
    pub(super) fn trusted(&self) -> &[Certificate] {
        match (&self.anchors, &self.trust) {
            (Some(known), _) => &known.anchors,
            (None, Trust::Certificates(anchors)) => anchors,
            (None, _) => &[],
        }
    }

    /// Those of the server's certificates that may be used: with a fingerprint, what leads to it.
    pub(super) fn admit(&self, bag: Vec<Certificate>) -> Vec<Certificate> {
        match (&self.trust, self.trusted()) {
            (Trust::Fingerprint(_), [anchor]) => {
                let mut admitted = vec![anchor.clone()];
                admitted.extend(that_lead_to(anchor, &bag, self.unix_time()));
                admitted
            }
            _ => bag,
        }
    }

    /// Makes sure that there is something to verify the server with.
    fn establish(&mut self) -> Result<Anchors> {
        if let Some(known) = &self.anchors {
            return Ok(known.clone());
        }
        let known = match self.trust.clone() {
            Trust::Certificates(anchors) => Anchors {
                intermediates: anchors.clone(),
                anchors,
            },
            Trust::Fingerprint(expected) => {
                let bag = self.offered()?;
                let anchor = bag.iter().find(|one| one.sha256() == expected);
                let anchor = anchor.ok_or_else(|| Error::ServerUntrusted {
                    authority: self.name.clone(),
                    reason: format!(
                        "none of its CA certificates has the SHA-256 {}",
                        Fingerprint(expected)
                    ),
                })?;
                Anchors {
                    intermediates: that_lead_to(anchor, &bag, self.unix_time()),
                    anchors: vec![anchor.clone()],
                }
            }
            Trust::Unknown => return Err(self.untold()?),
        };
        self.anchors = Some(known.clone());
        Ok(known)
    }

    /// What a person has to confirm: the roots that the server names, else all that it names.
    fn untold(&mut self) -> Result<Error> {
        let bag = self.offered()?;
        let roots: Vec<String> = bag
            .iter()
            .filter(|one| one.is_ca() && one.is_issued_by(one))
            .map(Certificate::fingerprint)
            .collect();
        let all = || bag.iter().map(Certificate::fingerprint).collect();
        let fingerprints: Vec<String> = if roots.is_empty() { all() } else { roots };
        Ok(Error::TrustMissing {
            authority: self.name.clone(),
            fingerprint: fingerprints.join(", "),
        })
    }

    /// The CA certificates that the server names over a connection that proves nothing.
    pub(super) fn offered(&mut self) -> Result<Vec<Certificate>> {
        let url = self.address.operation(operation::CA_CERTIFICATES);
        let reply = self.follow(url, None)?;
        self.bag(&reply)
    }

    /// The certificates of an answer to `/cacerts`.
    pub(super) fn bag(&self, reply: &Reply) -> Result<Vec<Certificate>> {
        if reply.status != 200 {
            return Err(self.unexpected(reply));
        }
        reply.certificates().map_err(|reason| self.answer(reason))
    }

    /// Asks a verified server for something public.
    pub(super) fn get(&mut self, url: String) -> Result<Reply> {
        let anchors = self.establish()?;
        self.follow(url, Some(&anchors))
    }

    /// Sends something to a verified server; redirects are not followed.
    pub(super) fn post(
        &mut self,
        url: String,
        headers: HeaderMap,
        body: String,
        present: Option<&Present<'_>>,
    ) -> Result<Reply> {
        let anchors = self.establish()?;
        let message = Message {
            method: Method::POST,
            url,
            headers,
            body: Some(body),
        };
        let reply = self.run(message, Some(anchors), present)?;
        match reply.status {
            301..=303 | 307 | 308 => {
                let place = reply.header("Location").unwrap_or_default();
                Err(self.answer(format!(
                    "it points to `{place}`, and a request is not sent elsewhere unasked"
                )))
            }
            _ => Ok(reply),
        }
    }

    /// `GET`, and on to where the same server points.
    fn follow(&mut self, mut url: String, anchors: Option<&Anchors>) -> Result<Reply> {
        for _ in 0..=REDIRECTS {
            let message = Message {
                method: Method::GET,
                url,
                headers: HeaderMap::new(),
                body: None,
            };
            let reply = self.run(message, anchors.cloned(), None)?;
            if !matches!(reply.status, 301..=303 | 307 | 308) {
                return Ok(reply);
            }
            let place = reply.header("Location").unwrap_or_default();
            url = self.address.here(place).ok_or_else(|| {
                self.answer(format!(
                    "it points to `{place}`: if that is right, give that address"
                ))
            })?;
        }
        Err(self.answer("it points from place to place".to_owned()))
    }

    /// One exchange; without `anchors` over a connection that proves nothing.
    fn run(
        &mut self,
        message: Message,
        anchors: Option<Anchors>,
        present: Option<&Present<'_>>,
    ) -> Result<Reply> {
        let provisional = anchors.is_none();
        let failure = match self.attempt(message, anchors.clone(), present)? {
            Ok(reply) => return Ok(reply),
            Err(failure) => failure,
        };
        let failure = match failure {
            Failure::Untimely(reason) => Failure::Untrusted(self.with_clocks(&reason)),
            // TLS 1.3 tells of a refused certificate late, and who hangs up often not at all. A
            // server that answers those who show none is there, and did not want ours.
            Failure::HungUp if present.is_some() && !provisional => {
                let probe = self.look_at_cacerts();
                match self.attempt(probe, anchors, None)? {
                    Ok(_) => Failure::Refused(AccessRefusal::Unknown),
                    Err(failure) => failure,
                }
            }
            other => other,
        };
        let subject = present.map(|present| present.certificate.subject().to_string());
        Err(failure.into_error(&self.name, subject))
    }

    fn look_at_cacerts(&self) -> Message {
        Message {
            method: Method::GET,
            url: self.address.operation(operation::CA_CERTIFICATES),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// Adds what the clocks say to a failure that may come of a wrong one. The server's word on it
    /// is not proved; it is a hint for a person.
    fn with_clocks(&mut self, reason: &str) -> String {
        let here = self.network.clock.now();
        let probe = self.look_at_cacerts();
        let there = match self.attempt(probe, None, None) {
            Ok(Ok(reply)) => reply.date(),
            _ => None,
        };
        match there {
            Some(there) if is_off(here, there) => {
                format!("{reason}; the clock here says {here}, the server's {there}")
            }
            _ => format!("{reason}; the clock here says {here}"),
        }
    }

    /// One exchange, and what became of it; the outer error is the key's.
    fn attempt(
        &mut self,
        message: Message,
        anchors: Option<Anchors>,
        present: Option<&Present<'_>>,
    ) -> Result<Result<Reply, Failure>> {
        let now = self.network.clock.now();
        let proxy = self.network.proxy.as_deref().map(Proxy::new).transpose();
        let proxy = proxy.map_err(|error| Error::AuthorityUnreachable {
            authority: self.name.clone(),
            reason: format!("its proxy cannot be used: {error}"),
        })?;
        let schemes = present.map(|present| present.key.schemes());
        let capped = present
            .zip(schemes.as_ref())
            .is_some_and(|(it, schemes)| identity::lacks_pss(schemes, it.key.public_key()));
        if capped {
            self.tell("without-pss", Note::WithoutPss);
        }
        let config = config(anchors, self.unix_time(), capped).map_err(|error| {
            Error::AuthorityUnreachable {
                authority: self.name.clone(),
                reason: format!("TLS: {error}"),
            }
        })?;
        let watch = Watch::default();
        let result = match present {
            None => exchange(
                message,
                finished(config.with_no_client_auth()),
                &watch,
                proxy,
                Limits::default(),
            ),
            Some(present) => {
                let schemes = schemes.unwrap_or_default();
                with_key(present, schemes, message, config, &watch, proxy)?
            }
        };
        match result {
            Ok(reply) => {
                let there = reply.date().filter(|there| is_off(now, *there));
                if let Some(there) = there {
                    self.tell("clock-off", Note::ClockOff { here: now, there });
                }
                Ok(Ok(reply))
            }
            Err(error) => Ok(Err(Failure::of(&error, &watch.seen(), capped))),
        }
    }

    fn tell(&mut self, once: &'static str, note: Note) {
        if !self.told.contains(&once) {
            self.told.push(once);
            (self.network.notes)(note);
        }
    }

    fn unix_time(&self) -> UnixTime {
        let seconds = self.network.clock.now().as_second();
        UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }

    /// An answer that makes no sense.
    pub(super) fn answer(&self, reason: String) -> Error {
        Error::AuthorityAnswer {
            authority: self.name.clone(),
            reason,
        }
    }

    /// A status that is no success.
    pub(super) fn unexpected(&self, reply: &Reply) -> Error {
        let (authority, mut reason) = (self.name.clone(), reply.words());
        match reply.status {
            429 | 500.. => {
                if let Some(wait) = reply.retry_after(self.network.clock.now()) {
                    reason = format!("{reason}; it asks to be left for {} s", wait.as_secs());
                }
                Error::AuthorityUnreachable { authority, reason }
            }
            400.. => Error::AuthorityRefused { authority, reason },
            _ => Error::AuthorityAnswer { authority, reason },
        }
    }
}

impl fmt::Debug for Server<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("name", &self.name)
            .field("trusted", &self.trusted())
            .finish_non_exhaustive()
    }
}

fn is_off(here: Timestamp, there: Timestamp) -> bool {
    here.duration_since(there).abs() > TOLERANCE
}
