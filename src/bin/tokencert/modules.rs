//! Which module: named, of the profile, or found; and, of several, the one that has the token.
//!
//! Two modules are never loaded into one process: each is looked at by a child of its own.

mod children;

use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::pkcs11::{ModuleSearch, Platform};
use tokencert::token::{Candidates, Need, Slot, TokenIdentity, TokenSelector};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Destination;
use crate::software_token;
use crate::ui::Ui;

pub(crate) use children::{Listing, look_at, look_within, output, start};

/// What the search looks at, for the error of a search that found nothing.
const SEARCHED: &str = "the modules registered with p11-kit and the usual places of SafeNet, OpenSC, YubiKey and SoftHSM2";

/// A module and the token to open with it.
pub(crate) struct Place {
    /// The module.
    pub(crate) module: PathBuf,
    /// The token.
    pub(crate) token: TokenSelector,
}

/// The modules that are to be looked at: the one that was named, else all that are found. For keys
/// on this computer it is one, whatever else is installed.
pub(crate) fn candidates(context: &Context, ui: &Ui) -> Result<Vec<PathBuf>, Failure> {
    let search = search();
    if context.destination() == Some(Destination::Pc) {
        return Ok(vec![software_token::module(context, &search)?]);
    }
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
    let look = look_at(&modules, context, ui);
    let mut slots: Vec<(&Path, Slot)> = Vec::new();
    for listing in &look.listings {
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
    let chosen = one_of(&token, &all, need, &names.join(", "), ui);
    let Picked { slot: chosen, .. } = chosen.inspect_err(|_| look.name_silent(ui))?;
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

/// A slot that was chosen.
pub(crate) struct Picked {
    /// The slot.
    pub(crate) slot: Slot,
    /// True if somebody was asked, who may have taken any time.
    pub(crate) asked: bool,
}

/// Chooses one slot; of several, the person at the terminal chooses.
pub(crate) fn one_of(
    selector: &TokenSelector,
    slots: &[Slot],
    need: Need,
    module: &str,
    ui: &Ui,
) -> Result<Picked, Failure> {
    let picked = |slot: &Slot, asked| Picked {
        slot: slot.clone(),
        asked,
    };
    let error = match selector.choose(slots, need, module) {
        Ok(slot) => return Ok(picked(slot, false)),
        Err(error) => error,
    };
    let Error::TokenAmbiguous {
        candidates: Candidates(tokens),
        ..
    } = &error
    else {
        return Err(error.into());
    };
    let options: Vec<String> = tokens.iter().map(|token| ui.phrase(token)).collect();
    let number = ui.choose(&message("choose-token"), &options)?;
    match number.and_then(|at| tokens.get(at)) {
        Some(token) => {
            let chosen = TokenSelector::Identity(token.clone());
            Ok(picked(chosen.choose(slots, need, module)?, true))
        }
        None => Err(error.into()),
    }
}

/// The file that registers a module with p11-kit, if one does.
pub(crate) fn registration(module: &Path) -> Option<PathBuf> {
    let module = module.canonicalize().ok()?;
    let sightings = search().sightings().into_iter();
    let mut registered = sightings.filter(|seen| {
        let file = seen.path.canonicalize();
        seen.registration.is_some() && file.is_ok_and(|file| file == module)
    });
    registered.next()?.registration
}

/// Where modules are looked for on this computer.
pub(crate) fn search() -> ModuleSearch {
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
pub(crate) fn by_name(named: PathBuf, search: &ModuleSearch) -> PathBuf {
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
