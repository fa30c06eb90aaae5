//! What an inventory answers, as tables for spreadsheets; later versions only add columns to the end.

use std::io;

use super::write;
use crate::inventory::{Difference, Due, Held, HeldCertificate, Life, Run};
use crate::token::TokenIdentity;

/// Writes a row for each certificate of each token; a token without any has one row too.
///
/// # Errors
///
/// Those of `to`.
pub fn tokens<'h>(
    held: impl IntoIterator<Item = &'h Held>,
    to: &mut impl io::Write,
) -> io::Result<()> {
    let columns = [
        "token_label",
        "token_serial",
        "token_manufacturer",
        "token_model",
        "mark",
        "marked",
        "reason",
        "host",
        "first_seen",
        "last_seen",
        "certificate_subject",
        "certificate_issuer",
        "certificate_serial_number",
        "certificate_not_before",
        "certificate_not_after",
        "certificate_ca",
    ];
    let rows = held.into_iter().flat_map(|held| {
        let certificates = held.certificates.iter().map(Some);
        let none = held.certificates.is_empty().then_some(None);
        certificates.chain(none).map(move |certificate| {
            let [label, serial, manufacturer, model] = named(&held.identity);
            let [subject, issuer, number, from, until, ca] = of_certificate(certificate);
            let marked = held.marked.map(|at| at.to_string()).unwrap_or_default();
            let reason = held.reason.clone().unwrap_or_default();
            let host = held.host.clone();
            let (first, last) = (held.first_seen.to_string(), held.last_seen.to_string());
            let mark = held.mark.to_string();
            [
                label,
                serial,
                manufacturer,
                model,
                mark,
                marked,
                reason,
                host,
                first,
                last,
                subject,
                issuer,
                number,
                from,
                until,
                ca,
            ]
        })
    });
    write(columns, rows, to)
}

/// Writes a row for each certificate that is due.
///
/// # Errors
///
/// Those of `to`.
pub fn due(due: &[Due], to: &mut impl io::Write) -> io::Result<()> {
    let columns = [
        "certificate_not_after",
        "days",
        "state",
        "certificate_subject",
        "certificate_issuer",
        "certificate_serial_number",
        "token_label",
        "token_serial",
        "token_manufacturer",
        "token_model",
        "host",
        "last_seen",
    ];
    let rows = due.iter().map(|due| {
        let [label, serial, manufacturer, model] = named(&due.token);
        let state = if due.expired { "expired" } else { "due" };
        [
            due.certificate.not_after.to_string(),
            due.days.to_string(),
            state.to_owned(),
            due.certificate.subject.clone(),
            due.certificate.issuer.clone(),
            due.certificate.serial_number.clone(),
            label,
            serial,
            manufacturer,
            model,
            due.host.clone(),
            due.last_seen.to_string(),
        ]
    });
    write(columns, rows, to)
}

/// Writes a row for each run.
///
/// # Errors
///
/// Those of `to`.
pub fn runs(runs: &[Run], to: &mut impl io::Write) -> io::Result<()> {
    let columns = ["time", "stored", "host", "policy", "tokens", "findings"];
    let rows = runs.iter().map(|run| {
        [
            run.time.to_string(),
            run.stored.to_string(),
            run.host.clone(),
            run.policy.clone(),
            run.tokens.to_string(),
            run.findings.to_string(),
        ]
    });
    write(columns, rows, to)
}

/// The columns of what has changed.
const CHANGES: [&str; 10] = [
    "token_label",
    "token_serial",
    "token_manufacturer",
    "token_model",
    "time",
    "host",
    "change",
    "what",
    "before",
    "after",
];

/// Writes a row for each time that a token was seen and nothing had changed, for each change, and for
/// each mark: its change is `marked`, what it was marked as stands under `what`.
///
/// # Errors
///
/// Those of `to`.
pub fn sightings(lives: &[Life], to: &mut impl io::Write) -> io::Result<()> {
    let rows = lives.iter().flat_map(|life| {
        let seen = life.sightings.iter().flat_map(|seen| {
            let same = [
                String::from("seen"),
                String::new(),
                String::new(),
                String::new(),
            ];
            let changes = seen.changes.iter().map(told);
            let same = seen.changes.is_empty().then_some(same);
            let place = [seen.time.to_string(), seen.host.clone()];
            changes
                .chain(same)
                .map(move |change| (place.clone(), change))
        });
        let marks = life.marks.iter().map(|set| {
            let reason = set.reason.clone().unwrap_or_default();
            let marked = [
                "marked".to_owned(),
                set.mark.to_string(),
                String::new(),
                reason,
            ];
            ([set.at.to_string(), String::new()], marked)
        });
        let both = seen.chain(marks);
        both.map(|(place, change)| changed(&life.identity, place, change))
    });
    write(CHANGES, rows, to)
}

/// Writes a row for each change.
///
/// # Errors
///
/// Those of `to`.
pub fn changes(differences: &[Difference], to: &mut impl io::Write) -> io::Result<()> {
    let rows = differences.iter().flat_map(|one| {
        one.changes.iter().map(|change| {
            let place = [one.after.to_string(), one.host.clone()];
            changed(&one.identity, place, told(change))
        })
    });
    write(CHANGES, rows, to)
}

fn told(change: &crate::inventory::Change) -> [String; 4] {
    let [what, before, after] = change.values();
    [change.name().to_owned(), what, before, after]
}

fn changed(token: &TokenIdentity, place: [String; 2], change: [String; 4]) -> [String; 10] {
    let [label, serial, manufacturer, model] = named(token);
    let [time, host] = place;
    let [name, what, before, after] = change;
    [
        label,
        serial,
        manufacturer,
        model,
        time,
        host,
        name,
        what,
        before,
        after,
    ]
}

fn named(token: &TokenIdentity) -> [String; 4] {
    [
        token.label.clone(),
        token.serial.clone(),
        token.manufacturer.clone(),
        token.model.clone(),
    ]
}

fn of_certificate(certificate: Option<&HeldCertificate>) -> [String; 6] {
    certificate.map_or_else(Default::default, |it| {
        [
            it.subject.clone(),
            it.issuer.clone(),
            it.serial_number.clone(),
            it.not_before.to_string(),
            it.not_after.to_string(),
            it.ca.to_string(),
        ]
    })
}
