//! Login (R12): the certificate first, then the PIN.

use jiff::Timestamp;
use serde_json::json;

use super::tries::{Begun, named, somebody_at};
use super::views::life_of;
use super::{Actor, Denial, HolderView, RegistrationAuthority, Welcome};
use crate::authority::AccessRefusal;
use crate::ca::{credentials, event};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::lifecycle::State;
use crate::registry::{CertificateRecord, HolderId, HolderRecord, Transaction};

/// How many renewals are followed from one certificate to the newest: more than a validity period
/// has room for, so that a damaged registry cannot make it endless.
const LONGEST_LINE: usize = 100;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// What a certificate that was shown is good for.
type Admittance = Result<(CertificateRecord, HolderRecord), AccessRefusal>;

impl RegistrationAuthority {
    /// Whose the certificate is that was shown at a holder's door, if it may log in.
    pub fn access(
        &self,
        present: &Certificate,
        door: Option<&HolderId>,
        now: Timestamp,
    ) -> Result<HolderView, Denial> {
        self.registry.read(|records| {
            Ok(match self.admittance(records, present, door, now)? {
                Ok((_, holder)) => Ok(self.view(records, &holder, now)?),
                Err(refusal) => Err(Denial::Access(refusal)),
            })
        })?
    }

    /// Login (R12): the certificate that was shown, the holder whose door it is, then the PIN.
    /// `from` is the address that it came from, for the event log.
    pub fn log_in(
        &self,
        present: &Certificate,
        door: Option<&HolderId>,
        pin: &str,
        from: &str,
        now: Timestamp,
    ) -> Result<Welcome, Denial> {
        let view = self.access(present, door, now)?;
        let begun = self.begin_try(Some(&view.id))?;
        let is_right = self.is_pin(begun.as_ref(), |holder| holder.pin.as_str(), pin);
        let Some(begun) = begun else {
            return Err(Denial::Unauthenticated);
        };
        self.registry.transaction(|records| {
            let (mut record, mut holder) = match self.admittance(records, present, door, now)? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(Denial::Access(refusal))),
            };
            if !is_right || holder.pin != begun.holder.pin {
                let refusal = (event::LOGIN_REFUSED, &*somebody_at(from));
                self.wrong_try(records, &begun, refusal, now)?;
                return Ok(Err(Denial::Unauthenticated));
            }
            let is_open = self.right_try(&mut holder, begun.attempt, true);
            records.change_holder(&holder)?;
            if !is_open {
                return Ok(Err(Denial::Locked));
            }
            if record.logged_in.is_none() {
                record.logged_in = Some(now);
                records.change_certificate(&record)?;
            }
            let detail = json!({ "from": from, "serial": record.serial });
            let (id, name) = (&holder.id, named(&holder.id));
            records.log(&event::line(now, &name, event::LOGIN, id, &detail))?;
            self.welcome(records, &holder, &record, now).map(Ok)
        })?
    }

    fn welcome(
        &self,
        records: &mut Transaction<'_>,
        holder: &HolderRecord,
        record: &CertificateRecord,
        now: Timestamp,
    ) -> Result<Welcome> {
        let life = life_of(record, &self.settings.policy.windows)?;
        let renewed = records.successor(&record.serial)?;
        let is_due = life.state(now) == State::InRenewalWindow;
        Ok(Welcome {
            holder: self.view(records, holder, now)?,
            certificate: super::views::certificate_of(record)?,
            days_left: life.days_left(now),
            renewal_due: is_due && renewed.is_none(),
            reissue_due: renewed.is_some_and(|next| next.revoked.is_some()),
        })
    }

    /// Who orders as the administrator of a contract, by the confirmation PIN (R8).
    ///
    /// # Errors
    ///
    /// [`Error::AccountRefused`] for a wrong PIN and for an administrator who is locked; wrong ones
    /// count as tries.
    pub fn administrator(
        &self,
        contract: &str,
        confirmation_pin: &str,
        now: Timestamp,
    ) -> Result<Actor> {
        let id = HolderId {
            contract: contract.to_owned(),
            user: None,
        };
        let refused = |reason: &str| Error::AccountRefused {
            authority: self.settings.name.clone(),
            reason: reason.to_owned(),
        };
        let begun = self.begin_try(Some(&id))?;
        let is_right = self.is_pin(
            begun.as_ref(),
            |holder| holder.confirmation_pin.as_str(),
            confirmation_pin,
        );
        let Some(begun) = begun else {
            return Err(refused(
                "there is no such administrator, or the confirmation PIN is wrong",
            ));
        };
        let verdict = self.registry.transaction(|records| {
            let mut holder = super::views::holder_in(records, &id)?;
            if !is_right || holder.confirmation_pin != begun.holder.confirmation_pin {
                let refusal = (event::ADMINISTRATOR_REFUSED, &*Actor::Operator.to_string());
                self.wrong_try(records, &begun, refusal, now)?;
                return Ok(Some(
                    "there is no such administrator, or the confirmation PIN is wrong",
                ));
            }
            let is_open = self.right_try(&mut holder, begun.attempt, true);
            records.change_holder(&holder)?;
            Ok(match (is_open, holder.suspended) {
                (false, _) => Some("the administrator is locked"),
                (true, Some(_)) => Some("the administrator is suspended"),
                (true, None) => None,
            })
        })?;
        match verdict {
            Some(reason) => Err(refused(reason)),
            None => Ok(Actor::Administrator(contract.to_owned())),
        }
    }

    /// Compares a PIN: one hash for whomever.
    fn is_pin(
        &self,
        begun: Option<&Begun>,
        hash: impl Fn(&HolderRecord) -> &str,
        pin: &str,
    ) -> bool {
        let nobodys = credentials::nobodys(&self.settings.policy.pins);
        let holder = begun.and_then(Begun::evaluated);
        credentials::matches(pin, holder.map_or(nobodys.as_str(), hash))
    }

    /// The record of the certificate that was shown, to the last byte, and its holder.
    fn admittance(
        &self,
        records: &mut Transaction<'_>,
        present: &Certificate,
        door: Option<&HolderId>,
        now: Timestamp,
    ) -> Result<Admittance> {
        let Some(record) = shown(records, present)? else {
            return Ok(Err(AccessRefusal::Unknown));
        };
        if record.revoked.is_some() {
            return Ok(Err(AccessRefusal::Revoked));
        }
        if has_expired(&record, 0, now) {
            return Ok(Err(AccessRefusal::Expired));
        }
        if self.settings.policy.overlap_ends_at_login
            && let Some(refusal) = overtaken(records, &record)?
        {
            return Ok(Err(refusal));
        }
        let Some(holder) = holder_of(records, &record)? else {
            return Ok(Err(AccessRefusal::WrongHolder));
        };
        if door.is_some_and(|door| *door != holder.id) {
            return Ok(Err(AccessRefusal::WrongHolder));
        }
        Ok(match holder.suspended {
            Some(_) => Err(AccessRefusal::Suspended),
            None => Ok((record, holder)),
        })
    }
}

