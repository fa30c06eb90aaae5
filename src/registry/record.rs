//! What is stored, as plain values. Times are to the second.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::error::{Error, Result};

/// A holder: the administrator of a contract, or one of its users.
///
/// Written `CONTRACT` or `CONTRACT/USER`, which is also the user name of HTTP Basic: neither part
/// has a colon, a slash, a blank or a control character (R1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderId {
    /// The contractor ID.
    pub contract: String,
    /// The user ID; none for the administrator.
    pub user: Option<String>,
}

impl fmt::Display for HolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.user {
            Some(user) => write!(f, "{}/{user}", self.contract),
            None => f.write_str(&self.contract),
        }
    }
}

impl FromStr for HolderId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (contract, user) = match text.split_once('/') {
            Some((contract, user)) => (contract, Some(user)),
            None => (text, None),
        };
        let good = |part: &str| {
            (1..=64).contains(&part.chars().count())
                && !part
                    .chars()
                    .any(|c| c.is_control() || c.is_whitespace() || matches!(c, ':' | '/'))
                // Names that a URL takes for a way, and not for a place.
                && !matches!(part, "." | "..")
                && crate::certificate::sanitized(part) == part
        };
        if !good(contract) || !user.is_none_or(good) {
            return Err(Error::HolderIdInvalid {
                holder: crate::certificate::sanitized(text),
            });
        }
        Ok(Self {
            contract: contract.to_owned(),
            user: user.map(str::to_owned),
        })
    }
}

/// A contract with an institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractRecord {
    /// The contractor ID.
    pub id: String,
    /// The institution's code, four digits as a rule.
    pub institution: String,
    /// When it was registered.
    pub created: Timestamp,
}

/// What a holder proves to be there besides the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// The confirmation PIN.
    ConfirmationPin,
    /// A one-time code (RFC 6238).
    OneTimeCode,
}

/// Why a holder cannot log in for the time being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// Use was stopped.
    Stopped,
    /// The token is lost.
    Lost,
}

/// A holder. PINs are Argon2id hashes in PHC form; the one-time code's secret is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderRecord {
    /// Which holder.
    pub id: HolderId,
    /// The name in half-width kana.
    pub kana: String,
    /// The name in kanji.
    pub name: Option<String>,
    /// Where notices go.
    pub email: Option<String>,
    /// Hash of the PIN.
    pub pin: String,
    /// Hash of the confirmation PIN.
    pub confirmation_pin: String,
    /// The PINs are the first ones, which the holder has to change.
    pub first_pins: bool,
    /// What acquisition asks for besides the PIN.
    pub second_factor: SecondFactor,
    /// The secret of the one-time codes, encrypted, in Base64.
    pub code_secret: Option<String>,
    /// The last time step whose code was accepted.
    pub code_step: Option<i64>,
    /// Wrong tries since the last right one, and those under way.
    pub tries: u32,
    /// Locked after too many wrong tries.
    pub locked: bool,
    /// Suspended, and why.
    pub suspended: Option<Suspension>,
    /// When the holder was registered.
    pub created: Timestamp,
}

/// What opened a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitReason {
    /// The holder was registered.
    Registration,
    /// A reissue was ordered.
    Reissue,
    /// The certificate expired, and can be acquired again.
    Expiry,
}

/// How far a permit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitState {
    /// Nobody has used it.
    Open,
    /// It is for one key now, and no certificate was issued yet.
    Bound,
    /// Its certificate was issued.
    Issued,
    /// It is over.
    Closed,
}

/// The right to get one certificate. The newest of a holder is the one with the latest `opened`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermitRecord {
    /// 16 random bytes in hexadecimal.
    pub id: String,
    /// Whose it is.
    pub holder: HolderId,
    /// The issue count (発行番号) of its certificate.
    pub issue_count: u32,
    /// What opened it.
    pub reason: PermitReason,
    /// The registration date (発行データ登録日): when it was opened, or what an expiry keeps.
    pub registered: Timestamp,
    /// When it was opened.
    pub opened: Timestamp,
    /// The first instant at which it is closed.
    pub closes: Timestamp,
    /// How far it has come.
    pub state: PermitState,
    /// SHA-256 of the public key that it is for, in hexadecimal.
    pub key: Option<String>,
    /// The time step of the one-time code that it was used with.
    pub code_step: Option<i64>,
}

/// A code that was given out for a permit, and its one use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRecord {
    /// The permit that it is for.
    pub permit: String,
    /// SHA-256 of the code, in hexadecimal.
    pub digest: String,
    /// When it was given out.
    pub created: Timestamp,
    /// The first instant at which nobody can begin to use it.
    pub expires: Timestamp,
    /// The public key that it was used for, by its SHA-256 in hexadecimal, and when.
    pub used: Option<(String, Timestamp)>,
}

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationReason {
    /// The token is lost (keyCompromise: nobody knows who has it, but its PIN stands before it).
    Lost,
    /// The holder stopped using it (cessationOfOperation).
    Stopped,
    /// The key is in other hands (keyCompromise); no certificate is ever given to it again.
    Compromised,
    /// Another one was ordered in its place (superseded).
    Reissued,
}

/// The end of a certificate before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// A certificate that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRecord {
    /// Its serial number in lower-case hexadecimal: unique in the registry.
    pub serial: String,
    /// Whose it is: a [`HolderId`], or the common name of a request that the operator signed.
    pub holder: String,
    /// The operator signed it from a file (`tokencert-ca sign`); there is no permit.
    pub by_operator: bool,
    /// The issue count in its subject.
    pub issue_count: u32,
    /// The permit that it was acquired or renewed under.
    pub permit: Option<String>,
    /// SHA-256 of its public key (SPKI) in hexadecimal.
    pub key: String,
    /// The certificate.
    pub der: Vec<u8>,
    /// Its notBefore.
    pub not_before: Timestamp,
    /// Its notAfter.
    pub not_after: Timestamp,
    /// When it was issued.
    pub issued: Timestamp,
    /// The serial number of the one that it renews.
    pub renews: Option<String>,
    /// When it was first logged in with.
    pub logged_in: Option<Timestamp>,
    /// Its revocation.
    pub revoked: Option<Revocation>,
}

/// A certificate with what decides whether it is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewalRecord {
    /// The certificate.
    pub certificate: CertificateRecord,
    /// Its permit's holder, suspended or not; none for one that the operator signed, which has no
    /// permit.
    pub holder: Option<(HolderId, Option<Suspension>)>,
    /// The key that it is to be renewed for is refused for ever.
    pub is_barred: bool,
}

/// One line of the event log. No secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// When.
    pub at: Timestamp,
    /// Who: `operator`, `administrator:CONTRACT`, `holder:…`, `address:…`.
    pub actor: String,
    /// What, for example `holder.add`; the stable names are listed in `ca::event`.
    pub action: String,
    /// Whom or what it was done to.
    pub subject: String,
    /// Details as JSON.
    pub detail: String,
}

/// A notice that was taken up or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRecord {
    /// Of which certificate.
    pub serial: String,
    /// Which notice: days before expiry.
    pub days: u16,
    /// When it was taken up.
    pub begun: Timestamp,
    /// When the mail server had taken it.
    pub sent: Option<Timestamp>,
}
