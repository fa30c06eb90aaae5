//! Contracts and holders.

use super::{Statement, Transaction};
use crate::error::Result;
use crate::registry::record::{ContractRecord, HolderId, HolderRecord, SecondFactor};
use crate::registry::row::Word;

impl Transaction<'_> {
    /// The contract of this ID.
    pub fn contract(&mut self, id: &str) -> Result<Option<ContractRecord>> {
        self.one(Statement::new("SELECT * FROM contract WHERE id = $1").text(id))
    }

    /// Every contract, by ID.
    pub fn contracts(&mut self) -> Result<Vec<ContractRecord>> {
        self.all(Statement::new("SELECT * FROM contract ORDER BY id"))
    }

    /// A new contract.
    pub fn add_contract(&mut self, record: &ContractRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO contract (id, institution, created) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        )
        .text(&record.id)
        .text(&record.institution)
        .time(record.created);
        self.add(statement, &format_args!("contract {}", record.id))
    }

    /// The holder of this ID.
    pub fn holder(&mut self, id: &HolderId) -> Result<Option<HolderRecord>> {
        self.one(
            Statement::new("SELECT * FROM holder WHERE contract = $1 AND member = $2").holder(id),
        )
    }

    /// The holders of one contract or of all, by contract, the administrator first, then by user.
    pub fn holders(&mut self, contract: Option<&str>) -> Result<Vec<HolderRecord>> {
        // The administrator's user is the empty text, which comes first.
        self.all(match contract {
            Some(contract) => {
                Statement::new("SELECT * FROM holder WHERE contract = $1 ORDER BY member")
                    .text(contract)
            }
            None => Statement::new("SELECT * FROM holder ORDER BY contract, member"),
        })
    }

    /// A user whose second factor is this one, if there is any.
    pub fn user_with(&mut self, second_factor: SecondFactor) -> Result<Option<HolderRecord>> {
        let statement = Statement::new(
            "SELECT * FROM holder WHERE second_factor = $1 AND member <> '' \
             ORDER BY contract, member LIMIT 1",
        );
        self.one(statement.text(second_factor.word()))
    }

    /// A new holder.
    pub fn add_holder(&mut self, record: &HolderRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO holder (contract, member, kana, name, email, pin, confirmation_pin, \
             first_pins, second_factor, code_secret, code_step, tries, locked, suspended, created) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
             ON CONFLICT DO NOTHING",
        );
        self.add(
            statement.all_of_holder(record),
            &format_args!("holder {}", record.id),
        )
    }

    /// The changed record of a holder.
    pub fn change_holder(&mut self, record: &HolderRecord) -> Result<()> {
        let statement = Statement::new(
            "UPDATE holder SET kana = $3, name = $4, email = $5, pin = $6, confirmation_pin = $7, \
             first_pins = $8, second_factor = $9, code_secret = $10, code_step = $11, tries = $12, \
             locked = $13, suspended = $14, created = $15 WHERE contract = $1 AND member = $2",
        );
        self.change(
            statement.all_of_holder(record),
            &format_args!("holder {}", record.id),
        )
    }
}

impl Statement {
    pub(super) fn holder(self, id: &HolderId) -> Self {
        self.text(&id.contract)
            .text(id.user.as_deref().unwrap_or_default())
    }

    fn all_of_holder(self, record: &HolderRecord) -> Self {
        self.holder(&record.id)
            .text(&record.kana)
            .text_if_any(record.name.as_deref())
            .text_if_any(record.email.as_deref())
            .text(&record.pin)
            .text(&record.confirmation_pin)
            .flag(record.first_pins)
            .text(record.second_factor.word())
            .text_if_any(record.code_secret.as_deref())
            .bind(record.code_step)
            .bind(i64::from(record.tries))
            .flag(record.locked)
            .text_if_any(record.suspended.map(Word::word))
            .time(record.created)
    }
}
