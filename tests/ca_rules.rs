//! The embedded authority's rules, with a key in software and a clock that the tests move.

#![cfg(feature = "ca")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod bank;

use std::path::Path;

use jiff::SignedDuration;
use tempfile::TempDir;
use tokencert::ca::{
    CertificateAuthority, Decision, Folder, KeyPlace, Policy, Progress, Settings, default_subject,
};
use tokencert::certificate::Certificate;
use tokencert::key::KeyId;
use tokencert::profile::Profile;
use tokencert::request::Csr;
use tokencert::token::TokenIdentity;
use tokencert::{Error, Result};

use bank::{SoftwareKey, at, request};

/// An authority in a folder of its own, with serial numbers that count up.
struct Bank {
    folder: TempDir,
    authority: CertificateAuthority,
    key: SoftwareKey,
    serial: u8,
}

impl Bank {
    fn founded(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SoftwareKey::new(1);
        let authority = found(folder.path(), &key, now).unwrap();
        Self {
            folder,
            authority,
            key,
            serial: 0x80,
        }
    }

    fn decide(&self, request: &Csr, now: &str) -> Result<Decision> {
        self.authority.decide(request, at(now))
    }

    fn issue(&mut self, request: &Csr, now: &str) -> Result<Certificate> {
        let order = match self.decide(request, now)? {
            Decision::Present(certificate) => return Ok(*certificate),
            Decision::Order(order) => order,
        };
        self.serial += 1;
        let serial = self.serial;
        let mut random = |bytes: &mut [u8]| {
            bytes.fill(serial);
            Ok(())
        };
        self.authority
            .issue(&order, &self.key, at(now), &mut random)
    }
}

fn found(folder: &Path, key: &SoftwareKey, now: &str) -> Result<CertificateAuthority> {
    let folder = Folder::begin(folder)?;
    let place = KeyPlace::new(
        "/module".into(),
        TokenIdentity::default(),
        KeyId::from([7; 16]),
    );
    let subject = default_subject("Example CA")?;
    let settings = Settings::new("Example CA", &subject, Policy::new("Example CA")?, place);
    folder.plan(&settings)?;
    let mut random = |bytes: &mut [u8]| {
        bytes.fill(1);
        Ok(())
    };
    CertificateAuthority::create(folder, settings, key, at(now), &mut random)
}

#[test]
fn a_certificate_is_valid_for_a_calendar_year_and_begins_ten_minutes_back() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let request = request("CN=taro", &SoftwareKey::new(2));
    let certificate = bank.issue(&request, "2024-02-29T12:34:56.789Z").unwrap();
    assert_eq!(certificate.not_before(), at("2024-02-29T12:24:56Z"));
    assert_eq!(certificate.not_after(), at("2025-02-28T12:34:56Z"));
}

#[test]
fn serial_numbers_are_positive_though_their_first_bit_is_set() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let request = request("CN=taro", &SoftwareKey::new(2));
    let certificate = bank.issue(&request, "2024-02-01T00:00:00Z").unwrap();
    assert_eq!(certificate.serial_number(), "81".repeat(16));
    assert_eq!(certificate.serial_der()[..3], [0x02, 17, 0]);
}

#[test]
fn a_key_gets_its_certificate_again_to_the_last_second_and_then_a_new_one() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let key = SoftwareKey::new(2);
    let first = bank
        .issue(&request("CN=taro", &key), "2024-02-01T00:00:00Z")
        .unwrap();
    let other_words = request("CN=hanako", &key);
    let last_second = bank.issue(&other_words, "2025-02-01T00:00:00Z").unwrap();
    assert_eq!(last_second, first);
    let renewed = bank
        .issue(&request("CN=taro", &key), "2025-02-01T00:00:01Z")
        .unwrap();
    assert_ne!(renewed.serial_number(), first.serial_number());
    assert_eq!(
        renewed.subject(),
        first.subject(),
        "the issue count is a permit's to raise"
    );
    let again = bank
        .issue(&request("CN=taro", &key), "2025-03-01T00:00:00Z")
        .unwrap();
    assert_eq!(again, renewed);
}

#[test]
fn another_key_of_the_same_holder_is_another_certificate_with_the_same_subject() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let mut of_key = |seed| {
        let request = request("CN=taro", &SoftwareKey::new(seed));
        bank.issue(&request, "2024-02-01T00:00:00Z").unwrap()
    };
    let (first, second) = (of_key(2), of_key(3));
    assert_ne!(first, second);
    assert_eq!(first.subject(), second.subject());
}

