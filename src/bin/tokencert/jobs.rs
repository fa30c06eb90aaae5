//! Bare `tokencert`: the clerk's jobs in their order.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;

/// Shows what can be done, in the order in which it is done.
pub(crate) fn run(ui: &Ui) -> Result<Exit, Failure> {
    ui.say(&message("jobs"))?;
    Ok(Exit::Done)
}
