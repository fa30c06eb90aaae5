//! `tokencert-ca certificate reissue` and `certificate revoke`

use jiff::SignedDuration;
use serde_json::json;
use tokencert::Certificate;
use tokencert::ca::{HolderView, RegistrationAuthority};
use tokencert::registry::{HolderId, RevocationReason};

use super::Named;
use crate::actor::ActorArgs;
use crate::confirm;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::instructions::Instructions;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::system::random;
use crate::ui::Ui;

/// How far the clocks of several servers may differ before one is called wrong.
const CLOCKS_APART: SignedDuration = SignedDuration::from_hours(24);

/// How many of the last events are looked at for it.
const LATEST: u32 = 100;

/// End a holder's present certificate at once, and let another be acquired
///
/// What is printed is what the holder has to be told.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca certificate reissue --dir /srv/ca 00009876543/taro --reason lost"
)]
pub(super) struct ReissueArgs {
    /// The holder: CONTRACT for an administrator, CONTRACT/USER for a user
    #[arg(value_name = "HOLDER")]
    holder: HolderId,

    #[command(flatten)]
    order: Order,
}

/// End certificates at once: those of a holder, or one by its serial number
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca certificate revoke --dir /srv/ca 00009876543/taro --reason stopped\n  \
                  $ tokencert-ca certificate revoke --dir /srv/ca 3f9c0a7be5d14c28 --reason compromised --yes"
)]
pub(super) struct RevokeArgs {
    /// A holder (CONTRACT or CONTRACT/USER), or a serial number in hexadecimal
    #[arg(value_name = "HOLDER|SERIAL")]
    which: String,

    #[command(flatten)]
    order: Order,
}

/// Why, where, and by whom.
#[derive(clap::Args, Debug)]
struct Order {
    /// Why: the token is lost, its use has stopped, or its key is in other hands
    #[arg(long, value_name = "REASON")]
    reason: Reason,

    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Why a certificate is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Reason {
    Lost,
    Stopped,
    Compromised,
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Lost => Self::Lost,
            Reason::Stopped => Self::Stopped,
            Reason::Compromised => Self::Compromised,
        }
    }
}

pub(super) fn reissue(args: &ReissueArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let order = &args.order;
    let authority = registration::open(&order.dir, &order.registry)?;
    let before = authority.holder(&args.holder, context.now())?;
    let question = message("ask-reissue").with("holder", shown::named(&before));
    if !confirm::confirmed(order.yes, &question, ui)? {
        return Ok(confirm::kept(ui));
    }
    let actor = order.actor.actor(&authority, context, ui)?;
    warn_of_clock(&authority, context, ui)?;
    let reason = order.reason.into();
    let view = authority.reissue(&args.holder, reason, &actor, context.now(), &mut random)?;
    let done = Done {
        key: "holder-reissued",
        view: &view,
        stopped: stopped(&before, context),
    };
    done.show(&authority, context, ui)
}

pub(super) fn revoke(args: &RevokeArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let order = &args.order;
    let authority = registration::open(&order.dir, &order.registry)?;
    match Named::find(&args.which, &authority, context)? {
        Named::Holder(before) => revoke_holder(&before, order, &authority, context, ui),
        Named::Serial(serial) => revoke_one(&serial, order, &authority, context, ui),
    }
}

fn revoke_holder(
    before: &HolderView,
    order: &Order,
    authority: &RegistrationAuthority,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let question = message("ask-revoke").with("holder", shown::named(before));
    if !confirm::confirmed(order.yes, &question, ui)? {
        return Ok(confirm::kept(ui));
    }
    let actor = order.actor.actor(authority, context, ui)?;
    warn_of_clock(authority, context, ui)?;
    let reason = order.reason.into();
    let view = authority.revoke(&before.id, reason, &actor, context.now())?;
    let done = Done {
        key: "holder-revoked",
        view: &view,
        stopped: stopped(before, context),
    };
    done.show(authority, context, ui)
}

fn revoke_one(
    serial: &str,
    order: &Order,
    authority: &RegistrationAuthority,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let record = authority.certificate_of_serial(serial)?;
    let question = message("ask-revoke-certificate").with("serial", serial);
    let question = question.with("holder", &record.holder);
    if !confirm::confirmed(order.yes, &question, ui)? {
        return Ok(confirm::kept(ui));
    }
    let actor = order.actor.actor(authority, context, ui)?;
    warn_of_clock(authority, context, ui)?;
    let reason = order.reason.into();
    let ended = authority.revoke_certificate(serial, reason, &actor, context.now())?;
    if context.json() {
        ui.json(&json!({
            "version": 1,
            "holder": null,
            "certificate": shown::json(&ended),
            "instructions": null,
        }))?;
        return Ok(Exit::Done);
    }
    let said: Message = message("certificate-revoked")
        .with("serial", ended.serial_number())
        .with("subject", ended.subject());
    ui.say(&said)?;
    Ok(Exit::Done)
}

/// Warns of a clock that is behind what has happened already: dates that are written now stand in
/// lists and letters. It does not keep anybody from ending a certificate; the clock may have been
/// wrong before.
fn warn_of_clock(
    authority: &RegistrationAuthority,
    context: &Context,
    ui: &Ui,
) -> Result<(), Failure> {
    let now = context.now();
    // One that was written by a clock that is behind, too, would hide the others.
    let last = authority.events(None, LATEST)?.into_iter();
    let last = last.map(|event| event.at).max();
    let last = last.unwrap_or(authority.certificate().not_before());
    if now + CLOCKS_APART < last {
        let warning = message("clock-behind").with("now", now).with("last", last);
        ui.warn(&warning);
    }
    Ok(())
}

/// The certificate that was of use until now.
fn stopped<'v>(before: &'v HolderView, context: &Context) -> Option<&'v Certificate> {
    let certificate = before.certificate.as_ref()?;
    (!certificate.has_expired(context.now())).then_some(certificate)
}

/// What was done to a holder's certificate.
struct Done<'v> {
    key: &'static str,
    view: &'v HolderView,
    stopped: Option<&'v Certificate>,
}

impl Done<'_> {
    fn show(
        &self,
        authority: &RegistrationAuthority,
        context: &Context,
        ui: &Ui,
    ) -> Result<Exit, Failure> {
        let instructions = Instructions::new(authority, self.view, self.stopped)?;
        if context.json() {
            ui.json(&json!({
                "version": 1,
                "holder": shown::holder(self.view),
                "certificate": self.stopped.map(shown::json),
                "instructions": instructions.json(),
            }))?;
            return Ok(Exit::Done);
        }
        ui.say(&message(self.key).with("holder", shown::named(self.view)))?;
        instructions.show(&shown::zone(authority)?, ui)?;
        Ok(Exit::Done)
    }
}
