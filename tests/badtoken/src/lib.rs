//! A PKCS#11 v2.40 module for tests that stands in front of another one, keeps count of the calls,
//! and misbehaves as its control file says.
//!
//! `BADTOKEN_MODULE` names the module behind it (SoftHSM2 where Debian puts it, if absent),
//! `BADTOKEN_CONTROL` the control file, which is read again at every call, and `BADTOKEN_LOG` the
//! file that gets one line, process and function, for every call. Without them these are
//! `$SOFTHSM2_CONF.bad` and the control file's name with `.calls`. README.md lists what can stand
//! in the control file.

#![expect(unsafe_code, reason = "a PKCS#11 module is called through C pointers")]

mod behind;
mod control;
mod faults;
mod functions;
mod generate;
mod hook;
mod inside;
mod mechanisms;
mod names;
mod objects;
mod pins;
mod presence;
mod search;
mod session;
mod sign;
mod slots;
mod templates;
mod tokens;

use cryptoki_sys::{CK_FUNCTION_LIST_PTR_PTR, CK_RV, CKR_ARGUMENTS_BAD, CKR_GENERAL_ERROR, CKR_OK};

/// Hands out the list of this module's functions (PKCS#11 v2.40 section 5.4).
///
/// Returns `CKR_GENERAL_ERROR` if the module behind cannot be loaded.
///
/// # Safety
///
/// `list` is null or points to a place for one pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    hook::around("C_GetFunctionList", None, || {
        if list.is_null() {
            return CKR_ARGUMENTS_BAD;
        }
        if behind::functions().is_none() {
            return CKR_GENERAL_ERROR;
        }
        // SAFETY: the caller gives a valid place for a pointer; null was refused above.
        unsafe { list.write((&raw const functions::LIST).cast_mut()) };
        CKR_OK
    })
}
