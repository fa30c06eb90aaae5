//! Other programs with the token's key: what `integrate` writes is tried with each of them, and
//! what shells complete.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]
#![cfg(unix)]

#[path = "../life/bank.rs"]
#[allow(dead_code, reason = "the bank serves other tests too")]
mod bank;
#[path = "../common/mod.rs"]
mod common;

mod completions;
mod curl;
mod files;
mod git;
mod openssl;
mod p11_kit;
mod ssh;
mod support;
