//! Looks at a module from outside: what it is, its slots, tokens and mechanisms, and no session.
//!
//! A maker's library may crash, hang or end the process, so that each step is told before it is
//! taken: whoever runs this in a process of its own knows where it stopped.

use std::ffi::CString;
use std::path::Path;

use cryptoki_sys::{
    CK_INFO, CK_MECHANISM_TYPE, CKF_TOKEN_PRESENT, CKM_EC_KEY_PAIR_GEN, CKM_RSA_PKCS_KEY_PAIR_GEN,
};

use super::attributes::text;
use super::module::{Core, describe};
use super::quirks;
use super::raw::wide;
use crate::doctor::{Content, Library, Mechanisms, ProbeEvent, SeenSlot};
use crate::error::{CallError, Error, Result};

/// Loads the module, asks it what there is to ask without a PIN, and lets it go; `tell` is called
/// before each step and with each answer.
///
/// It is initialised with `initialization` in `pReserved`, and finalized only if `finalizes`.
/// Nothing is written, and nobody is logged in.
pub fn probe(
    path: &Path,
    initialization: Option<&str>,
    finalizes: bool,
    tell: &mut dyn FnMut(ProbeEvent),
) {
    let mut probe = Probe { tell };
    match probe.look(path, initialization, finalizes) {
        Ok(complaint) => (probe.tell)(ProbeEvent::Done(complaint)),
        Err(Error::Module { cause }) => (probe.tell)(ProbeEvent::Refused {
            function: cause.function.to_owned(),
            value: cause.value.to_string(),
        }),
        Err(Error::ModuleLoad { reason, .. }) => (probe.tell)(ProbeEvent::Unloadable(reason)),
        Err(other) => (probe.tell)(ProbeEvent::Unloadable(other.to_string())),
    }
}

struct Probe<'t> {
    tell: &'t mut dyn FnMut(ProbeEvent),
}

impl Probe<'_> {
    fn calling(&mut self, function: &str) {
        (self.tell)(ProbeEvent::Calling(function.to_owned()));
    }

    fn look(
        &mut self,
        path: &Path,
        initialization: Option<&str>,
        finalizes: bool,
    ) -> Result<Option<String>> {
        let initialization: Option<CString> = super::c_text(initialization)?;
        self.calling("dlopen");
        let core = Core::load(path)?;
        self.calling("C_Initialize");
        core.initialize(initialization.as_ref())?;
        self.calling("C_GetInfo");
        // Nothing depends on it.
        if let Ok(info) = core.raw.library_info() {
            (self.tell)(ProbeEvent::Library(library(&info)));
        }
        self.calling("C_GetSlotList");
        for id in core.slot_ids()? {
            let slot = self.slot(&core, id);
            (self.tell)(ProbeEvent::Slot(slot));
        }
        if !finalizes {
            return Ok(None);
        }
        self.calling("C_Finalize");
        Ok(core.finalize().err().map(|call| call.to_string()))
    }

    /// `C_GetSlotInfo` before `C_GetTokenInfo`, as everywhere.
    fn slot(&mut self, core: &Core, id: u64) -> SeenSlot {
        self.calling("C_GetSlotInfo");
        let (description, content) = match core.raw.slot_info(id) {
            Err(call) => (String::new(), Content::Failed(call.to_string())),
            Ok(info) => {
                let description = info.slotDescription;
                let content = if info.flags & CKF_TOKEN_PRESENT == 0 {
                    Content::Empty
                } else {
                    self.token(core, id)
                };
                (text(&description), content)
            }
        };
        SeenSlot {
            id,
            description,
            content,
        }
    }

    fn token(&mut self, core: &Core, id: u64) -> Content {
        self.calling("C_GetTokenInfo");
        let info = match core.raw.token_info(id) {
            Ok(info) => describe(&info),
            Err(call) if quirks::is_absence(call.value) => return Content::Empty,
            Err(call) => return Content::Failed(call.to_string()),
        };
        self.calling("C_GetMechanismList");
        let mechanisms = self.mechanisms(core, id);
        Content::Token {
            info,
            mechanisms: mechanisms.map_err(|call| call.to_string()),
        }
    }

    fn mechanisms(&mut self, core: &Core, id: u64) -> Result<Mechanisms, CallError> {
        let listed = core.raw.mechanisms(id)?.into_iter().map(wide).collect();
        self.calling("C_GetMechanismInfo");
        Ok(Mechanisms {
            listed,
            rsa_bits: bits(core, id, CKM_RSA_PKCS_KEY_PAIR_GEN),
            ec_bits: bits(core, id, CKM_EC_KEY_PAIR_GEN),
        })
    }
}

fn library(info: &CK_INFO) -> Library {
    let CK_INFO {
        cryptokiVersion,
        manufacturerID,
        libraryDescription,
        libraryVersion,
        ..
    } = *info;
    Library {
        description: text(&libraryDescription),
        manufacturer: text(&manufacturerID),
        version: (libraryVersion.major, libraryVersion.minor),
        cryptoki: (cryptokiVersion.major, cryptokiVersion.minor),
    }
}

/// The key sizes of a mechanism, where the module tells.
fn bits(core: &Core, id: u64, mechanism: CK_MECHANISM_TYPE) -> Option<(u64, u64)> {
    core.raw.key_sizes(id, mechanism).ok()
}
