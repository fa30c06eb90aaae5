//! `tokencert-ca holder reset-pin` and `holder otp`, and how secrets are shown, once.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokencert::ca::{FirstSecrets, HolderView};

use super::OneHolder;
use crate::actor::secret;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::qr;
use crate::registration;
use crate::shown;
use crate::system::random;
use crate::table;
use crate::ui::Ui;

/// Give a holder other PINs, which also unlocks
///
/// They are random and shown this once, unless the holder chooses them at the desk.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca holder reset-pin --dir /srv/ca 00009876543/taro\n  \
                  $ tokencert-ca holder reset-pin --dir /srv/ca 00009876543/taro \
                  --new-pin-source file:pin --new-confirmation-pin-source file:confirmation"
)]
pub(super) struct ResetPinArgs {
    #[command(flatten)]
    one: OneHolder,

    /// Where the PIN that the holder chooses comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", requires = "new_confirmation_pin_source")]
    new_pin_source: Option<PinSource>,

    /// Where the confirmation PIN that the holder chooses comes from
    #[arg(long, value_name = "SOURCE", requires = "new_pin_source")]
    new_confirmation_pin_source: Option<PinSource>,
}

/// Give a holder a new secret for one-time codes; the old one ends
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca holder otp --dir /srv/ca 00009876543/taro")]
pub(super) struct OtpArgs {
    #[command(flatten)]
    one: OneHolder,
}

pub(super) fn reset_pin(args: &ResetPinArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    let actor = one.actor.actor(&authority, context, ui)?;
    let chosen = |source: &Option<PinSource>| -> Result<Option<SecretString>, Failure> {
        match source {
            Some(_) => secret(source.as_ref(), &message(""), ui),
            None => Ok(None),
        }
    };
    let pin = chosen(&args.new_pin_source)?;
    let confirmation = chosen(&args.new_confirmation_pin_source)?;
    let (now, id) = (context.now(), &one.holder);
    if let (Some(pin), Some(confirmation)) = (pin, confirmation) {
        let view = authority.set_pins(id, (&pin, &confirmation), &actor, now, &mut random)?;
        if context.json() {
            ui.json(&json!({ "version": 1, "holder": shown::holder(&view) }))?;
        } else {
            ui.say(&message("pins-set").with("holder", shown::named(&view)))?;
        }
        return Ok(Exit::Done);
    }
    let first = authority.reset_pins(id, &actor, now, &mut random)?;
    let view = authority.holder(id, now)?;
    if context.json() {
        ui.json(&json(&view, &first))?;
        return Ok(Exit::Done);
    }
    ui.say(&message("pins-reset").with("holder", shown::named(&view)))?;
    show(&first, ui)?;
    Ok(Exit::Done)
}

pub(super) fn otp(args: &OtpArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    let actor = one.actor.actor(&authority, context, ui)?;
    let uri = authority.renew_code(&one.holder, &actor, context.now(), &mut random)?;
    let view = authority.holder(&one.holder, context.now())?;
    if context.json() {
        ui.json(&json!({
            "version": 1,
            "holder": shown::holder(&view),
            "otpauth": uri.expose_secret(),
        }))?;
        return Ok(Exit::Done);
    }
    ui.say(&message("code-renewed").with("holder", shown::named(&view)))?;
    show_code(&uri, ui)?;
    Ok(Exit::Done)
}

/// First secrets as JSON.
pub(super) fn json(view: &HolderView, first: &FirstSecrets) -> Value {
    let code = first.code_uri.as_ref().map(ExposeSecret::expose_secret);
    json!({
        "version": 1,
        "holder": shown::holder(view),
        "pin": first.pin.expose_secret(),
        "confirmation_pin": first.confirmation_pin.expose_secret(),
        "otpauth": code,
    })
}

/// First secrets as text.
pub(super) fn show(first: &FirstSecrets, ui: &Ui) -> Result<(), Failure> {
    let mut table = table::rows();
    for (key, secret) in [
        ("first-pin", &first.pin),
        ("first-confirmation-pin", &first.confirmation_pin),
    ] {
        table.add_row([
            format!("  {}", ui.word(key)),
            secret.expose_secret().to_owned(),
        ]);
    }
    ui.data(table::text(&mut table))?;
    if let Some(uri) = &first.code_uri {
        show_code(uri, ui)?;
    }
    ui.say(&message("shown-once"))
}

/// The secret of one-time codes: its URI, and a picture of it for the telephone's camera.
fn show_code(uri: &SecretString, ui: &Ui) -> Result<(), Failure> {
    ui.line(uri.expose_secret())?;
    match qr::picture(uri.expose_secret()) {
        Some(picture) => ui.line(picture),
        None => Ok(()),
    }
}
