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
//! | `lock` | locked while the folder is changed; its presence marks the folder as an authority's |
//! | `ca.toml` | [`Settings`]; written before the key is made, so that a run cut short finds it again |
//! | `ca.pem` | the authority's certificate; written last: with it, the authority is finished |
//! | `issued/` | `SHA256.pem` for each public key, its newest certificate first |
//! | `softhsm2.conf`, `tokens/`, `pin` | the authority's own software token, where it has one |

mod certificate;
mod folder;
mod policy;
mod registration;
mod settings;

use jiff::Timestamp;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::{PublicKey, SigningKey};
use crate::profile::{AlternativeNames, Fingerprint, Profile};
use crate::request::Csr;

pub use folder::{Folder, Progress};
pub use policy::Order;
pub use registration::{
    Actor, Denial, FirstSecrets, HolderState, HolderView, NewHolder, RegistrationAuthority, Welcome,
};
pub use settings::{KeyPlace, Policy, Settings, default_subject};

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

/// A finished authority, which nobody else changes while this value lives.
#[derive(Debug)]
pub struct CertificateAuthority {
    folder: Folder,
    settings: Settings,
    certificate: Certificate,
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
        folder.finish(&certificate)?;
        Ok(Self {
            folder,
            settings,
            certificate,
        })
    }

    /// Opens a finished authority.
    ///
    /// # Errors
    ///
    /// [`Error::CaFolder`] if there is none, [`Error::CaUnfinished`] if it was begun only.
    pub fn open(folder: Folder) -> Result<Self> {
        if folder.progress() == Progress::Begun {
            return Err(Error::CaUnfinished {
                path: folder.path().display().to_string(),
            });
        }
        Ok(Self {
            settings: folder.settings()?,
            certificate: folder.certificate()?,
            folder,
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
        self.check_proof(request, &key)?;
        let valid = |certificate: &Certificate| {
            (certificate.not_before()..=certificate.not_after()).contains(&now)
                && certificate.is_issued_by(&self.certificate)
        };
        if let Some(present) = self.folder.issued(&key)?.into_iter().find(valid) {
            return Ok(Decision::Present(Box::new(present)));
        }
        if now > self.certificate.not_after() {
            let expired = format!("it expired at {}", self.certificate.not_after());
            return Err(self.unusable(expired));
        }
        self.settings
            .policy
            .order(request, key)
            .map(Decision::Order)
    }

    /// Issues what was decided. The certificate is on record before it is returned.
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
        if *key.public_key() != self.certificate.public_key()? {
            let reason = "the key on the token is not that of its certificate";
            return Err(self.unusable(reason.to_owned()));
        }
        let issued = certificate::of_holder(self, order, key, now, random)?;
        self.folder.record(&order.public_key, &issued)?;
        Ok(issued)
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

    /// Proof of possession: of the holder's key, and of no other.
    fn check_proof(&self, request: &Csr, key: &PublicKey) -> Result<()> {
        if *key == self.certificate.public_key()? {
            return Err(policy::refused("it asks for the authority's own key"));
        }
        request.verify().map_err(|error| match error {
            Error::SignatureWrong { .. } => {
                policy::refused("its signature is not one of the key that it names")
            }
            other => policy::refused(&other.to_string()),
        })
    }

    fn unusable(&self, reason: String) -> Error {
        Error::CaUnusable {
            path: self.folder.path().display().to_string(),
            reason,
        }
    }
}
