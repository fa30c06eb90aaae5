//! `ca.toml`: what the authority is called, where its key is, and what it puts into certificates.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};

use crate::certificate::DistinguishedName;
use crate::error::{Error, Result};
use crate::key::KeyId;
use crate::profile::{self, Holder, SubjectTemplate, Validity};
use crate::request::Usage;
use crate::token::TokenIdentity;

const VERSION: u32 = 1;

/// The file of an authority (version 1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    #[serde(deserialize_with = "version")]
    version: u32,
    /// What people call the authority.
    pub name: String,
    /// The subject of its certificate, as [`DistinguishedName::parse`] reads it.
    pub subject: String,
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
    #[serde(deserialize_with = "subject")]
    pub subject: SubjectTemplate,
    /// Calendar years from the authority's own beginning to its end, 1 to 99.
    #[serde(deserialize_with = "years")]
    pub authority_years: u8,
    /// RSA keys of fewer bits get no certificate.
    pub minimum_rsa_bits: u32,
    /// The extended key usages that a request may ask for; one that asks for none gets the first.
    #[serde(deserialize_with = "purposes")]
    pub extended_key_usages: Vec<Usage>,
    /// How long holders' certificates are valid.
    pub validity: Validity,
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
            validity: Validity::default(),
        })
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

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |version| *version == VERSION,
        "a version that this program knows",
    )
}

fn subject<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SubjectTemplate, D::Error> {
    let example = Holder {
        name: Some("x"),
        ..Holder::default()
    };
    let takes_the_name = |template: &SubjectTemplate| {
        let filled = template.fill(&example);
        filled
            .and_then(|subject| DistinguishedName::parse(&subject))
            .is_ok_and(|subject| subject.common_name().as_deref() == example.name)
    };
    checked(
        deserializer,
        takes_the_name,
        "a subject with `CN={name}`, and no other value of a holder but `{count}`",
    )
}

fn years<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    checked(
        deserializer,
        |years| (1..=99).contains(years),
        "a number of years from 1 to 99",
    )
}

fn purposes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Usage>, D::Error> {
    let extended = |usages: &Vec<Usage>| {
        !usages.is_empty()
            && usages
                .iter()
                .all(|usage| matches!(usage, Usage::Extended(_)))
    };
    checked(deserializer, extended, "one or more extended key usages")
}

fn checked<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
    good: impl Fn(&T) -> bool,
    what: &str,
) -> Result<T, D::Error> {
    let value = T::deserialize(deserializer)?;
    if good(&value) {
        Ok(value)
    } else {
        Err(serde::de::Error::custom(format!("it is not {what}")))
    }
}
