//! A disk that takes nothing is found before anything is made on the token: full, read-only, or with
//! a file where the folder should be.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test, which also says what it could not try"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Outcome, PIN, World, run};

/// How a folder comes to take no file.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    /// No process may write a byte to any file: what `ulimit -f` does stands in for a full disk
    /// where nobody may mount one. The signal that comes with it is heeded, as users have it.
    NoByte,
    /// The same, with the signal ignored, as under some service managers.
    NoByteNoSignal,
    /// A disk without room.
    Full,
    /// A disk mounted read-only.
    ReadOnly,
    /// A file stands where the folder should be.
    FileInPlace,
}

impl Trouble {
    /// All of them; where this system lets nobody mount a disk, those without one.
    fn all() -> Vec<Self> {
        let mut all = vec![Self::NoByte, Self::NoByteNoSignal, Self::FileInPlace];
        let mount = ["-rm", "sh", "-c", "mount -t tmpfs none /mnt"];
        let mounts = Command::new("unshare").args(mount).output();
        if mounts.is_ok_and(|output| output.status.success()) {
            all.extend([Self::Full, Self::ReadOnly]);
        }
        eprintln!("tried: {all:?}");
        all
    }

    /// The command, run with this trouble in `folder`.
    fn around(self, world: &World, folder: &Path, command: &Command) -> Command {
        let place = folder.display();
        let script = match self {
            Self::NoByte => "ulimit -f 0; exec \"$@\"".to_owned(),
            Self::NoByteNoSignal => "trap '' XFSZ; ulimit -f 0; exec \"$@\"".to_owned(),
            Self::Full => format!(
                "mount -t tmpfs -o size=4k none {place} && head -c 4096 /dev/zero > {place}/fill; \
                 exec \"$@\""
            ),
            Self::ReadOnly => format!("mount -t tmpfs -o ro none {place} && exec \"$@\""),
            Self::FileInPlace => "exec \"$@\"".to_owned(),
        };
        let mut words: Vec<String> = match self {
            Self::Full | Self::ReadOnly => vec!["unshare".to_owned(), "-rm".to_owned()],
            _ => Vec::new(),
        };
        words.extend(["sh", "-c", &script, "sh"].map(str::to_owned));
        words.push(command.get_program().to_str().unwrap().to_owned());
        words.extend(
            command
                .get_args()
                .map(|word| word.to_str().unwrap().to_owned()),
        );
        world.command(&words[0], &words[1..])
    }
}

/// A world whose module tells each call on standard error, where no disk can swallow it.
fn world() -> World {
    let world = World::with_authority();
    world.token("desk");
    world.and_badtoken().and_env("BADTOKEN_LOG", "/dev/stderr")
}

/// Puts the trouble in `folder`, runs the command, and takes the trouble away.
fn with(trouble: Trouble, world: &World, folder: &Path, command: &Command) -> Outcome {
    fs::remove_dir_all(folder).ok();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    if matches!(trouble, Trouble::FileInPlace) {
        fs::write(folder, "").unwrap();
    } else {
        fs::create_dir(folder).unwrap();
    }
    let outcome = run(trouble.around(world, folder, command));
    if matches!(trouble, Trouble::FileInPlace) {
        fs::remove_file(folder).unwrap();
    } else {
        // Empty folders and the token's lock are no news of anything.
        assert_eq!(bytes_in(folder), 0, "{outcome}");
        fs::remove_dir_all(folder).unwrap();
    }
    outcome
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| match entry.metadata().unwrap() {
        data if data.is_dir() => bytes_in(&entry.path()),
        data => data.len(),
    });
    sizes.sum()
}

fn objects(world: &World) -> usize {
    let listed = world.pkcs11_tool(&["--login", "--pin", PIN, "--list-objects"]);
    listed.succeeds().stdout.matches(" Object").count()
}

