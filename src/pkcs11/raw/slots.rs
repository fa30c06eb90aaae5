//! Slots and the tokens in them (sections 5.5 and 5.6 of PKCS#11).

use std::ptr;

use cryptoki_sys::{
    CK_FALSE, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_SLOT_INFO, CK_TOKEN_INFO, CK_ULONG,
};

use super::session::bytes_or_null;
use super::{Called, Raw, index, length, narrow, result, room, wide};
use crate::error::{CallError, ReturnValue};

/// Mechanisms that a list has room for in the first call.
const MECHANISMS: usize = 512;

/// How often the list of slots is asked for while readers come and go.
const SLOT_LIST_TRIES: u32 = 5;

impl Raw {
    /// `C_GetSlotList`: first for the length, as the standard wants it (section 5.5.1), because
    /// only that call makes a module look for new readers.
    pub(in crate::pkcs11) fn slot_list(&self) -> Called<Vec<u64>> {
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

    pub(in crate::pkcs11) fn slot_info(&self, slot: u64) -> Called<CK_SLOT_INFO> {
        let mut info = CK_SLOT_INFO::default();
        call!(self, C_GetSlotInfo(narrow(slot), &raw mut info))?;
        Ok(info)
    }

    pub(in crate::pkcs11) fn token_info(&self, slot: u64) -> Called<CK_TOKEN_INFO> {
        let mut info = CK_TOKEN_INFO::default();
        call!(self, C_GetTokenInfo(narrow(slot), &raw mut info))?;
        Ok(info)
    }

    /// The mechanisms of a slot, those of vendors included.
    pub(in crate::pkcs11) fn mechanisms(&self, slot: u64) -> Called<Vec<CK_MECHANISM_TYPE>> {
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

    /// The least and the greatest key of a mechanism (`C_GetMechanismInfo`), in its own unit.
    pub(in crate::pkcs11) fn key_sizes(
        &self,
        slot: u64,
        mechanism: CK_MECHANISM_TYPE,
    ) -> Called<(u64, u64)> {
        let mut info = CK_MECHANISM_INFO::default();
        call!(
            self,
            C_GetMechanismInfo(narrow(slot), mechanism, &raw mut info)
        )?;
        Ok((wide(info.ulMinKeySize), wide(info.ulMaxKeySize)))
    }

    /// `C_InitToken`; the label is padded with blanks to 32 bytes, and must fit.
    pub(in crate::pkcs11) fn init_token(
        &self,
        slot: u64,
        so_pin: Option<&[u8]>,
        label: [u8; 32],
    ) -> Called {
        let (pin, size) = bytes_or_null(so_pin);
        call!(
            self,
            C_InitToken(narrow(slot), pin, size, label.as_ptr().cast_mut())
        )
    }
}
