//! The command `completions` of both programs.

use clap::CommandFactory;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Print a completion script for a shell
#[derive(clap::Args, Debug)]
#[command(after_help = concat!(
    "Examples:\n  $ ", env!("CARGO_BIN_NAME"), " completions bash > /etc/bash_completion.d/",
    env!("CARGO_BIN_NAME")
))]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut crate::Cli::command(),
        env!("CARGO_BIN_NAME"),
        &mut script,
    );
    ui.data(script)?;
    Ok(Exit::Done)
}
