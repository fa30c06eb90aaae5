//! `tokencert token wait`

use serde_json::json;
use tokencert::report;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Seconds;
use crate::ui::Ui;
use crate::waiting;

/// Wait until the token is plugged in
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token wait --token 0a1b2c3d --timeout 2m")]
pub(crate) struct WaitArgs {
    /// Give up after this time: 90s, 2m or 1h; a bare number is seconds
    #[arg(long, value_name = "TIME")]
    timeout: Option<Seconds>,
}

pub(crate) fn run(args: &WaitArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let limit = args.timeout.map(|limit| limit.0).or(context.wait());
    let slot = waiting::until_there(limit, context, ui)?;
    if let Some(info) = slot.token() {
        if context.json() {
            ui.json(
                &json!({ "version": report::json::VERSION, "token": report::json::token(info) }),
            )?;
        }
        ui.status(&message("token-present").with("token", ui.phrase(&info.identity)));
    }
    Ok(Exit::Done)
}
