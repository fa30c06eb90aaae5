//! Makers' own kinds of users as arguments.

use tokencert::pkcs11::VendorUser;

/// Reads `--user-type`: a number as the maker writes it, in decimal or as `0x80000001`.
pub(crate) fn user_type(text: &str) -> Result<VendorUser, String> {
    let number = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    let user = number.ok().and_then(|number| number.try_into().ok());
    user.ok_or_else(|| "0x80000001".to_owned())
}
