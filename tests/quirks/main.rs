//! Every rule of DESIGN.md section 4 that a real module made necessary, on badtoken playing that
//! module. `tests/badtoken/README.md` says which module each switch imitates.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test, and a test is a program with a clock"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../renewing/mod.rs"]
mod renewing;

mod bad;
mod certificates;
mod generation;
mod library;
mod nss;
mod p11_kit;
mod programs;
mod provenance;
mod reading;
mod removal;
mod signing;
mod slots;
