//! Searching: `find-batch N`, `odd-objects N`, `hide CLASS`, `cache-objects`, `lost-updates`,
//! `strict-search`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CKA_CLASS,
    CKA_ID, CKO_MECHANISM, CKR_ARGUMENTS_BAD, CKR_OK, CKR_OPERATION_ACTIVE,
    CKR_OPERATION_NOT_INITIALIZED,
};

use crate::behind::behind;
use crate::control::{self, Control};
use crate::inside::{self, size, ulong};
use crate::objects::class_name;
use crate::templates::Template;

/// The class of the objects that nobody asked for, as Kryoptic has it.
pub(crate) const ODD_CLASS: CK_OBJECT_CLASS = CKO_MECHANISM;

const ODD: CK_OBJECT_HANDLE = 0x0bad_5000;

#[derive(Default)]
struct Searches {
    /// What is still to be given, by session.
    active: Option<HashMap<CK_SESSION_HANDLE, VecDeque<CK_OBJECT_HANDLE>>>,
    /// The objects that this process has seen.
    known: Option<HashSet<CK_OBJECT_HANDLE>>,
    /// After the login nothing new is seen.
    frozen: bool,
}

static SEARCHES: Mutex<Searches> = Mutex::new(Searches {
    active: None,
    known: None,
    frozen: false,
});

fn lock() -> MutexGuard<'static, Searches> {
    SEARCHES.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn is_odd(object: CK_OBJECT_HANDLE) -> bool {
    (ODD..ODD + 0x1000).contains(&object)
}

/// True for a class that the token keeps to itself.
pub(crate) fn is_hidden(control: &Control, class: CK_OBJECT_CLASS) -> bool {
    control
        .all("hide")
        .flatten()
        .any(|hidden| hidden == class_name(class))
}

pub(crate) fn is_active(session: CK_SESSION_HANDLE) -> bool {
    let searches = lock();
    let active = searches.active.as_ref();
    active.is_some_and(|active| active.contains_key(&session))
}

/// A session was closed.
pub(crate) fn abandon(session: CK_SESSION_HANDLE) {
    lock().active.get_or_insert_default().remove(&session);
}

/// `C_Finalize`: what was remembered is forgotten.
pub(crate) fn forget() {
    *lock() = Searches::default();
}

/// `C_Login`: from now on the process knows what is there now.
pub(crate) fn remember(session: CK_SESSION_HANDLE) {
    if caches(&control::now()) {
        let found = inside::find(session, &[]);
        let mut searches = lock();
        searches.known.get_or_insert_default().extend(found);
        searches.frozen = true;
    }
}

/// This process made objects, or destroyed one; and writes its own idea of the token's contents.
pub(crate) fn made(session: CK_SESSION_HANDLE, objects: &[CK_OBJECT_HANDLE]) {
    let control = control::now();
    if !caches(&control) {
        return;
    }
    lock().known.get_or_insert_default().extend(objects);
    if control.is("lost-updates") {
        for object in inside::find(session, &[]) {
            let known = lock().known.as_ref().is_some_and(|it| it.contains(&object));
            if !known {
                let _ = behind!(C_DestroyObject(session, object));
            }
        }
    }
}

fn caches(control: &Control) -> bool {
    control.is("cache-objects") || control.is("lost-updates")
}

/// `C_FindObjectsInit`: the whole search is done here, and given out in parts.
pub(crate) fn begin(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let control = control::now();
    if is_active(session) {
        return CKR_OPERATION_ACTIVE;
    }
    let answer = behind!(C_FindObjectsInit(session, template, count));
    if answer != CKR_OK {
        return answer;
    }
    let mut found = inside::drain(session);
    found.retain(|object| {
        !inside::class(session, *object).is_some_and(|class| is_hidden(&control, class))
    });
    if caches(&control) {
        let mut searches = lock();
        let frozen = searches.frozen;
        let known = searches.known.get_or_insert_default();
        if frozen {
            found.retain(|object| known.contains(object));
        } else {
            known.extend(&found);
        }
    }
    let by = Template::copy(template, count);
    if by.get(CKA_CLASS).is_none() && by.get(CKA_ID).is_none() {
        let odd = control.number("odd-objects").unwrap_or(0);
        found.extend((0..odd).map(|at| ODD + at));
    }
    let mut searches = lock();
    let active = searches.active.get_or_insert_default();
    active.insert(session, found.into());
    CKR_OK
}

/// `C_FindObjects`
pub(crate) fn next(
    session: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    room: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    let batch = control::now().number("find-batch").unwrap_or(room);
    let mut searches = lock();
    let active = searches.active.get_or_insert_default();
    let Some(rest) = active.get_mut(&session) else {
        return CKR_OPERATION_NOT_INITIALIZED;
    };
    if objects.is_null() || count.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    let given: Vec<_> = rest
        .drain(..size(room.min(batch)).min(rest.len()))
        .collect();
    // SAFETY: not null, and the caller gives room for as many handles as it said.
    unsafe { objects.copy_from_nonoverlapping(given.as_ptr(), given.len()) };
    // SAFETY: not null, and the caller gives a place for a number.
    unsafe { count.write(ulong(given.len())) };
    CKR_OK
}

/// `C_FindObjectsFinal`
pub(crate) fn end(session: CK_SESSION_HANDLE) -> CK_RV {
    let mut searches = lock();
    let ended = searches.active.get_or_insert_default().remove(&session);
    ended.map_or(CKR_OPERATION_NOT_INITIALIZED, |_| CKR_OK)
}
