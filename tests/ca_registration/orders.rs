//! Reissue and revocation (R8), and the certificate of the server.

use tokencert::SigningKey;
use tokencert::ca::{Actor, HolderState};
use tokencert::registry::RevocationReason;

use crate::bank::{Bank, SoftwareKey, at, new_holder, random, reason};

const NOW: &str = "2026-04-01T03:00:00Z";
const LATER: &str = "2026-05-01T03:00:00Z";

#[test]
fn a_reissue_ends_the_certificate_at_once_and_counts_up() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, old) = bank.issued("taro", &key, NOW);
    let why = RevocationReason::Reissued;
    let by = Actor::Operator;
    let view = bank
        .authority
        .reissue(&taro.id, why, &by, at(LATER), &mut random)
        .unwrap();
    // 80 days after 1 May end with 20 July in Tokyo.
    assert_eq!(view.state, HolderState::Waiting(at("2026-07-20T15:00:00Z")));
    let permit = view.permit.unwrap();
    assert_eq!((permit.issue_count, permit.registered), (2, at(LATER)));
    assert_eq!(reason(bank.log_in(&old, taro.pin(), LATER)), "revoked");
    let new = bank.acquire(&taro, &key, LATER).unwrap();
    assert_ne!(new, old);
    assert!(new.subject().to_string().contains("OU=IssuedCount = 002"));
    assert_eq!(bank.view(&taro, LATER).state, HolderState::Valid);
    // A reissue before the first acquisition, in the same second.
    for count in [3, 4] {
        let again = bank
            .authority
            .reissue(&taro.id, why, &by, at(LATER), &mut random);
        assert_eq!(again.unwrap().permit.unwrap().issue_count, count);
    }
}

#[test]
fn a_revoked_holder_acquires_nothing_until_a_reissue() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, _) = bank.issued("taro", &key, NOW);
    let waiting = bank.customer(Some("jiro"), NOW);
    let (by, why) = (Actor::Operator, RevocationReason::Stopped);
    let view = bank
        .authority
        .revoke(&taro.id, why, &by, at(LATER))
        .unwrap();
    assert_eq!(view.state, HolderState::Revoked);
    for seed in [2, 3] {
        assert_eq!(
            reason(bank.acquire(&taro, &SoftwareKey::new(seed), LATER)),
            "permit-revoked"
        );
    }
    let again = bank.authority.revoke(&taro.id, why, &by, at(LATER));
    assert_eq!(again.unwrap_err().code(), "rule-broken");
    // A permit that nobody has used yet is over, too.
    bank.authority
        .revoke(&waiting.id, why, &by, at(LATER))
        .unwrap();
    assert_eq!(
        reason(bank.acquire(&waiting, &SoftwareKey::new(4), LATER)),
        "permit-revoked"
    );
    bank.authority
        .reissue(&taro.id, why, &by, at(LATER), &mut random)
        .unwrap();
    assert!(bank.acquire(&taro, &key, LATER).is_ok());
}

#[test]
fn a_compromised_key_is_refused_for_ever() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, certificate) = bank.issued("taro", &key, NOW);
    let (by, why) = (Actor::Operator, RevocationReason::Compromised);
    bank.authority
        .reissue(&taro.id, why, &by, at(LATER), &mut random)
        .unwrap();
    assert_eq!(reason(bank.acquire(&taro, &key, LATER)), "key-refused");
    let new = bank.acquire(&taro, &SoftwareKey::new(3), LATER).unwrap();
    // Also one that was revoked for another reason first.
    let serial = new.serial_number();
    for why in [RevocationReason::Stopped, RevocationReason::Compromised] {
        bank.authority
            .revoke_certificate(&serial, why, &by, at(LATER))
            .unwrap();
    }
    let record = bank.authority.certificate_of_serial(&serial).unwrap();
    assert_eq!(
        record.revoked.unwrap().reason,
        RevocationReason::Compromised
    );
    bank.authority
        .reissue(
            &taro.id,
            RevocationReason::Lost,
            &by,
            at(LATER),
            &mut random,
        )
        .unwrap();
    assert_eq!(
        reason(bank.acquire(&taro, &SoftwareKey::new(3), LATER)),
        "key-refused"
    );
    let absent = bank.authority.certificate_of_serial("00ff").unwrap_err();
    assert_eq!(absent.code(), "registry-absent");
    assert_ne!(certificate, new);
}

