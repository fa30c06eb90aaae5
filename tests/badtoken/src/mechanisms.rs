//! Mechanisms: `refuse-mechanism NAME` (neither listed nor working), `unlist-mechanism NAME`
//! (works without being listed).

use cryptoki_sys::{
    CK_MECHANISM, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_RV, CK_SLOT_ID, CK_ULONG,
    CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_MECHANISM_INVALID, CKR_OK, CKR_TOKEN_NOT_PRESENT,
};

use crate::behind::behind;
use crate::control::{self, Control, number};
use crate::inside::{size, ulong};
use crate::slots::{self, Stand};

/// The code with which a mechanism is refused.
pub(crate) fn refusal(control: &Control, mechanism: *const CK_MECHANISM) -> Option<CK_RV> {
    // SAFETY: null, or the caller's mechanism.
    let kind = unsafe { mechanism.as_ref() }?.mechanism;
    named(control, "refuse-mechanism", kind).then_some(CKR_MECHANISM_INVALID)
}

fn named(control: &Control, key: &str, kind: CK_MECHANISM_TYPE) -> bool {
    control.all(key).flatten().any(|name| number(name) == kind)
}

/// `C_GetMechanismList`
pub(crate) fn list(slot: CK_SLOT_ID, list: *mut CK_MECHANISM_TYPE, count: *mut CK_ULONG) -> CK_RV {
    let slot = match slots::stand(slot) {
        Stand::Real(slot) | Stand::Second(slot) => slot,
        Stand::Empty => return CKR_TOKEN_NOT_PRESENT,
        Stand::Failing(code) => return code,
    };
    let mut found = vec![0; 1024];
    let mut filled = ulong(found.len());
    let answer = behind!(C_GetMechanismList(
        slot,
        found.as_mut_ptr(),
        &raw mut filled
    ));
    if answer != CKR_OK || count.is_null() {
        return if count.is_null() {
            CKR_ARGUMENTS_BAD
        } else {
            answer
        };
    }
    found.truncate(size(filled));
    let control = control::now();
    found.retain(|kind| {
        !named(&control, "refuse-mechanism", *kind) && !named(&control, "unlist-mechanism", *kind)
    });
    // SAFETY: not null, and the caller gives a place for a number.
    let room = unsafe { count.replace(ulong(found.len())) };
    if list.is_null() {
        return CKR_OK;
    }
    if size(room) < found.len() {
        return CKR_BUFFER_TOO_SMALL;
    }
    // SAFETY: the caller gives room for as many mechanisms as it said, which are enough.
    unsafe { list.copy_from_nonoverlapping(found.as_ptr(), found.len()) };
    CKR_OK
}

/// `C_GetMechanismInfo`
pub(crate) fn info(
    slot: CK_SLOT_ID,
    kind: CK_MECHANISM_TYPE,
    info: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    if named(&control::now(), "refuse-mechanism", kind) {
        return CKR_MECHANISM_INVALID;
    }
    match slots::stand(slot) {
        Stand::Real(slot) | Stand::Second(slot) => behind!(C_GetMechanismInfo(slot, kind, info)),
        Stand::Empty => CKR_TOKEN_NOT_PRESENT,
        Stand::Failing(code) => code,
    }
}
