//! Subject alternative names (RFC 5280 section 4.2.1.6).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use const_oid::ObjectIdentifier;
use der::asn1::{Any, Ia5String, Utf8StringRef};
use x509_cert::ext::pkix::name::{GeneralName, OtherName};

use super::text::{is_safe, sanitized};
use crate::error::{Error, Result};

/// Microsoft's user principal name, an `otherName` (MS-WCCE section 2.2.2.7.5).
const UPN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.3");

/// The most characters of a name of any kind.
const MAXIMUM_CHARACTERS: usize = 2048;

/// The most characters of a domain name and of a label in it (RFC 1035 section 2.3.4).
const MAXIMUM_DOMAIN: usize = 253;
const MAXIMUM_LABEL: usize = 63;

/// The most characters of an e-mail address before its `@` (RFC 5321 section 4.5.3.1.1).
const MAXIMUM_LOCAL_PART: usize = 64;

/// A subject alternative name, checked when it was read.
///
/// As text it is `dns:NAME`, `email:ADDRESS`, `ip:ADDRESS`, `uri:URI` or `upn:NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AlternativeName(Name);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Dns(String),
    Email(String),
    Ip(IpAddr),
    Uri(String),
    Upn(String),
}

impl AlternativeName {
    /// The name as it stands in the extension.
    pub(crate) fn to_general_name(&self) -> der::Result<GeneralName> {
        Ok(match &self.0 {
            Name::Dns(name) => GeneralName::DnsName(Ia5String::new(name)?),
            Name::Email(address) => GeneralName::Rfc822Name(Ia5String::new(address)?),
            Name::Ip(address) => GeneralName::from(*address),
            Name::Uri(uri) => GeneralName::UniformResourceIdentifier(Ia5String::new(uri)?),
            Name::Upn(name) => GeneralName::OtherName(OtherName {
                type_id: UPN,
                value: Any::from(Utf8StringRef::new(name)?),
            }),
        })
    }
}

/// The text of a name from an extension, `None` for kinds that have no short form; not checked.
pub(super) fn text_of(name: &GeneralName) -> Option<String> {
    Some(match name {
        GeneralName::DnsName(name) => format!("dns:{}", name.as_str()),
        GeneralName::Rfc822Name(address) => format!("email:{}", address.as_str()),
        GeneralName::UniformResourceIdentifier(uri) => format!("uri:{}", uri.as_str()),
        GeneralName::IpAddress(address) => {
            let bytes = address.as_bytes();
            let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
            let address = v4
                .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
                .ok()?;
            format!("ip:{address}")
        }
        GeneralName::OtherName(other) if other.type_id == UPN => {
            let name = Utf8StringRef::try_from(&other.value).ok()?;
            format!("upn:{}", name.as_str())
        }
        _ => return None,
    })
}

impl TryFrom<&GeneralName> for AlternativeName {
    type Error = Error;

    /// Reads a name from an extension, as strictly as from text.
    fn try_from(name: &GeneralName) -> Result<Self> {
        let text = text_of(name).ok_or_else(|| Error::SanInvalid {
            san: "alternative name".to_owned(),
            reason: "it is of a kind that this program does not know".to_owned(),
        })?;
        text.parse()
    }
}

impl fmt::Display for AlternativeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Name::Dns(name) => write!(f, "dns:{name}"),
            Name::Email(address) => write!(f, "email:{address}"),
            Name::Ip(address) => write!(f, "ip:{address}"),
            Name::Uri(uri) => write!(f, "uri:{uri}"),
            Name::Upn(name) => write!(f, "upn:{name}"),
        }
    }
}

impl FromStr for AlternativeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |reason: &str| Error::SanInvalid {
            san: sanitized(text),
            reason: reason.to_owned(),
        };
        let (kind, value) = text
            .split_once(':')
            .ok_or_else(|| invalid("its kind is missing"))?;
        if !value.chars().all(is_safe) {
            return Err(invalid("it contains a control character"));
        }
        if value.chars().count() > MAXIMUM_CHARACTERS {
            return Err(invalid("it is too long"));
        }
        let name = match kind.to_ascii_lowercase().as_str() {
            "dns" => check_dns(value).map(|()| Name::Dns(value.to_owned())),
            "email" => check_email(value).map(|()| Name::Email(value.to_owned())),
            "ip" => value
                .parse()
                .map(Name::Ip)
                .map_err(|_| "it is no IPv4 or IPv6 address"),
            "uri" => check_uri(value).map(|()| Name::Uri(value.to_owned())),
            "upn" => check_upn(value).map(|()| Name::Upn(value.to_owned())),
            _ => Err("its kind is not known"),
        };
        name.map(Self).map_err(invalid)
    }
}

impl TryFrom<String> for AlternativeName {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<AlternativeName> for String {
    fn from(name: AlternativeName) -> Self {
        name.to_string()
    }
}

/// RFC 1034 section 3.5 as RFC 1123 section 2.1 has it; the first label may be `*` (RFC 6125).
fn check_dns(name: &str) -> Result<(), &'static str> {
    check_domain(name.strip_prefix("*.").unwrap_or(name))
}

fn check_domain(name: &str) -> Result<(), &'static str> {
    if !name.is_ascii() {
        return Err("a domain name is ASCII: write the `xn--` form");
    }
    if name.len() > MAXIMUM_DOMAIN {
        return Err("a domain name has 253 characters at most");
    }
    let is_label = |label: &str| {
        (1..=MAXIMUM_LABEL).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.split('.').all(is_label) {
        Ok(())
    } else {
        Err("it is no domain name")
    }
}

/// `Mailbox` of RFC 5321 section 4.1.2 without quoted local parts and address literals.
fn check_email(address: &str) -> Result<(), &'static str> {
    let (local, domain) = address.rsplit_once('@').ok_or("it has no @")?;
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    if local.len() > MAXIMUM_LOCAL_PART || !local.split('.').all(is_atom) {
        return Err("the part before @ is no mailbox");
    }
    check_domain(domain)
}

/// An absolute URI (RFC 3986 section 3): a scheme, and something behind it.
fn check_uri(uri: &str) -> Result<(), &'static str> {
    let (scheme, rest) = uri.split_once(':').ok_or("it has no scheme, like https:")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let allowed = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    if !is_scheme {
        Err("it has no scheme, like https:")
    } else if rest.is_empty() || !rest.bytes().all(allowed) {
        Err("it is no URI: percent-encode what is not ASCII")
    } else {
        Ok(())
    }
}

fn check_upn(name: &str) -> Result<(), &'static str> {
    let (user, realm) = name.rsplit_once('@').ok_or("it has no @")?;
    let is_part = |part: &str| !part.is_empty() && !part.contains([' ', '@']);
    if is_part(user) && is_part(realm) {
        Ok(())
    } else {
        Err("it is no user@realm")
    }
}