/// The calls that came before the end: a login, too, has SoftHSM2 write its token anew.
fn calls(outcome: &Outcome, function: &str) -> usize {
    outcome.stderr.matches(&format!(" {function}\n")).count()
}

fn state(world: &World) -> PathBuf {
    world.home().join(".local/state/tokencert")
}

fn issue(world: &World) -> Command {
    let pin = world.pin_source();
    let issue = ["issue", "--key", "ec:p256", "--authority", "dir:ca"];
    let more = ["--subject", "CN=Hanako", "--pin-source", &pin];
    world.tokencert_command(&[&issue[..], &more].concat())
}

fn request(world: &World, out: &str) -> Command {
    let pin = world.pin_source();
    let request = ["request", "--key", "ec:p256", "--subject", "CN=a"];
    world.tokencert_command(&[&request[..], &["--out", out, "--pin-source", &pin]].concat())
}

#[test]
fn no_key_is_made_where_the_journal_cannot_be_kept() {
    let world = world();
    for trouble in Trouble::all() {
        // The folder of everything, and then only that of the journal.
        for folder in [state(&world), state(&world).join("journal")] {
            for command in [issue(&world), request(&world, "a.csr")] {
                let outcome = with(trouble, &world, &folder, &command).exits(1);
                let outcome = outcome.complains("cannot write").complains("free space");
                let calls = ["C_Login", "C_GenerateKeyPair"].map(|it| calls(&outcome, it));
                assert_eq!(calls, [0, 0], "{trouble:?}: {outcome}");
                assert_eq!(objects(&world), 0, "{trouble:?}");
            }
        }
    }
    let issued = run(issue(&world)).succeeds();
    let calls = ["C_Login", "C_GenerateKeyPair"].map(|it| calls(&issued, it));
    assert_eq!(calls, [1, 1], "so they are counted");
}

#[test]
fn no_key_is_made_where_the_request_cannot_be_written() {
    let world = world();
    let folder = world.path("answers");
    for trouble in Trouble::all() {
        let outcome = with(trouble, &world, &folder, &request(&world, "answers/a.csr"));
        let outcome = outcome.exits(1).complains("cannot write");
        assert_eq!(calls(&outcome, "C_Initialize"), 0, "{outcome}");
        assert_eq!(objects(&world), 0, "{trouble:?}");
    }
}

#[test]
fn a_profile_that_cannot_be_kept_is_not_said_to_be_added() {
    let world = world();
    let export = ["profile", "export", "--dir", "ca", "--out", "demo.toml"];
    world.tokencert_ca(&export).succeeds();
    let folder = world.home().join(".config/tokencert/profiles");
    for trouble in Trouble::all() {
        let add = world.tokencert_command(&["profile", "add", "demo.toml"]);
        let outcome = with(trouble, &world, &folder, &add).exits(1);
        outcome.complains("cannot write").never_says("added");
    }
    world.tokencert(&["profile", "add", "demo.toml"]).succeeds();
}

#[test]
fn a_software_token_outlives_a_login_on_a_full_disk() {
    let world = world();
    run(request(&world, "a.csr")).succeeds();
    let before = objects(&world);
    let (pin, nowhere) = (world.pin_source(), world.path("nowhere"));
    for trouble in [Trouble::NoByte, Trouble::NoByteNoSignal] {
        let list = world.tokencert_command(&["list", "--pin-source", &pin]);
        let listed = run(trouble.around(&world, &nowhere, &list)).exits(1);
        listed.complains("cannot write").complains("free space");
        assert_eq!(objects(&world), before);

        let sign = ["sign", "--dir", "ca", "--csr", "a.csr", "--out", "-"];
        let command = world.tokencert_ca_command(&sign);
        run(trouble.around(&world, &nowhere, &command)).exits(1);
    }
    let sign = ["sign", "--dir", "ca", "--csr", "a.csr", "--out", "-"];
    world.tokencert_ca(&sign).succeeds();
    run(world.tokencert_command(&["list", "--pin-source", &pin])).succeeds();
}
