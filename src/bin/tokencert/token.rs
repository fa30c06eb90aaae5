//! `tokencert token`: the tokens themselves

mod init;
mod list;
mod pin;
mod unlock;
mod wait;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// List tokens, initialise one, change or unlock its PIN, wait for it
#[derive(clap::Args, Debug)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(clap::Subcommand, Debug)]
enum TokenCommand {
    List(list::ListArgs),
    Init(init::InitArgs),
    Pin(pin::PinArgs),
    Unlock(unlock::UnlockArgs),
    Wait(wait::WaitArgs),
}

pub(crate) fn run(args: &TokenArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        TokenCommand::List(args) => list::run(args, context, ui),
        TokenCommand::Init(args) => init::run(args, context, ui),
        TokenCommand::Pin(args) => pin::run(args, context, ui),
        TokenCommand::Unlock(args) => unlock::run(args, context, ui),
        TokenCommand::Wait(args) => wait::run(args, context, ui),
    }
}
