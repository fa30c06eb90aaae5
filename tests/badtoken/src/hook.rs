//! What happens around every call.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::OnceLock;

use cryptoki_sys::CK_RV;

/// Notes the call of `function`, then lets the module behind answer it.
///
/// The only place every call passes: what is to go wrong goes wrong here.
pub(crate) fn around(function: &'static str, forward: impl FnOnce() -> CK_RV) -> CK_RV {
    note(function);
    forward()
}

/// Appends one line to the log.
///
/// One `write` in append mode: lines of several processes and threads do not mix.
fn note(function: &str) {
    static LOG: OnceLock<Option<File>> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let path = std::env::var_os("BADTOKEN_LOG")?;
        OpenOptions::new().append(true).create(true).open(path).ok()
    });
    if let Some(mut log) = log.as_ref() {
        let line = format!("{} {function}\n", std::process::id());
        // A call that could not be counted makes the count too small, which the tests notice.
        let _ = log.write_all(line.as_bytes());
    }
}
