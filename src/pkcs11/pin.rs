//! PINs, who is asked for them, and the governor that decides whether a try is made.

use std::fmt;

use cryptoki_sys::{CKU_CONTEXT_SPECIFIC, CKU_SO, CKU_USER};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroize;

use super::raw::{Session, wide};
use crate::error::{CallError, Error, Result, ReturnValue};
use crate::token::{PinKind, PinState, TokenFlags, TokenIdentity, TokenInfo};

/// A PIN: wiped from memory when dropped, and shown by nothing.
#[derive(Clone)]
pub struct Pin(SecretString);

impl Pin {
    /// Takes the text and wipes it.
    #[must_use]
    pub fn new(mut text: String) -> Self {
        // A copy of the exact size: shrinking the string in place could leave a copy behind.
        let copy: Box<str> = Box::from(text.as_str());
        text.zeroize();
        Self(SecretString::new(copy))
    }

    /// The bytes as they go to the token.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    fn len(&self) -> u64 {
        u64::try_from(self.bytes().len()).unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

/// What a [`PinProvider`] is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PinRequest<'a> {
    /// The token that will get the PIN, and no other one.
    pub token: &'a TokenIdentity,
    /// Which of its PINs.
    pub which: PinKind,
    /// What the token's flags say of it now.
    pub state: PinState,
    /// How many tries were wrong in this run.
    pub attempt: u32,
    /// The least and the most bytes that the token takes; `None` where what it says makes no sense.
    pub limits: Option<(u64, u64)>,
}

/// Whoever has the PIN: a prompt, a file, a variable, a fixed text of a test.
pub trait PinProvider {
    /// The PIN, or `None` where there is none to be had, or no further try is wanted.
    ///
    /// Without a person to decide, answer `None` as soon as [`PinRequest::attempt`] is above 0:
    /// a wrong PIN does not become right by being tried again.
    fn pin(&mut self, request: &PinRequest<'_>) -> Result<Option<Pin>>;
}

/// Gives one PIN, once.
impl PinProvider for Pin {
    fn pin(&mut self, request: &PinRequest<'_>) -> Result<Option<Pin>> {
        Ok((request.attempt == 0).then(|| self.clone()))
    }
}

/// A kind of user that only the token's maker knows, by the number that `C_Login` takes: the Crypto
/// User of a Luna is `0x8000_0001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "u64")]
pub struct VendorUser(u64);

/// Not the standard's own kinds: the PIN would be tried as the security officer's, whose lock
/// nobody can open.
impl TryFrom<u64> for VendorUser {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        match number {
            0..=2 => Err("0, 1 and 2 are users of the standard, and none of a maker's own"),
            _ => Ok(Self(number)),
        }
    }
}

impl VendorUser {
    /// The number of the kind.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// How far the governor goes, and who logs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoginPolicy {
    /// Make a try even if it is the last before the lock.
    pub final_try: bool,
    /// Who logs in where the user does; without it, the standard's user (`CKU_USER`).
    pub user: Option<VendorUser>,
}

/// Refuses a try that the flags speak against.
///
/// The SO PIN is guarded harder: nobody can unlock it, so it stops at the first sign of trouble.
pub(super) fn may_try(info: &TokenInfo, which: PinKind, policy: LoginPolicy) -> Result<PinState> {
    let token = || info.identity.to_string();
    let state = info.flags.pin_state(which);
    match (state, which) {
        (PinState::Locked, PinKind::User) => Err(Error::PinLocked { token: token() }),
        (PinState::Locked, PinKind::So) => Err(Error::SoPinLocked { token: token() }),
        (PinState::FinalTry, _) if !policy.final_try => Err(Error::PinFinalTry {
            token: token(),
            which,
        }),
        (PinState::CountLow, PinKind::So) if !policy.final_try => {
            Err(Error::SoPinTriesLow { token: token() })
        }
        _ => Ok(state),
    }
}

/// The token's limits of a PIN, if they make sense: one module says 8 to 0.
pub(super) fn limits(info: &TokenInfo) -> Option<(u64, u64)> {
    let (minimum, maximum) = (info.pin_minimum, info.pin_maximum);
    (maximum > 0 && minimum <= maximum).then_some((minimum, maximum))
}

/// Refuses a PIN whose length the token would refuse, which would cost a try.
pub(super) fn check_length(info: &TokenInfo, which: PinKind, pin: &Pin) -> Result<()> {
    match limits(info) {
        Some((minimum, maximum)) if !(minimum..=maximum).contains(&pin.len()) => {
            Err(Error::PinLength {
                which,
                minimum,
                maximum,
            })
        }
        _ => Ok(()),
    }
}

