//! `--from`: the token with the certificate that is renewed onto another one.

mod child;
mod serve;
mod wire;

use std::path::PathBuf;
use std::process::Command;

use tokencert::Error;
use tokencert::issue::Former;
use tokencert::pkcs11::{ExclusiveModule, PinProvider, TokenAccess};
use tokencert::token::{Need, ObjectSelector, Slot, TokenIdentity, TokenSelector};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Destination;
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::selector::{object_selector, token_selector};
use crate::softhsm;
use crate::ui::Ui;

pub(crate) use child::Signer;
pub(crate) use serve::{FormerKeyArgs, run as serve};

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

    /// PKCS#11 module of the token with the old certificate, if it is another one: the library's
    /// absolute path
    #[arg(long, value_name = "PATH", requires = "from")]
    from_module: Option<PathBuf>,
}

/// What `--from` says.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A certificate of the token that gets the new one.
    Certificate(ObjectSelector),
    /// Another token, as it was written.
    Token(TokenSelector, String),
    /// The user's own software token.
    Pc,
}

/// Where the old certificate was found.
pub(crate) enum Place {
    /// On the token that gets the new one.
    Here,
    /// On another token of the same module.
    Slot(Slot),
    /// On a token of another module, which another process has loaded.
    Elsewhere(Box<Signer>),
}

impl Place {
    /// The same for the library.
    pub(crate) fn former<'f>(&'f self, pins: &'f mut dyn PinProvider) -> Former<'f> {
        match self {
            Self::Here => Former::Here,
            Self::Slot(slot) => Former::Slot { slot, pins },
            Self::Elsewhere(signer) => {
                let token = signer.token.clone();
                match signer.present() {
                    Some(present) => Former::Elsewhere { present, token },
                    None => Former::Gone { token },
                }
            }
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

    /// Finds the old certificate's token; `chosen` is the one that gets the new one. Of several
    /// certificates on a token of another module, it is the one that `selector` means.
    pub(crate) fn find(
        &self,
        module: &ExclusiveModule,
        chosen: &Slot,
        (selector, retire): (Option<&str>, bool),
        context: &Context,
    ) -> Result<Place, Failure> {
        let token = match &self.from {
            None | Some(Origin::Certificate(_)) => return Ok(Place::Here),
            Some(Origin::Pc) if context.destination() == Some(Destination::Pc) => {
                return Ok(Place::Here);
            }
            Some(Origin::Pc) => ["--to", "pc"],
            Some(Origin::Token(wanted, written)) => {
                if self.from_module.is_none() {
                    let slots = module.slots()?;
                    let name = module.path().display().to_string();
                    match wanted.choose(&slots, Need::Read, &name) {
                        Ok(slot) if identity(slot) == identity(chosen) => return Ok(Place::Here),
                        Ok(slot) => return Ok(Place::Slot(slot.clone())),
                        Err(Error::TokenNotFound { .. } | Error::TokenAbsent { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                ["--token", written]
            }
        };
        let mut command = self.command(context)?;
        command.args(token).args(selector);
        if retire {
            command.arg("--retire");
        }
        let [_, name] = token;
        Ok(Place::Elsewhere(Box::new(Signer::start(command, name)?)))
    }

    /// The other process, which asks for its token's PIN itself.
    fn command(&self, context: &Context) -> Result<Command, Failure> {
        let program =
            std::env::current_exe().map_err(|error| Error::reading("tokencert", error))?;
        let mut command = Command::new(program);
        command.arg("former-key");
        context.hand_down(&mut command);
        softhsm::look_as_before(&mut command);
        if let Some(module) = &self.from_module {
            command.arg("--module").arg(module);
        }
        if let Some(source) = &self.from_pin_source {
            command.arg("--pin-source").arg(source.to_string());
        }
        Ok(command)
    }

    /// Who gives the PIN of the old certificate's token.
    pub(crate) fn pins<'u>(&self, ui: &'u Ui) -> Pins<'u> {
        Pins::new(self.from_pin_source.clone(), ui).of_option("--from-pin-source")
    }
}

fn identity(slot: &Slot) -> Option<&TokenIdentity> {
    slot.token().map(|token| &token.identity)
}

/// A certificate is named as such, and so is this PC; anything else is a token.
fn origin(text: &str) -> Result<Origin, Error> {
    let of_object = ["sha256:", "id:", "label:"];
    if of_object.iter().any(|prefix| text.starts_with(prefix)) {
        return object_selector(text).map(Origin::Certificate);
    }
    if text == "pc" {
        return Ok(Origin::Pc);
    }
    token_selector(text).map(|token| Origin::Token(token, text.to_owned()))
}
