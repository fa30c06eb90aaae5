//! What two processes of this program say to each other, a line of JSON each.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use tokencert::delete::Deletion;
use tokencert::token::TokenIdentity;

/// Said first by the one that has the key.
#[derive(Deserialize, Serialize)]
pub(super) struct Hello {
    pub(super) token: TokenIdentity,
    /// The certificate, then those of its chain, as PEM; none where an earlier run has deleted it.
    pub(super) certificates: Vec<String>,
}

/// What it is told.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Order {
    /// Log in now.
    LogIn,
    /// Sign, in the scheme of this name.
    Sign { scheme: String, message: String },
    /// Delete what this certificate has taken the place of.
    Retire { certificate: String },
    /// Forget what was written down of the deletion, after the last call into the module.
    Forget,
}

/// What it answers. One that fails says why on standard error, and ends.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    LoggedIn,
    Signature(String),
    Retired(Deletion),
    Forgetting,
}

pub(super) fn to_text(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}
