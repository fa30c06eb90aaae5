//! The event log: the stable names of what happens, and lines made of them.

use jiff::Timestamp;

use crate::registry::EventRecord;

/// A certificate was acquired; `again` in the detail where a lost answer was repeated.
pub const ACQUIRE: &str = "certificate.acquire";
/// An acquisition was refused: wrong PIN or code.
pub const ACQUIRE_REFUSED: &str = "certificate.acquire.refused";
/// A certificate was renewed.
pub const RENEW: &str = "certificate.renew";
/// A certificate was revoked.
pub const REVOKE: &str = "certificate.revoke";
/// The operator signed a request from a file.
pub const SIGN: &str = "certificate.sign";
/// The server got its TLS certificate.
pub const SERVER: &str = "certificate.server";
/// A contract was registered.
pub const CONTRACT_ADD: &str = "contract.add";
/// The confirmation PIN of an administrator was wrong.
pub const ADMINISTRATOR_REFUSED: &str = "administrator.refused";
/// A holder was registered.
pub const HOLDER_ADD: &str = "holder.add";
/// A holder was suspended.
pub const HOLDER_SUSPEND: &str = "holder.suspend";
/// A suspension ended.
pub const HOLDER_RESUME: &str = "holder.resume";
/// A holder was locked after wrong tries.
pub const HOLDER_LOCK: &str = "holder.lock";
/// A holder was unlocked.
pub const HOLDER_UNLOCK: &str = "holder.unlock";
/// New random PINs were made.
pub const PINS_RESET: &str = "holder.pins.reset";
/// The holder has chosen PINs.
pub const PINS_CHANGE: &str = "holder.pins.change";
/// A new secret of one-time codes was made.
pub const CODE_RENEW: &str = "holder.code.renew";
/// The present certificate was ended, and the next permit opened.
pub const REISSUE: &str = "holder.reissue";
/// The holder's certificates were ended.
pub const HOLDER_REVOKE: &str = "holder.revoke";
/// A permit was opened.
pub const PERMIT_OPEN: &str = "permit.open";
/// An enrolment code was given out.
pub const CODE_GIVEN: &str = "permit.code";
/// Somebody logged in.
pub const LOGIN: &str = "login";
/// A login was refused: wrong PIN.
pub const LOGIN_REFUSED: &str = "login.refused";
/// A list of revoked certificates was signed.
pub const CRL: &str = "crl.sign";
/// A notice was taken up.
pub const NOTICE_BEGIN: &str = "notice.begin";
/// A notice was sent.
pub const NOTICE_SENT: &str = "notice.sent";
/// A notice was not taken by the mail server.
pub const NOTICE_FAILED: &str = "notice.failed";
/// The registry was restored from a backup.
pub const RESTORE: &str = "registry.restore";

/// Every name above.
pub const ALL: &[&str] = &[
    ACQUIRE,
    ACQUIRE_REFUSED,
    RENEW,
    REVOKE,
    SIGN,
    SERVER,
    CONTRACT_ADD,
    ADMINISTRATOR_REFUSED,
    HOLDER_ADD,
    HOLDER_SUSPEND,
    HOLDER_RESUME,
    HOLDER_LOCK,
    HOLDER_UNLOCK,
    PINS_RESET,
    PINS_CHANGE,
    CODE_RENEW,
    REISSUE,
    HOLDER_REVOKE,
    PERMIT_OPEN,
    CODE_GIVEN,
    LOGIN,
    LOGIN_REFUSED,
    CRL,
    NOTICE_BEGIN,
    NOTICE_SENT,
    NOTICE_FAILED,
    RESTORE,
];

/// A line of the log. The detail is JSON, and has no secrets.
pub(super) fn line(
    at: Timestamp,
    actor: &impl ToString,
    action: &str,
    subject: &impl ToString,
    detail: &serde_json::Value,
) -> EventRecord {
    EventRecord {
        at,
        actor: actor.to_string(),
        action: action.to_owned(),
        subject: subject.to_string(),
        detail: detail.to_string(),
    }
}
