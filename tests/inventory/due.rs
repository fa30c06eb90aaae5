//! What falls due, to the second and to the calendar day.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tokencert::inventory::{Due, Mark, Period};

use super::{Store, certificate, days_from_now, now, report, token};

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

/// An instant of a clock in Tokyo.
fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn serials(due: &[Due]) -> Vec<&str> {
    due.iter()
        .map(|due| due.certificate.serial_number.as_str())
        .collect()
}

impl Store {
    /// A token of a holder whose certificate is valid until then.
    fn holder(&self, holder: &str, serial: &str, until: Timestamp) {
        let tokens = [token(
            holder,
            serial,
            &[certificate(holder, 1, serial, until)],
        )];
        self.import(&report("pc", days_from_now(-1), &tokens));
    }

    fn due_within(&self, days: u16) -> Vec<Due> {
        let period = Period::days(days, now(), &tokyo()).unwrap();
        self.inventory.due(&period, now()).unwrap()
    }

    fn due_in(&self, month: &str) -> Vec<Due> {
        let first = format!("{month}-01").parse().unwrap();
        let period = Period::month(first, &tokyo()).unwrap();
        self.inventory.due(&period, now()).unwrap()
    }
}

#[test]
fn days_are_those_of_the_calendar_and_end_at_midnight() {
    let store = Store::new();
    // It is noon of 21 November in Tokyo.
    store.holder("last-second", "01", at("2026-12-21T23:59:59"));
    store.holder("too-late", "02", at("2026-12-22T00:00:00"));
    store.holder("today", "03", at("2026-11-21T23:59:59"));
    assert_eq!(serials(&store.due_within(30)), ["03", "01"]);
    assert_eq!(serials(&store.due_within(31)), ["03", "01", "02"]);
    let due = store.due_within(30);
    assert_eq!((due[0].days, due[1].days), (0, 30));
    assert_eq!(serials(&store.due_within(0)), ["03"]);
}

#[test]
fn what_is_overdue_is_due_until_it_is_replaced() {
    let store = Store::new();
    store.holder("overdue", "01", days_from_now(-100));
    store.holder("just-now", "02", now() - 1.second());
    store.holder("this-second", "03", now());
    let due = store.due_within(0);
    assert_eq!(serials(&due), ["01", "02", "03"]);
    let expired: Vec<bool> = due.iter().map(|due| due.expired).collect();
    assert_eq!(expired, [true, true, false]);
    assert_eq!(due[0].days, -100);
    // A certificate is valid to the end of its last second.
    let expired = |milliseconds: i64| {
        let now = now() + milliseconds.milliseconds();
        let period = Period::days(0, now, &tokyo()).unwrap();
        store.inventory.due(&period, now).unwrap()[2].expired
    };
    assert_eq!([500, 999, 1000].map(expired), [false, false, true]);
}

#[test]
fn a_month_is_all_of_it_and_nothing_else() {
    let store = Store::new();
    store.holder("before", "01", at("2026-11-30T23:59:59"));
    store.holder("first", "02", at("2026-12-01T00:00:00"));
    store.holder("last", "03", at("2026-12-31T23:59:59"));
    store.holder("after", "04", at("2027-01-01T00:00:00"));
    assert_eq!(serials(&store.due_in("2026-12")), ["02", "03"]);
    assert_eq!(serials(&store.due_in("2026-11")), ["01"]);
    assert_eq!(serials(&store.due_in("2028-02")), Vec::<&str>::new());
}

#[test]
fn what_a_later_certificate_has_taken_the_place_of_is_not_due() {
    let store = Store::new();
    let (soon, later) = (days_from_now(9), days_from_now(370));
    // Renewed on the same token.
    let renewed = [
        certificate("taro", 1, "01", soon),
        certificate("taro", 1, "02", later),
    ];
    // Moved to another token, by a reissue: the subject has another count.
    let old = [certificate("hanako", 1, "03", soon)];
    let new = [certificate("hanako", 2, "04", later)];
    // Somebody else's later certificate is no successor.
    let alone = [certificate("jiro", 1, "05", soon)];
    let tokens = [
        token("taro", "t1", &renewed),
        token("hanako-old", "t2", &old),
        token("hanako-new", "t3", &new),
        token("jiro", "t4", &alone),
    ];
    store.import(&report("pc", days_from_now(-1), &tokens));
    assert_eq!(serials(&store.due_within(30)), ["05"]);
    // Unless the later one is lost with its token.
    let lost = "t3".parse().unwrap();
    store
        .inventory
        .mark(&lost, Mark::Lost, None, now())
        .unwrap();
    assert_eq!(serials(&store.due_within(30)), ["03", "05"]);
}

#[test]
fn authorities_and_tokens_that_are_lost_or_retired_are_never_due() {
    let store = Store::new();
    let mut authority = certificate("Example CA", 1, "0c", days_from_now(3));
    authority["ca"] = true.into();
    store.import(&report("pc", now(), &[token("root", "t0", &[authority])]));
    for (holder, serial) in [("lost", "01"), ("retired", "02"), ("found-again", "03")] {
        store.holder(holder, serial, days_from_now(3));
    }
    for (serial, mark) in [
        ("01", Mark::Lost),
        ("02", Mark::Retired),
        ("03", Mark::Lost),
        ("03", Mark::InUse),
    ] {
        let token = serial.parse().unwrap();
        store.inventory.mark(&token, mark, None, now()).unwrap();
    }
    assert_eq!(serials(&store.due_within(30)), ["03"]);
}

#[test]
fn of_a_lost_token_what_has_not_expired_is_to_be_revoked() {
    let store = Store::new();
    let mut authority = certificate("Example CA", 1, "0c", days_from_now(900));
    authority["ca"] = true.into();
    let certificates = [
        authority,
        certificate("taro", 1, "01", now() - 1.second()),
        certificate("taro", 1, "02", now()),
        certificate("taro", 2, "03", days_from_now(300)),
    ];
    store.import(&report(
        "pc",
        days_from_now(-1),
        &[token("desk", "t1", &certificates)],
    ));
    let desk = "t1".parse().unwrap();
    let held = store
        .inventory
        .mark(&desk, Mark::Lost, Some("stolen"), now())
        .unwrap();
    for (milliseconds, serials) in [
        (0, &["02", "03"][..]),
        (500, &["02", "03"]),
        (1000, &["03"]),
    ] {
        let revoke: Vec<&str> = held
            .to_revoke(now() + milliseconds.milliseconds())
            .map(|one| one.serial_number.as_str())
            .collect();
        assert_eq!(revoke, serials);
    }
    assert_eq!(
        (held.marked, held.reason.as_deref()),
        (Some(now()), Some("stolen"))
    );
}
