//! `tokencert token init`

use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::pkcs11::{Initialization, Pin, PinProvider, TokenAccess, initialize};
use tokencert::token::{Candidates, Slot, TokenFlags, TokenIdentity, TokenInfo};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::numbers::number;
use crate::pin_source::PinSource;
use crate::pins::{ByKind, NewPins, Pins};
use crate::ui::Ui;
use crate::{modules, session};

/// Initialise a token: give it a label, an SO PIN and a PIN
///
/// Whatever is on the token is lost. One that was initialised before has to be confirmed by its
/// serial number, wants its present SO PIN, and is refused if it holds keys or certificates.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    $ tokencert token init --module /usr/lib/libeToken.so --serial 0a1b2c3d --label 'Taro'")]
pub(crate) struct InitArgs {
    /// Serial number of the token
    #[arg(
        long,
        value_name = "SERIAL",
        required_unless_present = "slot",
        conflicts_with = "slot"
    )]
    serial: Option<String>,

    /// ID of the slot that the token is in
    #[arg(long, value_name = "ID", value_parser = |text: &str| number(text, 0..=u64::MAX))]
    slot: Option<u64>,

    /// New label of the token, at most 32 bytes
    #[arg(long, value_name = "LABEL")]
    label: String,

    /// Where the SO PIN comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE")]
    so_pin_source: Option<PinSource>,

    /// Where the token's present PIN comes from, to see keys that only show with it
    #[arg(long, value_name = "SOURCE")]
    present_pin_source: Option<PinSource>,

    /// Serial number of the token, as confirmation
    #[arg(long, value_name = "SERIAL")]
    confirm_serial: Option<String>,

    /// Initialise a token that holds keys or certificates, which are lost
    #[arg(long)]
    destroy_objects: bool,
}

pub(crate) fn run(args: &InitArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let module = args.module(context, ui)?;
    session::loaded(&module, context, |module| {
        let seen = args.choose(&module.slots()?)?;
        let mut plan = Initialization::new(&args.label);
        plan.destroy_objects = args.destroy_objects;
        plan.policy = context.login_policy();
        args.warn_of_unseen(&seen, ui);
        plan.confirmed_serial = args.confirmation(&seen, ui)?;
        let _lock = session::lock(&identity(&seen), context, ui)?;
        // Another program may have changed the token while this one asked and waited.
        module.look_afresh()?;
        let slot = args.choose(&module.slots()?)?;
        if identity(&slot) != identity(&seen) {
            let (expected, found) = (identity(&seen).to_string(), identity(&slot).to_string());
            return Err(Error::TokenChanged { expected, found }.into());
        }

        plan.present_pin = args.present_pin(&slot, ui)?;
        let so_pins = || Pins::new(args.so_pin_source.clone(), ui).of_option("--so-pin-source");
        let (so, user) = (so_pins(), context.pins(ui)?);
        let (mut present, mut new) = (so_pins(), NewPins(&so));
        let so: &mut dyn PinProvider = if initialized(&slot) {
            &mut present
        } else {
            &mut new
        };
        let mut pins = ByKind {
            so,
            user: &mut NewPins(&user),
        };
        let token = initialize(module, &slot, &plan, &mut pins)?;
        ui.status(&message("token-initialized").with("token", ui.phrase(token)));
        Ok(Exit::Done)
    })
}

impl InitArgs {
    /// The module that shows the token; a slot's ID means nothing without its module.
    fn module(&self, context: &Context, ui: &Ui) -> Result<std::path::PathBuf, Failure> {
        let candidates = modules::candidates(context, ui)?;
        if let [module] = candidates.as_slice() {
            return Ok(module.clone());
        }
        let look = modules::look_at(&candidates, context, ui);
        let mut showing = look.listings.iter().filter(|listing| {
            listing
                .slots()
                .any(|slot| self.serial.is_some() && self.means(&slot))
        });
        match (showing.next(), showing.next()) {
            (Some(listing), None) => Ok(listing.module.clone()),
            _ => Err(Failure::usage(message("module-missing"))),
        }
    }

    fn means(&self, slot: &Slot) -> bool {
        match (&self.serial, self.slot) {
            (Some(serial), _) => slot
                .token()
                .is_some_and(|token| token.identity.serial == *serial),
            (None, id) => Some(slot.id) == id,
        }
    }

    fn choose(&self, slots: &[Slot]) -> Result<Slot, Error> {
        let identities = |slots: &[&Slot]| {
            let tokens = slots.iter().filter_map(|slot| slot.token());
            Candidates(tokens.map(|token| token.identity.clone()).collect())
        };
        let wanted = || match (&self.serial, self.slot) {
            (Some(serial), _) => format!("`{}`", sanitized(serial)),
            (None, slot) => format!("slot {}", slot.unwrap_or_default()),
        };
        let found: Vec<&Slot> = slots
            .iter()
            .filter(|slot| slot.token().is_some() && self.means(slot))
            .collect();
        match found.as_slice() {
            [slot] => Ok((*slot).clone()),
            [] => Err(Error::TokenNotFound {
                wanted: wanted(),
                present: identities(&slots.iter().collect::<Vec<_>>()).to_string(),
            }),
            several => Err(Error::TokenAmbiguous {
                wanted: wanted(),
                candidates: identities(several),
            }),
        }
    }

    /// Says what a look without the present PIN cannot show: it may be all that the token holds.
    fn warn_of_unseen(&self, slot: &Slot, ui: &Ui) {
        let hides = |token: &TokenInfo| {
            token.flags.has(TokenFlags::TOKEN_INITIALIZED)
                && token.flags.has(TokenFlags::LOGIN_REQUIRED)
        };
        let unseen = slot.token().filter(|token| hides(token));
        let looks = self.destroy_objects || self.present_pin_source.is_some();
        if let (Some(token), false) = (unseen, looks) {
            ui.warn(&message("init-unseen").with("token", ui.phrase(&token.identity)));
        }
    }

    /// The token's present PIN, where one was named and there is something to see with it.
    fn present_pin(&self, slot: &Slot, ui: &Ui) -> Result<Option<Pin>, Error> {
        if self.destroy_objects || !initialized(slot) {
            return Ok(None);
        }
        let source = self.present_pin_source.as_ref();
        source
            .map(|source| Pins::new(None, ui).read(source))
            .transpose()
    }

    /// The serial number, from the option or typed at the terminal.
    fn confirmation(&self, slot: &Slot, ui: &Ui) -> Result<Option<String>, Failure> {
        if self.confirm_serial.is_some() || !initialized(slot) {
            return Ok(self.confirm_serial.clone());
        }
        let Some(token) = slot.token() else {
            return Ok(None);
        };
        let question = message("confirm-serial").with("token", ui.phrase(&token.identity));
        ui.ask(&question.with("serial", sanitized(&token.identity.serial)))
    }
}

/// Which token is in the slot; blank ones are often equal.
fn identity(slot: &Slot) -> TokenIdentity {
    let token = slot.token();
    token
        .map(|token| token.identity.clone())
        .unwrap_or_default()
}

fn initialized(slot: &Slot) -> bool {
    slot.token()
        .is_some_and(|token| token.flags.has(TokenFlags::TOKEN_INITIALIZED))
}
