//! Reissue and revocation (R8), and the certificate of the authority's own server.

use jiff::Timestamp;
use serde_json::json;

use super::checks::{broken, check_actor};
use super::permits::{close_permits, new_id, open_permit};
use super::views::{certificate_of, certificates, holder_in};
use super::{Actor, HolderView, RegistrationAuthority};
use crate::ca::crl::note_revocation;
use crate::ca::{Random, SERIAL_TRIES, certificate, event, no_serial, record_of};
use crate::certificate::{Certificate, DistinguishedName};
use crate::error::{Error, Result};
use crate::key::{PublicKey, SigningKey};
use crate::profile::Holder;
use crate::registry::{
    CertificateRecord, HolderId, PermitReason, PermitState, Revocation, RevocationReason,
    Transaction,
};
use crate::request::AlternativeName;

/// The most characters of a common name (RFC 5280 appendix A.1).
const COMMON_NAME_CHARACTERS: usize = 64;

impl RegistrationAuthority {
    /// Ends the present certificate at once and opens the next permit (R8).
    ///
    /// `random` names the permit.
    pub fn reissue(
        &self,
        id: &HolderId,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<HolderView> {
        check_actor(actor, id)?;
        let permit_id = new_id(random)?;
        self.registry.transaction(|records| {
            let holder = holder_in(records, id)?;
            let ended = end_certificates(records, id, Revocation { at: now, reason }, actor)?;
            let counts = records.permits(id)?.into_iter().map(|one| one.issue_count);
            let count = counts.max().unwrap_or(0) + 1;
            let opens = (PermitReason::Reissue, count);
            let permit = self.new_permit(permit_id.clone(), id, opens, now)?;
            open_permit(records, &permit, actor)?;
            let detail = json!({ "reason": name_of(reason), "count": count, "ended": ended });
            records.log(&event::line(now, actor, event::REISSUE, id, &detail))?;
            self.view(records, &holder, now)
        })
    }

    /// Ends the holder's present certificates at once; a permit that is open is closed.
    pub fn revoke(
        &self,
        id: &HolderId,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<HolderView> {
        check_actor(actor, id)?;
        self.registry.transaction(|records| {
            let holder = holder_in(records, id)?;
            let unused = records
                .permits(id)?
                .into_iter()
                .any(|permit| matches!(permit.state, PermitState::Open | PermitState::Bound));
            let ended = end_certificates(records, id, Revocation { at: now, reason }, actor)?;
            close_permits(records, id)?;
            if ended.is_empty() && !unused {
                return Err(broken(&format!(
                    "{id} has no certificate that could be revoked; one that was, and whose key is \
                     compromised, is named by its serial number"
                )));
            }
            let detail = json!({ "reason": name_of(reason), "ended": ended });
            records.log(&event::line(now, actor, event::HOLDER_REVOKE, id, &detail))?;
            self.view(records, &holder, now)
        })
    }

    /// Ends one certificate, also one that the operator signed; where its key is compromised, every
    /// one that the key has.
    ///
    /// One that is revoked stays as it is, unless its key is now known to be compromised.
    pub fn revoke_certificate(
        &self,
        serial: &str,
        reason: RevocationReason,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Certificate> {
        let serial = serial.to_ascii_lowercase();
        self.registry.transaction(|records| {
            let record = certificate_in(records, &serial)?;
            match record.holder.parse::<HolderId>() {
                Ok(id) if !record.by_operator => check_actor(actor, &id)?,
                _ if matches!(actor, Actor::Administrator(_)) => {
                    return Err(broken(
                        "an administrator acts for users of the own contract",
                    ));
                }
                _ => {}
            }
            let compromised = reason == RevocationReason::Compromised;
            let ended = if compromised {
                records.certificates_of_key(&record.key)?
            } else {
                vec![record.clone()]
            };
            for one in ended {
                let worse = compromised && one.revoked.is_some_and(|end| end.reason != reason);
                if one.revoked.is_none() || worse {
                    let at = one.revoked.map_or(now, |end| end.at);
                    end(records, one, Revocation { at, reason }, (actor, now))?;
                }
            }
            certificate_of(&record)
        })
    }

    /// The record of a certificate.
    pub fn certificate_of_serial(&self, serial: &str) -> Result<CertificateRecord> {
        let serial = serial.to_ascii_lowercase();
        self.registry
            .read(|records| certificate_in(records, &serial))
    }

    /// A TLS certificate for the authority's own server: names a host or an address.
    ///
    /// # Errors
    ///
    /// [`Error::RequestRefused`] without a name; those of `key`.
    pub fn server_certificate(
        &self,
        public_key: &PublicKey,
        names: &[AlternativeName],
        key: &dyn SigningKey,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate> {
        let host = names.first().map(ToString::to_string).unwrap_or_default();
        let host = host.split_once(':').map_or("", |(_, host)| host);
        if host.is_empty() {
            return Err(crate::ca::policy::refused(
                "a server needs a host name or an address",
            ));
        }
        self.check_signer(key, now)?;
        let fits = host.chars().count() <= COMMON_NAME_CHARACTERS;
        let subject = self.settings.policy.subject.fill(&Holder {
            name: Some(if fits { host } else { &self.settings.name }),
            ..Holder::default()
        })?;
        let subject = DistinguishedName::parse(&subject)?;
        let holder = format!("server:{host}");
        for _ in 0..SERIAL_TRIES {
            let ours = (&self.settings, &self.certificate);
            let names = (&subject, names);
            let issued = certificate::of_server(ours, names, public_key, key, now, &mut *random)?;
            let record = CertificateRecord {
                by_operator: true,
                ..record_of(&issued, &holder, 1, now)?
            };
            let is_new = self.registry.transaction(|records| {
                if records.certificate(&record.serial)?.is_some() {
                    return Ok(false);
                }
                records.add_certificate(&record)?;
                let detail = json!({ "serial": record.serial });
                let actor = Actor::Authority;
                records.log(&event::line(now, &actor, event::SERVER, &holder, &detail))?;
                Ok(true)
            })?;
            if is_new {
                return Ok(issued);
            }
        }
        Err(no_serial())
    }
}

/// Ends whatever of a holder's certificates is not ended; their serial numbers.
fn end_certificates(
    records: &mut Transaction<'_>,
    id: &HolderId,
    revocation: Revocation,
    actor: &Actor,
) -> Result<Vec<String>> {
    let mut ended = Vec::new();
    for record in certificates(records, id)? {
        if record.revoked.is_none() {
            ended.push(record.serial.clone());
            end(records, record, revocation, (actor, revocation.at))?;
        }
    }
    Ok(ended)
}

fn end(
    records: &mut Transaction<'_>,
    mut record: CertificateRecord,
    revocation: Revocation,
    (actor, now): (&Actor, Timestamp),
) -> Result<()> {
    record.revoked = Some(revocation);
    records.change_certificate(&record)?;
    note_revocation(records, 1)?;
    if revocation.reason == RevocationReason::Compromised {
        records.bar_key(&record.key)?;
    }
    let detail = json!({ "serial": record.serial, "reason": name_of(revocation.reason) });
    records.log(&event::line(
        now,
        actor,
        event::REVOKE,
        &record.holder,
        &detail,
    ))
}

fn certificate_in(records: &mut Transaction<'_>, serial: &str) -> Result<CertificateRecord> {
    records
        .certificate(serial)?
        .ok_or_else(|| Error::RegistryAbsent {
            what: serial.to_owned(),
        })
}

/// A reason as the event log writes it.
fn name_of(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Lost => "lost",
        RevocationReason::Stopped => "stopped",
        RevocationReason::Compromised => "compromised",
        RevocationReason::Reissued => "reissued",
    }
}
