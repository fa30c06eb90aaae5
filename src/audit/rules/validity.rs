//! Rules about time: what has expired, is due, was revoked, or has been replaced.

use std::collections::BTreeSet;

use super::certificates::{is_self_issued, of_holders, readable};
use crate::audit::Case;
use crate::audit::notes::{Notes, certificate, values};
use crate::audit::world::Standing;
use crate::certificate::{Certificate, Revoked};
use crate::finding::{Reason, Value};
use crate::lifecycle::{Lifecycle, State};
use crate::profile::issue_count;
use crate::renew::replaces;
use crate::token::{CertificateObject, Contents};

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

impl Case<'_> {
    /// Where a certificate stands in its life; the time zone was looked up when the audit began.
    fn life(&self, certificate: &Certificate) -> Option<(Lifecycle, State)> {
        let life = Lifecycle::of(certificate, &self.audit.windows).ok()?;
        let state = life.state(self.audit.now);
        Some((life, state))
    }

    /// True if the token has a certificate that was issued in the place of this one and is valid.
    fn is_replaced(&self, contents: &Contents, old: &Certificate) -> bool {
        let now = self.audit.now;
        let mut all = of_holders(contents);
        all.any(|(_, new)| new.is_valid_at(now) && replaces(new, old, &self.world.counts))
    }
}

/// The pair that a renewal leaves is no news to anybody: that it has expired is only mentioned.
pub(super) fn expired(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, one) in readable(contents) {
        let expired = matches!(
            case.life(one),
            Some((_, State::Acquirable { .. } | State::ReissueNeeded))
        );
        let said = || values([("not_after", one.not_after().into())]);
        match (expired, case.is_replaced(contents, one)) {
            (false, _) => {}
            (true, true) => notes.mention(Some(certificate(object)), said()),
            (true, false) => notes.find(Some(certificate(object)), said()),
        }
    }
}

pub(super) fn due(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, one) in of_holders(contents) {
        let Some((life, state)) = case.life(one) else {
            continue;
        };
        let noticed = !life.notices_due(case.audit.now).is_empty();
        if state.is_valid() && noticed && !case.is_replaced(contents, one) {
            let days = i64::from(life.days_left(case.audit.now));
            let said = [("not_after", one.not_after().into()), ("days", days.into())];
            notes.find(Some(certificate(object)), values(said));
        }
    }
}

pub(super) fn not_yet_valid(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, one) in readable(contents) {
        if one.not_before() > case.audit.now {
            let said = values([("not_before", one.not_before().into())]);
            notes.find(Some(certificate(object)), said);
        }
    }
}

pub(super) fn too_long(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let limit = i64::from(case.audit.policy.limits.validity_days);
    for (object, one) in of_holders(contents) {
        let seconds = one.not_after().as_second() - one.not_before().as_second();
        // The second of notAfter belongs to it (RFC 5280 section 4.1.2.5).
        if seconds >= limit.saturating_mul(SECONDS_OF_A_DAY) {
            let days = seconds / SECONDS_OF_A_DAY + 1;
            let said: [(_, Value); 2] = [("days", days.into()), ("limit", limit.into())];
            notes.find(Some(certificate(object)), values(said));
        }
    }
}

/// A reissue ends what was issued before it at once; only the number in the subject shows it.
pub(super) fn issue_count_outdated(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, one) in of_holders(contents) {
        let count = |one: &Certificate| issue_count(one.subject()).unwrap_or_default().into();
        if let Some(latest) = case.world.latest(one) {
            let said: [(_, Value); 2] = [("count", count(one)), ("latest", count(latest))];
            notes.find(Some(certificate(object)), values(said));
        }
    }
}

pub(super) fn revoked(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let mut unchecked: BTreeSet<(Reason, String, String)> = BTreeSet::new();
    for (object, one) in readable(contents).filter(|(_, one)| !is_self_issued(one)) {
        let issuer = one.issuer().to_string();
        let (reason, next_update) = match case.world.standing(one, case.audit.now) {
            Standing::Good => continue,
            Standing::Revoked(revoked) => {
                is_revoked(object, revoked, notes);
                continue;
            }
            Standing::Alleged(revoked) => {
                is_revoked(object, revoked, notes);
                (Reason::CrlUnverified, String::new())
            }
            Standing::NoList => (Reason::NoCrl, String::new()),
            Standing::Unverified => (Reason::CrlUnverified, String::new()),
            Standing::Outdated(list) => {
                let next = list.next_update().map(|next| next.to_string());
                (Reason::CrlOutdated, next.unwrap_or_default())
            }
        };
        unchecked.insert((reason, issuer, next_update));
    }
    // One word for each authority, however many certificates of it there are.
    for (reason, issuer, next_update) in unchecked {
        let mut said = values([("issuer", issuer.into())]);
        if let Ok(next) = next_update.parse::<jiff::Timestamp>() {
            said.insert("next_update".to_owned(), next.into());
        }
        notes.cannot(None, reason, said);
    }
}

fn is_revoked(object: &CertificateObject, revoked: Revoked, notes: &mut Notes<'_>) {
    let said = [
        ("revoked", revoked.at.into()),
        ("cause", revoked.reason.into()),
    ];
    notes.find(Some(certificate(object)), values(said));
}
