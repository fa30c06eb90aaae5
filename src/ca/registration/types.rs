//! What the registration authority is asked and what it answers.

use std::fmt;

use jiff::Timestamp;

use crate::authority::AccessRefusal;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::registry::{HolderId, PermitRecord, SecondFactor, Suspension};

/// Who orders a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whoever has the folder.
    Operator,
    /// The administrator of a contract, at the operator's desk, by the confirmation PIN.
    Administrator(String),
    /// The authority itself, for example when a certificate has expired.
    Authority,
}

/// A holder who is to be registered.
#[derive(Clone, Debug)]
pub struct NewHolder {
    /// Which holder; the contract is made if it is not there.
    pub id: HolderId,
    /// The institution's code; the contract's where it is there.
    pub institution: Option<String>,
    /// The name in kana; full-width kana become half-width.
    pub kana: String,
    /// The name in kanji.
    pub name: Option<String>,
    /// Where notices go.
    pub email: Option<String>,
    /// What acquisition asks for; the policy's where it is not given.
    pub second_factor: Option<SecondFactor>,
}

/// The secrets of a holder, shown once.
#[derive(Debug)]
pub struct FirstSecrets {
    /// The PIN.
    pub pin: secrecy::SecretString,
    /// The confirmation PIN.
    pub confirmation_pin: secrecy::SecretString,
    /// The `otpauth:` URI of the one-time codes, for those who use them.
    pub code_uri: Option<secrecy::SecretString>,
}

/// An enrolment code, shown once.
#[derive(Debug)]
pub struct GivenCode {
    /// Whose certificate it gets.
    pub holder: HolderId,
    /// The code.
    pub code: crate::authority::EnrolmentCode,
    /// The first instant at which nobody can begin to use it.
    pub expires: Timestamp,
}

/// Where a holder's certificate stands: the states of the banks' screen (R8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderState {
    /// A permit waits for its acquisition, until this instant.
    Waiting(Timestamp),
    /// Valid.
    Valid,
    /// Valid, and to be renewed.
    InRenewalWindow,
    /// Expired, and can be acquired again until this instant.
    Acquirable(Timestamp),
    /// Only a reissue helps.
    ReissueNeeded,
    /// Revoked.
    Revoked,
    /// Suspended.
    Suspended(Suspension),
}

/// A holder as the screen shows it.
#[derive(Clone, Debug)]
pub struct HolderView {
    /// Which holder.
    pub id: HolderId,
    /// The institution's code.
    pub institution: String,
    /// The name in kana.
    pub kana: String,
    /// The name in kanji.
    pub name: Option<String>,
    /// Where notices go.
    pub email: Option<String>,
    /// What acquisition asks for.
    pub second_factor: SecondFactor,
    /// The PINs are the first ones, which the holder has to change.
    pub first_pins: bool,
    /// Locked after wrong tries.
    pub locked: bool,
    /// Where the certificate stands.
    pub state: HolderState,
    /// The permit that counts.
    pub permit: Option<PermitRecord>,
    /// The present certificate.
    pub certificate: Option<Certificate>,
}

/// Why a request over the network is not granted.
#[derive(Debug)]
pub enum Denial {
    /// Unknown holder, wrong PIN, wrong code, replayed code: never told apart (HTTP 401).
    Unauthenticated,
    /// Locked; said only after the right PIN (HTTP 403).
    Locked,
    /// The certificate that was shown does not do (HTTP 403).
    Access(AccessRefusal),
    /// A rule forbids it, and the holder may know which: no permit, too early, another key (HTTP 403).
    Rule(Error),
    /// The request itself is wrong (HTTP 400).
    Request(Error),
    /// It failed here; the same again may succeed (HTTP 503).
    Failed(Error),
}

/// What the server tells who has logged in.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// Who.
    pub holder: HolderView,
    /// The certificate that was logged in with.
    pub certificate: Certificate,
    /// Calendar days left.
    pub days_left: i32,
    /// A renewal is due (R7).
    pub renewal_due: bool,
    /// It was renewed, and what took its place was revoked: nothing but a reissue goes on from here.
    pub reissue_due: bool,
}

/// As the event log writes it.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Administrator(contract) => write!(f, "administrator:{contract}"),
            Self::Authority => f.write_str("authority"),
        }
    }
}

/// Nothing else is known of a failure of the registry: the same again may succeed.
impl From<Error> for Denial {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
