//! The report of an audit, as the inventory collects it and as a page shows it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::Report;
use tokencert::inventory::Gathered;
use tokencert::report::page;
use tokencert_fuzz::fails_safely;

/// The marks where a browser begins and ends a script.
const MARKS: [&str; 3] = ["<script", "</script", "<!--"];

fuzz_target!(|bytes: &[u8]| {
    let gathered = Gathered::read("report.json", bytes);
    if let Err(error) = &gathered {
        fails_safely(error);
    }
    let Ok(report) = serde_json::from_slice::<Report>(bytes) else {
        return;
    };
    // What was written here is what was read there.
    if let (Ok(read), Ok(written)) = (gathered, Gathered::of(&report)) {
        assert_eq!(format!("{read:?}"), format!("{written:?}"));
    }
    // Whatever the names are, the page has its own scripts and no others.
    let empty = Report::new(report.time, "", "");
    assert_eq!(marks(&report), marks(&empty));
});

fn marks(report: &Report) -> [usize; 3] {
    let mut bytes = Vec::new();
    page::write(report, &page::english(), &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap().to_lowercase();
    MARKS.map(|mark| text.matches(mark).count())
}
