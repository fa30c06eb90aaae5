//! The flags of `CK_TOKEN_INFO` (PKCS#11 v3.1 section 3.2).

use super::{PinKind, PinState};

/// The flags of a token.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct TokenFlags(pub u64);

macro_rules! token_flags {
    ($($name:ident = $value:literal,)*) => {
        #[expect(missing_docs, reason = "the names are the standard's")]
        impl TokenFlags {
            $(pub const $name: Self = Self($value);)*

            /// The names of the flags that are set, for example `CKF_LOGIN_REQUIRED`.
            #[must_use]
            pub fn names(self) -> Vec<&'static str> {
                [$((Self::$name, concat!("CKF_", stringify!($name)))),*]
                    .into_iter()
                    .filter_map(|(flag, name)| self.has(flag).then_some(name))
                    .collect()
            }
        }
    };
}

token_flags! {
    RNG = 0x0000_0001,
    WRITE_PROTECTED = 0x0000_0002,
    LOGIN_REQUIRED = 0x0000_0004,
    USER_PIN_INITIALIZED = 0x0000_0008,
    RESTORE_KEY_NOT_NEEDED = 0x0000_0020,
    CLOCK_ON_TOKEN = 0x0000_0040,
    PROTECTED_AUTHENTICATION_PATH = 0x0000_0100,
    DUAL_CRYPTO_OPERATIONS = 0x0000_0200,
    TOKEN_INITIALIZED = 0x0000_0400,
    SECONDARY_AUTHENTICATION = 0x0000_0800,
    USER_PIN_COUNT_LOW = 0x0001_0000,
    USER_PIN_FINAL_TRY = 0x0002_0000,
    USER_PIN_LOCKED = 0x0004_0000,
    USER_PIN_TO_BE_CHANGED = 0x0008_0000,
    SO_PIN_COUNT_LOW = 0x0010_0000,
    SO_PIN_FINAL_TRY = 0x0020_0000,
    SO_PIN_LOCKED = 0x0040_0000,
    SO_PIN_TO_BE_CHANGED = 0x0080_0000,
    ERROR_STATE = 0x0100_0000,
}

impl TokenFlags {
    /// True if all of `flags` are set.
    #[must_use]
    pub fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// What the flags say of a PIN, the worst first.
    #[must_use]
    pub fn pin_state(self, which: PinKind) -> PinState {
        let (locked, last, low) = match which {
            PinKind::User => (
                Self::USER_PIN_LOCKED,
                Self::USER_PIN_FINAL_TRY,
                Self::USER_PIN_COUNT_LOW,
            ),
            PinKind::So => (
                Self::SO_PIN_LOCKED,
                Self::SO_PIN_FINAL_TRY,
                Self::SO_PIN_COUNT_LOW,
            ),
        };
        if self.has(locked) {
            PinState::Locked
        } else if self.has(last) {
            PinState::FinalTry
        } else if self.has(low) {
            PinState::CountLow
        } else {
            PinState::Unknown
        }
    }

    /// True if the PIN must be changed before the token does anything else.
    #[must_use]
    pub fn pin_to_be_changed(self, which: PinKind) -> bool {
        self.has(match which {
            PinKind::User => Self::USER_PIN_TO_BE_CHANGED,
            PinKind::So => Self::SO_PIN_TO_BE_CHANGED,
        })
    }
}
