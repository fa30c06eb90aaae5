//! PKCS#11 URIs (RFC 7512).
use super::{Slot, TokenIdentity, TokenInfo};
use crate::key::KeyId;
/// placeholder
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pkcs11Uri {}
impl Pkcs11Uri {
    /// URI of a token
    #[must_use] pub fn of_token(identity: &TokenIdentity) -> Self { todo!() }
    /// with object id/label/type appended
    #[must_use] pub fn with_object(self, id: Option<&KeyId>, label: Option<&str>, class: &str) -> Self { todo!() }
    /// path attributes token, serial, manufacturer, model, slot-id, slot-description ... (library-* ignored if absent)
    #[must_use] pub fn matches_token(&self, slot: &Slot, token: &TokenInfo) -> bool { todo!() }
    /// id and object attributes; both absent = matches everything
    #[must_use] pub fn matches_object(&self, id: Option<&KeyId>, label: Option<&str>) -> bool { todo!() }
    /// `pin-source` query attribute, decoded
    #[must_use] pub fn pin_source(&self) -> Option<&str> { todo!() }
    /// Whether `pin-value` was given (its value is redacted and zeroized)
    #[must_use] pub fn has_pin_value(&self) -> bool { todo!() }
    /// whether object attributes were given
    #[must_use] pub fn names_object(&self) -> bool { todo!() }
}
impl std::str::FromStr for Pkcs11Uri { type Err = crate::error::Error; fn from_str(t: &str) -> Result<Self, Self::Err> { todo!() } }
impl std::fmt::Display for Pkcs11Uri { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl std::fmt::Debug for Pkcs11Uri { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
