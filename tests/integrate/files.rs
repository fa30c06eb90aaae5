//! What `integrate --write` does to files: nothing twice, nothing of others, nothing by halves.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::common::World;
use crate::support::{integrate, no_pin_at_home, world_with_keys};

/// Every file under a folder with its bytes and the time of its last change.
fn files(folder: &Path) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let changed = path.metadata().unwrap().modified().unwrap();
            found.push((
                path.display().to_string(),
                fs::read(&path).unwrap(),
                changed,
            ));
        }
    }
    found.sort();
    found
}

fn ssh_config(world: &World, text: &str) -> std::path::PathBuf {
    let folder = world.home().join(".ssh");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("config");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_second_run_changes_nothing_and_both_say_how_to_undo_it() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    for arguments in [
        &["openssl", "--with", "engine"][..],
        &["ssh"],
        &["ssh", "--host", "a.example.jp"],
        &["git", "--email", "taro@example.jp"],
    ] {
        let arguments = [&["integrate"], arguments, &["--write"]].concat();
        let first = world.tokencert(&arguments).succeeds();
        assert!(first.stdout.contains("Written to "), "{first}");
        let before = files(&world.home());
        let second = world.tokencert(&arguments).succeeds();
        assert!(!second.stdout.contains("Written to "), "{second}");
        assert_eq!(files(&world.home()), before);
        for outcome in [first, second] {
            outcome.says("To undo it, ");
        }
    }
    no_pin_at_home(&world);
}

#[test]
fn printing_writes_nothing_and_takes_no_pin() {
    let world = world_with_keys(&[("my key", "ec:p256")]).and_counted();
    let before = files(&world.home());
    world.calls();
    for program in ["openssl", "ssh", "p11-kit"] {
        world.tokencert(&["integrate", program]).succeeds();
        let pin = world.pin_source();
        world
            .tokencert(&["integrate", program, "--pin-source", &pin])
            .succeeds();
    }
    let calls = world.calls();
    assert!(
        calls.of("C_Initialize") > 0 && calls.of("C_Login") == 0,
        "{calls}"
    );
    assert_eq!(files(&world.home()), before);
}

#[test]
fn what_stands_in_a_file_stays_and_the_block_is_taken_out_by_its_marks() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let own = "ServerAliveInterval 60\nHost a\n    User taro";
    let path = ssh_config(&world, own);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    integrate(&world, &["ssh", "--write"]);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&format!(
        "{own}\n# tokencert integrate ssh *: begin\nHost *\n"
    )));
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    // Another host's block stands beside it, and what follows a block stays where it is.
    integrate(&world, &["ssh", "--host", "b", "--write"]);
    let mut text = fs::read_to_string(&path).unwrap();
    text += "Host z\n    User hanako\n";
    fs::write(&path, &text).unwrap();
    let module = world.softhsm().module().display().to_string();
    let other = text.replacen(&module, "/usr/lib/other.so", 1);
    assert_ne!(other, text);
    fs::write(&path, &other).unwrap();
    let refused = world.tokencert(&["integrate", "ssh", "--write"]).exits(1);
    refused.complains("exists already").complains("--force");
    assert_eq!(fs::read_to_string(&path).unwrap(), other);
    world
        .tokencert(&["integrate", "ssh", "--write", "--force"])
        .succeeds();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_configuration_that_is_kept_elsewhere_is_written_there() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let dotfiles = world.write("dotfiles-ssh", "Host a\n");
    let link = ssh_config(&world, "");
    fs::remove_file(&link).unwrap();
    symlink(&dotfiles, &link).unwrap();
    integrate(&world, &["ssh", "--write"]);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(world.read("dotfiles-ssh").contains("PKCS11Provider"));
    fs::remove_file(&dotfiles).unwrap();
    world.tokencert(&["integrate", "ssh", "--write"]).exits(1);
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn a_block_without_its_end_is_for_a_person_to_mend() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let broken = "# tokencert integrate ssh *: begin\nHost *\nHost mine\n";
    let path = ssh_config(&world, broken);
    for force in [&["--write"][..], &["--write", "--force"]] {
        let arguments = [&["integrate", "ssh"], force].concat();
        world
            .tokencert(&arguments)
            .exits(1)
            .complains("is missing in");
    }
    assert_eq!(fs::read_to_string(path).unwrap(), broken);
}

#[test]
fn a_file_of_another_key_is_replaced_only_when_that_is_asked_for() {
    let world = world_with_keys(&[("one", "ec:p256"), ("two", "ec:p256")]);
    let host = ["--host", "a.example.jp", "--write"];
    let write = |label: &str, more: &[&str]| {
        world.tokencert(&[&["integrate", "ssh", label][..], &host, more].concat())
    };
    write("one", &[]).succeeds();
    let before = files(&world.home());
    write("two", &[]).exits(1).complains("--force");
    assert_eq!(files(&world.home()), before);
    write("two", &["--force"]).succeeds();
    assert_ne!(files(&world.home()), before);
    // Of several keys, one has to be named.
    let ambiguous = world.tokencert(&["integrate", "ssh"]).exits(1);
    ambiguous.complains("id:");
}

#[test]
fn a_path_that_would_mean_something_else_in_a_configuration_is_refused() {
    let world = World::with_token("usb");
    let odd = world.path("lib$HOME\"x.so");
    fs::copy(world.softhsm().module(), &odd).unwrap();
    let arguments = ["integrate", "p11-kit", "--module", odd.to_str().unwrap()];
    world
        .tokencert(&arguments)
        .exits(2)
        .complains("quotation marks");
}
