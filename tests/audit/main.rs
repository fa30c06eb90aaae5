//! `tokencert audit`: every rule on a token that breaks it and on one that does not.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../soft/mod.rs"]
mod soft;

mod budget;
mod certificates;
mod inside;
mod keys;
mod office;
mod policies;
mod programs;
mod revocation;
mod several;
mod tokens;
