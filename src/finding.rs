//! Findings: what an audit says of tokens, as data (version 1) that later versions only add to.
//!
//! Times are RFC 3339 in UTC, names RFC 4514, serial numbers, IDs and digests lower-case
//! hexadecimal; what is absent or not said is null. All text is as the token has it: whoever
//! prints it makes it safe.

mod reason;
mod report;
mod rule;
mod severity;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::key::KeyId;
use crate::token::TokenIdentity;

pub use reason::Reason;
pub use report::{CertificateSeen, KeySeen, ModuleSeen, Report, RuleOutcome, TokenSeen, Verdict};
pub use rule::RuleId;
pub use severity::Severity;

/// The version of the report's shape.
pub const VERSION: u32 = 1;

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How bad it is, by the policy.
    pub severity: Severity,
    /// The token.
    pub token: TokenIdentity,
    /// What on the token; nothing for the token itself.
    pub object: Option<ObjectRef>,
    /// What was found, in English.
    pub message: String,
    /// What to do, in English.
    pub action: String,
    /// The values that the message names, for other languages.
    pub values: Values,
}

/// A rule that could not be checked, or not for every object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NotChecked {
    /// Which rule.
    pub rule: RuleId,
    /// The token.
    pub token: TokenIdentity,
    /// The object, where it is about one.
    pub object: Option<ObjectRef>,
    /// Why not.
    pub reason: Reason,
    /// Why not, in English.
    pub message: String,
    /// The values that the message names, for other languages.
    pub values: Values,
}

/// A finding that the policy tolerates for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Waived {
    /// What was found.
    pub finding: Finding,
    /// Why it is tolerated.
    pub reason: String,
    /// The last day on which it is.
    pub until: Date,
}

/// An object of a token, by what an administrator can find it again with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectRef {
    /// What it is.
    pub class: ObjectKind,
    /// `CKA_ID`
    pub id: Option<KeyId>,
    /// `CKA_LABEL`
    pub label: Option<String>,
    /// The serial number of a certificate.
    pub serial_number: Option<String>,
    /// The subject of a certificate.
    pub subject: Option<String>,
    /// SHA-256 of a certificate's DER.
    pub sha256: Option<String>,
}

/// Kinds of objects that findings are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ObjectKind {
    /// `CKO_PRIVATE_KEY`
    PrivateKey,
    /// `CKO_PUBLIC_KEY`
    PublicKey,
    /// `CKO_CERTIFICATE`
    Certificate,
}

/// The values of a message by name.
pub type Values = BTreeMap<String, Value>;

/// A value of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number, which can choose between singular and plural.
    Number(i64),
    /// A moment.
    Time(Timestamp),
    /// Anything else.
    Text(String),
}

impl ObjectKind {
    /// The kind's name: `private-key`, `public-key` or `certificate`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private-key",
            Self::PublicKey => "public-key",
            Self::Certificate => "certificate",
        }
    }
}

impl ObjectRef {
    /// An object of this kind with its ID and label.
    #[must_use]
    pub fn new(class: ObjectKind, id: Option<KeyId>, label: Option<String>) -> Self {
        Self {
            class,
            id,
            label,
            serial_number: None,
            subject: None,
            sha256: None,
        }
    }
}

impl fmt::Display for ObjectRef {
    /// The label, else the subject, else the ID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id.as_ref().map(ToString::to_string);
        let named = [&self.label, &self.subject, &id];
        let name = named.into_iter().flatten().find(|name| !name.is_empty());
        f.write_str(&crate::certificate::sanitized(
            name.map_or("-", String::as_str),
        ))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl fmt::Display for Value {
    /// As messages show it: of a moment the day in UTC, and nothing that could steer a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Time(time) => write!(f, "{}", time.strftime("%Y-%m-%d")),
            Self::Text(text) => f.write_str(&crate::certificate::sanitized(text)),
        }
    }
}

/// Puts values into a text that names them in braces; a value is never read for names itself.
fn fill(template: &str, values: &Values) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, named)) = rest.split_once('{') {
        let (name, after) = named.split_once('}').unwrap_or((named, ""));
        text.push_str(before);
        if let Some(value) = values.get(name) {
            text.push_str(&value.to_string());
        }
        rest = after;
    }
    text + rest
}
