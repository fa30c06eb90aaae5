//! Backups: what is in them, and that a restored authority goes on.

use secrecy::SecretString;
use tokencert::ca::{RegistrationAuthority, backup, restore};

use crate::bank::{Bank, SoftwareKey, at, random};

const NOW: &str = "2026-04-01T03:00:00Z";

#[test]
fn a_backup_without_keys_restores_what_was_registered_and_holds_no_secret() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    std::fs::write(bank.folder.path().join("pin"), "top-secret-pin").unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar");
    let old = bank.authority.crl(&bank.key, at(NOW)).unwrap();
    backup(
        &bank.authority,
        bank.folder.path(),
        &file,
        None,
        &mut random,
    )
    .unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let key = std::fs::read(bank.folder.path().join("secrets.key")).unwrap();
    for secret in [b"top-secret-pin".as_slice(), key.trim_ascii()] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }
    let again = backup(
        &bank.authority,
        bank.folder.path(),
        &file,
        None,
        &mut random,
    );
    assert_eq!(again.unwrap_err().code(), "file-exists");

    let new = place.path().join("restored");
    restore(&file, &new, None, None, at(NOW)).unwrap();
    std::fs::copy(
        bank.folder.path().join("secrets.key"),
        new.join("secrets.key"),
    )
    .unwrap();
    let restored = RegistrationAuthority::open(&new, None, &mut random).unwrap();
    let view = restored.holder(&taro.id, at(NOW)).unwrap();
    assert_eq!(view.certificate.as_ref(), Some(&certificate));
    assert!(
        restored
            .log_in(&certificate, None, taro.pin(), "", at(NOW))
            .is_ok()
    );
    // Its lists are numbered far beyond those of before.
    assert!(restored.crl(&bank.key, at(NOW)).unwrap().len() > old.len());
    let occupied = restore(&file, &new, None, None, at(NOW)).unwrap_err();
    assert_eq!(occupied.code(), "ca-folder");
}

#[test]
fn keys_come_back_with_the_passphrase_and_with_no_other() {
    let bank = Bank::new();
    let (taro, certificate) = bank.issued("taro", &SoftwareKey::new(2), NOW);
    std::fs::create_dir(bank.folder.path().join("tokens")).unwrap();
    std::fs::write(bank.folder.path().join("tokens/object"), "top-secret-key").unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar");
    let [right, wrong] = ["correct horse", "battery staple"].map(SecretString::from);
    backup(
        &bank.authority,
        bank.folder.path(),
        &file,
        Some(&right),
        &mut random,
    )
    .unwrap();
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(14).any(|part| part == b"top-secret-key"));

    let new = place.path().join("restored");
    let refused = restore(&file, &new, None, Some(&wrong), at(NOW)).unwrap_err();
    assert!(refused.to_string().contains("passphrase"), "{refused}");
    assert!(!new.exists());
    restore(&file, &new, None, Some(&right), at(NOW)).unwrap();
    assert_eq!(
        std::fs::read(new.join("tokens/object")).unwrap(),
        b"top-secret-key"
    );
    let restored = RegistrationAuthority::open(&new, None, &mut random).unwrap();
    assert!(
        restored
            .log_in(&certificate, None, taro.pin(), "", at(NOW))
            .is_ok()
    );

    let plain = place.path().join("plain.tar");
    backup(
        &bank.authority,
        bank.folder.path(),
        &plain,
        None,
        &mut random,
    )
    .unwrap();
    let none = restore(
        &plain,
        &place.path().join("other"),
        None,
        Some(&right),
        at(NOW),
    );
    assert!(none.unwrap_err().to_string().contains("no keys"));
    let garbage = restore(
        &new.join("ca.pem"),
        &place.path().join("other"),
        None,
        None,
        at(NOW),
    );
    assert!(garbage.is_err());
}
