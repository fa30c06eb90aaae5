//! One command's work with a token: the module loaded, the token chosen and locked, and in the end
//! the module finalized.

use std::path::Path;

use tokencert::Error;
use tokencert::pkcs11::{ExclusiveModule, Token, TokenAccess};
use tokencert::token::{
    Need, ObjectSelector, PinKind, Slot, TokenIdentity, TokenInfo, TokenLock, TokenSelector,
};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::modules::{self, Picked};
use crate::options::Destination;
use crate::selection;
use crate::software_token;
use crate::ui::Ui;
use crate::waiting;

/// The token that was chosen, in the slot that it is in.
pub(crate) struct Chosen {
    pub(crate) slot: Slot,
    /// Held for as long as the command writes.
    lock: Option<TokenLock>,
}

/// Loads the module and chooses the token, then lets `act` work with them; `after` comes after the
/// last call into the module, when the run can no longer be cut short, and still under the token's
/// lock.
pub(crate) fn with_module_then<T, U>(
    context: &Context,
    need: Need,
    ui: &Ui,
    act: impl FnOnce(&mut ExclusiveModule, &Chosen) -> Result<T, Failure>,
    after: impl FnOnce(T) -> Result<U, Failure>,
) -> Result<U, Failure> {
    // A token on this computer need not be plugged in.
    if context.wait().is_some() && context.destination() != Some(Destination::Pc) {
        waiting::until_there(context.wait(), context, ui)?;
    }
    if need == Need::Write {
        // Also for the token's sake: SoftHSM2 writes a token anew at a login.
        context.journal().check()?;
    }
    let place = modules::choose(context, need, ui)?;
    let (done, _lock) = loaded(&place.module, context, |module| {
        let chosen = choose(module, &place.token, need, context, ui)?;
        Ok((act(module, &chosen)?, chosen.lock))
    })?;
    after(done)
}

