//! Reports go in: once each, in any order, whatever the clocks say.

use jiff::ToSpan;
use serde_json::json;
use tokencert::Error;
use tokencert::finding::Report;
use tokencert::inventory::{Gathered, Mark};

use super::{Store, certificate, days_from_now, now, report, token, unreadable};

#[test]
fn a_report_counts_once_however_it_is_written_down() {
    let store = Store::new();
    let tokens = [token(
        "desk",
        "01",
        &[certificate("taro", 1, "5f", days_from_now(90))],
    )];
    let first = report("pc-1", days_from_now(-1), &tokens);
    assert!(!store.import(&first).already);
    assert!(store.import(&first).already);
    // The same content, with blanks and in another order.
    let mut pretty = Vec::from(b"\xef\xbb\xbf".as_slice());
    pretty.extend(format!("{first:#}").bytes());
    let again = Gathered::read("again.json", &pretty).unwrap();
    let wide: Vec<u8> = format!("\u{feff}{first}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wide = Gathered::read("powershell.json", &wide).unwrap();
    let both = store.inventory.import(&[again, wide], now()).unwrap();
    assert!(both.iter().all(|imported| imported.already));
    // And stored directly, as `audit --store` does it.
    let direct: Report = serde_json::from_value(first).unwrap();
    assert!(store.inventory.store(&direct, now()).unwrap().already);
    assert_eq!(store.inventory.runs().unwrap().len(), 1);
    assert_eq!(store.inventory.tokens(None, now()).unwrap().len(), 1);
}

#[test]
fn an_older_report_that_comes_later_changes_nothing_but_when_a_token_was_seen_first() {
    let store = Store::new();
    let new = [token(
        "desk",
        "01",
        &[certificate("taro", 1, "02", days_from_now(300))],
    )];
    let old = [token(
        "desk",
        "01",
        &[certificate("taro", 1, "01", days_from_now(5))],
    )];
    store.import(&report("new-pc", days_from_now(-1), &new));
    store.import(&report("old-pc", days_from_now(-30), &old));
    let held = store.inventory.tokens(None, now()).unwrap().remove(0);
    assert_eq!(held.host, "new-pc");
    assert_eq!(held.last_seen, days_from_now(-1));
    assert_eq!(held.first_seen, days_from_now(-30));
    assert_eq!(held.certificates[0].serial_number, "02");
}

#[test]
fn a_token_is_known_by_all_four_of_its_names() {
    let store = Store::new();
    let mut other_model = token("desk", "000", &[]);
    other_model["model"] = json!("IDPrime");
    let tokens = [
        token("desk", "000", &[]),
        token("counter", "000", &[]),
        other_model,
        // A module that shows one device twice.
        token("desk", "000", &[]),
        // And the blank slot of a software token, which looks the same everywhere.
        token("", "", &[]),
    ];
    assert_eq!(store.import(&report("pc", now(), &tokens)).tokens, 3);
    assert_eq!(store.inventory.tokens(None, now()).unwrap().len(), 3);
    let serial = "000".parse().unwrap();
    assert_eq!(store.inventory.show(&serial).unwrap().len(), 3);
    let refused = store.inventory.mark(&serial, Mark::Lost, None, now());
    let Err(Error::InventoryTokenAmbiguous { candidates, .. }) = refused else {
        panic!("{refused:?}");
    };
    // Each candidate is written as it can be given, and names one.
    for uri in candidates.split(", ") {
        let one = store.inventory.show(&uri.parse().unwrap()).unwrap();
        assert_eq!(one.len(), 1, "{uri}");
    }
    assert!(
        store
            .inventory
            .mark(&"counter".parse().unwrap(), Mark::Lost, None, now())
            .is_ok()
    );
    let unknown = store.inventory.show(&"0815".parse().unwrap());
    assert!(matches!(unknown, Err(Error::InventoryTokenNotFound { .. })));
}

#[test]
fn a_report_from_the_future_counts_for_now_and_is_told_of() {
    let store = Store::new();
    let wrong = days_from_now(4000);
    let imported = store.import(&report("wrong-clock", wrong, &[token("desk", "01", &[])]));
    assert_eq!(imported.ahead, Some(wrong));
    let held = store.inventory.tokens(None, now()).unwrap().remove(0);
    assert_eq!(held.last_seen, now());
    assert_eq!(store.inventory.runs().unwrap()[0].time, wrong);
    // So the next report in time is not behind it for ever.
    let later = now() + 24.hours();
    let next = report("right-clock", later, &[token("desk", "01", &[])]);
    let next = Gathered::read("next", next.to_string().as_bytes()).unwrap();
    store.inventory.import(&[next], later).unwrap();
    let held = store.inventory.tokens(None, later).unwrap().remove(0);
    assert_eq!((held.host.as_str(), held.last_seen), ("right-clock", later));
}

#[test]
fn a_clock_that_is_a_little_ahead_is_not_worth_a_word() {
    let store = Store::new();
    let soon = report("pc", now() + 10.minutes(), &[]);
    assert_eq!(store.import(&soon).ahead, None);
    let late = report("pc", now() + 10.minutes() + 1.second(), &[]);
    assert!(store.import(&late).ahead.is_some());
    let battery = report("dead-battery", "1970-01-01T00:00:00Z".parse().unwrap(), &[]);
    assert_eq!(store.import(&battery).ahead, None);
}

#[test]
fn what_a_run_could_not_read_is_still_known_from_the_run_before() {
    let store = Store::new();
    let read = [token(
        "desk",
        "01",
        &[certificate("taro", 1, "5f", days_from_now(90))],
    )];
    store.import(&report("pc", days_from_now(-2), &read));
    store.import(&report(
        "pc",
        days_from_now(-1),
        &[unreadable("desk", "01")],
    ));
    let known = store
        .inventory
        .show(&"01".parse().unwrap())
        .unwrap()
        .remove(0);
    assert_eq!(known.held.last_seen, days_from_now(-1));
    assert_eq!(known.read, days_from_now(-2));
    assert_eq!(known.held.certificates.len(), 1);
    // A token that never could be read is listed too, until it can.
    store.import(&report(
        "pc",
        days_from_now(-1),
        &[unreadable("stubborn", "02")],
    ));
    let stubborn = store
        .inventory
        .show(&"02".parse().unwrap())
        .unwrap()
        .remove(0);
    assert!(stubborn.held.certificates.is_empty());
    let old = [token(
        "stubborn",
        "02",
        &[certificate("hanako", 1, "60", days_from_now(90))],
    )];
    store.import(&report("pc", days_from_now(-9), &old));
    let stubborn = store
        .inventory
        .show(&"02".parse().unwrap())
        .unwrap()
        .remove(0);
    assert_eq!(stubborn.held.certificates.len(), 1);
}

#[test]
fn a_token_that_is_emptied_holds_nothing_any_more() {
    let store = Store::new();
    let full = [token(
        "desk",
        "01",
        &[certificate("taro", 1, "5f", days_from_now(9))],
    )];
    store.import(&report("pc", days_from_now(-2), &full));
    store.import(&report(
        "pc",
        days_from_now(-1),
        &[token("desk", "01", &[])],
    ));
    let held = store.inventory.tokens(None, now()).unwrap().remove(0);
    assert!(held.certificates.is_empty());
}

#[test]
fn a_token_that_is_seen_after_it_was_lost_is_told_of() {
    let store = Store::new();
    store.import(&report(
        "pc",
        days_from_now(-3),
        &[token("desk", "01", &[])],
    ));
    let lost = store.inventory.mark(
        &"01".parse().unwrap(),
        Mark::Lost,
        Some("left on a train"),
        days_from_now(-2),
    );
    assert_eq!(lost.unwrap().mark, Mark::Lost);
    // What was seen before the loss is no news.
    let before = store.import(&report(
        "pc",
        days_from_now(-4),
        &[token("desk", "01", &[])],
    ));
    assert!(before.reappeared.is_empty());
    let after = store.import(&report(
        "thief",
        days_from_now(-1),
        &[token("desk", "01", &[])],
    ));
    assert_eq!(after.reappeared[0].host, "thief");
    assert_eq!(
        after.reappeared[0].mark,
        Mark::Lost,
        "an import changes no mark"
    );
}

#[test]
fn tokens_that_were_not_seen_for_long_are_those_in_use() {
    let store = Store::new();
    for (serial, days) in [("01", -59), ("02", -61), ("03", -61)] {
        store.import(&report(
            "pc",
            days_from_now(days),
            &[token("desk", serial, &[])],
        ));
    }
    let retired = "03".parse().unwrap();
    store
        .inventory
        .mark(&retired, Mark::Retired, None, now())
        .unwrap();
    let unseen = |days| -> Vec<String> {
        let tokens = store.inventory.tokens(Some(days), now()).unwrap();
        tokens
            .into_iter()
            .map(|held| held.identity.serial)
            .collect()
    };
    assert_eq!(unseen(60), ["02"]);
    assert_eq!(unseen(61), Vec::<String>::new(), "to the second");
    assert_eq!(unseen(0), ["01", "02"]);
}

#[test]
fn the_file_is_its_owners_alone_and_no_other_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let store = Store::new();
    store.import(&report("pc", now(), &[]));
    let path = store.folder.path().join("inventory.sqlite");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let absent = tokencert::inventory::Inventory::open_existing(&store.folder.path().join("none"));
    assert!(matches!(absent, Err(Error::InventoryAbsent { .. })));
    // The registry of an authority is refused, and an inventory is no registry.
    let registry = store.folder.path().join("registry.sqlite");
    let location = tokencert::registry::Location::File(registry.clone());
    drop(tokencert::registry::Registry::open(&location).unwrap());
    let refused = tokencert::inventory::Inventory::open(&registry).unwrap_err();
    assert!(
        refused.to_string().contains("tables of something else"),
        "{refused}"
    );
    drop(store.inventory);
    let location = tokencert::registry::Location::File(path);
    assert!(tokencert::registry::Registry::open(&location).is_err());
}
