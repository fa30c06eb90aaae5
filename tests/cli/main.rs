//! The programs as programs: what they print, where, and with which exit status.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;

mod import;
mod issue;
mod mistaken;
mod modules;
mod objects;
mod pin;
mod replaced;
mod request;
mod software_token;
mod status;
mod support;
#[cfg(unix)]
mod terminal;
mod token;
mod usage;
