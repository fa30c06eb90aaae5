//! Rules about tokens: initialised, PINs, firmware, hardware, and who may change what is public.

use crate::audit::Case;
use crate::audit::notes::{Notes, values};
use crate::finding::{Reason, Values};
use crate::token::{Access, Contents, PinKind, PinState, TokenFlags};

/// SoftHSM2 always shows one blank slot more than it has tokens, in which the next one can be made.
pub(super) fn not_initialized(case: &Case<'_>, notes: &mut Notes<'_>) {
    let info = &case.seen.info;
    match (info.flags.has(TokenFlags::TOKEN_INITIALIZED), info.software) {
        (true, _) => {}
        (false, true) => notes.mention(None, Values::new()),
        (false, false) => notes.find(None, Values::new()),
    }
}

pub(super) fn user_pin_not_set(case: &Case<'_>, notes: &mut Notes<'_>) {
    let flags = case.seen.info.flags;
    if !flags.has(TokenFlags::TOKEN_INITIALIZED) {
        notes.cannot(None, Reason::NotInitialized, Values::new());
    } else if !flags.has(TokenFlags::USER_PIN_INITIALIZED) {
        notes.find(None, Values::new());
    }
}

pub(super) fn user_pin_low(case: &Case<'_>, notes: &mut Notes<'_>) {
    pin_is(PinKind::User, PinState::CountLow, case, notes);
}

pub(super) fn user_pin_final_try(case: &Case<'_>, notes: &mut Notes<'_>) {
    pin_is(PinKind::User, PinState::FinalTry, case, notes);
}

pub(super) fn user_pin_locked(case: &Case<'_>, notes: &mut Notes<'_>) {
    pin_is(PinKind::User, PinState::Locked, case, notes);
}

pub(super) fn so_pin_locked(case: &Case<'_>, notes: &mut Notes<'_>) {
    pin_is(PinKind::So, PinState::Locked, case, notes);
}

/// The worst that the flags say of a PIN is one thing and not three. A blank token has none, which
/// SoftHSM2 calls locked.
fn pin_is(which: PinKind, state: PinState, case: &Case<'_>, notes: &mut Notes<'_>) {
    let flags = case.seen.info.flags;
    if !flags.has(TokenFlags::TOKEN_INITIALIZED) {
        notes.cannot(None, Reason::NotInitialized, Values::new());
    } else if flags.pin_state(which) == state {
        notes.find(None, Values::new());
    }
}

pub(super) fn firmware_old(case: &Case<'_>, notes: &mut Notes<'_>) {
    let info = &case.seen.info;
    let Some(minimum) = case.audit.policy.firmware_for(info) else {
        return notes.cannot(None, Reason::NoLimit, Values::new());
    };
    if info.firmware == (0, 0) {
        let said = values([("what", "firmwareVersion".into())]);
        notes.cannot(None, Reason::NotSaid, said);
    } else if info.firmware < minimum {
        let version = |(major, minor): (u8, u8)| format!("{major}.{minor}").into();
        let said = [
            ("firmware", version(info.firmware)),
            ("minimum", version(minimum)),
        ];
        notes.find(None, values(said));
    }
}

pub(super) fn software(case: &Case<'_>, notes: &mut Notes<'_>) {
    let info = &case.seen.info;
    let blank = !info.flags.has(TokenFlags::TOKEN_INITIALIZED);
    if info.software && !blank && case.audit.requires_hardware() {
        notes.find(None, Values::new());
    }
}

/// By the standard (section 5.6.1), a session without login may change and destroy what is public,
/// if the token can be written and the object does not say otherwise.
pub(super) fn public_object_replaceable(
    case: &Case<'_>,
    contents: &Contents,
    notes: &mut Notes<'_>,
) {
    if case.seen.info.flags.has(TokenFlags::WRITE_PROTECTED) {
        return;
    }
    let keys = contents.identities.iter();
    let keys = keys.filter_map(|identity| identity.public_key.as_ref());
    let certificates = contents.all_certificates().map(|object| object.access);
    let objects: Vec<Access> = keys.map(|key| key.access).chain(certificates).collect();
    let public = |access: &&Access| access.private == Some(false);
    let silent = |access: &&Access| access.modifiable.is_none() && access.destroyable.is_none();
    let open =
        |access: &&Access| access.modifiable == Some(true) || access.destroyable == Some(true);
    if objects.iter().filter(public).any(|access| silent(&access)) {
        notes.cannot(
            None,
            Reason::NotSaid,
            values([("what", "CKA_MODIFIABLE".into())]),
        );
    }
    let count = objects.iter().filter(public).filter(open).count();
    if count > 0 {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        notes.find(None, values([("count", count.into())]));
    }
}
