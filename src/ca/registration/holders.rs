//! Contracts and holders (R1): registering them, their PINs and codes, suspending and unlocking.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::checks::{
    NAME_CHARACTERS, broken, check_actor, checked_email, checked_id, checked_name,
};
use super::permits::{new_id, open_permit};
use super::views::holder_in;
use super::{Actor, FirstSecrets, HolderView, NewHolder, RegistrationAuthority};
use crate::ca::codes::{Codes, SECRET_BYTES};
use crate::ca::{Random, credentials, event, kana};
use crate::error::{Error, Result};
use crate::registry::{
    HolderId, HolderRecord, PermitReason, SecondFactor, Suspension, Transaction,
};

/// The issue count of a registration.
pub(super) const FIRST_COUNT: u32 = 1;

/// What a holder proves to be it with.
struct Credentials {
    pin: String,
    confirmation_pin: String,
    code_secret: Option<String>,
    first: FirstSecrets,
}

impl RegistrationAuthority {
    /// Registers a holder, whose first permit is opened (R1, R3).
    ///
    /// # Errors
    ///
    /// [`Error::RegistryConflict`] if the holder is there, [`Error::RuleBroken`] for a name that is
    /// not kana, an address that is none, one user too many, or an administrator who acts outside
    /// of the own contract.
    pub fn add_holder(
        &self,
        holder: &NewHolder,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<(HolderView, FirstSecrets)> {
        check_actor(actor, &holder.id)?;
        let policy = &self.settings.policy;
        let id = checked_id(&holder.id)?;
        let kana = kana::half_width(&holder.kana)
            .filter(|kana| kana.chars().count() <= NAME_CHARACTERS)
            .ok_or_else(|| broken("a name in kana is needed: kana and blanks, 64 at most"))?;
        let name = holder.name.as_deref().map(checked_name).transpose()?;
        let email = holder.email.as_deref().map(checked_email).transpose()?;
        let second_factor = match id.user {
            None => SecondFactor::ConfirmationPin,
            Some(_) => holder.second_factor.unwrap_or(policy.second_factor),
        };
        let made = self.new_credentials(&id, second_factor, &mut *random)?;
        let permit = new_id(random)?;
        let permit =
            self.new_permit(permit, &id, (PermitReason::Registration, FIRST_COUNT), now)?;
        let record = HolderRecord {
            id: id.clone(),
            kana,
            name,
            email,
            pin: made.pin,
            confirmation_pin: made.confirmation_pin,
            first_pins: true,
            second_factor,
            code_secret: made.code_secret,
            code_step: None,
            tries: 0,
            locked: false,
            suspended: None,
            created: now,
        };
        let view = self.registry.transaction(|records| {
            self.settle_contract(records, holder, actor, now)?;
            self.check_room(records, &id)?;
            if records.holder(&id)?.is_some() {
                return Err(Error::RegistryConflict {
                    what: id.to_string(),
                });
            }
            records.add_holder(&record)?;
            let detail = json!({ "kana": record.kana });
            records.log(&event::line(now, actor, event::HOLDER_ADD, &id, &detail))?;
            open_permit(records, &permit, actor)?;
            self.view(records, &record, now)
        })?;
        Ok((view, made.first))
    }

    /// Suspends (R8).
    pub fn suspend(
        &self,
        id: &HolderId,
        reason: Suspension,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<HolderView> {
        let name = match reason {
            Suspension::Stopped => "stopped",
            Suspension::Lost => "lost",
        };
        let detail = json!({ "reason": name });
        self.change(id, actor, (event::HOLDER_SUSPEND, &detail), now, |holder| {
            holder.suspended = Some(reason);
        })
    }

    /// Ends a suspension.
    pub fn resume(&self, id: &HolderId, actor: &Actor, now: Timestamp) -> Result<HolderView> {
        self.change(
            id,
            actor,
            (event::HOLDER_RESUME, &json!({})),
            now,
            |holder| {
                holder.suspended = None;
            },
        )
    }

    /// Unlocks after wrong tries (R9).
    pub fn unlock(&self, id: &HolderId, actor: &Actor, now: Timestamp) -> Result<HolderView> {
        self.change(id, actor, (event::HOLDER_UNLOCK, &json!({})), now, unlocked)
    }

    /// New random PINs, which are shown once; unlocks too.
    pub fn reset_pins(
        &self,
        id: &HolderId,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<FirstSecrets> {
        check_actor(actor, id)?;
        // The secret of one-time codes stays: it has an operation of its own.
        let made = self.new_credentials(id, SecondFactor::ConfirmationPin, random)?;
        self.change(id, actor, (event::PINS_RESET, &json!({})), now, |holder| {
            holder.pin.clone_from(&made.pin);
            holder.confirmation_pin.clone_from(&made.confirmation_pin);
            holder.first_pins = true;
            unlocked(holder);
        })?;
        Ok(made.first)
    }

    /// PINs that the holder has chosen; unlocks too.
    ///
    /// # Errors
    ///
    /// [`Error::RuleBroken`] for PINs that are too short, equal, or cannot be sent.
    pub fn set_pins(
        &self,
        id: &HolderId,
        (pin, confirmation_pin): (&SecretString, &SecretString),
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<HolderView> {
        check_actor(actor, id)?;
        let policy = &self.settings.policy.pins;
        credentials::check(pin, confirmation_pin, policy)?;
        let pin = credentials::hash(pin, policy, &mut *random)?;
        let confirmation_pin = credentials::hash(confirmation_pin, policy, random)?;
        self.change(id, actor, (event::PINS_CHANGE, &json!({})), now, |holder| {
            holder.pin.clone_from(&pin);
            holder.confirmation_pin.clone_from(&confirmation_pin);
            holder.first_pins = false;
            unlocked(holder);
        })
    }

    /// A new secret of one-time codes; the old one ends. From now on the holder is asked for them.
    ///
    /// # Errors
    ///
    /// [`Error::RuleBroken`] for an administrator, whose second factor is the confirmation PIN.
    pub fn renew_code(
        &self,
        id: &HolderId,
        actor: &Actor,
        now: Timestamp,
        random: Random<'_>,
    ) -> Result<SecretString> {
        if id.user.is_none() {
            return Err(broken("administrators are asked for the confirmation PIN"));
        }
        let (secret, uri) = self.new_code(id, random)?;
        self.change(id, actor, (event::CODE_RENEW, &json!({})), now, |holder| {
            holder.code_secret = Some(secret.clone());
            holder.code_step = None;
            holder.second_factor = SecondFactor::OneTimeCode;
        })?;
        Ok(uri)
    }

    /// Changes a holder's record, with its line in the log.
    fn change(
        &self,
        id: &HolderId,
        actor: &Actor,
        (action, detail): (&str, &serde_json::Value),
        now: Timestamp,
        mut act: impl FnMut(&mut HolderRecord),
    ) -> Result<HolderView> {
        check_actor(actor, id)?;
        self.registry.transaction(|records| {
            let mut holder = holder_in(records, id)?;
            act(&mut holder);
            records.change_holder(&holder)?;
            records.log(&event::line(now, actor, action, id, detail))?;
            self.view(records, &holder, now)
        })
    }

    /// Room for one more user under the contract.
    fn check_room(&self, records: &mut Transaction<'_>, id: &HolderId) -> Result<()> {
        let most = usize::from(self.settings.policy.maximum_users);
        let holders = records.holders(Some(&id.contract))?;
        let users = holders.iter().filter(|one| one.id.user.is_some()).count();
        if id.user.is_some() && users >= most {
            return Err(broken(&format!("a contract has {most} users at most")));
        }
        Ok(())
    }

    fn new_credentials(
        &self,
        id: &HolderId,
        factor: SecondFactor,
        random: Random<'_>,
    ) -> Result<Credentials> {
        let policy = &self.settings.policy.pins;
        let [pin, confirmation_pin] = [
            credentials::random_pin(policy, &mut *random)?,
            credentials::random_pin(policy, &mut *random)?,
        ];
        let code = match factor {
            SecondFactor::OneTimeCode => Some(self.new_code(id, &mut *random)?),
            SecondFactor::ConfirmationPin => None,
        };
        let (code_secret, code_uri) = code.unzip();
        Ok(Credentials {
            pin: credentials::hash(&pin, policy, &mut *random)?,
            confirmation_pin: credentials::hash(&confirmation_pin, policy, random)?,
            code_secret,
            first: FirstSecrets {
                pin,
                confirmation_pin,
                code_uri,
            },
        })
    }

    /// A secret of one-time codes, encrypted, and what an authenticator reads.
    fn new_code(&self, id: &HolderId, random: Random<'_>) -> Result<(String, SecretString)> {
        let owner = id.to_string();
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        random(secret.as_mut())?;
        let uri = Codes::new(secret.as_ref(), &owner, &self.settings.name)?.uri()?;
        let sealed = self.secrets.seal(secret.as_ref(), &owner, random)?;
        Ok((sealed, uri))
    }
}

fn unlocked(holder: &mut HolderRecord) {
    holder.tries = 0;
    holder.locked = false;
}
