//! Contracts (R1): a contractor ID with an institution.

use jiff::Timestamp;
use serde_json::json;

use super::checks::{broken, checked_id};
use super::holders::FIRST_COUNT;
use super::{Actor, NewHolder, RegistrationAuthority};
use crate::ca::event;
use crate::error::{Error, Result};
use crate::registry::{ContractRecord, HolderId, Transaction};

/// The most characters of an institution's code.
const INSTITUTION_CHARACTERS: usize = 16;

impl RegistrationAuthority {
    /// Registers a contract.
    pub fn add_contract(
        &self,
        id: &str,
        institution: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<ContractRecord> {
        self.operators_only(actor)?;
        let record = self.new_contract(id, institution, now)?;
        self.registry.transaction(|records| {
            add_contract(records, &record, actor, now)?;
            Ok(record.clone())
        })
    }

    /// The contract of a new holder, which is made where it is not there.
    pub(super) fn settle_contract(
        &self,
        records: &mut Transaction<'_>,
        holder: &NewHolder,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let wanted = holder.institution.as_deref();
        if let Some(contract) = records.contract(&holder.id.contract)? {
            return match wanted {
                Some(wanted) if wanted != contract.institution => Err(broken(&format!(
                    "the contract {} is one of the institution {}",
                    contract.id, contract.institution
                ))),
                _ => self
                    .subject(&holder.id, &contract.institution, FIRST_COUNT)
                    .map(|_| ()),
            };
        }
        let institution = wanted.unwrap_or(&self.settings.policy.default_institution);
        let contract = self.new_contract(&holder.id.contract, institution, now)?;
        // What no certificate has room for is better known now than at the first acquisition.
        self.subject(&holder.id, institution, FIRST_COUNT)?;
        add_contract(records, &contract, actor, now)
    }

    fn new_contract(&self, id: &str, institution: &str, now: Timestamp) -> Result<ContractRecord> {
        let administrator = checked_id(&HolderId {
            contract: id.to_owned(),
            user: None,
        })?;
        let is_code = !institution.is_empty()
            && institution.chars().count() <= INSTITUTION_CHARACTERS
            && institution.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_code {
            return Err(broken(
                "the code of an institution has letters and digits of ASCII, 16 at most",
            ));
        }
        self.subject(&administrator, institution, FIRST_COUNT)?;
        Ok(ContractRecord {
            id: administrator.contract,
            institution: institution.to_owned(),
            created: now,
        })
    }

    fn operators_only(&self, actor: &Actor) -> Result<()> {
        match actor {
            Actor::Operator | Actor::Authority => Ok(()),
            Actor::Administrator(_) => Err(broken(&format!(
                "contracts are registered by the operator of {}",
                self.settings.name
            ))),
        }
    }
}

fn add_contract(
    records: &mut Transaction<'_>,
    contract: &ContractRecord,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    if records.contract(&contract.id)?.is_some() {
        let what = contract.id.clone();
        return Err(Error::RegistryConflict { what });
    }
    records.add_contract(contract)?;
    let detail = json!({ "institution": contract.institution });
    records.log(&event::line(
        now,
        actor,
        event::CONTRACT_ADD,
        &contract.id,
        &detail,
    ))
}
