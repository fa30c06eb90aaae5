//! `tokencert token pin`

use tokencert::Error;
use tokencert::pkcs11::change_pin;
use tokencert::token::{Need, PinKind};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::pins::{NewPins, Pins};
use crate::session;
use crate::ui::Ui;

/// Change the PIN of a token, or its SO PIN
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token pin\n  \
                        $ tokencert token pin --pin-source file:old --new-pin-source file:new")]
pub(crate) struct PinArgs {
    /// Where the new PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE")]
    new_pin_source: Option<PinSource>,

    /// Change the SO PIN
    #[arg(long)]
    so: bool,

    /// Where the present SO PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", requires = "so")]
    so_pin_source: Option<PinSource>,
}

pub(crate) fn run(args: &PinArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    session::with_token(context, Need::Write, ui, |token| {
        let which = if args.so { PinKind::So } else { PinKind::User };
        let mut present = if args.so {
            Pins::new(args.so_pin_source.clone(), ui).of_option("--so-pin-source")
        } else {
            context.pins(ui)?
        };
        let new = Pins::new(args.new_pin_source.clone(), ui).of_option("--new-pin-source");
        change_pin(
            token,
            which,
            &mut present,
            &mut NewPins(&new),
            context.login_policy(),
        )
        .inspect_err(|error| {
            // The token may have changed it, and the run may have ended before it could say so.
            if matches!(error, Error::PinIncorrect { .. }) {
                ui.hint(&message("pin-change-cut-short").with("which", ui.phrase(which)));
            }
        })?;
        let said = message("pin-changed").with("which", ui.phrase(which));
        ui.status(&said.with("token", ui.phrase(token.identity())));
        Ok(Exit::Done)
    })
}
