//! Certificates as the authority makes them (RFC 5280 section 4).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;
use der::asn1::{AnyRef, BitString, Ia5String, OctetString};
use der::{DateTime, Decode, Encode, Sequence};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use x509_cert::certificate::Version;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, SubjectKeyIdentifier,
};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::policy::Order;
use super::{Random, Settings};
use crate::certificate::{Certificate, DistinguishedName, extension, extensions_of};
use crate::error::{Error, Result};
use crate::key::{PublicKey, SignatureScheme, SigningKey};
use crate::request::{AlternativeName, KeyUsage, Usage};

/// The random bytes of a serial number.
const SERIAL_BYTES: usize = 16;

/// The bytes of a key identifier (RFC 7093 section 2, method 1).
const KEY_IDENTIFIER_BYTES: usize = 20;

/// `id-kp-cmcRA` (RFC 6402 section 2.10): a server that takes requests for an authority.
const CMC_REGISTRATION_AUTHORITY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.28");

/// `TBSCertificate` (RFC 5280 section 4.1) around names and key that keep their bytes.
#[derive(Sequence)]
struct Content<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: Version,
    serial: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: AnyRef<'a>,
    validity: Validity,
    subject: AnyRef<'a>,
    public_key: AnyRef<'a>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Extensions,
}

/// `SIGNED{}` around a certificate or a list (RFC 5280 sections 4.1 and 5.1).
#[derive(Sequence)]
pub(super) struct Signed<'a> {
    pub(super) content: AnyRef<'a>,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: BitString,
}

/// What differs from certificate to certificate.
struct Draft<'a> {
    issuer: &'a DistinguishedName,
    subject: &'a DistinguishedName,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: &'a PublicKey,
    extensions: Extensions,
}

/// The authority's own certificate, signed with its own key.
pub(super) fn of_authority(
    settings: &Settings,
    key: &dyn SigningKey,
    now: Timestamp,
    random: Random<'_>,
) -> Result<Certificate> {
    let subject = DistinguishedName::parse(&settings.subject)?;
    let policy = &settings.policy;
    let constraints = BasicConstraints {
        ca: true,
        path_len_constraint: Some(0),
    };
    let usages = [KeyUsage::KeyCertSign, KeyUsage::CRLSign].map(Usage::Key);
    let mut extensions = extensions_of(&[], &usages).map_err(unencodable)?;
    extensions.push(extension(true, &constraints).map_err(unencodable)?);
    extensions.push(subject_key_identifier(key.public_key())?);
    let draft = Draft {
        issuer: &subject,
        subject: &subject,
        not_before: backdated(now, policy.validity.backdate_minutes)?,
        not_after: after(now, Span::new().years(policy.authority_years))?,
        public_key: key.public_key(),
        extensions,
    };
    let certificate = draft.sign(key, random)?;
    check(&certificate, &certificate)
}

/// A holder's certificate. It ends with the authority, if that is sooner.
pub(super) fn of_holder(
    (settings, issuer): (&Settings, &Certificate),
    order: &Order,
    key: &dyn SigningKey,
    now: Timestamp,
    random: Random<'_>,
) -> Result<Certificate> {
    let validity = settings.policy.validity;
    let extensions = extensions_of(&order.alternative_names, &order.usages).map_err(unencodable)?;
    let draft = Draft {
        issuer: issuer.subject(),
        subject: &order.subject,
        not_before: backdated(now, validity.backdate_minutes)?,
        not_after: after(now, Span::new().months(validity.months))?.min(issuer.not_after()),
        public_key: &order.public_key,
        extensions: with_places(extensions, &order.public_key, (settings, issuer))?,
    };
    check(&draft.sign(key, random)?, issuer)
}

/// The certificate of the authority's own server (RFC 7030 section 3.6.1, RFC 6402 section 2.10).
pub(super) fn of_server(
    (settings, issuer): (&Settings, &Certificate),
    (subject, names): (&DistinguishedName, &[AlternativeName]),
    public_key: &PublicKey,
    key: &dyn SigningKey,
    now: Timestamp,
    random: Random<'_>,
) -> Result<Certificate> {
    let policy = &settings.policy;
    let usages = [
        Usage::Key(KeyUsage::DigitalSignature),
        Usage::Extended(rfc5280::ID_KP_SERVER_AUTH),
        Usage::Extended(CMC_REGISTRATION_AUTHORITY),
    ];
    let extensions = extensions_of(names, &usages).map_err(unencodable)?;
    let end = after(now, Span::new().days(policy.server_days))?;
    let draft = Draft {
        issuer: issuer.subject(),
        subject,
        not_before: backdated(now, policy.validity.backdate_minutes)?,
        not_after: end.min(issuer.not_after()),
        public_key,
        extensions: with_places(extensions, public_key, (settings, issuer))?,
    };
    check(&draft.sign(key, random)?, issuer)
}

