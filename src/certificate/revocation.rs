//! Lists of revoked certificates (RFC 5280 section 5), as somebody reads them who checks.

use std::collections::HashMap;

use const_oid::db::rfc5280;
use der::{Decode, EncodingRules, Tag};
use jiff::Timestamp;
use x509_cert::ext::pkix::crl::dp::{DistributionPoint, IssuingDistributionPoint};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CrlDistributionPoints, CrlReason};
use x509_cert::ext::{Extension, Extensions};

use super::asn1::Element;
use super::pem::Armour;
use super::usage::{KeyUsage, Usage};
use super::{Certificate, DistinguishedName, Signed, hexadecimal, time};
use crate::error::{Error, Result};

/// The largest list that is read, in bytes.
pub const MAXIMUM_LIST_BYTES: u64 = 64 * 1024 * 1024;

/// The reason in a list that ends a suspension (RFC 5280 section 5.3.1); it is of delta lists only.
const REMOVED: CrlReason = CrlReason::RemoveFromCRL;

/// A list of revoked certificates, never re-encoded. Nothing in it is to be believed before
/// [`RevocationList::is_issued_by`] has said whose it is.
#[derive(Clone)]
pub struct RevocationList {
    signed: Signed,
    issuer: DistinguishedName,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    revoked: HashMap<String, Revoked>,
    scope: Scope,
}

/// Which certificates of its issuer a list is about.
#[derive(Clone)]
struct Scope {
    /// It says something critical that was not understood, or only for some reasons.
    doubtful: bool,
    /// Only those of authorities, or only others.
    only_authorities: Option<bool>,
    /// Only those that name one of these places.
    places: Vec<String>,
}

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revoked {
    /// Since when.
    pub at: Timestamp,
    /// Why, by the name of the standard.
    pub reason: &'static str,
}

impl RevocationList {
    /// Reads PEM or DER; `name` names the file in the error.
    ///
    /// # Errors
    ///
    /// [`Error::RevocationListUnreadable`] if it is no list.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let unreadable = |reason: &str| Error::RevocationListUnreadable {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let der = match Armour::of(bytes) {
            Armour::Blocks(blocks) => {
                let mut lists = blocks.into_iter().filter(|block| block.label == "X509 CRL");
                let list = lists.next().and_then(|block| block.contents.ok());
                list.ok_or_else(|| unreadable("it holds no whole X509 CRL block"))?
            }
            Armour::Binary(der) => der,
            Armour::Empty => return Err(unreadable("it is empty")),
            Armour::Text(_) => return Err(unreadable("it is neither PEM nor DER")),
        };
        let list = Element::first(&der, EncodingRules::Der);
        list.and_then(|(list, _)| Self::from_element(&list))
            .ok_or_else(|| unreadable("it is damaged, or no revocation list"))
    }

    fn from_element(outer: &Element<'_>) -> Option<Self> {
        let (signed, fields) = Signed::read(outer)?;
        let mut fields = fields.into_iter().peekable();
        fields.next_if(|field| field.tag == Tag::Integer);
        let _algorithm = fields.next()?.sequence()?;
        let issuer = DistinguishedName::from_der(fields.next()?.bytes).ok()?;
        let this_update = time::read(&fields.next()?)?;
        let is_time =
            |field: &Element<'_>| [Tag::UtcTime, Tag::GeneralizedTime].contains(&field.tag);
        let next_update = match fields.next_if(is_time) {
            Some(field) => Some(time::read(&field)?),
            None => None,
        };
        let mut scope = Scope {
            doubtful: false,
            only_authorities: None,
            places: Vec::new(),
        };
        let mut revoked = HashMap::new();
        if let Some(entries) = fields.next_if(|field| field.tag == Tag::Sequence) {
            for entry in entries.sequence()? {
                let (serial, entry, understood) = read_entry(&entry)?;
                scope.doubtful |= !understood;
                if let Some(entry) = entry {
                    revoked.insert(serial, entry);
                }
            }
        }
        if let Some(extensions) = fields.next_if(|field| field.is_context(0)) {
            let extensions = Extensions::from_der(extensions.value).ok()?;
            for one in &extensions {
                scope.narrow(one);
            }
        }
        Some(Self {
            signed,
            issuer,
            this_update,
            next_update,
            revoked,
            scope,
        })
    }

    /// Who issued the list.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// When it was made.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When there is to be a newer one.
    #[must_use]
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// True if the list is about `certificate`, so that one that is not on it is not revoked, and
    /// says nothing critical that was not understood (RFC 5280 section 5.2).
    #[must_use]
    pub fn covers(&self, certificate: &Certificate) -> bool {
        let scope = &self.scope;
        let of_kind = scope
            .only_authorities
            .is_none_or(|only| only == certificate.is_ca());
        let named: Option<CrlDistributionPoints> = super::find_extension(&certificate.extensions);
        let is_named = |point: &DistributionPoint| {
            let places = places_of(point.distribution_point.as_ref());
            places.iter().any(|place| scope.places.contains(place))
        };
        let of_place =
            scope.places.is_empty() || named.is_none_or(|named| named.0.iter().any(is_named));
        !scope.doubtful && of_kind && of_place
    }

    /// True if `issuer` signed the list, and may sign such lists.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        let usages = issuer.allowed_usages();
        let mut keys = usages.iter().filter(|usage| matches!(usage, Usage::Key(_)));
        // One without key usages may do anything (RFC 5280 section 4.2.1.3).
        let may = keys.clone().next().is_none()
            || keys.any(|usage| *usage == Usage::Key(KeyUsage::CRLSign));
        let verifies = |key| self.signed.verify(&key, "the revocation list").is_ok();
        may && self.issuer.matches(issuer.subject()) && issuer.public_key().is_ok_and(verifies)
    }

    /// What the list says of a certificate of its issuer.
    #[must_use]
    pub fn entry(&self, certificate: &Certificate) -> Option<Revoked> {
        self.revoked.get(&certificate.serial_number()).copied()
    }
}

