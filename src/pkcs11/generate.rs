//! Making a key pair on a token, and believing nothing about it that was not read back.

use cryptoki::object::Attribute;
use cryptoki_sys::{CKO_PRIVATE_KEY, CKO_PUBLIC_KEY};
use jiff::Timestamp;

use super::evidence::WRAPPING;
use super::key::TokenKey;
use super::quirks;
use super::session::Token;
use super::template::{self, EXPONENT, Extent};
use crate::error::{CallError, Error, Result, ReturnValue};
use crate::key::{KeyAlgorithm, KeyId, Provenance, PublicKey};
use crate::token::{Contents, Identity, KeyObject};

/// The key pair that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyOrder {
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// `CKA_ID`; it must be free on the token.
    pub id: KeyId,
    /// `CKA_LABEL`
    pub label: String,
}

impl KeyOrder {
    /// An order for a key pair.
    #[must_use]
    pub fn new(algorithm: KeyAlgorithm, id: KeyId, label: impl Into<String>) -> Self {
        Self {
            algorithm,
            id,
            label: label.into(),
        }
    }
}

/// A key pair that a token made, as it was read back.
#[derive(Debug)]
#[non_exhaustive]
pub struct Generated<'m> {
    /// The private key, ready to sign.
    pub key: TokenKey<'m>,
    /// The private key object as the token keeps it; a few modules replace the ID or the label.
    pub object: KeyObject,
    /// What was measured at its birth.
    pub provenance: Provenance,
}

/// The handles of a pair; without a public key object, only of the private key.
#[derive(Clone, Copy)]
struct Pair {
    private: u64,
    public: Option<u64>,
}

