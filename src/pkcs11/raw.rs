//! Direct calls into a module, for what the safe wrapper cannot do.
//!
//! An object is read in one call instead of two or more; a value that the wrapper cannot convert
//! does not lose the others; a token with a malformed clock still answers; a signature is one
//! `C_Sign` that a context login may precede; PINs may be NULL; a search ends at an empty batch
//! and not at the first short one; all mechanisms are listed, vendors' too.
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
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_BBOOL, CK_FALSE, CK_FUNCTION_LIST, CK_MECHANISM, CK_RV,
    CK_SLOT_INFO, CK_TOKEN_INFO, CK_TRUE, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
    CKR_BUFFER_TOO_SMALL, CKR_OK,
};

use super::attributes::{Attributes, Wanted};
use crate::error::{CallError, Error, Result, ReturnValue};

/// Handles asked for in one `C_FindObjects`.
const BATCH: usize = 512;

/// Mechanisms that a list has room for in the first call.
const MECHANISMS: usize = 512;

/// The most that is reserved on a module's word, in elements or bytes: 1 MiB.
const LARGEST: usize = 1 << 20;

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
            // SAFETY: the function comes from the module's own list; the arguments are live for
            // the call and their lengths are true (see the head of this file).
            Some(function) => result(name, unsafe { function($($argument),*) }),
            None => Err(CallError { function: name, value: ReturnValue::FUNCTION_NOT_SUPPORTED }),
        }
    }};
}

fn result(function: &'static str, value: CK_RV) -> Result<(), CallError> {
    if value == CKR_OK {
        return Ok(());
    }
    Err(CallError {
        function,
        value: ReturnValue(wide(value)),
    })
}

