//! A certificate is valid to the end of the second of its notAfter (RFC 5280 section 4.1.2.5), for
//! whoever asks in the middle of it.

use tokencert::ca::{CertificateAuthority, Decision, Folder, HolderState};

use crate::bank::{Bank, SoftwareKey, at, random, reason, request};

const NOW: &str = "2026-04-01T03:00:00Z";

/// Its notAfter, the middle of that second, and the next one.
const LAST: &str = "2027-04-01T03:00:00Z";
const MIDDLE: &str = "2027-04-01T03:00:00.5Z";
const PAST: &str = "2027-04-01T03:00:01Z";

#[test]
fn login_renewal_and_state_end_with_the_last_second_and_not_within_it() {
    let bank = Bank::new();
    for (user, seed, now) in [("a", 2, LAST), ("b", 3, MIDDLE)] {
        let (customer, certificate) = bank.issued(user, &SoftwareKey::new(seed), NOW);
        assert_eq!(certificate.not_after(), at(LAST));
        assert!(certificate.is_valid_at(at(now)) && !certificate.has_expired(at(now)));
        let welcome = bank.log_in(&certificate, customer.pin(), now).unwrap();
        assert_eq!((welcome.days_left, welcome.renewal_due), (0, true));
        let state = bank.view(&customer, now).state;
        assert_eq!(state, HolderState::InRenewalWindow);
        let again = bank.acquire(&customer, &SoftwareKey::new(seed + 20), now);
        assert_eq!(reason(again), "permit-absent");
        let key = SoftwareKey::new(seed + 10);
        assert!(bank.renew(&certificate, &key, now).is_ok(), "{now}");
    }

    let (customer, certificate) = bank.issued("c", &SoftwareKey::new(4), NOW);
    assert!(certificate.has_expired(at(PAST)) && !certificate.is_valid_at(at(PAST)));
    let login = bank.log_in(&certificate, customer.pin(), PAST);
    assert_eq!(reason(login), "expired");
    let renewal = bank.renew(&certificate, &SoftwareKey::new(14), PAST);
    assert_eq!(reason(renewal), "expired");
    let state = bank.view(&customer, PAST).state;
    assert!(matches!(state, HolderState::Acquirable(_)), "{state:?}");
    let again = bank.acquire(&customer, &SoftwareKey::new(24), PAST);
    assert!(again.is_ok());
}

#[test]
fn the_operator_gets_the_same_certificate_to_the_end_of_its_last_second() {
    let bank = Bank::new();
    let folder = Folder::open(bank.folder.path()).unwrap();
    let authority = CertificateAuthority::open(folder).unwrap();
    let request = request("CN=taro", &SoftwareKey::new(2));
    let decide = |now: &str| authority.decide(&request, at(now)).unwrap();
    let Decision::Order(order) = decide(NOW) else {
        panic!("nothing was issued yet")
    };
    let issued = authority
        .issue(&order, &bank.key, at(NOW), &mut random)
        .unwrap();
    for now in [LAST, MIDDLE] {
        assert!(
            matches!(decide(now), Decision::Present(present) if *present == issued),
            "{now}"
        );
    }
    assert!(matches!(decide(PAST), Decision::Order(_)));
}

#[test]
fn an_authority_signs_to_the_end_of_its_own_last_second() {
    let bank = Bank::new();
    let end = bank.authority.certificate().not_after();
    let taro = bank.customer(
        Some("taro"),
        &(end - jiff::SignedDuration::from_hours(1)).to_string(),
    );
    let half = jiff::SignedDuration::from_millis(500);
    let late = bank.acquire(&taro, &SoftwareKey::new(2), &(end + 2 * half).to_string());
    assert!(late.is_err());
    let certificate = bank
        .acquire(&taro, &SoftwareKey::new(2), &(end + half).to_string())
        .unwrap();
    assert_eq!(certificate.not_after(), end);
}
