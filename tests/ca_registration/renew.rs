//! Renewal (R5): the window, the names, one successor, and how long the old one lasts.

use tokencert::ca::{Actor, Denial, HolderState};
use tokencert::registry::{RevocationReason, Suspension};
use tokencert::request::RequestTemplate;
use tokencert::{Error, SignatureScheme};

use crate::bank::{Bank, SoftwareKey, at, random, reason, request};

const NOW: &str = "2026-04-01T03:00:00Z";

/// It expires on 1 April 2027 at 12:00 in Tokyo; the 30th day before it is 2 March.
const OPENS: &str = "2027-03-01T15:00:00Z";

#[test]
fn renewal_is_open_from_midnight_of_the_thirtieth_day_to_the_last_second() {
    let bank = Bank::new();
    let [(a, first), (b, second), (_, third)] = [("a", 2), ("b", 3), ("c", 4)]
        .map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    let early = bank.renew(&first, &SoftwareKey::new(12), "2027-03-01T14:59:59Z");
    let Err(Denial::Rule(error @ Error::RenewalEarly { .. })) = early else {
        panic!("it is too early: {early:?}");
    };
    assert!(error.to_string().contains("2027-03-02"), "{error}");
    assert_eq!(
        bank.view(&a, "2027-03-01T14:59:59Z").state,
        HolderState::Valid
    );
    assert_eq!(bank.view(&a, OPENS).state, HolderState::InRenewalWindow);

    let renewed = bank.renew(&first, &SoftwareKey::new(12), OPENS).unwrap();
    assert_eq!(renewed.subject(), first.subject());
    assert_eq!(renewed.not_after(), at("2028-03-01T15:00:00Z"));
    let view = bank.view(&a, OPENS);
    assert_eq!(
        (view.state, view.certificate),
        (HolderState::Valid, Some(renewed))
    );
    assert_eq!(view.permit.unwrap().issue_count, 1);

    assert!(
        bank.renew(&second, &SoftwareKey::new(13), "2027-04-01T03:00:00Z")
            .is_ok()
    );
    assert_eq!(
        bank.view(&b, "2027-04-01T03:00:01Z").state,
        HolderState::Valid
    );
    let late = bank.renew(&third, &SoftwareKey::new(14), "2027-04-01T03:00:01Z");
    assert_eq!(reason(late), "expired");
}

#[test]
fn a_lost_answer_is_repeated_for_the_key_of_the_successor_and_for_no_other() {
    let bank = Bank::new();
    let (_, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let new = bank.renew(&old, &SoftwareKey::new(12), OPENS).unwrap();
    for now in [OPENS, "2027-04-01T03:00:01Z"] {
        assert_eq!(bank.renew(&old, &SoftwareKey::new(12), now).unwrap(), new);
        assert_eq!(
            reason(bank.renew(&old, &SoftwareKey::new(13), now)),
            "superseded"
        );
    }
}

#[test]
fn a_certificate_has_one_successor_however_many_ask_at_once() {
    let bank = Bank::new();
    let (_, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let (bank, old) = (&bank, &old);
    let won: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = [11, 12, 13, 13]
            .map(|seed| scope.spawn(move || bank.renew(old, &SoftwareKey::new(seed), OPENS)))
            .into();
        runs.into_iter()
            .filter_map(|run| run.join().unwrap().ok())
            .collect()
    });
    assert!(!won.is_empty());
    assert!(won.iter().all(|one| *one == won[0]), "{won:?}");
}

#[test]
fn the_same_key_may_be_kept_unless_the_policy_says_no() {
    let key = SoftwareKey::new(2);
    let bank = Bank::new();
    let (_, old) = bank.issued("taro", &key, NOW);
    assert_ne!(bank.renew(&old, &key, OPENS).unwrap(), old);
    let strict = Bank::with(|settings| settings.policy.same_key = false);
    let (_, old) = strict.issued("taro", &key, NOW);
    assert_eq!(reason(strict.renew(&old, &key, OPENS)), "key-refused");
    assert!(strict.renew(&old, &SoftwareKey::new(3), OPENS).is_ok());
}

