//! On whose behalf a change is made at the operator's desk.

use secrecy::{ExposeSecret, SecretString};
use tokencert::Error;
use tokencert::ca::{Actor, RegistrationAuthority};
use tokencert::registry::HolderId;

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// The operator, unless an administrator is named.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct ActorArgs {
    /// Apply the rules of this contract's administrator, who is at the desk
    #[arg(long = "as", value_name = "CONTRACT", value_parser = contract)]
    administrator: Option<String>,

    /// Where the administrator's confirmation PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", requires = "administrator")]
    confirmation_pin_source: Option<PinSource>,
}

impl ActorArgs {
    /// Who acts; an administrator gives the confirmation PIN.
    pub(crate) fn actor(
        &self,
        authority: &RegistrationAuthority,
        context: &Context,
        ui: &Ui,
    ) -> Result<Actor, Failure> {
        let Some(contract) = &self.administrator else {
            return Ok(Actor::Operator);
        };
        let question = message("ask-confirmation-pin").with("contract", contract);
        let pin = secret(self.confirmation_pin_source.as_ref(), &question, ui)?;
        let pin = pin.ok_or_else(|| Failure::usage(message("confirmation-pin-missing")))?;
        Ok(authority.administrator(contract, pin.expose_secret(), context.now())?)
    }

    /// The contract that the administrator is limited to.
    pub(crate) fn contract(&self) -> Option<&str> {
        self.administrator.as_deref()
    }
}

/// A contract's ID on the command line.
pub(crate) fn contract(text: &str) -> Result<String, Error> {
    let id: HolderId = text.parse()?;
    match id.user {
        None => Ok(id.contract),
        Some(_) => Err(Error::HolderIdInvalid {
            holder: tokencert::certificate::sanitized(text),
        }),
    }
}

/// A secret from its source, or from the terminal; nothing where nobody can be asked.
pub(crate) fn secret(
    source: Option<&PinSource>,
    question: &Message,
    ui: &Ui,
) -> Result<Option<SecretString>, Failure> {
    let Some(source) = source else {
        let typed = ui.ask_pin(question)?;
        return Ok(typed.map(|text| SecretString::from(text.as_str())));
    };
    if source.is_open_to_others() {
        ui.warn(&message("pin-file-open").with("source", source));
    }
    Ok(Some(SecretString::from(source.read()?.as_str())))
}
