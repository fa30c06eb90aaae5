//! The operator's commands at the desk: real programs on a real authority folder.

#![cfg(feature = "cli")]
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

mod administrator;
mod backups;
mod certificates;
mod holders;
mod mail_tls;
mod mistakes;
mod notices;
mod office;
mod profiles;
mod smtp;

#[cfg(unix)]
mod recipes;
