//! The policy of an audit: which rules, which limits, which severities, and what is tolerated.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::finding::{Finding, ObjectRef, RuleId, Severity};
use crate::profile::from_toml;
use crate::token::{TokenIdentity, TokenInfo};

/// The largest policy that is read, in bytes.
pub const MAXIMUM_POLICY_BYTES: u64 = 1024 * 1024;

const VERSION: u32 = 1;

/// A policy (version 1), as TOML; `docs/audit.md` has it with every default.
///
/// ```
/// use tokencert::audit::Policy;
/// use tokencert::finding::{RuleId, Severity};
///
/// let policy = Policy::parse(
///     "policy.toml",
///     r#"
///         version = 1
///         name = "head office"
///         [rules]
///         chain-incomplete = "off"
///         certificate-due = "high"
///     "#,
/// )?;
/// assert_eq!(policy.severity(RuleId::CertificateDue), Severity::High);
/// assert!(policy.is_off(RuleId::ChainIncomplete));
/// # Ok::<(), tokencert::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Policy {
    #[serde(deserialize_with = "version")]
    version: u32,
    /// What reports call it.
    #[serde(default = "default_name")]
    pub name: String,
    /// The least severity that makes an audit fail.
    #[serde(default = "default_fail_on")]
    pub fail_on: Severity,
    /// Rules that are switched off, or of another severity than the usual one.
    #[serde(default)]
    rules: Rules,
    /// What is asked of keys, certificates and tokens.
    #[serde(default)]
    pub limits: Limits,
    /// The oldest firmware that is good enough.
    #[serde(default)]
    pub firmware: Vec<Firmware>,
    /// Findings that are tolerated for a time.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
}

/// What is asked of keys, certificates and tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// A certificate is due from so many days before its expiry date; without it, as the profile
    /// says, else 30.
    pub due_days: Option<u16>,
    /// The most days from notBefore to notAfter.
    pub validity_days: u32,
    /// The least size of an RSA modulus in bits.
    pub rsa_bits: u32,
    /// The least size of the field of an elliptic curve in bits.
    pub ec_bits: u32,
    /// Whether software tokens are findings; without it, as the destination of the profile says.
    pub require_hardware: Option<bool>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            due_days: None,
            validity_days: 825,
            rsa_bits: 2048,
            ec_bits: 256,
            require_hardware: None,
        }
    }
}

/// The oldest firmware that is good enough, for tokens of a model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Firmware {
    /// `model` as the token says it.
    pub model: String,
    /// `manufacturerID`; any where it is not given.
    #[serde(default)]
    pub manufacturer: Option<String>,
    /// `major.minor`, as `firmwareVersion` has them.
    #[serde(deserialize_with = "firmware")]
    pub minimum: (u8, u8),
}

/// Findings that are tolerated for a time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Waiver {
    /// Of this rule.
    #[serde(deserialize_with = "rule")]
    pub rule: RuleId,
    /// On the token of this serial number or label; on any where it is not given.
    #[serde(default)]
    pub token: Option<String>,
    /// About the object of this CKA_ID, label, serial number or SHA-256; about any where it is not
    /// given.
    #[serde(default)]
    pub object: Option<String>,
    /// Why.
    #[serde(deserialize_with = "reason")]
    pub reason: String,
    /// To the end of this day.
    #[serde(deserialize_with = "day")]
    pub until: Date,
}

/// What a policy says of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rules(BTreeMap<RuleId, Option<Severity>>);

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: default_name(),
            fail_on: default_fail_on(),
            rules: Rules::default(),
            limits: Limits::default(),
            firmware: Vec::new(),
            waivers: Vec::new(),
        }
    }
}

impl Policy {
    /// Reads a policy; `source` names its file in [`Error::PolicyInvalid`], whose reason names the
    /// line.
    pub fn parse(source: &str, text: &str) -> Result<Self> {
        from_toml(source, text).map_err(|error| match error {
            Error::ProfileInvalid { name, reason } => Error::PolicyInvalid { name, reason },
            other => other,
        })
    }

    /// The severity of what a rule finds.
    #[must_use]
    pub fn severity(&self, rule: RuleId) -> Severity {
        let named = self.rules.0.get(&rule).copied().flatten();
        named.unwrap_or_else(|| rule.severity())
    }

    /// True if the rule is switched off.
    #[must_use]
    pub fn is_off(&self, rule: RuleId) -> bool {
        self.rules.0.get(&rule) == Some(&None)
    }

