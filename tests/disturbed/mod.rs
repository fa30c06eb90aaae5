//! Running a command with a fault at its first call, its second, and so on, until a run meets none.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper of a test may fail it, and tell what it tried"
)]

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use crate::common::{Outcome, PIN, World};

/// An authority, and a token that misbehaves; in memory where the system has a folder for that,
/// because thousands of runs would wait for the disk to have every step of their journals.
pub(crate) fn world() -> (World, String) {
    in_memory();
    let world = World::with_authority();
    let serial = world.token("desk");
    (world.and_badtoken(), serial)
}

/// Makes worlds in memory, where the system has a folder for that.
pub(crate) fn in_memory() {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        // An error means that it is set already, by another test of the process.
        let _ = tempfile::env::override_temp_dir(memory);
    }
}

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    FailBefore,
    FailAfter,
    Pulled,
    KillBefore,
    KillAfter,
}

impl Kind {
    pub(crate) fn line(self, call: usize) -> String {
        match self {
            Self::FailBefore => format!("fault before {call} CKR_GENERAL_ERROR"),
            Self::FailAfter => format!("fault after {call} CKR_GENERAL_ERROR"),
            Self::Pulled => format!("fault before {call} pull"),
            Self::KillBefore => format!("fault before {call} kill"),
            Self::KillAfter => format!("fault after {call} kill"),
        }
    }
}

/// Puts a fault at every call of a command, each in a world as it was before the first.
///
/// `run` runs the command. One that did not succeed is run again without a fault and must then;
/// `check` judges what is left. Returns the number of faults tried.
pub(crate) fn at_every_call(
    world: &World,
    kind: Kind,
    run: &dyn Fn() -> Outcome,
    check: &dyn Fn(&str),
) -> usize {
    at_every_call_on("", world, kind, run, check)
}

/// The same on a token that does something its own way all the time, as control lines say it.
pub(crate) fn at_every_call_on(
    ways: &str,
    world: &World,
    kind: Kind,
    run: &dyn Fn() -> Outcome,
    check: &dyn Fn(&str),
) -> usize {
    let disturbed = Disturbed {
        world,
        tokens: 1,
        ways,
        run,
        check,
        logins: 1,
        beside: None,
    };
    disturbed.at_every_call(&|call| kind.line(call), kind)
}

/// A command, and what it is run in.
pub(crate) struct Disturbed<'a> {
    pub(crate) world: &'a World,
    /// How many tokens it logs in to.
    pub(crate) tokens: usize,
    /// What the token does its own way all the time, as control lines say it.
    pub(crate) ways: &'a str,
    /// Runs the command.
    pub(crate) run: &'a dyn Fn() -> Outcome,
    /// Judges what is left.
    pub(crate) check: &'a dyn Fn(&str),
    /// How often it logs in to each.
    pub(crate) logins: usize,
    /// What is changed beside the world.
    pub(crate) beside: Option<&'a dyn Beside>,
}

/// Something that a run may change beside the world.
pub(crate) trait Beside {
    /// Whether it is as it was.
    fn is_as_before(&self) -> bool;
    /// Makes it as it was.
    fn go_back(&self);
}

impl Disturbed<'_> {
    /// Puts a fault at every call: the control line of each is what `line` makes of its number.
    pub(crate) fn at_every_call(&self, line: &dyn Fn(usize) -> String, kind: Kind) -> usize {
        let world = self.world;
        let before = world.snapshot();
        world.control(self.ways);
        (self.run)().succeeds();
        (self.check)("an undisturbed run");
        for call in 1.. {
            world.go_back_to(&before);
            if let Some(beside) = self.beside {
                beside.go_back();
            }
            let line = line(call);
            if !self.survives(kind, &line, &before) {
                println!("{line}: {} faults tried", call - 1);
                return call - 1;
            }
        }
        unreachable!("a command makes a finite number of calls")
    }

    /// Runs the command with a fault, and again if it failed. False if the fault was not met.
    fn survives(&self, kind: Kind, line: &str, before: &TempDir) -> bool {
        let world = self.world;
        world.calls();
        world.logins();
        world.hits();
        world.control(&format!("{}\n{line}", self.ways));
        let disturbed = (self.run)();
        let hits = world.hits();
        if hits.is_empty() {
            disturbed.succeeds();
            return false;
        }
        let what = format!("{}\n{disturbed}", hits.join("\n"));
        is_orderly(kind, &disturbed, &what);
        self.spends_no_more_logins(&what);

        world.control(self.ways);
        if disturbed.status == Some(0) {
            (self.check)(&what);
            return true;
        }
        // Where nothing was changed, the next run is the undisturbed one over again.
        if self.beside.is_some_and(Beside::is_as_before) && world.is_as(before) {
            return true;
        }
        let again = (self.run)();
        let what = format!("{what}\n-- then again\n{again}");
        self.spends_no_more_logins(&what);
        assert_eq!(again.status, Some(0), "{what}");
        (self.check)(&what);
        true
    }

    fn spends_no_more_logins(&self, what: &str) {
        let (calls, logins) = (self.world.calls(), self.world.logins());
        assert!(
            calls.of("C_Login") <= self.tokens * self.logins,
            "{calls}{what}"
        );
        assert!(
            logins.values().all(|count| *count <= self.logins),
            "{logins:?}\n{what}"
        );
    }
}

