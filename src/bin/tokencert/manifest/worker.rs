//! The process for one token of a manifest: initialises it if that is ordered, then issues.

use std::io::Read;

use tokencert::Error;
use tokencert::issue::{Outcome, Stage};
use tokencert::pkcs11::{ExclusiveModule, Initialization, TokenAccess, initialize};
use tokencert::report::json;
use tokencert::token::{Slot, TokenFlags, TokenIdentity, TokenSelector};
use zeroize::Zeroizing;

use super::pin_folder::PinFile;
use super::wire::{Order, Said};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::issue::{self, IssueArgs};
use crate::pins::Pins;
use crate::ui::Ui;
use crate::{modules, session};

/// Works as ordered; whatever fails is told to the process that has ordered it.
pub(super) fn run(args: &IssueArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match work(args, context, ui) {
        Ok(exit) => Ok(exit),
        Err(failure) => {
            let (message, hint) = ui.explanation(&failure).unwrap_or_default();
            let hint = hint_in_box(&failure).map(|key| ui.word(key)).or(hint);
            let code = match &failure {
                Failure::Library(error) => Some(error.code().to_owned()),
                _ => None,
            };
            say(
                &Said::Failed {
                    code,
                    message,
                    hint,
                },
                ui,
            );
            Err(Failure::Told(failure.exit()))
        }
    }
}

/// The key of what to do next, where that of the error is an option of a run for one token.
fn hint_in_box(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::Library(Error::KeysWithoutCertificate { .. }) => Some("box-hint-keys"),
        Failure::Library(Error::TokenNotFound { .. }) => Some("box-hint-token"),
        _ => None,
    }
}

fn work(args: &IssueArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let order = order()?;
    context.work_through(order.module.clone());
    let row = args.of_row(&order)?;
    // What cannot be asked for is noticed before the token is touched.
    let prepared = row.prepare(order.code.clone(), context, ui)?;
    let pins = args.boxed.pin_file(&order.pins);
    if let Some(source) = pins.as_ref().and_then(PinFile::open_to_others) {
        ui.warn(&message("pin-file-open").with("source", source));
    }
    let token = match &order.init {
        Some(label) => {
            let token = init(label, &order, pins.as_ref(), context, ui)?;
            say(&Said::Initialized(token.clone()), ui);
            TokenSelector::Identity(token)
        }
        None if order.is_unique => TokenSelector::Seen(order.token.clone(), order.slot),
        None => TokenSelector::Identity(order.token.clone()),
    };
    context.work_on(token);
    let known = match &pins {
        Some(file) => file.user_pin()?,
        None => None,
    };
    let given = || Ok(Pins::new(None, ui).of_file(&order.pins).knowing(known));
    let mut tell = |stage: Stage, software: bool| {
        let key = issue::stage_key(stage, software);
        say(&Said::Stage(key.to_owned()), ui);
    };
    let (outcome, _) = prepared.perform(given, context, &mut tell, ui)?;
    let report = json::outcome(&outcome, &context.archive_folder());
    say(&Said::Done(report), ui);
    if let Outcome::Issued(issued) = &outcome {
        crate::replaced::tell(&issued.replaced, context, ui);
    }
    issue::end(&outcome)
}

fn order() -> Result<Order, Failure> {
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(Failure::Output)?;
    serde_json::from_str(&text).map_err(|_| Failure::usage(message("worker-alone")))
}

/// Initialises the token, which is still what it was when it was chosen.
fn init(
    label: &str,
    order: &Order,
    pins: Option<&PinFile>,
    context: &Context,
    ui: &Ui,
) -> Result<TokenIdentity, Failure> {
    let candidates = modules::candidates(context, ui)?;
    let module = candidates.first().cloned().unwrap_or_default();
    session::loaded(&module, context, |module| {
        let (_lock, waited) = session::lock(&order.token, context, ui)?;
        if waited {
            module.look_afresh()?;
        }
        let slot = confirmed(module, order)?;
        let mut plan = Initialization::new(label);
        plan.policy = context.login_policy();
        plan.confirmed_serial = Some(order.token.serial.clone());
        say(&Said::Stage("progress-initializing".to_owned()), ui);
        let file = pins.ok_or_else(|| Failure::usage(message("init-without-pins")))?;
        Ok(initialize(module, &slot, &plan, &mut file.clone())?)
    })
}

/// The slot with the token, and what was not initialised then is not now.
fn confirmed(module: &ExclusiveModule, order: &Order) -> Result<Slot, Failure> {
    let slots = module.slots()?;
    let blank = |slot: &Slot| {
        let token = slot.token();
        token.is_some_and(|token| !token.flags.has(TokenFlags::TOKEN_INITIALIZED))
    };
    let identity = |slot: &Slot| slot.token().map(|token| token.identity.clone());
    let same = slots
        .iter()
        .filter(|slot| identity(slot).as_ref() == Some(&order.token) && blank(slot) == order.blank);
    let same: Vec<&Slot> = same.collect();
    // Blank tokens are often equal: it has to be the one in that slot.
    let found = match same.as_slice() {
        [one] if !order.token.serial.is_empty() => Some(*one),
        blanks if order.blank => blanks.iter().find(|slot| slot.id == order.slot).copied(),
        _ => None,
    };
    let changed = || {
        let now = slots.iter().find(|slot| slot.id == order.slot);
        let now = now.and_then(identity).unwrap_or_default();
        Error::TokenChanged {
            expected: order.token.to_string(),
            found: now.to_string(),
        }
    };
    Ok(found.ok_or_else(changed)?.clone())
}

/// Nobody is left to tell if that fails, and what was begun is finished all the same.
fn say(said: &Said, ui: &Ui) {
    if let Ok(text) = serde_json::to_string(said) {
        let _ = ui.line(text);
    }
}
