//! When a certificate may be acquired, renewed and acquired again: pure functions of its validity,
//! the windows of a profile, and now.
//!
//! Days are calendar days in the time zone of the windows; an instant is compared to the second.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use crate::certificate::Certificate;
use crate::error::{Error, Result};

/// The windows of a profile, in calendar days of its time zone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Windows {
    /// Renewal opens at 00:00 of the day so many days before the expiry date.
    #[serde(deserialize_with = "days")]
    pub renewal_days_before: u16,
    /// A permit is open until the end of the day so many days after the one it was opened on.
    #[serde(deserialize_with = "days")]
    pub acquire_days: u16,
    /// An expired certificate can be acquired again until the end of the day so many days after the
    /// expiry date; with 0, until the end of the expiry date itself.
    #[serde(deserialize_with = "days")]
    pub reacquire_days_after_expiry: u16,
    /// A notice is due from 00:00 of each day so many days before the expiry date.
    #[serde(deserialize_with = "days_list")]
    pub notice_days: Vec<u16>,
    /// The IANA name of the time zone, for example `Asia/Tokyo`.
    #[serde(deserialize_with = "zone_name")]
    pub time_zone: String,
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            renewal_days_before: 30,
            acquire_days: 80,
            reacquire_days_after_expiry: 90,
            notice_days: vec![30, 10],
            time_zone: "Asia/Tokyo".to_owned(),
        }
    }
}

impl Windows {
    /// The time zone, from the time zone database of the system.
    pub fn zone(&self) -> Result<TimeZone> {
        TimeZone::get(&self.time_zone).map_err(|_| Error::TimeZoneUnknown {
            zone: self.time_zone.clone(),
        })
    }

    /// The first instant at which a permit that was opened at `opened` is closed.
    pub fn acquisition_closes(&self, opened: Timestamp) -> Result<Timestamp> {
        let zone = self.zone()?;
        let opened = opened.to_zoned(zone.clone()).date();
        Ok(start_of(
            after(opened, u32::from(self.acquire_days) + 1),
            &zone,
            Timestamp::MAX,
        ))
    }
}

/// Where a certificate stands. Revoked and suspended are the authority's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Its notBefore has not come.
    NotYetValid,
    /// Valid, and too early to renew.
    Valid,
    /// Valid, and to be renewed.
    InRenewalWindow,
    /// Expired; the holder can acquire again until the end of this day.
    Acquirable {
        /// The last day, in the profile's time zone.
        until: Date,
    },
    /// Expired for too long: the holder has to ask for a reissue.
    ReissueNeeded,
}

impl State {
    /// The state's name: `not-yet-valid`, `valid`, `in-renewal-window`, `acquirable` or
    /// `reissue-needed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotYetValid => "not-yet-valid",
            Self::Valid => "valid",
            Self::InRenewalWindow => "in-renewal-window",
            Self::Acquirable { .. } => "acquirable",
            Self::ReissueNeeded => "reissue-needed",
        }
    }

    /// True between notBefore and notAfter.
    #[must_use]
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid | Self::InRenewalWindow)
    }
}

/// The life of one certificate under the windows of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    not_before: Timestamp,
    not_after: Timestamp,
    renewal_opens: Timestamp,
    acquirable_until: Date,
    reissue_needed_from: Timestamp,
    expiry_date: Date,
    notices: Vec<(u16, Timestamp)>,
    zone: TimeZone,
}

impl Lifecycle {
    /// The life of a certificate that is valid from `not_before` up to and including the second
    /// `not_after` (RFC 5280 section 4.1.2.5).
    pub fn new(not_before: Timestamp, not_after: Timestamp, windows: &Windows) -> Result<Self> {
        let zone = windows.zone()?;
        let expiry_date = not_after.to_zoned(zone.clone()).date();
        let opens = |days: u16| start_of(before(expiry_date, days), &zone, Timestamp::MIN);
        let acquirable_until = after(expiry_date, windows.reacquire_days_after_expiry.into());
        let mut notices: Vec<_> = windows.notice_days.iter().map(|&n| (n, opens(n))).collect();
        notices.sort_unstable_by(|a, b| b.cmp(a));
        notices.dedup();
        Ok(Self {
            not_before,
            not_after,
            renewal_opens: opens(windows.renewal_days_before),
            acquirable_until,
            reissue_needed_from: start_of(after(acquirable_until, 1), &zone, Timestamp::MAX),
            expiry_date,
            notices,
            zone,
        })
    }

