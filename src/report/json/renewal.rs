//! How a renewal ended.

use std::path::Path;

use serde_json::{Value, json};

use super::{VERSION, replaced};
use crate::authority::LoggedIn;
use crate::certificate::Certificate;
use crate::renew::{Outcome, Retired};

/// Whom a server has let in, and with which certificate.
#[must_use]
pub fn logged_in(told: &LoggedIn, certificate: &Certificate) -> Value {
    json!({
        "version": VERSION,
        "login": told,
        "certificate": super::certificate(certificate),
    })
}

/// How `renew` ended: `outcome` is `renewed`, `not-due`, `pending`, or `retired` where nothing was
/// done but that; `archive` is where what had to leave the token is kept.
#[must_use]
pub fn renewal(outcome: Option<&Outcome>, retired: Option<&Retired>, archive: &Path) -> Value {
    let (name, found) = match outcome {
        Some(Outcome::Renewed(issued)) => ("renewed", Some(&issued.certificate)),
        Some(Outcome::Pending { .. }) => ("pending", None),
        _ if retired.is_some() => ("retired", retired.map(|it| &it.certificate)),
        Some(Outcome::NotDue { certificate, .. }) => ("not-due", Some(&**certificate)),
        None => ("not-due", None),
    };
    let issued = match outcome {
        Some(Outcome::Renewed(issued)) => Some(issued),
        _ => None,
    };
    let opens = match outcome {
        Some(Outcome::NotDue { opens, .. }) => Some(opens.to_string()),
        _ => None,
    };
    let pending = match outcome {
        Some(Outcome::Pending {
            id,
            retry_after,
            place,
        }) => Some(super::awaited(id, *retry_after, place)),
        _ => None,
    };
    let differs = issued.and_then(|issued| issued.subject_differs.as_ref());
    json!({
        "version": VERSION,
        "outcome": name,
        "certificate": found.map(super::certificate),
        "key_id": issued.map(|issued| issued.key.to_string()),
        "renewal_opens": opens,
        "resumed": issued.map(|issued| issued.resumed),
        "subject_differs": issued.map(|_| differs.is_some()),
        "subject_expected": differs.map(ToString::to_string),
        "replaced": issued.map(|issued| replaced(&issued.replaced, archive)),
        "retired": retired.map(|retired| &retired.deletion.targets),
        "pending": pending,
    })
}
