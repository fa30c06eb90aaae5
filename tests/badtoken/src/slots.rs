//! Slots that are empty, nameless, failing or double: `empty-slots N`, `failing-slot CODE`,
//! `second-token LABEL`, `insist-on-slot-info`.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_BBOOL, CK_RV, CK_SLOT_ID, CK_SLOT_INFO, CK_TRUE, CK_ULONG, CKF_TOKEN_PRESENT,
    CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_OK, CKR_TOKEN_NOT_PRESENT,
};

use crate::behind::behind;
use crate::control;
use crate::inside::{self, size, ulong};
use crate::presence;

const EMPTY: CK_SLOT_ID = 0x0bad_0000;
const FAILING: CK_SLOT_ID = 0x0bad_1000;
const SECOND: CK_SLOT_ID = 0x0bad_2000;

/// What a slot of ours stands for.
pub(crate) enum Stand {
    /// A slot of the module behind.
    Real(CK_SLOT_ID),
    /// A second token for the device in this slot of the module behind.
    Second(CK_SLOT_ID),
    /// Nothing is in it.
    Empty,
    /// Something is in it that answers with this code.
    Failing(CK_RV),
}

static LOOKED_AT: Mutex<Option<HashSet<CK_SLOT_ID>>> = Mutex::new(None);

pub(crate) fn stand(slot: CK_SLOT_ID) -> Stand {
    match slot {
        FAILING => Stand::Failing(
            control::now()
                .code("failing-slot")
                .unwrap_or(CKR_TOKEN_NOT_PRESENT),
        ),
        SECOND => inside::slots()
            .first()
            .map_or(Stand::Empty, |slot| Stand::Second(*slot)),
        EMPTY..FAILING => Stand::Empty,
        _ => Stand::Real(slot),
    }
}

/// True if the slot's information was asked for before, as some modules want it.
pub(crate) fn was_looked_at(slot: CK_SLOT_ID) -> bool {
    let looked = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    looked.as_ref().is_some_and(|looked| looked.contains(&slot))
}

fn slots(present: CK_BBOOL) -> Vec<CK_SLOT_ID> {
    let control = control::now();
    let only_filled = present == CK_TRUE;
    let mut slots = Vec::new();
    if !only_filled {
        slots.extend((0..control.number("empty-slots").unwrap_or(0)).map(|at| EMPTY + at));
    }
    slots.extend(control.is("failing-slot").then_some(FAILING));
    slots.extend(inside::all_slots(present));
    slots.extend(control.is("second-token").then_some(SECOND));
    slots.retain(|slot| !only_filled || !presence::is_out(Some(*slot)));
    slots
}

/// `C_GetSlotList`
pub(crate) fn list(present: CK_BBOOL, list: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    if count.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    let mut none = 0;
    // The module behind is asked first: it knows whether it is initialised.
    let answer = behind!(C_GetSlotList(present, std::ptr::null_mut(), &raw mut none));
    if answer != CKR_OK {
        return answer;
    }
    let slots = slots(present);
    // SAFETY: not null, and the caller gives a place for a number.
    let room = unsafe { count.replace(ulong(slots.len())) };
    if list.is_null() {
        return CKR_OK;
    }
    if size(room) < slots.len() {
        return CKR_BUFFER_TOO_SMALL;
    }
    // SAFETY: the caller gives room for as many slots as it said, which are enough.
    unsafe { list.copy_from_nonoverlapping(slots.as_ptr(), slots.len()) };
    CKR_OK
}

/// `C_GetSlotInfo`
pub(crate) fn info(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    let mut looked = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    looked.get_or_insert_default().insert(slot);
    drop(looked);
    let (present, real) = match stand(slot) {
        Stand::Real(real) => (None, Some(real)),
        Stand::Second(real) => (Some(true), Some(real)),
        Stand::Empty => (Some(false), None),
        Stand::Failing(_) => (Some(true), None),
    };
    let mut found = CK_SLOT_INFO {
        slotDescription: [b' '; 64],
        manufacturerID: [b' '; 32],
        ..CK_SLOT_INFO::default()
    };
    if let Some(real) = real {
        let answer = behind!(C_GetSlotInfo(real, &raw mut found));
        if answer != CKR_OK {
            return answer;
        }
    }
    match present {
        _ if presence::is_out(Some(slot)) => found.flags &= !CKF_TOKEN_PRESENT,
        Some(true) => found.flags |= CKF_TOKEN_PRESENT,
        Some(false) => found.flags &= !CKF_TOKEN_PRESENT,
        None => {}
    }
    if info.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    // SAFETY: not null, and the caller gives a place for the information.
    unsafe { info.write(found) };
    CKR_OK
}
