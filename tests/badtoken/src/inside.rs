//! Looking into the token behind, past everything that misbehaves.

use std::ptr;
use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_SESSION_HANDLE,
    CK_SESSION_INFO, CK_SLOT_ID, CK_TOKEN_INFO, CK_TRUE, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
    CKA_CLASS, CKA_TOKEN, CKF_RW_SESSION, CKF_SERIAL_SESSION, CKR_OK,
};

use crate::behind::behind;

/// More handles, slots or bytes than any test makes.
const MANY: usize = 1024;

/// The slots with something in them.
pub(crate) fn slots() -> Vec<CK_SLOT_ID> {
    all_slots(CK_TRUE)
}

/// The slots, in the order of the module behind.
pub(crate) fn all_slots(present: u8) -> Vec<CK_SLOT_ID> {
    let mut slots = vec![0; MANY];
    let mut count = ulong(slots.len());
    let answer = behind!(C_GetSlotList(present, slots.as_mut_ptr(), &raw mut count));
    slots.truncate(if answer == CKR_OK { size(count) } else { 0 });
    slots
}

/// The slot of a session.
pub(crate) fn slot_of(session: CK_SESSION_HANDLE) -> Option<CK_SLOT_ID> {
    let mut info = CK_SESSION_INFO::default();
    let answer = behind!(C_GetSessionInfo(session, &raw mut info));
    (answer == CKR_OK).then_some(info.slotID)
}

/// The label of the token in a slot.
pub(crate) fn label_of(slot: CK_SLOT_ID) -> Option<String> {
    let mut info = CK_TOKEN_INFO::default();
    let answer = behind!(C_GetTokenInfo(slot, &raw mut info));
    let label = String::from_utf8_lossy(&info.label).trim_end().to_owned();
    (answer == CKR_OK).then_some(label)
}

/// The serial number of the token that this process has opened a session with.
static USED: Mutex<Option<String>> = Mutex::new(None);

/// Notes that a session with the token in a slot is opened.
pub(crate) fn note_use(slot: CK_SLOT_ID) {
    let mut info = CK_TOKEN_INFO::default();
    if behind!(C_GetTokenInfo(slot, &raw mut info)) == CKR_OK {
        let serial = String::from_utf8_lossy(&info.serialNumber);
        let serial = serial.trim_end().to_owned();
        *USED.lock().unwrap_or_else(PoisonError::into_inner) = Some(serial);
    }
}

/// True if this process has a session with the token of this serial number.
pub(crate) fn uses(serial: &str) -> bool {
    let used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    used.as_deref() == Some(serial)
}

/// The handles of all token objects that fit, found in a session of its own.
pub(crate) fn find(
    session: CK_SESSION_HANDLE,
    by: &[(CK_ATTRIBUTE_TYPE, &[u8])],
) -> Vec<CK_OBJECT_HANDLE> {
    let Some(slot) = slot_of(session) else {
        return Vec::new();
    };
    let mut own = 0;
    let flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;
    if behind!(C_OpenSession(
        slot,
        flags,
        ptr::null_mut(),
        None,
        &raw mut own
    )) != CKR_OK
    {
        return Vec::new();
    }
    let on_token: &[u8] = &[CK_TRUE];
    let mut template: Vec<CK_ATTRIBUTE> = by
        .iter()
        .copied()
        .chain([(CKA_TOKEN, on_token)])
        .map(|(kind, value)| CK_ATTRIBUTE {
            type_: kind,
            pValue: value.as_ptr().cast_mut().cast(),
            ulValueLen: ulong(value.len()),
        })
        .collect();
    let count = ulong(template.len());
    let mut found = Vec::new();
    if behind!(C_FindObjectsInit(own, template.as_mut_ptr(), count)) == CKR_OK {
        found = drain(own);
    }
    let _ = behind!(C_CloseSession(own));
    found
}

/// Everything that a search still has to give, and the end of the search.
pub(crate) fn drain(session: CK_SESSION_HANDLE) -> Vec<CK_OBJECT_HANDLE> {
    let mut found = Vec::new();
    loop {
        let mut batch = vec![0; MANY];
        let mut count = 0;
        let answer = behind!(C_FindObjects(
            session,
            batch.as_mut_ptr(),
            ulong(MANY),
            &raw mut count
        ));
        if answer != CKR_OK || count == 0 {
            break;
        }
        batch.truncate(size(count));
        found.extend(batch);
    }
    let _ = behind!(C_FindObjectsFinal(session));
    found
}

/// An attribute of an object, where it has it.
pub(crate) fn attribute(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    kind: CK_ATTRIBUTE_TYPE,
) -> Option<Vec<u8>> {
    let mut value = vec![0; 16 * MANY];
    let mut one = CK_ATTRIBUTE {
        type_: kind,
        pValue: value.as_mut_ptr().cast(),
        ulValueLen: ulong(value.len()),
    };
    let answer = behind!(C_GetAttributeValue(session, object, &raw mut one, 1));
    if answer != CKR_OK || one.ulValueLen == CK_UNAVAILABLE_INFORMATION {
        return None;
    }
    value.truncate(size(one.ulValueLen));
    Some(value)
}

/// Sets an attribute of an object.
pub(crate) fn set(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    kind: CK_ATTRIBUTE_TYPE,
    value: &[u8],
) {
    let mut one = CK_ATTRIBUTE {
        type_: kind,
        pValue: value.as_ptr().cast_mut().cast(),
        ulValueLen: ulong(value.len()),
    };
    let _ = behind!(C_SetAttributeValue(session, object, &raw mut one, 1));
}

/// The class of an object.
pub(crate) fn class(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
) -> Option<CK_OBJECT_CLASS> {
    let value = attribute(session, object, CKA_CLASS)?;
    value.try_into().ok().map(CK_ULONG::from_ne_bytes)
}

pub(crate) fn ulong(value: usize) -> CK_ULONG {
    CK_ULONG::try_from(value).unwrap_or(CK_ULONG::MAX)
}

pub(crate) fn size(value: CK_ULONG) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
