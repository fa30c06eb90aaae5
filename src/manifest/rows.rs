//! The rows of a manifest, read strictly: each mistake is named with its line.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{COLUMNS, Manifest, Row};
use crate::authority::EnrolmentCode;
use crate::certificate::{DistinguishedName, sanitized};
use crate::profile::did_you_mean;

/// The longest label of a token, in bytes of UTF-8 (`CK_TOKEN_INFO`).
const LABEL_BYTES: usize = 32;

/// The most characters of a cell.
const CELL_CHARACTERS: usize = 1000;

/// What is wrong, as messages say it.
type Reason = String;

pub(super) fn parse(text: &str) -> Result<Manifest, Reason> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().ok_or("it is empty")?;
    let mut header = header.map_err(|error| broken(&error))?;
    let nameless = header.iter().rev().take_while(|name| name.is_empty());
    let width = header.len() - nameless.count();
    without_empty(&mut header, width);
    let columns = columns(&header)?;
    let mut manifest = Manifest {
        rows: Vec::new(),
        columns,
        cells: Vec::new(),
    };
    let mut lines = Lines::of(text);
    for record in records {
        let mut record = record.map_err(|error| broken(&error))?;
        without_empty(&mut record, width);
        let line = lines.of_record(&record);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row = row(&record, &manifest.columns, line).map_err(|reason| on_line(&reason, line))?;
        let cells = record.iter().zip(&manifest.columns);
        let shown = cells.map(|(cell, column)| match *column {
            // A code has no place in memory that is not wiped.
            "code" | "expires" => String::new(),
            _ => cell.to_owned(),
        });
        manifest.cells.push(shown.collect());
        manifest.rows.push(row);
    }
    if manifest.rows.is_empty() {
        return Err("it has no rows".to_owned());
    }
    no_doubles(&manifest.rows)?;
    Ok(manifest)
}

/// Drops the empty cells after the last column, which Excel writes where something once stood.
fn without_empty(record: &mut StringRecord, width: usize) {
    if record.iter().skip(width).all(str::is_empty) {
        record.truncate(width);
    }
}

/// True for what Excel makes of a number of more than eleven digits, or with an E in it.
fn is_rounded(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = cell.split_once("E+");
    parts.is_some_and(|(number, power)| digits(&number.replacen('.', "", 1)) && digits(power))
}

/// On which line each record begins, as an editor counts. The reader itself takes the empty lines
/// before a record for its beginning, and the half of a line's end that Windows writes.
struct Lines<'t> {
    rest: &'t str,
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            rest: text,
            at: 0,
            line: 1,
        }
    }

    fn of_record(&mut self, record: &StringRecord) -> u64 {
        let byte = record.position().map_or(0, csv::Position::byte);
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let (before, rest) = self
            .rest
            .split_at_checked(byte.saturating_sub(self.at))
            .unwrap_or(("", self.rest));
        let begun = rest.trim_start_matches(['\r', '\n']);
        let skipped = rest.len() - begun.len();
        let ends = before.bytes().chain(rest.bytes().take(skipped));
        let ends = ends.filter(|byte| *byte == b'\n').count();
        self.line += u64::try_from(ends).unwrap_or(u64::MAX);
        self.at += before.len() + skipped;
        self.rest = begun;
        self.line
    }
}

/// The columns that the first line names.
fn columns(header: &StringRecord) -> Result<Vec<&'static str>, Reason> {
    if let (1, Some(line)) = (header.len(), header.get(0))
        && let Some(other) = [';', '\t'].into_iter().find(|c| line.contains(*c))
    {
        return Err(match other {
            ';' => "its columns are parted by semicolons, not by commas".to_owned(),
            _ => "its columns are parted by tabs, not by commas".to_owned(),
        });
    }
    let mut columns = Vec::new();
    for name in header {
        let lower = name.to_lowercase();
        let known = COLUMNS.iter().copied().find(|known| *known == lower);
        let column = known.ok_or_else(|| unknown(name))?;
        if columns.contains(&column) {
            return Err(format!("column `{column}` is there twice"));
        }
        columns.push(column);
    }
    if columns.contains(&"holder") || columns.contains(&"subject") {
        return Ok(columns);
    }
    Err("there is neither a column `holder` nor a column `subject`".to_owned())
}

