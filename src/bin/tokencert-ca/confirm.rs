//! The question before what cannot be taken back: to leave all as it is, is the answer by default.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::ui::Ui;

/// True if the change is wanted: by `--yes`, or by the word typed at the terminal.
pub(crate) fn confirmed(yes: bool, question: &Message, ui: &Ui) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    if !ui.can_ask() {
        return Err(Failure::usage(message("confirmation-needed")));
    }
    let answer = ui.ask(question)?.unwrap_or_default().to_lowercase();
    Ok(["y", "yes", "はい"].contains(&answer.as_str()))
}

/// What is said where the answer was no.
pub(crate) fn kept(ui: &Ui) -> Exit {
    ui.status(&message("nothing-changed"));
    Exit::Done
}