#[test]
fn a_compromised_key_ends_every_certificate_that_it_has() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let (taro, old) = bank.issued("taro", &key, NOW);
    let opens = "2027-03-01T15:00:00Z";
    let new = bank.renew(&old, &key, opens).unwrap();
    let (by, why) = (Actor::Operator, RevocationReason::Compromised);
    let serial = old.serial_number();
    bank.authority
        .revoke_certificate(&serial, why, &by, at(opens))
        .unwrap();
    for certificate in [&old, &new] {
        let answer = bank.log_in(certificate, taro.pin(), opens);
        assert_eq!(reason(answer), "revoked");
        let answer = bank.renew(certificate, &SoftwareKey::new(3), opens);
        assert_eq!(reason(answer), "revoked");
    }
    let record = bank.authority.certificate_of_serial(&new.serial_number());
    let end = record.unwrap().revoked.unwrap();
    assert_eq!((end.at, end.reason), (at(opens), why));
}

#[test]
fn an_administrator_revokes_users_of_the_own_contract_only() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let why = RevocationReason::Lost;
    let stranger = Actor::Administrator("SH999".to_owned());
    let serial = certificate.serial_number();
    for refused in [
        bank.authority
            .revoke(&taro.id, why, &stranger, at(NOW))
            .map(|_| ()),
        bank.authority
            .reissue(&taro.id, why, &stranger, at(NOW), &mut random)
            .map(|_| ()),
        bank.authority
            .revoke_certificate(&serial, why, &stranger, at(NOW))
            .map(|_| ()),
    ] {
        assert_eq!(refused.unwrap_err().code(), "rule-broken");
    }
    let own = Actor::Administrator(taro.id.contract.clone());
    let view = bank.authority.revoke(&taro.id, why, &own, at(NOW)).unwrap();
    assert_eq!(view.state, HolderState::Revoked);
    let events = bank
        .authority
        .events(Some(&taro.id.to_string()), 10)
        .unwrap();
    assert!(
        events
            .iter()
            .any(|one| one.actor == "administrator:00009876543")
    );
}

#[test]
fn the_server_gets_a_certificate_for_its_names_that_is_in_no_holders_list() {
    let bank = Bank::new();
    let key = SoftwareKey::new(9);
    let names = ["dns:ca.example", "ip:127.0.0.1"].map(|name| name.parse().unwrap());
    let certificate = bank
        .authority
        .server_certificate(key.public_key(), &names, &bank.key, at(NOW), &mut random)
        .unwrap();
    assert_eq!(certificate.subject().common_name().unwrap(), "ca.example");
    assert_eq!(
        certificate.alternative_names(),
        ["dns:ca.example", "ip:127.0.0.1"]
    );
    let usages = certificate.usages();
    assert!(usages.contains(&"serverAuth".to_owned()), "{usages:?}");
    assert!(
        usages.contains(&"1.3.6.1.5.5.7.3.28".to_owned()),
        "{usages:?}"
    );
    assert_eq!(certificate.not_after(), at("2026-06-30T03:00:00Z"));
    assert!(certificate.is_issued_by(bank.authority.certificate()));
    assert_eq!(bank.authority.holders(None, at(NOW)).unwrap().len(), 0);
    let none =
        bank.authority
            .server_certificate(key.public_key(), &[], &bank.key, at(NOW), &mut random);
    assert_eq!(none.unwrap_err().code(), "request-refused");
}

#[test]
fn with_a_clock_from_before_the_authority_nobody_is_registered_or_reissued_and_certificates_can_be_ended()
 {
    let bank = Bank::new();
    let (taro, old) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let (by, why) = (Actor::Operator, RevocationReason::Lost);
    let before = at("2025-12-31T00:00:00Z");
    let refusal = bank
        .authority
        .reissue(&taro.id, why, &by, before, &mut random)
        .unwrap_err();
    assert_eq!(refusal.code(), "ca-unusable");
    assert!(refusal.to_string().contains("clock"), "{refusal}");
    assert!(bank.log_in(&old, taro.pin(), NOW).is_ok());
    let jiro = new_holder("00009876543", Some("jiro"));
    let refusal = bank.authority.add_holder(&jiro, &by, before, &mut random);
    assert_eq!(refusal.unwrap_err().code(), "ca-unusable");
    assert_eq!(bank.authority.holders(None, at(NOW)).unwrap().len(), 1);

    bank.authority.revoke(&taro.id, why, &by, before).unwrap();
    assert_eq!(reason(bank.log_in(&old, taro.pin(), NOW)), "revoked");
}
