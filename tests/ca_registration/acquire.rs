//! Acquisition (R4, R6), permits (R3), and one-time codes.

use tokencert::ca::{Actor, Denial, HolderState};
use tokencert::registry::{RevocationReason, SecondFactor, Suspension};
use tokencert::request::RequestTemplate;
use tokencert::{Error, SignatureScheme};

use crate::bank::{Bank, Meanwhile, SoftwareKey, at, random, reason, request};

const NOW: &str = "2026-04-01T03:00:00Z";

#[test]
fn administrator_and_user_get_the_subjects_of_their_kind_and_nothing_of_the_request() {
    let bank = Bank::new();
    let administrator = bank.customer(None, NOW);
    let user = bank.customer(Some("riyousya"), NOW);
    let rest = "OU=IssuedCount = 001,OU=Example CA,O=Example CA,C=JP";

    let certificate = bank
        .acquire(&administrator, &SoftwareKey::new(2), NOW)
        .unwrap();
    assert_eq!(
        certificate.subject().to_string(),
        format!("CN=00009876543 1635,{rest}")
    );
    let mut template = RequestTemplate::new("CN=somebody else,O=Elsewhere,C=US");
    template.alternative_names = vec!["dns:evil.example".parse().unwrap()];
    let key = SoftwareKey::new(3);
    let asked = template.sign(&key, SignatureScheme::EcdsaSha256).unwrap();
    let name = user.id.to_string();
    let certificate = bank
        .authority
        .acquire(
            &name,
            &user.password(),
            &asked,
            &bank.key,
            "",
            at(NOW),
            &mut random,
        )
        .unwrap();
    assert_eq!(
        certificate.subject().to_string(),
        format!("CN=00009876543 riyousya 1635,{rest}")
    );
    assert_eq!(certificate.alternative_names(), [""; 0]);
    assert_eq!(certificate.usages(), ["digitalSignature", "clientAuth"]);
    assert_eq!(certificate.not_before(), at("2026-04-01T02:50:00Z"));
    assert_eq!(certificate.not_after(), at("2027-04-01T03:00:00Z"));
    assert!(certificate.is_issued_by(bank.authority.certificate()));
}

#[test]
fn a_permit_is_open_to_the_end_of_its_eightieth_day() {
    // Opened on 1 April in Tokyo; the 80th day after it is 20 June.
    let bank = Bank::new();
    let (last, over) = ("2026-06-20T14:59:59Z", "2026-06-20T15:00:00Z");
    let [early, late] = ["a", "b"].map(|user| bank.customer(Some(user), NOW));
    assert_eq!(
        bank.view(&early, last).state,
        HolderState::Waiting(at(over))
    );
    assert!(bank.acquire(&early, &SoftwareKey::new(2), last).is_ok());
    assert_eq!(
        reason(bank.acquire(&late, &SoftwareKey::new(3), over)),
        "permit-closed"
    );
    assert_eq!(bank.view(&late, over).state, HolderState::ReissueNeeded);
    let Err(Denial::Rule(error)) = bank.acquire(&late, &SoftwareKey::new(3), over) else {
        panic!("it is closed");
    };
    assert!(error.to_string().contains("2026-06-20"), "{error}");
    assert!(error.hint().unwrap().contains("reissue"));
}

#[test]
fn a_repeat_of_the_same_key_gets_the_same_certificate_and_another_key_nothing() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (customer, certificate) = bank.issued("taro", &key, NOW);
    // A request made again has another signature; months later it is the same permit still.
    for now in [NOW, "2026-12-01T00:00:00Z"] {
        assert_eq!(bank.acquire(&customer, &key, now).unwrap(), certificate);
    }
    assert_eq!(
        reason(bank.acquire(&customer, &SoftwareKey::new(3), NOW)),
        "permit-absent"
    );
}

#[test]
fn unknown_holder_wrong_pin_and_wrong_second_factor_are_one_answer() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let key = SoftwareKey::new(2);
    let (name, right) = (customer.id.to_string(), customer.password());
    let wrong_second = format!("{}:00", customer.pin());
    let wrong_pin = format!("00:{}", customer.confirmation_pin());
    for (name, password) in [
        ("00009876543/jiro", right.as_str()),
        ("00009876544/taro", &right),
        ("x' OR '1'='1", &right),
        ("\u{202e}\u{7}", &right),
        ("", ""),
        (&name, &wrong_second),
        (&name, &wrong_pin),
        (&name, customer.pin()),
    ] {
        let answer = bank.acquire_with(name, password, &key, NOW);
        assert_eq!(reason(answer), "unauthenticated", "{name}");
    }
    assert!(bank.acquire(&customer, &key, NOW).is_ok());
}

#[test]
fn a_suspended_holder_acquires_after_it_is_resumed() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let key = SoftwareKey::new(2);
    let by = Actor::Operator;
    let suspended = bank
        .authority
        .suspend(&customer.id, Suspension::Lost, &by, at(NOW))
        .unwrap();
    assert_eq!(suspended.state, HolderState::Suspended(Suspension::Lost));
    assert_eq!(
        reason(bank.acquire(&customer, &key, NOW)),
        "holder-suspended"
    );
    bank.authority.resume(&customer.id, &by, at(NOW)).unwrap();
    assert!(bank.acquire(&customer, &key, NOW).is_ok());
}