fn unknown(name: &str) -> Reason {
    let meant = did_you_mean(&name.to_lowercase(), COLUMNS.iter().copied());
    let meant = meant.map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
    format!("unknown column `{}`{meant}", sanitized(name))
}

fn row(record: &StringRecord, columns: &[&str], line: u64) -> Result<Row, Reason> {
    if record.len() > columns.len() || record.len() < columns.len() {
        let (cells, expected) = (record.len(), columns.len());
        return Err(format!("there are {cells} cells for {expected} columns"));
    }
    let mut row = Row {
        line,
        ..Row::default()
    };
    for (column, cell) in columns.iter().zip(record) {
        if cell.is_empty() || ["expires", "note"].contains(column) {
            continue;
        }
        if *column == "code" {
            let code = cell.parse();
            row.code = Some(code.map_err(|_| "the cell `code` holds no enrolment code")?);
            continue;
        }
        if sanitized(cell) != cell || cell.chars().count() > CELL_CHARACTERS {
            return Err(format!(
                "the cell `{column}` cannot be printed or is too long"
            ));
        }
        let not = |what: &str| format!("`{cell}` is not {what}");
        match *column {
            "serial" if is_rounded(cell) => {
                return Err(format!(
                    "`{cell}` is what a spreadsheet makes of a number; give the column the format \
                     Text and type it anew"
                ));
            }
            "serial" => row.serial = Some(cell.to_owned()),
            "label" if cell.len() > LABEL_BYTES => {
                return Err(format!("label `{cell}` is longer than 32 bytes"));
            }
            "label" => row.label = Some(cell.to_owned()),
            "holder" if cell.contains([':', ' ', '\u{3000}']) => return Err(not("a holder")),
            "holder" => row.holder = Some(cell.to_owned()),
            "subject" => {
                DistinguishedName::parse(cell).map_err(|_| not("a subject"))?;
                row.subject = Some(cell.to_owned());
            }
            "name" => row.name = Some(cell.to_owned()),
            "san" => {
                let names = cell.split_whitespace().map(str::parse);
                let names: Result<_, _> = names.collect();
                row.alternative_names = names.map_err(|_| not("a list of alternative names"))?;
            }
            _ => row.key = Some(cell.parse().map_err(|_| not("a kind of key"))?),
        }
    }
    if row.whose().is_empty() {
        return Err("there is neither a holder nor a subject".to_owned());
    }
    Ok(row)
}

/// One token, one code and one row for each.
fn no_doubles(rows: &[Row]) -> Result<(), Reason> {
    let (mut serials, mut holders, mut codes) = (HashMap::new(), HashMap::new(), HashMap::new());
    for row in rows {
        let again = |seen: &mut HashMap<String, u64>, value: Option<String>| {
            value.and_then(|value| seen.insert(value, row.line))
        };
        let code = row.code.as_ref().map(EnrolmentCode::digest);
        let reason = if let Some(line) = again(&mut serials, row.serial.clone()) {
            format!("the serial number of line {line} is there again")
        } else if let Some(line) = again(&mut holders, Some(row.whose().to_owned())) {
            format!("the holder or subject of line {line} is there again")
        } else if let Some(line) = again(&mut codes, code) {
            format!("the code of line {line} is there again")
        } else {
            continue;
        };
        return Err(on_line(&reason, row.line));
    }
    Ok(())
}

fn broken(error: &csv::Error) -> Reason {
    let line = error.position().map_or(0, csv::Position::line);
    on_line("it is no table of cells parted by commas", line)
}

fn on_line(reason: &str, line: u64) -> Reason {
    format!("{reason} on line {line}")
}
