//! The library's and the sessions' beginning and end: `init-text TEXT`, `insist-on-locking`,
//! `no-read-only-sessions CODE`, `no-login PIN`, `forget-certificates`.

use std::ffi::{CStr, c_void};
use std::ptr;

use cryptoki_sys::{
    CK_C_INITIALIZE_ARGS, CK_FLAGS, CK_NOTIFY, CK_RV, CK_SESSION_HANDLE, CK_SLOT_ID,
    CKF_OS_LOCKING_OK, CKF_RW_SESSION, CKR_ARGUMENTS_BAD, CKR_OK, CKR_TOKEN_NOT_PRESENT,
    CKR_TOKEN_WRITE_PROTECTED,
};

use crate::behind::behind;
use crate::slots::{self, Stand};
use crate::{control, inside, objects, pins, search};

/// `C_Initialize`
pub(crate) fn initialize(arguments: *mut c_void) -> CK_RV {
    let control = control::now();
    // SAFETY: the standard gives the pointer this type; a null one is `None`.
    let given = unsafe { arguments.cast::<CK_C_INITIALIZE_ARGS>().as_ref() };
    let locks = given.is_some_and(|given| given.flags & CKF_OS_LOCKING_OK != 0);
    if control.is("insist-on-locking") && !locks {
        return CKR_ARGUMENTS_BAD;
    }
    let Some(wanted) = control.word("init-text") else {
        return behind!(C_Initialize(arguments));
    };
    let text = given.map_or(ptr::null_mut(), |given| given.pReserved);
    if text.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    // SAFETY: not null; a module that wants a text here is given one that ends with a NUL.
    let text = unsafe { CStr::from_ptr(text.cast()) };
    if text.to_bytes() != wanted.as_bytes() {
        return CKR_ARGUMENTS_BAD;
    }
    behind!(C_Initialize(ptr::null_mut()))
}

/// `C_Finalize`
pub(crate) fn finalize(reserved: *mut c_void) -> CK_RV {
    if control::now().is("forget-certificates") {
        objects::forget();
    }
    search::forget();
    behind!(C_Finalize(reserved))
}

/// `C_OpenSession`
pub(crate) fn open(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    application: *mut c_void,
    notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    let control = control::now();
    let writes = flags & CKF_RW_SESSION != 0;
    if let Some(code) = control.code("no-read-only-sessions").filter(|_| !writes) {
        return code;
    }
    let real = match slots::stand(slot) {
        Stand::Second(_) if writes => return CKR_TOKEN_WRITE_PROTECTED,
        Stand::Real(real) | Stand::Second(real) => real,
        Stand::Empty => return CKR_TOKEN_NOT_PRESENT,
        Stand::Failing(code) => return code,
    };
    inside::note_use(real);
    let answer = behind!(C_OpenSession(real, flags, application, notify, session));
    if answer == CKR_OK
        && let Some(pin) = control.word("no-login")
    {
        // SAFETY: the module behind has just written the session's handle there.
        pins::log_in_by_itself(unsafe { session.read() }, pin);
    }
    answer
}

/// `C_CloseSession`
pub(crate) fn close(session: CK_SESSION_HANDLE) -> CK_RV {
    search::abandon(session);
    behind!(C_CloseSession(session))
}
