//! Direct calls into a module, for what the safe wrapper cannot do.
//!
//! An object is read in one call instead of two or more; a value that the wrapper cannot convert
//! does not lose the others; a token with a malformed clock still answers; a signature is one
//! `C_Sign` that a context login may precede; PINs may be NULL; a search ends at an empty batch
//! and not at the first short one; all mechanisms are listed, vendors' too, and their users log in.
//!
//! This is the only file of the library with `unsafe`. Every call passes pointers to live local
//! buffers with their true lengths, and trusts a length that comes back no further than that.

#![allow(unsafe_code, reason = "PKCS#11 is a C interface")]

use std::path::Path;
use std::ptr;

use cryptoki::context::{CInitializeArgs, CInitializeFlags};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_BBOOL, CK_FALSE, CK_FUNCTION_LIST, CK_MECHANISM,
    CK_MECHANISM_TYPE, CK_RV, CK_SESSION_HANDLE, CK_SLOT_INFO, CK_TOKEN_INFO, CK_TRUE, CK_ULONG,
    CK_UNAVAILABLE_INFORMATION, CKR_OK,
};

use crate::error::{CallError, Error, Result, ReturnValue};

/// Handles asked for in one `C_FindObjects`.
const BATCH: usize = 512;

/// Mechanisms that a list has room for in the first call.
const MECHANISMS: usize = 512;

/// How often the list of slots is asked for while readers come and go.
const SLOT_LIST_TRIES: u32 = 5;

/// The most that is reserved on a module's word, in elements or bytes: 1 MiB.
const LARGEST: usize = 1 << 20;

type Called = Result<(), CallError>;

/// The function list of a loaded module.
pub(super) struct Raw {
    functions: CK_FUNCTION_LIST,
    // Keeps the library loaded for as long as its functions can be called.
    _library: cryptoki_sys::Pkcs11,
}

/// An attribute in a call: with a buffer for its value, or asked for its length only.
pub(super) struct Asked {
    pub(super) kind: CK_ATTRIBUTE_TYPE,
    pub(super) buffer: Option<Vec<u8>>,
    /// What the module answered; `None` where the object does not have or show the attribute.
    pub(super) length: Option<usize>,
}

/// Calls one function of the list.
macro_rules! call {
    ($raw:expr, $function:ident($($argument:expr),* $(,)?)) => {{
        let name = stringify!($function);
        match $raw.functions.$function {
            Some(function) => {
                let _under_way = super::calling::under_way();
                // SAFETY: the function comes from the module's own list; the arguments are live
                // for the call and their lengths are true (see the head of this file).
                result(name, unsafe { function($($argument),*) })
            }
            None => Err(CallError { function: name, value: ReturnValue::FUNCTION_NOT_SUPPORTED }),
        }
    }};
}

