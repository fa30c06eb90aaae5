//! A fault at every call of a renewal at the real server: the same command again ends with the old
//! pair and the new one, with the new one alone once the old one is retired, and the server has
//! issued once. With two tokens, each is logged in to once.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../disturbed/mod.rs"]
mod disturbed;
mod one_token;
#[path = "../renewing/mod.rs"]
mod renewing;
#[path = "../network/served.rs"]
mod served;
mod street;
mod two_processes;
mod two_tokens;
