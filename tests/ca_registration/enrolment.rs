//! Enrolment codes: once, in time, for one key, and for nobody else.

use secrecy::ExposeSecret;
use tokencert::ca::{Actor, GivenCode, HolderId, RegistrationAuthority, backup, restore};
use tokencert::registry::{RevocationReason, Suspension};
use tokencert::{Error, Result};

use crate::bank::{Bank, Customer, SoftwareKey, at, random, reason};

const NOW: &str = "2026-04-01T03:00:00Z";

fn give(bank: &Bank, holders: &[&HolderId], now: &str) -> Result<Vec<Result<GivenCode>>> {
    let holders: Vec<HolderId> = holders.iter().map(|id| (*id).clone()).collect();
    let actor = Actor::Operator;
    bank.authority
        .give_codes(&holders, None, &actor, at(now), &mut random)
}

/// A code for one holder, as it is sent.
fn code(bank: &Bank, customer: &Customer, now: &str) -> String {
    let given = give(bank, &[&customer.id], now).unwrap().remove(0).unwrap();
    given.code.expose().expose_secret().to_owned()
}

/// Why a holder gets no code.
fn refused(bank: &Bank, customer: &Customer, now: &str) -> &'static str {
    let given = give(bank, &[&customer.id], now).unwrap().remove(0);
    given.unwrap_err().code()
}

fn tries(bank: &Bank, customer: &Customer) -> u32 {
    let record = bank.authority.registry();
    let record = record.read(|records| records.holder(&customer.id));
    record.unwrap().unwrap().tries
}

#[test]
fn a_code_gets_the_certificate_of_its_permit_once_and_again_for_the_same_key_only() {
    let bank = Bank::new();
    let (taro, jiro) = (
        bank.customer(Some("taro"), NOW),
        bank.customer(Some("jiro"), NOW),
    );
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let sent = code(&bank, &taro, NOW);
    let first = bank.acquire_with(&name, &sent, &key, NOW).unwrap();
    // The answer was lost: the same again, also long after the code's own time.
    let later = "2026-09-01T03:00:00Z";
    assert_eq!(bank.acquire_with(&name, &sent, &key, later).unwrap(), first);
    assert_eq!(
        bank.acquire_with(&name, &sent.to_lowercase(), &key, NOW)
            .unwrap(),
        first
    );
    let other = bank.acquire_with(&name, &sent, &SoftwareKey::new(3), NOW);
    assert_eq!(reason(other), "unauthenticated");
    let of_jiro = bank.acquire_with(&jiro.id.to_string(), &sent, &key, NOW);
    assert_eq!(reason(of_jiro), "unauthenticated");
    // The PINs are what they were, and get the same.
    assert_eq!(bank.acquire(&taro, &key, NOW).unwrap(), first);
}

#[test]
fn a_code_is_good_to_the_second_and_never_longer_than_its_permit() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let sent = code(&bank, &taro, NOW);
    let late = bank.acquire_with(&name, &sent, &key, "2026-04-15T03:00:00Z");
    assert_eq!(reason(late), "unauthenticated");
    assert!(
        bank.acquire_with(&name, &sent, &key, "2026-04-15T02:59:59Z")
            .is_ok()
    );

    // Given out shortly before the 80 days are over.
    let jiro = bank.customer(Some("jiro"), NOW);
    let given = give(&bank, &[&jiro.id], "2026-06-15T03:00:00Z").unwrap();
    let closes = bank.view(&jiro, NOW).permit.unwrap().closes;
    assert_eq!(given[0].as_ref().unwrap().expires, closes);
    assert_eq!(
        refused(&bank, &jiro, "2026-07-01T03:00:00Z"),
        "permit-closed"
    );
}

#[test]
fn a_new_code_ends_the_one_before_it() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let [one, two] = [0, 1].map(|_| code(&bank, &taro, NOW));
    assert_eq!(
        reason(bank.acquire_with(&name, &one, &key, NOW)),
        "unauthenticated"
    );
    assert!(bank.acquire_with(&name, &two, &key, NOW).is_ok());
}

#[test]
fn wrong_codes_count_as_wrong_pins_and_a_right_one_gives_no_tries_of_the_pin_back() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let (gone, sent) = (code(&bank, &taro, NOW), code(&bank, &taro, NOW));
    for _ in 0..3 {
        assert_eq!(
            reason(bank.acquire_with(&name, "00:00", &key, NOW)),
            "unauthenticated"
        );
        assert!(bank.acquire_with(&name, &sent, &key, NOW).is_ok());
    }
    assert_eq!(tries(&bank, &taro), 3);
    for _ in 0..2 {
        assert_eq!(
            reason(bank.acquire_with(&name, &gone, &key, NOW)),
            "unauthenticated"
        );
    }
    assert!(bank.view(&taro, NOW).locked);
    assert_eq!(reason(bank.acquire_with(&name, &sent, &key, NOW)), "locked");
    let by = Actor::Operator;
    bank.authority.unlock(&taro.id, &by, at(NOW)).unwrap();
    assert!(bank.acquire_with(&name, &sent, &key, NOW).is_ok());
}

