//! The inventory: reports go in, and it tells which tokens there are, what falls due, what has changed.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "../common/mod.rs"]
mod common;

mod changes;
mod due;
mod hostile;
mod importing;
mod program;
mod safely;
mod size;

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokencert::inventory::{Gathered, Imported, Inventory};

/// The time of these tests.
const NOW: &str = "2026-11-21T03:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn days_from_now(days: i64) -> Timestamp {
    now() + (days * 24).hours()
}

/// An inventory in a folder of its own.
struct Store {
    folder: TempDir,
    inventory: Inventory,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inventory = Inventory::open(&folder.path().join("inventory.sqlite")).unwrap();
        Self { folder, inventory }
    }

    /// Imports one report.
    #[track_caller]
    fn import(&self, report: &Value) -> Imported {
        let gathered = Gathered::read("test.json", report.to_string().as_bytes()).unwrap();
        self.inventory.import(&[gathered], now()).unwrap().remove(0)
    }
}

/// A report of a computer on these tokens.
fn report(host: &str, time: Timestamp, tokens: &[Value]) -> Value {
    json!({
        "version": 1, "time": time, "host": host, "policy": "default", "modules": [],
        "tokens": tokens, "findings": [], "not_checked": [], "waived": [], "outcomes": [],
    })
}

fn identity(label: &str, serial: &str) -> Value {
    json!({ "label": label, "serial": serial, "manufacturer": "SafeNet, Inc.", "model": "eToken" })
}

/// A token with these certificates.
fn token(label: &str, serial: &str, certificates: &[Value]) -> Value {
    let mut token = json!({
        "module": "/usr/lib/libeToken.so", "slot": 0, "initialized": true, "software": false,
        "firmware": "15.2", "flags": ["CKF_TOKEN_INITIALIZED"], "pin_state": "unknown",
        "so_pin_state": "unknown", "logged_in": false, "error": null,
        "certificates": certificates, "keys": [],
    });
    let named = identity(label, serial);
    let members = named.as_object().unwrap().clone();
    token.as_object_mut().unwrap().extend(members);
    token
}

/// A token that did not let itself be read.
fn unreadable(label: &str, serial: &str) -> Value {
    let mut token = token(label, serial, &[]);
    token["error"] = json!("C_OpenSession returned CKR_DEVICE_ERROR");
    token
}

/// A certificate of a holder that is valid until then.
fn certificate(holder: &str, count: u32, serial: &str, until: Timestamp) -> Value {
    json!({
        "id": "0a", "label": holder,
        "subject": format!("CN=00009876543 {holder} 1635,OU=IssuedCount \\= {count:03},O=Example,C=JP"),
        "issuer": "CN=Example CA", "serial_number": serial, "not_before": "2026-01-01T00:00:00Z",
        "not_after": until, "sha256": format!("{serial}ff"), "ca": false, "issue_count": count,
        "contract": null, "user": null, "matches_key": null,
    })
}

/// A finding on a token.
fn finding(rule: &str, label: &str, serial: &str) -> Value {
    json!({
        "rule": rule, "severity": "high", "token": identity(label, serial), "object": null,
        "message": format!("{rule} was found"), "action": "mend it", "values": {},
    })
}
