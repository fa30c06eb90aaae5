//! What a key may be used for: key usage and extended key usage as one list of names.

use std::fmt;
use std::str::FromStr;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;
use der::flagset::FlagSet;
use x509_cert::ext::pkix::KeyUsages;

use crate::error::{Error, Result};

/// A key usage (RFC 5280 section 4.2.1.3) or an extended key usage (section 4.2.1.12).
///
/// As text it is the name that the standard gives it, for example `digitalSignature` or
/// `clientAuth`; extended key usages without a name are OIDs in dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Usage {
    /// A bit of the key usage extension.
    Key(KeyUsage),
    /// A key purpose of the extended key usage extension.
    Extended(ObjectIdentifier),
}

macro_rules! key_usages {
    ($($variant:ident $name:literal,)*) => {
        /// A bit of the key usage extension (RFC 5280 section 4.2.1.3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the names are the standard's")]
        pub enum KeyUsage {
            $($variant,)*
        }

        impl KeyUsage {
            const ALL: &[Self] = &[$(Self::$variant),*];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn flag(self) -> KeyUsages {
                match self { $(Self::$variant => KeyUsages::$variant,)* }
            }
        }
    };
}

key_usages! {
    DigitalSignature "digitalSignature",
    NonRepudiation "nonRepudiation",
    KeyEncipherment "keyEncipherment",
    DataEncipherment "dataEncipherment",
    KeyAgreement "keyAgreement",
    KeyCertSign "keyCertSign",
    CRLSign "cRLSign",
    EncipherOnly "encipherOnly",
    DecipherOnly "decipherOnly",
}

/// What X.509 has called nonRepudiation since 2008.
const CONTENT_COMMITMENT: &str = "contentCommitment";

/// Key purposes that have a name.
const PURPOSES: &[(&str, ObjectIdentifier)] = &[
    ("anyExtendedKeyUsage", rfc5280::ANY_EXTENDED_KEY_USAGE),
    ("clientAuth", rfc5280::ID_KP_CLIENT_AUTH),
    ("serverAuth", rfc5280::ID_KP_SERVER_AUTH),
    ("emailProtection", rfc5280::ID_KP_EMAIL_PROTECTION),
    ("codeSigning", rfc5280::ID_KP_CODE_SIGNING),
    ("timeStamping", rfc5280::ID_KP_TIME_STAMPING),
    ("OCSPSigning", rfc5280::ID_KP_OCSP_SIGNING),
    (
        "smartcardLogon",
        ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2"),
    ),
];

impl Usage {
    /// The usage of a client certificate for TLS: `clientAuth`.
    pub const CLIENT_AUTH: Self = Self::Extended(rfc5280::ID_KP_CLIENT_AUTH);

    /// The usages of the bits that are set.
    pub(crate) fn from_flags(flags: FlagSet<KeyUsages>) -> impl Iterator<Item = Self> {
        KeyUsage::ALL
            .iter()
            .filter(move |bit| flags.contains(bit.flag()))
            .map(|b| Self::Key(*b))
    }

    /// The bits of the key usages among `usages`.
    pub(crate) fn flags(usages: &[Self]) -> FlagSet<KeyUsages> {
        usages
            .iter()
            .fold(FlagSet::default(), |flags, usage| match usage {
                Self::Key(bit) => flags | bit.flag(),
                Self::Extended(_) => flags,
            })
    }

    /// The key purposes among `usages`, each once.
    pub(crate) fn purposes(usages: &[Self]) -> Vec<ObjectIdentifier> {
        let mut purposes = Vec::new();
        for usage in usages {
            if let Self::Extended(purpose) = usage
                && !purposes.contains(purpose)
            {
                purposes.push(*purpose);
            }
        }
        purposes
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(bit) => f.write_str(bit.name()),
            Self::Extended(oid) => match PURPOSES.iter().find(|(_, known)| known == oid) {
                Some((name, _)) => f.write_str(name),
                None => write!(f, "{oid}"),
            },
        }
    }
}

impl FromStr for Usage {
    type Err = Error;

    /// Reads a name of the standard in any case, or an OID in dots for a key purpose.
    fn from_str(text: &str) -> Result<Self> {
        if text.eq_ignore_ascii_case(CONTENT_COMMITMENT) {
            return Ok(Self::Key(KeyUsage::NonRepudiation));
        }
        let bit = KeyUsage::ALL
            .iter()
            .find(|bit| bit.name().eq_ignore_ascii_case(text));
        let purpose = || {
            PURPOSES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(text))
        };
        bit.map(|bit| Self::Key(*bit))
            .or_else(|| purpose().map(|(_, oid)| Self::Extended(*oid)))
            .or_else(|| text.parse().ok().map(Self::Extended))
            .ok_or_else(|| Error::KeyUsageInvalid {
                usage: text.to_owned(),
            })
    }
}

impl TryFrom<String> for Usage {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Usage> for String {
    fn from(usage: Usage) -> Self {
        usage.to_string()
    }
}
