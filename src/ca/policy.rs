//! The policy at work: what is refused, and what a certificate says.

use super::Policy;
use crate::certificate::{DistinguishedName, sanitized};
use crate::error::{Error, Result};
use crate::key::weak;
use crate::key::{Curve, KeyAlgorithm, PublicKey};
use crate::profile::Holder;
use crate::request::{AlternativeName, Csr, KeyUsage, Usage};

/// The issue count of certificates that no permit stands behind.
pub(super) const OPERATORS_COUNT: u32 = 1;

/// A certificate that is to be issued, decided to the last extension.
#[derive(Debug)]
pub struct Order {
    pub(super) subject: DistinguishedName,
    pub(super) alternative_names: Vec<AlternativeName>,
    pub(super) usages: Vec<Usage>,
    pub(super) public_key: PublicKey,
    /// Whose certificate it is going to be, as the registry names holders.
    pub(super) holder: String,
}

impl Policy {
    /// Refuses keys that are weak, or of a kind that cannot be verified with.
    pub(super) fn check_key(&self, key: &PublicKey) -> Result<()> {
        let allowed = |family: &str| self.keys.iter().any(|known| known == family);
        match key.algorithm() {
            None => Err(refused(
                "its key is of a kind that the authority does not know",
            )),
            Some(algorithm) if !allowed(algorithm.family()) => Err(refused(
                "its key is of a kind that the policy does not allow",
            )),
            Some(KeyAlgorithm::Rsa(bits)) if bits < self.minimum_rsa_bits => {
                Err(Error::RequestKeyShort {
                    bits,
                    minimum: self.minimum_rsa_bits,
                })
            }
            Some(KeyAlgorithm::Rsa(_)) => {
                let exponent = key.rsa_exponent().unwrap_or_default();
                match exponent.as_slice() {
                    [] | [0 | 1] => {
                        Err(refused("the public exponent of its RSA key is less than 3"))
                    }
                    [.., last] if last % 2 == 0 => {
                        Err(refused("the public exponent of its RSA key is even"))
                    }
                    _ if key.rsa_modulus().is_some_and(|n| weak::is_roca(&n)) => Err(refused(
                        "its key is one of those that CVE-2017-15361 breaks",
                    )),
                    _ => Ok(()),
                }
            }
            Some(_) => Ok(()),
        }
    }

    /// Refuses keys that TLS here could not check a signature of: their holders could neither log in
    /// nor renew.
    pub(super) fn check_key_for_tls(key: &PublicKey) -> Result<()> {
        match key.algorithm() {
            Some(kind) if !is_for_tls(kind) => Err(refused(&format!(
                "nobody could log in or renew with a key of the kind {kind}, which TLS does not \
                 check here"
            ))),
            _ => Ok(()),
        }
    }

    /// The kinds of key that are certified over the network.
    pub(super) fn keys_for_tls(&self) -> Vec<KeyAlgorithm> {
        let taken = |key: &KeyAlgorithm| {
            let is_short = matches!(key, KeyAlgorithm::Rsa(bits) if *bits < self.minimum_rsa_bits);
            !is_short && is_for_tls(*key) && self.keys.iter().any(|family| family == key.family())
        };
        KeyAlgorithm::ALL.into_iter().filter(taken).collect()
    }

    /// What the certificate of a request is going to say.
    pub(super) fn order(&self, request: &Csr, public_key: PublicKey) -> Result<Order> {
        let name = common_name(&request.subject()?)?;
        let holder = Holder {
            name: Some(&name),
            count: Some(OPERATORS_COUNT),
            ..Holder::default()
        };
        let subject = self
            .subject
            .fill(&holder)
            .and_then(|subject| DistinguishedName::parse(&subject))
            .map_err(|error| refused(&error.to_string()))?;
        let alternative_names = request
            .alternative_names()
            .map_err(|error| refused(&error.to_string()))?;
        Ok(Order {
            subject,
            alternative_names,
            usages: self.usages(&request.usages()?, &public_key)?,
            public_key,
            holder: name,
        })
    }

    /// Every holder's key signs; only an RSA key can also decipher keys. Of the extended usages
    /// asked for, those that the policy allows.
    pub(super) fn usages(&self, asked: &[Usage], key: &PublicKey) -> Result<Vec<Usage>> {
        let mut usages = vec![Usage::Key(KeyUsage::DigitalSignature)];
        let encipherment = Usage::Key(KeyUsage::KeyEncipherment);
        let is_rsa = matches!(key.algorithm(), Some(KeyAlgorithm::Rsa(_)));
        if is_rsa && asked.contains(&encipherment) {
            usages.push(encipherment);
        }
        let asks = |usage: &&Usage| asked.contains(usage);
        let allowed = &self.extended_key_usages;
        if !asked
            .iter()
            .any(|usage| matches!(usage, Usage::Extended(_)))
        {
            usages.extend(allowed.first());
        } else if allowed.iter().any(|usage| asks(&usage)) {
            usages.extend(allowed.iter().filter(asks));
        } else {
            return Err(refused(
                "the policy allows none of the usages that it asks for",
            ));
        }
        Ok(usages)
    }
}

/// True for the kinds of key that TLS here can check: ring knows no P-521.
fn is_for_tls(key: KeyAlgorithm) -> bool {
    key != KeyAlgorithm::Ec(Curve::P521)
}

/// The one common name of a subject: it names the holder.
fn common_name(subject: &DistinguishedName) -> Result<String> {
    let attributes = subject.attributes();
    let mut names = attributes.into_iter().filter(|(kind, _)| kind == "CN");
    match (names.next(), names.next()) {
        (Some((_, name)), None) => Ok(name),
        (None, _) => Err(refused("its subject has no common name")),
        (Some(_), Some(_)) => Err(refused("its subject has several common names")),
    }
}

/// A refusal; the reason may quote the request.
pub(super) fn refused(reason: &str) -> Error {
    Error::RequestRefused {
        reason: sanitized(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(modulus: usize, exponent: &[u8]) -> Result<()> {
        let key = PublicKey::from_rsa_parts(&vec![0xff; modulus], exponent).unwrap();
        Policy::new("Example").unwrap().check_key(&key)
    }

    #[test]
    fn rsa_keys_with_an_exponent_of_one_or_an_even_one_are_refused() {
        for exponent in [&[1][..], &[2], &[1, 0, 0]] {
            let answer = answer(256, exponent);
            assert!(
                matches!(answer, Err(Error::RequestRefused { .. })),
                "{exponent:?}"
            );
        }
        for exponent in [&[3][..], &[1, 0, 1]] {
            assert!(answer(256, exponent).is_ok(), "{exponent:?}");
        }
    }

    #[test]
    fn short_rsa_keys_are_refused_by_their_size() {
        let answer = answer(255, &[1, 0, 1]);
        assert!(matches!(
            answer,
            Err(Error::RequestKeyShort {
                bits: 2040,
                minimum: 2048
            })
        ));
    }
}
