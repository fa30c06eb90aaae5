//! A box of tokens that are plugged in, with what its administrator has at hand.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;

use crate::common::{Outcome, PIN, SO_PIN, World, run};

/// How many tokens a box has.
pub(crate) const TOKENS: usize = 8;

/// An authority in the folder `ca`, tokens `T1`, `T2` … with badtoken in front of them, and a file
/// with the PIN of each in the folder `pins`.
pub(crate) struct Workbench {
    pub(crate) world: World,
    /// The serial numbers of the tokens.
    pub(crate) serials: Vec<String>,
}

impl Workbench {
    pub(crate) fn with(tokens: usize) -> Self {
        let world = World::with_authority().and_badtoken();
        let serials = (1..=tokens).map(|number| world.token(&format!("T{number}")));
        let serials: Vec<String> = serials.collect();
        let bench = Self { world, serials };
        bench.pin_folder("pins");
        for serial in &bench.serials {
            bench
                .world
                .write(format!("pins/{serial}.pin"), format!("{PIN}\n{SO_PIN}\n"));
        }
        bench
    }

    pub(crate) fn pin_folder(&self, name: &str) {
        let folder = self.world.path(name);
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// A manifest `box.csv` with a subject for each token.
    pub(crate) fn manifest_of_subjects(&self) {
        let rows = self.serials.iter().enumerate();
        let rows = rows.map(|(at, serial)| format!("{serial},CN=Clerk {at}\n"));
        self.world.write(
            "box.csv",
            format!("serial,subject\n{}", rows.collect::<String>()),
        );
    }

    /// Works the box with the authority's folder.
    pub(crate) fn issue(&self, more: &[&str]) -> Outcome {
        run(self.issue_command(more))
    }

    /// The same, to be run by the caller.
    pub(crate) fn issue_command(&self, more: &[&str]) -> Command {
        let authority = self.authority();
        let mut arguments = vec!["issue", "--manifest", "box.csv", "--authority", &authority];
        arguments.extend(more);
        if !more.contains(&"--random-pins") {
            arguments.extend(["--pin-folder", "pins"]);
        }
        if !more.contains(&"--key") {
            arguments.extend(["--key", "ec:p256"]);
        }
        self.world.tokencert_command(&arguments)
    }

    /// The name of the authority.
    pub(crate) fn authority(&self) -> String {
        format!("dir:{}", self.world.path("ca").display())
    }

    /// The lines of the ledger.
    pub(crate) fn ledger(&self) -> Vec<Value> {
        let text = self.world.read("box.ledger.jsonl");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// The states of the rows, as `--format json` has them.
pub(crate) fn states(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| row["state"].as_str().unwrap().to_owned())
        .collect()
}

/// How many rows are done.
pub(crate) fn done(outcome: &Outcome) -> usize {
    states(outcome)
        .iter()
        .filter(|state| *state == "done")
        .count()
}
