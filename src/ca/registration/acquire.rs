//! Acquisition (R4, R6): a holder proves who it is, and gets the certificate of its permit.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::enrolment::use_code;
use super::permits::{Grant, new_id};
use super::tries::{Begun, named, somebody_at};
use super::views::{Standing, certificate_of, certificates, contract_in, holder_in};
use super::{Denial, RegistrationAuthority};
use crate::authority::EnrolmentCode;
use crate::ca::codes::Codes;
use crate::ca::keys::{check_key_of, hash_of};
use crate::ca::policy::Order;
use crate::ca::{Random, SERIAL_TRIES, certificate, credentials, event, no_serial, record_of};
use crate::certificate::{Certificate, DistinguishedName};
use crate::error::{Error, Result};
use crate::key::SigningKey;
use crate::profile::Holder;
use crate::registry::{
    CertificateRecord, CodeRecord, HolderId, HolderRecord, PermitRecord, PermitState, SecondFactor,
    Transaction,
};
use crate::request::Csr;

/// Who asks, by what HTTP Basic carried.
pub(super) struct Claim<'c> {
    pin: &'c str,
    second: &'c str,
    /// The digest of an enrolment code, which is in the place of both.
    code: Option<String>,
    /// SHA-256 of the public key of the request.
    pub(super) key: String,
    from: &'c str,
}

/// How far PIN and second factor are right.
enum Proof {
    Wrong,
    /// Both are.
    Right,
    /// The PIN is; the second factor has to be one of these codes.
    WithCode(Codes),
    /// An enrolment code, of this digest, stands in the place of both.
    ByCode(String),
}

/// The code is wrong, or was used.
pub(super) struct WrongCode;

/// What a right proof has used up, to be written down with what it gives.
#[derive(Default)]
struct Spent {
    /// The time step of a one-time code.
    step: Option<i64>,
    /// An enrolment code.
    code: Option<CodeRecord>,
}

impl<'c> Claim<'c> {
    /// `PIN:SECOND`, split at the last colon; or an enrolment code, which has none.
    fn new(password: &'c str, key: String, from: &'c str) -> Self {
        let parts = password.rsplit_once(':');
        let code = match parts {
            None => password.parse::<EnrolmentCode>().ok(),
            Some(_) => None,
        };
        let (pin, second) = parts.unwrap_or((password, ""));
        Self {
            pin,
            second,
            code: code.map(|code| code.digest()),
            key,
            from,
        }
    }

    /// A line's detail, with how it was proved who asks.
    fn detail(&self, mut detail: Value) -> Value {
        if let (Some(_), Some(detail)) = (&self.code, detail.as_object_mut()) {
            detail.insert("by".to_owned(), "enrolment-code".into());
        }
        detail
    }
}

/// What came of the first step.
enum Admission {
    Denied(Denial),
    Again(CertificateRecord),
    New(PermitRecord),
}

