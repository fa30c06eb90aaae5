//! Completions of what is there now: this program's command line has nothing of that kind.

use std::ffi::OsString;

use clap::Command;

/// The command line as it is.
pub(crate) fn with_candidates(command: Command, _: &[OsString]) -> Command {
    command
}
