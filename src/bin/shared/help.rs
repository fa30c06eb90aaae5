//! Help in the user's language: the doc comments in English, `help-…` and
//! `arg-…` of the Fluent files in others.

use clap::builder::{PossibleValue, Resettable};
use clap::{Arg, ArgAction, Command};

use crate::i18n::{Catalog, Language, Message, message};

/// The command line in the catalog's language.
pub(crate) fn localized(command: Command, catalog: &Catalog) -> Command {
    let mut command = without_empty_variables(command);
    // The help command and the common options of every command are there only from now on.
    command.build();
    match catalog.language() {
        Language::En => command,
        Language::Ja => translated(command, &["help"], catalog),
    }
}

/// An empty variable is as good as none.
fn without_empty_variables(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let variable = arg.get_env().and_then(std::env::var_os);
        if variable.is_some_and(|value| value.is_empty()) {
            arg.env(Resettable::Reset)
        } else {
            arg
        }
    });
    command.mut_subcommands(without_empty_variables)
}

fn translated(mut command: Command, path: &[&str], catalog: &Catalog) -> Command {
    let key = path.join("-");
    let word = |key: &str| catalog.text(&message(key));
    let about = catalog.find(&message(&key));
    let long = catalog.find(&message(&format!("{key}.long")));
    if let Some(about) = about {
        let long = long.map_or_else(|| about.clone(), |long| format!("{about}\n\n{long}"));
        command = command.about(about).long_about(long);
    }
    if let Some(examples) = command.get_after_help() {
        let english = examples.to_string();
        let lines = english.strip_prefix("Examples:").unwrap_or(&english);
        command = command.after_help(format!("{}{lines}", word("help-heading-examples")));
    }
    let names: Vec<String> = command
        .get_arguments()
        .map(|arg| arg.get_id().to_string())
        .collect();
    for name in names {
        command = command.mut_arg(&name, |arg| argument(arg, &key, catalog));
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    for name in names {
        if name == "help" {
            command = command.mut_subcommand(name, |command| command.about(word("help-help")));
            continue;
        }
        let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        command = command.mut_subcommand(&name, |command| translated(command, &path, catalog));
    }
    command
        .subcommand_help_heading(word("help-heading-commands"))
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            word("help-heading-usage"),
        ))
}

fn argument(arg: Arg, command: &str, catalog: &Catalog) -> Arg {
    let word = |message: &Message| catalog.text(message);
    let name = arg.get_id().to_string();
    let heading = match arg.get_help_heading() {
        Some(_) => "help-heading-common",
        None if arg.is_positional() => "help-heading-arguments",
        None => "help-heading-options",
    };
    let Some(mut help) = catalog.find(&key_of(&name, command, catalog)) else {
        return arg;
    };
    let mut add = |key: &str, value: String| {
        help += &word(&message(key).with("value", value));
    };
    let values = possible_values(&arg);
    if !values.is_empty() {
        add("help-values", values);
    }
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if takes_value && !defaults.is_empty() {
        add("help-default", defaults.join(" "));
    }
    if let Some(variable) = arg.get_env() {
        add("help-env", variable.to_string_lossy().into_owned());
    }
    arg.help(help)
        .long_help(None::<&str>)
        .help_heading(word(&message(heading)))
        .hide_possible_values(true)
        .hide_default_value(true)
        .hide_env(true)
}

/// The key of an argument's help: the command's own, else the one that commands share.
pub(crate) fn key_of(argument: &str, command: &str, catalog: &Catalog) -> Message {
    let (name, path) = (
        argument.replace('_', "-"),
        command.trim_start_matches("help"),
    );
    let own = message(&format!("arg{path}-{name}"));
    if catalog.find(&own).is_some() {
        own
    } else {
        message(&format!("arg-{name}"))
    }
}

fn possible_values(arg: &Arg) -> String {
    if matches!(
        arg.get_action(),
        ArgAction::SetTrue | ArgAction::Count | ArgAction::Help
    ) {
        return String::new();
    }
    let values = arg.get_possible_values();
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    names.join(", ")
}
