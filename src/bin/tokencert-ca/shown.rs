//! Certificates as the user reads them, and as programs do.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokencert::certificate::Certificate;

use crate::i18n::message;
use crate::table;
use crate::ui::Ui;

/// A day of the calendar, in UTC as the certificate has it.
pub(crate) fn day(instant: Timestamp, ui: &Ui) -> String {
    let date = instant.to_zoned(TimeZone::UTC).date();
    let text = message("day")
        .with("year", format_args!("{:04}", date.year()))
        .with("month", format_args!("{:02}", date.month()))
        .with("day", format_args!("{:02}", date.day()));
    ui.text(&text)
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
pub(crate) fn json(certificate: &Certificate) -> serde_json::Value {
    serde_json::json!({
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "serial_number": certificate.serial_number(),
        "not_before": certificate.not_before().to_string(),
        "not_after": certificate.not_after().to_string(),
        "sha256": certificate.fingerprint(),
    })
}
