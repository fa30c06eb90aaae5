//! Files that are no reports, and reports that mean harm.

use proptest::prelude::*;
use serde_json::{Value, json};
use tokencert::Error;
use tokencert::inventory::Gathered;

use super::{Store, certificate, days_from_now, finding, now, report, token};

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    match Gathered::read("bad\u{1b}[2J.json", bytes) {
        Err(Error::ReportUnusable { path, reason }) => {
            assert_eq!(path, "bad\u{fffd}[2J.json");
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_report_is_refused_with_the_reason() {
    let good = report("pc", now(), &[]);
    let mut newer = good.clone();
    newer["version"] = json!(2);
    let text = newer.to_string();
    assert_eq!(
        refused(text.as_bytes()),
        "its version is 2, and this program knows version 1"
    );
    let cut = good.to_string();
    for (bytes, reason) in [
        (b"".as_slice(), "EOF"),
        (b"[]", "it is no report"),
        (b"\"version\"", "it is no report"),
        (b"{\"version\": 1}", "missing field `time`"),
        (b"{\"version\": 1, \"tokens\": []}", "missing field"),
        (b"\xff\xfe\x00\xd8", "neither UTF-8 nor UTF-16"),
        (
            b"{\"version\": 1, \"host\": \"\xe9\"}",
            "neither UTF-8 nor UTF-16",
        ),
        (&cut.as_bytes()[..cut.len() - 1], "EOF"),
    ] {
        let said = refused(bytes);
        assert!(said.contains(reason), "{said}");
    }
    // Deeper than any stack, where it is passed over and where it is kept for a newer program.
    let deep = "[".repeat(100_000);
    for name in ["time", "findings"] {
        let text = good
            .to_string()
            .replace(&format!("\"{name}\":"), &format!("\"{name}\": [{deep},"));
        assert!(refused(text.as_bytes()).contains("it is no report"));
    }
}

#[test]
fn what_does_not_fit_its_place_is_refused_with_its_name() {
    let with = |token: Value| report("pc", now(), &[token]).to_string();
    let long = "x".repeat(513);
    let label = with(token(&long, "01", &[]));
    assert!(refused(label.as_bytes()).contains("`label` has 513 bytes"));
    let host = report(&long, now(), &[]).to_string();
    assert!(refused(host.as_bytes()).contains("`host` has 513 bytes"));
    // A serial number stands in a command that is copied into a shell.
    for serial in ["5f; rm -rf ~", "$(id)", "", "5F", "--yes"] {
        let mut seen = certificate("taro", 1, "5f", now());
        seen["serial_number"] = json!(serial);
        let said = refused(with(token("desk", "01", &[seen])).as_bytes());
        assert!(
            said.contains("`serial_number` is not lower-case hexadecimal"),
            "{said}"
        );
    }
    let mut wide = certificate("taro", 1, "5f", now());
    wide["subject"] = json!(format!("CN={}", "x".repeat(20_000)));
    let said = refused(with(token("desk", "01", &[wide])).as_bytes());
    assert!(said.contains("`subject` has 20003 bytes"), "{said}");
}

#[test]
fn rules_of_a_newer_program_are_left_out_and_counted() {
    let store = Store::new();
    let mut newer = report("pc", now(), &[token("desk", "01", &[])]);
    newer["tokens"][0]["battery"] = json!("low");
    newer["findings"] = json!([
        finding("key-haunted", "desk", "01"),
        finding("key-weak", "desk", "01"),
    ]);
    let imported = store.import(&newer);
    assert_eq!(imported.unknown, 1);
    let known = store
        .inventory
        .show(&"01".parse().unwrap())
        .unwrap()
        .remove(0);
    assert_eq!(known.remarks.findings.len(), 1);
}

#[test]
fn controls_quotes_and_sql_are_stored_as_they_are() {
    let store = Store::new();
    let name = "'; DROP TABLE token; --\u{1b}]0;x\u{7}\u{202e}\0%_";
    let mut seen = certificate("taro", 1, "5f", days_from_now(3));
    seen["subject"] = json!(format!("not a name {name}"));
    store.import(&report(name, now(), &[token(name, "01", &[seen])]));
    let known = store
        .inventory
        .show(&"01".parse().unwrap())
        .unwrap()
        .remove(0);
    // No label has a NUL character; the storage takes none either.
    let stored = name.replace('\0', "\u{fffd}");
    assert_eq!(known.held.identity.label, stored);
    assert_eq!(known.held.host, stored);
    assert_eq!(
        known.held.certificates[0].subject,
        format!("not a name {stored}")
    );
    let again = store.inventory.show(&stored.parse().unwrap()).unwrap();
    assert_eq!(again.len(), 1, "found by its label");
    assert_eq!(
        store
            .inventory
            .show(&known.held.uri.parse().unwrap())
            .unwrap()
            .len(),
        1
    );
}

proptest! {
    #[test]
    fn whatever_the_bytes_a_report_is_read_or_refused(bytes: Vec<u8>, cut in 0_usize..2000) {
        drop(Gathered::read("any", &bytes));
        let mut good = report("pc", now(), &[token("desk", "01", &[])]).to_string().into_bytes();
        let at = cut % good.len();
        good.splice(at..at, bytes);
        drop(Gathered::read("spoilt", &good));
    }
}