#[test]
fn suspension_and_revocation_hold_for_codes_too() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key, by) = (taro.id.to_string(), SoftwareKey::new(2), Actor::Operator);
    let sent = code(&bank, &taro, NOW);
    let suspended = bank
        .authority
        .suspend(&taro.id, Suspension::Lost, &by, at(NOW));
    suspended.unwrap();
    assert_eq!(
        reason(bank.acquire_with(&name, &sent, &key, NOW)),
        "holder-suspended"
    );
    assert_eq!(refused(&bank, &taro, NOW), "holder-suspended");
    bank.authority.resume(&taro.id, &by, at(NOW)).unwrap();
    assert!(
        bank.acquire_with(&name, &sent, &key, NOW).is_ok(),
        "it was not used up"
    );
    assert_eq!(refused(&bank, &taro, NOW), "permit-absent");

    // A reissue: another permit, of which the old code is none.
    let why = RevocationReason::Reissued;
    let reissued = bank
        .authority
        .reissue(&taro.id, why, &by, at(NOW), &mut random);
    reissued.unwrap();
    let again = bank.acquire_with(&name, &sent, &key, NOW);
    assert_eq!(reason(again), "unauthenticated");
    let revoked = bank
        .authority
        .revoke(&taro.id, RevocationReason::Stopped, &by, at(NOW));
    revoked.unwrap();
    assert_eq!(refused(&bank, &taro, NOW), "permit-revoked");
}

#[test]
fn after_expiry_the_old_code_gets_nothing_and_a_new_one_opens_the_next_permit() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let old = code(&bank, &taro, NOW);
    let first = bank.acquire_with(&name, &old, &key, NOW).unwrap();
    let expired = "2027-04-02T03:00:00Z";
    let replayed = bank.acquire_with(&name, &old, &key, expired);
    assert_eq!(reason(replayed), "unauthenticated");
    let next = bank.acquire_with(&name, &code(&bank, &taro, expired), &key, expired);
    let next = next.unwrap();
    assert_ne!(next, first);
    assert_eq!(next.subject(), first.subject(), "the issue count stays");
}

#[test]
fn one_holder_who_is_not_registered_and_nobody_gets_a_code() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let stranger: HolderId = "00009876543/hanako".parse().unwrap();
    let error = give(&bank, &[&taro.id, &stranger], NOW).unwrap_err();
    assert!(matches!(error, Error::RegistryAbsent { .. }), "{error}");
    let events = bank
        .authority
        .events(Some(&taro.id.to_string()), 9)
        .unwrap();
    assert!(events.iter().all(|event| event.action != "permit.code"));

    let administrator = Actor::Administrator("00001111111".to_owned());
    let foreign = bank.authority.give_codes(
        std::slice::from_ref(&taro.id),
        None,
        &administrator,
        at(NOW),
        &mut random,
    );
    assert_eq!(foreign.unwrap_err().code(), "rule-broken");
}

#[test]
fn no_code_is_in_the_registry_or_its_log_and_the_log_says_who_used_one() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let sent = code(&bank, &taro, NOW);
    bank.acquire_with(&name, &sent, &key, NOW).unwrap();
    let events = bank.authority.events(Some(&name), 9).unwrap();
    let line = |action: &str| events.iter().find(|event| event.action == action).unwrap();
    assert_eq!(line("permit.code").actor, "operator");
    assert!(
        line("certificate.acquire")
            .detail
            .contains("enrolment-code")
    );
    for entry in std::fs::read_dir(bank.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        let holds = |part: &str| bytes.windows(part.len()).any(|one| one == part.as_bytes());
        assert!(
            !holds(&sent) && !holds(&sent.replace('-', "")),
            "{}",
            path.display()
        );
    }
}

#[test]
fn of_several_keys_that_come_with_one_code_at_once_one_wins() {
    let bank = &Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let (name, sent) = (&taro.id.to_string(), &code(bank, &taro, NOW));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let ask =
            |seed| scope.spawn(move || bank.acquire_with(name, sent, &SoftwareKey::new(seed), NOW));
        let runs: Vec<_> = [2, 3, 4, 5].map(ask).into_iter().collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[test]
fn a_restored_backup_knows_no_code_that_may_have_been_used_since() {
    let bank = Bank::new();
    let taro = bank.customer(Some("taro"), NOW);
    let sent = code(&bank, &taro, NOW);
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar");
    let folder = bank.folder.path();
    backup(&bank.authority, folder, &file, None, &mut random).unwrap();
    let new = place.path().join("restored");
    restore(&file, &new, None, None, at(NOW)).unwrap();
    std::fs::copy(folder.join("secrets.key"), new.join("secrets.key")).unwrap();
    let restored = Bank {
        authority: RegistrationAuthority::open(&new, None, &mut random).unwrap(),
        ..bank
    };
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    assert_eq!(
        reason(restored.acquire_with(&name, &sent, &key, NOW)),
        "unauthenticated"
    );
    assert!(restored.acquire(&taro, &key, NOW).is_ok());
}
