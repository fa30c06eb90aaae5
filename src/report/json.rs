//! JSON of tokens, keys and certificates: version 1 of a shape that later versions only add to.
//!
//! Times are RFC 3339 in UTC, names RFC 4514, serial numbers, IDs and digests lower-case
//! hexadecimal; what is absent or not said is null.

mod doctor;
#[cfg(feature = "ca")]
mod inventory;
mod renewal;

use std::path::Path;

use serde_json::{Value, json};

use crate::certificate::{Certificate, is_safe};
use crate::error::CallError;
use crate::import::{Imported, archived};
use crate::issue::{Outcome, RequestOrder};
use crate::journal::Entry;
use crate::key::{KeyAlgorithm, Provenance};
use crate::lifecycle::Lifecycle;
use crate::profile::Profile;
use crate::token::{
    CertificateObject, Contents, Identity, KeyObject, OtherObject, PinKind, Pkcs11Uri, Slot,
    SlotState, TokenFlags, TokenIdentity, TokenInfo,
};

pub use doctor::doctor;
#[cfg(feature = "ca")]
pub use inventory::{inventory, marked};
pub use renewal::{logged_in, renewal};

/// The version of every shape in this file.
pub const VERSION: u32 = 1;

/// The text of a value, indented. What could steer a terminal or the eye is escaped, which changes
/// nothing for who reads it as JSON.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut escaped = String::new();
    for c in format!("{value:#}").chars() {
        if c == '\n' || is_safe(c) {
            escaped.push(c);
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

/// The tokens of a module: `tokens`, and `failed` for slots that did not answer.
#[must_use]
pub fn tokens(module: &str, slots: &[Slot]) -> Value {
    let found = slots
        .iter()
        .filter_map(|slot| Some(slotted(module, slot, slot.token()?)));
    let failed = slots.iter().filter_map(|slot| match &slot.token {
        SlotState::Failed(call) => Some(failed_slot(module, slot, *call)),
        SlotState::Empty | SlotState::Token(_) => None,
    });
    json!({
        "version": VERSION,
        "tokens": found.collect::<Vec<_>>(),
        "failed": failed.collect::<Vec<_>>(),
    })
}

fn slotted(module: &str, slot: &Slot, info: &TokenInfo) -> Value {
    let mut value = token(info);
    let uri = Pkcs11Uri::of_token(&info.identity).to_string();
    let more = json!({
        "slot": slot.id,
        "slot_description": slot.description,
        "module": module,
        "software": info.software,
        "initialized": info.flags.has(TokenFlags::TOKEN_INITIALIZED),
        "uri": uri,
        "pin_state": info.flags.pin_state(PinKind::User).name(),
        "so_pin_state": info.flags.pin_state(PinKind::So).name(),
        "free_memory": info.free_memory,
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn failed_slot(module: &str, slot: &Slot, call: CallError) -> Value {
    json!({
        "slot": slot.id,
        "slot_description": slot.description,
        "module": module,
        "error": call.to_string(),
    })
}

/// A token: `label`, `serial`, `manufacturer`, `model`, and `flags` by their CKF_ names.
#[must_use]
pub fn token(info: &TokenInfo) -> Value {
    let mut value = identity_of_token(&info.identity);
    if let Value::Object(value) = &mut value {
        value.insert("flags".to_owned(), json!(info.flags.names()));
    }
    value
}

fn identity_of_token(identity: &TokenIdentity) -> Value {
    let TokenIdentity {
        label,
        serial,
        manufacturer,
        model,
    } = identity;
    json!({ "label": label, "serial": serial, "manufacturer": manufacturer, "model": model })
}

/// Everything seen on a token.
#[must_use]
pub fn contents(info: &TokenInfo, contents: &Contents) -> Value {
    json!({
        "version": VERSION,
        "logged_in": contents.logged_in,
        "token": token(info),
        "identities": contents.identities.iter().map(identity).collect::<Vec<_>>(),
        "certificates": contents.certificates.iter().map(certificate_object).collect::<Vec<_>>(),
        "other_objects": contents.other_objects.iter().map(other_object).collect::<Vec<_>>(),
    })
}

/// A key with its certificates.
#[must_use]
pub fn identity(identity: &Identity) -> Value {
    json!({
        "id": identity.id().map(ToString::to_string),
        "label": identity.label(),
        "private_key": identity.private_key.as_ref().map(private_key),
        "public_key": identity.public_key.as_ref().map(public_key),
        "certificates": identity.certificates.iter().map(certificate_object).collect::<Vec<_>>(),
    })
}

fn private_key(key: &KeyObject) -> Value {
    let flags = &key.flags;
    json!({
        "algorithm": key.algorithm.map(KeyAlgorithm::family),
        "bits": key.algorithm.map(KeyAlgorithm::bits),
        "curve": key.algorithm.and_then(KeyAlgorithm::curve).map(crate::key::Curve::name),
        "sensitive": flags.sensitive,
        "extractable": flags.extractable,
        "always_sensitive": flags.always_sensitive,
        "never_extractable": flags.never_extractable,
        "local": flags.local,
        "always_authenticate": flags.always_authenticate,
    })
}

fn public_key(key: &KeyObject) -> Value {
    json!({
        "algorithm": key.algorithm.map(KeyAlgorithm::family),
        "bits": key.algorithm.map(KeyAlgorithm::bits),
        "curve": key.algorithm.and_then(KeyAlgorithm::curve).map(crate::key::Curve::name),
    })
}

/// A certificate object; what is in the certificate is null where it cannot be read.
#[must_use]
pub fn certificate_object(object: &CertificateObject) -> Value {
    let read = object.certificate.as_ref();
    json!({
        "id": object.id.as_ref().map(ToString::to_string),
        "label": object.label,
        "subject": read.map(|certificate| certificate.subject().to_string()),
        "issuer": read.map(|certificate| certificate.issuer().to_string()),
        "serial_number": read.map(Certificate::serial_number),
        "not_before": read.map(|certificate| certificate.not_before().to_string()),
        "not_after": read.map(|certificate| certificate.not_after().to_string()),
        "sha256": read.map(Certificate::fingerprint),
        "ca": read.map(Certificate::is_ca),
        "matches_key": object.matches_key,
    })
}

/// A certificate by itself.
#[must_use]
pub fn certificate(certificate: &Certificate) -> Value {
    json!({
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "serial_number": certificate.serial_number(),
        "not_before": certificate.not_before().to_string(),
        "not_after": certificate.not_after().to_string(),
        "sha256": certificate.fingerprint(),
        "ca": certificate.is_ca(),
        "alternative_names": certificate.alternative_names(),
        "usages": certificate.usages(),
    })
}

fn other_object(object: &OtherObject) -> Value {
    json!({ "class": object.class, "label": object.label })
}

/// One key or certificate, with what the token let measure of it.
#[must_use]
pub fn shown(
    info: &TokenInfo,
    shown: Option<&Identity>,
    lone: Option<&CertificateObject>,
    provenance: Option<&Provenance>,
) -> Value {
    json!({
        "version": VERSION,
        "token": token(info),
        "identity": shown.map(identity),
        "certificate": lone.map(certificate_object),
        "provenance": provenance,
    })
}

/// A certificate and where it stands in its life.
#[must_use]
pub fn standing(
    certificate: &Certificate,
    lifecycle: &Lifecycle,
    now: jiff::Timestamp,
    renewed: bool,
) -> Value {
    let mut value = self::certificate(certificate);
    let more = json!({
        "state": if renewed { "renewed" } else { lifecycle.state(now).name() },
        "days_left": lifecycle.days_left(now),
        "renewal_opens": lifecycle.renewal_opens().to_string(),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

/// What was begun and not finished.
#[must_use]
pub fn pending(entries: &[Entry]) -> Value {
    let entries: Vec<Value> = entries.iter().map(unfinished).collect();
    json!({ "version": VERSION, "pending": entries })
}

fn unfinished(entry: &Entry) -> Value {
    let purpose = &entry.purpose;
    let request = RequestOrder::place_of(entry);
    json!({
        "id": entry.id,
        "kind": match (request, &purpose.renews) {
            (Some(_), _) => "request",
            (None, Some(_)) => "renew",
            (None, None) => "issue",
        },
        "file": request,
        "begun": entry.begun.to_string(),
        "step": entry.step.name(),
        "token": identity_of_token(&purpose.token),
        "authority": purpose.authority,
        "profile": purpose.profile,
        "subject": purpose.request.subject,
        "renews_sha256": purpose.renews.as_ref().map(|renewed| &renewed.certificate),
        "key": purpose.key,
        "key_id": entry.key_id.to_string(),
        "label": entry.label,
        "existing": entry.existing,
    })
}

/// What is on a token, for its holder: `certificates` as [`standing`] describes them.
#[must_use]
pub fn status(info: &TokenInfo, certificates: &[Value], entries: &[&Entry]) -> Value {
    json!({
        "version": VERSION,
        "token": token(info),
        "certificates": certificates,
        "pending": entries.iter().map(|entry| unfinished(entry)).collect::<Vec<_>>(),
    })
}

/// How `issue` ended: `outcome` is `issued`, `already-there` or `pending`; `archive` is where what
/// had to leave the token is kept.
#[must_use]
pub fn outcome(outcome: &Outcome, archive: &Path) -> Value {
    let issued = match outcome {
        Outcome::Issued(issued) => Some(issued),
        _ => None,
    };
    let differs = issued.and_then(|issued| issued.subject_differs.as_ref());
    let (name, found) = match outcome {
        Outcome::Issued(issued) => ("issued", Some((&issued.certificate, Some(&issued.key)))),
        Outcome::AlreadyThere { certificate, key } => {
            ("already-there", Some((&**certificate, key.as_ref())))
        }
        Outcome::Pending { .. } => ("pending", None),
    };
    let pending = match outcome {
        Outcome::Pending {
            id,
            retry_after,
            place,
        } => Some(awaited(id, *retry_after, place)),
        _ => None,
    };
    json!({
        "version": VERSION,
        "outcome": name,
        "certificate": found.map(|(found, _)| certificate(found)),
        "key_id": found.and_then(|(_, key)| key).map(ToString::to_string),
        "resumed": issued.map(|issued| issued.resumed),
        "subject_differs": issued.map(|_| differs.is_some()),
        "subject_expected": differs.map(ToString::to_string),
        "replaced": issued.map(|issued| replaced(&issued.replaced, archive)),
        "pending": pending,
    })
}

/// A request that the authority has not answered yet.
fn awaited(id: &str, retry_after: Option<std::time::Duration>, place: &str) -> Value {
    json!({
        "id": id,
        "retry_after_seconds": retry_after.map(|wait| wait.as_secs()),
        "place": place,
    })
}

/// What `import` did with each certificate.
#[must_use]
pub fn imported(imported: &[Imported], archive: &Path) -> Value {
    let imported = imported.iter().map(|one| {
        json!({
            "certificate": certificate(&one.certificate),
            "stored": one.stored,
            "key_id": one.key.as_ref().map(ToString::to_string),
            "replaced": replaced(&one.replaced, archive),
        })
    });
    json!({ "version": VERSION, "imported": imported.collect::<Vec<_>>() })
}

/// Certificates that had to leave the token, each with the file of its copy.
fn replaced(certificates: &[Certificate], archive: &Path) -> Vec<Value> {
    let with_file = |one: &Certificate| {
        let mut value = certificate(one);
        if let Value::Object(value) = &mut value {
            let file = archived(archive, one).display().to_string();
            value.insert("file".to_owned(), file.into());
        }
        value
    };
    certificates.iter().map(with_file).collect()
}

/// Profiles, by name and authority.
#[must_use]
pub fn profiles(profiles: &[Profile]) -> Value {
    let profiles: Vec<Value> = profiles.iter().map(|one| json!(one)).collect();
    json!({ "version": VERSION, "profiles": profiles })
}
