//! `tokencert token wait`

use std::time::{Duration, Instant};

use serde_json::json;
use tokencert::pkcs11::TokenAccess;
use tokencert::token::{Need, Slot, TokenSelector};
use tokencert::{Error, report};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{modules, session};

/// How long to sleep between two looks. `C_WaitForSlotEvent` works in almost no module.
const PAUSE: Duration = Duration::from_millis(500);

/// How many looks go by until the module is initialised again.
const LOOKS: u32 = 4;

/// Wait until the token is plugged in
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token wait --token 0a1b2c3d --timeout 60")]
pub(crate) struct WaitArgs {
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

pub(crate) fn run(args: &WaitArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let candidates = modules::candidates(context, ui)?;
    let wait = Wait {
        selector: context.token_selector()?,
        modules: candidates
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        until: args
            .timeout
            .map(|seconds| Instant::now() + Duration::from_secs(seconds)),
    };
    let progress = ui.progress(&message("progress-waiting-token"));
    let slot = match candidates.as_slice() {
        [module] => session::loaded(module, context, |module| {
            let mut looks = 0_u32;
            wait.poll(|| {
                looks += 1;
                // Some modules see a new token only after they were initialised again.
                if looks.is_multiple_of(LOOKS) {
                    module.look_afresh()?;
                }
                module.slots()
            })
        }),
        several => wait.poll(|| {
            let listings = modules::look_at(several, context, ui);
            Ok(listings.iter().flat_map(modules::Listing::slots).collect())
        }),
    }?;
    drop(progress);
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

/// What is waited for.
struct Wait {
    selector: TokenSelector,
    modules: Vec<String>,
    until: Option<Instant>,
}

impl Wait {
    /// Looks again and again until the token is there, or the time is up.
    fn poll(
        &self,
        mut look: impl FnMut() -> tokencert::Result<Vec<Slot>>,
    ) -> Result<Slot, Failure> {
        loop {
            match self
                .selector
                .choose(&look()?, Need::Read, &self.modules.join(", "))
            {
                Ok(slot) => return Ok(slot.clone()),
                Err(
                    Error::TokenAbsent { .. }
                    | Error::TokenNotFound { .. }
                    | Error::TokenUninitialized { .. },
                ) if self.until.is_none_or(|until| Instant::now() < until) => {
                    std::thread::sleep(PAUSE);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