impl<'m> Token<'m> {
    /// Makes a key pair on the token: sensitive, not extractable, for signing.
    ///
    /// What the token made is read back and compared with the order, and the secret is asked for
    /// and must be refused; a key that fails either is destroyed again. The user must be logged in.
    ///
    /// # Errors
    ///
    /// [`Error::KeyIdTaken`] if anything has the ID, for some modules would overwrite it;
    /// [`Error::KeyAlgorithmUnsupported`], [`Error::KeyDiffers`], [`Error::KeyExportable`],
    /// [`Error::KeyNotDestroyed`], and what any call on a token can meet.
    pub fn generate(&self, order: &KeyOrder, now: Timestamp) -> Result<Generated<'m>> {
        if !self.find_all_by_id(&order.id)?.is_empty() {
            return Err(Error::KeyIdTaken {
                token: self.identity().to_string(),
                id: order.id.clone(),
            });
        }
        let pair = self.generate_pair(order)?;
        self.examine(order, pair, now)
            .map_err(|error| self.undo(pair, order, error))
    }

    /// Checks a private key that an earlier run, or somebody else, made: it must refuse to leave
    /// the token. Nothing is destroyed if it does not.
    pub fn adopt(&self, key: &KeyObject, now: Timestamp) -> Result<(TokenKey<'m>, Provenance)> {
        let provenance = self.provenance(key, now)?;
        if let Some(reason) = provenance.objection() {
            return Err(Error::KeyExportable {
                token: self.identity().to_string(),
                reason,
            });
        }
        Ok((self.key(key)?, provenance))
    }

    /// Why a new key is not kept.
    fn objection(&self, provenance: &Provenance) -> Option<String> {
        if !quirks::wraps_any_key(self.identity()) {
            return provenance.objection();
        }
        let mut besides = provenance.clone();
        besides.refusals.retain(|one| one.attempt != WRAPPING);
        if besides.refusals.len() < provenance.refusals.len() {
            tracing::warn!(
                answer = %ReturnValue::OK,
                "this token lets every key be wrapped and so copied"
            );
        }
        besides.objection()
    }

    /// One try with each extent of the template, as long as it is the template that is refused.
    fn generate_pair(&self, order: &KeyOrder) -> Result<Pair> {
        let mut refused = None;
        for extent in [Extent::SignOnly, Extent::Plain, Extent::WithoutId] {
            match self.call_generate(order, extent) {
                Ok(pair) => {
                    if extent == Extent::WithoutId {
                        self.set_id(pair, &order.id)
                            .map_err(|error| self.undo(pair, order, error))?;
                    }
                    return Ok(pair);
                }
                Err(call) if quirks::is_template_refusal(call.value) => {
                    tracing::debug!(%call, ?extent, "the key template was refused");
                    if let Some(pair) = self.leftover(order)? {
                        return Ok(pair);
                    }
                    refused = Some(call);
                }
                Err(cause) if quirks::is_algorithm_refusal(cause.value) => {
                    return Err(Error::KeyAlgorithmUnsupported {
                        token: self.identity().to_string(),
                        algorithm: order.algorithm.to_string(),
                        cause,
                    });
                }
                Err(call) => return Err(self.failed(call)),
            }
        }
        Err(self.failed(refused.unwrap_or(CallError {
            function: "C_GenerateKeyPair",
            value: ReturnValue::GENERAL_ERROR,
        })))
    }

    fn call_generate(&self, order: &KeyOrder, extent: Extent) -> Result<Pair, CallError> {
        let handles = self.session().generate_key_pair(
            &template::mechanism(order.algorithm),
            &template::public_key(order.algorithm, &order.id, &order.label, extent),
            &template::private_key(&order.id, &order.label, extent),
        );
        handles.map(|(public, private)| Pair {
            private,
            public: Some(public),
        })
    }

    /// What a generation that reported a failure left behind under our ID: a key of the kind that
    /// was ordered is taken, anything else is destroyed.
    fn leftover(&self, order: &KeyOrder) -> Result<Option<Pair>> {
        let privates = self.find_by_id(CKO_PRIVATE_KEY, &order.id)?;
        let publics = self.find_by_id(CKO_PUBLIC_KEY, &order.id)?;
        let public = publics.first().copied();
        if let [private] = privates.as_slice() {
            let pair = Pair {
                private: *private,
                public,
            };
            if publics.len() <= 1 && self.public_of(pair).is_ok_and(|key| suits(&key, order)) {
                return Ok(Some(pair));
            }
        }
        for handle in privates.into_iter().chain(publics) {
            self.destroy(handle)?;
        }
        Ok(None)
    }

    /// Reads the pair back and measures it.
    fn examine(&self, order: &KeyOrder, pair: Pair, now: Timestamp) -> Result<Generated<'m>> {
        let mut private = self.read_key(pair.private)?;
        let public = self.public_of(pair)?;
        let differs = |what: &str, asked: String, found: String| Error::KeyDiffers {
            token: self.identity().to_string(),
            what: what.to_owned(),
            asked,
            found,
        };
        if let Some(own) = private.public_key.as_ref().filter(|own| **own != public) {
            return Err(differs(
                "the public key object",
                format!("{own:?}"),
                format!("{public:?}"),
            ));
        }
        if !suits(&public, order) {
            let found = public
                .algorithm()
                .map_or("unknown".to_owned(), |kind| kind.to_string());
            return Err(differs(
                "the kind of key or its exponent",
                order.algorithm.to_string(),
                found,
            ));
        }
        private.public_key = Some(public);
        let provenance = self.provenance_at_birth(&private, now)?;
        if let Some(reason) = self.objection(&provenance) {
            return Err(Error::KeyExportable {
                token: self.identity().to_string(),
                reason,
            });
        }
        if private.id.is_none() {
            return Err(differs("CKA_ID", order.id.to_string(), "empty".to_owned()));
        }
        Ok(Generated {
            key: self.key(&private)?,
            object: private,
            provenance,
        })
    }

    /// The public half: of the private key itself, else of the public key object.
    fn public_of(&self, pair: Pair) -> Result<PublicKey> {
        let missing = || Error::KeyMalformed {
            reason: "neither the private nor the public key object shows it".to_owned(),
        };
        let read = pair.public.map(|handle| self.read_key(handle)).transpose();
        if let Ok(Some(KeyObject {
            public_key: Some(key),
            ..
        })) = read
        {
            return Ok(key);
        }
        let own = self.read_key(pair.private)?.public_key;
        own.ok_or_else(|| match read {
            // A handle of an object that the token does not have is no failure of the token.
            Err(error) if !is_missing_object(&error) => error,
            _ => missing(),
        })
    }

    /// The private key first: with the ID it is known to be ours, whatever the other half is called.
    fn set_id(&self, pair: Pair, id: &KeyId) -> Result<()> {
        [Some(pair.private), pair.public]
            .into_iter()
            .flatten()
            .try_for_each(|handle| self.set_id_of(handle, id))
    }

    fn set_id_of(&self, handle: u64, id: &KeyId) -> Result<()> {
        let template = [Attribute::Id(id.as_bytes().to_vec())];
        let set = self.session().set_attributes(handle, &template);
        set.map_err(|call| self.failed(call))
    }

    /// Gives those halves of a pair an ID that have none. Returns whether there was one.
    pub(crate) fn complete_id(&self, pair: &Identity, id: &KeyId) -> Result<bool> {
        let halves = [pair.private_key.as_ref(), pair.public_key.as_ref()];
        let mut nameless = halves.into_iter().flatten().filter(|key| key.id.is_none());
        nameless.try_fold(false, |_, key| {
            self.set_id_of(key.handle, id).map(|()| true)
        })
    }

    /// Destroys what this run made, and returns why; if it cannot be destroyed, that is worse.
    fn undo(&self, pair: Pair, order: &KeyOrder, why: Error) -> Error {
        if matches!(why, Error::TokenRemoved { .. }) {
            return why;
        }
        let handles = [Some(pair.private), pair.public].into_iter().flatten();
        let destroyed: Vec<Result<()>> = handles.map(|handle| self.destroy(handle)).collect();
        if destroyed.first().is_some_and(Result::is_ok) {
            return why;
        }
        Error::KeyNotDestroyed {
            token: self.identity().to_string(),
            id: order.id.to_string(),
            reason: why.to_string(),
        }
    }

    /// Adopts a key that an earlier run of ours made; one that can leave the token is destroyed, as
    /// it would have been at its birth.
    pub(crate) fn adopt_own(
        &self,
        key: &KeyObject,
        contents: &Contents,
        now: Timestamp,
    ) -> Result<(TokenKey<'m>, Provenance)> {
        let adopted = self.adopt(key, now);
        if let Err(Error::KeyExportable { .. }) = adopted {
            let same = |one: &&Identity| {
                one.private_key
                    .as_ref()
                    .is_some_and(|own| own.handle == key.handle)
            };
            let public = contents.identities.iter().find(same);
            if let Some(public) = public.and_then(|one| one.public_key.as_ref()) {
                self.delete_key(public)?;
            }
            self.delete_key(key)?;
        }
        adopted
    }
}

fn is_missing_object(error: &Error) -> bool {
    let missing = ReturnValue::OBJECT_HANDLE_INVALID;
    error.call().is_some_and(|call| call.value == missing)
}

/// True if it is the kind of key that was ordered, with the exponent that was ordered.
fn suits(key: &PublicKey, order: &KeyOrder) -> bool {
    key.algorithm() == Some(order.algorithm)
        && key
            .rsa_exponent()
            .is_none_or(|exponent| exponent == EXPONENT)
}
