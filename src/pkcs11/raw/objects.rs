//! Searching and reading objects (section 5.7 of PKCS#11).

use std::ptr;

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_SESSION_HANDLE, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
};

use super::{Called, LARGEST, Raw, index, length, narrow, result, room, wide};
use crate::error::{CallError, ReturnValue};

/// Handles asked for in one `C_FindObjects`.
const BATCH: usize = 512;

/// An attribute in a call: with a buffer for its value, or asked for its length only.
pub(in crate::pkcs11) struct Asked {
    pub(in crate::pkcs11) kind: CK_ATTRIBUTE_TYPE,
    pub(in crate::pkcs11) buffer: Option<Vec<u8>>,
    /// What the module answered; `None` where the object does not have or show the attribute.
    pub(in crate::pkcs11) length: Option<usize>,
}

impl Raw {
    /// Searches by attributes, always ending the search, also after a failure.
    ///
    /// With `complete` it goes on until a batch comes back empty, because some modules return
    /// short batches; without it one batch is enough.
    pub(in crate::pkcs11) fn find(
        &self,
        session: CK_SESSION_HANDLE,
        by: &[(CK_ATTRIBUTE_TYPE, Vec<u8>)],
        complete: bool,
    ) -> Called<Vec<u64>> {
        let mut template: Vec<CK_ATTRIBUTE> = by
            .iter()
            .map(|(kind, value)| CK_ATTRIBUTE {
                type_: *kind,
                pValue: value.as_ptr().cast_mut().cast(),
                ulValueLen: length(value.len()),
            })
            .collect();
        call!(
            self,
            C_FindObjectsInit(session, template.as_mut_ptr(), length(template.len()))
        )?;
        let found = self.find_batches(session, complete);
        let ended = call!(self, C_FindObjectsFinal(session));
        let found = found?;
        ended?;
        Ok(found)
    }

    fn find_batches(&self, session: CK_ULONG, complete: bool) -> Called<Vec<u64>> {
        let mut found = Vec::new();
        let mut batch = vec![0; BATCH];
        loop {
            let mut count: CK_ULONG = 0;
            call!(
                self,
                C_FindObjects(session, batch.as_mut_ptr(), length(BATCH), &raw mut count)
            )?;
            let filled = batch.get(..index(count)).unwrap_or(&batch);
            found.extend(filled.iter().copied().map(wide));
            if filled.is_empty() || !complete || found.len() > LARGEST {
                return Ok(found);
            }
        }
    }

    /// `C_GetAttributeValue`: fills the buffers, and says of each attribute how long it is.
    ///
    /// The module's answer comes beside what it filled in: an attribute that the object does not
    /// have, or does not show, makes it an error without losing the others.
    pub(in crate::pkcs11) fn get_attributes(
        &self,
        session: CK_SESSION_HANDLE,
        object: u64,
        asked: &mut [Asked],
    ) -> Called {
        let mut template: Vec<CK_ATTRIBUTE> = asked
            .iter_mut()
            .map(|one| CK_ATTRIBUTE {
                type_: one.kind,
                pValue: match &mut one.buffer {
                    Some(buffer) => buffer.as_mut_ptr().cast(),
                    None => ptr::null_mut(),
                },
                ulValueLen: length(one.buffer.as_ref().map_or(0, Vec::len)),
            })
            .collect();
        let object = narrow(object);
        let count = length(template.len());
        let answer = call!(
            self,
            C_GetAttributeValue(session, object, template.as_mut_ptr(), count)
        );
        for (one, entry) in asked.iter_mut().zip(&template) {
            let size = entry.ulValueLen;
            one.length = (size != CK_UNAVAILABLE_INFORMATION).then(|| room(size));
        }
        answer
    }
}
