//! Notices that a certificate is going to expire (R7): which are due, and each sent once.
//!
//! A notice is taken up in the registry before it is sent, and ended after. One that was taken up
//! and never ended (the program or the computer stopped in between) may have been sent: it is never
//! sent again by itself, but reported, and sent again only when somebody says so. One that the mail
//! server certainly did not take is given back, and due again.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::registration::{certificate_of, life_of};
use super::{Actor, HolderView, RegistrationAuthority, event};
use crate::certificate::Certificate;
use crate::error::Result;
use crate::registry::{CertificateRecord, HolderId, NoticeRecord, Transaction};

/// When a notice was taken up that was given back.
const GIVEN_BACK: Timestamp = Timestamp::UNIX_EPOCH;

const HOURS_OF_A_DAY: i64 = 24;

/// A notice to a holder.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The serial number of the certificate that expires.
    pub serial: String,
    /// Which notice: days before expiry.
    pub days: u16,
    /// Calendar days that are left.
    pub days_left: i32,
    /// To whom; its certificate is the one that expires.
    pub holder: HolderView,
    /// The Message-ID of its mail without angle brackets: the same whenever it is made, so that two
    /// copies are known for one.
    pub message_id: String,
    /// When it was taken up by a run that did not end it.
    pub begun: Option<Timestamp>,
}

impl RegistrationAuthority {
    /// The notices to be sent now: of each certificate the most urgent, if nobody has taken it up.
    pub fn notices_due(&self, now: Timestamp) -> Result<Vec<Notice>> {
        let mut notices = self.notices(now)?;
        notices.retain(|notice| notice.begun.is_none());
        Ok(notices)
    }

    /// The notices that were taken up and never ended: nobody knows whether they were sent.
    pub fn notices_uncertain(&self, now: Timestamp) -> Result<Vec<Notice>> {
        let mut notices = self.notices(now)?;
        notices.retain(|notice| notice.begun.is_some());
        Ok(notices)
    }

    /// Takes a notice up; false if another run has.
    pub fn begin_notice(&self, notice: &Notice, now: Timestamp) -> Result<bool> {
        self.registry.transaction(|records| {
            let mut record = NoticeRecord {
                serial: notice.serial.clone(),
                days: notice.days,
                begun: now,
                sent: None,
            };
            match records.notice(&notice.serial, notice.days)? {
                Some(found) if found.sent.is_some() || found.begun != GIVEN_BACK => {
                    return Ok(false);
                }
                Some(found) => {
                    record.sent = found.sent;
                    records.change_notice(&record)?;
                }
                None => records.add_notice(&record)?,
            }
            log(records, notice, event::NOTICE_BEGIN, now)?;
            Ok(true)
        })
    }

    /// The mail server has taken it.
    pub fn notice_sent(&self, notice: &Notice, now: Timestamp) -> Result<()> {
        self.end_notice(notice, event::NOTICE_SENT, now, |record| {
            record.sent = Some(now);
        })
    }

    /// The mail server certainly has not taken it, or somebody wants it sent again: it is due
    /// again.
    pub fn notice_failed(&self, notice: &Notice, now: Timestamp) -> Result<()> {
        self.end_notice(notice, event::NOTICE_FAILED, now, |record| {
            record.begun = GIVEN_BACK;
        })
    }

    fn end_notice(
        &self,
        notice: &Notice,
        action: &str,
        now: Timestamp,
        mut act: impl FnMut(&mut NoticeRecord),
    ) -> Result<()> {
        self.registry.transaction(|records| {
            if let Some(mut record) = records.notice(&notice.serial, notice.days)?
                && record.sent.is_none()
            {
                act(&mut record);
                records.change_notice(&record)?;
                log(records, notice, action, now)?;
            }
            Ok(())
        })
    }

    /// The notices that are not sent.
    fn notices(&self, now: Timestamp) -> Result<Vec<Notice>> {
        let windows = &self.settings.policy.windows;
        let longest = windows.notice_days.iter().max().copied().unwrap_or(0);
        // Two days more: calendar days begin before the hours that they are counted in.
        let ahead = SignedDuration::from_hours(HOURS_OF_A_DAY * (i64::from(longest) + 2));
        let until = now.as_second().saturating_add(ahead.as_secs());
        self.registry.read(|records| {
            let mut notices = Vec::new();
            for record in records.expiring(now.as_second(), until)? {
                notices.extend(self.notice(records, &record, now)?);
            }
            Ok(notices)
        })
    }

    /// The notice of a certificate that counts, to a holder who can act on it.
    fn notice(
        &self,
        records: &mut Transaction<'_>,
        record: &CertificateRecord,
        now: Timestamp,
    ) -> Result<Option<Notice>> {
        let life = life_of(record, &self.settings.policy.windows)?;
        let Some(days) = life.notices_due(now).pop() else {
            return Ok(None);
        };
        let Ok(id) = record.holder.parse::<HolderId>() else {
            return Ok(None);
        };
        let Some(holder) = records.holder(&id)?.filter(|_| !record.by_operator) else {
            return Ok(None);
        };
        let view = self.view(records, &holder, now)?;
        let counts = |present: &Certificate| present.as_der() == record.der;
        let is_present = view.certificate.as_ref().is_some_and(counts);
        if record.revoked.is_some() || holder.suspended.is_some() || !is_present {
            return Ok(None);
        }
        let found = records.notice(&record.serial, days)?;
        if found.as_ref().is_some_and(|found| found.sent.is_some()) {
            return Ok(None);
        }
        let begun = found.map(|found| found.begun);
        Ok(Some(Notice {
            serial: record.serial.clone(),
            days,
            days_left: life.days_left(now),
            message_id: format!(
                "{}.{days}@{}.tokencert",
                certificate_of(record)?.fingerprint(),
                record.serial
            ),
            begun: begun.filter(|begun| *begun != GIVEN_BACK),
            holder: view,
        }))
    }
}

fn log(records: &mut Transaction<'_>, notice: &Notice, action: &str, now: Timestamp) -> Result<()> {
    let detail = json!({ "serial": notice.serial, "days": notice.days });
    let (actor, id) = (Actor::Authority, &notice.holder.id);
    records.log(&event::line(now, &actor, action, id, &detail))
}
