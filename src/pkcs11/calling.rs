//! Knows when a call into a module is under way, so that a program does not end in the middle of
//! one: SoftHSM2 empties a token's file before it writes it anew, also at a login.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

static CALLS: RwLock<()> = RwLock::new(());

/// Held for the length of one call.
pub(super) fn under_way() -> RwLockReadGuard<'static, ()> {
    CALLS.read().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `act` between two calls: it waits for the one that is under way, and the next one waits
/// for it. Meant for the end of a program at the user's request.
pub fn between_calls<T>(act: impl FnOnce() -> T) -> T {
    let _none_under_way = CALLS.write().unwrap_or_else(PoisonError::into_inner);
    act()
}
