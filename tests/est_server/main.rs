//! The authority over HTTPS: the real program on loopback, and other people's software as its
//! clients; the server in this process where the time is moved.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod faults;
mod forms;
mod life;
mod limits;
mod refusals;
mod shared;
mod strongswan;
mod support;
mod tls;
mod wire;
