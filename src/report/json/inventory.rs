//! What an inventory answers.

use serde::Serialize;
use serde_json::{Value, json};

use super::VERSION;
use crate::inventory::{Held, HeldCertificate};

/// A list of what the inventory knows, under its name: `tokens`, `runs`, `due` or `changed`.
#[must_use]
pub fn inventory(name: &str, list: &[impl Serialize]) -> Value {
    json!({ "version": VERSION, name: list })
}

/// A token that was marked, and the certificates that are to be revoked for it.
#[must_use]
pub fn marked(token: &Held, revoke: &[&HeldCertificate]) -> Value {
    json!({ "version": VERSION, "token": token, "revoke": revoke })
}