impl RegistrationAuthority {
    /// Acquisition (R4): `/simpleenroll`. `password` is what HTTP Basic carried: `PIN:SECOND`, split
    /// at the last colon, or an [`EnrolmentCode`] alone. `from` is the address that it came from, for the event log.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of one request"
    )]
    pub fn acquire(
        &self,
        user_name: &str,
        password: &str,
        request: &Csr,
        key: &dyn SigningKey,
        from: &str,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<Certificate, Denial> {
        let public_key = self.check_request(request)?;
        let usages = self.usages(request, &public_key)?;
        let id: Option<HolderId> = user_name.parse().ok();
        let claim = Claim::new(password, hash_of(&public_key), from);
        let permit_id = new_id(&mut *random)?;

        let begun = self.begin_try(id.as_ref())?;
        let proof = self.prove(begun.as_ref(), &claim)?;
        let (Some(begun), Some(id)) = (begun, id) else {
            self.end_nobodys_try()?;
            return Err(Denial::Unauthenticated);
        };
        let admission = self.registry.transaction(|records| {
            self.admit_claim(records, (&begun, &proof), &claim, (&permit_id, now))
        })?;
        let permit = match admission {
            Admission::Denied(denial) => return Err(denial),
            Admission::Again(record) => return Ok(certificate_of(&record)?),
            Admission::New(permit) => permit,
        };
        self.check_signer(key, now)?;
        let order = Order {
            subject: self.subject_of(&id, permit.issue_count)?,
            alternative_names: Vec::new(),
            usages,
            public_key,
            holder: id.to_string(),
        };
        for _ in 0..SERIAL_TRIES {
            let ours = (&self.settings, &self.certificate);
            let issued = certificate::of_holder(ours, &order, key, now, &mut *random)?;
            let recorded = self.registry.transaction(|records| {
                record_acquired(records, (&id, &permit, &claim), &issued, now)
            })?;
            if let Some(answer) = recorded {
                return answer;
            }
        }
        Err(no_serial().into())
    }

    /// Compares PIN and second factor: two hashes for whomever, so that the time says nothing.
    fn prove(&self, begun: Option<&Begun>, claim: &Claim<'_>) -> Result<Proof> {
        let nobodys = credentials::nobodys(&self.settings.policy.pins);
        let holder = begun.and_then(Begun::evaluated);
        if let Some(code) = &claim.code {
            for _ in 0..2 {
                credentials::matches("", &nobodys);
            }
            return Ok(holder.map_or(Proof::Wrong, |_| Proof::ByCode(code.clone())));
        }
        let codes = holder
            .map(|holder| self.codes_of(holder))
            .transpose()?
            .flatten();
        let confirmed_by_pin = holder.filter(|_| codes.is_none());
        let pin = holder.map_or(&nobodys, |holder| &holder.pin);
        let confirmation = confirmed_by_pin.map_or(&nobodys, |holder| &holder.confirmation_pin);
        let pin_is_right = credentials::matches(claim.pin, pin);
        let is_confirmed = credentials::matches(claim.second, confirmation);
        Ok(match codes {
            Some(codes) if pin_is_right => Proof::WithCode(codes),
            None if pin_is_right && is_confirmed => Proof::Right,
            _ => Proof::Wrong,
        })
    }

    /// The one-time codes of a holder whose second factor they are.
    fn codes_of(&self, holder: &HolderRecord) -> Result<Option<Codes>> {
        let is_user = holder.id.user.is_some();
        let secret = match (&holder.code_secret, holder.second_factor) {
            (Some(secret), SecondFactor::OneTimeCode) if is_user => secret,
            _ => return Ok(None),
        };
        let owner = holder.id.to_string();
        let secret = self.secrets.unseal(secret, &owner)?;
        Codes::new(&secret, &owner, &self.settings.name).map(Some)
    }

    /// The first step: settles the try, and binds the permit to the key.
    fn admit_claim(
        &self,
        records: &mut Transaction<'_>,
        (begun, proof): (&Begun, &Proof),
        claim: &Claim<'_>,
        (permit_id, now): (&str, Timestamp),
    ) -> Result<Admission> {
        let id = &begun.holder.id;
        let standing = Standing::of(records, id)?;
        let mut holder = holder_in(records, id)?;
        let unchanged = holder.pin == begun.holder.pin
            && holder.confirmation_pin == begun.holder.confirmation_pin;
        let spent = match proof {
            Proof::Right if unchanged => Ok(Spent::default()),
            Proof::WithCode(codes) if unchanged => {
                let step = step_of(codes, &holder, &standing, claim, now);
                step.map(|step| Spent {
                    step: Some(step),
                    ..Spent::default()
                })
            }
            Proof::ByCode(digest) => self
                .enrolment_code(records, &standing, (digest, &claim.key), now)?
                .map(|code| Spent {
                    code: Some(code),
                    ..Spent::default()
                }),
            _ => Err(WrongCode),
        };
        let Ok(spent) = spent else {
            let refusal = (event::ACQUIRE_REFUSED, &*somebody_at(claim.from));
            self.wrong_try(records, begun, refusal, now)?;
            return Ok(Admission::Denied(Denial::Unauthenticated));
        };
        let is_open = self.right_try(&mut holder, begun.attempt, spent.code.is_none());
        if is_open {
            holder.code_step = holder.code_step.max(spent.step);
        }
        records.change_holder(&holder)?;
        if !is_open {
            return Ok(Admission::Denied(Denial::Locked));
        }
        let granted = if holder.suspended.is_some() {
            Grant::Nothing(Error::HolderSuspended {
                holder: id.to_string(),
            })
        } else {
            self.granted(records, &standing, id, claim, (permit_id, spent.step, now))?
        };
        if let (Some(code), Grant::Again(_) | Grant::New(_)) = (spent.code, &granted) {
            use_code(records, code, &claim.key, now)?;
        }
        let (detail, admission) = match granted {
            Grant::Again(record) => {
                let detail = json!({ "from": claim.from, "serial": record.serial, "again": true });
                (claim.detail(detail), Admission::Again(record))
            }
            Grant::New(permit) => return Ok(Admission::New(permit)),
            Grant::Nothing(error) => {
                let detail = json!({ "from": claim.from, "reason": error.code() });
                let detail = claim.detail(detail);
                let line = event::line(now, &named(id), event::ACQUIRE_REFUSED, id, &detail);
                records.log(&line)?;
                return Ok(Admission::Denied(Denial::Rule(error)));
            }
        };
        records.log(&event::line(now, &named(id), event::ACQUIRE, id, &detail))?;
        Ok(admission)
    }

    /// What the permit gives, to a key that may have a certificate at all.
    fn granted(
        &self,
        records: &mut Transaction<'_>,
        standing: &Standing,
        id: &HolderId,
        claim: &Claim<'_>,
        (permit_id, step, now): (&str, Option<i64>, Timestamp),
    ) -> Result<Grant> {
        match check_key_of(records, &claim.key, &id.to_string()) {
            Ok(()) => self.grant(records, standing, (id, &claim.key, permit_id), step, now),
            Err(error @ Error::KeyRefused { .. }) => Ok(Grant::Nothing(error)),
            Err(error) => Err(error),
        }
    }

    /// The subject of a holder (R2), from the registration record only.
    pub(super) fn subject_of(&self, id: &HolderId, count: u32) -> Result<DistinguishedName> {
        let contract = self
            .registry
            .read(|records| contract_in(records, &id.contract))?;
        self.subject(id, &contract.institution, count)
    }

    pub(super) fn subject(
        &self,
        id: &HolderId,
        institution: &str,
        count: u32,
    ) -> Result<DistinguishedName> {
        let policy = &self.settings.policy;
        let template = match &id.user {
            Some(_) => policy.user_subject()?,
            None => policy.administrator_subject()?,
        };
        let filled = template.fill(&Holder {
            contract: Some(&id.contract),
            user: id.user.as_deref(),
            institution: Some(institution),
            count: Some(count),
            name: None,
        })?;
        DistinguishedName::parse(&filled)
    }
}