#[test]
fn only_the_common_name_of_the_request_goes_into_the_subject() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let request = request(
        "CN=a\\,b\\+c,OU=IssuedCount = 009,O=Bank of Elsewhere,C=US",
        &SoftwareKey::new(2),
    );
    let certificate = bank.issue(&request, "2024-02-01T00:00:00Z").unwrap();
    assert_eq!(
        certificate.subject().to_string(),
        "CN=a\\,b\\+c,OU=IssuedCount = 001,OU=Example CA,O=Example CA,C=JP"
    );
}

#[test]
fn the_authority_never_outlives_itself() {
    let mut bank = Bank::founded("2040-06-01T00:00:00Z");
    let end = bank.authority.certificate().not_after();
    assert_eq!(
        end,
        at("2060-06-01T00:00:00Z"),
        "past 2049 the date is a GeneralizedTime"
    );
    let late = bank.issue(
        &request("CN=taro", &SoftwareKey::new(2)),
        "2060-05-31T00:00:00Z",
    );
    assert_eq!(late.unwrap().not_after(), end);
    let too_late = bank.decide(
        &request("CN=jiro", &SoftwareKey::new(3)),
        "2060-06-01T00:00:01Z",
    );
    assert!(
        matches!(too_late, Err(Error::CaUnusable { .. })),
        "{too_late:?}"
    );
}

#[test]
fn requests_that_name_no_one_or_two_holders_or_the_authority_itself_are_refused() {
    let bank = Bank::founded("2024-01-01T00:00:00Z");
    let holder = SoftwareKey::new(2);
    for (request, reason) in [
        (request("O=Example", &holder), "no common name"),
        (
            request("CN=taro,CN=hanako", &holder),
            "several common names",
        ),
        (request("CN=taro", &bank.key), "the authority's own key"),
    ] {
        match bank.decide(&request, "2024-02-01T00:00:00Z") {
            Err(Error::RequestRefused { reason: said }) => assert!(said.contains(reason), "{said}"),
            other => panic!("{reason}: {other:?}"),
        }
    }
}

#[test]
fn an_authority_signs_with_no_other_key_than_its_own() {
    let bank = Bank::founded("2024-01-01T00:00:00Z");
    let request = request("CN=taro", &SoftwareKey::new(2));
    let Decision::Order(order) = bank.decide(&request, "2024-02-01T00:00:00Z").unwrap() else {
        panic!("nothing was issued yet");
    };
    let stranger = SoftwareKey::new(9);
    let now = at("2024-02-01T00:00:00Z");
    let answer = bank
        .authority
        .issue(&order, &stranger, now, &mut |_| Ok(()));
    assert!(
        matches!(answer, Err(Error::CaUnusable { .. })),
        "{answer:?}"
    );
}

#[test]
fn a_finished_authority_is_never_made_again() {
    let bank = Bank::founded("2024-01-01T00:00:00Z");
    let before = bank.authority.certificate().clone();
    let Bank {
        folder, authority, ..
    } = bank;
    drop(authority);
    let again = found(folder.path(), &SoftwareKey::new(2), "2024-01-02T00:00:00Z");
    assert!(matches!(again, Err(Error::CaExists { .. })), "{again:?}");
    let reopened = CertificateAuthority::open(Folder::open(folder.path()).unwrap()).unwrap();
    assert_eq!(*reopened.certificate(), before);
}

#[test]
fn what_was_begun_is_told_from_what_is_finished_and_from_what_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Folder::begin(folder.path()).unwrap();
    assert_eq!(begun.progress(), Progress::Begun);
    let opened = CertificateAuthority::open(begun);
    assert!(
        matches!(opened, Err(Error::CaUnfinished { .. })),
        "{opened:?}"
    );
    assert!(Folder::begin(folder.path()).is_ok(), "it can go on");

    let foreign = tempfile::tempdir().unwrap();
    std::fs::write(foreign.path().join("letter.txt"), "dear").unwrap();
    let answer = Folder::begin(foreign.path());
    assert!(matches!(answer, Err(Error::CaFolder { .. })), "{answer:?}");
    let answer = Folder::open(foreign.path());
    assert!(matches!(answer, Err(Error::CaFolder { .. })), "{answer:?}");
}

