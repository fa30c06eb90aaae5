//! What commands work with besides their arguments: the time and the form of output.

use jiff::Timestamp;

use crate::options::{Format, Options};
use crate::system::clock;

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
