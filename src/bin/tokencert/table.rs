//! Tables in columns that stay straight with full-width characters.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with these headings, already in the user's language.
pub(crate) fn table<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Table {
    let mut table = rows();
    table.set_header(
        headings
            .into_iter()
            .map(Into::into)
            .collect::<Vec<String>>(),
    );
    table
}

/// A table without headings.
pub(crate) fn rows() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// The table as text, without blanks at the ends of its lines.
pub(crate) fn text(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}
