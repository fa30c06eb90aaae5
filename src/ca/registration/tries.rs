//! Tries of PINs (R9): each is recorded before it is evaluated, so that neither many at once nor a
//! server that is stopped in between get more of them than the policy allows.
//!
//! Up to the policy's number the tries count. As many again are evaluated while the holder is
//! locked, only to tell who has the right PIN that it is locked; after that none is evaluated until
//! somebody unlocks, so that a locked holder gives nobody the chance to find the PIN out.

use jiff::Timestamp;
use serde_json::json;

use super::RegistrationAuthority;
use crate::ca::event;
use crate::error::Result;
use crate::registry::{HolderId, HolderRecord, Transaction};

/// The registry's name for what tries of those who are not there have written.
const NOBODYS_TRIES: &str = "tries-of-nobody";

/// What becomes of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It is the n-th since the last right one.
    Counts(u32),
    /// It is evaluated, and opens nothing.
    Locked,
    /// It is not evaluated.
    Ignored,
}

/// A try that was recorded, and whose holder's hashes are to be compared with.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) holder: HolderRecord,
    pub(super) attempt: Attempt,
}

impl Begun {
    /// The holder whose PINs are looked at.
    pub(super) fn evaluated(&self) -> Option<&HolderRecord> {
        (self.attempt != Attempt::Ignored).then_some(&self.holder)
    }
}

impl RegistrationAuthority {
    /// Records a try, for a holder who is there.
    pub(super) fn begin_try(&self, id: Option<&HolderId>) -> Result<Option<Begun>> {
        let most = self.settings.policy.tries;
        self.registry.transaction(|records| {
            let holder = id.map(|id| records.holder(id)).transpose()?.flatten();
            let Some(mut holder) = holder else {
                return nobodys_try(records).map(|()| None);
            };
            let attempt = if holder.tries >= 2 * most {
                Attempt::Ignored
            } else if holder.locked || holder.tries >= most {
                Attempt::Locked
            } else {
                Attempt::Counts(holder.tries + 1)
            };
            if attempt == Attempt::Ignored {
                nobodys_try(records)?;
            } else {
                holder.tries += 1;
                records.change_holder(&holder)?;
            }
            Ok(Some(Begun { holder, attempt }))
        })
    }

    /// The try was wrong: it stays recorded, and the last one locks. `by` is who tried, as the event
    /// log names it: whoever it was has not proved to be the holder.
    pub(super) fn wrong_try(
        &self,
        records: &mut Transaction<'_>,
        begun: &Begun,
        (action, by): (&str, &str),
        now: Timestamp,
    ) -> Result<()> {
        let id = &begun.holder.id;
        let Some(mut holder) = records.holder(id)? else {
            return Ok(());
        };
        if begun.attempt == Attempt::Ignored {
            // Nobody fills the log with what is not even looked at.
            return nobodys_try(records);
        }
        let detail = json!({ "tries": holder.tries });
        records.log(&event::line(now, &by, action, id, &detail))?;
        if holder.tries >= self.settings.policy.tries && !holder.locked {
            holder.locked = true;
            records.change_holder(&holder)?;
            records.log(&event::line(
                now,
                &"authority",
                event::HOLDER_LOCK,
                id,
                &json!({}),
            ))?;
        }
        Ok(())
    }

    /// Ends a try of somebody who is not there.
    pub(super) fn end_nobodys_try(&self) -> Result<()> {
        self.registry.transaction(nobodys_try)
    }

    /// The try was right: it is given back, and those before it with it where it was the holder's
    /// own PIN: who has an enrolment code does not get more tries of the PIN by it. False for a
    /// holder who is locked.
    ///
    /// The caller writes the record back.
    pub(super) fn right_try(
        &self,
        holder: &mut HolderRecord,
        attempt: Attempt,
        by_pin: bool,
    ) -> bool {
        let most = self.settings.policy.tries;
        match attempt {
            Attempt::Counts(number) => {
                // Those that were recorded later are under way still, or wrong.
                let given_back = if by_pin { number } else { 1 };
                holder.tries = holder.tries.saturating_sub(given_back);
                holder.locked = holder.tries >= most;
                true
            }
            Attempt::Locked | Attempt::Ignored => {
                // Who is not locked was unlocked meanwhile, or has tries under way that may be right.
                let least = if holder.locked { most } else { 0 };
                holder.tries = holder.tries.saturating_sub(1).max(least);
                false
            }
        }
    }
}

/// Writes as durably as for a holder who is there: else the time would say who is.
fn nobodys_try(records: &mut Transaction<'_>) -> Result<()> {
    let before = records.value(NOBODYS_TRIES)?;
    let before: u64 = before.and_then(|text| text.parse().ok()).unwrap_or(0);
    records.set_value(NOBODYS_TRIES, &before.wrapping_add(1).to_string())
}

/// An address as the event log names who acted.
pub(super) fn somebody_at(address: &str) -> String {
    format!("address:{address}")
}

/// A holder as the event log names who acted.
pub(super) fn named(id: &HolderId) -> String {
    format!("holder:{id}")
}
