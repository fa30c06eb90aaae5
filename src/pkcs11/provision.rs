//! Initialising a token, and setting its PINs. Nothing here happens implicitly.

use super::ExclusiveModule;
use super::TokenAccess;
use super::module::Core;
use super::pin::{self, LoginPolicy, Pin, PinProvider, PinRequest};
use super::quirks;
use super::session::{Token, at_token, confirm_identity};
use crate::error::{CallError, Error, Result, ReturnValue};
use crate::token::{Need, PinKind, Slot, TokenFlags, TokenIdentity, TokenInfo};

/// The longest label of a token, in bytes of UTF-8 (`CK_TOKEN_INFO`).
const LABEL_BYTES: usize = 32;

/// What initialising a token does, and what it may destroy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Initialization {
    /// The token's new label, at most 32 bytes of UTF-8.
    pub label: String,
    /// The serial number that the user confirmed; needed for a token that was initialised before.
    pub confirmed_serial: Option<String>,
    /// Go on although the token holds keys or certificates.
    pub destroy_objects: bool,
    /// The present user PIN, to see the keys that nobody sees without it. Wrong, it stops.
    pub present_pin: Option<Pin>,
    /// How far the PIN governor goes with the SO PIN of a token that was initialised before.
    pub policy: LoginPolicy,
}

impl Initialization {
    /// Initialises under this label, and destroys nothing.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            confirmed_serial: None,
            destroy_objects: false,
            present_pin: None,
            policy: LoginPolicy::default(),
        }
    }
}

/// Initialises the token in a slot and sets its user PIN (`C_InitToken`, `C_InitPIN`).
///
/// For a token that was initialised before, the SO PIN must be its present one, the serial number
/// must have been confirmed, and objects on it are only destroyed on purpose. Objects that only
/// the user can see are only counted with [`Initialization::present_pin`].
///
/// # Errors
///
/// [`Error::SerialNotConfirmed`], [`Error::TokenHoldsKeys`] and [`Error::LabelInvalid`] before
/// anything is done; [`Error::PinIncorrect`] for a wrong SO PIN.
pub fn initialize(
    module: &ExclusiveModule,
    slot: &Slot,
    plan: &Initialization,
    pins: &mut dyn PinProvider,
) -> Result<TokenIdentity> {
    let core = &module.core;
    let Some(info) = slot.token() else {
        return Err(Error::TokenAbsent {
            module: core.path.display().to_string(),
        });
    };
    let label = padded(&plan.label)?;
    let before = info.flags.has(TokenFlags::TOKEN_INITIALIZED);
    if before {
        may_destroy(module, slot, info, plan)?;
        pin::may_try(info, PinKind::So, plan.policy)?;
    }
    let keypad = info.flags.has(TokenFlags::PROTECTED_AUTHENTICATION_PATH);
    let so_pin = ask(info, PinKind::So, keypad, pins)?;
    let user_pin = ask(info, PinKind::User, keypad, pins)?;

    let others: Vec<TokenIdentity> = identities(&core.slots()?);
    confirm_identity(core, slot.id, &info.identity)?;
    core.raw
        .init_token(slot.id, so_pin.as_ref().map(Pin::bytes), label)
        .map_err(|call| explain_so(core, slot.id, info, call))?;
    let slot = find_again(core, slot.id, &plan.label, &others)?;
    let token = Token::open(core, &slot, Need::Write)?;
    set_user_pin(
        &token,
        so_pin,
        user_pin.as_ref(),
        LoginPolicy {
            final_try: true,
            ..LoginPolicy::default()
        },
    )?;
    Ok(token.identity().clone())
}

/// Sets a new user PIN with the SO PIN, which also unlocks it (`C_InitPIN`).
///
/// `pins` is asked for the SO PIN, then for the new user PIN.
pub fn unlock(token: &Token<'_>, pins: &mut dyn PinProvider, policy: LoginPolicy) -> Result<()> {
    let info = token.info().clone();
    pin::may_try(&info, PinKind::So, policy)?;
    let keypad = info.flags.has(TokenFlags::PROTECTED_AUTHENTICATION_PATH);
    let so_pin = ask(&info, PinKind::So, keypad, pins)?;
    let user_pin = ask(&info, PinKind::User, keypad, pins)?;
    set_user_pin(token, so_pin, user_pin.as_ref(), policy)
}

/// Changes a PIN whose present value is known (`C_SetPIN`): one try and no more.
///
/// The user PIN is changed without a login, so that the present one is sent once, unless the token
/// wants one; for the SO PIN the standard asks for a login first (section 5.6.7), without which it
/// is `CKU_USER`'s that changes, also where another kind of user was meant. A present PIN that was
/// wrong at the login is not sent again.
pub fn change_pin(
    token: &Token<'_>,
    which: PinKind,
    present: &mut dyn PinProvider,
    new: &mut dyn PinProvider,
    policy: LoginPolicy,
) -> Result<()> {
    let info = token.info().clone();
    let state = pin::may_try(&info, which, policy)?;
    let keypad = info.flags.has(TokenFlags::PROTECTED_AUTHENTICATION_PATH);
    let mut old = ask(&info, which, keypad, present)?;
    let new = ask(&info, which, keypad, new)?;
    let log_in = |present: Option<Pin>| {
        let look = || token.info_now();
        let session = token.session();
        pin::log_in(&session, which, &mut Once(present), policy, &info, &look)
    };
    let change = |old: &Option<Pin>| {
        let (old, new) = (old.as_ref().map(Pin::bytes), new.as_ref().map(Pin::bytes));
        token.session().set_pin(old, new)
    };
    tracing::debug!(?state, "changing a PIN");
    let is_logged_in = which == PinKind::So
        || policy.user.is_some()
        || quirks::wants_login_before_pin_change(token.identity());
    if is_logged_in {
        old = log_in(old)?;
    }
    let mut set = change(&old);
    // NSS wants a login before the user PIN too, and has looked at no PIN when it says so.
    if !is_logged_in && set.is_err_and(|call| call.value == ReturnValue::USER_NOT_LOGGED_IN) {
        old = log_in(old)?;
        set = change(&old);
    }
    set.map_err(|cause| match cause.value {
        ReturnValue::PIN_LEN_RANGE | ReturnValue::PIN_INVALID | ReturnValue::PIN_TOO_WEAK => {
            Error::PinRefused {
                token: token.identity().to_string(),
                which,
                cause,
            }
        }
        _ => pin::explain(&token.info_now().unwrap_or(info), which, cause),
    })
}

