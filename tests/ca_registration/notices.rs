//! Notices (R7): when they are due, and each sent once.

use tokencert::ca::{Actor, Notice};
use tokencert::registry::Suspension;

use crate::bank::{Bank, SoftwareKey, at};

const NOW: &str = "2026-04-01T03:00:00Z";

/// Expiry is on 1 April 2027 in Tokyo: 2 March is 30 days before, 22 March 10 days.
const THIRTY: &str = "2027-03-01T15:00:00Z";
const TEN: &str = "2027-03-21T15:00:00Z";

fn due(bank: &Bank, now: &str) -> Vec<(u16, i32)> {
    let due = bank.authority.notices_due(at(now)).unwrap();
    due.iter()
        .map(|notice| (notice.days, notice.days_left))
        .collect()
}

fn only(bank: &Bank, now: &str) -> Notice {
    let due = bank.authority.notices_due(at(now)).unwrap();
    let [notice] = due.try_into().unwrap();
    notice
}

#[test]
fn notices_are_due_from_midnight_of_the_thirtieth_and_of_the_tenth_day() {
    let bank = Bank::new();
    bank.issued("taro", &SoftwareKey::new(2), NOW);
    assert_eq!(due(&bank, "2027-03-01T14:59:59Z"), []);
    assert_eq!(due(&bank, THIRTY), [(30, 30)]);
    assert_eq!(due(&bank, "2027-03-21T14:59:59Z"), [(30, 11)]);
    // Who was never reminded at 30 days is reminded once, at 10.
    assert_eq!(due(&bank, TEN), [(10, 10)]);
    assert_eq!(due(&bank, "2027-04-01T03:00:00Z"), [(10, 0)]);
    assert_eq!(due(&bank, "2027-04-01T03:00:01Z"), []);
}

#[test]
fn each_is_sent_once() {
    let bank = Bank::new();
    bank.issued("taro", &SoftwareKey::new(2), NOW);
    let notice = only(&bank, THIRTY);
    assert_eq!(notice.holder.email.as_deref(), Some("riyousya@example.jp"));
    let again = bank.reopened();
    assert!(bank.authority.begin_notice(&notice, at(THIRTY)).unwrap());
    assert!(!again.begin_notice(&notice, at(THIRTY)).unwrap());
    bank.authority.notice_sent(&notice, at(THIRTY)).unwrap();
    assert_eq!(due(&bank, "2027-03-10T00:00:00Z"), []);
    let next = only(&bank, TEN);
    assert_eq!(next.days, 10);
    assert_ne!(next.message_id, notice.message_id);
}

#[test]
fn one_that_was_cut_short_is_reported_and_not_sent_again_by_itself() {
    let bank = Bank::new();
    bank.issued("taro", &SoftwareKey::new(2), NOW);
    let notice = only(&bank, THIRTY);
    assert!(bank.authority.begin_notice(&notice, at(THIRTY)).unwrap());
    // Here the program died.
    let authority = bank.reopened();
    assert_eq!(due(&bank, THIRTY), []);
    let uncertain = authority.notices_uncertain(at(THIRTY)).unwrap();
    assert_eq!(uncertain.len(), 1);
    assert_eq!(uncertain[0].begun, Some(at(THIRTY)));
    assert_eq!(uncertain[0].message_id, notice.message_id);
    assert!(!authority.begin_notice(&uncertain[0], at(THIRTY)).unwrap());
    // Somebody has looked, and wants it sent again.
    authority.notice_failed(&uncertain[0], at(THIRTY)).unwrap();
    let again = only(&bank, THIRTY);
    assert_eq!(again.message_id, notice.message_id);
    assert!(authority.begin_notice(&again, at(THIRTY)).unwrap());
}

#[test]
fn nobody_is_reminded_who_has_renewed_or_cannot_act() {
    let bank = Bank::new();
    let (_, renewed) = bank.issued("renewed", &SoftwareKey::new(2), NOW);
    let (suspended, _) = bank.issued("suspended", &SoftwareKey::new(3), NOW);
    let (revoked, _) = bank.issued("revoked", &SoftwareKey::new(4), NOW);
    assert_eq!(due(&bank, THIRTY).len(), 3);
    bank.renew(&renewed, &SoftwareKey::new(12), THIRTY).unwrap();
    let by = Actor::Operator;
    bank.authority
        .suspend(&suspended.id, Suspension::Lost, &by, at(THIRTY))
        .unwrap();
    let why = tokencert::registry::RevocationReason::Stopped;
    bank.authority
        .revoke(&revoked.id, why, &by, at(THIRTY))
        .unwrap();
    assert_eq!(due(&bank, THIRTY), []);
}
