//! The list of revoked certificates (RFC 5280 section 5).

use der::asn1::{AnyRef, BitString};
use der::{Decode, Encode, Sequence};
use jiff::{Span, Timestamp};
use serde_json::json;
use spki::AlgorithmIdentifierOwned;
use x509_cert::certificate::Version;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{CrlNumber, CrlReason};
use x509_cert::time::Time;

use super::certificate::{Signed, after, authority_key_identifier, scheme_of, time, unencodable};
use super::registration::certificate_of;
use super::{Actor, RegistrationAuthority, check_own, event};
use crate::certificate::extension;
use crate::error::{Error, Result};
use crate::key::{SignatureScheme, SigningKey};
use crate::registry::{CertificateRecord, RevocationReason, Transaction};

/// The registry's name for the number of the last list.
const NUMBER: &str = "crl-number";

/// The registry's name for how often something was revoked.
const REVOCATIONS: &str = "revocations";

/// `TBSCertList` (RFC 5280 section 5.1.2).
#[derive(Sequence)]
struct Content<'a> {
    version: Version,
    signature: AlgorithmIdentifierOwned,
    issuer: AnyRef<'a>,
    this_update: Time,
    next_update: Time,
    /// Absent where it would be empty.
    revoked: Option<Vec<Entry<'a>>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    extensions: Extensions,
}

/// One revoked certificate.
#[derive(Sequence)]
struct Entry<'a> {
    serial: AnyRef<'a>,
    date: Time,
    extensions: Extensions,
}

impl RegistrationAuthority {
    /// The list of revoked certificates (RFC 5280 section 5), signed now, in DER.
    ///
    /// Each has a number of its own. A certificate stays on it until it has been expired for as
    /// long as a list is good for.
    pub fn crl(&self, key: &dyn SigningKey, now: Timestamp) -> Result<Vec<u8>> {
        check_own(&self.certificate, key, &self.folder)?;
        let days = self.settings.policy.crl_days;
        let next = after(now, Span::new().days(days))?;
        let dropped = after(now, Span::new().days(-i64::from(days)))?;
        let (number, revoked) = self.registry.transaction(|records| {
            let number = next_number(records, 1)?;
            let mut revoked = records.revoked()?;
            revoked.retain(|record| record.not_after.as_second() >= dropped.as_second());
            let detail = json!({ "number": number, "entries": revoked.len() });
            let name = &self.settings.name;
            records.log(&event::line(
                now,
                &Actor::Authority,
                event::CRL,
                name,
                &detail,
            ))?;
            Ok((number, revoked))
        })?;
        let serials = revoked
            .iter()
            .map(|record| Ok(certificate_of(record)?.serial_der()))
            .collect::<Result<Vec<_>>>()?;
        let scheme = scheme_of(key)?;
        let entries = revoked
            .iter()
            .zip(&serials)
            .map(|(record, serial)| entry(record, serial).map_err(unencodable))
            .collect::<Result<Vec<_>>>()?;
        let number_extension = CrlNumber::try_from(number).map_err(unencodable)?;
        let content = Content {
            version: Version::V2,
            signature: scheme.identifier().map_err(unencodable)?,
            issuer: AnyRef::from_der(self.certificate.subject().as_der()).map_err(unencodable)?,
            this_update: time(now).map_err(unencodable)?,
            next_update: time(next).map_err(unencodable)?,
            revoked: (!entries.is_empty()).then_some(entries),
            extensions: vec![
                authority_key_identifier(&self.certificate)?,
                extension(false, &number_extension).map_err(unencodable)?,
            ],
        };
        signed(&content, scheme, key)
    }

    /// A text that changes whenever something is revoked: one value, however much was.
    pub fn crl_mark(&self) -> Result<String> {
        let mark = self.registry.read(|records| records.value(REVOCATIONS))?;
        Ok(mark.unwrap_or_default())
    }
}

fn signed(content: &Content<'_>, scheme: SignatureScheme, key: &dyn SigningKey) -> Result<Vec<u8>> {
    let content = content.to_der().map_err(unencodable)?;
    let signature = key.sign(scheme, &content)?;
    let signed = || {
        Signed {
            content: AnyRef::from_der(&content)?,
            algorithm: scheme.identifier()?,
            signature: BitString::from_bytes(&signature)?,
        }
        .to_der()
    };
    signed().map_err(unencodable)
}

/// The number of the next list; numbers only rise (RFC 5280 section 5.2.3).
pub(super) fn next_number(records: &mut Transaction<'_>, step: u64) -> Result<u64> {
    raise(records, NUMBER, step)
}

/// Has every server sign its list anew, in the transaction of what it has to show.
pub(super) fn note_revocation(records: &mut Transaction<'_>, step: u64) -> Result<()> {
    raise(records, REVOCATIONS, step).map(drop)
}

fn raise(records: &mut Transaction<'_>, name: &str, step: u64) -> Result<u64> {
    let last = records.value(name)?;
    let last: u64 = match &last {
        Some(text) => text.parse().map_err(|_| Error::Registry {
            registry: name.to_owned(),
            reason: format!("`{text}` is no number"),
        })?,
        None => 0,
    };
    let next = last.saturating_add(step);
    records.set_value(name, &next.to_string())?;
    Ok(next)
}

fn entry<'a>(record: &CertificateRecord, serial: &'a [u8]) -> der::Result<Entry<'a>> {
    let (since, reason) = match record.revoked {
        Some(end) => (end.at, reason_of(end.reason)),
        None => (record.issued, CrlReason::Unspecified),
    };
    Ok(Entry {
        serial: AnyRef::from_der(serial)?,
        date: time(since)?,
        extensions: vec![extension(false, &reason)?],
    })
}

/// RFC 5280 section 5.3.1.
fn reason_of(reason: RevocationReason) -> CrlReason {
    match reason {
        RevocationReason::Lost | RevocationReason::Compromised => CrlReason::KeyCompromise,
        RevocationReason::Stopped => CrlReason::CessationOfOperation,
        RevocationReason::Reissued => CrlReason::Superseded,
    }
}
