//! Wrong PINs lock (R9), whatever comes at the same time.

use tokencert::ca::Actor;
use tokencert::registry::SecondFactor;

use crate::bank::{Bank, SoftwareKey, at, random, reason};

const NOW: &str = "2026-04-01T03:00:00Z";

#[test]
fn five_wrong_pins_lock_and_only_who_has_the_right_one_is_told() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let (name, key) = (customer.id.to_string(), SoftwareKey::new(2));
    for _ in 0..5 {
        assert_eq!(
            reason(bank.acquire_with(&name, "00:00", &key, NOW)),
            "unauthenticated"
        );
    }
    assert!(bank.view(&customer, NOW).locked);
    assert_eq!(reason(bank.acquire(&customer, &key, NOW)), "locked");
    assert_eq!(
        reason(bank.acquire_with(&name, "00:00", &key, NOW)),
        "unauthenticated"
    );
    // It stays so when the server is started again.
    let again = bank.reopened();
    assert!(again.holder(&customer.id, at(NOW)).unwrap().locked);

    let unlocked = bank
        .authority
        .unlock(&customer.id, &Actor::Operator, at(NOW))
        .unwrap();
    assert!(!unlocked.locked);
    assert!(bank.acquire(&customer, &key, NOW).is_ok());
}

#[test]
fn a_right_pin_gives_the_wrong_tries_before_it_back() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let (name, key) = (customer.id.to_string(), SoftwareKey::new(2));
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(
                reason(bank.acquire_with(&name, "00:00", &key, NOW)),
                "unauthenticated"
            );
        }
        assert!(bank.acquire(&customer, &key, NOW).is_ok());
    }
    assert!(!bank.view(&customer, NOW).locked);
}

#[test]
fn wrong_codes_count_as_wrong_tries() {
    let bank = Bank::new();
    let factor = Some(SecondFactor::OneTimeCode);
    let customer = bank.customer_with(Some("taro"), factor, NOW);
    let (name, key) = (customer.id.to_string(), SoftwareKey::new(2));
    let wrong = format!(
        "{}:{}",
        customer.pin(),
        customer.code("2026-03-01T00:00:00Z")
    );
    for _ in 0..5 {
        assert_eq!(
            reason(bank.acquire_with(&name, &wrong, &key, NOW)),
            "unauthenticated"
        );
    }
    let right = customer.password_with_code(NOW);
    assert_eq!(
        reason(bank.acquire_with(&name, &right, &key, NOW)),
        "locked"
    );
}

#[test]
fn a_locked_holder_tells_nobody_the_pin_who_goes_on_guessing() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let (name, key) = (customer.id.to_string(), SoftwareKey::new(2));
    for _ in 0..20 {
        assert_eq!(
            reason(bank.acquire_with(&name, "00:00", &key, NOW)),
            "unauthenticated"
        );
    }
    assert_eq!(
        reason(bank.acquire(&customer, &key, NOW)),
        "unauthenticated"
    );
    let secrets = bank
        .authority
        .reset_pins(&customer.id, &Actor::Operator, at(NOW), &mut random)
        .unwrap();
    let customer = crate::bank::Customer {
        secrets,
        ..customer
    };
    assert!(bank.acquire(&customer, &key, NOW).is_ok());
}

#[test]
fn of_a_hundred_guesses_at_once_no_more_than_five_can_succeed() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let key = SoftwareKey::new(2);
    let name = customer.id.to_string();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let answer = bank.acquire_with(&name, "00:00", &key, NOW);
                    assert_eq!(reason(answer), "unauthenticated");
                }
            });
        }
    });
    let record = bank
        .authority
        .registry()
        .read(|records| records.holder(&customer.id));
    let record = record.unwrap().unwrap();
    // Five counted, five more were evaluated to no avail, the rest was not looked at.
    assert_eq!((record.tries, record.locked), (10, true));
    assert_ne!(reason(bank.acquire(&customer, &key, NOW)), "permit-absent");
}

#[test]
fn right_pins_lock_nobody_however_many_come_at_once() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    // One too many at once is told to wait, or refused; never more than that.
                    let _ = bank.log_in(&certificate, taro.pin(), NOW);
                }
            });
        }
    });
    assert!(!bank.view(&taro, NOW).locked);
    assert!(bank.log_in(&certificate, taro.pin(), NOW).is_ok());
}

#[test]
fn who_is_unlocked_while_a_right_try_is_under_way_stays_unlocked() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let registry = bank.authority.registry();
    // Five tries that are under way, as they are recorded before they are evaluated.
    registry
        .transaction(|records| {
            let mut holder = records.holder(&taro.id)?.unwrap();
            holder.tries = 5;
            records.change_holder(&holder)
        })
        .unwrap();
    assert_eq!(reason(bank.log_in(&certificate, taro.pin(), NOW)), "locked");
    let holder = registry.read(|records| records.holder(&taro.id));
    let holder = holder.unwrap().unwrap();
    // Those five decide whether there is a lock.
    assert_eq!((holder.tries, holder.locked), (5, false));
}

#[test]
fn who_is_not_there_and_who_is_locked_out_cost_the_registry_as_much_as_any_other() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let (name, key) = (customer.id.to_string(), SoftwareKey::new(2));
    let written = || {
        let registry = bank.authority.registry();
        let count = registry.read(|records| records.value("tries-of-nobody"));
        count.unwrap().map_or(0, |count| count.parse().unwrap())
    };
    // Two writes each, as a try is recorded and settled for those who are there.
    for (name, expected) in [("00009876543/jiro", 2), ("no holder", 4)] {
        let answer = bank.acquire_with(name, "00:00", &key, NOW);
        assert_eq!((reason(answer), written()), ("unauthenticated", expected));
    }
    for number in 1..=11 {
        let answer = bank.acquire_with(&name, "00:00", &key, NOW);
        let expected = if number > 10 { 6 } else { 4 };
        assert_eq!((reason(answer), written()), ("unauthenticated", expected));
    }
}
