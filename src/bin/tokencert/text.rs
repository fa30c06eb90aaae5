//! Dates, keys and names as the user reads them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use tokencert::certificate::{Certificate, DistinguishedName, sanitized};
use tokencert::profile;
use tokencert::profile::Profile;
use tokencert::token::TokenIdentity;

use crate::i18n::message;
use crate::ui::Ui;

/// A day.
pub(crate) fn day(date: Date, ui: &Ui) -> String {
    let text = message("day")
        .with("year", format_args!("{:04}", date.year()))
        .with("month", format_args!("{:02}", date.month()))
        .with("day", format_args!("{:02}", date.day()));
    ui.text(&text)
}

/// The day of an instant.
pub(crate) fn day_of(instant: Timestamp, zone: &TimeZone, ui: &Ui) -> String {
    day(instant.to_zoned(zone.clone()).date(), ui)
}

/// An instant to the second, with the zone that it is told in.
pub(crate) fn instant(instant: Timestamp, zone: &TimeZone, ui: &Ui) -> String {
    let told = instant.to_zoned(zone.clone());
    let text = message("instant")
        .with("day", day(told.date(), ui))
        .with("time", told.strftime("%H:%M:%S"))
        .with("zone", told.strftime("%Z"));
    ui.text(&text)
}

/// What is not there.
pub(crate) const ABSENT: &str = "-";

/// True, false, or what the token does not say.
pub(crate) fn flag(value: Option<bool>, ui: &Ui) -> String {
    match value {
        Some(true) => ui.word("flag-true"),
        Some(false) => ui.word("flag-false"),
        None => ui.word("flag-unknown"),
    }
}

/// A token's label and serial number, side by side.
pub(crate) fn token(token: &TokenIdentity) -> String {
    let (label, serial) = (sanitized(&token.label), sanitized(&token.serial));
    format!("{label} {serial}").trim().to_owned()
}

/// The name a certificate is shown by: its common name, else its whole subject.
pub(crate) fn short_name(name: &DistinguishedName) -> String {
    name.common_name().unwrap_or_else(|| name.to_string())
}

/// The issue count that a subject carries, `001` for example.
pub(crate) fn issue_count(subject: &DistinguishedName) -> Option<String> {
    profile::issue_count(subject).map(|count| sanitized(&count))
}

/// A certificate's holder with the issue count, where it has one.
pub(crate) fn holder(certificate: &Certificate, ui: &Ui) -> String {
    let name = short_name(certificate.subject());
    match issue_count(certificate.subject()) {
        Some(count) => ui.text(
            &message("holder-counted")
                .with("name", name)
                .with("count", count),
        ),
        None => name,
    }
}

/// The support desk in one line, as hints end with it.
pub(crate) fn desk(profile: &Profile, ui: &Ui) -> Option<String> {
    let support = &profile.support;
    let parts = [&support.name, &support.telephone, &support.hours];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| sanitized(part))
        .collect();
    (!parts.is_empty()).then(|| parts.join(&ui.word("list-separator")))
}