#[test]
fn a_key_of_somebody_else_or_of_the_authority_is_refused() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    bank.issued("taro", &key, NOW);
    let jiro = bank.customer(Some("jiro"), NOW);
    assert_eq!(reason(bank.acquire(&jiro, &key, NOW)), "key-refused");
    assert_eq!(
        reason(bank.acquire(&jiro, &SoftwareKey::new(1), NOW)),
        "request-refused"
    );
    assert!(bank.acquire(&jiro, &SoftwareKey::new(3), NOW).is_ok());
}

#[test]
fn a_request_whose_signature_is_anothers_is_refused_and_costs_no_try() {
    let bank = Bank::new();
    let customer = bank.customer(Some("taro"), NOW);
    let good = request("CN=x", &SoftwareKey::new(2));
    let mut der = good.as_der().to_vec();
    let last = der.len() - 1;
    der[last] ^= 1;
    let bad = tokencert::Csr::from_der(&der).unwrap();
    for _ in 0..7 {
        let name = customer.id.to_string();
        let answer = bank.authority.acquire(
            &name,
            &customer.password(),
            &bad,
            &bank.key,
            "",
            at(NOW),
            &mut random,
        );
        assert!(matches!(
            answer,
            Err(Denial::Request(Error::RequestRefused { .. }))
        ));
    }
    assert!(bank.acquire(&customer, &SoftwareKey::new(2), NOW).is_ok());
}

#[test]
fn an_expired_certificate_is_acquired_again_to_the_last_second_of_the_ninetieth_day() {
    // It expires on 1 April 2027, 12:00:00 in Tokyo; the 90th day after it is 30 June.
    let bank = Bank::new();
    let (key, other) = (SoftwareKey::new(2), SoftwareKey::new(3));
    let (taro, old) = bank.issued("taro", &key, NOW);
    let (jiro, _) = bank.issued("jiro", &SoftwareKey::new(4), NOW);
    let (valid, expired) = ("2027-04-01T03:00:00Z", "2027-04-01T03:00:01Z");
    let (last, over) = ("2027-06-30T14:59:59Z", "2027-06-30T15:00:00Z");

    assert_eq!(reason(bank.acquire(&taro, &other, valid)), "permit-absent");
    assert_eq!(
        bank.view(&taro, expired).state,
        HolderState::Acquirable(at(over))
    );
    let new = bank.acquire(&taro, &other, last).unwrap();
    assert_ne!(new, old);
    // The count and the registration date stay (R3).
    assert_eq!(new.subject(), old.subject());
    let permit = bank.view(&taro, last).permit.unwrap();
    assert_eq!((permit.issue_count, permit.registered), (1, at(NOW)));
    assert_eq!(bank.view(&taro, last).certificate, Some(new));

    assert_eq!(
        reason(bank.acquire(&jiro, &SoftwareKey::new(5), over)),
        "permit-closed"
    );
    assert_eq!(bank.view(&jiro, over).state, HolderState::ReissueNeeded);
}

#[test]
fn after_expiry_the_same_key_gets_a_new_certificate_and_never_the_old_one() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, old) = bank.issued("taro", &key, NOW);
    let expired = "2027-04-01T03:00:01Z";
    let new = bank.acquire(&taro, &key, expired).unwrap();
    assert_ne!(new, old);
    assert_eq!(
        bank.acquire(&taro, &key, "2027-05-01T00:00:00Z").unwrap(),
        new
    );
}

#[test]
fn a_permit_of_expiry_that_was_begun_closes_with_the_ninetieth_day() {
    let bank = Bank::with(|settings| settings.policy.windows.reacquire_days_after_expiry = 0);
    let (taro, _) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    // With 0 days it is the rest of the day of expiry.
    let over = "2027-04-01T15:00:00Z";
    assert_eq!(
        reason(bank.acquire(&taro, &SoftwareKey::new(3), over)),
        "permit-closed"
    );
    assert!(
        bank.acquire(&taro, &SoftwareKey::new(3), "2027-04-01T14:59:59Z")
            .is_ok()
    );
}

