//! Boxes of tokens: manifests, enrolment codes, and a process for each token.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../est_server/support.rs"]
#[allow(dead_code, reason = "it has more than is needed here")]
mod support;

mod codes;
mod init;
mod manifests;
mod tokens;
mod workbench;
