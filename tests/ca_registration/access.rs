//! Login (R12): which certificate is refused, and why.

use tokencert::ca::{Actor, Denial};
use tokencert::registry::{RevocationReason, Suspension};

use crate::bank::{Bank, SoftwareKey, at, reason};

const NOW: &str = "2026-04-01T03:00:00Z";

#[test]
fn the_certificate_opens_its_holders_door_with_the_pin_and_no_other() {
    let bank = Bank::new();
    let administrator = bank.customer(None, NOW);
    let certificate = bank
        .acquire(&administrator, &SoftwareKey::new(2), NOW)
        .unwrap();
    let (taro, users) = bank.issued("taro", &SoftwareKey::new(3), NOW);
    let enter = |certificate, door, pin: &str| {
        bank.authority
            .log_in(certificate, Some(door), pin, "", at(NOW))
    };
    let welcome = enter(&users, &taro.id, taro.pin()).unwrap();
    assert_eq!(welcome.holder.id, taro.id);
    assert_eq!((welcome.days_left, welcome.renewal_due), (365, false));
    assert!(welcome.holder.first_pins);
    assert!(enter(&certificate, &administrator.id, administrator.pin()).is_ok());
    assert_eq!(
        reason(enter(&users, &administrator.id, taro.pin())),
        "wrong-holder"
    );
    assert_eq!(
        reason(enter(&certificate, &taro.id, administrator.pin())),
        "wrong-holder"
    );
    assert_eq!(
        reason(enter(&users, &taro.id, administrator.pin())),
        "unauthenticated"
    );
    assert_eq!(
        bank.authority
            .access(&users, Some(&taro.id), at(NOW))
            .unwrap()
            .id,
        taro.id
    );
}

#[test]
fn expired_revoked_suspended_and_unknown_are_told_apart_before_any_pin() {
    let bank = Bank::new();
    let by = Actor::Operator;
    let [
        (_, expired),
        (revoked_id, revoked),
        (suspended_id, suspended),
    ] = [("a", 2), ("b", 3), ("c", 4)]
        .map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    bank.authority
        .revoke(&revoked_id.id, RevocationReason::Lost, &by, at(NOW))
        .unwrap();
    bank.authority
        .suspend(&suspended_id.id, Suspension::Stopped, &by, at(NOW))
        .unwrap();
    let (_, foreign) = Bank::new().issued("a", &SoftwareKey::new(5), NOW);
    for (certificate, why, now) in [
        (&expired, "expired", "2027-04-01T03:00:01Z"),
        (&revoked, "revoked", NOW),
        (&suspended, "suspended", NOW),
        (&foreign, "unknown", NOW),
    ] {
        assert_eq!(reason(bank.log_in(certificate, "00", now)), why);
    }
    assert_eq!(
        reason(bank.log_in(&expired, "00", "2027-04-01T03:00:00Z")),
        "unauthenticated"
    );
}

#[test]
fn five_wrong_pins_at_the_door_lock_acquisition_and_login_alike() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, certificate) = bank.issued("taro", &key, NOW);
    for _ in 0..5 {
        assert_eq!(
            reason(bank.log_in(&certificate, "00", NOW)),
            "unauthenticated"
        );
    }
    assert_eq!(reason(bank.log_in(&certificate, taro.pin(), NOW)), "locked");
    assert_eq!(reason(bank.acquire(&taro, &key, NOW)), "locked");
}

#[test]
fn the_log_names_who_did_what_and_no_secret() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    bank.log_in(&certificate, taro.pin(), NOW).unwrap();
    assert!(matches!(
        bank.log_in(&certificate, "secret-guess", NOW),
        Err(Denial::Unauthenticated)
    ));
    let events = bank.authority.events(None, 100).unwrap();
    let actions: Vec<_> = events
        .iter()
        .rev()
        .map(|event| event.action.as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "contract.add",
            "holder.add",
            "permit.open",
            "certificate.acquire",
            "login",
            "login.refused"
        ]
    );
    // Who gave a wrong PIN has not proved to be the holder.
    let actors: Vec<_> = events.iter().map(|event| event.actor.as_str()).collect();
    assert_eq!(
        actors[..2],
        ["address:192.0.2.1", "holder:00009876543/taro"]
    );
    let text = format!("{events:?}");
    for secret in [
        taro.pin(),
        taro.confirmation_pin(),
        "secret-guess",
        "argon2",
    ] {
        assert!(!text.contains(secret));
    }
    assert!(text.contains("192.0.2.1") && text.contains(&certificate.serial_number()));
    assert!(
        actions
            .iter()
            .all(|action| tokencert::ca::event::ALL.contains(action))
    );
    assert!(!format!("{:?}", bank.authority).contains(taro.pin()));
}
