//! The rules of the registration authority, to the second.

#![cfg(feature = "ca")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../bank/mod.rs"]
mod bank;

mod access;
mod acquire;

mod renew;
mod tries;
