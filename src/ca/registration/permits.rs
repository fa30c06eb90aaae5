//! Permits (R3, R4, R6): who may get a certificate, for which key, and until when.

use jiff::Timestamp;
use serde_json::json;

use super::views::{Standing, certificates, life_of};
use super::{Actor, RegistrationAuthority, day_of};
use crate::ca::{Random, event, secrets};
use crate::certificate::hexadecimal;
use crate::error::{Error, Result};
use crate::lifecycle::{Lifecycle, State};
use crate::registry::{
    CertificateRecord, HolderId, PermitReason, PermitRecord, PermitState, Transaction,
};

const ID_BYTES: usize = 16;

/// What a permit gives to a key.
#[derive(Debug)]
pub(super) enum Grant {
    /// The certificate that was issued under it for this key.
    Again(CertificateRecord),
    /// A new one; the permit is for this key now.
    New(PermitRecord),
    /// Nothing, and why.
    Nothing(Error),
}

/// A new name for a permit: 16 random bytes.
pub(super) fn new_id(random: Random<'_>) -> Result<String> {
    let mut id = [0; ID_BYTES];
    random(&mut id)?;
    Ok(hexadecimal(&id))
}

impl RegistrationAuthority {
    /// The permit of a registration or of a reissue that is opened now.
    ///
    /// # Errors
    ///
    /// [`Error::CaUnusable`] at a time when the authority is not valid: nobody could use the permit,
    /// and with a wrong clock its last day would be wrong.
    pub(super) fn new_permit(
        &self,
        id: String,
        holder: &HolderId,
        (reason, issue_count): (PermitReason, u32),
        now: Timestamp,
    ) -> Result<PermitRecord> {
        secrets::check_time(&self.certificate, now, &self.folder)?;
        Ok(PermitRecord {
            id,
            holder: holder.clone(),
            issue_count,
            reason,
            registered: now,
            opened: now,
            closes: self.settings.policy.windows.acquisition_closes(now)?,
            state: PermitState::Open,
            key: None,
            code_step: None,
        })
    }

    /// What the holder's permit gives to this key, which it is bound to if it was not yet.
    ///
    /// `new_id` names the permit that is opened where the certificate has expired.
    pub(super) fn grant(
        &self,
        records: &mut Transaction<'_>,
        standing: &Standing,
        (id, key, new_id): (&HolderId, &str, &str),
        step: Option<i64>,
        now: Timestamp,
    ) -> Result<Grant> {
        let holder = id.to_string();
        let issued = standing.permit.as_ref();
        if let Some(permit) = issued.filter(|permit| permit.state == PermitState::Issued)
            && let Some(record) = issued_under(records, permit, key)?
        {
            if record.revoked.is_some() {
                return Ok(Grant::Nothing(Error::PermitRevoked { holder }));
            }
            if self.is_valid(&record, now)? {
                note_code(records, permit.clone(), step)?;
                return Ok(Grant::Again(record));
            }
        }
        let permit = match self.usable_permit(records, standing, (id, new_id), now)? {
            Ok(permit) => permit,
            Err(reason) => return Ok(Grant::Nothing(reason)),
        };
        if permit.key.as_deref().is_some_and(|bound| bound != key) {
            return Ok(Grant::Nothing(Error::PermitUsed { holder }));
        }
        bind(records, permit, key, step)
    }

