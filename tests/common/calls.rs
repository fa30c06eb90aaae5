//! Counts the calls into a PKCS#11 module, by `tests/badtoken` in front of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// How often each function was called.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls(BTreeMap<String, usize>);

impl Calls {
    /// Reads what badtoken wrote to `BADTOKEN_LOG`; no file means no calls.
    pub(crate) fn read(log: &Path) -> Self {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        text.lines()
            .map(|line| line.split_once(' ').expect("process and function").1)
            .collect()
    }

    /// How often one function was called.
    pub(crate) fn of(&self, function: &str) -> usize {
        self.0.get(function).copied().unwrap_or(0)
    }

    /// All calls of all functions.
    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }
}

impl<'a> FromIterator<&'a str> for Calls {
    fn from_iter<I: IntoIterator<Item = &'a str>>(functions: I) -> Self {
        let mut calls = Self::default();
        for function in functions {
            *calls.0.entry(function.to_owned()).or_default() += 1;
        }
        calls
    }
}

impl std::fmt::Display for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} calls", self.total())?;
        self.0
            .iter()
            .try_for_each(|(function, count)| writeln!(f, "{count:5} {function}"))
    }
}

/// The path of the built `badtoken` module.
///
/// Cargo builds it into the target folder of the running test: a `cdylib` of another package is
/// no dependency that cargo would build by itself.
pub(crate) fn badtoken() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        // TARGET/PROFILE/deps/TEST
        let target = test
            .ancestors()
            .nth(3)
            .expect("tests run in cargo's target folder");
        let output = Command::new(env!("CARGO"))
            .args([
                "build",
                "--locked",
                "--package",
                "badtoken",
                "--message-format",
                "json",
            ])
            .arg("--target-dir")
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "badtoken does not build:\n{stderr}"
        );
        let stdout = String::from_utf8(output.stdout).unwrap();
        let artifact = stdout
            .lines()
            .find_map(library)
            .expect("cargo names the library");
        PathBuf::from(artifact)
    })
}

/// The file that a line of cargo's JSON says was built for badtoken.
fn library(line: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let built = message["reason"] == "compiler-artifact" && message["target"]["name"] == "badtoken";
    built
        .then(|| message["filenames"][0].as_str().map(str::to_owned))
        .flatten()
}
