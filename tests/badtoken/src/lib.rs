//! A PKCS#11 v2.40 module for tests that stands in front of another one and keeps count.
//!
//! `BADTOKEN_MODULE` names the module behind it (SoftHSM2 where Debian puts it, if absent), and
//! `BADTOKEN_LOG` the file that gets one line, process and function, for every call.

#![expect(unsafe_code, reason = "a PKCS#11 module is called through C pointers")]

mod functions;
mod hook;

use std::path::PathBuf;
use std::sync::OnceLock;

use cryptoki_sys::{
    CK_C_GetFunctionList, CK_FUNCTION_LIST, CK_FUNCTION_LIST_PTR_PTR, CK_RV, CKR_ARGUMENTS_BAD,
    CKR_GENERAL_ERROR, CKR_OK,
};

const DEFAULT_MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// Hands out the list of this module's functions (PKCS#11 v2.40 section 5.4).
///
/// Returns `CKR_GENERAL_ERROR` if the module behind cannot be loaded.
///
/// # Safety
///
/// `list` is null or points to a place for one pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    hook::around("C_GetFunctionList", || {
        if list.is_null() {
            return CKR_ARGUMENTS_BAD;
        }
        if behind().is_none() {
            return CKR_GENERAL_ERROR;
        }
        // SAFETY: the caller gives a valid place for a pointer; null was refused above.
        unsafe { list.write((&raw const functions::LIST).cast_mut()) };
        CKR_OK
    })
}

/// The functions of the module behind, which is loaded at the first call and never unloaded.
fn behind() -> Option<&'static CK_FUNCTION_LIST> {
    static BEHIND: OnceLock<Option<&CK_FUNCTION_LIST>> = OnceLock::new();
    *BEHIND.get_or_init(|| {
        let path = std::env::var_os("BADTOKEN_MODULE").map_or(DEFAULT_MODULE.into(), PathBuf::from);
        load(path).ok().flatten()
    })
}

fn load(path: PathBuf) -> Result<Option<&'static CK_FUNCTION_LIST>, libloading::Error> {
    // SAFETY: the test names a PKCS#11 module, whose initialisers are sound to run.
    let library = unsafe { libloading::Library::new(path) }?;
    // Leaked, so that the functions stay where they are for the life of the process.
    let library = Box::leak(Box::new(library));
    // SAFETY: `CK_C_GetFunctionList` is the type that the standard gives this symbol.
    let symbol = unsafe { library.get::<CK_C_GetFunctionList>(b"C_GetFunctionList\0") }?;
    let Some(get_function_list) = *symbol else {
        return Ok(None);
    };
    let mut list = std::ptr::null_mut();
    // SAFETY: `list` is a valid place for one pointer.
    if unsafe { get_function_list(&raw mut list) } != CKR_OK {
        return Ok(None);
    }
    // SAFETY: after CKR_OK the pointer is null or that of a list which lives as long as the library.
    Ok(unsafe { list.as_ref() })
}
