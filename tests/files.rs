//! Files that survive a crash.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

use std::fs;
use std::path::Path;

use tokencert::Error;
use tokencert::files::{self, Access};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn writing_replaces_the_whole_file_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    files::write(&path, b"a long first text", Access::Public).unwrap();
    files::write(&path, b"short", Access::Private).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"short");
    assert_eq!(names(folder.path()), ["a"]);
}

#[test]
fn writing_anew_keeps_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    files::write_new(&path, b"first", Access::Public).unwrap();
    let error = files::write_new(&path, b"second", Access::Public).unwrap_err();
    assert!(
        matches!(error, Error::FileExists { path: named } if named == path.display().to_string())
    );
    assert_eq!(fs::read(&path).unwrap(), b"first");
    assert_eq!(names(folder.path()), ["a"]);
}

#[test]
fn the_check_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    files::check_writable(&folder.path().join("a"), false).unwrap();
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_check_finds_what_would_be_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, b"kept").unwrap();
    assert!(matches!(
        files::check_writable(&path, false),
        Err(Error::FileExists { .. })
    ));
    files::check_writable(&path, true).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"kept");
}

#[test]
fn the_check_finds_a_missing_folder_and_a_folder_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").join("a");
    for path in [
        missing.as_path(),
        folder.path(),
        Path::new("/"),
        Path::new(""),
    ] {
        let error = files::check_writable(path, true).unwrap_err();
        assert!(
            matches!(error, Error::FileWrite { .. }),
            "{}: {error}",
            path.display()
        );
        assert!(
            files::write(path, b"", Access::Public).is_err(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn an_unlimited_file_is_read_up_to_the_limit_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, [7; 100]).unwrap();
    assert_eq!(files::read(&path, 100).unwrap().len(), 100);
    let error = files::read(&path, 99).unwrap_err();
    assert!(
        matches!(
            error,
            Error::FileTooLarge {
                size: 100,
                limit: 99,
                ..
            }
        ),
        "{error}"
    );
    let error = files::read(&folder.path().join("b"), 1).unwrap_err();
    assert!(matches!(error, Error::FileRead { .. }), "{error}");
}

#[test]
fn removing_what_is_not_there_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, b"").unwrap();
    files::remove(&path).unwrap();
    files::remove(&path).unwrap();
    assert!(names(folder.path()).is_empty());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_private_file_is_the_users_alone_even_where_a_public_one_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        files::write(&path, b"", Access::Public).unwrap();
        assert_eq!(mode(&path) & 0o600, 0o600);
        files::write(&path, b"", Access::Private).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_private_folder_and_those_above_it_are_the_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("b");
        files::private_folder(&path).unwrap();
        files::private_folder(&path).unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o700, 0o700));
    }

    #[test]
    fn an_endless_device_is_read_up_to_the_limit_only() {
        let error = files::read(Path::new("/dev/zero"), 4096).unwrap_err();
        assert!(
            matches!(error, Error::FileTooLarge { size: 4097, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_device_is_never_replaced() {
        for write in [files::check_writable(Path::new("/dev/null"), true), {
            files::write(Path::new("/dev/null"), b"", Access::Public)
        }] {
            assert!(matches!(write, Err(Error::FileWrite { .. })));
        }
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, b"kept").unwrap();
        symlink(&target, &link).unwrap();
        assert!(files::write_new(&link, b"new", Access::Public).is_err());
        files::write(&link, b"new", Access::Public).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"kept");
        assert_eq!(fs::read(&link).unwrap(), b"new");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_check_finds_a_folder_that_takes_no_files() {
        let error = files::check_writable(Path::new("/proc/self/a"), false).unwrap_err();
        assert!(matches!(error, Error::FileWrite { .. }), "{error}");
    }
}

#[test]
fn the_next_write_removes_what_a_killed_one_left_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        file
    };
    make(".tokencert-a1B2c3");
    // Of other names, of another kind, of this moment, and of a program that is still running.
    for name in [".tokencert-rc", ".tokencert-a1B2c3.txt", "tokencert-a1B2c3"] {
        make(name);
    }
    fs::create_dir(folder.path().join(".tokencert-folder")).unwrap();
    fs::File::create(folder.path().join(".tokencert-ffffff")).unwrap();
    let running = make(".tokencert-locked");
    running.lock().unwrap();
    files::write(&folder.path().join("a"), b"text", Access::Public).unwrap();
    let kept = [
        ".tokencert-a1B2c3.txt",
        ".tokencert-ffffff",
        ".tokencert-folder",
        ".tokencert-locked",
        ".tokencert-rc",
        "a",
        "tokencert-a1B2c3",
    ];
    assert_eq!(names(folder.path()), kept);
    drop(running);
    files::check_writable(&folder.path().join("b"), false).unwrap();
    assert!(!names(folder.path()).contains(&".tokencert-locked".to_owned()));
}
