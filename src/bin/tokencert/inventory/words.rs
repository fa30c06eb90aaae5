//! Holders, tokens and changes as the inventory shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokencert::certificate::{DistinguishedName, sanitized};
use tokencert::inventory::{Change, Held, HeldCertificate, Mark};

use crate::audit::words::finding;
use crate::i18n::message;
use crate::text::{self, ABSENT};
use crate::ui::Ui;

/// The name a certificate is shown by, with the issue count where it has one.
pub(super) fn holder(certificate: &HeldCertificate, ui: &Ui) -> String {
    let Ok(subject) = DistinguishedName::parse(&certificate.subject) else {
        return sanitized(&certificate.subject);
    };
    let name = sanitized(&text::short_name(&subject));
    match text::issue_count(&subject) {
        Some(count) => ui.text(
            &message("holder-counted")
                .with("name", name)
                .with("count", count),
        ),
        None => name,
    }
}

/// A text from outside, or what stands where there is none.
pub(super) fn shown(text: &str) -> String {
    match text {
        "" => ABSENT.to_owned(),
        text => sanitized(text),
    }
}

/// A moment that may lie anywhere: on which day, and when.
pub(super) fn moment(time: Timestamp, zone: &TimeZone, ui: &Ui) -> String {
    text::instant(time, zone, ui)
}

/// What became of a token.
pub(super) fn mark(mark: Mark, ui: &Ui) -> String {
    ui.word(match mark {
        Mark::InUse => "mark-in-use",
        Mark::Lost => "mark-lost",
        Mark::Retired => "mark-retired",
    })
}

/// What became of a token, and since when.
pub(super) fn marked(held: &Held, zone: &TimeZone, ui: &Ui) -> String {
    let mark = mark(held.mark, ui);
    let Some(at) = held.marked else { return mark };
    let since = message("mark-since").with("mark", mark);
    let since = ui.text(&since.with("day", text::day_of(at, zone, ui)));
    match &held.reason {
        Some(reason) => {
            let because = message("mark-because").with("mark", since);
            ui.text(&because.with("reason", sanitized(reason)))
        }
        None => since,
    }
}

/// A change in words.
pub(super) fn change(change: &Change, zone: &TimeZone, ui: &Ui) -> String {
    let [what, mut before, mut after] = change.values();
    match change {
        Change::FindingNew { finding: it } => after = finding(it, zone, ui).message,
        Change::FindingGone { finding: it } => before = finding(it, zone, ui).message,
        _ => {}
    }
    let what = match change {
        Change::Changed { property, .. } => ui.word(property_key(property)),
        _ => shown(&what),
    };
    let said = message(change_key(change)).with("what", what);
    let said = said.with("before", shown(&before));
    ui.text(&said.with("after", shown(&after)))
}

fn change_key(change: &Change) -> &'static str {
    match change {
        Change::New => "change-new",
        Change::Moved { .. } => "change-moved",
        Change::CertificateAdded { .. } => "change-certificate-added",
        Change::CertificateRemoved { .. } => "change-certificate-removed",
        Change::KeyAdded { .. } => "change-key-added",
        Change::KeyRemoved { .. } => "change-key-removed",
        Change::FindingNew { .. } => "change-finding-new",
        Change::FindingGone { .. } => "change-finding-gone",
        _ => "change-changed",
    }
}

fn property_key(property: &str) -> &'static str {
    match property {
        "firmware" => "property-firmware",
        "initialized" => "property-initialized",
        "pin-state" => "property-pin-state",
        "so-pin-state" => "property-so-pin-state",
        _ => "property-error",
    }
}
