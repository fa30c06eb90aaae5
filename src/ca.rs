//! The embedded certificate authority: a folder with its policy and what it issued, and a key that
//! is somewhere else.
//!
//! Nothing here knows PKCS#11: the authority signs with whatever [`SigningKey`] it is given, which
//! the program takes from the token that [`KeyPlace`] names.
//!
//! The folder is the authority: who can read it can issue. It holds
//!
//! | file | what |
//! |---|---|
//! | `lock` | locked while the authority is made; its presence marks the folder as an authority's |
//! | `locks/` | locked while somebody logs in to the authority's own token |
//! | `ca.toml` | [`Settings`]; written before the key is made, so that a run cut short finds it again |
//! | `ca.pem` | the authority's certificate; written last: with it, the authority is finished |
//! | `registry.sqlite` | what was registered and issued, unless the registry is somewhere else |
//! | `registry.server` | empty; its presence says that the registry is a server's database |
//! | `secrets.key` | what the secrets in the registry are encrypted with |
//! | `softhsm2.conf`, `tokens/`, `pin` | the authority's own software token, where it has one |

mod backup;
mod certificate;
mod codes;
mod credentials;
mod crl;
pub mod event;
mod folder;
mod kana;
mod keys;
mod notices;
mod ownership;
mod policy;
mod registration;
mod secrets;
mod settings;

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::{PublicKey, SigningKey};
use crate::lifecycle::has_expired;
use crate::profile::{AlternativeNames, Fingerprint, Profile};
use crate::registry::{CertificateRecord, Location, Registry, Transaction};
use crate::request::Csr;
use keys::{check_key_of, check_proof, hash_of};
use ownership::{open_registry, own_registry};

pub use crate::registry::HolderId;
pub use backup::{backup, restore};
pub use folder::{Folder, Progress};
pub use notices::Notice;
pub use policy::Order;
pub use registration::{
    Actor, Denial, FirstSecrets, GivenCode, HolderState, HolderView, NewHolder,
    RegistrationAuthority, Welcome,
};
pub use secrets::Secrets;
pub use settings::{KeyPlace, PinPolicy, Policy, Settings, default_subject};

/// The registry in the authority's folder, where it has no other.
pub const REGISTRY_FILE: &str = "registry.sqlite";

/// How often a serial number is drawn again that is taken.
const SERIAL_TRIES: usize = 3;

/// What becomes of a request that is not refused.
#[derive(Debug)]
pub enum Decision {
    /// Its key has this certificate.
    Present(Box<Certificate>),
    /// A certificate can be issued.
    Order(Order),
}

/// Fills a buffer with random bytes of the operating system.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]) -> Result<()>;

/// A finished authority as its operator has it: requests come from files.
#[derive(Debug)]
pub struct CertificateAuthority {
    folder: Folder,
    settings: Settings,
    certificate: Certificate,
    registry: Registry,
}

