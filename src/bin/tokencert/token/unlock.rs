//! `tokencert token unlock`

use tokencert::pkcs11::unlock;
use tokencert::token::{Need, PinKind};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::pins::{ByKind, NewPins, Pins};
use crate::session;
use crate::ui::Ui;

/// Set a new PIN with the SO PIN, which unlocks a locked one
///
/// Nothing on the token is lost. Tokens of a bank may have no SO PIN that anybody knows: ask the
/// bank.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token unlock --token 0a1b2c3d")]
pub(crate) struct UnlockArgs {
    /// Where the SO PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE")]
    so_pin_source: Option<PinSource>,

    /// Where the new PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE")]
    new_pin_source: Option<PinSource>,
}

pub(crate) fn run(args: &UnlockArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    session::with_token(context, Need::Write, ui, |token| {
        let mut so = Pins::new(args.so_pin_source.clone(), ui).of_option("--so-pin-source");
        let new = Pins::new(args.new_pin_source.clone(), ui).of_option("--new-pin-source");
        let mut pins = ByKind {
            so: &mut so,
            user: &mut NewPins(&new),
        };
        unlock(token, &mut pins, context.login_policy())?;
        let said = message("pin-unlocked").with("which", ui.phrase(PinKind::User));
        ui.status(&said.with("token", ui.phrase(token.identity())));
        Ok(Exit::Done)
    })
}
