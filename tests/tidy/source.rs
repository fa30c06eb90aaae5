//! Reads Rust files as text: enough of the grammar to tell code from comments and tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A Rust file of the project.
pub(crate) struct Source {
    /// Its path from the project's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All Rust files in a folder and below; none if there is no such folder.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(crate::ROOT);
    let mut files = Vec::new();
    collect(&root.join(folder), &mut |path| {
        let relative = path
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        files.push(Source {
            path: relative,
            text: fs::read_to_string(path).unwrap(),
        });
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, found: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found(&path);
        }
    }
}

impl Source {
    /// The module at the top of the library that the file belongs to, `pkcs11` for example.
    pub(crate) fn module(&self) -> &str {
        let name = self.path.strip_prefix("src/").unwrap_or(&self.path);
        name.split('/')
            .next()
            .unwrap_or(name)
            .trim_end_matches(".rs")
    }

    pub(crate) fn is_program(&self) -> bool {
        self.module() == "bin"
    }

    /// The lines of code before the tests, numbered, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        self.text
            .lines()
            .take_while(move |line| !is_test_file && *line != "#[cfg(test)]")
            .map(|line| match line.trim_start() {
                comment if comment.starts_with("//") => "",
                _ => line.split_once(" // ").map_or(line, |(code, _)| code),
            })
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// The lines of code with one of these words, as `file:line: code`.
    pub(crate) fn lines_with(&self, words: &[&str]) -> Vec<String> {
        self.code()
            .filter(|(_, line)| words.iter().any(|word| has_word(line, word)))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }

    /// The modules at the top of the library that the code names, by `crate::` or, in a file at
    /// the top, by `super::`.
    pub(crate) fn imports(&self) -> BTreeSet<String> {
        let code = self
            .code()
            .map(|(_, line)| line)
            .collect::<Vec<_>>()
            .join("\n");
        let at_the_top = self.path.matches('/').count() == 1;
        let mut modules = first_segments(&code, "crate::");
        if at_the_top {
            modules.extend(first_segments(&code, "super::"));
        }
        modules
    }
}

/// Finds a word that is no part of a longer identifier.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line
            .get(start + word.len()..)
            .and_then(|text| text.chars().next());
        let begins = word.starts_with(part_of_name) && before.is_some_and(part_of_name);
        let goes_on = word.ends_with(part_of_name) && after.is_some_and(part_of_name);
        !begins && !goes_on
    })
}

/// What follows a prefix, whether `prefix::name` or `prefix::{name, other::{…}}`.
fn first_segments(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in code.split(prefix).skip(1) {
        match rest.strip_prefix('{') {
            None => names.extend(identifier(rest)),
            Some(group) => names.extend(heads_of_group(group)),
        }
    }
    names
}

fn heads_of_group(group: &str) -> Vec<String> {
    let mut depth = 1_u32;
    let mut heads = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.push(String::new()),
            _ if depth == 1 => heads.last_mut().unwrap().push(c),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
        .iter()
        .filter_map(|head| identifier(head.trim_start()))
        .collect()
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

#[test]
fn words_are_found_whole_and_only_in_code() {
    let source = Source {
        path: "src/token/uri.rs".into(),
        text:
            "let x = unsafe_code;\n// unsafe\nx(); // unsafe\nunsafe { x() }\n#[cfg(test)]\nunsafe"
                .into(),
    };
    assert_eq!(source.module(), "token");
    assert_eq!(
        source.lines_with(&["unsafe"]),
        ["src/token/uri.rs:4: unsafe { x() }"]
    );
}

#[test]
fn imports_are_found_in_paths_and_in_groups() {
    let text = "use crate::{ca, key::{pkcs11, Key}, error};\nlet x = crate::est::y;";
    let imports = Source {
        path: "src/issue.rs".into(),
        text: text.into(),
    }
    .imports();
    assert_eq!(
        imports.iter().collect::<Vec<_>>(),
        ["ca", "error", "est", "key"]
    );
}
