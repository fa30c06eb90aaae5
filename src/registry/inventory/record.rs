//! What an inventory stores, as plain values. Times are to the second.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use crate::token::TokenIdentity;

/// What became of a token, as an administrator has said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It is in use.
    #[default]
    InUse,
    /// It is lost: its certificates are to be revoked.
    Lost,
    /// It is used no more.
    Retired,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 3] = [Self::InUse, Self::Lost, Self::Retired];

    /// The mark's name: `in-use`, `lost` or `retired`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InUse => "in-use",
            Self::Lost => "lost",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mark {
    type Err = String;

    /// Fails with the list of names.
    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|one| one.name() == text);
        named.ok_or_else(|| Self::ALL.map(Self::name).join(", "))
    }
}

/// A run of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// SHA-256 of the report.
    pub digest: String,
    /// When it was, as the report says.
    pub time: Timestamp,
    /// When it is taken to have been: never after it was stored.
    pub counted: Timestamp,
    /// When it was stored.
    pub stored: Timestamp,
    /// The computer that the tokens were plugged in to.
    pub host: String,
    /// The policy's name.
    pub policy: String,
    /// How many tokens were seen.
    pub tokens: u32,
    /// How much was found.
    pub findings: u32,
}

/// A token that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its number in this inventory.
    pub number: i64,
    /// Which token.
    pub identity: TokenIdentity,
    /// When it was seen first.
    pub first_seen: Timestamp,
    /// When it was seen last.
    pub last_seen: Timestamp,
    /// On which computer that was.
    pub host: String,
    /// The digest of what could last be read of it.
    pub state: String,
    /// What became of it.
    pub mark: Mark,
    /// Since when; nothing for one that was never marked.
    pub marked: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

/// A certificate on a token, as far as it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCertificate {
    /// Whose it is.
    pub subject: String,
    /// The same for all certificates of one holder, whatever their issue counts.
    pub holder: String,
    /// Who issued it.
    pub issuer: String,
    /// Its serial number.
    pub serial_number: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// SHA-256 of its DER.
    pub sha256: String,
    /// Whether it is one of an authority.
    pub ca: bool,
}

/// A certificate that is due, and the token that it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRecord {
    /// The token.
    pub token: TokenRecord,
    /// The certificate.
    pub certificate: SeenCertificate,
}

/// What a run saw of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SightingRecord {
    /// The token's number.
    pub token: i64,
    /// When the run was, as its report says.
    pub time: Timestamp,
    /// When it is taken to have been.
    pub counted: Timestamp,
    /// The computer.
    pub host: String,
    /// The digest of what was seen.
    pub state: String,
    /// The digest of what was said about it.
    pub remarks: String,
}

/// What a run adds to an inventory about one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Which token.
    pub identity: TokenIdentity,
    /// When the run is taken to have been.
    pub counted: Timestamp,
    /// The computer.
    pub host: String,
    /// Whether the token could be read.
    pub read: bool,
    /// What was seen of it: digest and JSON.
    pub state: (String, String),
    /// What was said about it: digest and JSON.
    pub remarks: (String, String),
    /// The certificates that were seen.
    pub certificates: Vec<SeenCertificate>,
}

/// A mark that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRecord {
    /// The mark.
    pub mark: Mark,
    /// When it was set.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}