/// The record of a certificate, if it is the same to the last byte.
pub(super) fn shown(
    records: &mut Transaction<'_>,
    present: &Certificate,
) -> Result<Option<CertificateRecord>> {
    let record = records.certificate(&present.serial_number())?;
    Ok(record.filter(|record| record.der == present.as_der()))
}

/// The holder of a certificate; none for one that the operator signed, which has no account.
fn holder_of(
    records: &mut Transaction<'_>,
    record: &CertificateRecord,
) -> Result<Option<HolderRecord>> {
    match record.holder.parse() {
        Ok(id) if !record.by_operator => records.holder(&id),
        _ => Ok(None),
    }
}

/// A certificate is valid to the end of the second of its notAfter, and so many days longer where
/// there is grace.
pub(super) fn has_expired(record: &CertificateRecord, grace_days: u16, now: Timestamp) -> bool {
    let grace = i64::from(grace_days) * SECONDS_OF_A_DAY;
    now.as_second() - grace > record.not_after.as_second()
}

/// Why a certificate no longer logs in that one of those that follow it has logged in with: the
/// newest takes its place, and where that one was revoked, nothing does.
fn overtaken(
    records: &mut Transaction<'_>,
    record: &CertificateRecord,
) -> Result<Option<AccessRefusal>> {
    let mut serial = record.serial.clone();
    let (mut is_overtaken, mut refusal) = (false, AccessRefusal::Superseded);
    for _ in 0..LONGEST_LINE {
        let Some(next) = records.successor(&serial)? else {
            return Ok(is_overtaken.then_some(refusal));
        };
        is_overtaken |= next.logged_in.is_some();
        refusal = match next.revoked {
            Some(_) => AccessRefusal::Revoked,
            None => AccessRefusal::Superseded,
        };
        serial = next.serial;
    }
    Ok(Some(AccessRefusal::Superseded))
}
