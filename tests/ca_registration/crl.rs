//! The list of revoked certificates, with OpenSSL as the judge.

use std::process::Command;

use tokencert::ca::{Actor, RegistrationAuthority};
use tokencert::certificate::Certificate;
use tokencert::registry::RevocationReason;

use crate::bank::{Bank, SoftwareKey, at, random};

const NOW: &str = "2026-04-01T03:00:00Z";

/// Has OpenSSL verify a certificate with a list, at the time of the test.
fn verdict(bank: &Bank, certificate: &Certificate, list: &[u8], now: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        path("ca.pem"),
        bank.authority.certificate().to_pem().unwrap(),
    )
    .unwrap();
    std::fs::write(path("leaf.pem"), certificate.to_pem().unwrap()).unwrap();
    std::fs::write(path("list.der"), list).unwrap();
    openssl(&[
        "crl",
        "-inform",
        "DER",
        "-in",
        &path("list.der"),
        "-out",
        &path("list.pem"),
    ]);
    let time = at(now).as_second().to_string();
    openssl(&[
        "verify",
        "-x509_strict",
        "-attime",
        &time,
        "-crl_check",
        "-CAfile",
        &path("ca.pem"),
        "-CRLfile",
        &path("list.pem"),
        &path("leaf.pem"),
    ])
}

fn text(list: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.der").display().to_string();
    std::fs::write(&path, list).unwrap();
    openssl(&["crl", "-inform", "DER", "-in", &path, "-noout", "-text"])
}

fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output();
    let output = output.expect("openssl runs: install the package openssl");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn openssl_takes_the_list_and_refuses_what_is_on_it() {
    let bank = Bank::new();
    let (_, good) = bank.issued("good", &SoftwareKey::new(2), NOW);
    let (bad_holder, bad) = bank.issued("bad", &SoftwareKey::new(3), NOW);
    let empty = bank.authority.crl(&bank.key, at(NOW)).unwrap();
    let mark = bank.authority.crl_mark().unwrap();
    assert!(
        verdict(&bank, &bad, &empty, NOW).contains("OK"),
        "{}",
        verdict(&bank, &bad, &empty, NOW)
    );
    let (by, why) = (Actor::Operator, RevocationReason::Lost);
    bank.authority
        .revoke(&bad_holder.id, why, &by, at(NOW))
        .unwrap();
    assert_ne!(bank.authority.crl_mark().unwrap(), mark);
    let list = bank.authority.crl(&bank.key, at(NOW)).unwrap();
    assert!(verdict(&bank, &good, &list, NOW).contains("OK"));
    let refusal = verdict(&bank, &bad, &list, NOW);
    assert!(refusal.contains("certificate revoked"), "{refusal}");
    // The list is good for seven days.
    let late = verdict(&bank, &good, &list, "2026-04-08T03:00:01Z");
    assert!(late.contains("CRL has expired"), "{late}");
    let text = text(&list);
    for part in [
        "Version 2",
        "Key Compromise",
        "X509v3 Authority Key Identifier",
        "X509v3 CRL Number",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn numbers_rise_from_list_to_list_also_after_a_restart() {
    let bank = Bank::new();
    let number = |list: &[u8]| -> u64 {
        let text = text(list);
        let (_, number) = text.split_once("CRL Number:").unwrap();
        number.split_whitespace().next().unwrap().parse().unwrap()
    };
    let one = number(&bank.authority.crl(&bank.key, at(NOW)).unwrap());
    let two = number(&bank.authority.crl(&bank.key, at(NOW)).unwrap());
    let three = number(&bank.reopened().crl(&bank.key, at(NOW)).unwrap());
    assert!(one < two && two < three, "{one} {two} {three}");
}

#[test]
fn an_entry_stays_until_one_list_after_the_certificate_has_expired() {
    let bank = Bank::new();
    let (holder, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let (by, why) = (Actor::Operator, RevocationReason::Stopped);
    bank.authority
        .revoke(&holder.id, why, &by, at(NOW))
        .unwrap();
    let lists = |now: &str| {
        let text = text(&bank.authority.crl(&bank.key, at(now)).unwrap()).to_lowercase();
        text.contains(&certificate.serial_number())
    };
    assert!(lists("2027-04-08T03:00:00Z"));
    assert!(lists("2027-04-08T03:00:00.5Z"));
    assert!(!lists("2027-04-08T03:00:01Z"));
}

#[test]
fn a_list_is_signed_anew_for_each_revocation_a_worse_reason_and_a_restored_backup_and_for_nothing_else()
 {
    let bank = Bank::new();
    let mark = || bank.reopened().crl_mark().unwrap();
    let mut marks = vec![mark()];
    let mut is_new = || {
        marks.push(mark());
        let [.., last, new] = &marks[..] else {
            unreachable!()
        };
        last != new
    };
    let [(a, one), (_, two)] =
        [("a", 2), ("b", 3)].map(|(user, seed)| bank.issued(user, &SoftwareKey::new(seed), NOW));
    bank.log_in(&one, a.pin(), NOW).unwrap();
    bank.authority.crl(&bank.key, at(NOW)).unwrap();
    assert!(!is_new());
    let revoke = |certificate: &Certificate, reason| {
        let serial = certificate.serial_number();
        let by = Actor::Operator;
        bank.authority
            .revoke_certificate(&serial, reason, &by, at(NOW))
            .unwrap();
    };
    revoke(&one, RevocationReason::Stopped);
    assert!(is_new());
    revoke(&one, RevocationReason::Stopped);
    assert!(!is_new());
    revoke(&one, RevocationReason::Compromised);
    assert!(is_new());
    revoke(&two, RevocationReason::Lost);
    assert!(is_new());

    // A copy goes on counting, and never says what the other one does.
    let place = tempfile::tempdir().unwrap();
    let (copy, folder) = (place.path().join("ca.tar"), place.path().join("restored"));
    let here = bank.folder.path();
    tokencert::ca::backup(&bank.authority, here, &copy, None, &mut random).unwrap();
    tokencert::ca::restore(&copy, &folder, None, None, at(NOW)).unwrap();
    std::fs::copy(here.join("secrets.key"), folder.join("secrets.key")).unwrap();
    let restored = RegistrationAuthority::open(&folder, None, &mut random).unwrap();
    assert!(!marks.contains(&restored.crl_mark().unwrap()));
}

#[test]
fn certificates_name_the_place_of_the_list_where_it_is_known() {
    let url = "http://ca.example/crl";
    let bank = Bank::with(|settings| settings.crl_url = Some(url.to_owned()));
    let (_, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leaf.pem").display().to_string();
    std::fs::write(&path, certificate.to_pem().unwrap()).unwrap();
    let text = openssl(&[
        "x509",
        "-in",
        &path,
        "-noout",
        "-ext",
        "crlDistributionPoints",
    ]);
    assert!(text.contains(url), "{text}");
}

#[test]
fn another_key_than_the_authoritys_signs_no_list() {
    let bank = Bank::new();
    let refusal = bank
        .authority
        .crl(&SoftwareKey::new(7), at(NOW))
        .unwrap_err();
    assert_eq!(refusal.code(), "ca-unusable");
}
