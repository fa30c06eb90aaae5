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

/// What this computer is called.
#[allow(dead_code, reason = "each program uses its part")]
#[cfg(unix)]
pub(crate) fn host() -> String {
    let name = nix::unistd::gethostname();
    name.map_or_else(
        |_| String::new(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// What this computer is called.
#[allow(dead_code, reason = "each program uses its part")]
#[cfg(not(unix))]
pub(crate) fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Fills a buffer with random bytes.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}