fn padded(label: &str) -> Result<[u8; LABEL_BYTES]> {
    let mut padded = [b' '; LABEL_BYTES];
    let bytes = label.as_bytes();
    match padded.get_mut(..bytes.len()) {
        Some(room) if !label.trim().is_empty() => {
            room.copy_from_slice(bytes);
            Ok(padded)
        }
        _ => Err(Error::LabelInvalid {
            label: label.to_owned(),
            bytes: bytes.len(),
        }),
    }
}

fn may_destroy(
    module: &ExclusiveModule,
    slot: &Slot,
    info: &TokenInfo,
    plan: &Initialization,
) -> Result<()> {
    let token = info.identity.to_string();
    let serial = &info.identity.serial;
    if plan.confirmed_serial.as_ref() != Some(serial) {
        return Err(Error::SerialNotConfirmed {
            token,
            serial: serial.clone(),
        });
    }
    if plan.destroy_objects {
        return Ok(());
    }
    let session = module.open_slot(slot, Need::Read)?;
    let contents = match &plan.present_pin {
        Some(pin) => session.login(&mut pin.clone(), plan.policy),
        None => Ok(()),
    }
    .and_then(|()| session.contents());
    // No session may be open when the token is initialised.
    session.close()?;
    let contents = contents?;
    let keys = contents.identities.len() + contents.certificates.len();
    if keys > 0 {
        return Err(Error::TokenHoldsKeys { token, keys });
    }
    Ok(())
}

/// A PIN from the provider, or none where the token has a keypad.
fn ask(
    info: &TokenInfo,
    which: PinKind,
    keypad: bool,
    pins: &mut dyn PinProvider,
) -> Result<Option<Pin>> {
    if keypad {
        return Ok(None);
    }
    let state = info.flags.pin_state(which);
    let request = PinRequest {
        token: &info.identity,
        which,
        state,
        attempt: 0,
        limits: pin::limits(info),
    };
    let pin = pins.pin(&request)?.ok_or_else(|| Error::PinMissing {
        token: info.identity.to_string(),
        which,
    })?;
    pin::check_length(info, which, &pin)?;
    Ok(Some(pin))
}

fn explain_so(core: &Core, slot: u64, info: &TokenInfo, cause: CallError) -> Error {
    let now = core.token_info(slot).unwrap_or_else(|_| info.clone());
    pin::explain(&now, PinKind::So, cause)
}

fn set_user_pin(
    token: &Token<'_>,
    so_pin: Option<Pin>,
    user_pin: Option<&Pin>,
    policy: LoginPolicy,
) -> Result<()> {
    let session = token.session();
    let info = token.info();
    let look = || token.info_now();
    pin::log_in(
        &session,
        PinKind::So,
        &mut Once(so_pin),
        policy,
        info,
        &look,
    )?;
    let set = session.init_pin(user_pin.map(Pin::bytes));
    if let Err(call) = session.logout() {
        tracing::debug!(%call, "the SO's login ends with the session");
    }
    set.map_err(|cause| match cause.value {
        ReturnValue::PIN_LEN_RANGE | ReturnValue::PIN_INVALID | ReturnValue::PIN_TOO_WEAK => {
            let token = token.identity().to_string();
            Error::PinRefused {
                token,
                which: PinKind::User,
                cause,
            }
        }
        _ => at_token(token.identity(), cause),
    })
}

/// A PIN that was already given; nothing for a second try.
struct Once(Option<Pin>);

impl PinProvider for Once {
    fn pin(&mut self, _: &PinRequest<'_>) -> Result<Option<Pin>> {
        Ok(self.0.take())
    }
}

fn identities(slots: &[Slot]) -> Vec<TokenIdentity> {
    slots
        .iter()
        .filter_map(Slot::token)
        .map(|token| token.identity.clone())
        .collect()
}

/// Finds the token after `C_InitToken`: SoftHSM2 moves it to another slot and gives it a serial.
fn find_again(core: &Core, slot: u64, label: &str, others: &[TokenIdentity]) -> Result<Slot> {
    let slots = core.slots()?;
    let fits = |found: &&Slot| {
        found
            .token()
            .is_some_and(|token| token.identity.label == label)
    };
    let is_new = |found: &&Slot| {
        let token = found.token();
        token.is_some_and(|token| !others.contains(&token.identity))
    };
    let is_here = |found: &&Slot| found.id == slot;
    // A token that another run left half-made under the same label may have come into the slot.
    let new = || slots.iter().filter(fits).filter(is_new);
    new()
        .find(is_here)
        .or_else(|| new().next())
        .or_else(|| slots.iter().filter(fits).find(is_here))
        .cloned()
        .ok_or_else(|| Error::TokenNotFound {
            wanted: format!("`{label}`"),
            present: crate::token::Candidates(identities(&slots)).to_string(),
        })
}
