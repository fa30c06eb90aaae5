//! `tokencert probe`: the process in which `doctor` has a module loaded.

use tokencert::doctor::ProbeEvent;
use tokencert::pkcs11;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;

/// Look at a module for another process of this program, which survives if it crashes
#[derive(clap::Args, Debug)]
#[command(hide = true)]
pub(crate) struct ProbeArgs {}

pub(crate) fn run(_: &ProbeArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let Some(module) = context.module_given() else {
        return Err(Failure::usage(message("probe-alone")));
    };
    // Whoever listens is gone if a line cannot be written; the module is let go all the same.
    let mut tell = |event: ProbeEvent| {
        let _ = serde_json::to_string(&event).map(|line| ui.line(line));
    };
    pkcs11::probe(
        &module,
        context.module_init(),
        context.finalizes(),
        &mut tell,
    );
    Ok(Exit::Done)
}
