//! The findings of an audit, and the inventory, as tables for spreadsheets (RFC 4180).
//!
//! UTF-8 with a byte order mark, without which Excel guesses another encoding. Names come from tokens
//! and certificates, and a spreadsheet runs a cell that begins as a formula does: such a cell gets an
//! apostrophe in front.

mod inventory;

use std::io;

use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::certificate::sanitized;
use crate::finding::{Finding, NotChecked, ObjectRef, Report, Waived};
use crate::token::TokenIdentity;

pub use inventory::{changes, due, runs, sightings, tokens};

/// The columns, the same in every language; later versions only add to their end.
pub const COLUMNS: [&str; 18] = [
    "kind",
    "severity",
    "rule",
    "token_label",
    "token_serial",
    "token_manufacturer",
    "token_model",
    "object_class",
    "object_id",
    "object_label",
    "certificate_serial_number",
    "certificate_subject",
    "message",
    "action",
    "waived_until",
    "waived_because",
    "host",
    "time",
];

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes a row for each `finding`, then what was `not-checked`, then what is `waived`.
///
/// # Errors
///
/// Those of `to`.
pub fn findings(report: &Report, to: &mut impl io::Write) -> io::Result<()> {
    let seen = (report.host.as_str(), report.time);
    let findings = report.findings.iter().map(|found| of_finding(found, seen));
    let open = report.not_checked.iter().map(|open| of_open(open, seen));
    let waived = report.waived.iter().map(|waived| of_waived(waived, seen));
    let rows = findings.chain(open).chain(waived);
    write(COLUMNS, rows.map(|row| row.cells()), to)
}

/// Writes a table with these columns; its cells are made harmless.
fn write<const N: usize>(
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    to: &mut impl io::Write,
) -> io::Result<()> {
    to.write_all(BYTE_ORDER_MARK.as_bytes())?;
    let mut table = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(to);
    table.write_record(columns)?;
    for row in rows {
        table.write_record(row.map(|cell| harmless(&cell)))?;
    }
    table.flush()
}

/// What the three kinds of rows have in common, and what only some have.
struct Row<'a> {
    kind: &'static str,
    severity: &'static str,
    rule: &'static str,
    token: &'a TokenIdentity,
    object: Option<&'a ObjectRef>,
    message: &'a str,
    action: &'a str,
    waiver: Option<(Date, &'a str)>,
    seen: (&'a str, Timestamp),
}

fn of_finding<'a>(found: &'a Finding, seen: (&'a str, Timestamp)) -> Row<'a> {
    Row {
        kind: "finding",
        severity: found.severity.name(),
        rule: found.rule.name(),
        token: &found.token,
        object: found.object.as_ref(),
        message: &found.message,
        action: &found.action,
        waiver: None,
        seen,
    }
}

fn of_open<'a>(open: &'a NotChecked, seen: (&'a str, Timestamp)) -> Row<'a> {
    Row {
        kind: "not-checked",
        severity: "",
        rule: open.rule.name(),
        token: &open.token,
        object: open.object.as_ref(),
        message: &open.message,
        action: "",
        waiver: None,
        seen,
    }
}

fn of_waived<'a>(waived: &'a Waived, seen: (&'a str, Timestamp)) -> Row<'a> {
    Row {
        kind: "waived",
        waiver: Some((waived.until, &waived.reason)),
        ..of_finding(&waived.finding, seen)
    }
}

impl Row<'_> {
    /// In the order of [`COLUMNS`].
    fn cells(&self) -> [String; COLUMNS.len()] {
        let object = self.object;
        let of_object =
            |value: fn(&ObjectRef) -> Option<String>| object.and_then(value).unwrap_or_default();
        let (until, because) = self.waiver.unzip();
        let (host, time) = self.seen;
        [
            self.kind.to_owned(),
            self.severity.to_owned(),
            self.rule.to_owned(),
            self.token.label.clone(),
            self.token.serial.clone(),
            self.token.manufacturer.clone(),
            self.token.model.clone(),
            of_object(|object| Some(object.class.name().to_owned())),
            of_object(|object| object.id.as_ref().map(ToString::to_string)),
            of_object(|object| object.label.clone()),
            of_object(|object| object.serial_number.clone()),
            of_object(|object| object.subject.clone()),
            self.message.to_owned(),
            self.action.to_owned(),
            until.map(|until| until.to_string()).unwrap_or_default(),
            because.unwrap_or_default().to_owned(),
            host.to_owned(),
            time.to_string(),
        ]
    }
}

/// A cell that no spreadsheet takes for a formula: one that begins as a formula does gets an apostrophe
/// in front. What cannot be seen is replaced, as in all output.
#[must_use]
pub fn harmless(cell: &str) -> String {
    // Excel takes the full-width forms for operators too.
    let operators = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let guard = if cell.starts_with(operators) { "'" } else { "" };
    format!("{guard}{}", sanitized(cell))
}
