//! The table, as a spreadsheet reads it.

use tokencert::report::csv::{COLUMNS, findings, harmless};

use crate::report;

fn table() -> String {
    let mut bytes = Vec::new();
    findings(&report(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn excel_reads_the_table_as_utf_8_with_a_row_for_each_finding() {
    let table = table();
    let bare = table.strip_prefix('\u{feff}').unwrap();
    assert_eq!(bare.matches("\r\n").count(), bare.matches('\n').count());
    let mut reader = csv::Reader::from_reader(bare.as_bytes());
    assert_eq!(reader.headers().unwrap(), &COLUMNS[..]);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let kinds: Vec<_> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(kinds, ["finding", "finding", "not-checked", "waived"]);
    assert_eq!(&rows[0][3], "経理の専用USB");
    assert_eq!(&rows[3][14], "2026-12-31");
}

#[test]
fn no_cell_is_a_formula() {
    let table = table();
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let mut guarded = 0;
    for row in reader.records() {
        for cell in &row.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
            guarded += usize::from(cell.starts_with('\''));
        }
    }
    assert_eq!(guarded, 2, "a serial number and a reason");
    for begin in ["=", "+", "-", "@", "\t", "\r", "＝"] {
        assert!(
            harmless(&format!("{begin}1")).starts_with('\''),
            "{begin:?}"
        );
    }
    assert_eq!(harmless("a=b"), "a=b");
    assert_eq!(harmless("a\tb\u{202e}"), "a\u{fffd}b\u{fffd}");
}
