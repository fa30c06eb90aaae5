//! What clap has to say: help and version as they are, mistakes in the user's language.

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::ui::Ui;

/// Shows what clap answered in place of arguments.
pub(crate) fn answer(error: clap::Error, ui: &Ui) -> Result<Exit, Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ui.data(error.render().to_string())?;
            Ok(Exit::Done)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ui.status_text(error.render().to_string().trim_end());
            Ok(Exit::Usage)
        }
        _ => Err(Failure::Arguments(error)),
    }
}

/// Refuses an empty `--token`: it would mean whichever token is there. The variable of the
/// environment may be empty, which is as good as unset.
pub(crate) fn refuse_empty_token(matches: &ArgMatches) -> Result<(), Failure> {
    let typed = matches.try_contains_id("token").unwrap_or(false)
        && matches.value_source("token") == Some(ValueSource::CommandLine);
    let mut values = typed
        .then(|| matches.get_raw("token"))
        .flatten()
        .into_iter()
        .flatten();
    if values.any(std::ffi::OsStr::is_empty) {
        return Err(Failure::usage(message("token-empty")));
    }
    matches
        .subcommand()
        .map_or(Ok(()), |(_, matches)| refuse_empty_token(matches))
}

/// What is wrong with the command line, for the mistakes that clap itself finds.
pub(crate) fn mistake(error: &clap::Error) -> Message {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            match context(error, ContextKind::ValidValue).as_str() {
                "" => message("usage-value-wanted"),
                _ => message("usage-value-missing"),
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => message("usage-value"),
        ErrorKind::UnknownArgument => message("usage-unknown"),
        ErrorKind::InvalidSubcommand => {
            message("usage-command").with("command", context(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => message("usage-missing"),
        ErrorKind::MissingSubcommand => message("usage-command-missing"),
        ErrorKind::ArgumentConflict => match context(error, ContextKind::PriorArg) {
            other if other == argument => message("usage-repeated"),
            other => message("usage-conflict").with("other", other),
        },
        _ => message("usage-other").with("reason", error.kind()),
    };
    let meant = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
        ContextKind::ValidSubcommand,
    ];
    let meant = meant
        .into_iter()
        .map(|kind| context(error, kind))
        .find(|text| !text.is_empty())
        // What our own values refuse names forms that are right.
        .or_else(|| std::error::Error::source(error).map(ToString::to_string));
    let said = said.with("argument", argument).with("value", value);
    said.with("meant", meant.unwrap_or_else(|| "--help".to_owned()))
}

/// What clap knows about the mistake, as text.
fn context(error: &clap::Error, kind: ContextKind) -> String {
    let text = match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    tokencert::certificate::sanitized(&text)
}
