//! Direct calls into a module, all through one list of functions.
//!
//! p11-kit's proxy and client make an instance of their own, with slots, sessions and logins of its
//! own, for everybody who asks for a list: so one caller asks, once. What the standard's wrapper
//! cannot do is done here too: an object is read in one call instead of two or more; a value that
//! cannot be converted does not lose the others; a token with a malformed clock still answers; a
//! signature is one `C_Sign` that a context login may precede; PINs may be NULL; a search ends at
//! an empty batch and not at the first short one; all mechanisms are listed, vendors' too, and
//! their users log in.
//!
//! This is the only file of the library with `unsafe`, and `call!`, which the files in `raw/` make
//! their calls with, the only way to it. Every call passes pointers to live local buffers with their
//! true lengths, and trusts a length that comes back no further than that.

#![allow(unsafe_code, reason = "PKCS#11 is a C interface")]

use std::ffi::CStr;
use std::path::Path;
use std::ptr;

use cryptoki_sys::{
    CK_BBOOL, CK_C_INITIALIZE_ARGS, CK_FALSE, CK_FLAGS, CK_FUNCTION_LIST, CK_INFO, CK_RV, CK_TRUE,
    CK_ULONG, CKR_OK,
};

use crate::error::{CallError, Error, Result, ReturnValue};

/// The most that is reserved on a module's word, in elements or bytes: 1 MiB.
const LARGEST: usize = 1 << 20;

type Called<T = ()> = Result<T, CallError>;

/// The function list of a loaded module.
pub(super) struct Raw {
    functions: CK_FUNCTION_LIST,
    // Keeps the library loaded for as long as its functions can be called.
    _library: cryptoki_sys::Pkcs11,
}

/// Calls one function of the list.
macro_rules! call {
    ($raw:expr, $function:ident($($argument:expr),* $(,)?)) => {{
        let name = stringify!($function);
        match $raw.functions.$function {
            Some(function) => {
                let _under_way = crate::pkcs11::calling::under_way();
                // SAFETY: the function comes from the module's own list; the arguments are live
                // for the call and their lengths are true (see the head of this file).
                result(name, unsafe { function($($argument),*) })
            }
            None => Err(CallError { function: name, value: ReturnValue::FUNCTION_NOT_SUPPORTED }),
        }
    }};
}

mod objects;
mod session;
mod slots;

pub(super) use objects::Asked;
pub(super) use session::{Opening, Session};

fn result(function: &'static str, value: CK_RV) -> Called {
    tracing::trace!(function, "called");
    if value == CKR_OK {
        return Ok(());
    }
    let value = ReturnValue(wide(value));
    let call = CallError { function, value };
    tracing::debug!(%call, "answered");
    Err(call)
}

/// A `CK_ULONG`, which has 32 bits on Windows, in 64.
#[allow(
    clippy::useless_conversion,
    reason = "CK_ULONG has another width on Windows"
)]
pub(super) fn wide(value: CK_ULONG) -> u64 {
    value.into()
}

/// A number of the domain as `CK_ULONG`; what does not fit cannot come from this platform's module.
#[allow(
    clippy::useless_conversion,
    reason = "CK_ULONG has another width on Windows"
)]
fn narrow(value: u64) -> CK_ULONG {
    value.try_into().unwrap_or(CK_ULONG::MAX)
}

fn length(value: usize) -> CK_ULONG {
    narrow(u64::try_from(value).unwrap_or(u64::MAX))
}

fn index(value: CK_ULONG) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// A length that a module names before any buffer exists: what it says is not reserved blindly.
fn room(value: CK_ULONG) -> usize {
    index(value).min(LARGEST)
}

impl Raw {
    pub(super) fn load(path: &Path) -> Result<Self> {
        let failed = |reason: String| Error::ModuleLoad {
            path: path.display().to_string(),
            reason,
        };
        // SAFETY: loading runs the library's initialisers, which is what the user asked for by
        // naming the module.
        let library = unsafe { cryptoki_sys::Pkcs11::new(path) }
            .map_err(|error| failed(error.to_string()))?;
        let get_list = library
            .C_GetFunctionList
            .as_ref()
            .map_err(|_| failed("it has no C_GetFunctionList".to_owned()))?;
        let mut list = ptr::null_mut();
        // SAFETY: the symbol has the type that the standard fixes, and `list` is live.
        result("C_GetFunctionList", unsafe { get_list(&raw mut list) })
            .map_err(|error| failed(error.to_string()))?;
        if list.is_null() {
            return Err(failed("its C_GetFunctionList gives none".to_owned()));
        }
        // SAFETY: not null, and the list lives as long as the library is loaded; it is copied.
        let functions = unsafe { ptr::read_unaligned(list) };
        Ok(Self {
            functions,
            _library: library,
        })
    }

    /// `C_Initialize`, with how the module may lock and the text that NSS wants in `pReserved`.
    pub(super) fn initialize(&self, flags: CK_FLAGS, text: Option<&CStr>) -> Called {
        let mut arguments = CK_C_INITIALIZE_ARGS {
            flags,
            pReserved: text.map_or(ptr::null_mut(), |text| text.as_ptr().cast_mut().cast()),
            ..CK_C_INITIALIZE_ARGS::default()
        };
        call!(self, C_Initialize((&raw mut arguments).cast()))
    }

    pub(super) fn finalize(&self) -> Called {
        call!(self, C_Finalize(ptr::null_mut()))
    }

    /// `C_GetInfo`.
    pub(super) fn library_info(&self) -> Called<CK_INFO> {
        let mut info = CK_INFO::default();
        call!(self, C_GetInfo(&raw mut info))?;
        Ok(info)
    }
}

/// A `CK_BBOOL` as bytes, for search templates.
pub(super) fn bool_bytes(value: bool) -> Vec<u8> {
    let value: CK_BBOOL = if value { CK_TRUE } else { CK_FALSE };
    vec![value]
}

/// A `CK_ULONG` as the bytes of an attribute.
pub(super) fn ulong_bytes(value: CK_ULONG) -> Vec<u8> {
    value.to_ne_bytes().to_vec()
}

/// A `CK_ULONG` out of the bytes of an attribute; wrong lengths are no number.
pub(super) fn ulong(bytes: &[u8]) -> Option<CK_ULONG> {
    bytes.try_into().ok().map(CK_ULONG::from_ne_bytes)
}
