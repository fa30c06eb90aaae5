//! `--from`: the token with the certificate that is renewed onto another one.

use tokencert::Error;
use tokencert::issue::Former;
use tokencert::pkcs11::{ExclusiveModule, PinProvider, TokenAccess};
use tokencert::token::{Need, ObjectSelector, Slot, TokenSelector};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::selector::{object_selector, token_selector};
use crate::ui::Ui;

/// Where the old certificate is.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct FormerArgs {
    /// Where the old certificate is, if not on the same token: the other token's label, serial
    /// number or PKCS#11 URI, or `pc`; or the certificate as SELECTOR names it
    #[arg(long, value_name = "SELECTOR", value_parser = origin)]
    from: Option<Origin>,

    /// Where the PIN of the token with the old certificate comes from: file:PATH, env:NAME or
    /// fd:N; without it, it is asked for
    #[arg(long, value_name = "SOURCE", requires = "from")]
    from_pin_source: Option<PinSource>,
}

/// What `--from` says.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A certificate of the token that gets the new one.
    Certificate(ObjectSelector),
    /// Another token.
    Token(TokenSelector),
}

/// Where the old certificate was found.
pub(crate) enum Place {
    /// On the token that gets the new one.
    Here,
    /// On another token of the same module.
    Slot(Slot),
}

impl Place {
    /// The same for the library.
    pub(crate) fn former<'f>(&'f self, pins: &'f mut dyn PinProvider) -> Former<'f> {
        match self {
            Self::Here => Former::Here,
            Self::Slot(slot) => Former::Slot { slot, pins },
        }
    }
}

impl FormerArgs {
    /// Refuses what would try one PIN on two tokens.
    pub(crate) fn check(&self, context: &Context) -> Result<(), Failure> {
        let own = context.pin_source()?;
        if own.is_some() && own == self.from_pin_source {
            return Err(Failure::usage(message("from-pin-source-same")));
        }
        Ok(())
    }

    /// The certificate that `--from` names.
    pub(crate) fn selector(&self) -> Option<&ObjectSelector> {
        match &self.from {
            Some(Origin::Certificate(selector)) => Some(selector),
            _ => None,
        }
    }

    /// Finds the old certificate's token; `chosen` is the one that gets the new one.
    pub(crate) fn find(&self, module: &ExclusiveModule, chosen: &Slot) -> Result<Place, Failure> {
        let Some(Origin::Token(selector)) = &self.from else {
            return Ok(Place::Here);
        };
        let slots = module.slots()?;
        let name = module.path().display().to_string();
        let slot = selector.choose(&slots, Need::Read, &name)?;
        let identity = |slot: &Slot| slot.token().map(|token| token.identity.clone());
        if identity(slot) == identity(chosen) {
            return Ok(Place::Here);
        }
        Ok(Place::Slot(slot.clone()))
    }

    /// Who gives the PIN of the old certificate's token.
    pub(crate) fn pins<'u>(&self, ui: &'u Ui) -> Pins<'u> {
        Pins::new(self.from_pin_source.clone(), ui).of_option("--from-pin-source")
    }
}

/// A certificate is named as such; anything else is a token.
fn origin(text: &str) -> Result<Origin, Error> {
    let of_object = ["sha256:", "id:", "label:"];
    if of_object.iter().any(|prefix| text.starts_with(prefix)) {
        return object_selector(text).map(Origin::Certificate);
    }
    token_selector(text).map(Origin::Token)
}
