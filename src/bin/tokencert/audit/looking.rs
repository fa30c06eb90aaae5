//! Looking at tokens: the one that was chosen, those of the one module, or those of several, each
//! module in a process of its own.

use std::path::{Path, PathBuf};

use tokencert::audit::{Observation, observe};
use tokencert::finding::ModuleSeen;
use tokencert::pkcs11::{ExclusiveModule, PinProvider, TokenAccess};
use tokencert::token::{Need, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo};

use super::map::PinMap;
use super::module::{Answer, Order, Wanted, answer, ask};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::modules::{self, Listing, Picked};
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::session;
use crate::ui::Ui;

/// What is said of a module that ended or had to be ended.
const NO_ANSWER: &str = "the module gave no answer";

/// What is said of a token that was there when its module was first looked at.
const GONE: &str = "the token was removed";

/// What was seen.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) modules: Vec<ModuleSeen>,
    pub(super) tokens: Vec<Observation>,
    /// What the first token that could not be read or logged in to would end another command with.
    pub(super) failure: Option<Exit>,
    /// One token was meant and no other.
    pub(super) chosen: bool,
}

/// Looks at the token that was named, or that the one PIN is for; else at all of them.
pub(super) fn look(map: &PinMap, context: &Context, ui: &Ui) -> Result<Looked, Failure> {
    if context.names_token() || context.has_pin_source()? {
        return chosen(map, context, ui);
    }
    let modules = modules::candidates(context, ui)?;
    match modules.as_slice() {
        [module] => one_module(module, map, context, ui),
        several => Ok(several_modules(several, map, context, ui)),
    }
}

fn chosen(map: &PinMap, context: &Context, ui: &Ui) -> Result<Looked, Failure> {
    let need = if context.names_token() {
        Need::Any
    } else {
        Need::Read
    };
    let place = modules::choose(context, need, ui)?;
    let name = place.module.display().to_string();
    session::loaded(&place.module, context, |module| {
        let slots = module.slots()?;
        let Picked { slot, .. } = modules::one_of(&place.token, &slots, need, &name, ui)?;
        let mut looked = Looked {
            chosen: true,
            ..Looked::default()
        };
        looked
            .modules
            .push(ModuleSeen::new(&name, None, Vec::new()));
        let serial = slot.token().map(|info| info.identity.serial.clone());
        let source = match context.pin_source()? {
            Some(source) => Some(source),
            None => serial.and_then(|serial| map.of(&serial).cloned()),
        };
        looked.at(module, &slot, source, context, ui);
        Ok(looked)
    })
}

fn one_module(path: &Path, map: &PinMap, context: &Context, ui: &Ui) -> Result<Looked, Failure> {
    session::loaded(path, context, |module| {
        let _progress = ui.progress(&message("progress-auditing"));
        let slots = module.slots()?;
        let mut looked = Looked::default();
        let infos: Vec<&TokenInfo> = slots.iter().filter_map(Slot::token).collect();
        let identities: Vec<&TokenIdentity> = infos.iter().map(|info| &info.identity).collect();
        for slot in &slots {
            let identity = slot.token().map(|info| &info.identity);
            let source = identity.and_then(|one| source_of(one, &identities, map, ui));
            looked.at(module, slot, source, context, ui);
        }
        let failed = slots.iter().filter_map(|slot| match slot.token {
            SlotState::Failed(call) => Some(failed_slot(slot.id, &call.to_string())),
            _ => None,
        });
        let name = path.display().to_string();
        looked
            .modules
            .push(ModuleSeen::new(&name, None, failed.collect()));
        Ok(looked)
    })
}

fn failed_slot(slot: u64, why: &str) -> String {
    format!("slot {slot}: {why}")
}

/// Where the PIN of a token comes from, unless another one has its serial number too: no PIN is
/// tried on two tokens.
fn source_of(
    token: &TokenIdentity,
    all: &[&TokenIdentity],
    map: &PinMap,
    ui: &Ui,
) -> Option<PinSource> {
    let source = map.of(&token.serial)?;
    if all.iter().filter(|one| one.serial == token.serial).count() > 1 {
        ui.warn(&message("audit-serial-twice").with("serial", &token.serial));
        return None;
    }
    Some(source.clone())
}

