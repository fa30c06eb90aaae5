//! Waiting for a token to be plugged in, by looking again and again.

use std::time::{Duration, Instant};

use tokencert::Error;
use tokencert::pkcs11::TokenAccess;
use tokencert::token::{Need, Slot, TokenSelector};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::modules::{self, Listing};
use crate::session;
use crate::ui::Ui;

/// How long to sleep between two looks. `C_WaitForSlotEvent` works in almost no module.
const PAUSE: Duration = Duration::from_millis(500);

/// How many looks go by until the module is initialised again.
const LOOKS: u32 = 4;

/// Looks until the token is there, or for as long as `limit` allows.
pub(crate) fn until_there(
    limit: Option<Duration>,
    context: &Context,
    ui: &Ui,
) -> Result<Slot, Failure> {
    let candidates = modules::candidates(context, ui)?;
    let names: Vec<String> = candidates
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let wait = Wait {
        selector: context.token_selector()?,
        modules: names.join(", "),
        until: limit.map(|limit| Instant::now() + limit),
    };
    let _progress = ui.progress(&message("progress-waiting-token"));
    match candidates.as_slice() {
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
            let look = modules::look_at(several, context, ui);
            Ok(look.listings.iter().flat_map(Listing::slots).collect())
        }),
    }
}

/// What is waited for.
struct Wait {
    selector: TokenSelector,
    modules: String,
    until: Option<Instant>,
}

impl Wait {
    /// Looks again and again until the token is there, or the time is up.
    fn poll(
        &self,
        mut look: impl FnMut() -> tokencert::Result<Vec<Slot>>,
    ) -> Result<Slot, Failure> {
        loop {
            match self.selector.choose(&look()?, Need::Read, &self.modules) {
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
