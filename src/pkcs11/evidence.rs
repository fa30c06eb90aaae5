//! What a token does when it is asked for a private key: the measurements of a provenance record.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_MECHANISM_TYPE, CKA_PRIME_1, CKA_PRIVATE_EXPONENT, CKA_VALUE, CKK_RSA,
    CKM_AES_KEY_GEN, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD,
};
use jiff::Timestamp;
use zeroize::Zeroize;

use super::attributes::Probed;
use super::raw::{self, Session};
use super::session::Token;
use crate::error::{CallError, Result, ReturnValue};
use crate::key::{Provenance, Refusal};
use crate::token::KeyObject;

/// The attempt to take a key off the token in another key's cover.
pub(super) const WRAPPING: &str = "C_WrapKey";

impl Token<'_> {
    /// Measures what the token says of a private key and what it refuses, at `now`.
    ///
    /// The secret is asked for by its length only: no buffer is ever given for it.
    pub fn provenance(&self, key: &KeyObject, now: Timestamp) -> Result<Provenance> {
        let mut record = Provenance::new(
            self.identity().clone(),
            self.info().software,
            key.public_key.as_ref(),
            key.id.clone(),
            key.flags,
            now,
        );
        record.refusals = self.ask_for_secret(key)?;
        Ok(record)
    }

    /// The same for a key that was generated in this run: it is also tried to wrap it.
    pub(super) fn provenance_at_birth(
        &self,
        key: &KeyObject,
        now: Timestamp,
    ) -> Result<Provenance> {
        let mut record = self.provenance(key, now)?;
        record.birth_witnessed = true;
        record.refusals.extend(self.try_to_wrap(key)?);
        Ok(record)
    }

    fn ask_for_secret(&self, key: &KeyObject) -> Result<Vec<Refusal>> {
        let kinds: Vec<_> = secrets_of(key.key_type)
            .iter()
            .map(|(kind, _)| *kind)
            .collect();
        let session = self.session().handle();
        let probed = self.inner.core.raw.probe(session, key.handle, &kinds);
        if let Some(call) = probed.1.filter(|call| call.value.is_removal()) {
            return Err(self.failed(call));
        }
        Ok(refusals(key.key_type, &probed))
    }

    /// Tries to wrap the key with an AES key of the session, where the token has a mechanism for it.
    fn try_to_wrap(&self, key: &KeyObject) -> Result<Option<Refusal>> {
        let mechanisms = self.mechanisms()?;
        let has = |wanted: CK_MECHANISM_TYPE| mechanisms.contains(&wanted);
        let wrap = [
            (CKM_AES_KEY_WRAP_PAD, Mechanism::AesKeyWrapPad),
            (CKM_AES_KEY_WRAP, Mechanism::AesKeyWrap),
        ];
        let Some((_, mechanism)) = wrap.into_iter().find(|(number, _)| has(*number)) else {
            return Ok(None);
        };
        if !has(CKM_AES_KEY_GEN) {
            return Ok(None);
        }
        let session = self.session();
        let Ok(wrapping) = session_key(&session) else {
            return Ok(None);
        };
        let wrapped = session.wrap_key(&mechanism, wrapping, key.handle);
        if let Err(call) = session.destroy_object(wrapping) {
            tracing::debug!(%call, "the session's wrapping key ends with the session");
        }
        drop(session);
        match wrapped {
            Ok(mut secret) => {
                secret.zeroize();
                Ok(Some(Refusal::new(
                    WRAPPING,
                    ReturnValue::OK.to_string(),
                    false,
                )))
            }
            Err(call) if call.value.is_removal() => Err(self.failed(call)),
            Err(call) => Ok(Some(Refusal::new(WRAPPING, call.value.to_string(), true))),
        }
    }

    /// The mechanisms of the token, vendors' included; a hint and no promise.
    pub(super) fn mechanisms(&self) -> Result<Vec<CK_MECHANISM_TYPE>> {
        let list = self.inner.core.raw.mechanisms(self.inner.slot);
        list.map_err(|call| self.failed(call))
    }
}

/// The attributes that hold the secret of a private key of this kind.
fn secrets_of(key_type: Option<u64>) -> &'static [(CK_ATTRIBUTE_TYPE, &'static str)] {
    if key_type == Some(raw::wide(CKK_RSA)) {
        &[
            (CKA_PRIVATE_EXPONENT, "CKA_PRIVATE_EXPONENT"),
            (CKA_PRIME_1, "CKA_PRIME_1"),
        ]
    } else {
        &[(CKA_VALUE, "CKA_VALUE")]
    }
}

/// What the lengths of a private key's secrets say of it.
pub(super) fn refusals(key_type: Option<u64>, (lengths, answer): &Probed) -> Vec<Refusal> {
    let answered = answer.map_or(ReturnValue::OK, |call| call.value);
    let refusals = secrets_of(key_type).iter().map(|(kind, name)| {
        let length = lengths.iter().find(|(asked, _)| asked == kind);
        // A length of nothing is no secret: some modules answer so instead of refusing.
        let given = length
            .and_then(|(_, length)| *length)
            .filter(|length| *length > 0);
        match given {
            Some(length) => Refusal::new(name, format!("a length of {length} bytes"), false),
            None => Refusal::new(name, answered.to_string(), true),
        }
    });
    refusals.collect()
}

fn session_key(session: &Session) -> Result<u64, CallError> {
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::ValueLen(32.into()),
        Attribute::Token(false),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Wrap(true),
    ];
    session.generate_key(&Mechanism::AesKeyGen, &template)
}