/// The second step: nothing has changed that matters, and the certificate goes on record.
/// `None` if its serial number is taken.
fn record_acquired(
    records: &mut Transaction<'_>,
    (id, permit, claim): (&HolderId, &PermitRecord, &Claim<'_>),
    issued: &Certificate,
    now: Timestamp,
) -> Result<Option<Result<Certificate, Denial>>> {
    let deny = |error| Ok(Some(Err(Denial::Rule(error))));
    if holder_in(records, id)?.suspended.is_some() {
        return deny(Error::HolderSuspended {
            holder: id.to_string(),
        });
    }
    let permits = records.permits(id)?;
    let mut permit = match permits.into_iter().find(|one| one.id == permit.id) {
        Some(current) if current.state == PermitState::Bound => current,
        Some(current) if current.state == PermitState::Issued => {
            // The same request at the same time was faster.
            let mut found = certificates(records, id)?.into_iter();
            let found = found.find(|record| {
                record.permit.as_ref() == Some(&current.id) && record.key == claim.key
            });
            return match found {
                Some(record) => Ok(Some(Ok(certificate_of(&record)?))),
                None => deny(Error::PermitUsed {
                    holder: id.to_string(),
                }),
            };
        }
        _ => {
            return deny(Error::PermitRevoked {
                holder: id.to_string(),
            });
        }
    };
    let record = CertificateRecord {
        permit: Some(permit.id.clone()),
        ..record_of(issued, &id.to_string(), permit.issue_count, now)?
    };
    // Another holder may have got a certificate for it since, or somebody has reported it.
    match check_key_of(records, &record.key, &record.holder) {
        Ok(()) => {}
        Err(error @ Error::KeyRefused { .. }) => return deny(error),
        Err(error) => return Err(error),
    }
    if records.certificate(&record.serial)?.is_some() {
        return Ok(None);
    }
    records.add_certificate(&record)?;
    permit.state = PermitState::Issued;
    records.change_permit(&permit)?;
    let detail = claim.detail(json!({
        "from": claim.from,
        "serial": record.serial,
        "permit": permit.id,
        "count": permit.issue_count,
    }));
    records.log(&event::line(now, &named(id), event::ACQUIRE, id, &detail))?;
    Ok(Some(Ok(issued.clone())))
}

/// The time step of the code, if it is right.
///
/// A code is for one key under one permit: with these it is good as long as the permit, with
/// anything else it is a replay.
fn step_of(
    codes: &Codes,
    holder: &HolderRecord,
    standing: &Standing,
    claim: &Claim<'_>,
    now: Timestamp,
) -> Result<i64, WrongCode> {
    let permit = standing.permit.as_ref();
    let bound = permit.filter(|permit| permit.key.as_ref() == Some(&claim.key));
    let used = bound.and_then(|permit| permit.code_step);
    if let Some(step) = used.filter(|step| codes.is_of(claim.second, *step)) {
        return Ok(step);
    }
    let step = codes.step(claim.second, now).ok_or(WrongCode)?;
    if holder.code_step.is_some_and(|last| step <= last) {
        return Err(WrongCode);
    }
    Ok(step)
}
