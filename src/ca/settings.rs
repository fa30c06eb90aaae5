//! `ca.toml`: what the authority is called, where its key is, and what it puts into certificates.

mod values;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::certificate::DistinguishedName;
use crate::error::{Error, Result};
use crate::key::KeyId;
use crate::lifecycle::Windows;
use crate::profile::{self, Holder, SubjectTemplate, Validity};
use crate::registry::SecondFactor;
use crate::request::Usage;
use crate::token::TokenIdentity;

const VERSION: u32 = 1;

/// The subjects of holders up to the authority's own part (R2).
const ADMINISTRATOR: &str = "CN={contract} {institution},OU=IssuedCount = {count}";
const USER: &str = "CN={contract} {user} {institution},OU=IssuedCount = {count}";

/// The file of an authority (version 1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    #[serde(deserialize_with = "values::version")]
    version: u32,
    /// What people call the authority.
    pub name: String,
    /// The subject of its certificate, as [`DistinguishedName::parse`] reads it.
    pub subject: String,
    /// Where the list of revoked certificates can be had; certificates name it (RFC 5280 section
    /// 4.2.1.13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crl_url: Option<String>,
    /// Where its key is.
    pub key: KeyPlace,
    /// What it puts into certificates.
    pub policy: Policy,
}

/// Where the authority's key is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeyPlace {
    /// The PKCS#11 module, an absolute path.
    pub module: PathBuf,
    /// `CKA_ID` of the key.
    pub id: KeyId,
    /// The file with the PIN of the token: in the authority's folder, or an absolute path. Nothing
    /// where the PIN is given at each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_file: Option<PathBuf>,
    /// The token.
    pub token: TokenIdentity,
}

impl KeyPlace {
    /// A key of this ID on this token, whose PIN is given at each run.
    #[must_use]
    pub fn new(module: PathBuf, token: TokenIdentity, id: KeyId) -> Self {
        Self {
            module,
            id,
            pin_file: None,
            token,
        }
    }
}

/// What the authority puts into certificates: all of it data, none of it fixed in code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Policy {
    /// The subject of a holder's certificate: `{name}` is the whole of its common name, and takes
    /// the request's; `{count}` is the issue count. It names no other value.
    #[serde(deserialize_with = "values::subject")]
    pub subject: SubjectTemplate,
    /// Calendar years from the authority's own beginning to its end, 1 to 99.
    #[serde(deserialize_with = "values::years")]
    pub authority_years: u8,
    /// RSA keys of fewer bits get no certificate.
    #[serde(deserialize_with = "values::rsa_bits")]
    pub minimum_rsa_bits: u32,
    /// The extended key usages that a request may ask for; one that asks for none gets the first.
    #[serde(deserialize_with = "values::purposes")]
    pub extended_key_usages: Vec<Usage>,
    /// The kinds of key that get certificates: `rsa`, `ec`, `ed25519`.
    #[serde(
        default = "values::all_families",
        deserialize_with = "values::families"
    )]
    pub keys: Vec<String>,
    /// The subject of an administrator's certificate; made of `subject` where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    administrator_subject: Option<SubjectTemplate>,
    /// The subject of a user's certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_subject: Option<SubjectTemplate>,
    /// The contract of holders who are registered without one.
    #[serde(default = "values::default_contract")]
    pub default_contract: String,
    /// The institution of contracts that are registered without one.
    #[serde(default = "values::default_institution")]
    pub default_institution: String,
    /// The most users of a contract.
    #[serde(default = "values::default_users")]
    pub maximum_users: u16,
    /// Wrong tries after which a holder is locked.
    #[serde(default = "values::default_tries", deserialize_with = "values::tries")]
    pub tries: u32,
    /// What acquisition asks users for besides the PIN: `confirmation-pin` or `one-time-code`.
    /// Administrators are always asked for the confirmation PIN.
    #[serde(default = "values::default_factor", with = "values::factor")]
    pub second_factor: SecondFactor,
    /// Days after expiry in which a certificate can still be renewed; 0 for the banks' rule, by
    /// which the holder acquires again.
    #[serde(default)]
    pub grace_days: u16,
    /// A renewal may keep the key.
    #[serde(default = "values::yes")]
    pub same_key: bool,
    /// A renewed certificate no longer logs in once its successor has; else until it expires.
    #[serde(default = "values::yes")]
    pub overlap_ends_at_login: bool,
    /// Days from a list of revoked certificates to the one that is promised next.
    #[serde(
        default = "values::default_crl_days",
        deserialize_with = "values::crl_days"
    )]
    pub crl_days: u16,
    /// Days that the server's own TLS certificate is valid.
    #[serde(
        default = "values::default_server_days",
        deserialize_with = "values::server_days"
    )]
    pub server_days: u16,
    /// Days in which an enrolment code can be used, at most: no longer than its permit is open.
    #[serde(
        default = "values::default_code_days",
        deserialize_with = "values::code_days"
    )]
    pub code_days: u16,
    /// PINs of accounts.
    #[serde(default)]
    pub pins: PinPolicy,
    /// How long holders' certificates are valid.
    pub validity: Validity,
    /// When to acquire, to renew and to remind.
    #[serde(default)]
    pub windows: Windows,
}