/// Opens a session with the chosen token, then lets `act` work with it.
pub(crate) fn with_token<T>(
    context: &Context,
    need: Need,
    ui: &Ui,
    act: impl FnOnce(&Token<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    with_token_then(context, need, ui, act, Ok)
}

/// The same, and `after` as [`with_module_then`] has it.
pub(crate) fn with_token_then<T, U>(
    context: &Context,
    need: Need,
    ui: &Ui,
    act: impl FnOnce(&Token<'_>) -> Result<T, Failure>,
    after: impl FnOnce(T) -> Result<U, Failure>,
) -> Result<U, Failure> {
    let act = |module: &mut ExclusiveModule, chosen: &Chosen| {
        let token = module.open_slot(&chosen.slot, need)?;
        act(&token)
    };
    with_module_then(context, need, ui, act, after)
}

/// The same for a command that works with one object: a PKCS#11 URI that names the object's token
/// chooses it, and is never applied to another one.
pub(crate) fn with_token_of<T, U>(
    object: &ObjectSelector,
    context: &Context,
    need: Need,
    ui: &Ui,
    act: impl FnOnce(&Token<'_>) -> Result<T, Failure>,
    after: impl FnOnce(T) -> Result<U, Failure>,
) -> Result<U, Failure> {
    context.note_token_of(object);
    let act = |module: &mut ExclusiveModule, chosen: &Chosen| {
        selection::confirm_token(object, &chosen.slot)?;
        let token = module.open_slot(&chosen.slot, need)?;
        act(&token)
    };
    with_module_then(context, need, ui, act, after)
}

/// Loads a module, lets `act` work with it, and finalizes it. What was done stays done if that
/// fails.
pub(crate) fn loaded<T>(
    path: &Path,
    context: &Context,
    act: impl FnOnce(&mut ExclusiveModule) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let text = context.module_init();
    let mut module = if context.finalizes() {
        ExclusiveModule::open(path, text)
    } else {
        ExclusiveModule::open_unfinalized(path, text)
    }?;
    let result = act(&mut module);
    if let Err(error) = module.finalize() {
        tracing::info!(%error, "ignored");
    }
    result
}

/// Logs the user in, and explains a PIN that the token wants changed.
pub(crate) fn log_in(token: &Token<'_>, context: &Context, ui: &Ui) -> Result<(), Failure> {
    if token.info().flags.pin_to_be_changed(PinKind::User) {
        ui.warn(&message("pin-to-be-changed").with("which", ui.phrase(PinKind::User)));
    }
    keep_whole(token.info(), context)?;
    token.login(&mut context.pins(ui)?, context.login_policy())?;
    Ok(())
}

/// SoftHSM2 writes a token anew at a login: on a full disk, nothing would be left of it.
pub(crate) fn keep_whole(token: &TokenInfo, context: &Context) -> Result<(), Error> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    if !token.software {
        return Ok(());
    }
    match context.journal().check() {
        Err(Error::FileWrite { path, source })
            if [FileTooLarge, QuotaExceeded, StorageFull].contains(&source.kind()) =>
        {
            Err(Error::FileWrite { path, source })
        }
        // Where nothing can be written for another reason, nothing can be lost by it.
        _ => Ok(()),
    }
}

fn choose(
    module: &mut ExclusiveModule,
    selector: &TokenSelector,
    need: Need,
    context: &Context,
    ui: &Ui,
) -> Result<Chosen, Failure> {
    let name = module.path().display().to_string();
    let (slots, _making) = slots(module, selector, need, context, ui)?;
    let Picked { slot, asked } = modules::one_of(selector, &slots, need, &name, ui)?;
    let Some(info) = slot.token() else {
        return Ok(Chosen { slot, lock: None });
    };
    if context.destination() == Some(Destination::Usb) && info.software {
        return Err(Error::WrongDestination {
            token: info.identity.to_string(),
        }
        .into());
    }
    if need != Need::Write {
        return Ok(Chosen { slot, lock: None });
    }
    let (lock, waited) = lock(&info.identity, context, ui)?;
    let slot = if waited || asked {
        // Another program may have changed the token since it was looked at.
        module.look_afresh()?;
        let chosen = TokenSelector::Identity(info.identity.clone());
        chosen.choose(&module.slots()?, need, &name)?.clone()
    } else {
        slot
    };
    Ok(Chosen {
        slot,
        lock: Some(lock),
    })
}

/// The slots to choose from: for keys on this computer those of software tokens, of which one is
/// made where there is none. The lock is to be held until a token is chosen and locked.
fn slots(
    module: &mut ExclusiveModule,
    selector: &TokenSelector,
    need: Need,
    context: &Context,
    ui: &Ui,
) -> Result<(Vec<Slot>, Option<TokenLock>), Failure> {
    if context.destination() != Some(Destination::Pc) {
        return Ok((module.slots_for(selector)?, None));
    }
    if need != Need::Write {
        let slots = software_token::slots(module, context)?;
        if software_token::is_there(&slots) {
            return Ok((slots, None));
        }
        let none = message("software-token-none");
        return Err(Failure::Program(Exit::Token, none));
    }
    let (lock, waited) = software_token::lock(context, ui)?;
    if waited {
        module.look_afresh()?;
    }
    let mut slots = software_token::slots(module, context)?;
    if !software_token::is_there(&slots) {
        slots = software_token::create(module, &slots, context, ui)?;
    }
    Ok((slots, Some(lock)))
}

/// Takes a token's lock; says whether another program had it.
pub(crate) fn lock(
    token: &TokenIdentity,
    context: &Context,
    ui: &Ui,
) -> Result<(TokenLock, bool), Failure> {
    let mut waiting = || {
        ui.status(&message("waiting-for-lock").with("token", ui.phrase(token)));
    };
    let folder = context.lock_folder();
    Ok(TokenLock::acquire(&folder, token, &mut waiting)?)
}
