//! `tokencert doctor`: the program on modules and tokens that are in order, broken, or none at all,
//! and its judgement on what other systems look like.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../renewing/mod.rs"]
mod renewing;
#[path = "../network/served.rs"]
mod served;

mod authority;
mod binaries;
mod computer;
mod files;
mod judged;
mod misbehaving;
mod report;
mod support;
mod tokens;
