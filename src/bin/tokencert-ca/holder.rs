//! `tokencert-ca holder`

mod add;
mod change;
mod list;
mod secrets;

use tokencert::registry::HolderId;

use crate::actor::ActorArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{DirArgs, RegistryArgs};
use crate::ui::Ui;

/// Register and look after those who hold certificates: administrators and users
#[derive(clap::Args, Debug)]
pub(crate) struct HolderArgs {
    #[command(subcommand)]
    command: HolderCommand,
}

#[derive(clap::Subcommand, Debug)]
enum HolderCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Show(list::ShowArgs),
    Suspend(change::SuspendArgs),
    Resume(change::ResumeArgs),
    Unlock(change::UnlockArgs),
    ResetPin(secrets::ResetPinArgs),
    Otp(secrets::OtpArgs),
}

/// One holder, and who orders the change.
#[derive(clap::Args, Debug)]
struct OneHolder {
    /// The holder: CONTRACT for an administrator, CONTRACT/USER for a user
    #[arg(value_name = "HOLDER")]
    holder: HolderId,

    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

pub(crate) fn run(args: &HolderArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        HolderCommand::Add(args) => add::run(args, context, ui),
        HolderCommand::List(args) => list::list(args, context, ui),
        HolderCommand::Show(args) => list::show(args, context, ui),
        HolderCommand::Suspend(args) => change::suspend(args, context, ui),
        HolderCommand::Resume(args) => change::resume(args, context, ui),
        HolderCommand::Unlock(args) => change::unlock(args, context, ui),
        HolderCommand::ResetPin(args) => secrets::reset_pin(args, context, ui),
        HolderCommand::Otp(args) => secrets::otp(args, context, ui),
    }
}
