//! What the operating system alone can give: the time and random bytes.

use jiff::Timestamp;
use tokencert::Error;

/// The time.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub(crate) fn clock() -> Timestamp {
    Timestamp::now()
}

/// Fills a buffer with random bytes.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}
