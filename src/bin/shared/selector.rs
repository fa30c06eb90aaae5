//! Selectors as arguments: a PIN in one is refused, for the process list shows it.

use tokencert::Error;
use tokencert::token::{ObjectSelector, TokenSelector};

/// Reads `--token`.
pub(crate) fn token_selector(text: &str) -> Result<TokenSelector, Error> {
    let selector: TokenSelector = text.parse()?;
    match &selector {
        TokenSelector::Uri(uri) if uri.has_pin_value() => Err(Error::UriPinValue {}),
        _ => Ok(selector),
    }
}

/// Reads the SELECTOR of a key or certificate.
pub(crate) fn object_selector(text: &str) -> Result<ObjectSelector, Error> {
    let selector: ObjectSelector = text.parse()?;
    match &selector {
        ObjectSelector::Uri(uri) if uri.has_pin_value() => Err(Error::UriPinValue {}),
        _ => Ok(selector),
    }
}
