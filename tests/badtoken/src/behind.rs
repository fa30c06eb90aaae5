//! The module behind: loaded at the first call, and never unloaded.

use std::path::PathBuf;
use std::sync::OnceLock;

use cryptoki_sys::{CK_C_GetFunctionList, CK_FUNCTION_LIST, CKR_OK};

const DEFAULT_MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// Calls a function of the module behind.
///
/// The pointers are those of the caller of badtoken, who keeps the standard's rules for them, or
/// point to live local values of true length.
macro_rules! behind {
    ($function:ident($($argument:expr),* $(,)?)) => {
        match $crate::behind::functions().and_then(|module| module.$function) {
            // SAFETY: see the head of the macro; the function comes from the module's own list.
            Some(function) => unsafe { function($($argument),*) },
            None => cryptoki_sys::CKR_FUNCTION_NOT_SUPPORTED,
        }
    };
}
pub(crate) use behind;

/// The functions of the module behind.
pub(crate) fn functions() -> Option<&'static CK_FUNCTION_LIST> {
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
