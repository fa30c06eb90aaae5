//! What is checked of an order: who gives it, and whom it names.

use super::Actor;
use crate::certificate::sanitized;
use crate::error::{Error, Result};
use crate::registry::HolderId;
use crate::request::AlternativeName;

/// The most characters of a name.
pub(super) const NAME_CHARACTERS: usize = 64;

/// An administrator acts for users of the own contract, and never for itself (R8).
pub(super) fn check_actor(actor: &Actor, id: &HolderId) -> Result<()> {
    match actor {
        Actor::Administrator(contract) if *contract != id.contract => Err(broken(
            "an administrator acts for users of the own contract",
        )),
        Actor::Administrator(_) if id.user.is_none() => {
            Err(broken("nobody acts for an administrator but the operator"))
        }
        Actor::Administrator(_) | Actor::Operator | Actor::Authority => Ok(()),
    }
}

pub(super) fn broken(rule: &str) -> Error {
    Error::RuleBroken {
        rule: rule.to_owned(),
    }
}

/// The ID as it is read back from its text: parts with a slash would be another's.
pub(super) fn checked_id(id: &HolderId) -> Result<HolderId> {
    let read: HolderId = id.to_string().parse()?;
    if read == *id {
        return Ok(read);
    }
    Err(Error::HolderIdInvalid {
        holder: id.to_string(),
    })
}

pub(super) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let good =
        !name.is_empty() && name.chars().count() <= NAME_CHARACTERS && sanitized(name) == name;
    if good {
        return Ok(name.to_owned());
    }
    Err(broken("a name has 1 to 64 characters that can be printed"))
}

pub(super) fn checked_email(address: &str) -> Result<String> {
    format!("email:{address}").parse::<AlternativeName>()?;
    Ok(address.to_owned())
}
