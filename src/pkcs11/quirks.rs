//! What single modules do differently, and how it is noticed.
//!
//! Wherever a rule changes what is written to a token, it follows the module's answer and not its
//! name. Names tell software tokens and stores of trust anchors apart, and two makers' modules whose
//! answers tell nothing.

use crate::error::ReturnValue;
use crate::token::TokenIdentity;

/// Makers and models of tokens that are files on a disk and can be copied.
///
/// `(manufacturerID, model)`, each a beginning; an empty one fits anything.
const SOFTWARE: &[(&str, &str)] = &[
    ("SoftHSM", ""),
    ("Mozilla Foundation", ""),
    ("Kryoptic", ""),
    ("", "Kryoptic"),
    ("IBM", "IBM Soft"),
    ("libp11", "soft"),
    ("GNOME Keyring", ""),
];

/// True for a token known to be software.
pub(super) fn is_software(token: &TokenIdentity) -> bool {
    SOFTWARE.iter().any(|(manufacturer, model)| {
        token.manufacturer.starts_with(manufacturer) && token.model.starts_with(model)
    })
}

/// True for the tokens of opencryptoki: a user PIN that is changed without a login leaves private
/// keys there that nothing can read again, and the answer is `CKR_OK`.
pub(super) fn wants_login_before_pin_change(token: &TokenIdentity) -> bool {
    token.manufacturer.starts_with("IBM")
}

/// True for NSS's database, which wraps every private key whatever its flags say, as its own
/// programs rely on. No answer tells this from a token that breaks its word.
pub(super) fn wraps_any_key(token: &TokenIdentity) -> bool {
    token.manufacturer == "Mozilla Foundation"
}

/// True for the tokens in which p11-kit shows the system's trust anchors: nothing for us there.
pub(super) fn is_trust_store(token: &TokenIdentity) -> bool {
    token.manufacturer == "PKCS#11 Kit" && token.model == "p11-kit-trust"
}

/// Answers of a slot whose token was pulled out since the slot was looked at.
pub(super) fn is_absence(value: ReturnValue) -> bool {
    matches!(
        value,
        ReturnValue::TOKEN_NOT_PRESENT | ReturnValue::DEVICE_REMOVED
    )
}

/// Answers to a key generation after which a smaller template is worth a try.
///
/// The standard's codes are the first line; tpm2-pkcs11 says `CKR_GENERAL_ERROR` to usages that are
/// explicitly false, and SafeNet's library `CKR_FUNCTION_FAILED`.
pub(super) fn is_template_refusal(value: ReturnValue) -> bool {
    matches!(
        value,
        ReturnValue::TEMPLATE_INCOMPLETE
            | ReturnValue::TEMPLATE_INCONSISTENT
            | ReturnValue::ATTRIBUTE_READ_ONLY
            | ReturnValue::ATTRIBUTE_TYPE_INVALID
            | ReturnValue::ATTRIBUTE_VALUE_INVALID
            | ReturnValue::GENERAL_ERROR
            | ReturnValue::FUNCTION_FAILED
    )
}

/// Answers that mean "this token cannot make such a key", whatever the template.
pub(super) fn is_algorithm_refusal(value: ReturnValue) -> bool {
    matches!(
        value,
        ReturnValue::MECHANISM_INVALID
            | ReturnValue::MECHANISM_PARAM_INVALID
            | ReturnValue::KEY_SIZE_RANGE
            | ReturnValue::CURVE_NOT_SUPPORTED
            | ReturnValue::DOMAIN_PARAMS_INVALID
            | ReturnValue::FUNCTION_NOT_SUPPORTED
    )
}

/// Answers to `C_SignInit` after which the next mechanism is tried: the list is only a hint.
pub(super) fn is_mechanism_refusal(value: ReturnValue) -> bool {
    matches!(
        value,
        ReturnValue::MECHANISM_INVALID
            | ReturnValue::MECHANISM_PARAM_INVALID
            | ReturnValue::FUNCTION_NOT_SUPPORTED
    )
}

/// Answers to a read-only session that a module does not offer (AWS CloudHSM).
pub(super) fn wants_read_write(value: ReturnValue) -> bool {
    matches!(
        value,
        ReturnValue::SESSION_READ_ONLY
            | ReturnValue::SESSION_READ_WRITE_SO_EXISTS
            | ReturnValue::ARGUMENTS_BAD
            | ReturnValue::FUNCTION_FAILED
            | ReturnValue::GENERAL_ERROR
            | ReturnValue::ACTION_PROHIBITED
    )
}
