//! The report of an audit in the forms that people open: a page in a browser, and a spreadsheet.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here is to fail the test"
)]

mod browser;
mod page;
mod spreadsheet;

use serde_json::{Value, json};
use tokencert::finding::Report;

/// What would be run where a name is taken for markup.
const MARKUP: &str = "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>";

fn token(label: &str, serial: &str, certificates: &Value) -> Value {
    json!({
        "label": label, "serial": serial, "manufacturer": "SafeNet, Inc.", "model": "eToken",
        "module": "/usr/lib/libeToken.so", "slot": 0, "initialized": true, "software": false,
        "firmware": "15.2", "flags": ["CKF_TOKEN_INITIALIZED"], "pin_state": "unknown",
        "so_pin_state": "unknown", "logged_in": false, "error": null,
        "certificates": certificates, "keys": [],
    })
}

fn certificate(user: &str, until: &str, digest: &str) -> Value {
    json!({
        "id": "0a", "label": user, "subject": format!("CN=00009876543 {user} 1635,C=JP"),
        "issuer": "CN=Example CA", "serial_number": "5f", "not_before": "2026-01-01T00:00:00Z",
        "not_after": until, "sha256": digest, "ca": false, "issue_count": 1,
        "contract": null, "user": null, "matches_key": null,
    })
}

/// A report on two tokens, one of them with names that mean harm.
fn report() -> Report {
    let identity = |label: &str, serial: &str| {
        let (maker, model) = ("SafeNet, Inc.", "eToken");
        json!({ "label": label, "serial": serial, "manufacturer": maker, "model": model })
    };
    let finding = |rule: &str, severity: &str, token: &Value, object: Value, message: &str| {
        json!({
            "rule": rule, "severity": severity, "token": token, "object": object,
            "message": message, "action": "run `tokencert renew`", "values": {},
        })
    };
    let object = |label: &str, digest: &str| {
        json!({
            "class": "certificate", "id": "0a", "label": label, "serial_number": "5f",
            "subject": label, "sha256": digest,
        })
    };
    let (desk, other) = (
        identity("経理の専用USB", "0001"),
        identity(MARKUP, "=cmd()"),
    );
    let found = [
        finding(
            "certificate-expired",
            "high",
            &desk,
            object("taro", "aa"),
            "it expired",
        ),
        finding(
            "certificate-due",
            "medium",
            &other,
            object(MARKUP, "bb"),
            "due\u{202e}soon",
        ),
    ];
    let waived = json!({
        "finding": finding("certificate-due", "low", &desk, Value::Null, "tolerated"),
        "reason": "+ordered", "until": "2026-12-31",
    });
    serde_json::from_value(json!({
        "version": 1, "time": "2026-11-21T00:00:00Z", "host": "desk-1", "policy": "default",
        "modules": [{ "path": "/usr/lib/x.so", "error": "it crashed", "failed_slots": [] }],
        "tokens": [
            token("経理の専用USB", "0001", &json!([
                certificate("taro", "2026-11-01T00:00:00Z", "aa"),
                certificate("hanako", "2027-10-01T00:00:00Z", "cc"),
            ])),
            token(MARKUP, "=cmd()", &json!([certificate(MARKUP, "2026-12-01T00:00:00Z", "bb")])),
        ],
        "findings": found,
        "not_checked": [{
            "rule": "key-extractable", "token": desk, "object": null, "reason": "needs-pin",
            "message": "needs the PIN", "values": {},
        }],
        "waived": [waived],
        "outcomes": [],
    }))
    .unwrap()
}
