//! Enrolment over Secure Transport (RFC 7030, RFC 8951): the messages that both sides send, and the
//! client.
//!
//! [`EstAuthority`] is the port to an authority over HTTPS, [`EstLogin`] the one to a server that a
//! certificate on a token logs in to. Both prove possession with a borrowed key that stays where it
//! is. [`body`] and [`CsrAttributes`] are the messages.

mod address;
mod answer;
mod attributes;
pub mod body;
mod client;
mod failure;
mod handshake;
mod identity;
mod login;
mod network;
mod remote;
mod revocation;
#[cfg(feature = "ca")]
pub mod server;
mod transport;
mod trust;

pub use crate::key::tls::TlsKey;
pub use attributes::CsrAttributes;
pub use client::EstAuthority;
pub use failure::has_another_ca;
pub use login::{EstLogin, fetch_profile};
pub use network::{Clock, Network, Note};
pub use revocation::fetch_revocation_list;
pub use trust::Trust;

/// Where the operations are (RFC 7030 section 3.2.2).
pub const WELL_KNOWN: &str = "/.well-known/est";

/// The operations of section 3.2.2 that exist here, as the last part of a path.
pub mod operation {
    /// The authority's certificates (section 4.1).
    pub const CA_CERTIFICATES: &str = "cacerts";
    /// What requests must be like (section 4.5).
    pub const CSR_ATTRIBUTES: &str = "csrattrs";
    /// A certificate for whoever has an account (section 4.2.1).
    pub const ENROL: &str = "simpleenroll";
    /// A certificate in place of the present one (section 4.2.2).
    pub const REENROL: &str = "simplereenroll";
    /// The profile of a `tokencert-ca` server; no part of the standard, nor are the next two.
    pub const PROFILE: &str = "profile";
    /// Where a certificate logs in.
    pub const LOGIN: &str = "login";
    /// The revocation list.
    pub const REVOCATION_LIST: &str = "crl";
}

/// Media types of section 3.2.4.
pub mod media {
    /// A request.
    pub const PKCS10: &str = "application/pkcs10";
    /// Certificates. Some clients insist on the parameter.
    pub const CERTS_ONLY: &str = "application/pkcs7-mime; smime-type=certs-only";
    /// What requests must be like.
    pub const CSR_ATTRIBUTES: &str = "application/csrattrs";
}

/// The header that RFC 8951 has no more, and that some peers insist on.
pub const TRANSFER_ENCODING: &str = "Content-Transfer-Encoding";

/// The header in which a `tokencert-ca` server names an
/// [`AccessRefusal`](crate::authority::AccessRefusal) beside status 403.
pub const REFUSAL: &str = "Tokencert-Refusal";