    /// The oldest firmware that is good enough for a token; `None` where the policy does not say.
    #[must_use]
    pub fn firmware_for(&self, token: &TokenInfo) -> Option<(u8, u8)> {
        let TokenIdentity {
            manufacturer,
            model,
            ..
        } = &token.identity;
        let fits = |one: &&Firmware| {
            one.model == *model
                && one
                    .manufacturer
                    .as_ref()
                    .is_none_or(|it| it == manufacturer)
        };
        let minima = self.firmware.iter().filter(fits).map(|one| one.minimum);
        minima.max()
    }

    /// The waiver of a finding that is good on `today`, the one that ends last.
    #[must_use]
    pub fn waiver(&self, finding: &Finding, today: Date) -> Option<&Waiver> {
        let good = |waiver: &&Waiver| waiver.until >= today && waiver.covers(finding);
        let good = self.waivers.iter().filter(good);
        good.max_by_key(|waiver| waiver.until)
    }
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        let token = &finding.token;
        let of_token = |wanted: &String| [&token.serial, &token.label].contains(&wanted);
        let of_object = |wanted: &String| {
            let object = finding.object.as_ref();
            object.is_some_and(|object| is_named(object, wanted))
        };
        self.rule == finding.rule
            && self.token.as_ref().is_none_or(of_token)
            && self.object.as_ref().is_none_or(of_object)
    }
}

fn is_named(object: &ObjectRef, wanted: &str) -> bool {
    let id = object.id.as_ref().map(ToString::to_string);
    let hex = |text: &Option<String>| {
        let wanted = wanted.strip_prefix("sha256:").unwrap_or(wanted);
        text.as_ref()
            .is_some_and(|text| text.eq_ignore_ascii_case(&wanted.replace(':', "")))
    };
    object.label.as_deref() == Some(wanted)
        || [&id, &object.serial_number, &object.sha256]
            .into_iter()
            .any(hex)
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(RulesVisitor)
    }
}

struct RulesVisitor;

impl<'de> Visitor<'de> for RulesVisitor {
    type Value = Rules;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rules")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Rules, A::Error> {
        let mut rules = BTreeMap::new();
        while let Some(Named(rule)) = map.next_key()? {
            let Setting(setting) = map.next_value()?;
            rules.insert(rule, setting);
        }
        Ok(Rules(rules))
    }
}

/// A rule by its ID; one that is not known is an unknown key.
struct Named(RuleId);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let named = RuleId::ALL.iter().find(|rule| rule.name() == name);
        let unknown = || D::Error::unknown_field(&name, RuleId::NAMES);
        named.copied().map(Self).ok_or_else(unknown)
    }
}

/// `off`, or a severity.
struct Setting(Option<Severity>);

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "off" => Ok(Self(None)),
            severity => match severity.parse() {
                Ok(severity) => Ok(Self(Some(severity))),
                Err(_) => Err(D::Error::custom(format!(
                    "`{severity}` is no severity, and not off"
                ))),
            },
        }
    }
}

fn default_name() -> String {
    "default".to_owned()
}

fn default_fail_on() -> Severity {
    Severity::Low
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => Err(D::Error::custom(format!(
            "version {other} is not supported, only {VERSION}"
        ))),
    }
}

fn rule<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<RuleId, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|meant: String| match meant.as_str() {
        "" => D::Error::custom(format!("`{name}` is no rule")),
        meant => D::Error::custom(format!("`{name}` is no rule; did you mean `{meant}`?")),
    })
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<String, D::Error> {
    let reason = String::deserialize(deserializer)?;
    match reason.trim() {
        "" => Err(D::Error::custom("a waiver needs a reason")),
        reason => Ok(reason.to_owned()),
    }
}

fn firmware<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<(u8, u8), D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts = text.split_once('.').unwrap_or((&text, "0"));
    match (parts.0.parse(), parts.1.parse()) {
        (Ok(major), Ok(minor)) => Ok((major, minor)),
        _ => Err(D::Error::custom(format!("`{text}` is no firmware version"))),
    }
}

/// A date of TOML, or the same in quotation marks.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Day {
        Toml(toml::value::Datetime),
        Text(String),
    }
    let text = match Day::deserialize(deserializer)? {
        Day::Toml(date) => date.to_string(),
        Day::Text(text) => text,
    };
    text.parse()
        .map_err(|_| D::Error::custom(format!("`{text}` is no date")))
}
