//! What commands work with besides their arguments: the clock, randomness, the form of output.

use jiff::Timestamp;
use tokencert::Error;

use crate::options::{Format, Options};

/// What the user said once, and when.
pub(crate) struct Context {
    format: Format,
    now: Timestamp,
}

impl Context {
    /// Reads the clock.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            format: options.format,
            now: clock(),
        }
    }

    /// The time at which the program was started.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// True if data is to be printed as JSON.
    pub(crate) fn json(&self) -> bool {
        self.format == Format::Json
    }
}

/// Fills a buffer with random bytes of the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}
