//! What there is of a holder, and what it means now.

use jiff::Timestamp;

use super::{HolderState, HolderView, RegistrationAuthority};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::lifecycle::{Lifecycle, State, Windows};
use crate::registry::{
    CertificateRecord, ContractRecord, HolderId, HolderRecord, PermitReason, PermitRecord,
    PermitState, Transaction,
};

/// The permit and the certificate of a holder that count.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) permit: Option<PermitRecord>,
    pub(super) certificate: Option<CertificateRecord>,
}

impl Standing {
    pub(super) fn of(records: &mut Transaction<'_>, id: &HolderId) -> Result<Self> {
        let mut permits = records.permits(id)?.into_iter();
        let newest = permits.next();
        let is_over = |permit: &PermitRecord| permit.state == PermitState::Closed;
        // At most one is not closed; the clock may have stood still since the one before.
        let permit = match newest {
            Some(newest) if is_over(&newest) => {
                Some(permits.find(|one| !is_over(one)).unwrap_or(newest))
            }
            other => other,
        };
        Ok(Self {
            permit,
            certificate: present(certificates(records, id)?),
        })
    }
}

/// The certificates that a holder has acquired and renewed, the newest first.
pub(super) fn certificates(
    records: &mut Transaction<'_>,
    id: &HolderId,
) -> Result<Vec<CertificateRecord>> {
    let mut found = records.certificates_of(&id.to_string())?;
    found.retain(|record| !record.by_operator);
    Ok(found)
}

/// The newest that is not revoked and not renewed, else the newest.
fn present(found: Vec<CertificateRecord>) -> Option<CertificateRecord> {
    let renewed: Vec<String> = found
        .iter()
        .filter(|record| record.revoked.is_none())
        .filter_map(|record| record.renews.clone())
        .collect();
    let counts =
        |record: &CertificateRecord| record.revoked.is_none() && !renewed.contains(&record.serial);
    let place = found.iter().position(counts).unwrap_or(0);
    found.into_iter().nth(place)
}

/// The certificate of a record.
pub(in crate::ca) fn certificate_of(record: &CertificateRecord) -> Result<Certificate> {
    Certificate::from_der(&record.der)
}

/// The life of the certificate of a record.
pub(in crate::ca) fn life_of(record: &CertificateRecord, windows: &Windows) -> Result<Lifecycle> {
    Lifecycle::new(record.not_before, record.not_after, windows)
}

impl RegistrationAuthority {
    /// The holders of one contract or of all.
    pub fn holders(&self, contract: Option<&str>, now: Timestamp) -> Result<Vec<HolderView>> {
        self.registry.read(|records| {
            let holders = records.holders(contract)?;
            let views = holders.iter().map(|holder| self.view(records, holder, now));
            views.collect()
        })
    }

    /// One holder.
    pub fn holder(&self, id: &HolderId, now: Timestamp) -> Result<HolderView> {
        self.registry.read(|records| {
            let holder = holder_in(records, id)?;
            self.view(records, &holder, now)
        })
    }

    /// Every contract.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is for one lifetime"
    )]
    pub fn contracts(&self) -> Result<Vec<ContractRecord>> {
        self.registry.read(|records| records.contracts())
    }

    pub(in crate::ca) fn view(
        &self,
        records: &mut Transaction<'_>,
        holder: &HolderRecord,
        now: Timestamp,
    ) -> Result<HolderView> {
        let contract = contract_in(records, &holder.id.contract)?;
        let standing = Standing::of(records, &holder.id)?;
        let certificate = standing.certificate.as_ref();
        Ok(HolderView {
            id: holder.id.clone(),
            institution: contract.institution,
            kana: holder.kana.clone(),
            name: holder.name.clone(),
            email: holder.email.clone(),
            second_factor: holder.second_factor,
            first_pins: holder.first_pins,
            locked: holder.locked || holder.tries >= self.settings.policy.tries,
            state: self.state(holder, &standing, now)?,
            certificate: certificate.map(certificate_of).transpose()?,
            permit: standing.permit,
        })
    }

    fn state(
        &self,
        holder: &HolderRecord,
        standing: &Standing,
        now: Timestamp,
    ) -> Result<HolderState> {
        if let Some(reason) = holder.suspended {
            return Ok(HolderState::Suspended(reason));
        }
        let unused = |permit: &&PermitRecord| {
            matches!(permit.state, PermitState::Open | PermitState::Bound)
                && permit.reason != PermitReason::Expiry
        };
        if let Some(permit) = standing.permit.as_ref().filter(unused) {
            return Ok(if now < permit.closes {
                HolderState::Waiting(permit.closes)
            } else {
                HolderState::ReissueNeeded
            });
        }
        let Some(record) = &standing.certificate else {
            return Ok(HolderState::ReissueNeeded);
        };
        if record.revoked.is_some() {
            return Ok(HolderState::Revoked);
        }
        let life = life_of(record, &self.settings.policy.windows)?;
        Ok(match life.state(now) {
            State::NotYetValid | State::Valid => HolderState::Valid,
            State::InRenewalWindow => HolderState::InRenewalWindow,
            State::Acquirable { .. } => HolderState::Acquirable(life.acquisition_closes()),
            State::ReissueNeeded => HolderState::ReissueNeeded,
        })
    }
}

pub(super) fn holder_in(records: &mut Transaction<'_>, id: &HolderId) -> Result<HolderRecord> {
    records.holder(id)?.ok_or_else(|| Error::RegistryAbsent {
        what: id.to_string(),
    })
}

pub(super) fn contract_in(records: &mut Transaction<'_>, id: &str) -> Result<ContractRecord> {
    records.contract(id)?.ok_or_else(|| Error::RegistryAbsent {
        what: id.to_owned(),
    })
}