/// PINs of accounts, and what their hashes (Argon2id) cost.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PinPolicy {
    /// The digits of first PINs.
    #[serde(deserialize_with = "values::digits")]
    pub digits: u8,
    /// The fewest characters of a PIN that the holder chooses.
    #[serde(deserialize_with = "values::length")]
    pub minimum_length: u8,
    /// Memory of one hash.
    #[serde(deserialize_with = "values::memory")]
    pub memory_kib: u32,
    /// Passes of one hash.
    #[serde(deserialize_with = "values::passes")]
    pub passes: u32,
}

/// The costs are the second recommendation of OWASP for Argon2id.
impl Default for PinPolicy {
    fn default() -> Self {
        Self {
            digits: 8,
            minimum_length: 6,
            memory_kib: 19 * 1024,
            passes: 2,
        }
    }
}

impl Policy {
    /// The policy of the banks, for an authority of this name.
    ///
    /// # Errors
    ///
    /// [`Error::SubjectInvalid`] for a name that no subject can hold.
    pub fn new(name: &str) -> Result<Self> {
        let rest = filled("OU={name},O={name},C=JP", name)?;
        let email_protection = "emailProtection".parse()?;
        Ok(Self {
            subject: format!("CN={{name}},OU=IssuedCount = {{count}},{rest}").parse()?,
            authority_years: 20,
            minimum_rsa_bits: 2048,
            extended_key_usages: vec![Usage::CLIENT_AUTH, email_protection],
            keys: values::all_families(),
            administrator_subject: Some(format!("{ADMINISTRATOR},{rest}").parse()?),
            user_subject: Some(format!("{USER},{rest}").parse()?),
            default_contract: values::default_contract(),
            default_institution: values::default_institution(),
            maximum_users: values::default_users(),
            tries: values::default_tries(),
            second_factor: values::default_factor(),
            grace_days: 0,
            same_key: true,
            overlap_ends_at_login: true,
            crl_days: values::default_crl_days(),
            server_days: values::default_server_days(),
            code_days: values::default_code_days(),
            pins: PinPolicy::default(),
            validity: Validity::default(),
            windows: Windows::default(),
        })
    }

    /// The subject of an administrator's certificate (R2).
    pub fn administrator_subject(&self) -> Result<SubjectTemplate> {
        let place = "{contract} {institution}";
        let given = self.administrator_subject.clone();
        given.map_or_else(|| self.subject_with(place), Ok)
    }

    /// The subject of a user's certificate (R2).
    pub fn user_subject(&self) -> Result<SubjectTemplate> {
        let place = "{contract} {user} {institution}";
        let given = self.user_subject.clone();
        given.map_or_else(|| self.subject_with(place), Ok)
    }

    /// The operator's subject with other values in the place of the name.
    fn subject_with(&self, place: &str) -> Result<SubjectTemplate> {
        self.subject.to_string().replace("{name}", place).parse()
    }
}

impl Settings {
    /// An authority of this name and subject.
    #[must_use]
    pub fn new(name: &str, subject: &DistinguishedName, policy: Policy, key: KeyPlace) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            subject: subject.to_string(),
            crl_url: None,
            key,
            policy,
        }
    }

    /// Reads `ca.toml`; `source` names it in [`Error::ProfileInvalid`].
    pub(super) fn parse(source: &str, text: &str) -> Result<Self> {
        profile::from_toml(source, text)
    }

    pub(super) fn to_toml(&self) -> Result<String> {
        toml::to_string_pretty(self).map_err(|error| Error::ProfileInvalid {
            name: self.name.clone(),
            reason: error.to_string(),
        })
    }
}

/// The subject of an authority that was given a name and nothing else.
///
/// # Errors
///
/// [`Error::SubjectInvalid`] for a name that no subject can hold.
pub fn default_subject(name: &str) -> Result<DistinguishedName> {
    DistinguishedName::parse(&filled("CN={name},O={name},C=JP", name)?)
}

/// A template with the authority's name put in.
fn filled(template: &str, name: &str) -> Result<String> {
    let holder = Holder {
        name: Some(name),
        ..Holder::default()
    };
    template.parse::<SubjectTemplate>()?.fill(&holder)
}
