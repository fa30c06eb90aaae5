//! `tokencert token wait`

use std::time::{Duration, Instant};

use tokencert::Error;
use tokencert::token::Need;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::modules;
use crate::ui::Ui;

/// How long to sleep between two looks. `C_WaitForSlotEvent` works in almost no module.
const PAUSE: Duration = Duration::from_millis(500);

/// Wait until the token is plugged in
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token wait --token 0a1b2c3d --timeout 60")]
pub(crate) struct WaitArgs {
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}
