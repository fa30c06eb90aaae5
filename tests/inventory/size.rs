//! Ten thousand tokens.

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tokencert::inventory::{Gathered, Period};

use super::{Store, certificate, days_from_now, now, report, token};

/// What is due of ten thousand tokens is told in less than this.
const LIMIT: Duration = Duration::from_secs(1);

/// Reports of two hundred computers with fifty tokens each, and two certificates on each token.
fn reports(day: i64) -> Vec<Gathered> {
    let computer = |pc: u32| {
        let tokens: Vec<_> = (0..50)
            .map(|nth| {
                let number = pc * 50 + nth;
                let holder = format!("holder-{number:05}");
                let until = days_from_now(i64::from(number % 730) + 1);
                let certificates = [
                    certificate(&holder, 1, &format!("a{number:07x}"), days_from_now(-5)),
                    certificate(&holder, 1, &format!("b{number:07x}"), until),
                ];
                token(&holder, &format!("{number:08x}"), &certificates)
            })
            .collect();
        let report = report(&format!("pc-{pc:03}"), days_from_now(day), &tokens);
        Gathered::read("report.json", report.to_string().as_bytes()).unwrap()
    };
    (0..200).map(computer).collect()
}

#[test]
fn of_ten_thousand_tokens_what_is_due_is_told_in_less_than_a_second() {
    let store = Store::new();
    let began = Instant::now();
    store.inventory.import(&reports(-2), now()).unwrap();
    let first = began.elapsed();
    // A second run sees the same again: every state has its history.
    let imported = store.inventory.import(&reports(-1), now()).unwrap();
    assert!(imported.iter().all(|one| !one.already && one.tokens == 50));
    let period = Period::days(30, now(), &TimeZone::UTC).unwrap();
    let asked = Instant::now();
    let due = store.inventory.due(&period, now()).unwrap();
    let took = asked.elapsed();
    // Of each 730 tokens, those that end 1 to 30 days from now; what was renewed is not due.
    let expected = (0..10_000_u32).filter(|number| number % 730 < 30).count();
    assert_eq!(due.len(), expected);
    assert!(
        due.windows(2)
            .all(|pair| pair[0].certificate.not_after <= pair[1].certificate.not_after)
    );
    assert!(
        took < LIMIT,
        "{took:?}, after {first:?} for the first import"
    );
    let listed = Instant::now();
    assert_eq!(store.inventory.tokens(None, now()).unwrap().len(), 10_000);
    assert_eq!(store.inventory.diff(None).unwrap(), []);
    assert!(listed.elapsed() < 5 * LIMIT, "{:?}", listed.elapsed());
    assert!(first < 60 * LIMIT, "{first:?}");
    println!(
        "import {first:?}, due {took:?}, list and diff {:?}",
        listed.elapsed()
    );
}
