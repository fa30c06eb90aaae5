//! The report of an audit: what was seen, what was found, what was not checked, and what was waived.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Finding, NotChecked, RuleId, Severity, VERSION, Waived};
use crate::key::KeyId;
use crate::token::TokenIdentity;

/// What an audit of some tokens has found, in an order that depends on nothing but the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of this shape: 1.
    pub version: u32,
    /// The time for which it was decided what is due and what has expired.
    pub time: Timestamp,
    /// The computer that the tokens were plugged in to.
    pub host: String,
    /// The policy's name.
    pub policy: String,
    /// The modules that were looked at.
    pub modules: Vec<ModuleSeen>,
    /// The tokens that were seen.
    pub tokens: Vec<TokenSeen>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// What could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// What was found and is tolerated.
    pub waived: Vec<Waived>,
    /// What came of every rule on every token.
    pub outcomes: Vec<RuleOutcome>,
}

/// A module that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModuleSeen {
    /// The module's file.
    pub path: String,
    /// Why it could not be used; nothing where it could.
    pub error: Option<String>,
    /// Slots that did not answer, each with what was answered instead.
    pub failed_slots: Vec<String>,
}

/// What came of a rule on a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleOutcome {
    /// The token.
    pub token: TokenIdentity,
    /// The rule.
    pub rule: RuleId,
    /// What came of it.
    pub outcome: Verdict,
}

/// What came of a rule: the first of these that is the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// There is a finding.
    Finding,
    /// Something could not be checked.
    NotChecked,
    /// There are findings, and the policy tolerates all of them.
    Waived,
    /// All is well.
    Ok,
}

impl Verdict {
    /// The name: `finding`, `not-checked`, `waived` or `ok`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::NotChecked => "not-checked",
            Self::Waived => "waived",
            Self::Ok => "ok",
        }
    }
}

/// A token that was seen, with what is on it as far as that could be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenSeen {
    /// Which token: `label`, `serial`, `manufacturer`, `model`.
    #[serde(flatten)]
    pub identity: TokenIdentity,
    /// The module through which it was seen.
    pub module: String,
    /// The slot it was in.
    pub slot: u64,
    /// Whether it has been initialised.
    pub initialized: bool,
    /// A token known to be software.
    pub software: bool,
    /// `firmwareVersion` as `major.minor`.
    pub firmware: String,
    /// The flags that are set, by their CKF_ names.
    pub flags: Vec<String>,
    /// The user PIN: `locked`, `final-try`, `count-low` or `unknown`.
    pub pin_state: String,
    /// The SO PIN: the same.
    pub so_pin_state: String,
    /// Whether private objects could be seen.
    pub logged_in: bool,
    /// Why it could not be read, or logged in to; nothing where it could.
    pub error: Option<String>,
    /// The certificates on it.
    pub certificates: Vec<CertificateSeen>,
    /// The keys on it: private keys, and public keys whose private half was not seen.
    pub keys: Vec<KeySeen>,
}

/// A certificate on a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CertificateSeen {
    /// `CKA_ID`
    pub id: Option<KeyId>,
    /// `CKA_LABEL`
    pub label: Option<String>,
    /// Whose it is.
    pub subject: String,
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
    /// The issue count in the subject, where the profile or the usual form has one.
    pub issue_count: Option<u32>,
    /// The contractor ID in the subject, where the profile says where it stands.
    pub contract: Option<String>,
    /// The user ID, likewise.
    pub user: Option<String>,
    /// Whether it certifies the key it stands beside; null where there is none, or it is not seen.
    pub matches_key: Option<bool>,
}

/// A key on a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KeySeen {
    /// `CKA_ID`
    pub id: Option<KeyId>,
    /// `CKA_LABEL`
    pub label: Option<String>,
    /// The kind, for example `rsa:2048`; null for one that is not known.
    pub algorithm: Option<String>,
    /// Whether the private half was seen.
    pub private: bool,
    /// SHA-256 of the public key's `SubjectPublicKeyInfo`.
    pub public_key_sha256: Option<String>,
    /// `CKA_SENSITIVE`
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`
    pub extractable: Option<bool>,
    /// `CKA_LOCAL`
    pub local: Option<bool>,
    /// Whether the token gave the private key away when it was asked; null where it was not asked.
    pub readable: Option<bool>,
}

impl ModuleSeen {
    /// A module, why it could not be used if it could not, and its slots that did not answer.
    #[must_use]
    pub fn new(path: &str, error: Option<String>, failed_slots: Vec<String>) -> Self {
        Self {
            path: path.to_owned(),
            error,
            failed_slots,
        }
    }
}

impl Report {
    /// A report without tokens.
    #[must_use]
    pub fn new(time: Timestamp, host: &str, policy: &str) -> Self {
        Self {
            version: VERSION,
            time,
            host: host.to_owned(),
            policy: policy.to_owned(),
            modules: Vec::new(),
            tokens: Vec::new(),
            findings: Vec::new(),
            not_checked: Vec::new(),
            waived: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// The worst severity of what was found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(of).count()
    }
}