#[test]
fn subject_and_alternative_names_must_be_those_of_the_certificate() {
    let bank = Bank::new();
    let (_, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let key = SoftwareKey::new(12);
    let subject = old.subject().to_string();
    let other = request(&subject.replace("001", "002"), &key);
    assert_eq!(
        reason(bank.renew_with(&old, &other, OPENS)),
        "request-refused"
    );
    let mut template = RequestTemplate::new(subject.clone());
    template.alternative_names = vec!["email:taro@example.jp".parse().unwrap()];
    let named = template.sign(&key, SignatureScheme::EcdsaSha256).unwrap();
    assert_eq!(
        reason(bank.renew_with(&old, &named, OPENS)),
        "request-refused"
    );
    // Case and blanks make no difference (RFC 5280 section 7.1).
    let folded = request(
        &subject
            .replace("TARO", "taro")
            .replace("Example", "EXAMPLE"),
        &key,
    );
    let new = bank.renew_with(&old, &folded, OPENS).unwrap();
    assert_eq!(new.subject(), old.subject());
}

#[test]
fn revoked_suspended_and_foreign_certificates_renew_nothing() {
    let bank = Bank::new();
    let by = Actor::Operator;
    let [(revoked, one), (suspended, two)] =
        [("a", 2), ("b", 3)].map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    let (now, why) = (at(OPENS), RevocationReason::Stopped);
    bank.authority.revoke(&revoked.id, why, &by, now).unwrap();
    bank.authority
        .suspend(&suspended.id, Suspension::Lost, &by, now)
        .unwrap();
    let key = SoftwareKey::new(12);
    assert_eq!(reason(bank.renew(&one, &key, OPENS)), "revoked");
    assert_eq!(reason(bank.renew(&two, &key, OPENS)), "suspended");
    let elsewhere = Bank::new();
    let (_, foreign) = elsewhere.issued("a", &SoftwareKey::new(4), NOW);
    assert_eq!(reason(bank.renew(&foreign, &key, OPENS)), "unknown");
}

#[test]
fn grace_lets_an_expired_certificate_renew_for_so_many_days() {
    let bank = Bank::with(|settings| settings.policy.grace_days = 90);
    let [(_, one), (_, two)] =
        [("a", 2), ("b", 3)].map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    assert!(
        bank.renew(&one, &SoftwareKey::new(12), "2027-06-30T03:00:00Z")
            .is_ok()
    );
    let late = bank.renew(&two, &SoftwareKey::new(13), "2027-06-30T03:00:01Z");
    assert_eq!(reason(late), "expired");
}

#[test]
fn grace_renews_nothing_that_a_later_acquisition_has_replaced() {
    let bank = Bank::with(|settings| settings.policy.grace_days = 90);
    let (taro, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let expired = "2027-04-02T03:00:00Z";
    let new = bank.acquire(&taro, &SoftwareKey::new(3), expired).unwrap();
    let answer = bank.renew(&old, &SoftwareKey::new(4), expired);
    assert_eq!(reason(answer), "superseded");
    assert_eq!(bank.view(&taro, expired).certificate, Some(new));
}

#[test]
fn the_old_one_logs_in_until_the_new_one_has() {
    let bank = Bank::new();
    let (taro, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    assert!(bank.log_in(&old, taro.pin(), OPENS).unwrap().renewal_due);
    let new = bank.renew(&old, &SoftwareKey::new(12), OPENS).unwrap();
    let welcome = bank.log_in(&old, taro.pin(), OPENS).unwrap();
    assert_eq!((welcome.renewal_due, welcome.days_left), (false, 30));
    assert!(bank.log_in(&new, taro.pin(), OPENS).is_ok());
    assert_eq!(reason(bank.log_in(&old, taro.pin(), OPENS)), "superseded");
    assert!(bank.log_in(&new, taro.pin(), OPENS).is_ok());

    let lenient = Bank::with(|settings| settings.policy.overlap_ends_at_login = false);
    let (taro, old) = lenient.issued("taro", &SoftwareKey::new(2), NOW);
    let new = lenient.renew(&old, &SoftwareKey::new(12), OPENS).unwrap();
    assert!(lenient.log_in(&new, taro.pin(), OPENS).is_ok());
    assert!(
        lenient
            .log_in(&old, taro.pin(), "2027-04-01T03:00:00Z")
            .is_ok()
    );
}

#[test]
fn where_only_the_renewed_one_was_revoked_every_answer_to_the_old_one_leads_to_a_reissue() {
    let bank = Bank::new();
    let (by, why) = (Actor::Operator, RevocationReason::Lost);
    let [(a, one), (b, two)] =
        [("a", 2), ("b", 3)].map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    let [next_one, next_two] = [(&one, 12), (&two, 13)]
        .map(|(old, seed)| bank.renew(old, &SoftwareKey::new(seed), OPENS).unwrap());
    assert!(bank.log_in(&next_two, b.pin(), OPENS).is_ok());
    for next in [next_one, next_two] {
        let serial = next.serial_number();
        bank.authority
            .revoke_certificate(&serial, why, &by, at(OPENS))
            .unwrap();
    }

    let welcome = bank.log_in(&one, a.pin(), OPENS).unwrap();
    assert_eq!((welcome.renewal_due, welcome.reissue_due), (false, true));
    for seed in [12, 14] {
        let answer = bank.renew(&one, &SoftwareKey::new(seed), OPENS);
        assert_eq!(reason(answer), "revoked");
    }
    let answer = bank.acquire(&a, &SoftwareKey::new(15), OPENS);
    assert_eq!(reason(answer), "permit-revoked");
    // The new one had logged in, and so the old one does no more.
    assert_eq!(reason(bank.log_in(&two, b.pin(), OPENS)), "revoked");

    bank.authority
        .reissue(&a.id, why, &by, at(OPENS), &mut random)
        .unwrap();
    assert!(bank.acquire(&a, &SoftwareKey::new(15), OPENS).is_ok());
}

#[test]
fn a_reissue_ends_the_old_one_and_the_renewed_one_together() {
    let bank = Bank::new();
    let (taro, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let new = bank.renew(&old, &SoftwareKey::new(12), OPENS).unwrap();
    let (now, by) = (at(OPENS), Actor::Operator);
    let view = bank
        .authority
        .reissue(&taro.id, RevocationReason::Reissued, &by, now, &mut random)
        .unwrap();
    assert!(matches!(view.state, HolderState::Waiting(_)));
    for certificate in [&old, &new] {
        assert_eq!(
            reason(bank.log_in(certificate, taro.pin(), OPENS)),
            "revoked"
        );
    }
    assert_eq!(
        reason(bank.renew(&old, &SoftwareKey::new(12), OPENS)),
        "revoked"
    );
}