/// Asks for a PIN and logs in, one `C_Login` per PIN given.
///
/// `look` reads the token's flags afresh. Returns the PIN that was right, or `None` where it was
/// typed on the token's own keypad.
pub(super) fn log_in(
    session: &Session,
    which: PinKind,
    provider: &mut dyn PinProvider,
    policy: LoginPolicy,
    first: &TokenInfo,
    look: &dyn Fn() -> Result<TokenInfo>,
) -> Result<Option<Pin>> {
    let mut info = first.clone();
    let mut wrong = None;
    for attempt in 0.. {
        let state = match may_try(&info, which, policy) {
            Ok(state) => state,
            // A try was made: that it was wrong comes before what the flags now say.
            Err(stop) => return Err(wrong.unwrap_or(stop)),
        };
        let keypad = info.flags.has(TokenFlags::PROTECTED_AUTHENTICATION_PATH);
        let pin = if keypad && attempt == 0 {
            None
        } else {
            let request = PinRequest {
                token: &info.identity,
                which,
                state,
                attempt,
                limits: limits(&info),
            };
            match provider.pin(&request)? {
                Some(pin) => Some(pin),
                None => return Err(wrong.unwrap_or_else(|| missing(&info.identity, which))),
            }
        };
        if let Some(pin) = &pin {
            check_length(&info, which, pin)?;
        }
        // With a keypad, what the provider gave is only the wish for another try.
        let pin = pin.filter(|_| !keypad);
        match call_login(session, which, policy.user, pin.as_ref()) {
            Ok(()) => return Ok(pin),
            Err(call) => {
                info = look().unwrap_or(info);
                let error = explain(&info, which, call);
                if !matches!(error, Error::PinIncorrect { .. }) {
                    return Err(error);
                }
                wrong = Some(error);
            }
        }
    }
    Err(missing(&info.identity, which))
}

fn missing(token: &TokenIdentity, which: PinKind) -> Error {
    Error::PinMissing {
        token: token.to_string(),
        which,
    }
}

fn call_login(
    session: &Session,
    which: PinKind,
    user: Option<VendorUser>,
    pin: Option<&Pin>,
) -> Result<(), CallError> {
    let user = match (which, user) {
        (PinKind::User, Some(VendorUser(user))) => user,
        (PinKind::User, None) => wide(CKU_USER),
        (PinKind::So, _) => wide(CKU_SO),
    };
    match session.login(user, pin.map(Pin::bytes)) {
        Err(call) if call.value == ReturnValue::USER_ALREADY_LOGGED_IN => Ok(()),
        answer => answer,
    }
}

/// The context login that `CKA_ALWAYS_AUTHENTICATE` asks for before each signature
/// (section 5.6.8). Modules that store the flag without enforcing it have two ways to say so.
pub(super) fn context_login(session: &Session, pin: Option<&Pin>) -> Result<(), CallError> {
    match session.login(wide(CKU_CONTEXT_SPECIFIC), pin.map(Pin::bytes)) {
        Err(call)
            if [
                ReturnValue::USER_ALREADY_LOGGED_IN,
                ReturnValue::USER_TYPE_INVALID,
            ]
            .contains(&call.value) =>
        {
            Ok(())
        }
        answer => answer,
    }
}

/// What a failed login means. PIN state and removal are never read out of `CKR_GENERAL_ERROR`.
pub(super) fn explain(info: &TokenInfo, which: PinKind, cause: CallError) -> Error {
    let token = info.identity.to_string();
    match (cause.value, which) {
        (ReturnValue::PIN_INCORRECT | ReturnValue::PIN_INVALID | ReturnValue::PIN_LEN_RANGE, _) => {
            let state = info.flags.pin_state(which);
            Error::PinIncorrect {
                token,
                which,
                state,
                cause,
            }
        }
        (ReturnValue::PIN_LOCKED, PinKind::User) => Error::PinLocked { token },
        (ReturnValue::PIN_LOCKED, PinKind::So) => Error::SoPinLocked { token },
        (ReturnValue::PIN_EXPIRED, PinKind::User) => Error::PinExpired { token },
        (ReturnValue::PIN_EXPIRED, PinKind::So) => Error::SoPinExpired { token },
        (ReturnValue::USER_TYPE_INVALID, PinKind::User) => Error::UserTypeInvalid { token, cause },
        (ReturnValue::USER_PIN_NOT_INITIALIZED, _) => Error::PinNotSet { token },
        (value, _) if value.is_removal() => Error::TokenRemoved { token, cause },
        _ => Error::Token { token, cause },
    }
}