impl CertificateAuthority {
    /// Finishes an authority that was begun: `key` signs its own certificate.
    ///
    /// # Errors
    ///
    /// [`Error::CaExists`] if it is finished already: its key is never replaced.
    pub fn create(
        folder: Folder,
        settings: Settings,
        key: &dyn SigningKey,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Self> {
        folder.check_unfinished()?;
        let certificate = certificate::of_authority(&settings, key, now, random)?;
        // Before: an authority that is finished has had a registry.
        drop(Registry::open(&own_registry(folder.path()))?);
        folder.finish(&certificate)?;
        // Not before: the registry is that of a certificate which stays.
        let registry = open_registry(folder.path(), None, &certificate)?;
        Ok(Self {
            folder,
            settings,
            certificate,
            registry,
        })
    }

    /// Opens a finished authority.
    ///
    /// # Errors
    ///
    /// [`Error::CaFolder`] if there is none, [`Error::CaUnfinished`] if it was begun only.
    pub fn open(folder: Folder) -> Result<Self> {
        Self::open_with(folder, None)
    }

    /// Opens a finished authority whose registry is not in its folder.
    ///
    /// # Errors
    ///
    /// Those of [`Self::open`]; [`Error::CaUnusable`] if the registry is another authority's.
    pub fn open_with(folder: Folder, location: Option<&Location>) -> Result<Self> {
        if folder.progress() == Progress::Begun {
            return Err(Error::CaUnfinished {
                path: folder.path().display().to_string(),
            });
        }
        let certificate = folder.certificate()?;
        let registry = open_registry(folder.path(), location, &certificate)?;
        Ok(Self {
            settings: folder.settings()?,
            certificate,
            folder,
            registry,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
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

    /// Decides about a request, without the authority's key.
    ///
    /// Common name and alternative names are the request's, the rest of the subject is the
    /// policy's. A key that has a valid certificate gets that one again, whatever else the request
    /// says: a lost answer costs nothing, and no second certificate.
    ///
    /// # Errors
    ///
    /// [`Error::RequestRefused`] and [`Error::RequestKeyShort`]; [`Error::CaUnusable`] if the
    /// authority itself has expired.
    pub fn decide(&self, request: &Csr, now: Timestamp) -> Result<Decision> {
        let key = request.public_key()?;
        self.settings.policy.check_key(&key)?;
        check_proof(&self.certificate, request, &key)?;
        let found = self
            .registry
            .read(|records| operators_certificate(records, &key, now))?;
        if let Some(present) = found {
            return Ok(Decision::Present(Box::new(present)));
        }
        secrets::check_time(&self.certificate, now, self.folder.path())?;
        let order = self.settings.policy.order(request, key)?;
        self.registry
            .read(|records| check_key_of(records, &hash_of(&order.public_key), &order.holder))?;
        Ok(Decision::Order(order))
    }

    /// Issues what was decided. The certificate is on record before it is returned; where another
    /// process was faster, its certificate is the answer.
    ///
    /// # Errors
    ///
    /// Those of `key`; [`Error::CaUnusable`] if it is not the authority's.
    pub fn issue(
        &self,
        order: &Order,
        key: &dyn SigningKey,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate> {
        check_own(&self.certificate, key, self.folder.path())?;
        for _ in 0..SERIAL_TRIES {
            let ours = (&self.settings, &self.certificate);
            let issued = certificate::of_holder(ours, order, key, now, random)?;
            let recorded = self.registry.transaction(|records| {
                if let Some(present) = operators_certificate(records, &order.public_key, now)? {
                    return Ok(Some(present));
                }
                check_key_of(records, &hash_of(&order.public_key), &order.holder)?;
                let record = operators_record(order, &issued, now)?;
                if records.certificate(&record.serial)?.is_some() {
                    return Ok(None);
                }
                records.add_certificate(&record)?;
                let detail = json!({ "serial": record.serial, "key": record.key });
                let actor = Actor::Operator;
                records.log(&event::line(
                    now,
                    &actor,
                    event::SIGN,
                    &record.holder,
                    &detail,
                ))?;
                Ok(Some(issued.clone()))
            })?;
            if let Some(certificate) = recorded {
                return Ok(certificate);
            }
        }
        Err(no_serial())
    }

    /// The profile that holders use this authority with.
    ///
    /// # Errors
    ///
    /// [`Error::ProfileInvalid`] if a profile cannot have that name.
    pub fn profile(&self, name: &str) -> Result<Profile> {
        let policy = &self.settings.policy;
        let mut profile = Profile::new(name, &format!("dir:{}", self.folder.path().display()))?;
        profile.ca_fingerprint = Some(Fingerprint(self.certificate.sha256()));
        profile.subject = Some(policy.subject.clone());
        profile.alternative_names = AlternativeNames::Request;
        profile.validity = policy.validity;
        profile.title.en = Some(self.settings.name.clone());
        profile.title.ja = Some(self.settings.name.clone());
        Ok(profile)
    }
}

/// Refuses a key that is not the authority's.
fn check_own(certificate: &Certificate, key: &dyn SigningKey, folder: &Path) -> Result<()> {
    if *key.public_key() == certificate.public_key()? {
        return Ok(());
    }
    let reason = "the key on the token is not that of its certificate";
    Err(secrets::unusable(folder, reason))
}

/// The valid certificate that the operator has given to a key.
fn operators_certificate(
    records: &mut Transaction<'_>,
    key: &PublicKey,
    now: Timestamp,
) -> Result<Option<Certificate>> {
    let found = records.certificates_of_key(&hash_of(key))?;
    let valid = |record: &&CertificateRecord| {
        record.by_operator
            && record.revoked.is_none()
            && record.not_before <= now
            && !has_expired(record.not_after, now)
    };
    let found = found.iter().find(valid);
    found
        .map(|record| Certificate::from_der(&record.der))
        .transpose()
}

fn operators_record(
    order: &Order,
    issued: &Certificate,
    now: Timestamp,
) -> Result<CertificateRecord> {
    Ok(CertificateRecord {
        by_operator: true,
        ..record_of(issued, &order.holder, policy::OPERATORS_COUNT, now)?
    })
}

/// The record of a new certificate; permit and predecessor are the caller's to add.
fn record_of(
    certificate: &Certificate,
    holder: &str,
    issue_count: u32,
    now: Timestamp,
) -> Result<CertificateRecord> {
    Ok(CertificateRecord {
        serial: certificate.serial_number(),
        holder: holder.to_owned(),
        by_operator: false,
        issue_count,
        permit: None,
        key: hash_of(&certificate.public_key()?),
        der: certificate.as_der().to_vec(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        issued: now,
        renews: None,
        logged_in: None,
        revoked: None,
    })
}

/// The randomness repeats itself.
fn no_serial() -> Error {
    Error::Random {
        reason: "they gave serial numbers that are taken".to_owned(),
    }
}