#[test]
fn settings_that_cannot_be_right_are_refused_with_the_line() {
    let bank = Bank::founded("2024-01-01T00:00:00Z");
    let Bank {
        folder, authority, ..
    } = bank;
    drop(authority);
    let file = folder.path().join("ca.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    for (from, to, reason) in [
        ("CN={name}", "CN={contract}", "CN={name}"),
        ("authority_years = 20", "authority_years = 0", "1 to 99"),
        ("version = 1", "version = 2", "version"),
        ("clientAuth", "digitalSignature", "extended key usages"),
        ("tries = 5", "tries = 0", "1 to 1000"),
        (
            "minimum_rsa_bits = 2048",
            "minimum_rsa_bits = 512",
            "1024 to",
        ),
        ("minimum_length = 6", "minimum_length = 0", "4 to 64"),
        ("crl_days = 7", "crl_days = 0", "1 to 366"),
        ("confirmation-pin", "a-smile", "one-time-code"),
        ("ed25519", "dsa", "rsa, ec and ed25519"),
        (
            "minimum_rsa_bits",
            "minimum_rsa_bit",
            "did you mean `minimum_rsa_bits`?",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        std::fs::write(&file, good.replacen(from, to, 1)).unwrap();
        match CertificateAuthority::open(Folder::open(folder.path()).unwrap()) {
            Err(Error::ConfigInvalid { reason: said, .. }) => {
                assert!(
                    said.contains(reason) && said.contains(" on line "),
                    "{said}"
                );
            }
            other => panic!("{to}: {other:?}"),
        }
    }
}

#[test]
fn settings_from_before_there_were_holders_are_read_with_the_banks_rules() {
    let Bank {
        folder, authority, ..
    } = Bank::founded("2024-01-01T00:00:00Z");
    drop(authority);
    let file = folder.path().join("ca.toml");
    let mut settings: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    let policy = settings["policy"].as_table_mut().unwrap();
    let known = [
        "subject",
        "authority_years",
        "minimum_rsa_bits",
        "extended_key_usages",
        "validity",
    ];
    policy.retain(|key, _| known.contains(&key));
    std::fs::write(&file, settings.to_string()).unwrap();
    let authority = CertificateAuthority::open(Folder::open(folder.path()).unwrap()).unwrap();
    let policy = &authority.settings().policy;
    let expected = Policy::new("Example CA").unwrap();
    // Made of the operator's subject, and the same as written down.
    assert_eq!(
        policy.administrator_subject().unwrap(),
        expected.administrator_subject().unwrap()
    );
    assert_eq!(
        policy.user_subject().unwrap(),
        expected.user_subject().unwrap()
    );
    assert_eq!(policy.windows, expected.windows);
    assert_eq!(policy.pins, expected.pins);
    assert_eq!((policy.tries, policy.maximum_users), (5, 10));
    assert_eq!((policy.crl_days, policy.grace_days), (7, 0));
}

#[test]
fn the_profile_of_an_authority_asks_for_the_subject_that_it_issues() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let exported = bank
        .authority
        .profile("example")
        .unwrap()
        .to_toml()
        .unwrap();
    let profile = Profile::parse("example.toml", &exported).unwrap();
    assert_eq!(
        profile.ca_fingerprint.unwrap().to_string(),
        bank.authority.certificate().fingerprint()
    );
    let holder = tokencert::profile::Holder {
        name: Some("経理 太郎"),
        ..Default::default()
    };
    let subject = profile.subject(&holder).unwrap();
    let issued = bank.issue(
        &request(&subject, &SoftwareKey::new(2)),
        "2024-02-01T00:00:00Z",
    );
    assert_eq!(issued.unwrap().subject().to_string(), subject);
}

#[test]
fn a_certificate_is_on_record_before_it_is_answered() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let key = SoftwareKey::new(2);
    let request = request("CN=taro", &key);
    let now = at("2024-02-01T00:00:00Z");
    let certificate = bank.issue(&request, "2024-02-01T00:00:00Z").unwrap();
    let Bank {
        folder, authority, ..
    } = bank;
    drop(authority);
    let reopened = CertificateAuthority::open(Folder::open(folder.path()).unwrap()).unwrap();
    let later = now + SignedDuration::from_hours(1);
    match reopened.decide(&request, later).unwrap() {
        Decision::Present(present) => assert_eq!(*present, certificate),
        Decision::Order(order) => panic!("{order:?}"),
    }
}

#[test]
fn before_the_authority_was_made_the_clock_is_wrong_and_nothing_is_issued() {
    let mut bank = Bank::founded("2024-01-01T00:00:00Z");
    let request = request("CN=taro", &SoftwareKey::new(2));
    let refused = bank.issue(&request, "2023-12-31T12:00:00Z").unwrap_err();
    let said = refused.to_string();
    assert!(
        said.contains("the clock of this machine says 2023-12-31T12:00:00Z"),
        "{said}"
    );
    assert!(bank.issue(&request, "2024-01-01T00:00:00Z").is_ok());
}