impl std::fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevocationList")
            .field("issuer", &self.issuer)
            .field("this_update", &self.this_update)
            .field("revoked", &self.revoked.len())
            .finish_non_exhaustive()
    }
}

/// The serial number, what is said of it, and whether all of that was understood.
fn read_entry(entry: &Element<'_>) -> Option<(String, Option<Revoked>, bool)> {
    let fields = entry.sequence()?;
    let [serial, date, rest @ ..] = fields.as_slice() else {
        return None;
    };
    let serial = match serial.value {
        [0, rest @ ..] if !rest.is_empty() => hexadecimal(rest),
        all => hexadecimal(all),
    };
    let at = time::read(date)?;
    let extensions = match rest.first() {
        Some(extensions) => Extensions::from_der(extensions.bytes).ok()?,
        None => Extensions::new(),
    };
    let reason: Option<CrlReason> = super::find_extension(&extensions);
    let understood = extensions.iter().all(|extension| !extension.critical);
    let revoked = Revoked {
        at,
        reason: reason.map_or("unspecified", name_of),
    };
    let ended = reason == Some(REMOVED);
    Some((
        serial,
        (!ended && understood).then_some(revoked),
        understood,
    ))
}

impl Scope {
    /// Takes in what an extension of the list says of which certificates it is about.
    fn narrow(&mut self, extension: &Extension) {
        if extension.extn_id != rfc5280::ID_CE_ISSUING_DISTRIBUTION_POINT {
            self.doubtful |= extension.critical;
            return;
        }
        let Ok(point) = IssuingDistributionPoint::from_der(extension.extn_value.as_bytes()) else {
            self.doubtful = true;
            return;
        };
        self.doubtful |= point.only_contains_attribute_certs
            || point.indirect_crl
            || point.only_some_reasons.is_some();
        self.only_authorities = match (point.only_contains_ca_certs, point.only_contains_user_certs)
        {
            (false, false) => None,
            (only_authorities, _) => Some(only_authorities),
        };
        self.places = places_of(point.distribution_point.as_ref());
    }
}

/// The addresses of a distribution point.
fn places_of(point: Option<&DistributionPointName>) -> Vec<String> {
    let Some(DistributionPointName::FullName(names)) = point else {
        return Vec::new();
    };
    let address = |name: &GeneralName| match name {
        GeneralName::UniformResourceIdentifier(address) => Some(address.to_string()),
        _ => None,
    };
    names.iter().filter_map(address).collect()
}

/// RFC 5280 section 5.3.1.
fn name_of(reason: CrlReason) -> &'static str {
    match reason {
        CrlReason::Unspecified => "unspecified",
        CrlReason::KeyCompromise => "keyCompromise",
        CrlReason::CaCompromise => "cACompromise",
        CrlReason::AffiliationChanged => "affiliationChanged",
        CrlReason::Superseded => "superseded",
        CrlReason::CessationOfOperation => "cessationOfOperation",
        CrlReason::CertificateHold => "certificateHold",
        CrlReason::RemoveFromCRL => "removeFromCRL",
        CrlReason::PrivilegeWithdrawn => "privilegeWithdrawn",
        CrlReason::AaCompromise => "aACompromise",
    }
}
