//! Which module: named, of the profile, or found; and, of several, the one that has the token.
//!
//! Two modules are never loaded into one process: each is looked at by a child of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde_json::Value;
use tokencert::Error;
use tokencert::pkcs11::{ModuleSearch, Platform};
use tokencert::token::{
    Candidates, Need, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo, TokenSelector,
};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::{Choice, Ui};

/// What the search looks at, for the error of a search that found nothing.
const SEARCHED: &str = "the modules registered with p11-kit and the usual places of SafeNet, OpenSC, YubiKey and SoftHSM2";

/// A module and the token to open with it.
pub(crate) struct Place {
    /// The module.
    pub(crate) module: PathBuf,
    /// The token.
    pub(crate) token: TokenSelector,
}

/// What one module shows, as the JSON that its child process printed.
pub(crate) struct Listing {
    pub(crate) module: PathBuf,
    pub(crate) tokens: Vec<Value>,
    pub(crate) failed: Vec<Value>,
}

/// A token of a [`Listing`], as far as it takes to choose one.
#[derive(Deserialize)]
struct ListedToken {
    #[serde(flatten)]
    identity: TokenIdentity,
    flags: Vec<String>,
    slot: u64,
    slot_description: String,
    software: bool,
}

impl Listing {
    /// The slots that tokens are in.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> {
        let tokens = self
            .tokens
            .iter()
            .filter_map(|token| ListedToken::deserialize(token).ok());
        tokens.map(|token| token.slot())
    }
}

impl ListedToken {
    fn slot(&self) -> Slot {
        let bits = (0..u32::BITS).map(|bit| TokenFlags(1 << bit));
        let set = bits.filter(|flag| {
            flag.names()
                .first()
                .is_some_and(|name| self.flags.iter().any(|set| set == name))
        });
        let flags = TokenFlags(set.fold(0, |flags, flag| flags | flag.0));
        let mut token = TokenInfo::new(self.identity.clone(), flags);
        token.software = self.software;
        Slot::new(
            self.slot,
            self.slot_description.clone(),
            SlotState::Token(token),
        )
    }
}

/// The modules that are to be looked at: the one that was named, else all that are found.
pub(crate) fn candidates(context: &Context, ui: &Ui) -> Result<Vec<PathBuf>, Failure> {
    let search = search();
    if let Some(named) = context.module_named(ui)? {
        return Ok(vec![by_name(named, &search)]);
    }
    let found = search.found();
    if found.is_empty() {
        return Err(Error::ModuleNotFound {
            searched: SEARCHED.to_owned(),
        }
        .into());
    }
    Ok(found)
}

/// Chooses the module, and the token on it.
pub(crate) fn choose(context: &Context, need: Need, ui: &Ui) -> Result<Place, Failure> {
    let token = context.token_selector()?;
    let mut modules = candidates(context, ui)?;
    if modules.len() < 2 {
        let module = modules.pop().unwrap_or_default();
        return Ok(Place { module, token });
    }
    let listings = look_at(&modules, context, ui);
    let mut slots: Vec<(&Path, Slot)> = Vec::new();
    for listing in &listings {
        for slot in listing.slots() {
            let known = slots
                .iter()
                .any(|(_, known)| identity(known) == identity(&slot));
            // A token that two modules show is one token.
            if !known {
                slots.push((&listing.module, slot));
            }
        }
    }
    let all: Vec<Slot> = slots.iter().map(|(_, slot)| slot.clone()).collect();
    let names: Vec<String> = modules
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let chosen = one_of(&token, &all, need, &names.join(", "), ui)?;
    let module = slots
        .iter()
        .find(|(_, slot)| *slot == chosen)
        .map(|(module, _)| module.to_path_buf());
    let token = chosen
        .token()
        .map_or(token, |info| TokenSelector::Identity(info.identity.clone()));
    Ok(Place {
        module: module.unwrap_or_default(),
        token,
    })
}

/// Chooses one slot; of several, the person at the terminal chooses.
pub(crate) fn one_of(
    selector: &TokenSelector,
    slots: &[Slot],
    need: Need,
    module: &str,
    ui: &Ui,
) -> Result<Slot, Failure> {
    let error = match selector.choose(slots, need, module) {
        Ok(slot) => return Ok(slot.clone()),
        Err(error) => error,
    };
    let Error::TokenAmbiguous {
        candidates: Candidates(tokens),
        ..
    } = &error
    else {
        return Err(error.into());
    };
    let options = tokens.iter().map(|token| ui.phrase(token)).collect();
    let choice = Choice {
        question: message("choose-token"),
        options,
    };
    match ui.choose(&choice)?.and_then(|at| tokens.get(at)) {
        Some(token) => {
            let chosen = TokenSelector::Identity(token.clone());
            Ok(chosen.choose(slots, need, module)?.clone())
        }
        None => Err(error.into()),
    }
}

/// What each module shows, a child process each, all at the same time.
///
/// A module that fails shows nothing, and says why with `-v`.
pub(crate) fn look_at(modules: &[PathBuf], context: &Context, ui: &Ui) -> Vec<Listing> {
    let _progress = ui.progress(&message("progress-looking"));
    let children: Vec<_> = modules
        .iter()
        .map(|module| (module, list(module, context)))
        .collect();
    children
        .into_iter()
        .filter_map(|(module, child)| listing(module, child?))
        .collect()
}

fn list(module: &Path, context: &Context) -> Option<Child> {
    let program = std::env::current_exe().ok()?;
    let mut command = Command::new(program);
    command
        .args(["token", "list", "--format", "json", "--module"])
        .arg(module);
    context.clean_environment(&mut command);
    let pipes = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    pipes
        .spawn()
        .inspect_err(|error| tracing::info!(?module, %error, "no child process"))
        .ok()
}

fn listing(module: &Path, child: Child) -> Option<Listing> {
    let output = child.wait_with_output().ok()?;
    let mut value: Value = serde_json::from_slice(&output.stdout)
        .inspect_err(|_| tracing::info!(?module, status = %output.status, "cannot be used"))
        .ok()?;
    let mut array = |name: &str| match value.get_mut(name).map(Value::take) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    Some(Listing {
        module: module.to_owned(),
        tokens: array("tokens"),
        failed: array("failed"),
    })
}

fn search() -> ModuleSearch {
    let mut search = ModuleSearch::new(Platform::current());
    if let Some(home) = std::env::home_dir() {
        search
            .registrations
            .insert(0, home.join(".config/pkcs11/modules"));
    }
    if let Some(folder) = std::env::var_os("windir") {
        search.windows = folder.into();
    }
    search
}

/// A module by its path or, as a profile may have it, by the name of its file.
fn by_name(named: PathBuf, search: &ModuleSearch) -> PathBuf {
    if named.components().count() > 1 {
        return named;
    }
    let found = search.found().into_iter();
    let mut fitting = found.filter(|path| path.file_name() == Some(named.as_os_str()));
    fitting.next().unwrap_or(named)
}

fn identity(slot: &Slot) -> Option<&TokenIdentity> {
    slot.token().map(|token| &token.identity)
}
