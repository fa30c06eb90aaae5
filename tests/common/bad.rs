//! A world whose token misbehaves as told, also while a program runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::World;

impl World {
    /// The same world, with badtoken in front of its tokens: well-behaved until
    /// [`World::control`] says otherwise, and every call counted.
    pub(crate) fn and_badtoken(self) -> Self {
        let control = self.beside_control("").display().to_string();
        self.and_counted().and_env("BADTOKEN_CONTROL", control)
    }

    fn beside_control(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("control{ending}"))
    }

    /// What is to go wrong from now on, in place of what was to before; see
    /// `tests/badtoken/README.md`.
    pub(crate) fn control(&self, lines: &str) {
        // Renamed, so that no call reads half of it.
        let half = self.beside_control(".new");
        fs::write(&half, lines).unwrap();
        fs::rename(half, self.beside_control("")).unwrap();
    }

    /// The faults that programs have met since the last time this was asked.
    pub(crate) fn hits(&self) -> Vec<String> {
        let path = self.beside_control(".hits");
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::remove_file(path).ok();
        text.lines().map(str::to_owned).collect()
    }

    /// How often a PIN was sent to each token since the last time this was asked.
    pub(crate) fn logins(&self) -> BTreeMap<String, usize> {
        let path = self.beside_control(".logins");
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::remove_file(path).ok();
        let mut logins = BTreeMap::new();
        for line in text.lines() {
            let (_, token) = line.split_once(' ').unwrap();
            *logins.entry(token.to_owned()).or_default() += 1;
        }
        logins
    }

    /// How many wrong PINs badtoken has counted since the last right one: `user` or `so`.
    pub(crate) fn wrong_pins(&self, whose: &str) -> u32 {
        let path = self.beside_control(&format!(".{whose}-pin"));
        let text = fs::read_to_string(path).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    /// The tokens and the state of the programs, to be gone back to with [`World::go_back_to`].
    pub(crate) fn snapshot(&self) -> tempfile::TempDir {
        let snapshot = tempfile::tempdir().unwrap();
        for (name, folder) in self.changing() {
            copy(&folder, &snapshot.path().join(name));
        }
        snapshot
    }

    /// Makes the tokens and the state of the programs as they were.
    pub(crate) fn go_back_to(&self, snapshot: &tempfile::TempDir) {
        for (name, folder) in self.changing() {
            fs::remove_dir_all(&folder).ok();
            copy(&snapshot.path().join(name), &folder);
        }
    }

    /// Whether the tokens and the state of the programs are, byte for byte, as they were.
    pub(crate) fn is_as(&self, snapshot: &tempfile::TempDir) -> bool {
        let mut folders = self.changing().into_iter();
        folders.all(|(name, folder)| same(&folder, &snapshot.path().join(name)))
    }

    fn changing(&self) -> [(&'static str, PathBuf); 3] {
        let tokens = self.softhsm().conf().with_file_name("tokens");
        [
            ("tokens", tokens),
            ("home", self.home()),
            ("work", self.path("")),
        ]
    }
}

/// Copies a folder with all that is in it; of one that is not there, an empty one.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).into_iter().flatten() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    // Last, for a read-only folder could not be filled.
    let permissions = fs::metadata(from).map(|data| data.permissions());
    if let Ok(permissions) = permissions {
        fs::set_permissions(to, permissions).unwrap();
    }
}

/// Whether two folders hold the same.
fn same(one: &std::path::Path, other: &std::path::Path) -> bool {
    let names = |folder| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let names: BTreeSet<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names
    };
    let here = names(one);
    here == names(other)
        && here.iter().all(|name| {
            let (one, other) = (one.join(name), other.join(name));
            match (one.is_dir(), other.is_dir()) {
                (true, true) => same(&one, &other),
                (false, false) => fs::read(one).unwrap() == fs::read(other).unwrap(),
                _ => false,
            }
        })
}
