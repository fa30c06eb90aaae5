//! The attributes of distinguished names: what they are called and what they may hold.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc3280, rfc4519};
use der::asn1::{Any, Ia5StringRef, PrintableStringRef, Utf8StringRef};

/// The kind of string that holds an attribute's value (RFC 5280 appendix A.1).
#[derive(Clone, Copy)]
enum Kind {
    /// `DirectoryString`, of which RFC 5280 section 4.1.2.4 asks for the choice of `UTF8String`.
    Utf8,
    Printable,
    Ia5,
    /// An ISO 3166 code: two letters.
    Country,
}

/// An attribute type that has a name.
struct Type {
    /// The first is the one that is printed.
    names: &'static [&'static str],
    oid: ObjectIdentifier,
    kind: Kind,
    /// The most characters the value may have (RFC 5280 appendix A.1, as OpenSSL applies it).
    most: usize,
}

const fn utf8(names: &'static [&'static str], oid: ObjectIdentifier, most: usize) -> Type {
    Type {
        names,
        oid,
        kind: Kind::Utf8,
        most,
    }
}

/// The bound of types to which the standard gives none that matters.
const UNBOUNDED: usize = 32_768;

static TYPES: &[Type] = &[
    utf8(&["CN", "commonName"], rfc4519::COMMON_NAME, 64),
    utf8(&["O", "organizationName"], rfc4519::ORGANIZATION_NAME, 64),
    utf8(
        &["OU", "organizationalUnitName"],
        rfc4519::ORGANIZATIONAL_UNIT_NAME,
        64,
    ),
    Type {
        names: &["C", "countryName"],
        oid: rfc4519::COUNTRY_NAME,
        kind: Kind::Country,
        most: 2,
    },
    utf8(&["L", "localityName"], rfc4519::LOCALITY_NAME, 128),
    utf8(&["ST", "S", "stateOrProvinceName"], rfc4519::ST, 128),
    utf8(&["street", "streetAddress"], rfc4519::STREET, 128),
    Type {
        names: &["serialNumber"],
        oid: rfc4519::SERIAL_NUMBER,
        kind: Kind::Printable,
        most: 64,
    },
    Type {
        names: &["emailAddress", "E"],
        oid: rfc3280::EMAIL_ADDRESS,
        kind: Kind::Ia5,
        most: 128,
    },
    Type {
        names: &["DC", "domainComponent"],
        oid: rfc4519::DOMAIN_COMPONENT,
        kind: Kind::Ia5,
        most: 63,
    },
    utf8(&["GN", "givenName"], rfc4519::GIVEN_NAME, UNBOUNDED),
    utf8(&["SN", "surname"], rfc4519::SN, UNBOUNDED),
    utf8(&["title"], rfc4519::TITLE, 64),
    utf8(&["UID", "userId"], rfc4519::USER_ID, 256),
    utf8(&["description"], rfc4519::DESCRIPTION, 1024),
    utf8(&["initials"], rfc4519::INITIALS, UNBOUNDED),
    utf8(&["postalCode"], rfc4519::POSTAL_CODE, 40),
    // ETSI EN 319 412-1 section 5.1.4.
    utf8(
        &["organizationIdentifier"],
        ObjectIdentifier::new_unwrap("2.5.4.97"),
        UNBOUNDED,
    ),
    Type {
        names: &["dnQualifier"],
        oid: rfc4519::DN_QUALIFIER,
        kind: Kind::Printable,
        most: UNBOUNDED,
    },
];

/// The short name of an attribute type, or the OID in dots.
pub(super) fn name_of(oid: ObjectIdentifier) -> String {
    let known = TYPES.iter().find(|known| known.oid == oid);
    known
        .and_then(|known| known.names.first())
        .map_or_else(|| oid.to_string(), |&n| n.to_owned())
}

/// The attribute type of a name in any case, or of an OID in dots.
pub(super) fn oid_of(name: &str) -> Option<ObjectIdentifier> {
    let is_name = |known: &&Type| known.names.iter().any(|n| n.eq_ignore_ascii_case(name));
    TYPES
        .iter()
        .find(is_name)
        .map(|known| known.oid)
        .or_else(|| name.parse().ok())
}

/// The value of an attribute in the kind of string that the standard asks for.
pub(super) fn encode(oid: ObjectIdentifier, text: &str) -> Result<Any, String> {
    let known = TYPES.iter().find(|known| known.oid == oid);
    let (kind, most) = known.map_or((Kind::Utf8, UNBOUNDED), |known| (known.kind, known.most));
    let name = name_of(oid);
    let length = text.chars().count();
    if length == 0 {
        return Err(format!("`{name}` is empty"));
    }
    if matches!(kind, Kind::Country)
        && !(length == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()))
    {
        return Err(format!(
            "`{name}` is a country code of two letters, like JP"
        ));
    }
    if length > most {
        return Err(format!(
            "`{name}` has {length} characters, and {most} is the limit"
        ));
    }
    let encoded = match kind {
        Kind::Utf8 => Utf8StringRef::new(text).map(Any::from),
        Kind::Ia5 => Ia5StringRef::new(text).map(Any::from),
        Kind::Printable | Kind::Country => PrintableStringRef::new(text).map(Any::from),
    };
    encoded.map_err(|_| match kind {
        Kind::Ia5 => format!("`{name}` takes ASCII characters only"),
        _ => format!("`{name}` takes only letters, digits, blanks and '()+,-./:=?"),
    })
}