/// A `CK_ULONG`, which has 32 bits on Windows, in 64.
#[allow(
    clippy::useless_conversion,
    reason = "CK_ULONG has another width on Windows"
)]
fn wide(value: CK_ULONG) -> u64 {
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
        loop {
            let mut count: CK_ULONG = 0;
            call!(
                self,
                C_GetSlotList(CK_FALSE, ptr::null_mut(), &raw mut count)
            )?;
            let mut slots = vec![0; room(count)];
            count = length(slots.len());
            match call!(
                self,
                C_GetSlotList(CK_FALSE, slots.as_mut_ptr(), &raw mut count)
            ) {
                Ok(()) => {
                    slots.truncate(index(count));
                    return Ok(slots.into_iter().map(wide).collect());
                }
                // A reader was plugged in between the two calls.
                Err(error) if error.value == ReturnValue::BUFFER_TOO_SMALL => {}
                Err(error) => return Err(error),
            }
        }
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
    pub(super) fn mechanisms(&self, slot: u64) -> Result<Vec<u64>, CallError> {
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
        Ok(list.into_iter().map(wide).collect())
    }

    /// Searches by attributes, always ending the search, also after a failure.
    ///
    /// With `complete` it goes on until a batch comes back empty, because some modules return
    /// short batches; without it one batch is enough.
    pub(super) fn find(
        &self,
        session: u64,
        by: &[(CK_ATTRIBUTE_TYPE, Vec<u8>)],
        complete: bool,
    ) -> Result<Vec<u64>, CallError> {
        let session = narrow(session);
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
            if filled.is_empty() || !complete {
                return Ok(found);
            }
        }
    }

    /// Reads attributes in one `C_GetAttributeValue`; what did not fit takes a second one.
    ///
    /// An attribute that the object does not have, or does not show, is unavailable: neither empty
    /// nor false. All modules known fill in the others and mark it with a length of -1.
    pub(super) fn attributes(
        &self,
        session: u64,
        object: u64,
        wanted: &[Wanted],
    ) -> Result<Attributes, CallError> {
        let mut values = Attributes::default();
        let unfit = self.read(session, object, wanted, &mut values)?;
        if unfit.is_empty() {
            return Ok(values);
        }
        let sized: Vec<Wanted> = self
            .lengths(session, object, &unfit)?
            .into_iter()
            .filter_map(|(kind, length)| {
                Some(Wanted {
                    kind,
                    room: length?,
                })
            })
            .collect();
        self.read(session, object, &sized, &mut values)?;
        Ok(values)
    }

    /// Reads what fits, and returns what did not (or may not have).
    fn read(
        &self,
        session: u64,
        object: u64,
        wanted: &[Wanted],
        values: &mut Attributes,
    ) -> Result<Vec<CK_ATTRIBUTE_TYPE>, CallError> {
        let mut buffers: Vec<Vec<u8>> = wanted.iter().map(|want| vec![0; want.room]).collect();
        let mut template: Vec<CK_ATTRIBUTE> = wanted
            .iter()
            .zip(&mut buffers)
            .map(|(want, buffer)| CK_ATTRIBUTE {
                type_: want.kind,
                pValue: buffer.as_mut_ptr().cast(),
                ulValueLen: length(buffer.len()),
            })
            .collect();
        let (session, object) = (narrow(session), narrow(object));
        let answer = call!(
            self,
            C_GetAttributeValue(
                session,
                object,
                template.as_mut_ptr(),
                length(template.len())
            )
        );
        let too_small = match answer {
            Ok(()) => false,
            Err(error) if error.value == ReturnValue(wide(CKR_BUFFER_TOO_SMALL)) => true,
            Err(error)
                if [
                    ReturnValue::ATTRIBUTE_SENSITIVE,
                    ReturnValue::ATTRIBUTE_TYPE_INVALID,
                ]
                .contains(&error.value) =>
            {
                false
            }
            Err(error) => return Err(error),
        };
        let mut unfit = Vec::new();
        for (entry, mut buffer) in template.iter().zip(buffers) {
            let (kind, size) = (entry.type_, entry.ulValueLen);
            if size != CK_UNAVAILABLE_INFORMATION && index(size) <= buffer.len() {
                buffer.truncate(index(size));
                values.insert(kind, buffer);
            } else if too_small {
                unfit.push(kind);
            }
        }
        Ok(unfit)
    }

    /// The length of each attribute, without its value; `None` where the object does not show it.
    ///
    /// This is also how a secret is asked for: no buffer, so nothing can come.
    pub(super) fn lengths(
        &self,
        session: u64,
        object: u64,
        kinds: &[CK_ATTRIBUTE_TYPE],
    ) -> Result<Vec<(CK_ATTRIBUTE_TYPE, Option<usize>)>, CallError> {
        let (lengths, refusal) = self.probe(session, object, kinds);
        match refusal {
            Some(error)
                if ![
                    ReturnValue::ATTRIBUTE_SENSITIVE,
                    ReturnValue::ATTRIBUTE_TYPE_INVALID,
                ]
                .contains(&error.value) =>
            {
                Err(error)
            }
            _ => Ok(lengths),
        }
    }

    /// Asks for lengths only, and returns the module's answer with them.
    pub(super) fn probe(
        &self,
        session: u64,
        object: u64,
        kinds: &[CK_ATTRIBUTE_TYPE],
    ) -> (Vec<(CK_ATTRIBUTE_TYPE, Option<usize>)>, Option<CallError>) {
        let mut template: Vec<CK_ATTRIBUTE> = kinds
            .iter()
            .map(|kind| CK_ATTRIBUTE {
                type_: *kind,
                pValue: ptr::null_mut(),
                ulValueLen: 0,
            })
            .collect();
        let (session, object) = (narrow(session), narrow(object));
        let answer = call!(
            self,
            C_GetAttributeValue(
                session,
                object,
                template.as_mut_ptr(),
                length(template.len())
            )
        );
        let lengths = template
            .iter()
            .map(|entry| {
                let size = entry.ulValueLen;
                (
                    entry.type_,
                    (size != CK_UNAVAILABLE_INFORMATION).then(|| room(size)),
                )
            })
            .collect();
        (lengths, answer.err())
    }

    pub(super) fn sign_init(
        &self,
        session: u64,
        mechanism: &Mechanism<'_>,
        key: u64,
    ) -> Result<(), CallError> {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        call!(
            self,
            C_SignInit(narrow(session), &raw mut mechanism, narrow(key))
        )
    }

    /// One `C_Sign` with room for `size` bytes.
    pub(super) fn sign(
        &self,
        session: u64,
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

    pub(super) fn init_pin(&self, session: u64, pin: Option<&[u8]>) -> Result<(), CallError> {
        let (pin, size) = bytes_or_null(pin);
        call!(self, C_InitPIN(narrow(session), pin, size))
    }

    pub(super) fn set_pin(
        &self,
        session: u64,
        old: Option<&[u8]>,
        new: Option<&[u8]>,
    ) -> Result<(), CallError> {
        let ((old, old_size), (new, new_size)) = (bytes_or_null(old), bytes_or_null(new));
        call!(
            self,
            C_SetPIN(narrow(session), old, old_size, new, new_size)
        )
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
pub(super) fn ulong_bytes(value: u64) -> Vec<u8> {
    narrow(value).to_ne_bytes().to_vec()
}

/// A `CK_ULONG` out of the bytes of an attribute; wrong lengths are no number.
pub(super) fn ulong(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(CK_ULONG::from_ne_bytes).map(wide)
}

/// The arguments of `C_Initialize`: OS locking, and the text that NSS wants in `pReserved`.
pub(super) fn initialize_arguments(text: Option<&std::ffi::CStr>) -> CInitializeArgs {
    let flags = CInitializeFlags::OS_LOCKING_OK;
    let reserved = text.and_then(|text| ptr::NonNull::new(text.as_ptr().cast_mut().cast()));
    match reserved {
        // SAFETY: the text is NUL-terminated and outlives the call that is made with it; the user
        // named it for this module.
        Some(reserved) => unsafe { CInitializeArgs::new_with_reserved(flags, reserved) },
        None => CInitializeArgs::new(flags),
    }
}
