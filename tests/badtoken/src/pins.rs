//! PINs that lock: `user-tries N`, `so-tries N` (the counts outlive the process), `silent-pin-flags`;
//! a keypad: `keypad PIN`; the login before each signature; a maker's kind of user: `only-user-type N`.

use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_FLAGS, CK_RV, CK_SESSION_HANDLE, CK_SLOT_ID, CK_ULONG, CK_USER_TYPE, CK_UTF8CHAR,
    CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED, CKF_USER_PIN_COUNT_LOW,
    CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED, CKR_ARGUMENTS_BAD, CKR_OK, CKR_PIN_INCORRECT,
    CKR_PIN_LOCKED, CKR_USER_ALREADY_LOGGED_IN, CKR_USER_TYPE_INVALID, CKS_RW_SO_FUNCTIONS,
    CKU_CONTEXT_SPECIFIC, CKU_SO, CKU_USER,
};

use crate::behind::behind;
use crate::control::{self, Control};
use crate::inside::{self, ulong};
use crate::{search, sign};

/// One of the two PINs.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    User,
    So,
}

/// The user's PIN, once it was right: what a context login is compared with.
static RIGHT: Mutex<Option<Vec<u8>>> = Mutex::new(None);

impl Who {
    fn limit(self, control: &Control) -> Option<CK_ULONG> {
        control.number(match self {
            Self::User => "user-tries",
            Self::So => "so-tries",
        })
    }

    /// The wrong tries so far.
    fn wrong(self) -> CK_ULONG {
        let text =
            control::beside(self.ending()).and_then(|path| std::fs::read_to_string(path).ok());
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    fn keep(self, wrong: CK_ULONG) {
        if let Some(path) = control::beside(self.ending()) {
            // A count that cannot be kept never locks, which the tests notice.
            let _ = std::fs::write(path, wrong.to_string());
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::User => ".user-pin",
            Self::So => ".so-pin",
        }
    }

    /// Makes a try, unless the PIN is locked, and counts it.
    fn try_with(self, attempt: impl FnOnce() -> CK_RV) -> CK_RV {
        let limit = self.limit(&control::now());
        if limit.is_some_and(|limit| self.wrong() >= limit) {
            return CKR_PIN_LOCKED;
        }
        let answer = attempt();
        if limit.is_some() {
            match answer {
                CKR_OK => self.keep(0),
                CKR_PIN_INCORRECT => self.keep(self.wrong() + 1),
                _ => {}
            }
        }
        answer
    }
}

/// Sets the flags of both PINs as the counts say, in place of those of the module behind.
pub(crate) fn flags(control: &Control, flags: &mut CK_FLAGS) {
    let of_user = [
        CKF_USER_PIN_COUNT_LOW,
        CKF_USER_PIN_FINAL_TRY,
        CKF_USER_PIN_LOCKED,
    ];
    let of_so = [
        CKF_SO_PIN_COUNT_LOW,
        CKF_SO_PIN_FINAL_TRY,
        CKF_SO_PIN_LOCKED,
    ];
    for (who, [low, last, locked]) in [(Who::User, of_user), (Who::So, of_so)] {
        let Some(limit) = who.limit(control) else {
            continue;
        };
        *flags &= !(low | last | locked);
        let wrong = who.wrong();
        if control.is("silent-pin-flags") {
            continue;
        }
        if wrong >= limit {
            *flags |= locked;
        } else if wrong + 1 == limit {
            *flags |= low | last;
        } else if wrong > 0 {
            *flags |= low;
        }
    }
}

/// `C_Login`
pub(crate) fn login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    let control = control::now();
    if user == CKU_CONTEXT_SPECIFIC
        && let Some(mode) = control.word("always-authenticate")
    {
        return sign::context_login(session, mode, bytes(pin, length).as_deref());
    }
    let who = if user == CKU_SO { Who::So } else { Who::User };
    // The module behind has only the standard's users.
    let behind = match control.number("only-user-type") {
        Some(own) if user == own => CKU_USER,
        Some(_) if user == CKU_USER => return CKR_USER_TYPE_INVALID,
        _ => user,
    };
    let typed = match control.word("keypad") {
        Some(_) if !pin.is_null() => return CKR_ARGUMENTS_BAD,
        Some(keys) => keys.as_bytes().to_vec(),
        None => bytes(pin, length).unwrap_or_default(),
    };
    let label = inside::slot_of(session).and_then(inside::label_of);
    let process = std::process::id();
    control::note(
        ".logins",
        &format!("{process} {}", label.unwrap_or_default()),
    );
    let answer = who.try_with(|| {
        behind!(C_Login(
            session,
            behind,
            typed.as_ptr().cast_mut(),
            ulong(typed.len())
        ))
    });
    if answer == CKR_OK && who == Who::User {
        *RIGHT.lock().unwrap_or_else(PoisonError::into_inner) = Some(typed);
        search::remember(session);
    }
    answer
}

/// A login that nobody asked for, on tokens that want none.
pub(crate) fn log_in_by_itself(session: CK_SESSION_HANDLE, pin: &str) {
    let pin = pin.as_bytes();
    let answer = behind!(C_Login(
        session,
        CKU_USER,
        pin.as_ptr().cast_mut(),
        ulong(pin.len())
    ));
    debug_assert!([CKR_OK, CKR_USER_ALREADY_LOGGED_IN].contains(&answer));
}

/// True if this is the PIN that the user logged in with.
pub(crate) fn is_right(pin: &[u8]) -> bool {
    let right = RIGHT.lock().unwrap_or_else(PoisonError::into_inner);
    right.as_deref() == Some(pin)
}

/// `C_InitToken`
pub(crate) fn init_token(
    slot: CK_SLOT_ID,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
    label: *mut CK_UTF8CHAR,
) -> CK_RV {
    let answer = Who::So.try_with(|| behind!(C_InitToken(slot, pin, length, label)));
    if answer == CKR_OK {
        Who::User.keep(0);
    }
    answer
}

/// `C_InitPIN`, which also unlocks.
pub(crate) fn init_pin(
    session: CK_SESSION_HANDLE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    let answer = behind!(C_InitPIN(session, pin, length));
    if answer == CKR_OK {
        Who::User.keep(0);
    }
    answer
}

/// `C_SetPIN`: the present PIN counts as a try.
pub(crate) fn set_pin(
    session: CK_SESSION_HANDLE,
    old: *mut CK_UTF8CHAR,
    old_length: CK_ULONG,
    new: *mut CK_UTF8CHAR,
    new_length: CK_ULONG,
) -> CK_RV {
    let mut info = cryptoki_sys::CK_SESSION_INFO::default();
    let known = behind!(C_GetSessionInfo(session, &raw mut info)) == CKR_OK;
    let so = known && info.state == CKS_RW_SO_FUNCTIONS;
    let who = if so { Who::So } else { Who::User };
    who.try_with(|| behind!(C_SetPIN(session, old, old_length, new, new_length)))
}

/// A PIN that the caller gives; `None` for NULL.
fn bytes(pin: *mut CK_UTF8CHAR, length: CK_ULONG) -> Option<Vec<u8>> {
    if pin.is_null() {
        return None;
    }
    let length = crate::inside::size(length);
    // SAFETY: not null, and the caller gives as many bytes as it says.
    Some(unsafe { std::slice::from_raw_parts(pin, length) }.to_vec())
}
