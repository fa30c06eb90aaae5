//! Holders and certificates as the user reads them, and as programs do.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokencert::ca::{HolderState, HolderView, RegistrationAuthority};
use tokencert::certificate::{Certificate, sanitized};
use tokencert::registry::{RevocationReason, SecondFactor, Suspension};

use crate::failure::Failure;
use crate::i18n::message;
use crate::table;
use crate::ui::Ui;

/// The time zone of the authority's calendar.
pub(crate) fn zone(authority: &RegistrationAuthority) -> Result<TimeZone, Failure> {
    Ok(authority.settings().policy.windows.zone()?)
}

/// A day of the calendar, in UTC as the certificate has it.
pub(crate) fn day(instant: Timestamp, ui: &Ui) -> String {
    day_in(instant, &TimeZone::UTC, ui)
}

/// A day of the calendar.
pub(crate) fn day_in(instant: Timestamp, zone: &TimeZone, ui: &Ui) -> String {
    let date = instant.to_zoned(zone.clone()).date();
    let text = message("day")
        .with("year", format_args!("{:04}", date.year()))
        .with("month", format_args!("{:02}", date.month()))
        .with("day", format_args!("{:02}", date.day()));
    ui.text(&text)
}

/// The last second before the instant at which something closes.
pub(crate) fn last_second(closes: Timestamp) -> Timestamp {
    closes
        .checked_sub(SignedDuration::from_secs(1))
        .unwrap_or(closes)
}

/// What a certificate says, as a table.
pub(crate) fn rows(certificate: &Certificate, ui: &Ui) -> String {
    let rows = [
        ("show-subject", certificate.subject().to_string()),
        ("show-serial", certificate.serial_number()),
        ("show-until", day(certificate.not_after(), ui)),
        ("show-sha256", certificate.fingerprint()),
    ];
    let mut table = table::rows();
    for (key, value) in rows {
        table.add_row([ui.word(key), value]);
    }
    table::text(&mut table)
}

/// What a certificate says, as JSON.
pub(crate) fn json(certificate: &Certificate) -> Value {
    json!({
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "serial_number": certificate.serial_number(),
        "not_before": certificate.not_before().to_string(),
        "not_after": certificate.not_after().to_string(),
        "sha256": certificate.fingerprint(),
    })
}

/// A holder as JSON.
pub(crate) fn holder(view: &HolderView) -> Value {
    let (state, until, suspended) = match view.state {
        HolderState::Waiting(until) => ("waiting", Some(until), None),
        HolderState::Valid => ("valid", None, None),
        HolderState::InRenewalWindow => ("in-renewal-window", None, None),
        HolderState::Acquirable(until) => ("acquirable", Some(until), None),
        HolderState::ReissueNeeded => ("reissue-needed", None, None),
        HolderState::Revoked => ("revoked", None, None),
        HolderState::Suspended(Suspension::Stopped) => ("suspended", None, Some("stopped")),
        HolderState::Suspended(Suspension::Lost) => ("suspended", None, Some("lost")),
    };
    let permit = view.permit.as_ref();
    json!({
        "holder": view.id.to_string(),
        "contract": view.id.contract,
        "user": view.id.user,
        "institution": view.institution,
        "kana": view.kana,
        "name": view.name,
        "email": view.email,
        "second_factor": match view.second_factor {
            SecondFactor::ConfirmationPin => "confirmation-pin",
            SecondFactor::OneTimeCode => "one-time-code",
        },
        "first_pins": view.first_pins,
        "locked": view.locked,
        "state": state,
        "acquire_by": until.map(last_second).map(|at| at.to_string()),
        "suspended": suspended,
        "issue_count": permit.map(|permit| permit.issue_count),
        "registered": permit.map(|permit| permit.registered.to_string()),
        "certificate": view.certificate.as_ref().map(json),
    })
}

/// Adds a member to a JSON object.
pub(crate) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// A holder by ID and name.
pub(crate) fn named(view: &HolderView) -> String {
    let name = view.name.as_ref().unwrap_or(&view.kana);
    format!("{} ({})", view.id, sanitized(name))
}

/// What a holder may have, or the mark of what is absent.
pub(crate) fn optional(value: Option<&String>, ui: &Ui) -> String {
    value.map_or_else(|| ui.word("absent"), |value| sanitized(value))
}

/// What acquisition asks for besides the PIN.
pub(crate) fn factor(factor: SecondFactor, ui: &Ui) -> String {
    ui.word(match factor {
        SecondFactor::ConfirmationPin => "ready-confirmation-pin",
        SecondFactor::OneTimeCode => "ready-one-time-code",
    })
}

/// Where the holder's certificate stands, and whether the holder is locked out.
pub(crate) fn state(view: &HolderView, zone: &TimeZone, ui: &Ui) -> String {
    let until = |key: &str, closes: Timestamp| {
        let day = day_in(last_second(closes), zone, ui);
        ui.text(&message(key).with("day", day))
    };
    let state = match view.state {
        HolderState::Waiting(closes) => until("state-waiting", closes),
        HolderState::Valid => ui.word("state-valid"),
        HolderState::InRenewalWindow => ui.word("state-in-renewal-window"),
        HolderState::Acquirable(closes) => until("state-acquirable", closes),
        HolderState::ReissueNeeded => ui.word("state-reissue-needed"),
        HolderState::Revoked => ui.word("state-revoked"),
        HolderState::Suspended(Suspension::Stopped) => ui.word("state-suspended-stopped"),
        HolderState::Suspended(Suspension::Lost) => ui.word("state-suspended-lost"),
    };
    if view.locked {
        ui.text(&message("state-locked").with("state", state))
    } else {
        state
    }
}

/// Why a certificate was revoked, as JSON has it.
pub(crate) fn reason(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Lost => "lost",
        RevocationReason::Stopped => "stopped",
        RevocationReason::Compromised => "compromised",
        RevocationReason::Reissued => "reissued",
    }
}
