//! `docs/performance.md`: what was measured, where, with what, and when.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::{now, say};

const HEAD: &str = "\
# Performance

Written by `scripts/bench`, each part in one run, each figure beside that of what it is compared with. `scripts/bench tokens` and
`scripts/bench authority` measure one part, and leave the other as it stands.
";

/// One part of the page.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) tables: Vec<Table>,
    pub(crate) notes: Vec<String>,
}

/// A table that is printed while it grows.
pub(crate) struct Table {
    text: String,
    columns: usize,
}

impl Table {
    pub(crate) fn new(columns: &[&str]) -> Result<Self> {
        let mut table = Self {
            text: String::new(),
            columns: columns.len(),
        };
        table.row(columns)?;
        let rule = vec!["---"; columns.len()];
        table.row(&rule)?;
        Ok(table)
    }

    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.columns, "a cell for each column");
        let mut line = String::from("|");
        for (number, cell) in cells.iter().enumerate() {
            let width = if number == 0 { 37 } else { 20 };
            write!(line, " {:<width$} |", cell.as_ref())?;
        }
        say(&line)?;
        self.text += &line;
        self.text.push('\n');
        Ok(())
    }
}

impl Section {
    fn to_markdown(&self) -> String {
        let tables = self.tables.iter().map(|table| format!("\n{}", table.text));
        let mut text = format!("## {}\n\n{}\n", self.title, self.text.trim());
        text.extend(tables);
        if !self.notes.is_empty() {
            text.extend(["\n- ", &self.notes.join("\n- "), "\n"]);
        }
        text
    }
}

/// Writes the sections to the page, in place of what it has under their titles.
pub(crate) fn write(page: &Path, sections: &[Section]) -> Result<()> {
    let before = fs::read_to_string(page).unwrap_or_default();
    let mut parts: Vec<(String, String)> = before
        .split("\n## ")
        .skip(1)
        .filter_map(|part| {
            Some((
                part.lines().next()?.to_owned(),
                format!("## {}\n", part.trim_end()),
            ))
        })
        .collect();
    for section in sections {
        let text = section.to_markdown();
        match parts.iter_mut().find(|(title, _)| title == section.title) {
            Some((_, before)) => *before = text,
            None => parts.push((section.title.to_owned(), text)),
        }
        for note in &section.notes {
            say(note)?;
        }
    }
    let mut text = HEAD.to_owned();
    for (_, part) in parts {
        text.extend(["\n", &part]);
    }
    Ok(fs::write(page, text)?)
}

/// The date and the machine.
pub(crate) fn machine() -> Result<String> {
    let processors = thread::available_parallelism()?;
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let date = now().strftime("%Y-%m-%d").to_string();
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let system = system.unwrap_or("an unknown system").trim_matches('"');
    Ok(format!(
        "Measured on {date}: {processors} cores of {model}, {system}. "
    ))
}

/// The version of one of Debian's packages.
pub(crate) fn version(package: &str) -> String {
    let query = ["--show", "--showformat", "${Version}", package];
    said("dpkg-query", &query).unwrap_or_else(|| "not installed".to_owned())
}

/// The commit that is measured.
pub(crate) fn commit() -> String {
    said("git", &["describe", "--always", "--dirty"]).unwrap_or_else(|| "of no commit".to_owned())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
