//! The values of `ca.toml`: read strictly, so that the error names the line, and the banks' defaults.

use serde::{Deserialize, Deserializer};

use crate::certificate::DistinguishedName;
use crate::profile::{Holder, SubjectTemplate};
use crate::registry::SecondFactor;
use crate::request::Usage;

use super::VERSION;

pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |version| *version == VERSION,
        "a version that this program knows",
    )
}

pub(super) fn subject<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SubjectTemplate, D::Error> {
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

pub(super) fn years<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    checked(
        deserializer,
        |years| (1..=99).contains(years),
        "a number of years from 1 to 99",
    )
}

pub(super) fn purposes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Usage>, D::Error> {
    let extended = |usages: &Vec<Usage>| {
        !usages.is_empty()
            && usages
                .iter()
                .all(|usage| matches!(usage, Usage::Extended(_)))
    };
    checked(deserializer, extended, "one or more extended key usages")
}

pub(super) fn tries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |tries| (1..=1000).contains(tries),
        "a number of tries from 1 to 1000",
    )
}

pub(super) fn crl_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    checked(
        deserializer,
        |days| (1..=366).contains(days),
        "a number of days from 1 to 366",
    )
}

pub(super) fn server_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    checked(
        deserializer,
        |days| (1..=825).contains(days),
        "a number of days from 1 to 825",
    )
}

pub(super) fn code_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    checked(
        deserializer,
        |days| (1..=366).contains(days),
        "a number of days from 1 to 366",
    )
}

pub(super) fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    checked(
        deserializer,
        |digits| (4..=32).contains(digits),
        "a number of digits from 4 to 32",
    )
}

pub(super) fn rsa_bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |bits| (1024..=8192).contains(bits),
        "a number of bits from 1024 to 8192",
    )
}

pub(super) fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    checked(
        deserializer,
        |length| (4..=64).contains(length),
        "a number of characters from 4 to 64",
    )
}

pub(super) fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |kib| (8..=1024 * 1024).contains(kib),
        "a number of KiB from 8 to 1048576",
    )
}

pub(super) fn passes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    checked(
        deserializer,
        |passes| (1..=100).contains(passes),
        "a number of passes from 1 to 100",
    )
}

pub(super) fn families<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    let known = |families: &Vec<String>| {
        let all = all_families();
        !families.is_empty() && families.iter().all(|family| all.contains(family))
    };
    checked(deserializer, known, "one or more of rsa, ec and ed25519")
}

/// A second factor by the name that files and screens write.
pub(super) mod factor {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::registry::SecondFactor;

    const NAMES: [(SecondFactor, &str); 2] = [
        (SecondFactor::ConfirmationPin, "confirmation-pin"),
        (SecondFactor::OneTimeCode, "one-time-code"),
    ];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(in crate::ca::settings) fn serialize<S: Serializer>(
        factor: &SecondFactor,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let name = NAMES.into_iter().find(|(known, _)| known == factor);
        serializer.serialize_str(name.map_or("", |(_, name)| name))
    }

    pub(in crate::ca::settings) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SecondFactor, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = NAMES.into_iter().find(|(_, name)| *name == text);
        known.map(|(factor, _)| factor).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is neither confirmation-pin nor one-time-code"
            ))
        })
    }
}

pub(super) fn all_families() -> Vec<String> {
    ["rsa", "ec", "ed25519"].map(str::to_owned).to_vec()
}

pub(super) fn default_contract() -> String {
    "SH001".to_owned()
}

pub(super) fn default_institution() -> String {
    "0000".to_owned()
}

pub(super) fn default_users() -> u16 {
    10
}

pub(super) fn default_tries() -> u32 {
    5
}

pub(super) fn default_factor() -> SecondFactor {
    SecondFactor::ConfirmationPin
}

pub(super) fn default_crl_days() -> u16 {
    7
}

pub(super) fn default_server_days() -> u16 {
    90
}

pub(super) fn default_code_days() -> u16 {
    14
}

pub(super) fn yes() -> bool {
    true
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
