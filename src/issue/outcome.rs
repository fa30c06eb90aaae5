//! What a run of issuing is given, what it tells on its way, and how it ends.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use crate::authority::Authority;
use crate::certificate::{Certificate, DistinguishedName};
use crate::error::Result;
use crate::journal::{Entry, Journal};
use crate::key::KeyId;
use crate::pkcs11::{LoginPolicy, PinProvider};
use crate::token::TokenIdentity;

/// What a run is given, because the library takes nothing of it by itself.
#[expect(missing_debug_implementations, reason = "it holds borrowed functions")]
pub struct Surroundings<'a> {
    /// The certificate authority.
    pub authority: &'a mut dyn Authority,
    /// Where unfinished runs are written down.
    pub journal: &'a Journal,
    /// The folder of provenance records.
    pub records: &'a Path,
    /// Who is asked for the user PIN.
    pub pins: &'a mut dyn PinProvider,
    /// How far the PIN governor goes.
    pub policy: LoginPolicy,
    /// The time.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Randomness for IDs: it must not repeat.
    pub random: &'a mut dyn FnMut(&mut [u8]) -> Result<()>,
    /// Told of each stage before it begins.
    pub progress: &'a mut dyn FnMut(Stage),
}

/// A stage of a run, some of which take a minute on a slow token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// An unfinished run was found and goes on.
    Resuming,
    /// The user is logged in.
    LoggingIn,
    /// The key pair is made.
    Generating,
    /// The request is signed.
    Signing,
    /// The authority is asked.
    Asking,
    /// The certificate is written and the key proves that it belongs to it.
    Importing,
    /// The token is looked at afresh.
    Verifying,
}

/// How a run ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// A valid certificate is there already; nothing was changed, and no PIN was sent.
    AlreadyThere {
        /// The certificate.
        certificate: Box<Certificate>,
        /// `CKA_ID` of its key.
        key: Option<KeyId>,
    },
    /// The certificate is on the token.
    Issued(Box<Issued>),
    /// The authority has the request and has not answered; run again to go on.
    Pending {
        /// The journal's name for the run.
        id: String,
        /// When to ask again, where the authority says it.
        retry_after: Option<Duration>,
        /// Where the request is or what is awaited.
        place: String,
    },
}

/// A certificate that was issued and is on the token.
#[derive(Debug)]
#[non_exhaustive]
pub struct Issued {
    /// The certificate.
    pub certificate: Certificate,
    /// Its chain without itself, issuer first.
    pub chain: Vec<Certificate>,
    /// `CKA_ID` of the key.
    pub key: KeyId,
    /// The token.
    pub token: TokenIdentity,
    /// True if an earlier run had begun it.
    pub resumed: bool,
    /// The subject that was expected, where the certificate has another one.
    pub subject_differs: Option<DistinguishedName>,
    /// Older certificates of the key that the token would not hold beside this one.
    pub replaced: Vec<Certificate>,
    pub(super) entry: Entry,
}

impl Issued {
    /// Removes the journal's entry. To be called after the last call into the module.
    pub fn finish(&self, journal: &Journal) -> Result<()> {
        journal.finish(&self.entry)
    }
}
