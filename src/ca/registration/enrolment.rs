//! Enrolment codes: given out by whoever looks after the accounts, so that an administrator can
//! acquire for others without a PIN of theirs.
//!
//! A code belongs to one permit of one holder. Its first use binds it to a key: the same key may
//! ask again, as after an answer that was lost, and no other one may.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::acquire::WrongCode;
use super::checks::check_actor;
use super::permits::{issued_under, new_id};
use super::views::{Standing, holder_in};
use super::{Actor, GivenCode, RegistrationAuthority};
use crate::authority::EnrolmentCode;
use crate::ca::{Random, event};
use crate::error::{Error, Result};
use crate::registry::{CodeRecord, HolderId, PermitState, Transaction};

impl RegistrationAuthority {
    /// Gives out a code for each of the holders, for so many days or those of the policy; the codes
    /// that they had end. For a holder who cannot acquire at present it says why.
    ///
    /// # Errors
    ///
    /// [`Error::RegistryAbsent`] for a holder who is not registered: no code is given out then.
    pub fn give_codes(
        &self,
        holders: &[HolderId],
        days: Option<u16>,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Vec<Result<GivenCode>>> {
        let mut drawn = Vec::new();
        for id in holders {
            check_actor(actor, id)?;
            drawn.push((
                id,
                EnrolmentCode::random(&mut *random)?,
                new_id(&mut *random)?,
            ));
        }
        let days = i64::from(days.unwrap_or(self.settings.policy.code_days));
        let until = now + SignedDuration::from_hours(24 * days);
        self.registry.transaction(|records| {
            let given = drawn.iter().map(|(id, code, permit)| {
                self.give(records, (id, code), permit, actor, (now, until))
            });
            given.collect()
        })
    }

    /// Gives a holder a code, until that time and no longer than the permit is open.
    fn give(
        &self,
        records: &mut Transaction<'_>,
        (id, code): (&HolderId, &EnrolmentCode),
        new_permit: &str,
        actor: &Actor,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Result<GivenCode>> {
        let holder = holder_in(records, id)?;
        if holder.suspended.is_some() {
            let holder = id.to_string();
            return Ok(Err(Error::HolderSuspended { holder }));
        }
        let standing = Standing::of(records, id)?;
        let permit = match self.usable_permit(records, &standing, (id, new_permit), now)? {
            Ok(permit) => permit,
            Err(reason) => return Ok(Err(reason)),
        };
        let expires = until.min(permit.closes);
        records.put_code(&CodeRecord {
            permit: permit.id.clone(),
            digest: code.digest(),
            created: now,
            expires,
            used: None,
        })?;
        let detail = json!({ "permit": permit.id, "expires": expires.to_string() });
        records.log(&event::line(now, actor, event::CODE_GIVEN, id, &detail))?;
        Ok(Ok(GivenCode {
            holder: id.clone(),
            code: code.clone(),
            expires,
        }))
    }

    /// The record of a code that is right: of the permit that counts, and in time for its first use,
    /// or used for this very key.
    ///
    /// Where the permit has given its certificate, a code is good for getting it again and no more:
    /// what may be acquired after it has expired is another permit's.
    pub(super) fn enrolment_code(
        &self,
        records: &mut Transaction<'_>,
        standing: &Standing,
        (digest, key): (&str, &str),
        now: Timestamp,
    ) -> Result<Result<CodeRecord, WrongCode>> {
        let Some(permit) = &standing.permit else {
            return Ok(Err(WrongCode));
        };
        let of_permit = records.code_of(&permit.id)?;
        let right = of_permit.filter(|code| {
            code.digest == digest
                && match &code.used {
                    Some((used_for, _)) => used_for == key,
                    None => now < code.expires,
                }
        });
        if permit.state == PermitState::Issued {
            let given = issued_under(records, permit, key)?;
            match given {
                Some(given) if self.is_valid(&given, now)? => {}
                _ => return Ok(Err(WrongCode)),
            }
        }
        Ok(right.ok_or(WrongCode))
    }
}

/// Writes the use of a code down, if it is the first.
pub(super) fn use_code(
    records: &mut Transaction<'_>,
    mut code: CodeRecord,
    key: &str,
    now: Timestamp,
) -> Result<()> {
    if code.used.is_none() {
        code.used = Some((key.to_owned(), now));
        records.change_code(&code)?;
    }
    Ok(())
}
