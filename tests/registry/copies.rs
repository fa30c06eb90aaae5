//! Backups and what is made of them.

use std::fs;

use tempfile::tempdir;
use tokencert::Error;
use tokencert::registry::{Location, Registry};

use crate::records::{certificate, event, with_contract};

/// `next` gives another empty place of the same kind.
pub(crate) fn a_backup_becomes_the_same_registry_elsewhere(
    place: &Location,
    next: &dyn Fn() -> Location,
) {
    let folder = tempdir().unwrap();
    let copy = folder.path().join("backup");
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let filled = registry.transaction(|transaction| {
        transaction.add_certificate(&certificate("0a", "C"))?;
        transaction.log(&event("C", "{}"))
    });
    filled.unwrap();
    // Others go on working meanwhile.
    let written = registry.transaction(|transaction| {
        transaction.set_value("later", "not in it")?;
        registry.backup(&copy)
    });
    written.unwrap();
    assert_eq!(mode(&copy), 0o600);
    let again = registry.backup(&copy).unwrap_err();
    assert!(matches!(again, Error::FileExists { .. }), "{again}");
    let before = fs::read(&copy).unwrap();

    let elsewhere = next();
    let restored = Registry::restore(&elsewhere, &copy).unwrap();
    let read = restored.transaction(|transaction| {
        assert_eq!(transaction.certificate("0a")?, Some(certificate("0a", "C")));
        assert_eq!(transaction.events(None, 9)?, [event("C", "{}")]);
        assert_eq!(transaction.value("later")?, None);
        transaction.set_value("crl-number", "100")
    });
    read.unwrap();
    let occupied = Registry::restore(&elsewhere, &copy)
        .unwrap_err()
        .to_string();
    assert!(occupied.contains("there is one already"), "{occupied}");
    assert_eq!(
        fs::read(&copy).unwrap(),
        before,
        "the backup stays as it is"
    );

    let junk = folder.path().join("junk");
    fs::write(&junk, "not a registry at all").unwrap();
    let empty = next();
    Registry::restore(&empty, &junk).unwrap_err();
    Registry::restore(&empty, &folder.path().join("none")).unwrap_err();
    drop(Registry::restore(&empty, &copy).unwrap());
}

pub(crate) fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
