//! The authority's own SoftHSM2 token, in its folder.

use std::path::{Path, PathBuf};

use tokencert::ca::Folder;
use tokencert::pkcs11::{
    ExclusiveModule, Initialization, LoginPolicy, ModuleSearch, PinProvider, Platform, TokenAccess,
    initialize, unlock,
};
use tokencert::token::{
    Need, PinKind, PinState, Slot, TokenFlags, TokenIdentity, TokenInfo, TokenSelector,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::softhsm;

/// The label of the authority's own token.
const LABEL: &str = "tokencert-ca";

/// True if the folder has a token of its own.
pub(crate) fn is_in(folder: &Path) -> bool {
    softhsm::configuration(folder).exists()
}

/// Makes SoftHSM2 look into the authority's folder: returns only when it does.
pub(crate) fn enter(folder: Folder) -> Result<Folder, Failure> {
    let configuration = softhsm::configure(folder.path())?;
    if softhsm::is_entered(&configuration) {
        return Ok(folder);
    }
    // The lock is for the process that comes now.
    drop(folder);
    Err(softhsm::start_again(&configuration, is_foreign).into())
}

/// True for the variables of the other program, and of the logger of calls and PINs.
fn is_foreign(name: &str) -> bool {
    let others = name.starts_with("TOKENCERT_") && !name.starts_with("TOKENCERT_CA_");
    others || name.starts_with("PKCS11SPY")
}

/// SoftHSM2's library, where it is in one of the known places.
pub(crate) fn module() -> Result<PathBuf, Failure> {
    let search = ModuleSearch::new(Platform::current());
    softhsm::module(&search)
        .ok_or_else(|| Failure::Program(Exit::Failed, message("softhsm-missing")))
}

/// The authority's own token, which is made where there is none, and repaired where its making was
/// cut short; `begun` is the one that an earlier run has chosen.
///
/// SoftHSM2 empties a token's file before it writes it anew, at the making and at each login. A run
/// that is killed there leaves no token, or one without an SO PIN: another takes its place, for
/// nothing was issued with its key yet.
pub(crate) fn prepare(
    module: &ExclusiveModule,
    begun: Option<&TokenIdentity>,
    pins: &mut dyn PinProvider,
) -> Result<TokenIdentity, Failure> {
    let slots = module.slots()?;
    let find = |is: &dyn Fn(&TokenInfo) -> bool| {
        // Without an SO PIN it calls the SO PIN locked, which SoftHSM2 does at no other time.
        let whole = |token: &TokenInfo| token.flags.pin_state(PinKind::So) != PinState::Locked;
        let is = |token| whole(token) && is(token);
        slots.iter().find(|slot| slot.token().is_some_and(is))
    };
    let chosen = begun.and_then(|begun| find(&|token| token.identity == *begun));
    let is_own = |token: &TokenInfo| token.software && token.identity.label == LABEL;
    let Some(slot) = chosen.or_else(|| find(&is_own)) else {
        return Ok(initialize(
            module,
            blank(&slots)?,
            &Initialization::new(LABEL),
            pins,
        )?);
    };
    let token = module.open_slot(slot, Need::Write)?;
    // Both PINs are the same. Without a user PIN nothing private was ever on the token.
    if !token.info().flags.has(TokenFlags::USER_PIN_INITIALIZED) {
        unlock(&token, pins, LoginPolicy::default())?;
    }
    Ok(token.identity().clone())
}

fn blank(slots: &[Slot]) -> Result<&Slot, Failure> {
    softhsm::blank(slots).ok_or_else(|| Failure::usage(message("module-not-softhsm")))
}

/// The selector of exactly this token.
pub(crate) fn exactly(token: &TokenIdentity) -> TokenSelector {
    TokenSelector::Identity(token.clone())
}
