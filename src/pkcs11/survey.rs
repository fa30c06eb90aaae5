//! Reading a token for an audit: everything that rules look at, in one call per object.
//!
//! Whether a private key can be read is asked in that call too: for its secret attributes there is
//! no buffer, so that nothing but a length can come.

use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_SESSION_HANDLE, CKA_CLASS, CKA_DESTROYABLE, CKA_MODIFIABLE, CKA_PRIME_1,
    CKA_PRIVATE, CKA_PRIVATE_EXPONENT, CKA_TOKEN, CKA_VALUE, CKO_CERTIFICATE, CKO_PRIVATE_KEY,
};

use super::attributes::{Attributes, Probed, Wanted};
use super::contents::{CERTIFICATE, KEY, is_about_one_object, sort, want};
use super::evidence::refusals;
use super::raw;
use super::session::Token;
use crate::error::{CallError, Result, ReturnValue};
use crate::token::{Contents, Objects};

/// Who may see and change an object.
const ACCESS: [Wanted; 3] = [
    want(CKA_PRIVATE, 1),
    want(CKA_MODIFIABLE, 1),
    want(CKA_DESTROYABLE, 1),
];

/// What holds the secret of a private key of any kind.
const SECRETS: [CK_ATTRIBUTE_TYPE; 3] = [CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_VALUE];

/// What a survey saw of a token.
#[derive(Debug)]
#[non_exhaustive]
pub struct Surveyed {
    /// What is on it.
    pub contents: Contents,
    /// What could not be read of it.
    pub unread: Option<Unread>,
}

/// Objects that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Unread {
    /// How many.
    pub objects: usize,
    /// What was answered for the last of them.
    pub cause: String,
}

impl Token<'_> {
    /// Reads every object with what an audit asks of it: what [`Token::contents`] has, who may
    /// change it, and whether a private key is given away.
    ///
    /// One `C_GetAttributeValue` for each object, and no signature: of keys that nothing but a
    /// signature tells apart, none is taken for the other. Objects that cannot be read are counted.
    pub fn survey(&self) -> Result<Surveyed> {
        let surveyed = self.survey_objects().map_err(|call| self.failed(call))?;
        let (objects, unread) = surveyed;
        Ok(Surveyed {
            contents: Contents::assemble(objects, self.is_logged_in()),
            unread,
        })
    }

    fn survey_objects(&self) -> Result<(Objects, Option<Unread>), CallError> {
        let session = self.session().handle();
        let raw = &self.inner.core.raw;
        let handles = raw.find(session, &[(CKA_TOKEN, raw::bool_bytes(true))], true)?;
        let mut objects = Objects::default();
        if handles.is_empty() {
            return Ok((objects, None));
        }
        // All of them, for each that is not known to be a certificate would be read twice.
        let (known, session) = self.certificates_known(session, true);
        let mut unread: Option<Unread> = None;
        for handle in handles {
            let known = known.contains(&handle);
            match self.survey_object(session, handle, known, &mut objects) {
                Ok(()) => {}
                // One that another program has just deleted is not there, and not unread.
                Err(call) if call.value == ReturnValue::OBJECT_HANDLE_INVALID => {}
                Err(call) if is_about_one_object(call.value) => {
                    let before = unread.map_or(0, |unread| unread.objects);
                    unread = Some(Unread {
                        objects: before + 1,
                        cause: call.to_string(),
                    });
                }
                Err(call) => return Err(call),
            }
        }
        Ok((objects, unread))
    }

    fn survey_object(
        &self,
        session: CK_SESSION_HANDLE,
        handle: u64,
        known_as_certificate: bool,
        objects: &mut Objects,
    ) -> Result<(), CallError> {
        let raw = &self.inner.core.raw;
        let certificate = [CERTIFICATE, &ACCESS].concat();
        if known_as_certificate {
            let attributes = raw.attributes(session, handle, &certificate)?;
            sort(objects, handle, &attributes);
            return Ok(());
        }
        let (attributes, mut probed) = self.survey_key(session, handle)?;
        match attributes.number(CKA_CLASS) {
            Some(CKO_CERTIFICATE) => {
                let attributes = raw.attributes(session, handle, &certificate)?;
                sort(objects, handle, &attributes);
            }
            Some(CKO_PRIVATE_KEY) => {
                // A module that stops at the first attribute it does not show has not come to these.
                let untouched = |(_, length): &(_, Option<usize>)| *length == Some(0);
                if probed.1.is_some() && probed.0.iter().all(untouched) {
                    probed = raw.probe(session, handle, &SECRETS);
                }
                sort(objects, handle, &attributes);
                if let Some(key) = objects.private_keys.last_mut() {
                    key.refusals = refusals(key.key_type, &probed);
                }
            }
            _ => sort(objects, handle, &attributes),
        }
        Ok(())
    }

    /// Reads what keys have. An object that does not stand being asked for all of it at once is
    /// asked again, piece by piece.
    fn survey_key(
        &self,
        session: CK_SESSION_HANDLE,
        handle: u64,
    ) -> Result<(Attributes, Probed), CallError> {
        let raw = &self.inner.core.raw;
        let wanted = [KEY, &ACCESS].concat();
        match raw.attributes_and_lengths(session, handle, &wanted, &SECRETS) {
            Err(call)
                if is_about_one_object(call.value)
                    && call.value != ReturnValue::OBJECT_HANDLE_INVALID =>
            {
                let attributes = self.read_object(session, handle, false)?;
                let is_private = attributes.number(CKA_CLASS) == Some(CKO_PRIVATE_KEY);
                let probed = if is_private {
                    raw.probe(session, handle, &SECRETS)
                } else {
                    (Vec::new(), None)
                };
                Ok((attributes, probed))
            }
            answer => answer,
        }
    }
}
