//! Programs at another time, as the library of `faketime` shows it to them.

use std::path::Path;
use std::process::Command;

/// The library where distributions put it; the loader knows what `$LIB` is.
const LIBRARY: &str = "/usr/$LIB/faketime/libfaketime.so.1";

/// Folders that may be it.
const FOLDERS: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
];

/// The same command at another time in UTC: `-340d` from now, or the date and time at which the
/// clock stands still.
///
/// Without the program `faketime`: where one that had the same process ID was killed, it finds the
/// semaphore that was left behind, and refuses to start.
pub(crate) fn at(mut command: Command, time: &str) -> Command {
    let is_there = |folder: &&str| Path::new(folder).join("faketime/libfaketime.so.1").exists();
    assert!(
        FOLDERS.iter().any(is_there),
        "libfaketime is not installed; install the package `faketime`"
    );
    command
        .env("LD_PRELOAD", LIBRARY)
        .env("FAKETIME", time)
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("TZ", "UTC");
    command
}
