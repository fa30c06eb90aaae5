//! What has changed, between two runs or since a day, and what a token's history says.

use serde_json::json;
use tokencert::inventory::{Change, Mark};

use super::{Store, certificate, days_from_now, finding, identity, now, report, token, unreadable};

fn names(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(Change::name).collect()
}

#[test]
fn every_kind_of_change_is_told() {
    let store = Store::new();
    let key = |label: &str| {
        json!({
            "id": "0a", "label": label, "algorithm": "rsa:2048", "private": true,
            "public_key_sha256": label, "sensitive": true, "extractable": false, "local": true,
            "readable": false,
        })
    };
    let mut before = token(
        "desk",
        "01",
        &[certificate("taro", 1, "01", days_from_now(9))],
    );
    before["keys"] = json!([key("old")]);
    let mut after = token(
        "desk",
        "01",
        &[certificate("taro", 1, "02", days_from_now(370))],
    );
    after["keys"] = json!([key("new")]);
    after["firmware"] = json!("15.3");
    after["pin_state"] = json!("count-low");
    let mut first = report("pc-1", days_from_now(-2), &[before]);
    first["findings"] = json!([finding("certificate-due", "desk", "01")]);
    let mut second = report("pc-2", days_from_now(-1), &[after]);
    second["findings"] = json!([finding("user-pin-low", "desk", "01")]);
    store.import(&first);
    let new = store.inventory.diff(None).unwrap();
    assert_eq!(names(&new[0].changes), ["new"]);
    store.import(&second);
    let changed = store.inventory.diff(None).unwrap().remove(0);
    assert_eq!(
        names(&changed.changes),
        [
            "moved",
            "certificate-added",
            "certificate-removed",
            "key-added",
            "key-removed",
            "changed",
            "changed",
            "finding-new",
            "finding-gone",
        ]
    );
    assert_eq!(changed.before, Some(days_from_now(-2)));
    assert_eq!(changed.after, days_from_now(-1));
    let values: Vec<[String; 3]> = changed.changes.iter().map(Change::values).collect();
    assert_eq!(values[0], ["", "pc-1", "pc-2"]);
    assert_eq!(values[1][2], "02");
    assert_eq!(values[5], ["firmware", "15.2", "15.3"]);
    assert_eq!(values[8][0], "certificate-due");
}

#[test]
fn only_the_last_two_runs_that_have_seen_a_token_count_unless_a_day_is_given() {
    let store = Store::new();
    let with = |serial| {
        [token(
            "desk",
            "01",
            &[certificate("taro", 1, serial, days_from_now(99))],
        )]
    };
    store.import(&report("pc", days_from_now(-30), &with("01")));
    store.import(&report("pc", days_from_now(-20), &with("02")));
    store.import(&report("pc", days_from_now(-10), &with("02")));
    // A run that has not seen the token says nothing about it.
    store.import(&report("pc", days_from_now(-5), &[]));
    assert_eq!(store.inventory.diff(None).unwrap(), []);
    let since = |days| store.inventory.diff(Some(days_from_now(days))).unwrap();
    let changed = since(-25);
    assert_eq!(
        names(&changed[0].changes),
        ["certificate-added", "certificate-removed"]
    );
    assert_eq!(changed[0].before, Some(days_from_now(-30)));
    assert_eq!(since(-15), [], "the certificate changed before");
    assert_eq!(names(&since(-40)[0].changes), ["new"]);
    assert_eq!(since(-5), [], "not seen since");
}

#[test]
fn what_could_not_be_seen_or_checked_is_not_gone() {
    let store = Store::new();
    let full = token(
        "desk",
        "01",
        &[certificate("taro", 1, "01", days_from_now(99))],
    );
    let mut first = report("pc", days_from_now(-3), &[full]);
    first["findings"] = json!([finding("key-extractable", "desk", "01")]);
    store.import(&first);
    // Without a PIN this time, and some object did not answer.
    let mut second = report("pc", days_from_now(-2), &[token("desk", "01", &[])]);
    let open = |rule: &str, reason: &str| {
        json!({
            "rule": rule, "token": identity("desk", "01"), "object": null, "reason": reason,
            "message": "", "values": {},
        })
    };
    second["not_checked"] = json!([
        open("key-extractable", "needs-pin"),
        open("certificate-expired", "object-unreadable"),
    ]);
    store.import(&second);
    assert_eq!(store.inventory.diff(None).unwrap(), []);
    store.import(&report(
        "pc",
        days_from_now(-1),
        &[unreadable("desk", "01")],
    ));
    let changed = store.inventory.diff(None).unwrap();
    assert_eq!(
        names(&changed[0].changes),
        ["changed"],
        "that it cannot be read"
    );
}

#[test]
fn the_history_of_a_token_has_every_run_that_saw_it_and_every_mark() {
    let store = Store::new();
    let with = |serial| {
        [token(
            "desk",
            "01",
            &[certificate("taro", 1, serial, days_from_now(99))],
        )]
    };
    store.import(&report("pc", days_from_now(-10), &with("02")));
    store.import(&report("pc", days_from_now(-30), &with("01")));
    store.import(&report("pc", days_from_now(-20), &with("01")));
    let desk = "desk".parse().unwrap();
    store
        .inventory
        .mark(&desk, Mark::Lost, Some("where is it"), days_from_now(-9))
        .unwrap();
    store
        .inventory
        .mark(&desk, Mark::InUse, None, now())
        .unwrap();
    let life = store.inventory.history(&desk).unwrap().remove(0);
    let seen: Vec<_> = life
        .sightings
        .iter()
        .map(|seen| (seen.time, names(&seen.changes)))
        .collect();
    assert_eq!(
        seen,
        [
            (
                days_from_now(-10),
                vec!["certificate-added", "certificate-removed"]
            ),
            (days_from_now(-20), vec![]),
            (days_from_now(-30), vec!["new"]),
        ]
    );
    let marks: Vec<Mark> = life.marks.iter().map(|set| set.mark).collect();
    assert_eq!(marks, [Mark::InUse, Mark::Lost]);
    assert_eq!(life.marks[1].reason.as_deref(), Some("where is it"));
}
