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
#[cfg(unix)]
#[path = "../common/postgres.rs"]
mod postgres;

mod access;
mod acquire;
mod backup;
mod crl;
mod enrolment;
mod holders;
mod last_second;
mod notices;
mod orders;
mod renew;
#[cfg(unix)]
mod shared;
mod tries;
