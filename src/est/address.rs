//! The addresses of servers, in one form.

use ureq::http::Uri;

use super::{WELL_KNOWN, operation};
use crate::error::{Error, Result};

/// The port of HTTPS, which is left out of names.
const HTTPS: u16 = 443;

/// Parts of a path that are operations and no labels (RFC 7030 section 3.2.2).
const OPERATIONS: &[&str] = &[
    operation::CA_CERTIFICATES,
    operation::CSR_ATTRIBUTES,
    operation::ENROL,
    operation::REENROL,
    "fullcmc",
    "serverkeygen",
];

/// `https://HOST[:PORT]` and the path behind it, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    origin: String,
    path: String,
}

impl Address {
    /// Reads the address of a server.
    pub(super) fn parse(text: &str) -> Result<Self> {
        Self::read(text).map_err(|reason| invalid(text, reason))
    }

    fn read(text: &str) -> std::result::Result<Self, &'static str> {
        const UNREADABLE: &str = "it is no address of a server";
        if text.contains(['?', '#']) {
            return Err("an address here has no `?` and no `#`");
        }
        if text
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
        {
            return Err("secrets go over `https:` only");
        }
        let uri: Uri = text.parse().map_err(|_| UNREADABLE)?;
        if uri.scheme_str() != Some("https") {
            return Err("it does not begin with `https://`");
        }
        let authority = uri.authority().ok_or(UNREADABLE)?;
        if authority.as_str().contains('@') {
            return Err("user names and passwords do not belong into an address");
        }
        let host = authority.host().to_ascii_lowercase();
        let port = match authority.as_str().get(host.len()..) {
            None | Some("" | ":") => HTTPS,
            Some(_) => authority
                .port_u16()
                .ok_or("its port is no number of a port")?,
        };
        let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let name = rustls::pki_types::ServerName::try_from(bare.unwrap_or(&host));
        name.map_err(|_| UNREADABLE)?;
        let origin = if port == HTTPS {
            format!("https://{host}")
        } else {
            format!("https://{host}:{port}")
        };
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { origin, path })
    }

    /// Reads the address of an authority: with or without [`WELL_KNOWN`], with or without a label.
    pub(super) fn of_authority(text: &str) -> Result<Self> {
        let mut address = Self::parse(text)?;
        let label = match address.path.strip_prefix(WELL_KNOWN) {
            Some(label) if label.is_empty() || label.starts_with('/') => label.to_owned(),
            _ => address.path.clone(),
        };
        let label_name = label.trim_start_matches('/');
        if label_name.contains('/') {
            return Err(invalid(text, "a label is one part of a path"));
        }
        if OPERATIONS.contains(&label_name) {
            return Err(invalid(text, "it is an operation and not the whole server"));
        }
        address.path = label;
        Ok(address)
    }

    /// The address in its one form.
    pub(super) fn name(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// `https://HOST[:PORT]`.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The path, which is empty or begins with a slash.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Where a redirect leads to, if it is on this server. Paths are whole: no server is known to
    /// give others.
    pub(super) fn here(&self, place: &str) -> Option<String> {
        if place.starts_with('/') && !place.starts_with("//") {
            return Some(format!("{}{place}", self.origin));
        }
        let there: Uri = place.parse().ok()?;
        let path = there.path_and_query()?.as_str();
        let origin = place.strip_suffix(path).unwrap_or(place);
        let same = Self::parse(origin).is_ok_and(|it| it.origin == self.origin);
        same.then(|| format!("{}{path}", self.origin))
    }

    /// Where an operation of the authority is.
    pub(super) fn operation(&self, name: &str) -> String {
        format!("{}{WELL_KNOWN}{}/{name}", self.origin, self.path)
    }
}

/// The refusal of an address, which is shown without the password that may be in it.
fn invalid(authority: &str, reason: &str) -> Error {
    let shown = match (authority.split_once("://"), authority.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://***@{place}"),
        (None, Some((_, place))) => format!("***@{place}"),
        (_, None) => authority.to_owned(),
    };
    Error::AuthorityInvalid {
        authority: shown,
        reason: reason.to_owned(),
    }
}
