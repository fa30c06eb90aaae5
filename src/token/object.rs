//! What a token holds: keys and certificates, and which belong together.

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::key::{KeyAlgorithm, KeyFlags, KeyId, PublicKey, Refusal};

/// A private or public key object as read from a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KeyObject {
    #[serde(skip)]
    pub(crate) handle: u64,
    /// `CKA_ID`; `None` where it is absent or empty.
    pub id: Option<KeyId>,
    /// `CKA_LABEL`; `None` where it is absent or empty.
    pub label: Option<String>,
    /// `CKA_KEY_TYPE` as the token says it.
    pub key_type: Option<u64>,
    /// The kind of key, where it is one that this library knows.
    pub algorithm: Option<KeyAlgorithm>,
    /// The public half, from the object's own attributes or from a partner's.
    pub public_key: Option<PublicKey>,
    /// True if the public half was read off a certificate with the same ID: no proof that it fits.
    pub public_key_assumed: bool,
    /// What the token says of a private key; all `None` for a public one.
    pub flags: KeyFlags,
    /// What was answered when the private key itself was asked for; empty where it was not asked.
    pub refusals: Vec<Refusal>,
    /// Who may see and change the object.
    pub access: Access,
}

/// Who may see and change an object, as far as it was asked and the token says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Access {
    /// `CKA_PRIVATE`
    pub private: Option<bool>,
    /// `CKA_MODIFIABLE`
    pub modifiable: Option<bool>,
    /// `CKA_DESTROYABLE`
    pub destroyable: Option<bool>,
}

/// A certificate object as read from a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CertificateObject {
    #[serde(skip)]
    pub(crate) handle: u64,
    /// `CKA_ID`; `None` where it is absent or empty.
    pub id: Option<KeyId>,
    /// `CKA_LABEL`; `None` where it is absent or empty.
    pub label: Option<String>,
    /// `CKA_VALUE`, parsed; `None` where it is no X.509 certificate.
    pub certificate: Option<Certificate>,
    /// Whether it certifies the key it stands beside; `None` where that cannot be told.
    pub matches_key: Option<bool>,
    /// Who may see and change the object.
    pub access: Access,
}

/// Any other object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OtherObject {
    /// `CKA_CLASS`
    pub class: Option<u64>,
    /// `CKA_LABEL`
    pub label: Option<String>,
}

/// A private key, else a public key, with the certificates that belong to it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identity {
    /// The private key; `None` when it is not there, or not seen without login.
    pub private_key: Option<KeyObject>,
    /// The public key object, which many tokens do not have.
    pub public_key: Option<KeyObject>,
    /// Its certificates, the newest first.
    pub certificates: Vec<CertificateObject>,
}

impl Identity {
    fn key(&self) -> Option<&KeyObject> {
        self.private_key.as_ref().or(self.public_key.as_ref())
    }

    /// The `CKA_ID` of the key.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.key().and_then(|key| key.id.as_ref())
    }

    /// The label of the key.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.key().and_then(|key| key.label.as_deref())
    }

    /// The kind of key.
    #[must_use]
    pub fn algorithm(&self) -> Option<KeyAlgorithm> {
        self.key().and_then(|key| key.algorithm)
    }

    /// The public half of the key.
    #[must_use]
    pub fn public(&self) -> Option<&PublicKey> {
        let keys = [self.private_key.as_ref(), self.public_key.as_ref()];
        keys.into_iter()
            .flatten()
            .find_map(|key| key.public_key.as_ref())
    }
}

/// Everything seen on a token, sorted into what belongs together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contents {
    /// Whether private objects could be seen.
    pub logged_in: bool,
    /// Keys with their certificates.
    pub identities: Vec<Identity>,
    /// Certificates whose key was not seen.
    pub certificates: Vec<CertificateObject>,
    /// What is neither key nor certificate.
    pub other_objects: Vec<OtherObject>,
}

/// The objects of a token in the order it gave them.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) private_keys: Vec<KeyObject>,
    pub(crate) public_keys: Vec<KeyObject>,
    pub(crate) certificates: Vec<CertificateObject>,
    pub(crate) others: Vec<OtherObject>,
}

impl Objects {
    /// The public keys that could be the other half of a private key which does not show it: those
    /// of its `CKA_ID` and kind.
    pub(crate) fn candidates(&self, private: &KeyObject) -> Vec<PublicKey> {
        if private.public_key.is_some() || private.id.is_none() {
            return Vec::new();
        }
        let partners = self.public_keys.iter().filter(|public| {
            public.id == private.id
                && public.key_type == private.key_type
                && (private.algorithm.is_none() || public.algorithm == private.algorithm)
        });
        partners
            .filter_map(|public| public.public_key.clone())
            .collect()
    }
}

