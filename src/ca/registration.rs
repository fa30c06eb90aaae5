//! The registration authority: contracts, holders and permits, and what follows from them.
//!
//! It decides with the registry and the policy; the key that signs is given to it, and so are the
//! time and randomness. Every change is one transaction with its line in the event log.

use jiff::Timestamp;

use super::{Random, Settings};
use crate::authority::AccessRefusal;
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::SigningKey;
use crate::registry::{
    EventRecord, HolderId, PermitRecord, Registry, RevocationReason, SecondFactor, Suspension,
};
use crate::request::Csr;

/// The registration authority. `Send` and `Sync`: the server shares one.
#[derive(Debug)]
pub struct RegistrationAuthority {
    registry: Registry,
    settings: Settings,
    certificate: Certificate,
}

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
}

impl RegistrationAuthority {
    /// The rules and the registry of one authority.
    ///
    /// # Errors
    ///
    /// [`Error::CaUnusable`] if the registry belongs to another authority.
    pub fn new(registry: Registry, settings: Settings, certificate: Certificate) -> Result<Self> {
        Ok(Self {
            registry,
            settings,
            certificate,
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The authority's own certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Acquisition (R4): `/simpleenroll`. `password` is what HTTP Basic carried: `PIN:SECOND`, split
    /// at the last colon.
    pub fn acquire(
        &self,
        user_name: &str,
        password: &str,
        request: &Csr,
        key: &dyn SigningKey,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate, Denial> {
        let _ = (user_name, password, request, key, now, random);
        Err(Denial::Unauthenticated)
    }

    /// Renewal (R5): `/simplereenroll`. `present` was shown in the handshake, which has proved
    /// possession of its key and that it is ours, whatever the time.
    pub fn renew(
        &self,
        present: &Certificate,
        request: &Csr,
        key: &dyn SigningKey,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate, Denial> {
        let _ = (present, request, key, now, random);
        Err(Denial::Unauthenticated)
    }

    /// Login (R12): the certificate that was shown, the holder whose door it is, then the PIN.
    pub fn log_in(
        &self,
        present: &Certificate,
        door: Option<&HolderId>,
        pin: &str,
        now: Timestamp,
    ) -> Result<Welcome, Denial> {
        let _ = (present, door, pin, now);
        Err(Denial::Unauthenticated)
    }

    /// Registers a holder, whose first permit is opened (R1, R3).
    pub fn add_holder(
        &self,
        holder: &NewHolder,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<(HolderView, FirstSecrets)> {
        let _ = (holder, actor, now, random);
        Err(Error::RegistryAbsent {
            what: String::new(),
        })
    }

    /// The holders of one contract or of all.
    pub fn holders(&self, contract: Option<&str>, now: Timestamp) -> Result<Vec<HolderView>> {
        let _ = (contract, now);
        Ok(Vec::new())
    }

    /// One holder.
    pub fn holder(&self, id: &HolderId, now: Timestamp) -> Result<HolderView> {
        let _ = now;
        Err(Error::RegistryAbsent {
            what: id.to_string(),
        })
    }

    /// Suspends (R8).
    pub fn suspend(
        &self,
        id: &HolderId,
        reason: Suspension,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<HolderView> {
        let _ = (reason, actor);
        self.holder(id, now)
    }

    /// Ends a suspension.
    pub fn resume(&self, id: &HolderId, actor: &Actor, now: Timestamp) -> Result<HolderView> {
        let _ = actor;
        self.holder(id, now)
    }

    /// Unlocks after wrong tries (R9).
    pub fn unlock(&self, id: &HolderId, actor: &Actor, now: Timestamp) -> Result<HolderView> {
        let _ = actor;
        self.holder(id, now)
    }

    /// New random PINs, which are shown once; unlocks too.
    pub fn reset_pins(
        &self,
        id: &HolderId,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<FirstSecrets> {
        let _ = (actor, random);
        self.holder(id, now).map(|_| unreachable!())
    }

    /// A new secret of one-time codes; the old one ends.
    pub fn renew_code(
        &self,
        id: &HolderId,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<secrecy::SecretString> {
        let _ = (actor, random);
        self.holder(id, now).map(|_| unreachable!())
    }

    /// Ends the present certificate at once and opens the next permit (R8).
    pub fn reissue(
        &self,
        id: &HolderId,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<HolderView> {
        let _ = (reason, actor);
        self.holder(id, now)
    }

    /// Ends the holder's present certificates at once.
    pub fn revoke(
        &self,
        id: &HolderId,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<HolderView> {
        let _ = (reason, actor);
        self.holder(id, now)
    }

    /// Ends one certificate, also one that the operator signed.
    pub fn revoke_certificate(
        &self,
        serial: &str,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Certificate> {
        let _ = (reason, actor, now);
        Err(Error::RegistryAbsent {
            what: serial.to_owned(),
        })
    }

    /// The list of revoked certificates (RFC 5280 section 5), signed now, in DER.
    pub fn crl(&self, key: &dyn SigningKey, now: Timestamp) -> Result<Vec<u8>> {
        let _ = (key, now);
        Ok(Vec::new())
    }

    /// The event log, the newest first.
    pub fn events(&self, subject: Option<&str>, limit: u32) -> Result<Vec<EventRecord>> {
        let _ = (subject, limit);
        Ok(Vec::new())
    }
}
