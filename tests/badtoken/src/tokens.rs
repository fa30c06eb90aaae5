//! What a token says of itself: `token FIELD VALUE`, `nul-padding`, `set-flag`, `clear-flag`,
//! `broken-clock`, `pin-limits MIN MAX`, `free-memory BYTES [TOTAL]`.

use cryptoki_sys::{
    CK_RV, CK_SLOT_ID, CK_TOKEN_INFO, CKF_CLOCK_ON_TOKEN, CKF_LOGIN_REQUIRED,
    CKF_PROTECTED_AUTHENTICATION_PATH, CKF_WRITE_PROTECTED, CKR_ARGUMENTS_BAD, CKR_GENERAL_ERROR,
    CKR_OK, CKR_TOKEN_NOT_PRESENT,
};

use crate::behind::behind;
use crate::control::{self, Control, misunderstood, number, value};
use crate::slots::{self, Stand};
use crate::{pins, presence};

/// `C_GetTokenInfo`
pub(crate) fn info(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    let control = control::now();
    if control.is("insist-on-slot-info") && !slots::was_looked_at(slot) {
        return CKR_GENERAL_ERROR;
    }
    let (real, second) = match slots::stand(slot) {
        Stand::Real(real) => (real, false),
        Stand::Second(real) => (real, true),
        Stand::Empty => return CKR_TOKEN_NOT_PRESENT,
        Stand::Failing(code) => return code,
    };
    let mut found = CK_TOKEN_INFO::default();
    let answer = behind!(C_GetTokenInfo(real, &raw mut found));
    if answer != CKR_OK {
        return answer;
    }
    if presence::is_out(Some(slot)) {
        found.utcTime = [b'0'; 16];
    }
    rewrite(&control, &mut found);
    if second {
        let label = control.all("second-token").next().unwrap_or_default();
        fill(&mut found.label, label.join(" ").as_bytes());
        found.flags |= CKF_WRITE_PROTECTED;
    }
    if info.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    // SAFETY: not null, and the caller gives a place for the information.
    unsafe { info.write(found) };
    CKR_OK
}

fn rewrite(control: &Control, info: &mut CK_TOKEN_INFO) {
    for line in control.all("token") {
        let [field, words @ ..] = line else {
            misunderstood(line)
        };
        let bytes = value(&words.join(" "));
        match field.as_str() {
            "label" => fill(&mut info.label, &bytes),
            "manufacturer" => fill(&mut info.manufacturerID, &bytes),
            "model" => fill(&mut info.model, &bytes),
            "serial" => fill(&mut info.serialNumber, &bytes),
            _ => misunderstood(line),
        }
    }
    if control.is("nul-padding") {
        for field in [
            &mut info.label[..],
            &mut info.manufacturerID,
            &mut info.model,
            &mut info.serialNumber,
        ] {
            let padding = field.iter_mut().rev().take_while(|byte| **byte == b' ');
            padding.for_each(|byte| *byte = 0);
        }
    }
    if control.is("broken-clock") {
        info.flags |= CKF_CLOCK_ON_TOKEN;
        info.utcTime = *b"no clock at all!";
    }
    if let Some([minimum, maximum]) = control.all("pin-limits").next() {
        info.ulMinPinLen = number(minimum);
        info.ulMaxPinLen = number(maximum);
    }
    if let Some([free, total @ ..]) = control.all("free-memory").next() {
        info.ulFreePublicMemory = number(free);
        info.ulTotalPublicMemory = total.first().map_or(65536, |total| number(total));
    }
    if control.is("keypad") {
        info.flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    }
    if control.is("no-login") {
        info.flags &= !CKF_LOGIN_REQUIRED;
    }
    pins::flags(control, &mut info.flags);
    for flag in control.all("set-flag").flatten() {
        info.flags |= number(flag);
    }
    for flag in control.all("clear-flag").flatten() {
        info.flags &= !number(flag);
    }
}

/// A field of the standard, padded with blanks.
fn fill(field: &mut [u8], value: &[u8]) {
    field.fill(b' ');
    for (place, byte) in field.iter_mut().zip(value) {
        *place = *byte;
    }
}
