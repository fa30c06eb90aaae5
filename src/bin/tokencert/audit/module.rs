//! `tokencert audit-module`: the process that looks at the tokens of one of several modules. Two
//! modules are never loaded into one process.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokencert::audit::Observation;
use tokencert::pkcs11::TokenAccess;
use tokencert::token::{Slot, TokenIdentity};

use super::looking::Looked;
use super::map::PinMap;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Language, message};
use crate::modules;
use crate::pin_source::PinSource;
use crate::session;
use crate::ui::Ui;

/// How long a module may take for each of its tokens; somebody may have to be found who types a PIN
/// on a keypad.
const PATIENCE: Duration = Duration::from_mins(3);

/// Look at tokens for another process of this program, which audits those of several modules
#[derive(clap::Args, Debug)]
#[command(hide = true)]
pub(crate) struct ModuleArgs {}

/// What the process is asked for.
#[derive(Deserialize, Serialize)]
pub(super) struct Order {
    pub(super) tokens: Vec<Wanted>,
}

/// A token that it is to look at.
#[derive(Deserialize, Serialize)]
pub(super) struct Wanted {
    pub(super) slot: u64,
    pub(super) identity: TokenIdentity,
    /// Where its PIN comes from; the PIN itself is never passed on.
    pub(super) pin_source: Option<String>,
}

/// What it answers.
#[derive(Default, Deserialize, Serialize)]
pub(super) struct Answer {
    pub(super) seen: Vec<Observation>,
    pub(super) exit: Option<i32>,
}

/// A process that was asked.
pub(super) struct Asked {
    child: Child,
    until: Instant,
}

/// Starts a process for a module and tells it what to look at.
pub(super) fn ask(
    module: &Path,
    order: &Order,
    map: &PinMap,
    context: &Context,
    ui: &Ui,
) -> Option<Asked> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg("audit-module").arg("--module").arg(module);
    command.args(["--lang", language(ui)]);
    context.hand_down(&mut command);
    let policy = context.login_policy();
    if policy.final_try {
        command.arg("--final-try");
    }
    if let Some(user) = policy.user {
        command.arg("--user-type").arg(user.number().to_string());
    }
    let sources = order
        .tokens
        .iter()
        .filter_map(|token| token.pin_source.as_ref());
    let own: Vec<&String> = sources.collect();
    for name in map.variables() {
        // A module sees the environment: of other tokens' PINs it is to see none.
        if !own.contains(&&format!("env:{name}")) {
            command.env_remove(name);
        }
    }
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes
        .spawn()
        .inspect_err(|error| tracing::info!(?module, %error, "no child process"))
        .ok()?;
    let text = serde_json::to_vec(order).ok()?;
    // One that is gone already is found out when it is asked for its answer.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(&text));
    let tokens = u32::try_from(order.tokens.len()).unwrap_or(u32::MAX);
    let until = Instant::now() + PATIENCE.saturating_mul(tokens.saturating_add(1));
    Some(Asked { child, until })
}

/// What the process has seen, once it ends.
pub(super) fn answer(asked: Asked, module: &Path) -> Option<Answer> {
    let output = modules::output(asked.child, asked.until, module)?;
    serde_json::from_slice(&output).ok()
}

fn language(ui: &Ui) -> &'static str {
    match ui.language() {
        Language::En => "en",
        Language::Ja => "ja",
    }
}

pub(crate) fn run(_: &ModuleArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let alone = || Failure::usage(message("audit-module-alone"));
    let mut text = Vec::new();
    let read = std::io::stdin().read_to_end(&mut text);
    read.map_err(Failure::Output)?;
    let order: Order = serde_json::from_slice(&text).map_err(|_| alone())?;
    let path = context.module_given().ok_or_else(alone)?;
    let looked = session::loaded(&path, context, |module| {
        let slots = module.slots()?;
        let mut looked = Looked::default();
        for wanted in &order.tokens {
            let slot = slots.iter().find(|slot| is_wanted(slot, wanted));
            // One that is gone is missed by who has asked.
            let Some(slot) = slot else { continue };
            let source = wanted.pin_source.as_deref().map(str::parse::<PinSource>);
            looked.at(module, slot, source.transpose()?, context, ui);
        }
        Ok(looked)
    })?;
    let answer = Answer {
        seen: looked.tokens,
        exit: looked.failure.map(|exit| exit as i32),
    };
    let answer = serde_json::to_string(&answer);
    ui.line(answer.map_err(|error| Failure::Output(error.into()))?)?;
    Ok(Exit::Done)
}

fn is_wanted(slot: &Slot, wanted: &Wanted) -> bool {
    let identity = slot.token().map(|info| &info.identity);
    slot.id == wanted.slot && identity == Some(&wanted.identity)
}