    /// The life of this certificate.
    pub fn of(certificate: &Certificate, windows: &Windows) -> Result<Self> {
        Self::new(certificate.not_before(), certificate.not_after(), windows)
    }

    /// Where the certificate stands at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        if now < self.not_before {
            State::NotYetValid
        } else if !self.has_expired(now) {
            if now < self.renewal_opens {
                State::Valid
            } else {
                State::InRenewalWindow
            }
        } else if now < self.reissue_needed_from {
            State::Acquirable {
                until: self.acquirable_until,
            }
        } else {
            State::ReissueNeeded
        }
    }

    /// Calendar days from today to the expiry date: 0 on the day itself, negative after it.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i32 {
        let today = now.to_zoned(self.zone.clone()).date();
        today
            .until(self.expiry_date)
            .map_or(0, |span| span.get_days())
    }

    /// The day of notAfter in the profile's time zone.
    #[must_use]
    pub fn expiry_date(&self) -> Date {
        self.expiry_date
    }

    /// When renewal opens.
    #[must_use]
    pub fn renewal_opens(&self) -> Timestamp {
        self.renewal_opens
    }

    /// The first instant at which an expired certificate can no longer be acquired again.
    #[must_use]
    pub fn acquisition_closes(&self) -> Timestamp {
        self.reissue_needed_from
    }

    /// The notices whose day has come while the certificate has not expired, as days before the
    /// expiry date, the most urgent last. The caller remembers which of them were sent.
    #[must_use]
    pub fn notices_due(&self, now: Timestamp) -> Vec<u16> {
        let due = |&&(_, opens): &&(u16, Timestamp)| opens <= now && !self.has_expired(now);
        self.notices
            .iter()
            .filter(due)
            .map(|&(days, _)| days)
            .collect()
    }

    fn has_expired(&self, now: Timestamp) -> bool {
        has_expired(self.not_after, now)
    }
}

/// True once a certificate is no longer valid, which it is to the end of the second of its notAfter
/// (RFC 5280 section 4.1.2.5).
#[must_use]
pub fn has_expired(not_after: Timestamp, now: Timestamp) -> bool {
    now.duration_since(not_after) >= SignedDuration::from_secs(1)
}

fn before(date: Date, days: u16) -> Date {
    date.saturating_sub(Span::new().days(days))
}

fn after(date: Date, days: u32) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// The first instant of a day, which is not 00:00 where a change of clocks skips it; `beyond` for a
/// day that has none on the time line.
fn start_of(date: Date, zone: &TimeZone, beyond: Timestamp) -> Timestamp {
    // Noon exists in every zone; midnight does not.
    date.at(12, 0, 0, 0)
        .to_zoned(zone.clone())
        .and_then(|noon| noon.start_of_day())
        .map_or(beyond, |start| start.timestamp())
}

fn zone_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name: String = serde::Deserialize::deserialize(deserializer)?;
    match TimeZone::get(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(serde::de::Error::custom(format!(
            "`{name}` is not a time zone"
        ))),
    }
}

/// Ten years; more is a slip of the pen.
const MAXIMUM_DAYS: u16 = 3660;

fn days<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    match serde::Deserialize::deserialize(deserializer)? {
        days @ 0..=MAXIMUM_DAYS => Ok(days),
        days => Err(serde::de::Error::custom(format!(
            "{days} days are more than {MAXIMUM_DAYS}"
        ))),
    }
}

fn days_list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Days(#[serde(deserialize_with = "days")] u16);
    let list: Vec<Days> = serde::Deserialize::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Days(days)| days).collect())
}
