//! The account at an authority: its PIN is asked for early, the second factor right before it is
//! sent. Both are kept in memory only.

use std::cell::RefCell;
use std::rc::Rc;

use secrecy::{ExposeSecret, SecretString};
use tokencert::Error;
use tokencert::authority::{AccountProvider, EnrolmentCode};
use tokencert::profile::SecondFactor;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::i18n::{Message, message};
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// Whose account it is, and where its secrets come from.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct AccountArgs {
    /// Account at the authority: CONTRACT or CONTRACT/USER, or any user name; without it, the
    /// contractor ID and the user ID
    #[arg(long, value_name = "ID")]
    pub(crate) holder: Option<String>,

    /// Where the account's PIN comes from: file:PATH, env:NAME or fd:N; without it, it is asked for
    #[arg(long, value_name = "SOURCE")]
    pub(crate) account_pin_source: Option<PinSource>,

    /// Where the one-time code or confirmation PIN comes from: file:PATH, env:NAME or fd:N; without
    /// it, it is asked for
    #[arg(long, value_name = "SOURCE")]
    pub(crate) second_factor_source: Option<PinSource>,

    /// Where an enrolment code comes from, in place of PIN and second factor: file:PATH, env:NAME or
    /// fd:N
    #[arg(long, value_name = "SOURCE",
        conflicts_with_all = ["account_pin_source", "second_factor_source"])]
    pub(crate) enrolment_code_source: Option<PinSource>,
}

impl AccountArgs {
    /// Keeps the secrets from other processes.
    pub(crate) fn guard(&self, context: &Context) {
        context.guard(self.account_pin_source.as_ref());
        context.guard(self.second_factor_source.as_ref());
        context.guard(self.enrolment_code_source.as_ref());
    }
}

/// An account and its secrets, once they were asked for.
#[derive(Clone)]
pub(crate) struct Account<'u> {
    pub(crate) holder: String,
    pin_source: Option<PinSource>,
    second_source: Option<PinSource>,
    code_source: Option<PinSource>,
    factor: Option<SecondFactor>,
    pin: Rc<RefCell<Option<SecretString>>>,
    /// What stands in the place of PIN and second factor.
    code: Rc<RefCell<Option<EnrolmentCode>>>,
    ui: &'u Ui,
}

impl<'u> Account<'u> {
    pub(crate) fn new(
        holder: String,
        args: &AccountArgs,
        factor: Option<SecondFactor>,
        ui: &'u Ui,
    ) -> Self {
        Self {
            holder,
            pin_source: args.account_pin_source.clone(),
            second_source: args.second_factor_source.clone(),
            code_source: args.enrolment_code_source.clone(),
            factor,
            pin: Rc::default(),
            code: Rc::default(),
            ui,
        }
    }

    /// The same, with an enrolment code that is at hand.
    pub(crate) fn with_code(self, code: Option<EnrolmentCode>) -> Self {
        self.code.replace(code);
        self
    }

    /// Has the PIN asked for now, or the enrolment code that stands in its place.
    pub(crate) fn ask_pin(&self) -> Result<(), Error> {
        let unread = self.code_source.as_ref();
        if let Some(source) = unread.filter(|_| self.code.borrow().is_none()) {
            let code = read_secret(source, self.ui)?.parse()?;
            self.code.replace(Some(code));
        }
        if self.code.borrow().is_none() && self.pin.borrow().is_none() {
            let pin = pin(self.pin_source.as_ref(), &self.holder, self.ui)?;
            self.pin.replace(Some(pin));
        }
        Ok(())
    }

    /// The second factor; none where there is nobody to ask and nobody who says that there is one.
    fn second(&self) -> Result<Option<Zeroizing<String>>, Error> {
        if let Some(source) = &self.second_source {
            return source.read().map(Some);
        }
        let key = match self.factor {
            Some(SecondFactor::None) => return Ok(None),
            Some(SecondFactor::ConfirmationPin) => "ask-confirmation-pin",
            Some(SecondFactor::OneTimeCode) => "ask-one-time-code",
            None => "ask-second-factor",
        };
        let typed = self.ui.ask_pin(&said(key, &self.holder))?;
        match (typed, self.factor) {
            (None, Some(_)) => Err(Error::SecondFactorMissing {
                holder: self.holder.clone(),
            }),
            (typed, _) => Ok(typed),
        }
    }
}

impl AccountProvider for Account<'_> {
    fn password(&mut self, _: &str) -> Result<SecretString, Error> {
        self.ask_pin()?;
        if let Some(code) = self.code.borrow().as_ref() {
            return Ok(code.expose());
        }
        let second = self.second()?;
        let pin = self.pin.borrow();
        let pin = pin
            .as_ref()
            .map(ExposeSecret::expose_secret)
            .unwrap_or_default();
        Ok(SecretString::from(match second {
            Some(second) => format!("{pin}:{}", *second),
            None => pin.to_owned(),
        }))
    }
}

/// The PIN of an account.
pub(crate) fn pin(
    source: Option<&PinSource>,
    holder: &str,
    ui: &Ui,
) -> Result<SecretString, Error> {
    let typed = match source {
        Some(source) => Some(read_secret(source, ui)?),
        None => ui.ask_pin(&said("ask-account-pin", holder))?,
    };
    let typed = typed.ok_or_else(|| Error::AccountPinMissing {
        holder: holder.to_owned(),
    })?;
    Ok(SecretString::from(typed.as_str()))
}

/// What a source has; whoever else can read it could use it.
fn read_secret(source: &PinSource, ui: &Ui) -> Result<Zeroizing<String>, Error> {
    if source.is_open_to_others() {
        ui.warn(&message("account-pin-file-open").with("source", source));
    }
    source.read()
}

fn said(key: &str, holder: &str) -> Message {
    message(key).with("holder", tokencert::certificate::sanitized(holder))
}
