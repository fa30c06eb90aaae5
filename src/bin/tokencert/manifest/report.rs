//! What became of the rows, as text and as JSON.

use serde_json::{Value, json};
use tokencert::certificate::sanitized;
use tokencert::manifest::Row;

use super::assign::Unassigned;
use super::board::Board;
use super::ledger::{Entry, State};
use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{table, text};

const VERSION: u32 = 1;

pub(super) fn show(board: &Board<'_>, context: &Context, ui: &Ui) -> Result<(), Failure> {
    if context.json() {
        return ui.json(&value(board));
    }
    let zone = context.zone(ui)?;
    let headings = [
        "column-row",
        "column-token",
        "column-state",
        "column-certificate",
        "column-until",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    let mut done = 0;
    for (at, row) in board.rows.iter().enumerate() {
        let entry = board.ledger.of(row.whose());
        let state = state(board, at, entry);
        done += usize::from(state == "row-done");
        let cell = |value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            value.map_or_else(|| text::ABSENT.to_owned(), |value| sanitized(&value))
        };
        let until = entry.and_then(|entry| entry.not_after.as_ref()?.parse().ok());
        rows.add_row([
            sanitized(row.whose()),
            cell(entry.map(|entry| text::token(&entry.token))),
            ui.word(state),
            cell(entry.and_then(|entry| entry.serial_number.clone())),
            cell(until.map(|until| text::day_of(until, &zone, ui))),
        ]);
    }
    ui.data(table::text(&mut rows))?;
    let said = message("box-summary").count("done", done);
    let said = said.count("rows", board.rows.len());
    ui.status(&said.with("path", board.ledger.path().display()));
    Ok(())
}

fn value(board: &Board<'_>) -> Value {
    let rows = board.rows.iter().enumerate();
    let rows: Vec<Value> = rows.map(|(at, row)| of_row(board, at, row)).collect();
    json!({
        "version": VERSION,
        "ledger": board.ledger.path().display().to_string(),
        "rows": rows,
    })
}

fn of_row(board: &Board<'_>, at: usize, row: &Row) -> Value {
    let entry = board.ledger.of(row.whose());
    let error = entry.and_then(|entry| entry.error.as_ref());
    json!({
        "row": row.whose(),
        "line": row.line,
        "state": state(board, at, entry).trim_start_matches("row-"),
        "token": entry.map(|entry| &entry.token),
        "initialized": entry.map(|entry| entry.initialized),
        "subject": entry.and_then(|entry| entry.subject.as_ref()),
        "serial_number": entry.and_then(|entry| entry.serial_number.as_ref()),
        "not_after": entry.and_then(|entry| entry.not_after.as_ref()),
        "error": error,
    })
}

/// A row's state, by the key of its word.
fn state(board: &Board<'_>, at: usize, entry: Option<&Entry>) -> &'static str {
    match board.unassigned.get(&at) {
        Some(Unassigned::Absent) => return "row-no-token",
        Some(Unassigned::Ambiguous) => return "row-ambiguous",
        Some(Unassigned::Blank) => return "row-blank",
        None => {}
    }
    match entry.map(|entry| entry.state) {
        Some(State::Done) => "row-done",
        Some(State::Pending) => "row-pending",
        Some(State::Failed) => "row-failed",
        Some(State::Begun) => "row-begun",
        None => "row-no-token",
    }
}