impl Contents {
    /// Sorts objects into identities: by public key where both sides say it, else by `CKA_ID`.
    ///
    /// Labels prove nothing, and IDs can be missing, doubled or wrong.
    pub(crate) fn assemble(mut objects: Objects, logged_in: bool) -> Self {
        let candidates = |key| objects.candidates(key);
        let candidates: Vec<_> = objects.private_keys.iter().map(candidates).collect();
        for (key, candidates) in objects.private_keys.iter_mut().zip(candidates) {
            complete(key, &candidates, &objects.certificates);
        }
        pair_nameless(&mut objects.private_keys, &objects.public_keys);
        let mut identities: Vec<Identity> = objects
            .private_keys
            .into_iter()
            .map(|key| Identity {
                private_key: Some(key),
                ..Identity::default()
            })
            .collect();
        for key in objects.public_keys {
            match identities
                .iter_mut()
                .find(|identity| identity.takes_public(&key))
            {
                Some(identity) => identity.public_key = Some(key),
                None => identities.push(Identity {
                    public_key: Some(key),
                    ..Identity::default()
                }),
            }
        }
        let mut certificates = Vec::new();
        for object in objects.certificates {
            match place(&identities, &object) {
                Some((at, matches_key)) => {
                    if let Some(identity) = identities.get_mut(at) {
                        identity.certificates.push(CertificateObject {
                            matches_key,
                            ..object
                        });
                    }
                }
                None => certificates.push(object),
            }
        }
        for identity in &mut identities {
            identity.certificates.sort_by_key(|object| {
                std::cmp::Reverse(object.certificate.as_ref().map(Certificate::not_before))
            });
        }
        Self {
            logged_in,
            identities,
            certificates,
            other_objects: objects.others,
        }
    }

    /// Adds a private key that was made after the token was read.
    pub(crate) fn add_private_key(&mut self, key: KeyObject) {
        self.identities.push(Identity {
            private_key: Some(key),
            ..Identity::default()
        });
    }

    /// Every certificate on the token, with or without a key.
    pub fn all_certificates(&self) -> impl Iterator<Item = &CertificateObject> {
        let beside = self
            .identities
            .iter()
            .flat_map(|identity| &identity.certificates);
        beside.chain(&self.certificates)
    }

    /// Every private key that was seen.
    pub fn private_keys(&self) -> impl Iterator<Item = &KeyObject> {
        self.identities
            .iter()
            .filter_map(|identity| identity.private_key.as_ref())
    }

    /// True if any object on the token has this `CKA_ID`.
    #[must_use]
    pub fn uses_id(&self, id: &KeyId) -> bool {
        let has = |found: Option<&KeyId>| found == Some(id);
        self.all_certificates()
            .any(|object| has(object.id.as_ref()))
            || self.identities.iter().any(|identity| {
                let keys = [&identity.private_key, &identity.public_key];
                keys.into_iter().flatten().any(|key| has(key.id.as_ref()))
            })
    }
}

impl Identity {
    fn takes_public(&self, public: &KeyObject) -> bool {
        let Some(private) = self
            .private_key
            .as_ref()
            .filter(|_| self.public_key.is_none())
        else {
            return false;
        };
        match (&private.public_key, &public.public_key) {
            (Some(own), Some(other)) if !private.public_key_assumed => own == other,
            (Some(own), Some(other)) if public.id.is_none() => own == other,
            // One of several, of which no signature has told it apart.
            (None, Some(_)) if private.key_type.is_some() => false,
            _ => private.id.is_some() && private.id == public.id,
        }
    }
}

/// Finds the public half of a private key that does not carry it: `CKA_EC_POINT` is on the public
/// object as a rule, and where there is none, only a certificate knows it.
///
/// Of several public keys it would be a guess which is the one: see `Token::tell_apart`.
fn complete(key: &mut KeyObject, candidates: &[PublicKey], certificates: &[CertificateObject]) {
    if key.public_key.is_some() || key.id.is_none() || candidates.len() > 1 {
        return;
    }
    key.public_key = candidates.first().cloned().or_else(|| {
        key.public_key_assumed = true;
        certificates
            .iter()
            .filter(|object| object.id == key.id)
            .find_map(|object| object.certificate.as_ref()?.public_key().ok())
    });
    key.public_key_assumed &= key.public_key.is_some();
    key.algorithm = key
        .public_key
        .as_ref()
        .and_then(PublicKey::algorithm)
        .or(key.algorithm);
}

/// Pairs a private key whose public half is not known with the one public key that has no
/// `CKA_ID`: a run that was cut short before it could set the ID leaves such a pair. No proof that
/// they belong together; the first signature is.
fn pair_nameless(privates: &mut [KeyObject], publics: &[KeyObject]) {
    let mut unknown = privates.iter_mut().filter(|key| key.public_key.is_none());
    let mut nameless = publics.iter().filter(|public| public.id.is_none());
    if let (Some(key), None, Some(public), None) = (
        unknown.next(),
        unknown.next(),
        nameless.next(),
        nameless.next(),
    ) && key.algorithm == public.algorithm
    {
        key.public_key.clone_from(&public.public_key);
        key.public_key_assumed = key.public_key.is_some();
    }
}

fn place(identities: &[Identity], object: &CertificateObject) -> Option<(usize, Option<bool>)> {
    let certified = object
        .certificate
        .as_ref()
        .and_then(|certificate| certificate.public_key().ok());
    let by_key = identities
        .iter()
        .position(|identity| certified.is_some() && identity.public() == certified.as_ref());
    let (at, matches) = if let Some(at) = by_key {
        (at, Some(true))
    } else {
        let at = identities
            .iter()
            .position(|identity| object.id.is_some() && identity.id() == object.id.as_ref())?;
        let known = identities.get(at).and_then(Identity::public).is_some();
        (at, (known && certified.is_some()).then_some(false))
    };
    let assumed = identities
        .get(at)
        .and_then(|identity| identity.private_key.as_ref())
        .is_some_and(|key| key.public_key_assumed);
    Some((at, if assumed { None } else { matches }))
}