fn result(function: &'static str, value: CK_RV) -> Result<(), CallError> {
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

    /// `C_GetSlotList`: first for the length, as the standard wants it (section 5.5.1), because
    /// only that call makes a module look for new readers.
    pub(super) fn slot_list(&self) -> Result<Vec<u64>, CallError> {
        let mut answer = Ok(());
        for _ in 0..SLOT_LIST_TRIES {
            let mut count: CK_ULONG = 0;
            call!(
                self,
                C_GetSlotList(CK_FALSE, ptr::null_mut(), &raw mut count)
            )?;
            let mut slots = vec![0; room(count)];
            count = length(slots.len());
            answer = call!(
                self,
                C_GetSlotList(CK_FALSE, slots.as_mut_ptr(), &raw mut count)
            );
            if answer.is_ok() {
                slots.truncate(index(count));
                return Ok(slots.into_iter().map(wide).collect());
            }
            // A reader that is plugged in between the two calls makes the buffer too small.
            if answer.is_err_and(|call| call.value != ReturnValue::BUFFER_TOO_SMALL) {
                break;
            }
        }
        answer.map(|()| Vec::new())
    }

    pub(super) fn slot_info(&self, slot: u64) -> Result<CK_SLOT_INFO, CallError> {
        let mut info = CK_SLOT_INFO::default();
        call!(self, C_GetSlotInfo(narrow(slot), &raw mut info))?;
        Ok(info)
    }

    pub(super) fn token_info(&self, slot: u64) -> Result<CK_TOKEN_INFO, CallError> {
        let mut info = CK_TOKEN_INFO::default();
        call!(self, C_GetTokenInfo(narrow(slot), &raw mut info))?;
        Ok(info)
    }

    /// The mechanisms of a slot, those of vendors included.
    pub(super) fn mechanisms(&self, slot: u64) -> Result<Vec<CK_MECHANISM_TYPE>, CallError> {
        let mut list = vec![0; MECHANISMS];
        let mut count = length(list.len());
        let first = call!(
            self,
            C_GetMechanismList(narrow(slot), list.as_mut_ptr(), &raw mut count)
        );
        if first.is_err_and(|error| error.value == ReturnValue::BUFFER_TOO_SMALL) {
            list.resize(room(count), 0);
            count = length(list.len());
            call!(
                self,
                C_GetMechanismList(narrow(slot), list.as_mut_ptr(), &raw mut count)
            )?;
        } else {
            first?;
        }
        list.truncate(index(count));
        Ok(list)
    }

    /// Searches by attributes, always ending the search, also after a failure.
    ///
    /// With `complete` it goes on until a batch comes back empty, because some modules return
    /// short batches; without it one batch is enough.
    pub(super) fn find(
        &self,
        session: CK_SESSION_HANDLE,
        by: &[(CK_ATTRIBUTE_TYPE, Vec<u8>)],
        complete: bool,
    ) -> Result<Vec<u64>, CallError> {
        let mut template: Vec<CK_ATTRIBUTE> = by
            .iter()
            .map(|(kind, value)| CK_ATTRIBUTE {
                type_: *kind,
                pValue: value.as_ptr().cast_mut().cast(),
                ulValueLen: length(value.len()),
            })
            .collect();
        call!(
            self,
            C_FindObjectsInit(session, template.as_mut_ptr(), length(template.len()))
        )?;
        let found = self.find_batches(session, complete);
        let ended = call!(self, C_FindObjectsFinal(session));
        let found = found?;
        ended?;
        Ok(found)
    }

    fn find_batches(&self, session: CK_ULONG, complete: bool) -> Result<Vec<u64>, CallError> {
        let mut found = Vec::new();
        let mut batch = vec![0; BATCH];
        loop {
            let mut count: CK_ULONG = 0;
            call!(
                self,
                C_FindObjects(session, batch.as_mut_ptr(), length(BATCH), &raw mut count)
            )?;
            let filled = batch.get(..index(count)).unwrap_or(&batch);
            found.extend(filled.iter().copied().map(wide));
            if filled.is_empty() || !complete || found.len() > LARGEST {
                return Ok(found);
            }
        }
    }

    /// `C_GetAttributeValue`: fills the buffers, and says of each attribute how long it is.
    ///
    /// The module's answer comes beside what it filled in: an attribute that the object does not
    /// have, or does not show, makes it an error without losing the others.
    pub(super) fn get_attributes(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        asked: &mut [Asked],
    ) -> Result<(), CallError> {
        let mut template: Vec<CK_ATTRIBUTE> = asked
            .iter_mut()
            .map(|one| CK_ATTRIBUTE {
                type_: one.kind,
                pValue: match &mut one.buffer {
                    Some(buffer) => buffer.as_mut_ptr().cast(),
                    None => ptr::null_mut(),
                },
                ulValueLen: length(one.buffer.as_ref().map_or(0, Vec::len)),
            })
            .collect();
        let object = narrow(object);
        let count = length(template.len());
        let answer = call!(
            self,
            C_GetAttributeValue(session, object, template.as_mut_ptr(), count)
        );
        for (one, entry) in asked.iter_mut().zip(&template) {
            let size = entry.ulValueLen;
            one.length = (size != CK_UNAVAILABLE_INFORMATION).then(|| room(size));
        }
        answer
    }

    pub(super) fn sign_init(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: &Mechanism<'_>,
        key: u64,
    ) -> Result<(), CallError> {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        call!(self, C_SignInit(session, &raw mut mechanism, narrow(key)))
    }

    /// One `C_Sign` with room for `size` bytes.
    pub(super) fn sign(
        &self,
        session: CK_SESSION_HANDLE,
        data: &[u8],
        size: usize,
    ) -> Result<Vec<u8>, CallError> {
        let mut signature = vec![0; size];
        let mut filled = length(size);
        let (data, count) = (data.as_ptr().cast_mut(), length(data.len()));
        call!(
            self,
            C_Sign(
                narrow(session),
                data,
                count,
                signature.as_mut_ptr(),
                &raw mut filled
            )
        )?;
        signature.truncate(index(filled));
        Ok(signature)
    }

    /// `C_InitToken`; the label is padded with blanks to 32 bytes, and must fit.
    pub(super) fn init_token(
        &self,
        slot: u64,
        so_pin: Option<&[u8]>,
        label: [u8; 32],
    ) -> Result<(), CallError> {
        let (pin, size) = bytes_or_null(so_pin);
        call!(
            self,
            C_InitToken(narrow(slot), pin, size, label.as_ptr().cast_mut())
        )
    }

    /// `C_Login` of a user by the number of its kind.
    pub(super) fn login(&self, at: CK_SESSION_HANDLE, user: u64, pin: Option<&[u8]>) -> Called {
        let (pin, size) = bytes_or_null(pin);
        call!(self, C_Login(at, narrow(user), pin, size))
    }

    pub(super) fn init_pin(&self, session: CK_SESSION_HANDLE, pin: Option<&[u8]>) -> Called {
        let (pin, size) = bytes_or_null(pin);
        call!(self, C_InitPIN(session, pin, size))
    }

    pub(super) fn set_pin(
        &self,
        session: CK_SESSION_HANDLE,
        old: Option<&[u8]>,
        new: Option<&[u8]>,
    ) -> Called {
        let ((old, old_size), (new, new_size)) = (bytes_or_null(old), bytes_or_null(new));
        call!(self, C_SetPIN(session, old, old_size, new, new_size))
    }
}

/// NULL means that the PIN is typed on the token's own keypad (section 5.6.7).
fn bytes_or_null(pin: Option<&[u8]>) -> (*mut u8, CK_ULONG) {
    pin.map_or((ptr::null_mut(), 0), |pin| {
        (pin.as_ptr().cast_mut(), length(pin.len()))
    })
}

/// A handle for the safe wrapper.
pub(super) fn object(handle: u64) -> ObjectHandle {
    // SAFETY: a handle is a number that the module checks; this one came from the module.
    unsafe { ObjectHandle::new_from_raw(narrow(handle)) }
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

/// The arguments of `C_Initialize`: how it may lock, and the text that NSS wants in `pReserved`.
pub(super) fn initialize_arguments(
    flags: CInitializeFlags,
    text: Option<&std::ffi::CStr>,
) -> CInitializeArgs {
    let reserved = text.and_then(|text| ptr::NonNull::new(text.as_ptr().cast_mut().cast()));
    match reserved {
        // SAFETY: the text is NUL-terminated and outlives the call that is made with it; the user
        // named it for this module.
        Some(reserved) => unsafe { CInitializeArgs::new_with_reserved(flags, reserved) },
        None => CInitializeArgs::new(flags),
    }
}
