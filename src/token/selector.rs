//! How one token, and one object on it, is chosen. Never by slot number, never "the first".

use std::fmt;
use std::str::FromStr;

use super::{Pkcs11Uri, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo};
use crate::error::{CallError, Error, Result};
use crate::key::KeyId;

/// Which token is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSelector {
    /// The only one that is there.
    #[default]
    Only,
    /// The one with this label or this serial number.
    Named(String),
    /// The one that a PKCS#11 URI describes (RFC 7512).
    Uri(Box<Pkcs11Uri>),
    /// Exactly this one.
    Identity(TokenIdentity),
    /// Exactly this one, which was seen in the slot of this ID: it is looked for there first, and
    /// everywhere if anything else is there now. That another token looks the same is for whoever
    /// saw it to know.
    Seen(TokenIdentity, u64),
}

/// What a command is going to do with the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Initialise it: blank tokens will do.
    Any,
    /// Read it: it must be initialised.
    Read,
    /// Write to it: it must be initialised and not write-protected.
    Write,
}

/// Several tokens where one was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates(pub Vec<TokenIdentity>);

impl FromStr for TokenSelector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(if text.is_empty() {
            Self::Only
        } else if text.to_ascii_lowercase().starts_with("pkcs11:") {
            Self::Uri(Box::new(text.parse()?))
        } else {
            Self::Named(text.to_owned())
        })
    }
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only => f.write_str("the only token"),
            Self::Named(name) => write!(f, "`{}`", crate::certificate::sanitized(name)),
            Self::Uri(uri) => write!(f, "`{uri}`"),
            Self::Identity(identity) | Self::Seen(identity, _) => identity.fmt(f),
        }
    }
}

impl fmt::Display for Candidates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, identity) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{identity}")?;
        }
        Ok(())
    }
}

impl TokenSelector {
    /// True if this token is meant; blank ones only when `need` is [`Need::Any`].
    fn matches(&self, slot: &Slot, token: &TokenInfo) -> bool {
        match self {
            Self::Only => true,
            Self::Named(name) => token.identity.label == *name || token.identity.serial == *name,
            Self::Uri(uri) => uri.matches_token(slot, token),
            Self::Identity(identity) | Self::Seen(identity, _) => token.identity == *identity,
        }
    }

    /// Chooses one slot.
    ///
    /// | tokens that match | usable | result |
    /// |---|---|---|
    /// | none | | why a slot failed, else [`Error::TokenAbsent`] or [`Error::TokenNotFound`] |
    /// | some | none | why the first of them cannot be used |
    /// | some | one | that one |
    /// | some | several | [`Error::TokenAmbiguous`] with the candidates |
    ///
    /// One token that a module shows in several slots counts once.
    pub fn choose<'s>(&self, slots: &'s [Slot], need: Need, module: &str) -> Result<&'s Slot> {
        let present = || {
            slots
                .iter()
                .filter_map(|slot| slot.token().map(|token| (slot, token)))
        };
        let matching: Vec<_> = present()
            .filter(|(slot, token)| self.matches(slot, token))
            .collect();
        let mut usable: Vec<_> = matching
            .iter()
            .copied()
            .filter(|(_, token)| refusal(token, need).is_none())
            .collect();
        // To be read, a token that shows in two slots is one; to be written to, it may be another that
        // looks the same.
        usable.dedup_by(|a, b| a.1.identity == b.1.identity && need == Need::Read);
        // A blank token that nobody named is not what was meant, if the right one did not answer.
        let blank = |token: &TokenInfo| !token.flags.has(TokenFlags::TOKEN_INITIALIZED);
        let meant = matching
            .first()
            .filter(|(_, token)| *self != Self::Only || !blank(token));
        match (usable.as_slice(), matching.first()) {
            ([(slot, _)], _) => Ok(slot),
            ([], _) if meant.is_none() && failure(slots).is_some() => Err(self.none(slots, module)),
            ([], Some((_, token))) => {
                Err(refusal(token, need).unwrap_or_else(|| self.none(slots, module)))
            }
            ([], None) => Err(self.none(slots, module)),
            (several, _) => Err(Error::TokenAmbiguous {
                wanted: self.to_string(),
                candidates: Candidates(several.iter().map(|(_, t)| t.identity.clone()).collect()),
            }),
        }
    }

    fn none(&self, slots: &[Slot], module: &str) -> Error {
        if let Some(cause) = failure(slots) {
            return Error::Module { cause };
        }
        let present: Vec<TokenIdentity> = slots
            .iter()
            .filter_map(Slot::token)
            .map(|token| token.identity.clone())
            .collect();
        if present.is_empty() {
            return Error::TokenAbsent {
                module: module.to_owned(),
            };
        }
        Error::TokenNotFound {
            wanted: self.to_string(),
            present: Candidates(present).to_string(),
        }
    }
}

