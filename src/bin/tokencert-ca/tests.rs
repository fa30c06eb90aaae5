//! The two languages say the same, and all of it.

use std::collections::BTreeMap;

use clap::{Arg, Command, CommandFactory};
use fluent_bundle::FluentResource;
use tokencert::Error;

use crate::i18n::{Catalog, Language};
use crate::{Cli, TEXTS, help};

/// Each message and attribute of a Fluent file, with the values that it names, in order.
fn texts(source: &str) -> BTreeMap<String, Vec<&str>> {
    let mut texts = BTreeMap::<String, Vec<&str>>::new();
    let (mut message, mut text) = (String::new(), String::new());
    for line in source.lines() {
        if let Some((key, _)) = line.split_once(" =") {
            if let Some(attribute) = key.strip_prefix("    .") {
                text = format!("{message}.{attribute}");
            } else {
                key.clone_into(&mut message);
                key.clone_into(&mut text);
            }
        }
        let named = line
            .split("{ $")
            .skip(1)
            .filter_map(|rest| rest.split(' ').next());
        let values = texts.entry(text.clone()).or_default();
        values.extend(named);
        values.sort_unstable();
    }
    texts
}

#[test]
fn both_files_are_read_to_the_end() {
    for source in [TEXTS.en, TEXTS.ja] {
        let read = FluentResource::try_new(source.to_owned());
        assert!(
            read.is_ok(),
            "{:?}",
            read.map_err(|(_, errors)| errors).err()
        );
    }
}

#[test]
fn what_the_program_says_itself_is_said_in_both_languages_with_the_same_values() {
    // Errors and help are in English where they are made: in the library, and in doc comments.
    let (english, mut japanese) = (texts(TEXTS.en), texts(TEXTS.ja));
    let elsewhere = ["err-", "say-", "help", "arg-"];
    japanese.retain(|key, _| !elsewhere.iter().any(|prefix| key.starts_with(prefix)));
    assert_eq!(english, japanese);
}

#[test]
fn every_error_that_is_translated_exists() {
    let japanese = texts(TEXTS.ja);
    let codes = japanese.keys().filter_map(|key| key.strip_prefix("err-"));
    for code in codes.map(|code| code.trim_end_matches(".hint")) {
        assert!(Error::CODES.contains(&code), "{code}");
    }
}

#[test]
fn help_is_japanese_to_the_last_argument() {
    fn check(command: &Command) {
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(!about.is_ascii(), "{}: {about}", command.get_name());
        let help = |arg: &Arg| arg.get_help().map(ToString::to_string).unwrap_or_default();
        for arg in command.get_arguments() {
            assert!(!help(arg).is_ascii(), "{} {arg}", command.get_name());
        }
        let own = |command: &&Command| command.get_name() != "help";
        command.get_subcommands().filter(own).for_each(check);
    }
    check(&help::localized(
        Cli::command(),
        &Catalog::new(Language::Ja),
    ));
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}
