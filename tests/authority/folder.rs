//! The folder of an embedded authority, with shell scripts in place of its program.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tokencert::authority::{FolderAuthority, Requirements};

use crate::*;

/// An authority whose program is this shell script.
struct World {
    folder: tempfile::TempDir,
    removed: Vec<OsString>,
}

impl World {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ca")).unwrap();
        let world = Self {
            folder,
            removed: Vec::new(),
        };
        let program = world.path("program");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn authority(&self) -> FolderAuthority {
        let removed = self.removed.clone();
        FolderAuthority::new(self.path("program"), self.path("ca"), removed).unwrap()
    }

    fn enrol(&self) -> tokencert::Result<Enrolment> {
        self.authority().enrol(&SoftKey::new(1).request("CN=a"))
    }
}

#[test]
fn the_child_signs_the_request_that_it_is_given() {
    let world = World::new(r#"echo "$*" >"$3/arguments"; cat >"$3/request"; cat "$3/answer""#);
    let (key, ca) = (SoftKey::new(1), SoftKey::new(2));
    let answer = ca.issue(&key.public(), "CN=a", 26, false);
    fs::write(world.path("ca/answer"), pem(&[&answer, &ca.root()])).unwrap();
    assert_eq!(issued(world.enrol().unwrap()), [answer, ca.root()]);
    let arguments = fs::read_to_string(world.path("ca/arguments")).unwrap();
    let ca = world.path("ca");
    assert_eq!(
        arguments,
        format!("sign --dir {} --csr - --out -\n", ca.display())
    );
    let request = fs::read_to_string(world.path("ca/request")).unwrap();
    assert!(request.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    assert_eq!(world.authority().name(), format!("dir:{}", ca.display()));
}

#[test]
fn the_ca_certificate_is_read_without_the_child() {
    let world = World::new("exit 1");
    assert!(matches!(
        world.authority().ca_certificates(),
        Err(Error::FileRead { .. })
    ));
    let root = SoftKey::new(2).root();
    fs::write(world.path("ca/ca.pem"), pem(&[&root])).unwrap();
    assert_eq!(world.authority().ca_certificates().unwrap(), [root]);
}

#[test]
fn a_child_that_was_got_ready_waits_for_the_request_and_is_ended_if_none_comes() {
    let script = r#"echo begun >>"$3/log"; cat >"$3/request"; echo heard >>"$3/log"; exit 7"#;
    let world = World::new(script);
    let mut authority = world.authority();
    authority.prepare();
    let log = || fs::read_to_string(world.path("ca/log")).unwrap_or_default();
    while log() != "begun\n" {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let refused = authority.enrol(&SoftKey::new(1).request("CN=a"));
    assert!(matches!(refused, Err(Error::AuthorityRefused { .. })));
    assert_eq!(log(), "begun\nheard\n", "the same child has signed");
    // However much it says, and whatever it waits for.
    let world = World::new("yes noise >&2 & sleep 600");
    let mut authority = world.authority();
    authority.prepare();
    drop(authority);
}

#[test]
fn a_child_that_cannot_wait_tells_why_before_the_request_and_is_no_end_of_it() {
    let script = "test -e \"$3/fine\" && exit 7; echo 'error: no registry' >&2; exit 1";
    let world = World::new(script);
    fs::write(world.path("ca/ca.pem"), pem(&[&SoftKey::new(2).root()])).unwrap();
    let mut authority = world.authority();
    assert_eq!(authority.requirements().unwrap(), Requirements::default());
    authority.prepare();
    let error = loop {
        match authority.requirements() {
            Ok(_) => std::thread::sleep(std::time::Duration::from_millis(5)),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.ends_with("exit status: 1: no registry"), "{error}");
    authority.prepare();
    std::thread::sleep(std::time::Duration::from_millis(100));
    fs::write(world.path("ca/fine"), "").unwrap();
    let refused = authority.enrol(&SoftKey::new(1).request("CN=a"));
    assert!(matches!(refused, Err(Error::AuthorityRefused { .. })));
}

#[test]
fn a_folder_without_an_authoritys_certificate_fails_with_what_the_child_says() {
    let world = World::new("echo 'error: begun and not finished' >&2; exit 1");
    let error = world.authority().requirements().unwrap_err().to_string();
    assert!(error.ends_with("begun and not finished"), "{error}");
    fs::create_dir(world.path("ca/ca.pem")).unwrap();
    let error = world.authority().requirements().unwrap_err();
    assert!(matches!(error, Error::FileRead { .. }), "{error}");
}

#[test]
fn a_refusal_carries_the_childs_reason_without_label_and_hint() {
    for said in [
        r"warning: slow\n\nerror: the permit of SH001\n  is closed\nhint: ask\nfor another\n",
        r"エラー: the permit of SH001 is closed\nヒント: ask\n",
    ] {
        let world = World::new(&format!("printf '{said}' >&2; exit 7"));
        match world.enrol().unwrap_err() {
            Error::AuthorityRefused { authority, reason } => {
                assert_eq!(authority, world.authority().name());
                assert_eq!(reason, "the permit of SH001 is closed");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_child_that_fails_is_an_authority_out_of_reach() {
    let world = World::new("echo 'error: the token was removed' >&2; exit 4");
    let error = world.enrol().unwrap_err();
    assert!(
        matches!(error, Error::AuthorityUnreachable { .. }),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .ends_with("exit status: 4: the token was removed"),
        "{error}"
    );
    let script = "(echo first; echo \"thread 'main' panicked\") >&2; exit 101";
    let error = World::new(script).enrol().unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("exit status: 101: thread 'main' panicked"),
        "{error}"
    );
    let error = World::new("kill -9 $$").enrol().unwrap_err();
    assert!(error.to_string().contains("it said nothing"), "{error}");
}

#[test]
fn a_missing_program_is_named() {
    let world = World::new("");
    fs::remove_file(world.path("program")).unwrap();
    let error = world.enrol().unwrap_err();
    assert!(
        matches!(error, Error::AuthorityUnreachable { .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("program is not there"),
        "{error}"
    );
}

#[test]
fn success_without_a_certificate_is_no_answer() {
    for script in ["exit 0", "echo garbage", "cat >&2"] {
        let error = World::new(script).enrol().unwrap_err();
        assert!(matches!(error, Error::AuthorityAnswer { .. }), "{error}");
    }
}

#[test]
fn a_talkative_child_neither_blocks_nor_floods() {
    let script = r"yes noise | head -c 1000000 >&2; printf '\nerror: \033[2Jend' >&2; exit 7";
    match World::new(script).enrol().unwrap_err() {
        Error::AuthorityRefused { reason, .. } => assert_eq!(reason, "\u{fffd}[2Jend"),
        other => panic!("{other}"),
    }
    let script = "head -c 1000000 /dev/zero | tr '\\0' a >&2; exit 7";
    match World::new(script).enrol().unwrap_err() {
        Error::AuthorityRefused { reason, .. } => assert_eq!(reason, "a".repeat(500)),
        other => panic!("{other}"),
    }
}

#[test]
fn the_child_does_not_inherit_the_removed_variables() {
    // HOME is set wherever tests run, and a test must not change its own environment.
    let script = "echo \"error: ${HOME-none}\" >&2; exit 7";
    let mut world = World::new(script);
    let with = world.enrol().unwrap_err().to_string();
    assert!(!with.contains("none"), "{with}");
    world.removed = vec!["HOME".into()];
    let without = world.enrol().unwrap_err().to_string();
    assert!(without.ends_with("none"), "{without}");
}

#[test]
fn a_folder_that_is_not_there_is_no_authority() {
    let world = World::new("");
    let error = FolderAuthority::new("a", world.path("none"), vec![]);
    assert!(matches!(error, Err(Error::AuthorityInvalid { .. })));
}
