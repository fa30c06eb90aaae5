//! Logging in with a certificate, and what else a server of ours has to give.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use ureq::http::{HeaderMap, header};

use super::address::Address;
use super::client::basic;
use super::network::Network;
use super::remote::Server;
use super::transport::Reply;
use super::trust::Trust;
use super::{identity, operation};
use crate::authority::{LoggedIn, LoginService, Present};
use crate::certificate::Certificate;
use crate::error::{Error, Result};

/// What stands encoded in a path: all but what RFC 3986 section 2.3 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A server that a certificate on a token logs in to: `https://HOST[:PORT]/login`.
#[derive(Debug)]
pub struct EstLogin<'a> {
    server: Server<'a>,
    path: String,
}

impl<'a> EstLogin<'a> {
    /// The server at an address; without a path it is `/login`.
    ///
    /// # Errors
    ///
    /// [`Error::AuthorityInvalid`] as for an authority.
    pub fn new(url: &str, trust: Trust, network: Network<'a>) -> Result<Self> {
        let (server, path) = split(url, operation::LOGIN, trust, network)?;
        Ok(Self { server, path })
    }

    /// The certificates that the server is trusted by.
    #[must_use]
    pub fn trusted(&self) -> &[Certificate] {
        self.server.trusted()
    }

    /// The address of a holder's door.
    fn door(&self, holder: Option<&str>) -> Result<String> {
        let mut path = self.path.clone();
        for part in holder.into_iter().flat_map(|holder| holder.split('/')) {
            let unfit = |c: char| c.is_control() || c.is_whitespace() || c == ':';
            // Dots alone would lead elsewhere, encoded or not.
            if part.chars().all(|c| c == '.') || part.contains(unfit) {
                return Err(Error::HolderIdInvalid {
                    holder: holder.unwrap_or_default().to_owned(),
                });
            }
            path = format!("{path}/{}", utf8_percent_encode(part, ENCODED));
        }
        Ok(format!("{}{path}", self.server.address().origin()))
    }

    fn welcome(&self, reply: &Reply) -> Result<LoggedIn> {
        let read = serde_json::from_slice(&reply.body);
        let told: LoggedIn = read.map_err(|error| self.server.answer(error.to_string()))?;
        if told.version == LoggedIn::VERSION {
            return Ok(told);
        }
        let version = told.version;
        Err(self
            .server
            .answer(format!("its form {version} is newer than this program")))
    }
}

impl LoginService for EstLogin<'_> {
    fn name(&self) -> String {
        self.server.name().to_owned()
    }

    fn log_in(
        &mut self,
        present: &Present<'_>,
        holder: Option<&str>,
        pin: &SecretString,
    ) -> Result<LoggedIn> {
        identity::check(present)?;
        let url = self.door(holder)?;
        let authorization = basic(holder.unwrap_or_default(), pin)?;
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, authorization)]);
        let reply = self
            .server
            .post(url, headers, String::new(), Some(present))?;
        if let Some(reason) = reply.refusal() {
            return Err(Error::CertificateRefused {
                authority: self.name(),
                subject: present.certificate.subject().to_string(),
                reason,
            });
        }
        match reply.status {
            200 => self.welcome(&reply),
            401 => Err(Error::AccountRefused {
                authority: self.name(),
                reason: reply.words(),
            }),
            _ => Err(self.server.unexpected(&reply)),
        }
    }
}

/// The profile that a server gives away, and the certificates by which the server was trusted.
/// Without a path it is `/profile`.
pub fn fetch_profile(
    url: &str,
    trust: Trust,
    network: Network<'_>,
) -> Result<(String, Vec<Certificate>)> {
    let (mut server, path) = split(url, operation::PROFILE, trust, network)?;
    let reply = server.get(format!("{}{path}", server.address().origin()))?;
    if reply.status != 200 {
        return Err(server.unexpected(&reply));
    }
    let text = String::from_utf8(reply.body);
    let text = text.map_err(|_| server.answer("it is no text".to_owned()))?;
    Ok((text, server.trusted().to_vec()))
}

/// A server, and the path of an address there.
fn split<'a>(
    url: &str,
    usual: &str,
    trust: Trust,
    network: Network<'a>,
) -> Result<(Server<'a>, String)> {
    let address = Address::parse(url)?;
    let path = match address.path() {
        "" => format!("/{usual}"),
        path => path.to_owned(),
    };
    let name = format!("{}{path}", address.origin());
    let origin = Address::parse(address.origin())?;
    Ok((Server::new(name, origin, trust, network), path))
}