#[test]
fn a_one_time_code_is_for_one_key_and_never_for_another() {
    let bank = Bank::new();
    let code = Some(SecondFactor::OneTimeCode);
    let taro = bank.customer_with(Some("taro"), code, NOW);
    let name = taro.id.to_string();
    let (key, other) = (SoftwareKey::new(2), SoftwareKey::new(3));
    let password = taro.password_with_code(NOW);
    assert_eq!(reason(bank.acquire(&taro, &key, NOW)), "unauthenticated");
    let certificate = bank.acquire_with(&name, &password, &key, NOW).unwrap();
    // A retry of the same key, also when the code is long past; with another key it is a replay.
    for now in [NOW, "2026-04-01T04:00:00Z"] {
        assert_eq!(
            bank.acquire_with(&name, &password, &key, now).unwrap(),
            certificate
        );
        assert_eq!(
            reason(bank.acquire_with(&name, &password, &other, now)),
            "unauthenticated"
        );
    }
    let reissued = "2026-05-01T00:00:00Z";
    let why = RevocationReason::Reissued;
    bank.authority
        .reissue(&taro.id, why, &Actor::Operator, at(reissued), &mut random)
        .unwrap();
    let password = taro.password_with_code(reissued);
    let new = bank.acquire_with(&name, &password, &key, reissued).unwrap();
    assert_ne!(new, certificate);
    assert!(new.subject().to_string().contains("IssuedCount = 002"));
}

#[test]
fn a_code_is_taken_one_step_early_or_late_and_none_that_is_older_than_the_last() {
    let bank = Bank::new();
    let code = Some(SecondFactor::OneTimeCode);
    let [early, late, later] =
        ["a", "b", "c"].map(|user| bank.customer_with(Some(user), code, NOW));
    let shown = |customer: &crate::bank::Customer, second: &str| {
        customer.password_with_code(&format!("2026-04-01T03:{second}Z"))
    };
    let try_it = |customer: &crate::bank::Customer, password: &str, seed, second: &str| {
        let now = format!("2026-04-01T03:{second}Z");
        let name = customer.id.to_string();
        bank.acquire_with(&name, password, &SoftwareKey::new(seed), &now)
    };
    assert!(try_it(&early, &shown(&early, "01:00"), 2, "00:30").is_ok());
    assert!(try_it(&late, &shown(&late, "01:00"), 3, "01:59").is_ok());
    let stale = try_it(&later, &shown(&later, "01:00"), 4, "02:00");
    assert_eq!(reason(stale), "unauthenticated");
    let code = shown(&later, "02:00");
    assert!(try_it(&later, &code, 4, "02:00").is_ok());
    // The next code is not spent, and the one before the last is good for nothing.
    let before = shown(&later, "01:30");
    assert_eq!(
        reason(try_it(&later, &before, 5, "02:00")),
        "unauthenticated"
    );
    assert_eq!(
        reason(try_it(&later, &shown(&later, "02:30"), 5, "02:30")),
        "permit-absent"
    );
}

#[test]
fn a_later_code_is_as_good_for_a_retry_as_the_first() {
    let bank = Bank::new();
    let taro = bank.customer_with(Some("taro"), Some(SecondFactor::OneTimeCode), NOW);
    let (name, key) = (taro.id.to_string(), SoftwareKey::new(2));
    let acquire = |password: &str, now| bank.acquire_with(&name, password, &key, now);
    let certificate = acquire(&taro.password_with_code(NOW), NOW).unwrap();
    // The answer was lost; a later run asks with a new code, and that answer is lost too.
    let later = "2026-04-01T03:10:00Z";
    let password = taro.password_with_code(later);
    for _ in 0..2 {
        assert_eq!(acquire(&password, later).unwrap(), certificate);
    }
    let replay = bank.acquire_with(&name, &password, &SoftwareKey::new(3), later);
    assert_eq!(reason(replay), "unauthenticated");
}

#[test]
fn a_key_that_somebody_else_got_certified_meanwhile_gets_no_certificate() {
    let bank = Bank::new();
    let [taro, jiro] = ["taro", "jiro"].map(|user| bank.customer(Some(user), NOW));
    let key = SoftwareKey::new(2);
    let signer = Meanwhile::new(&bank.key, || {
        bank.acquire(&jiro, &key, NOW).unwrap();
    });
    let answer = bank.authority.acquire(
        &taro.id.to_string(),
        &taro.password(),
        &request("CN=x", &key),
        &signer,
        "",
        at(NOW),
        &mut random,
    );
    assert_eq!(reason(answer), "key-refused");
    assert!(bank.view(&taro, NOW).certificate.is_none());
}

#[test]
fn of_two_keys_at_the_same_time_one_wins_and_one_key_gets_one_certificate() {
    let bank = Bank::new();
    let [taro, jiro] = ["taro", "jiro"].map(|user| bank.customer(Some(user), NOW));
    let race = |customer: &crate::bank::Customer, seeds: &[u8]| {
        std::thread::scope(|scope| {
            let runs: Vec<_> = seeds
                .iter()
                .map(|&seed| {
                    let bank = &bank;
                    scope.spawn(move || bank.acquire(customer, &SoftwareKey::new(seed), NOW))
                })
                .collect();
            runs.into_iter()
                .map(|run| run.join().unwrap())
                .collect::<Vec<_>>()
        })
    };
    let won: Vec<_> = race(&taro, &[2, 3, 4])
        .into_iter()
        .filter_map(Result::ok)
        .collect();
    assert_eq!(won.len(), 1);
    let same: Vec<_> = race(&jiro, &[5, 5, 5])
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(same[0], same[1]);
    assert_eq!(same[1], same[2]);
}
