//! What a report says, check by check.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::{World, run};

/// A report as JSON, with the program's exit status.
pub(crate) struct Report {
    pub(crate) status: i32,
    pub(crate) json: Value,
    pub(crate) stdout: String,
}

/// Runs `doctor` with these options.
#[track_caller]
pub(crate) fn doctor(world: &World, more: &[&str]) -> Report {
    let options = ["doctor", "--format", "json"];
    let outcome = world.tokencert(&[&options[..], more].concat());
    let report = Report {
        status: outcome.status.unwrap(),
        json: outcome.json(),
        stdout: outcome.stdout.clone(),
    };
    assert!(!outcome.stderr.contains("error"), "{outcome}");
    // 3 says that there is a problem, and nothing else does.
    let problem = report.levels("problem").is_empty();
    assert_eq!(report.status, if problem { 0 } else { 3 }, "{outcome}");
    report
}

impl Report {
    fn checks(&self) -> &Vec<Value> {
        self.json["checks"].as_array().unwrap()
    }

    /// The IDs of a level.
    pub(crate) fn levels(&self, level: &str) -> Vec<&str> {
        let checks = self.checks().iter();
        let checks = checks.filter(|check| check["level"] == level);
        checks.map(|check| check["id"].as_str().unwrap()).collect()
    }

    /// The first check of an ID, if it is there.
    pub(crate) fn find(&self, id: &str) -> Option<&Value> {
        self.checks().iter().find(|check| check["id"] == id)
    }

    /// The first check of an ID.
    #[track_caller]
    pub(crate) fn check(&self, id: &str) -> &Value {
        self.find(id)
            .unwrap_or_else(|| panic!("no `{id}` in {:#}", self.json["checks"]))
    }

    /// Insists on a check, whose sentence holds the words.
    #[track_caller]
    pub(crate) fn says(&self, id: &str, words: &str) -> &Self {
        let check = self.check(id);
        let message = check["message"].as_str().unwrap();
        assert!(message.contains(words), "{check:#}");
        self
    }

    /// Insists on these problems and no others.
    #[track_caller]
    pub(crate) fn has_problems(&self, ids: &[&str]) -> &Self {
        assert_eq!(self.levels("problem"), ids, "{:#}", self.json["checks"]);
        self
    }

    /// The module that commands use.
    pub(crate) fn module(&self) -> &Value {
        &self.json["modules"][0]
    }

    /// The tokens of that module.
    pub(crate) fn tokens(&self) -> Vec<&Value> {
        let slots = self.module()["slots"].as_array().unwrap().iter();
        slots
            .map(|slot| &slot["token"])
            .filter(|token| !token.is_null())
            .collect()
    }
}

/// The world's programs use this file as their module.
pub(crate) fn using(world: World, module: &Path) -> World {
    world.and_env("TOKENCERT_MODULE", module.display().to_string())
}

/// Has the C compiler make a shared library of a source.
pub(crate) fn library(world: &World, name: &str, source: &str, more: &[&str]) -> PathBuf {
    let code = world.write(format!("{name}.c"), source);
    let path = world.path(format!("{name}.so"));
    let mut command = world.command("cc", &["-shared", "-fPIC", "-o"]);
    command.arg(&path).arg(code).args(more);
    run(command).succeeds();
    path
}

/// Registers a module as p11-kit has them, in the user's own folder.
pub(crate) fn register(world: &World, name: &str, path: &str) {
    let folder = world.home().join(".config/pkcs11/modules");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.module"));
    std::fs::write(file, format!("module: {path}\n")).unwrap();
}

/// Adds a profile for a folder that is there, with more lines.
pub(crate) fn profile(world: &World, more: &str) {
    std::fs::create_dir_all(world.path("ca")).unwrap();
    let authority = format!("dir:{}", world.path("ca").display());
    let text = format!("version = 1\nname = 'demo'\nauthority = '{authority}'\n{more}");
    world.write("demo.toml", text);
    world.tokencert(&["profile", "add", "demo.toml"]).succeeds();
}
