//! `tokencert-ca holder suspend`, `holder resume` and `holder unlock`

use serde_json::json;
use tokencert::ca::HolderView;
use tokencert::registry::Suspension;

use super::OneHolder;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::registration;
use crate::shown;
use crate::ui::Ui;

/// Suspend a holder: no login and no certificate until `holder resume`
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca holder suspend --dir /srv/ca 00009876543/taro --reason lost"
)]
pub(super) struct SuspendArgs {
    #[command(flatten)]
    one: OneHolder,

    /// Why
    #[arg(long, value_name = "REASON")]
    reason: Reason,
}

/// Why a holder is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Reason {
    Stopped,
    Lost,
}

impl From<Reason> for Suspension {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Stopped => Self::Stopped,
            Reason::Lost => Self::Lost,
        }
    }
}

/// End a holder's suspension
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca holder resume --dir /srv/ca 00009876543/taro")]
pub(super) struct ResumeArgs {
    #[command(flatten)]
    one: OneHolder,
}

/// Let a holder in again who was locked out after wrong PINs or codes
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca holder unlock --dir /srv/ca 00009876543/taro")]
pub(super) struct UnlockArgs {
    #[command(flatten)]
    one: OneHolder,
}

pub(super) fn suspend(args: &SuspendArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    let actor = one.actor.actor(&authority, context, ui)?;
    let reason = args.reason.into();
    let view = authority.suspend(&one.holder, reason, &actor, context.now())?;
    show("holder-suspended", &view, context, ui)
}

pub(super) fn resume(args: &ResumeArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    let actor = one.actor.actor(&authority, context, ui)?;
    let view = authority.resume(&one.holder, &actor, context.now())?;
    show("holder-resumed", &view, context, ui)
}

pub(super) fn unlock(args: &UnlockArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    let actor = one.actor.actor(&authority, context, ui)?;
    let view = authority.unlock(&one.holder, &actor, context.now())?;
    show("holder-unlocked", &view, context, ui)
}

fn show(key: &str, view: &HolderView, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    if context.json() {
        ui.json(&json!({ "version": 1, "holder": shown::holder(view) }))?;
    } else {
        ui.say(&message(key).with("holder", shown::named(view)))?;
    }
    Ok(Exit::Done)
}
