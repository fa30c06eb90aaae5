//! What an inventory answers.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit, civil::Date};
use serde::Serialize;

use super::state::{Change, Remarks};
use crate::error::{Error, Result};
use crate::finding::TokenSeen;
use crate::lifecycle;
use crate::registry::{DueRecord, Mark, MarkRecord, SeenCertificate, TokenRecord};
use crate::token::{Pkcs11Uri, TokenIdentity};

/// A token of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Held {
    /// Which token: `label`, `serial`, `manufacturer`, `model`.
    #[serde(flatten)]
    pub identity: TokenIdentity,
    /// Its PKCS#11 URI, which names it and no other.
    pub uri: String,
    /// What became of it.
    pub mark: Mark,
    /// Since when; nothing for one that was never marked.
    pub marked: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// When it was seen first.
    pub first_seen: Timestamp,
    /// When it was seen last.
    pub last_seen: Timestamp,
    /// On which computer that was.
    pub host: String,
    /// What is on it, as far as is known.
    pub certificates: Vec<HeldCertificate>,
}

/// A certificate on a token of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HeldCertificate {
    /// Whose it is.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Its serial number.
    pub serial_number: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// SHA-256 of its DER.
    pub sha256: String,
    /// Whether it is one of an authority.
    pub ca: bool,
}

/// Everything that is known of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Known {
    /// The token.
    #[serde(flatten)]
    pub held: Held,
    /// When it was last read.
    pub read: Timestamp,
    /// What was seen then.
    pub seen: TokenSeen,
    /// What was said about it then.
    #[serde(flatten)]
    pub remarks: Remarks,
    /// The marks that were set, the newest first.
    pub marks: Vec<MarkSet>,
}

/// A mark that was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MarkSet {
    /// The mark.
    pub mark: Mark,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// A run of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Run {
    /// When it was, as its report says.
    pub time: Timestamp,
    /// When it was stored. A time after this one is not to be trusted.
    pub stored: Timestamp,
    /// The computer.
    pub host: String,
    /// The policy's name.
    pub policy: String,
    /// How many tokens were seen.
    pub tokens: u32,
    /// How much was found.
    pub findings: u32,
}

/// What became of a token over time, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Life {
    /// Which token.
    #[serde(flatten)]
    pub identity: TokenIdentity,
    /// The marks that were set, the newest first.
    pub marks: Vec<MarkSet>,
    /// When it was seen.
    pub sightings: Vec<Sighting>,
}

/// A run that has seen a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Sighting {
    /// When it was, as its report says.
    pub time: Timestamp,
    /// The computer.
    pub host: String,
    /// How many certificates were on it.
    pub certificates: usize,
    /// How much was found.
    pub findings: usize,
    /// What had changed since the time before.
    pub changes: Vec<Change>,
}

/// A certificate that is to be renewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Due {
    /// The certificate.
    pub certificate: HeldCertificate,
    /// Calendar days until the day of its expiry; less than nothing after it.
    pub days: i64,
    /// Whether it has expired.
    pub expired: bool,
    /// The token that it is on.
    pub token: TokenIdentity,
    /// The computer that the token was seen on last.
    pub host: String,
    /// When that was.
    pub last_seen: Timestamp,
}

/// What has changed on a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Which token.
    #[serde(flatten)]
    pub identity: TokenIdentity,
    /// When it was seen before; nothing for one that was not known.
    pub before: Option<Timestamp>,
    /// When it was seen last.
    pub after: Timestamp,
    /// The computer that this was on.
    pub host: String,
    /// What has changed.
    pub changes: Vec<Change>,
}

/// A span of time in which certificates fall due, in days of the calendar.
#[derive(Clone, Debug)]
pub struct Period {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) zone: TimeZone,
}

impl Period {
    /// Until the end of the day that is this many days from now, and all that is overdue.
    pub fn days(days: u16, now: Timestamp, zone: &TimeZone) -> Result<Self> {
        let today = now.to_zoned(zone.clone()).date();
        let last = today.checked_add(i64::from(days).days());
        Ok(Self {
            from: Timestamp::MIN,
            until: end_of(last.map_err(|error| unreachable_day(&error))?, zone)?,
            zone: zone.clone(),
        })
    }

    /// A month of the calendar, given by its first day.
    pub fn month(first: Date, zone: &TimeZone) -> Result<Self> {
        let start = first.first_of_month().to_zoned(zone.clone());
        Ok(Self {
            from: start.map_err(|error| unreachable_day(&error))?.timestamp(),
            until: end_of(first.last_of_month(), zone)?,
            zone: zone.clone(),
        })
    }

    pub(super) fn due(&self, record: DueRecord, now: Timestamp) -> Due {
        let day = |time: Timestamp| time.to_zoned(self.zone.clone()).date();
        let until = record.certificate.not_after;
        let days = day(now).until((Unit::Day, day(until)));
        Due {
            days: days.map_or(0, |span| span.get_days().into()),
            expired: lifecycle::has_expired(until, now),
            certificate: record.certificate.into(),
            token: record.token.identity,
            host: record.token.host,
            last_seen: record.token.last_seen,
        }
    }
}

/// The last second of a day.
fn end_of(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    let next = day.tomorrow().map_err(|error| unreachable_day(&error))?;
    let next = next
        .to_zoned(zone.clone())
        .map_err(|error| unreachable_day(&error))?;
    Ok(next.timestamp() - 1.second())
}

/// A day that the calendar does not reach.
fn unreachable_day(error: &jiff::Error) -> Error {
    Error::PeriodInvalid {
        reason: error.to_string(),
    }
}

impl Held {
    pub(super) fn new(token: TokenRecord, certificates: Vec<SeenCertificate>) -> Self {
        Self {
            uri: Pkcs11Uri::of_token(&token.identity).to_string(),
            identity: token.identity,
            mark: token.mark,
            marked: token.marked,
            reason: token.reason,
            first_seen: token.first_seen,
            last_seen: token.last_seen,
            host: token.host,
            certificates: certificates.into_iter().map(Into::into).collect(),
        }
    }

    /// The certificates to revoke when the token is lost: those of its holders that have not
    /// expired.
    pub fn to_revoke(&self, now: Timestamp) -> impl Iterator<Item = &HeldCertificate> {
        let certificates = self.certificates.iter();
        certificates.filter(move |one| !one.ca && !lifecycle::has_expired(one.not_after, now))
    }
}

impl From<SeenCertificate> for HeldCertificate {
    fn from(seen: SeenCertificate) -> Self {
        Self {
            subject: seen.subject,
            issuer: seen.issuer,
            serial_number: seen.serial_number,
            not_before: seen.not_before,
            not_after: seen.not_after,
            sha256: seen.sha256,
            ca: seen.ca,
        }
    }
}

impl From<MarkRecord> for MarkSet {
    fn from(record: MarkRecord) -> Self {
        Self {
            mark: record.mark,
            at: record.at,
            reason: record.reason,
        }
    }
}
