//! Candidates of completions that are looked up when somebody presses Tab.

use std::ffi::OsStr;
use std::sync::mpsc;
use std::time::Duration;

use clap::builder::StyledStr;
use clap_complete::engine::CompletionCandidate;
use tokencert::certificate::sanitized;
use tokencert::token::TokenIdentity;

/// How long somebody waits at a key stroke.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// What can be typed, and what it is.
pub(crate) type Candidate = (String, String);

/// What is found in time and begins with what was typed.
///
/// A module that hangs is left behind: the program ends with its answer.
pub(crate) fn find(
    typed: &OsStr,
    look: impl FnOnce(&str) -> Option<Vec<Candidate>> + Send + 'static,
) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str().map(str::to_owned) else {
        return Vec::new();
    };
    let (sender, receiver) = mpsc::channel();
    let start = typed.clone();
    std::thread::spawn(move || {
        // Nobody waits any more for what comes too late.
        let _ = sender.send(look(&start).unwrap_or_default());
    });
    let found = receiver.recv_timeout(PATIENCE).unwrap_or_default();
    let fitting = found
        .into_iter()
        .filter(|(value, _)| value.starts_with(&typed));
    fitting
        .map(|(value, help)| {
            let help = (!help.is_empty()).then(|| StyledStr::from(help));
            CompletionCandidate::new(value).help(help)
        })
        .collect()
}

/// Tokens by their labels; where several have one or it cannot be typed, by their serial numbers.
pub(crate) fn tokens(found: &[TokenIdentity]) -> Vec<Candidate> {
    let alone = |label: &str| found.iter().filter(|token| token.label == label).count() == 1;
    let candidates = found.iter().map(|token| {
        let (serial, model) = (sanitized(&token.serial), sanitized(&token.model));
        if can_be_typed(&token.label) && alone(&token.label) {
            (token.label.clone(), format!("{model} {serial}"))
        } else {
            (serial, format!("{model} {}", sanitized(&token.label)))
        }
    });
    candidates
        .filter(|(value, _)| can_be_typed(value))
        .collect()
}

/// True for a text that a terminal takes as it is, that an argument takes for what it is, and that
/// no shell takes for a command: whoever made a token chose its label, and not every shell's script
/// quotes what it inserts.
pub(crate) fn can_be_typed(text: &str) -> bool {
    let means_something = |c: char| "$`\"'\\;&|<>(){}!*?~#:".contains(c);
    !text.is_empty()
        && sanitized(text) == text
        && !text.starts_with('-')
        && !text.contains(means_something)
}