/// With the identifiers of the two keys, and the place of the list of revoked certificates.
fn with_places(
    mut extensions: Extensions,
    key: &PublicKey,
    (settings, issuer): (&Settings, &Certificate),
) -> Result<Extensions> {
    extensions.push(subject_key_identifier(key)?);
    extensions.push(authority_key_identifier(issuer)?);
    if let Some(url) = &settings.crl_url {
        let point = || {
            let name = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
            let point = DistributionPoint {
                distribution_point: Some(DistributionPointName::FullName(vec![name])),
                reasons: None,
                crl_issuer: None,
            };
            extension(false, &CrlDistributionPoints(vec![point]))
        };
        extensions.push(point().map_err(unencodable)?);
    }
    Ok(extensions)
}

impl Draft<'_> {
    fn sign(self, key: &dyn SigningKey, random: Random<'_>) -> Result<Certificate> {
        let scheme = scheme_of(key)?;
        let serial = serial_number(random)?;
        let content = self.content(serial, scheme).map_err(unencodable)?;
        let signature = key.sign(scheme, &content)?;
        let signed = || {
            Signed {
                content: AnyRef::from_der(&content)?,
                algorithm: scheme.identifier()?,
                signature: BitString::from_bytes(&signature)?,
            }
            .to_der()
        };
        Certificate::from_der(&signed().map_err(unencodable)?)
    }

    fn content(self, serial: SerialNumber, scheme: SignatureScheme) -> der::Result<Vec<u8>> {
        Content {
            version: Version::V3,
            serial,
            signature: scheme.identifier()?,
            issuer: AnyRef::from_der(self.issuer.as_der())?,
            validity: Validity::new(time(self.not_before)?, time(self.not_after)?),
            subject: AnyRef::from_der(self.subject.as_der())?,
            public_key: AnyRef::from_der(self.public_key.as_der())?,
            extensions: self.extensions,
        }
        .to_der()
    }
}

/// Nothing leaves that does not verify with the certificate of its issuer.
fn check(certificate: &Certificate, issuer: &Certificate) -> Result<Certificate> {
    if certificate.is_issued_by(issuer) {
        return Ok(certificate.clone());
    }
    Err(Error::SignatureWrong {
        what: "the new certificate".to_owned(),
    })
}

pub(super) fn scheme_of(key: &dyn SigningKey) -> Result<SignatureScheme> {
    let algorithm = key.public_key().algorithm();
    let unknown = || Error::KeyMalformed {
        reason: "it is of a kind that is not supported".to_owned(),
    };
    Ok(algorithm.ok_or_else(unknown)?.default_scheme())
}

/// 128 random bits as a positive INTEGER of 17 bytes at most (RFC 5280 section 4.1.2.2).
fn serial_number(random: Random<'_>) -> Result<SerialNumber> {
    let mut bytes = [0; SERIAL_BYTES];
    random(&mut bytes)?;
    if bytes == [0; SERIAL_BYTES] {
        return Err(Error::Random {
            reason: "they were all zero".to_owned(),
        });
    }
    SerialNumber::new(&bytes).map_err(unencodable)
}

fn subject_key_identifier(key: &PublicKey) -> Result<x509_cert::ext::Extension> {
    let identifier = || {
        let info = SubjectPublicKeyInfoRef::from_der(key.as_der())?;
        let digest = Sha256::digest(info.subject_public_key.raw_bytes());
        let identifier = digest.iter().copied().take(KEY_IDENTIFIER_BYTES);
        let identifier = OctetString::new(identifier.collect::<Vec<u8>>())?;
        extension(false, &SubjectKeyIdentifier(identifier))
    };
    identifier().map_err(unencodable)
}

pub(super) fn authority_key_identifier(issuer: &Certificate) -> Result<x509_cert::ext::Extension> {
    let identifier = issuer.subject_key_identifier().map(OctetString::new);
    let identifier = AuthorityKeyIdentifier {
        key_identifier: identifier.transpose().map_err(unencodable)?,
        ..AuthorityKeyIdentifier::default()
    };
    extension(false, &identifier).map_err(unencodable)
}

fn backdated(now: Timestamp, minutes: u16) -> Result<Timestamp> {
    after(now, Span::new().minutes(-i64::from(minutes)))
}

/// So many calendar years or months later, to the second.
pub(super) fn after(now: Timestamp, span: Span) -> Result<Timestamp> {
    let later = now.to_zoned(TimeZone::UTC).checked_add(span);
    later
        .map(|later| later.timestamp())
        .map_err(|error| unencodable_because(&error.to_string()))
}

/// `UTCTime` through 2049, then `GeneralizedTime` (RFC 5280 section 4.1.2.5).
pub(super) fn time(instant: Timestamp) -> der::Result<Time> {
    let seconds = u64::try_from(instant.as_second()).unwrap_or(0);
    DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map(Time::from)
}

pub(super) fn unencodable(error: der::Error) -> Error {
    unencodable_because(&error.to_string())
}

fn unencodable_because(reason: &str) -> Error {
    Error::CertificateUnreadable {
        name: "the new certificate".to_owned(),
        reason: reason.to_owned(),
    }
}
