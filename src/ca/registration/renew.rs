//! Renewal (R5): the present certificate is the proof of who asks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::access::has_expired;
use super::tries::named;
use super::views::{Standing, certificate_of, life_of};
use super::{Denial, RegistrationAuthority, day_of};
use crate::authority::AccessRefusal;
use crate::ca::keys::{check_key_among, hash_of};
use crate::ca::policy::{self, Order};
use crate::ca::{Random, SERIAL_TRIES, certificate, event, no_serial, record_of};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::key::SigningKey;
use crate::registry::{CertificateRecord, HolderId, RenewalRecord, Transaction};
use crate::request::{AlternativeName, Csr};

/// What came of the first step.
enum Admission {
    Denied(Denial),
    Again(CertificateRecord),
    New(CertificateRecord, HolderId),
}

impl RegistrationAuthority {
    /// Renewal (R5): `/simplereenroll`. `present` was shown in the handshake, which has proved
    /// possession of its key and that it is ours, whatever the time. `from` is the address that it
    /// came from, for the event log.
    pub fn renew(
        &self,
        present: &Certificate,
        request: &Csr,
        key: &dyn SigningKey,
        from: &str,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate, Denial> {
        let public_key = self.check_request(request)?;
        let usages = self.usages(request, &public_key)?;
        let key_hash = hash_of(&public_key);
        let admit =
            |records: &mut Transaction<'_>| self.admit_renewal(records, present, &key_hash, now);
        let admission = match self.registry.look(admit)? {
            // Nothing decides about that again, so it has to be of one state.
            Admission::Denied(_) => self.registry.read(admit)?,
            admission => admission,
        };
        let (old, id) = match admission {
            Admission::Denied(denial) => return Err(denial),
            Admission::Again(record) => return Ok(certificate_of(&record)?),
            Admission::New(record, id) => (record, id),
        };
        let alternative_names = same_names(present, request)?;
        self.check_signer(key, now)?;
        let order = Order {
            subject: present.subject().clone(),
            alternative_names,
            usages,
            public_key,
            holder: id.to_string(),
        };
        for _ in 0..SERIAL_TRIES {
            let ours = (&self.settings, &self.certificate);
            let issued = certificate::of_holder(ours, &order, key, now, &mut *random)?;
            let record = CertificateRecord {
                permit: old.permit.clone(),
                renews: Some(old.serial.clone()),
                ..record_of(&issued, &old.holder, old.issue_count, now)?
            };
            let recorded = self.registry.transaction(|records| {
                let admission = self.admit_renewal(records, present, &record.key, now)?;
                match admission {
                    Admission::Denied(denial) => return Ok(Some(Err(denial))),
                    // The same request at the same time was faster.
                    Admission::Again(record) => return Ok(Some(Ok(certificate_of(&record)?))),
                    Admission::New(..) => {}
                }
                match records.add_certificate(&record) {
                    Ok(()) => {}
                    Err(Error::RegistryConflict { .. }) => return Ok(None),
                    Err(error) => return Err(error),
                }
                let detail = json!({
                    "from": from,
                    "serial": record.serial,
                    "renews": old.serial,
                    "count": record.issue_count,
                });
                records.log(&event::line(now, &named(&id), event::RENEW, &id, &detail))?;
                Ok(Some(Ok(issued.clone())))
            })?;
            if let Some(answer) = recorded {
                return answer;
            }
        }
        Err(no_serial().into())
    }

    /// Whether this certificate may be renewed with this key now; one successor each.
    fn admit_renewal(
        &self,
        records: &mut Transaction<'_>,
        present: &Certificate,
        key: &str,
        now: Timestamp,
    ) -> Result<Admission> {
        let refuse = |refusal| Ok(Admission::Denied(Denial::Access(refusal)));
        let serial = present.serial_number();
        let around = records.around_renewal(&serial, key)?;
        let found = around.iter().find(|one| one.certificate.serial == serial);
        let found = found.filter(|one| one.certificate.der == present.as_der());
        let Some(RenewalRecord {
            certificate: record,
            holder,
            is_barred,
        }) = found
        else {
            return refuse(AccessRefusal::Unknown);
        };
        if record.revoked.is_some() {
            return refuse(AccessRefusal::Revoked);
        }
        let Some((holder, suspended)) = holder else {
            let rule = "what the operator has signed from a file is not renewed over the network";
            return Ok(denied(Error::RuleBroken {
                rule: rule.to_owned(),
            }));
        };
        if suspended.is_some() {
            return refuse(AccessRefusal::Suspended);
        }
        let certificates = around.iter().map(|one| &one.certificate);
        let mut others = certificates.clone();
        let next = others.find(|next| next.renews.as_ref() == Some(&serial));
        if let Some(next) = next {
            // Where what took its place was revoked, nothing but a reissue goes on from here.
            return if next.revoked.is_some() {
                refuse(AccessRefusal::Revoked)
            } else if next.key != key {
                refuse(AccessRefusal::Superseded)
            } else {
                Ok(Admission::Again(next.clone()))
            };
        }
        let policy = &self.settings.policy;
        if has_expired(record, policy.grace_days, now) {
            return refuse(AccessRefusal::Expired);
        }
        // In the days of grace another one may have been acquired, which does not renew it.
        if has_expired(record, 0, now) {
            let present = Standing::of(records, holder)?.certificate;
            if present.is_some_and(|present| present.serial != record.serial) {
                return refuse(AccessRefusal::Superseded);
            }
        }
        let opens = life_of(record, &policy.windows)?.renewal_opens();
        if now < opens {
            let opens = day_of(&self.settings, opens)?;
            return Ok(denied(Error::RenewalEarly { opens }));
        }
        if record.key == key && !policy.same_key {
            let reason = "a renewal needs a new key".to_owned();
            return Ok(denied(Error::KeyRefused { reason }));
        }
        match check_key_among((*is_barred, certificates), key, &record.holder) {
            Ok(()) => Ok(Admission::New(record.clone(), holder.clone())),
            Err(error @ Error::KeyRefused { .. }) => Ok(denied(error)),
            Err(error) => Err(error),
        }
    }
}

fn denied(error: Error) -> Admission {
    Admission::Denied(Denial::Rule(error))
}

/// The alternative names of the certificate, if the request has its subject and these (RFC 7030
/// section 4.2.2; changing them on the way is not supported).
fn same_names(present: &Certificate, request: &Csr) -> Result<Vec<AlternativeName>, Denial> {
    let wrong = |reason: &str| Denial::Request(policy::refused(reason));
    let subject = request.subject().map_err(Denial::Request)?;
    if !subject.matches(present.subject()) {
        return Err(wrong(
            "its subject is not that of the certificate that it is to renew",
        ));
    }
    let asked = request.alternative_names().map_err(Denial::Request)?;
    let folded = |name: &str| name.to_lowercase();
    let of_request: BTreeSet<String> = asked.iter().map(|name| folded(&name.to_string())).collect();
    let names = present.alternative_names();
    let of_certificate: BTreeSet<String> = names.iter().map(|name| folded(name)).collect();
    if of_request != of_certificate {
        return Err(wrong(
            "its alternative names are not those of the certificate that it is to renew",
        ));
    }
    names
        .iter()
        .map(|name| name.parse())
        .collect::<Result<_>>()
        .map_err(Denial::Request)
}