/// A run that is not killed ends with a status of its own, and says why if it is not 0.
fn is_orderly(kind: Kind, outcome: &Outcome, what: &str) {
    match (kind, outcome.status) {
        (Kind::KillBefore | Kind::KillAfter, None) | (Kind::Pulled, Some(4)) | (_, Some(0)) => {}
        // One of two processes was killed: the other one says so.
        (Kind::KillBefore | Kind::KillAfter, Some(1)) => {
            assert!(outcome.stderr.contains("has ended"), "{what}");
        }
        (Kind::FailBefore | Kind::FailAfter, Some(1)) => {
            // What cannot be read back in the fresh look was not kept, for all that can be said.
            let words = ["CKR_GENERAL_ERROR", "did not keep"];
            assert!(
                words.iter().any(|words| outcome.stderr.contains(words)),
                "{what}"
            );
        }
        _ => panic!("an exit status that does not fit: {what}"),
    }
}

/// What is on the token, past badtoken: how many objects of each class and ID.
pub(crate) fn objects(world: &World) -> BTreeMap<String, usize> {
    objects_of(world, &[])
}

/// The same of the token with a label.
pub(crate) fn objects_on(world: &World, label: &str) -> BTreeMap<String, usize> {
    objects_of(world, &["--token-label", label])
}

fn objects_of(world: &World, token: &[&str]) -> BTreeMap<String, usize> {
    let list = ["--login", "--pin", PIN, "--list-objects"];
    let listed = world.pkcs11_tool(&[&list[..], token].concat()).succeeds();
    let mut found = BTreeMap::new();
    let mut class = String::new();
    for line in listed.stdout.lines() {
        if let Some((name, _)) = line.split_once(" Object") {
            name.clone_into(&mut class);
            *found.entry(class.clone()).or_default() += 1;
        } else if let Some(id) = line.trim().strip_prefix("ID:") {
            *found.entry(format!("{class} {}", id.trim())).or_default() += 1;
        }
    }
    found
}

/// The files of the journal, of issuing as of deleting.
pub(crate) fn unfinished(world: &World) -> Vec<String> {
    let state = world.home().join(".local/state/tokencert");
    ["journal", "deletions"]
        .iter()
        .flat_map(|name| std::fs::read_dir(state.join(name)).into_iter().flatten())
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// Issues for a key of the curve P-256, with the authority in the folder `ca`.
pub(crate) fn issue(world: &World) -> Outcome {
    let pin = world.pin_source();
    let authority = ["--authority", "dir:ca", "--subject", "CN=Hanako"];
    let mut arguments = vec!["issue", "--key", "ec:p256", "--pin-source", &pin];
    arguments.extend(authority);
    world.tokencert(&arguments)
}

/// Exactly one key pair, its certificate and the root; nothing unfinished; one certificate issued.
pub(crate) fn is_issued_once(world: &World, what: &str) {
    let found = objects(world);
    let classes = ["Private Key", "Public Key", "Certificate"].map(|class| found.get(class));
    assert_eq!(classes, [Some(&1), Some(&1), Some(&2)], "{found:?}\n{what}");
    let key = found
        .keys()
        .find_map(|name| name.strip_prefix("Private Key "));
    let id = key.unwrap_or_else(|| panic!("a key without ID\n{what}"));
    for class in ["Public Key", "Certificate"] {
        assert_eq!(
            found.get(&format!("{class} {id}")),
            Some(&1),
            "{found:?}\n{what}"
        );
    }
    assert_eq!(unfinished(world), [""; 0], "{what}");
    assert_eq!(world.issued().len(), 1, "{what}");
}
