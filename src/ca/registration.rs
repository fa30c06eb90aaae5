//! The registration authority: contracts, holders and permits, and what follows from them.
//!
//! It decides with the registry and the policy; the key that signs is given to it, and so are the
//! time and randomness. Every change is one transaction with its line in the event log.
//!
//! What needs the authority's key goes in two steps: one transaction checks and binds, the key
//! signs with no transaction open, and a second transaction checks again and records.

mod access;
mod acquire;
mod checks;
mod contracts;
mod enrolment;
mod holders;
mod orders;
mod permits;
mod renew;
mod tries;
mod types;
mod views;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::ownership::{claim, claim_for, open_registry};
use super::{Folder, Policy, Progress, Random, Secrets, Settings, check_own};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::{KeyAlgorithm, PublicKey, SigningKey};
use crate::profile::{self, Fingerprint, Profile};
use crate::registry::{EventRecord, Location, Registry, SecondFactor};
use crate::request::{Csr, Usage};

pub(super) use views::{certificate_of, life_of};

pub use types::{
    Actor, Denial, FirstSecrets, GivenCode, HolderState, HolderView, NewHolder, Welcome,
};

/// The registry's name for what tells its `secrets.key` from others.
const SECRETS_MARK: &str = "secrets-mark";

const SECRETS_MISSING: &str = "its `secrets.key` is missing: copy it from the folder where the \
    registry was first used, or from a backup";
const SECRETS_OTHER: &str = "its `secrets.key` is not the one of the registry: copy it from the \
    folder where the registry was first used";

/// The registration authority. `Send` and `Sync`: the server shares one.
#[derive(Debug)]
pub struct RegistrationAuthority {
    pub(super) registry: Registry,
    pub(super) settings: Settings,
    pub(super) certificate: Certificate,
    secrets: Secrets,
    /// The folder, for messages.
    pub(super) folder: PathBuf,
}

impl RegistrationAuthority {
    /// Opens the authority of a folder, with the registry at `location` or the one in the folder.
    ///
    /// # Errors
    ///
    /// [`Error::CaFolder`] if there is none, [`Error::CaUnfinished`] if it was begun only,
    /// [`Error::CaUnusable`] if the registry belongs to another authority, or its secrets were
    /// encrypted with another `secrets.key`.
    pub fn open(path: &Path, location: Option<&Location>, random: Random<'_>) -> Result<Self> {
        let folder = Folder::open(path)?;
        if folder.progress() == Progress::Begun {
            return Err(Error::CaUnfinished {
                path: folder.path().display().to_string(),
            });
        }
        let certificate = folder.certificate()?;
        let registry = open_registry(folder.path(), location, &certificate)?;
        // A new key would be of no use to a registry that was used with another.
        let marked = registry.read(|records| records.value(SECRETS_MARK))?;
        if marked.is_some() && !Secrets::is_in(folder.path()) {
            return Err(super::secrets::unusable(folder.path(), SECRETS_MISSING));
        }
        let secrets = Secrets::open(folder.path(), random)?;
        let authority = Self {
            registry,
            settings: folder.settings()?,
            certificate,
            secrets,
            folder: folder.path().to_owned(),
        };
        authority.claimed()
    }

    /// The rules and the registry of one authority.
    ///
    /// # Errors
    ///
    /// [`Error::CaUnusable`] if the registry belongs to another authority.
    pub fn new(
        registry: Registry,
        settings: Settings,
        certificate: Certificate,
        secrets: Secrets,
    ) -> Result<Self> {
        let folder = PathBuf::from(&settings.name);
        let authority = Self {
            registry,
            settings,
            certificate,
            secrets,
            folder,
        };
        claim_for(
            &authority.registry,
            &authority.certificate,
            &authority.folder,
        )?;
        authority.claimed()
    }

