//! The safe wrapper's errors in the words of the standard.

use cryptoki::error::{Error as WrapperError, RvError};

use super::calling;
use super::raw::wide;
use crate::error::{CallError, ReturnValue};

/// Makes a call through the safe wrapper, and names its function.
pub(super) fn checked<T>(
    function: &'static str,
    call: impl FnOnce() -> cryptoki::error::Result<T>,
) -> Result<T, CallError> {
    let under_way = calling::under_way();
    let result = call();
    drop(under_way);
    tracing::trace!(function, "called");
    result.map_err(|error| {
        let value = match error {
            WrapperError::Pkcs11(value, _) => return_value(&value),
            WrapperError::NullFunctionPointer => ReturnValue::FUNCTION_NOT_SUPPORTED,
            _ => ReturnValue::GENERAL_ERROR,
        };
        let call = CallError { function, value };
        tracing::debug!(%call, "answered");
        call
    })
}

/// The code behind the wrapper's variant: `PinIncorrect` is `CKR_PIN_INCORRECT`.
fn return_value(value: &RvError) -> ReturnValue {
    if let RvError::VendorDefined(code) | RvError::UnknownErrorCode(code) = value {
        return ReturnValue(wide(*code));
    }
    let mut name = String::from("CKR");
    for letter in format!("{value:?}").chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    ReturnValue::from_name(&name).unwrap_or(ReturnValue::GENERAL_ERROR)
}

#[cfg(test)]
mod tests {
    use cryptoki::error::Rv;

    use super::*;

    #[test]
    fn every_code_of_the_standard_survives_the_wrapper() {
        let mut named = 0;
        for code in 1..0x300 {
            if ReturnValue(code).name().is_none() {
                continue;
            }
            let Rv::Error(error) = Rv::from(code) else {
                panic!("{code:#x} is no error")
            };
            assert_eq!(return_value(&error), ReturnValue(code), "{error:?}");
            named += 1;
        }
        assert_eq!(named, 93);
    }

    #[test]
    fn a_vendor_code_keeps_its_number() {
        let Rv::Error(error) = Rv::from(0x8000_0123) else {
            panic!("no error")
        };
        assert_eq!(
            return_value(&error).to_string(),
            "CKR_VENDOR_DEFINED 0x80000123"
        );
    }
}
