//! Whether a token is plugged in: `out`, `fault … pull`, `fault … pull:LABEL`, `back-after N`,
//! `late-removal`.
//!
//! As measured with a card: the first call that needs it answers `CKR_DEVICE_REMOVED`; once the
//! slots have been looked at, the slot is empty and the old sessions are invalid, also after the
//! token was put back, and a new session starts logged out.

use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_RV, CK_SLOT_ID, CK_ULONG, CKR_DEVICE_REMOVED, CKR_SESSION_HANDLE_INVALID,
    CKR_TOKEN_NOT_PRESENT,
};

use crate::behind::behind;
use crate::control::Control;
use crate::inside;

#[derive(Clone, Copy, PartialEq)]
enum Place {
    In,
    /// Out, and the module has not noticed yet.
    JustOut,
    Out,
}

struct Presence {
    place: Place,
    /// Taken out by a fault, so that the control file does not put it back.
    pulled: bool,
    /// The label of the one that was taken out; without it, there is none left.
    only: Option<String>,
    calls_out: u64,
}

static PRESENCE: Mutex<Presence> = Mutex::new(Presence {
    place: Place::In,
    pulled: false,
    only: None,
    calls_out: 0,
});

/// Functions that name a slot and need a token in it.
const NEED_TOKEN: &[&str] = &[
    "C_GetTokenInfo",
    "C_GetMechanismList",
    "C_GetMechanismInfo",
    "C_InitToken",
    "C_OpenSession",
];

/// Functions that need neither slot nor session.
const NEED_NOTHING: &[&str] = &[
    "C_GetFunctionList",
    "C_Initialize",
    "C_Finalize",
    "C_GetInfo",
    "C_GetSlotList",
    "C_GetSlotInfo",
    "C_CloseAllSessions",
    "C_WaitForSlotEvent",
];

/// What OpenSC still answers from its memory until it has looked at its slots.
const REMEMBERED: &[&str] = &[
    "C_GetTokenInfo",
    "C_GetSessionInfo",
    "C_FindObjectsInit",
    "C_FindObjects",
    "C_FindObjectsFinal",
    "C_GetAttributeValue",
];

/// Takes every token out, or the one with a label, until `back-after` calls, if that is said, or
/// for good.
pub(crate) fn pull(only: Option<&str>) {
    let mut presence = lock();
    presence.only = only.map(str::to_owned);
    presence.place = Place::JustOut;
    presence.pulled = true;
    presence.calls_out = 0;
}

/// Does what the control file says about the token's presence.
pub(crate) fn follow(control: &Control) {
    let mut presence = lock();
    if presence.pulled {
        presence.calls_out += 1;
        if control
            .number("back-after")
            .is_some_and(|calls| presence.calls_out > calls)
        {
            notice(&mut presence);
            presence.place = Place::In;
            presence.pulled = false;
            presence.only = None;
        }
    } else if control.is("out") && presence.place == Place::In {
        presence.place = Place::JustOut;
    } else if !control.is("out") && presence.place != Place::In {
        notice(&mut presence);
        presence.place = Place::In;
    }
}

/// The answer of a function that needs the token while it is out; `first` is its first argument,
/// where that is a slot or a session.
pub(crate) fn answer(function: &str, first: Option<CK_ULONG>) -> Option<CK_RV> {
    let mut presence = lock();
    if presence.place == Place::In {
        return None;
    }
    if ["C_GetSlotList", "C_GetSlotInfo", "C_OpenSession"].contains(&function) {
        notice(&mut presence);
    }
    let late = crate::control::now().is("late-removal");
    let slot = match first {
        Some(session) if !NEED_TOKEN.contains(&function) => inside::slot_of(session),
        first => first,
    };
    if NEED_NOTHING.contains(&function) || !presence.concerns(slot) {
        None
    } else if NEED_TOKEN.contains(&function) {
        (presence.place == Place::Out || !late).then_some(CKR_TOKEN_NOT_PRESENT)
    } else if presence.place == Place::Out {
        Some(CKR_SESSION_HANDLE_INVALID)
    } else {
        (!late || !REMEMBERED.contains(&function)).then_some(CKR_DEVICE_REMOVED)
    }
}

/// True while a slot is to be shown empty.
pub(crate) fn is_out(slot: Option<CK_SLOT_ID>) -> bool {
    let presence = lock();
    presence.place != Place::In && presence.concerns(slot)
}

impl Presence {
    /// True if the slot is that of a token that is out, or was.
    fn concerns(&self, slot: Option<CK_SLOT_ID>) -> bool {
        let named = |label: &String| slot.and_then(inside::label_of).as_ref() == Some(label);
        self.only.as_ref().is_none_or(named)
    }
}

/// The sessions die: the module behind closes them, and so logs out.
fn notice(presence: &mut Presence) {
    if presence.place == Place::JustOut {
        for slot in inside::slots() {
            if presence.concerns(Some(slot)) {
                close_all(slot);
            }
        }
        presence.place = Place::Out;
    }
}

fn close_all(slot: CK_SLOT_ID) {
    // A module that is not initialised has no sessions to close.
    let _ = behind!(C_CloseAllSessions(slot));
}

fn lock() -> std::sync::MutexGuard<'static, Presence> {
    PRESENCE.lock().unwrap_or_else(PoisonError::into_inner)
}
