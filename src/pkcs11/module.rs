//! Loading a module, initialising it, and seeing what is in its slots.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cryptoki_sys::{
    CK_SLOT_INFO, CK_TOKEN_INFO, CK_ULONG, CK_UNAVAILABLE_INFORMATION, CKF_OS_LOCKING_OK,
    CKF_TOKEN_PRESENT,
};

use super::attributes::text;
use super::quirks;
use super::raw::{Raw, wide};
use crate::error::{CallError, Error, Result, ReturnValue};
use crate::token::{Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo, TokenSelector};

/// The least that a token for keys and certificates has, in bytes.
const LEAST_MEMORY: CK_ULONG = 1024;

/// A loaded module.
pub struct Core {
    pub(super) raw: Arc<Raw>,
    pub(super) path: PathBuf,
    /// Sessions end with `C_Finalize` and need not be closed one by one.
    pub(super) finalizes: bool,
}

impl Core {
    /// Loads a module from its absolute path, because a bare name would be searched for.
    pub(super) fn load(path: &Path) -> Result<Self> {
        if !path.is_absolute() {
            return Err(Error::ModulePathRelative {
                path: path.display().to_string(),
            });
        }
        Ok(Self {
            raw: Arc::new(Raw::load(path)?),
            path: path.to_owned(),
            finalizes: false,
        })
    }

    /// `C_Initialize`; returns whether it was this call that did it.
    ///
    /// A module that cannot lock as the system does is initialised without locking: calls are made
    /// one at a time in any case.
    pub(super) fn initialize(&self, text: Option<&CString>) -> Result<bool> {
        let text = text.map(CString::as_c_str);
        let answer = match self.raw.initialize(CKF_OS_LOCKING_OK, text) {
            Err(refusal) if refusal.value == ReturnValue::CANT_LOCK => self.raw.initialize(0, text),
            answer => answer,
        };
        match answer {
            Ok(()) => Ok(true),
            Err(call) if call.value == ReturnValue::CRYPTOKI_ALREADY_INITIALIZED => Ok(false),
            Err(cause) => Err(Error::Module { cause }),
        }
    }

    pub(super) fn finalize(&self) -> Result<(), CallError> {
        self.raw.finalize()
    }

    /// The IDs of the slots.
    pub(super) fn slot_ids(&self) -> Result<Vec<u64>> {
        let ids = self.raw.slot_list();
        ids.map_err(|cause| Error::Module { cause })
    }

    /// Every slot; one that does not answer does not hide the others.
    pub(super) fn slots(&self) -> Result<Vec<Slot>> {
        Ok(self.seen_in(&self.slot_ids()?))
    }

    /// The slot alone in which the token that is meant was seen, if it is still there; else every
    /// slot.
    pub(super) fn slots_for(&self, selector: &TokenSelector) -> Result<Vec<Slot>> {
        let ids = self.slot_ids()?;
        if let TokenSelector::Seen(identity, id) = selector
            && ids.contains(id)
        {
            let there = self.seen_in(&[*id]);
            let is_it = |slot: &Slot| slot.token().is_some_and(|it| it.identity == *identity);
            if there.iter().any(is_it) {
                return Ok(there);
            }
        }
        Ok(self.seen_in(&ids))
    }

    fn seen_in(&self, ids: &[u64]) -> Vec<Slot> {
        let slots = ids.iter().map(|id| self.slot(*id));
        slots
            .filter(|slot| !slot.token().is_some_and(|t| self.passes_over(t)))
            .collect()
    }

    /// Trust anchors of the system are no tokens, unless their module is what was named.
    fn passes_over(&self, token: &TokenInfo) -> bool {
        let named = self
            .path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains("p11-kit-trust"));
        !named && quirks::is_trust_store(&token.identity)
    }

    /// `C_GetSlotInfo` before `C_GetTokenInfo`: some modules insist on that order.
    fn slot(&self, id: u64) -> Slot {
        let info = match self.raw.slot_info(id) {
            Ok(info) => info,
            Err(call) => return Slot::new(id, "", SlotState::Failed(call)),
        };
        let CK_SLOT_INFO {
            slotDescription,
            flags,
            ..
        } = info;
        let state = if flags & CKF_TOKEN_PRESENT == 0 {
            SlotState::Empty
        } else {
            match self.token_info(id) {
                Ok(token) => SlotState::Token(token),
                Err(call) if quirks::is_absence(call.value) => SlotState::Empty,
                Err(call) => SlotState::Failed(call),
            }
        };
        Slot::new(id, text(&slotDescription), state)
    }

    pub(super) fn token_info(&self, slot: u64) -> Result<TokenInfo, CallError> {
        self.raw.token_info(slot).map(|info| describe(&info))
    }
}

/// The strings and numbers of `CK_TOKEN_INFO`; its clock, which some modules get wrong, is not read.
pub(super) fn describe(info: &CK_TOKEN_INFO) -> TokenInfo {
    let CK_TOKEN_INFO {
        label,
        manufacturerID,
        model,
        serialNumber,
        firmwareVersion,
        ..
    } = *info;
    let identity = TokenIdentity {
        label: text(&label),
        serial: text(&serialNumber),
        manufacturer: text(&manufacturerID),
        model: text(&model),
    };
    let (free, total) = (info.ulFreePublicMemory, info.ulTotalPublicMemory);
    // A total that no key fits into is not "full": the module does not know. NSS says 1.
    let known = [free, total]
        .iter()
        .all(|size| *size != CK_UNAVAILABLE_INFORMATION)
        && total >= LEAST_MEMORY;
    let mut token = TokenInfo::new(identity, TokenFlags(wide(info.flags)));
    token.pin_minimum = wide(info.ulMinPinLen);
    token.pin_maximum = wide(info.ulMaxPinLen);
    token.free_memory = known.then(|| wide(free));
    token.firmware = (firmwareVersion.major, firmwareVersion.minor);
    token.software = quirks::is_software(&token.identity);
    token
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
