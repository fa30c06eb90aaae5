//! Fetching a list of revoked certificates.

use std::time::Duration;

use rustls::pki_types::UnixTime;
use ureq::Proxy;
use ureq::http::{HeaderMap, Method};

use super::failure::Failure;
use super::handshake::{config, finished};
use super::network::Network;
use super::transport::{Limits, Message, Watch, exchange};
use crate::certificate::{MAXIMUM_LIST_BYTES, RevocationList};
use crate::error::{Error, Result};

/// How often a server may point to another place.
const REDIRECTS: u32 = 5;

/// Fetches a list of revoked certificates from `http://…` or `https://…`.
///
/// The list is signed by its issuer, which is why authorities give it away over plain HTTP: what
/// proves it is [`RevocationList::is_issued_by`] and its dates, not the connection, and a server of
/// HTTPS is not verified.
pub fn fetch_revocation_list(url: &str, network: &Network<'_>) -> Result<RevocationList> {
    let unreachable = |reason: String| Error::AuthorityUnreachable {
        authority: url.to_owned(),
        reason,
    };
    let proxy = network.proxy.as_deref().map(Proxy::new).transpose();
    let proxy = proxy.map_err(|error| unreachable(format!("its proxy cannot be used: {error}")))?;
    let seconds = u64::try_from(network.clock.now().as_second()).unwrap_or(0);
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let config = config(None, now, false).map_err(|error| unreachable(format!("TLS: {error}")))?;
    let message = Message {
        method: Method::GET,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: None,
    };
    let limits = Limits {
        https_only: false,
        redirects: REDIRECTS,
        bytes: MAXIMUM_LIST_BYTES,
    };
    let watch = Watch::default();
    let config = finished(config.with_no_client_auth());
    let reply = exchange(message, config, &watch, proxy, limits);
    let reply = reply.map_err(|error| {
        let failure = Failure::of(&error, &watch.seen(), false);
        failure.into_error(url, None)
    })?;
    if reply.status != 200 {
        return Err(unreachable(format!("it answered with {}", reply.status)));
    }
    RevocationList::read(url, &reply.body)
}
