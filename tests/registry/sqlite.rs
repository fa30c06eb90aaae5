//! SQLite alone.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::{TempDir, tempdir};
use tokencert::registry::{Location, Registry};

use crate::copies::{a_backup_becomes_the_same_registry_elsewhere, mode};

/// Empty places in a folder, with a name that a URL would take apart.
fn places(folder: &TempDir) -> impl Fn() -> Location {
    let root = folder.path().to_owned();
    move || {
        let folder = tempfile::Builder::new().tempdir_in(&root).unwrap().keep();
        Location::File(folder.join("a?mode=ro&b#c %41.sqlite"))
    }
}

#[test]
fn all_that_a_registry_promises_holds_on_sqlite() {
    let folder = tempdir().unwrap();
    // Past the registry there is no quoting of names.
    let root = folder.path().to_owned();
    let plain = move || {
        let folder = tempfile::Builder::new().tempdir_in(&root).unwrap().keep();
        Location::File(folder.join("registry.sqlite"))
    };
    super::hold(&plain);
}

#[test]
fn a_backup_of_sqlite_is_restored() {
    let folder = tempdir().unwrap();
    let next = places(&folder);
    a_backup_becomes_the_same_registry_elsewhere(&next(), &next);
}

#[test]
fn the_file_is_its_owners_alone_and_its_name_is_taken_as_it_is() {
    let folder = tempdir().unwrap();
    let place = places(&folder)();
    let registry = Registry::open(&place).unwrap();
    let Location::File(path) = &place else {
        unreachable!()
    };
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(path.exists());
    drop(registry);
    let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "closed, it is one file");
}

#[track_caller]
#[test]
fn a_file_that_is_taken_away_or_replaced_is_noticed_by_who_has_it_open() {
    let folder = tempdir().unwrap();
    let (path, away) = (folder.path().join("registry"), folder.path().join("away"));
    let registry = Registry::open(&Location::File(path.clone())).unwrap();
    let write = |value: &str| registry.transaction(|it| it.set_value("who", value));
    let read = || registry.read(|it| it.value("who"));
    write("first").unwrap();
    drop(Registry::open(&Location::File(path.clone())).unwrap());
    for end in ["", "-wal", "-shm"] {
        let name = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        if name(&path).exists() {
            fs::rename(name(&path), name(&away)).unwrap();
        }
    }
    assert!(write("into nothing").is_err());
    assert!(read().is_err());
    assert!(!path.exists());
    let other = Registry::open(&Location::File(path)).unwrap();
    assert_eq!(read().unwrap(), None);
    write("second").unwrap();
    assert_eq!(
        other.read(|it| it.value("who")).unwrap(),
        Some("second".to_owned())
    );
}

fn refused(path: &Path, expected: &str) {
    let error = Registry::open(&Location::File(path.to_owned())).unwrap_err();
    let said = error.to_string();
    assert!(said.contains(&path.display().to_string()), "{said}");
    assert!(said.contains(expected), "{said}");
}

#[test]
fn what_cannot_be_a_registry_is_refused_with_the_reason() {
    let folder = tempdir().unwrap();
    let junk = folder.path().join("junk");
    fs::write(&junk, "x".repeat(5000)).unwrap();
    refused(&junk, "not a database");
    refused(folder.path(), "unable to open");
    // Where not even root may write.
    refused(Path::new("/sys/registry"), "os error");
    refused(&folder.path().join("no/folder"), "No such file");
    assert_eq!(fs::read(&junk).unwrap().len(), 5000, "it is left alone");
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let folder = tempdir().unwrap();
    let next = places(&folder);
    let registry = Registry::open(&next()).unwrap();
    let filled = registry.transaction(|transaction| {
        (0..200).try_for_each(|nth| transaction.set_value(&format!("{nth}"), &"x".repeat(100)))
    });
    filled.unwrap();
    let copy = folder.path().join("copy");
    registry.backup(&copy).unwrap();
    let mut bytes = fs::read(&copy).unwrap();
    let end = bytes.len() - 4096 * 3;
    bytes[end..].fill(0xa5);
    fs::write(&copy, bytes).unwrap();
    let place = next();
    Registry::restore(&place, &copy).unwrap_err();
    let Location::File(path) = &place else {
        unreachable!()
    };
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
}