impl Looked {
    /// Looks at the token in a slot, if there is one.
    pub(super) fn at(
        &mut self,
        module: &ExclusiveModule,
        slot: &Slot,
        source: Option<PinSource>,
        context: &Context,
        ui: &Ui,
    ) {
        let Some(info) = slot.token() else {
            return;
        };
        let source = source.filter(|_| match session::keep_whole(info, context) {
            Ok(()) => true,
            Err(error) => {
                self.fail(&error, ui);
                false
            }
        });
        let mut pins = source.map(|source| Pins::new(Some(source), ui));
        let pins = pins.as_mut().map(|pins| pins as &mut dyn PinProvider);
        if let Some((seen, error)) = observe(module, slot, pins, context.login_policy()) {
            self.tokens.push(seen);
            if let Some(error) = error {
                self.fail(&error, ui);
            }
        }
    }

    /// Says what went wrong with a token; the first one's exit status is kept.
    fn fail(&mut self, error: &tokencert::Error, ui: &Ui) {
        ui.warn_of(error);
        self.failure.get_or_insert(error.kind().into());
    }
}

/// The slots with tokens that no module before has shown; they are then known.
fn unknown<'l>(listing: &'l Listing, known: &mut Vec<(&'l Path, TokenIdentity)>) -> Vec<Slot> {
    let module = listing.module.as_path();
    let mut slots = Vec::new();
    for slot in listing.slots() {
        let Some(info) = slot.token() else { continue };
        // Blank tokens are often equal in all that they say.
        let blank = !info.flags.has(TokenFlags::TOKEN_INITIALIZED);
        let is_it = |(by, known): &(&Path, TokenIdentity)| *known == info.identity && *by != module;
        if blank || !known.iter().any(is_it) {
            known.push((module, info.identity.clone()));
            slots.push(slot);
        }
    }
    slots
}

/// Has each module's own process look at the tokens that no module before it has shown.
fn several_modules(paths: &[PathBuf], map: &PinMap, context: &Context, ui: &Ui) -> Looked {
    let look = modules::look_at(paths, context, ui);
    let mut looked = Looked::default();
    let silent = |path: &PathBuf| {
        ModuleSeen::new(
            &path.display().to_string(),
            Some(NO_ANSWER.to_owned()),
            Vec::new(),
        )
    };
    looked.modules.extend(look.silent.iter().map(silent));
    let mut wanted: Vec<(&Path, Vec<String>, Vec<Slot>)> = Vec::new();
    let mut known: Vec<(&Path, TokenIdentity)> = Vec::new();
    for listing in &look.listings {
        let slots = unknown(listing, &mut known);
        let failed = listing.failed.iter().map(|failed| {
            let text = |key: &str| failed.get(key).map(ToString::to_string).unwrap_or_default();
            format!("slot {}: {}", text("slot"), text("error").trim_matches('"'))
        });
        wanted.push((&listing.module, failed.collect(), slots));
    }
    let all: Vec<&TokenIdentity> = known.iter().map(|(_, token)| token).collect();
    let _progress = ui.progress(&message("progress-auditing"));
    let mut asked = Vec::new();
    for (module, failed, slots) in wanted {
        let order = Order {
            tokens: slots
                .iter()
                .filter_map(|slot| {
                    let identity = slot.token()?.identity.clone();
                    let source = source_of(&identity, &all, map, ui);
                    Some(Wanted {
                        slot: slot.id,
                        pin_source: source.map(|source| source.to_string()),
                        identity,
                    })
                })
                .collect(),
        };
        // A module without tokens has said all that it can.
        let child = (!slots.is_empty()).then(|| ask(module, &order, map, context, ui));
        asked.push((module, failed, slots, child));
    }
    for (module, failed, slots, child) in asked {
        let name = module.display().to_string();
        let answered = match child {
            Some(child) => child.and_then(|child| answer(child, module)),
            None => Some(Answer::default()),
        };
        let error = answered.is_none().then(|| NO_ANSWER.to_owned());
        let mut answered = answered.unwrap_or_default();
        // A token that was there a moment ago is not passed over in silence.
        for slot in &slots {
            if !answered.seen.iter().any(|seen| seen.slot == slot.id) {
                let why = error.as_deref().unwrap_or(GONE);
                answered
                    .seen
                    .extend(Observation::unreadable(&name, slot, why));
                answered.exit.get_or_insert(Exit::Token as i32);
            }
        }
        looked.modules.push(ModuleSeen::new(&name, error, failed));
        looked.tokens.append(&mut answered.seen);
        let exit = answered.exit.map(|exit| Exit::from_status(Some(exit)));
        looked.failure = looked.failure.or(exit);
    }
    looked
}