    fn claimed(self) -> Result<Self> {
        let mark = self.secrets.mark();
        claim(&self.registry, SECRETS_MARK, &mark, || {
            super::secrets::unusable(&self.folder, SECRETS_OTHER)
        })?;
        Ok(self)
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

    /// The event log, the newest first.
    pub fn events(&self, subject: Option<&str>, limit: u32) -> Result<Vec<EventRecord>> {
        self.registry.read(|records| records.events(subject, limit))
    }

    /// The institutions of the contracts, each once.
    pub fn institutions(&self) -> Result<BTreeSet<String>> {
        let contracts = self.contracts()?.into_iter();
        Ok(contracts.map(|contract| contract.institution).collect())
    }

    /// The profile that holders use the authority with at this URL, for example
    /// `https://ca.example:8443`. Its institution is that of the contracts, if they have only one.
    ///
    /// # Errors
    ///
    /// [`Error::ProfileInvalid`] if a profile cannot have that name.
    pub fn profile(&self, name: &str, url: &str) -> Result<Profile> {
        let policy = &self.settings.policy;
        let url = url.trim_end_matches('/');
        let mut profile = Profile::new(name, url)?;
        profile.ca_fingerprint = Some(Fingerprint(self.certificate.sha256()));
        let mut institutions = self.institutions()?.into_iter();
        let institution = match (institutions.next(), institutions.next()) {
            (Some(only), None) => only,
            _ => policy.default_institution.clone(),
        };
        profile.institution = Some(institution);
        profile.subject = Some(policy.user_subject()?);
        profile.administrator_subject = Some(policy.administrator_subject()?);
        profile.login_url = Some(format!("{}/login", origin(url)));
        // Administrators are asked for the confirmation PIN whatever users are asked for.
        let with_codes = SecondFactor::OneTimeCode;
        let has_codes = policy.second_factor == with_codes
            || self
                .registry
                .read(|records| records.user_with(with_codes))?
                .is_some();
        profile.second_factor = (!has_codes).then_some(profile::SecondFactor::ConfirmationPin);
        profile.validity = policy.validity;
        profile.windows = policy.windows.clone();
        profile.title.en = Some(self.settings.name.clone());
        profile.title.ja = Some(self.settings.name.clone());
        Ok(profile)
    }

    /// The kinds of key that get a certificate over the network.
    #[must_use]
    pub fn key_kinds(&self) -> Vec<KeyAlgorithm> {
        self.settings.policy.keys_for_tls()
    }

    /// The request is one that the authority can grant: signed by its own key, which is no weak
    /// one, one to log in with, and not the authority's.
    fn check_request(&self, request: &Csr) -> Result<PublicKey, Denial> {
        let check = || {
            let key = request.public_key()?;
            self.settings.policy.check_key(&key)?;
            Policy::check_key_for_tls(&key)?;
            super::keys::check_proof(&self.certificate, request, &key)?;
            Ok(key)
        };
        check().map_err(Denial::Request)
    }

    /// The authority can sign now, and with this key.
    fn check_signer(&self, key: &dyn SigningKey, now: Timestamp) -> Result<()> {
        super::secrets::check_time(&self.certificate, now, &self.folder)?;
        check_own(&self.certificate, key, &self.folder)
    }

    /// What a holder's certificate is for: of what is asked, what the policy allows, and always the
    /// first of it, without which the holder could not renew.
    fn usages(&self, request: &Csr, key: &PublicKey) -> Result<Vec<Usage>, Denial> {
        let policy = &self.settings.policy;
        let asked = request.usages().map_err(Denial::Request)?;
        let mut usages = policy.usages(&asked, key).map_err(Denial::Request)?;
        usages.extend(
            policy
                .extended_key_usages
                .first()
                .filter(|first| !usages.contains(first))
                .copied(),
        );
        Ok(usages)
    }
}

/// `https://host:port` of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/'));
    end.and_then(|end| url.get(..host + end)).unwrap_or(url)
}

/// A day as messages name it, in the time zone of the policy.
fn day_of(settings: &Settings, instant: Timestamp) -> Result<String> {
    let zone = settings.policy.windows.zone()?;
    Ok(instant.to_zoned(zone).date().to_string())
}
