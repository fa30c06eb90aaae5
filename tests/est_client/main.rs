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
#![allow(
    clippy::cloned_ref_to_slice_refs,
    clippy::format_collect,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "what is told plainly is easier to check"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../soft/mod.rs"]
mod soft;

mod answers;
mod choice;
mod forms;
mod messages;
mod peer;
mod pki;
#[cfg(all(unix, feature = "cli"))]
mod program;
mod refusals;
mod tokens;
mod trust;
mod visitor;
mod wire;
