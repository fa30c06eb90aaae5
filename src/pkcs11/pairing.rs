//! Private keys under one `CKA_ID` whose public halves only the public objects show: which belongs to
//! which is told by a signature, for nothing else proves it.

use super::session::Token;
use crate::error::Result;
use crate::key::PublicKey;
use crate::token::{KeyObject, Objects};

impl Token<'_> {
    /// Gives each private key that several public keys could belong to its own.
    ///
    /// Returns the last reason why one could not be told; it stays without a public half.
    pub(super) fn tell_apart(&self, objects: &mut Objects) -> Result<()> {
        let mut told = Ok(());
        for at in 0..objects.private_keys.len() {
            let Some(private) = objects.private_keys.get(at) else {
                break;
            };
            let candidates = objects.candidates(private);
            if candidates.len() < 2 {
                continue;
            }
            match self.own_of(private, &candidates) {
                Ok(own) => {
                    if let Some(private) = objects.private_keys.get_mut(at) {
                        private.algorithm =
                            own.as_ref().map_or(private.algorithm, PublicKey::algorithm);
                        private.public_key = own;
                    }
                }
                Err(error) => told = Err(error),
            }
        }
        told
    }

    fn own_of(&self, private: &KeyObject, candidates: &[PublicKey]) -> Result<Option<PublicKey>> {
        let Some(first) = candidates.first() else {
            return Ok(None);
        };
        let trial = KeyObject {
            public_key: Some(first.clone()),
            ..private.clone()
        };
        self.key(&trial)?.tell_own(candidates)
    }
}