    /// The permit that a certificate can be had under, or why there is none.
    ///
    /// `new_id` names the permit that is opened where the certificate has expired.
    pub(super) fn usable_permit(
        &self,
        records: &mut Transaction<'_>,
        standing: &Standing,
        (id, new_id): (&HolderId, &str),
        now: Timestamp,
    ) -> Result<Result<PermitRecord, Error>> {
        let holder = id.to_string();
        let Some(permit) = standing.permit.clone() else {
            return Ok(Err(Error::RegistryAbsent { what: holder }));
        };
        match permit.state {
            PermitState::Open | PermitState::Bound if now >= permit.closes => {
                self.nothing_since(id, permit.closes).map(Err)
            }
            PermitState::Open | PermitState::Bound => Ok(Ok(permit)),
            PermitState::Closed => Ok(Err(Error::PermitRevoked { holder })),
            PermitState::Issued => {
                let present = standing.certificate.as_ref();
                let Some(present) = present.filter(|record| record.revoked.is_none()) else {
                    return Ok(Err(Error::PermitRevoked { holder }));
                };
                let life = life_of(present, &self.settings.policy.windows)?;
                match life.state(now) {
                    State::Acquirable { .. } => {
                        let permit = after_expiry(permit, new_id, &life, now);
                        open_permit(records, &permit, &Actor::Authority)?;
                        Ok(Ok(permit))
                    }
                    State::ReissueNeeded => {
                        self.nothing_since(id, life.acquisition_closes()).map(Err)
                    }
                    // Renewed, and what took its place was revoked: it cannot be renewed again.
                    _ if records.successor(&present.serial)?.is_some() => {
                        Ok(Err(Error::PermitRevoked { holder }))
                    }
                    _ => Ok(Err(Error::PermitAbsent { holder })),
                }
            }
        }
    }

    /// True for a certificate that has not expired.
    pub(super) fn is_valid(&self, record: &CertificateRecord, now: Timestamp) -> Result<bool> {
        let state = life_of(record, &self.settings.policy.windows)?.state(now);
        Ok(state.is_valid() || state == State::NotYetValid)
    }

    /// Nothing any more: the last day was the one before `closed`.
    fn nothing_since(&self, id: &HolderId, closed: Timestamp) -> Result<Error> {
        let last = closed - jiff::SignedDuration::from_secs(1);
        Ok(Error::PermitClosed {
            holder: id.to_string(),
            closed: day_of(&self.settings, last)?,
        })
    }
}

/// The certificate that a permit gave to a key.
pub(super) fn issued_under(
    records: &mut Transaction<'_>,
    permit: &PermitRecord,
    key: &str,
) -> Result<Option<CertificateRecord>> {
    let mut found = certificates(records, &permit.holder)?.into_iter();
    let is_it = |record: &CertificateRecord| {
        record.permit.as_ref() == Some(&permit.id) && record.key == key
    };
    Ok(found.find(is_it))
}

/// The permit that expiry opens: count and registration date are those of the one before (R3).
fn after_expiry(before: PermitRecord, id: &str, life: &Lifecycle, now: Timestamp) -> PermitRecord {
    PermitRecord {
        id: id.to_owned(),
        reason: PermitReason::Expiry,
        opened: now,
        closes: life.acquisition_closes(),
        state: PermitState::Open,
        key: None,
        code_step: None,
        ..before
    }
}

fn bind(
    records: &mut Transaction<'_>,
    mut permit: PermitRecord,
    key: &str,
    step: Option<i64>,
) -> Result<Grant> {
    permit.state = PermitState::Bound;
    permit.key = Some(key.to_owned());
    permit.code_step = step;
    records.change_permit(&permit)?;
    Ok(Grant::New(permit))
}

/// Keeps which code was used last: with the same key, the same code is a retry.
fn note_code(
    records: &mut Transaction<'_>,
    mut permit: PermitRecord,
    step: Option<i64>,
) -> Result<()> {
    if step.is_none() || step == permit.code_step {
        return Ok(());
    }
    permit.code_step = step;
    records.change_permit(&permit)
}

/// Opens a permit, and closes those that are not closed yet.
pub(super) fn open_permit(
    records: &mut Transaction<'_>,
    permit: &PermitRecord,
    actor: &Actor,
) -> Result<()> {
    close_permits(records, &permit.holder)?;
    records.add_permit(permit)?;
    let detail = json!({
        "permit": permit.id,
        "count": permit.issue_count,
        "closes": permit.closes.to_string(),
    });
    let (at, holder) = (permit.opened, &permit.holder);
    records.log(&event::line(at, actor, event::PERMIT_OPEN, holder, &detail))
}

/// Closes the permits of a holder; true if one was not closed.
pub(super) fn close_permits(records: &mut Transaction<'_>, holder: &HolderId) -> Result<bool> {
    let mut any = false;
    for mut permit in records.permits(holder)? {
        if permit.state != PermitState::Closed {
            permit.state = PermitState::Closed;
            records.change_permit(&permit)?;
            any = true;
        }
    }
    Ok(any)
}
