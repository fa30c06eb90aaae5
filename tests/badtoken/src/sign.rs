//! Signing: `always-authenticate MODE`, `spoil-signatures`, `refuse-mechanism NAME`.
//!
//! `MODE` is `enforced` (a context login right before the signature, and nothing in between, as
//! ykcs11 wants it), or `CKR_USER_ALREADY_LOGGED_IN` or `CKR_USER_TYPE_INVALID` for modules that
//! store the attribute without enforcing it.

use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_BYTE, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CKR_OK,
    CKR_OPERATION_ACTIVE, CKR_OPERATION_NOT_INITIALIZED, CKR_PIN_INCORRECT, CKR_USER_NOT_LOGGED_IN,
};

use crate::behind::behind;
use crate::control::{self, number};
use crate::{hook, mechanisms, pins, search};

/// What was last done about a signature, and the number of the call that did it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Begun(CK_SESSION_HANDLE, usize),
    Allowed(CK_SESSION_HANDLE, usize),
}

static LAST: Mutex<Last> = Mutex::new(Last::Nothing);

fn last() -> std::sync::MutexGuard<'static, Last> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `C_SignInit`
pub(crate) fn begin(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let control = control::now();
    if control.is("strict-search") && search::is_active(session) {
        return CKR_OPERATION_ACTIVE;
    }
    if let Some(code) = mechanisms::refusal(&control, mechanism) {
        return code;
    }
    let answer = behind!(C_SignInit(session, mechanism, key));
    if answer == CKR_OK {
        *last() = Last::Begun(session, hook::calls());
    }
    answer
}

/// `C_Login(CKU_CONTEXT_SPECIFIC)`
pub(crate) fn context_login(session: CK_SESSION_HANDLE, mode: &str, pin: Option<&[u8]>) -> CK_RV {
    if mode != "enforced" {
        return number(mode);
    }
    let now = hook::calls();
    let mut last = last();
    if *last != Last::Begun(session, now - 1) {
        return CKR_OPERATION_NOT_INITIALIZED;
    }
    if !pin.is_some_and(pins::is_right) {
        return CKR_PIN_INCORRECT;
    }
    *last = Last::Allowed(session, now);
    CKR_OK
}

/// `C_Sign`
pub(crate) fn sign(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    count: CK_ULONG,
    signature: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    let control = control::now();
    let enforced = control.word("always-authenticate") == Some("enforced");
    if enforced && *last() != Last::Allowed(session, hook::calls() - 1) {
        return CKR_USER_NOT_LOGGED_IN;
    }
    let answer = behind!(C_Sign(session, data, count, signature, length));
    if answer == CKR_OK && control.is("spoil-signatures") && !signature.is_null() {
        // SAFETY: the module behind has just written at least this byte.
        unsafe { *signature ^= 1 };
    }
    answer
}
