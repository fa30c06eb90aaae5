//! `--to pc`: a SoftHSM2 token of the user's own, in the user's data folder.

use std::path::PathBuf;
use std::time::Duration;

use tokencert::pkcs11::{
    ExclusiveModule, Initialization, ModuleSearch, Pin, PinProvider, PinRequest, TokenAccess,
    initialize,
};
use tokencert::token::{PinKind, Slot, TokenFlags, TokenIdentity, TokenLock};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Destination;
use crate::ui::Ui;
use crate::{modules, session, softhsm};

/// The label of the token that is made.
const LABEL: &str = "tokencert";

/// How often to look for a token whose files are there, and how long to wait in between; after that
/// they are what a run that was cut short has left.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// With the destination `pc`, makes SoftHSM2 look into the user's folder: returns only when it
/// does.
pub(crate) fn enter(context: &Context, ui: &Ui) -> Result<(), Failure> {
    context.profile(ui)?;
    let folder = context.software_token_folder();
    if context.destination() != Some(Destination::Pc)
        || softhsm::is_entered(&softhsm::configuration(&folder))
    {
        return Ok(());
    }
    softhsm::check_folder(&folder)?;
    let configuration = softhsm::configure(&folder)?;
    let line = format!("{}={}", softhsm::VARIABLE, configuration.display());
    ui.status(&message("software-token-line").with("line", line));
    Err(softhsm::start_again(&configuration, |_| false).into())
}

/// True if SoftHSM2 was made to look into the user's folder before.
pub(crate) fn is_configured(context: &Context) -> bool {
    softhsm::configuration(&context.software_token_folder()).is_file()
}

/// The module of the user's own token: the one that was given, else SoftHSM2's. That of a profile
/// is for its USB tokens.
pub(crate) fn module(context: &Context, search: &ModuleSearch) -> Result<PathBuf, Failure> {
    let given = context.module_given();
    given
        .map(|named| modules::by_name(named, search))
        .or_else(|| softhsm::module(search))
        .ok_or_else(|| Failure::Program(Exit::Failed, message("softhsm-missing")))
}

/// The lock that a run which writes holds from its first look until it has the token's own: nobody
/// then makes or writes to the token while it is chosen.
pub(crate) fn lock(context: &Context, ui: &Ui) -> Result<(TokenLock, bool), Failure> {
    session::lock(&named(), context, ui)
}

/// The software tokens among what the module shows: nothing else is this computer.
///
/// SoftHSM2 does not see a token whose file another run is just writing, so it is looked for again.
pub(crate) fn slots(module: &mut ExclusiveModule, context: &Context) -> Result<Vec<Slot>, Failure> {
    let mut looks = 1;
    loop {
        let mut slots = module.slots()?;
        slots.retain(|slot| slot.token().is_some_and(|token| token.software));
        if slots.is_empty() {
            return Err(not_softhsm(module));
        }
        if is_there(&slots) || looks == LOOKS || !has_files(context) {
            return Ok(slots);
        }
        looks += 1;
        std::thread::sleep(PAUSE);
        module.look_afresh()?;
    }
}

/// True if the user has a token already.
pub(crate) fn is_there(slots: &[Slot]) -> bool {
    let tokens = slots.iter().filter_map(Slot::token);
    let mut flags = tokens.map(|token| token.flags);
    flags.any(|flags| flags.has(TokenFlags::TOKEN_INITIALIZED))
}

/// Makes the user's own token, and returns the slots with it.
///
/// Its SO PIN is the PIN: whoever can read the folder has the token's files anyway.
pub(crate) fn create(
    module: &mut ExclusiveModule,
    slots: &[Slot],
    context: &Context,
    ui: &Ui,
) -> Result<Vec<Slot>, Failure> {
    let slot = softhsm::blank(slots).ok_or_else(|| not_softhsm(module))?;
    ui.status(&message("software-token-new").with("token", LABEL));
    let pin = context.pins(ui)?.new_pin(&named(), PinKind::User, None)?;
    initialize(module, slot, &Initialization::new(LABEL), &mut Both(&pin))?;
    context.remember_pin(pin);
    self::slots(module, context)
}

/// The token by the name that it is going to have.
fn named() -> TokenIdentity {
    TokenIdentity {
        label: LABEL.to_owned(),
        ..TokenIdentity::default()
    }
}

/// True if there are files of a token, whether or not SoftHSM2 sees it.
fn has_files(context: &Context) -> bool {
    let tokens = softhsm::tokens(&context.software_token_folder());
    std::fs::read_dir(tokens).is_ok_and(|mut entries| entries.next().is_some())
}

fn not_softhsm(module: &ExclusiveModule) -> Failure {
    let message = message("module-not-softhsm").with("module", module.path().display());
    Failure::usage(message)
}

/// One PIN for both of a new token's.
struct Both<'a>(&'a Pin);

impl PinProvider for Both<'_> {
    fn pin(&mut self, _: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        Ok(Some(self.0.clone()))
    }
}
