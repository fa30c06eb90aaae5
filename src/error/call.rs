//! A failed call into a PKCS#11 module, in the standard's own words.

use std::fmt;

/// A `CK_RV` as a module returned it (PKCS#11 v3.1 section 5.1.6).
///
/// `Display` prints the name that the standard gives it, and vendor codes in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReturnValue(pub u64);

/// A PKCS#11 function that did not return `CKR_OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{function} returned {value}")]
pub struct CallError {
    /// The function's name, `C_Login` for example.
    pub function: &'static str,
    /// What it returned.
    pub value: ReturnValue,
}

macro_rules! return_values {
    ($($name:ident = $value:literal,)*) => {
        #[expect(missing_docs, reason = "the names are the standard's")]
        impl ReturnValue {
            $(pub const $name: Self = Self($value);)*

            /// The name of the standard, for example `CKR_PIN_INCORRECT`.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(concat!("CKR_", stringify!($name))),)*
                    _ => None,
                }
            }
        }
    };
}

return_values! {
    OK = 0x0000, CANCEL = 0x0001, HOST_MEMORY = 0x0002, SLOT_ID_INVALID = 0x0003,
    GENERAL_ERROR = 0x0005, FUNCTION_FAILED = 0x0006, ARGUMENTS_BAD = 0x0007, NO_EVENT = 0x0008,
    NEED_TO_CREATE_THREADS = 0x0009, CANT_LOCK = 0x000a, ATTRIBUTE_READ_ONLY = 0x0010,
    ATTRIBUTE_SENSITIVE = 0x0011, ATTRIBUTE_TYPE_INVALID = 0x0012,
    ATTRIBUTE_VALUE_INVALID = 0x0013, ACTION_PROHIBITED = 0x001b, DATA_INVALID = 0x0020,
    DATA_LEN_RANGE = 0x0021, DEVICE_ERROR = 0x0030, DEVICE_MEMORY = 0x0031,
    DEVICE_REMOVED = 0x0032, ENCRYPTED_DATA_INVALID = 0x0040, ENCRYPTED_DATA_LEN_RANGE = 0x0041,
    FUNCTION_CANCELED = 0x0050, FUNCTION_NOT_PARALLEL = 0x0051, FUNCTION_NOT_SUPPORTED = 0x0054,
    KEY_HANDLE_INVALID = 0x0060, KEY_SIZE_RANGE = 0x0062, KEY_TYPE_INCONSISTENT = 0x0063,
    KEY_NOT_NEEDED = 0x0064, KEY_CHANGED = 0x0065, KEY_NEEDED = 0x0066, KEY_INDIGESTIBLE = 0x0067,
    KEY_FUNCTION_NOT_PERMITTED = 0x0068, KEY_NOT_WRAPPABLE = 0x0069, KEY_UNEXTRACTABLE = 0x006a,
    MECHANISM_INVALID = 0x0070, MECHANISM_PARAM_INVALID = 0x0071, OBJECT_HANDLE_INVALID = 0x0082,
    OPERATION_ACTIVE = 0x0090, OPERATION_NOT_INITIALIZED = 0x0091, PIN_INCORRECT = 0x00a0,
    PIN_INVALID = 0x00a1, PIN_LEN_RANGE = 0x00a2, PIN_EXPIRED = 0x00a3, PIN_LOCKED = 0x00a4,
    SESSION_CLOSED = 0x00b0, SESSION_COUNT = 0x00b1, SESSION_HANDLE_INVALID = 0x00b3,
    SESSION_PARALLEL_NOT_SUPPORTED = 0x00b4, SESSION_READ_ONLY = 0x00b5, SESSION_EXISTS = 0x00b6,
    SESSION_READ_ONLY_EXISTS = 0x00b7, SESSION_READ_WRITE_SO_EXISTS = 0x00b8,
    SIGNATURE_INVALID = 0x00c0, SIGNATURE_LEN_RANGE = 0x00c1, TEMPLATE_INCOMPLETE = 0x00d0,
    TEMPLATE_INCONSISTENT = 0x00d1, TOKEN_NOT_PRESENT = 0x00e0, TOKEN_NOT_RECOGNIZED = 0x00e1,
    TOKEN_WRITE_PROTECTED = 0x00e2, UNWRAPPING_KEY_HANDLE_INVALID = 0x00f0,
    UNWRAPPING_KEY_SIZE_RANGE = 0x00f1, UNWRAPPING_KEY_TYPE_INCONSISTENT = 0x00f2,
    USER_ALREADY_LOGGED_IN = 0x0100, USER_NOT_LOGGED_IN = 0x0101,
    USER_PIN_NOT_INITIALIZED = 0x0102, USER_TYPE_INVALID = 0x0103,
    USER_ANOTHER_ALREADY_LOGGED_IN = 0x0104, USER_TOO_MANY_TYPES = 0x0105,
    WRAPPED_KEY_INVALID = 0x0110, WRAPPED_KEY_LEN_RANGE = 0x0112,
    WRAPPING_KEY_HANDLE_INVALID = 0x0113, WRAPPING_KEY_SIZE_RANGE = 0x0114,
    WRAPPING_KEY_TYPE_INCONSISTENT = 0x0115, RANDOM_SEED_NOT_SUPPORTED = 0x0120,
    RANDOM_NO_RNG = 0x0121, DOMAIN_PARAMS_INVALID = 0x0130, CURVE_NOT_SUPPORTED = 0x0140,
    BUFFER_TOO_SMALL = 0x0150, SAVED_STATE_INVALID = 0x0160, INFORMATION_SENSITIVE = 0x0170,
    STATE_UNSAVEABLE = 0x0180, CRYPTOKI_NOT_INITIALIZED = 0x0190,
    CRYPTOKI_ALREADY_INITIALIZED = 0x0191, MUTEX_BAD = 0x01a0, MUTEX_NOT_LOCKED = 0x01a1,
    NEW_PIN_MODE = 0x01b0, NEXT_OTP = 0x01b1, EXCEEDED_MAX_ITERATIONS = 0x01b5,
    FIPS_SELF_TEST_FAILED = 0x01b6, LIBRARY_LOAD_FAILED = 0x01b7, PIN_TOO_WEAK = 0x01b8,
    PUBLIC_KEY_INVALID = 0x01b9, FUNCTION_REJECTED = 0x0200,
}

impl ReturnValue {
    /// True for the codes that mean "the token was removed" (or the session died with it).
    ///
    /// `CKR_GENERAL_ERROR` is not among them: modules return it for anything.
    #[must_use]
    pub fn is_removal(self) -> bool {
        matches!(
            self,
            Self::DEVICE_REMOVED
                | Self::TOKEN_NOT_PRESENT
                | Self::SESSION_HANDLE_INVALID
                | Self::SESSION_CLOSED
                | Self::DEVICE_ERROR
        )
    }
}

impl fmt::Display for ReturnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None if self.0 >= 0x8000_0000 => write!(f, "CKR_VENDOR_DEFINED 0x{:08x}", self.0),
            None => write!(f, "CK_RV 0x{:08x}", self.0),
        }
    }
}

impl fmt::Debug for ReturnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
