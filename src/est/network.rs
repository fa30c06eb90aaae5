//! What a client needs of the world around it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// The time, and waiting for it.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Lets some time pass.
    fn wait(&mut self, duration: Duration);
}

/// What a client tells its user beside the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The key cannot make RSA-PSS signatures, so the connection is TLS 1.2 and not 1.3.
    WithoutPss,
    /// The clock here and the server's differ by more than five minutes.
    ClockOff {
        /// What the clock here says.
        here: Timestamp,
        /// What the server's says.
        there: Timestamp,
    },
}

/// What a client needs of the world around it.
pub struct Network<'a> {
    /// The clock.
    pub clock: Box<dyn Clock + 'a>,
    /// Is told each [`Note`] once.
    pub notes: Box<dyn FnMut(Note) + 'a>,
    /// `http://HOST:PORT` of a proxy that connections go through.
    pub proxy: Option<String>,
}

impl fmt::Debug for Network<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}