/// What a slot that did not answer said.
fn failure(slots: &[Slot]) -> Option<CallError> {
    slots.iter().find_map(|slot| match slot.token {
        SlotState::Failed(call) => Some(call),
        SlotState::Empty | SlotState::Token(_) => None,
    })
}

fn refusal(token: &TokenInfo, need: Need) -> Option<Error> {
    let name = || token.identity.to_string();
    if need == Need::Any {
        None
    } else if !token.flags.has(TokenFlags::TOKEN_INITIALIZED) {
        Some(Error::TokenUninitialized { token: name() })
    } else if need == Need::Write && token.flags.has(TokenFlags::WRITE_PROTECTED) {
        Some(Error::TokenReadOnly { token: name() })
    } else {
        None
    }
}

/// Which key or certificate on a token is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectSelector {
    /// By `CKA_ID`.
    Id(KeyId),
    /// By `CKA_LABEL`.
    Label(String),
    /// By the SHA-256 of a certificate.
    Fingerprint([u8; 32]),
    /// By either reading of a text that can be a label or an ID.
    Either(KeyId, String),
    /// By the `id` and `object` of a PKCS#11 URI.
    Uri(Box<Pkcs11Uri>),
}

impl FromStr for ObjectSelector {
    type Err = Error;

    /// Reads `id:HEX`, `label:TEXT`, `sha256:HEX`, a URI, or a bare ID or label.
    fn from_str(text: &str) -> Result<Self> {
        let invalid = |reason: &str| Error::SelectorInvalid {
            selector: text.to_owned(),
            reason: reason.to_owned(),
        };
        if let Some(id) = text.strip_prefix("id:") {
            return Ok(Self::Id(id.parse()?));
        }
        if let Some(label) = text.strip_prefix("label:") {
            return Ok(Self::Label(label.to_owned()));
        }
        if let Some(digest) = text.strip_prefix("sha256:") {
            let bytes: KeyId = digest
                .parse()
                .map_err(|_| invalid("it is not hexadecimal"))?;
            return bytes
                .as_bytes()
                .try_into()
                .map(Self::Fingerprint)
                .map_err(|_| invalid("a SHA-256 has 64 hexadecimal digits"));
        }
        if text.to_ascii_lowercase().starts_with("pkcs11:") {
            return Ok(Self::Uri(Box::new(text.parse()?)));
        }
        match text.parse::<KeyId>() {
            Ok(id) => Ok(Self::Either(id, text.to_owned())),
            Err(_) if text.is_empty() => Err(invalid("it is empty")),
            Err(_) => Ok(Self::Label(text.to_owned())),
        }
    }
}

impl fmt::Display for ObjectSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "CKA_ID {id}"),
            Self::Label(label) | Self::Either(_, label) => {
                write!(f, "`{}`", crate::certificate::sanitized(label))
            }
            Self::Fingerprint(digest) => {
                f.write_str("sha256:")?;
                digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Uri(uri) => write!(f, "`{uri}`"),
        }
    }
}

impl ObjectSelector {
    /// True if an object with this ID and label is meant.
    #[must_use]
    pub fn matches(&self, id: Option<&KeyId>, label: Option<&str>) -> bool {
        match self {
            Self::Id(wanted) => id == Some(wanted),
            Self::Label(wanted) => label == Some(wanted),
            Self::Either(wanted, text) => id == Some(wanted) || label == Some(text),
            Self::Uri(uri) => uri.matches_object(id, label),
            Self::Fingerprint(_) => false,
        }
    }
}
