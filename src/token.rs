//! Tokens and slots as the standard describes them, and how one token is chosen.

mod flags;
mod lock;
mod object;
mod selector;
mod uri;

use std::fmt;

use crate::error::CallError;

pub use flags::TokenFlags;
pub use lock::TokenLock;
pub(crate) use object::Objects;
pub use object::{Access, CertificateObject, Contents, Identity, KeyObject, OtherObject};
pub use selector::{Candidates, Need, ObjectSelector, TokenSelector};
pub use uri::{Pkcs11Uri, UriClass};

/// Which token it is: the four strings of `CK_TOKEN_INFO` together.
///
/// No single one is enough: serial numbers like `123` and equal labels exist, and slot numbers
/// change when a token is plugged in again.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct TokenIdentity {
    /// `label`, chosen when the token was initialised.
    pub label: String,
    /// `serialNumber` of the device.
    pub serial: String,
    /// `manufacturerID` of the device.
    pub manufacturer: String,
    /// `model` of the device.
    pub model: String,
}

impl fmt::Display for TokenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &str| crate::certificate::sanitized(value);
        match (self.label.as_str(), self.serial.as_str()) {
            ("", "") => f.write_str("without label and serial number"),
            ("", serial) => write!(f, "serial {}", text(serial)),
            (label, "") => write!(f, "`{}`", text(label)),
            (label, serial) => write!(f, "`{}` (serial {})", text(label), text(serial)),
        }
    }
}

/// What `C_GetTokenInfo` says of a token.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct TokenInfo {
    /// Which token it is.
    pub identity: TokenIdentity,
    /// `flags`.
    pub flags: TokenFlags,
    /// `ulMinPinLen`, in bytes; modules are known to report nonsense here.
    pub pin_minimum: u64,
    /// `ulMaxPinLen`, in bytes; 0 means unknown.
    pub pin_maximum: u64,
    /// `ulFreePublicMemory` in bytes, where the token says it.
    pub free_memory: Option<u64>,
    /// `firmwareVersion`, major and minor.
    pub firmware: (u8, u8),
    /// A token known to be software, whose files can be copied: SoftHSM and its like.
    pub software: bool,
}

/// A slot and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Slot {
    /// The slot's ID, which is good only until the token is pulled out.
    pub id: u64,
    /// `slotDescription`; blank in many readers.
    pub description: String,
    /// What is in the slot.
    pub token: SlotState,
}

/// What a slot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotState {
    /// No token.
    Empty,
    /// The slot or its token did not answer; the others still do.
    Failed(CallError),
    /// A token, initialised or not.
    Token(TokenInfo),
}

impl Slot {
    /// The token in the slot, if there is one that answers.
    #[must_use]
    pub fn token(&self) -> Option<&TokenInfo> {
        match &self.token {
            SlotState::Token(info) => Some(info),
            SlotState::Empty | SlotState::Failed(_) => None,
        }
    }

    /// A slot as an adapter or a test describes it.
    #[must_use]
    pub fn new(id: u64, description: impl Into<String>, token: SlotState) -> Self {
        Self {
            id,
            description: description.into(),
            token,
        }
    }
}

impl TokenInfo {
    /// A token as an adapter or a test describes it, with nothing known but its name and flags.
    #[must_use]
    pub fn new(identity: TokenIdentity, flags: TokenFlags) -> Self {
        Self {
            identity,
            flags,
            pin_minimum: 0,
            pin_maximum: 0,
            free_memory: None,
            firmware: (0, 0),
            software: false,
        }
    }
}

/// The two PINs of a token. They are not the account PIN of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinKind {
    /// The user PIN (`CKU_USER`).
    User,
    /// The security officer's PIN (`CKU_SO`).
    So,
}

impl fmt::Display for PinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user PIN",
            Self::So => "SO PIN",
        })
    }
}

/// What the token's flags say of one of its PINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinState {
    /// The PIN is locked.
    Locked,
    /// One wrong try locks it.
    FinalTry,
    /// At least one wrong try was made since the last right one.
    CountLow,
    /// No flag is set, which proves nothing: many modules never set one.
    Unknown,
}

impl PinState {
    /// The state's name: `locked`, `final-try`, `count-low` or `unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::FinalTry => "final-try",
            Self::CountLow => "count-low",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for PinState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the token says that it is now locked",
            Self::FinalTry => "the token says that one try is left",
            Self::CountLow => "the token says that tries are running low",
            Self::Unknown => "the token does not say how many tries are left",
        })
    }
}
