//! The manual pages say everything that the command line knows.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Command;

use super::*;
use crate::i18n::Language;

fn texts(language: Language) -> Vec<(String, String)> {
    let pages = pages(&Catalog::new(language)).unwrap();
    let text = |page| String::from_utf8(page).unwrap();
    // Hyphens and dots are escaped for roff.
    let plain = |page| {
        text(page)
            .replace("\\-", "-")
            .replace("\\&", "")
            .replace("\\fB", "")
    };
    let plain = |page| plain(page).replace("\\fR", "").replace("\\fI", "");
    pages
        .into_iter()
        .map(|(name, page)| (name, plain(page)))
        .collect()
}

fn both() -> impl Iterator<Item = (Language, String, String)> {
    [Language::En, Language::Ja]
        .into_iter()
        .flat_map(|language| {
            let pages = texts(language).into_iter();
            pages.map(move |(name, page)| (language, name, page))
        })
}

/// Every command that is shown, by the name of its page.
fn commands(command: &Command, name: &str, found: &mut Vec<(String, Command)>) {
    found.push((name.to_owned(), command.clone()));
    let subs = command.get_subcommands();
    for sub in subs.filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        commands(sub, &format!("{name}-{}", sub.get_name()), found);
    }
}

fn tree() -> Vec<(String, Command)> {
    let mut command = crate::Cli::command();
    command.build();
    let mut found = Vec::new();
    commands(&command, NAME, &mut found);
    found
}

#[test]
fn every_command_has_a_page_in_both_languages_that_names_all_of_its_arguments() {
    let tree = tree();
    for language in [Language::En, Language::Ja] {
        let pages = texts(language);
        assert_eq!(
            pages.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            tree.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        for ((name, page), (_, command)) in pages.iter().zip(&tree) {
            let says = |words: &str| assert!(page.contains(words), "{name}: {words}\n{page}");
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                if let Some(long) = arg.get_long() {
                    says(&format!("--{long}"));
                }
                if let Some(short) = arg.get_short() {
                    says(&format!("-{short}"));
                }
                if arg.is_positional() {
                    says(arg.get_value_names().unwrap()[0].as_str());
                }
                if let Some(variable) = arg.get_env() {
                    says(variable.to_str().unwrap());
                }
                let values = arg.get_possible_values();
                let flag = !arg.get_action().takes_values();
                for value in values.iter().filter(|value| !value.is_hide_set() && !flag) {
                    says(value.get_name());
                }
            }
            for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
                says(&format!("{name}-{}(1)", sub.get_name()));
            }
        }
    }
}

#[test]
fn every_page_names_every_exit_status() {
    let source = include_str!("../exit.rs");
    let body = source.split("pub(crate) enum Exit {").nth(1).unwrap();
    let body = body.split('}').next().unwrap();
    let numbers: Vec<&str> = body
        .lines()
        .filter_map(|line| line.split_once("= ")?.1.strip_suffix(','))
        .collect();
    assert_eq!(numbers.len(), STATUSES.len());
    for (_, name, page) in both() {
        for number in &numbers {
            assert!(
                page.contains(&format!(".TP\n{number}\n")),
                "{name}: {number}\n{page}"
            );
        }
    }
}

/// The variables that this program's code reads by their names.
fn variables_read() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let folders = [
        concat!("src/bin/", env!("CARGO_BIN_NAME")),
        "src/bin/shared",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut left: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(path).unwrap();
            for call in [
                "env::var(\"",
                "env::var_os(\"",
                "VARIABLE: &str = \"",
                "COMPLETE: &str = \"",
            ] {
                let rest = source.split(call).skip(1);
                found.extend(rest.map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
    // What the scripts of shells and this file say among themselves.
    found.retain(|name| !name.is_empty() && !name.starts_with('_'));
    found
}

#[test]
fn every_variable_that_is_read_and_every_file_is_on_the_page_of_the_program() {
    let read = variables_read();
    assert!(read.contains("NO_COLOR"), "{read:?}");
    for (_, name, page) in both() {
        for variable in &read {
            assert!(page.contains(variable.as_str()), "{name}: {variable}");
        }
        for (path, _) in manual::FILES {
            assert!(page.contains(path), "{name}: {path}");
        }
    }
    for place in manual::places_in_the_code() {
        let named = |(path, _): &(&str, &str)| path.split('/').any(|part| part == place);
        assert!(manual::FILES.iter().any(named), "{place}");
    }
}
