//! The EST client against a server that plays whatever peers are known to send, and some things that
//! no peer may send.

#![cfg(feature = "est")]
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

mod answers;
mod forms;
mod messages;
mod peer;
mod pki;
mod tokens;
mod trust;
mod visitor;
mod wire;
