//! The authority's own SoftHSM2 token, in its folder.
//!
//! SoftHSM2 reads the place of its tokens from a variable, so the program starts itself once more.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use tokencert::Error;
use tokencert::ca::Folder;
use tokencert::pkcs11::{
    ExclusiveModule, Initialization, LoginPolicy, ModuleSearch, PinProvider, Platform, TokenAccess,
    initialize, unlock,
};
use tokencert::token::{Need, Slot, TokenFlags, TokenIdentity, TokenSelector};

use crate::failure::Failure;
use crate::i18n::message;

/// The variable that names SoftHSM2's configuration.
const VARIABLE: &str = "SOFTHSM2_CONF";

/// The label of the authority's own token.
const LABEL: &str = "tokencert-ca";

/// True if the folder has, or is going to have, a token of its own.
pub(crate) fn is_in(folder: &Path) -> bool {
    Folder::softhsm_configuration(folder).exists()
}

/// Makes SoftHSM2 look into the authority's folder: returns only when it does.
///
/// Must be called before the folder is locked by this process, which is replaced.
pub(crate) fn enter(folder: &Path) -> Result<(), Failure> {
    let folder = folder
        .canonicalize()
        .map_err(|error| Error::reading(folder, error))?;
    Folder::configure_softhsm(&folder)?;
    let configuration = Folder::softhsm_configuration(&folder);
    if std::env::var_os(VARIABLE).is_some_and(|value| Path::new(&value) == configuration) {
        return Ok(());
    }
    Err(start_again(&configuration))
}

/// Replaces this process; returns only if that fails.
#[cfg(unix)]
fn start_again(configuration: &Path) -> Failure {
    use std::os::unix::process::CommandExt;
    match same_command(configuration) {
        Ok((program, mut command)) => Error::reading(program, command.exec()).into(),
        Err(error) => error.into(),
    }
}

/// Runs the program once more and ends with its exit status.
#[cfg(not(unix))]
fn start_again(configuration: &Path) -> Failure {
    let ended = same_command(configuration).and_then(|(program, mut command)| {
        let status = command.status();
        status.map_err(|error| Error::reading(program, error))
    });
    match ended {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error.into(),
    }
}

fn same_command(configuration: &Path) -> Result<(PathBuf, Command), Error> {
    let program = std::env::current_exe().map_err(|error| Error::reading("tokencert-ca", error))?;
    let mut command = Command::new(&program);
    command.args(std::env::args_os().skip(1));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_foreign(name)) {
        command.env_remove(name);
    }
    command.env(VARIABLE, configuration);
    Ok((program, command))
}

/// True for the variables of the other program, and of the logger of calls and PINs.
fn is_foreign(name: &OsString) -> bool {
    let name = OsStr::to_string_lossy(name);
    let others = name.starts_with("TOKENCERT_") && !name.starts_with("TOKENCERT_CA_");
    others || name.starts_with("PKCS11SPY")
}

/// SoftHSM2's library, where it is in one of the known places.
pub(crate) fn module() -> Result<PathBuf, Failure> {
    let search = ModuleSearch::new(Platform::current());
    let is_softhsm = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.to_ascii_lowercase().contains("softhsm")
    };
    let mut found = search.found().into_iter().filter(is_softhsm);
    found
        .next()
        .ok_or_else(|| Failure::Program(crate::exit::Exit::Failed, message("softhsm-missing")))
}

/// The authority's own token, which is made where there is none, and repaired where its making was
/// cut short.
pub(crate) fn prepare(
    module: &ExclusiveModule,
    pins: &mut dyn PinProvider,
) -> Result<TokenIdentity, Failure> {
    let slots = module.slots()?;
    let is_own = |slot: &&Slot| {
        let token = slot.token();
        token.is_some_and(|token| token.software && token.identity.label == LABEL)
    };
    let Some(slot) = slots.iter().find(is_own) else {
        return Ok(initialize(
            module,
            blank(&slots)?,
            &Initialization::new(LABEL),
            pins,
        )?);
    };
    let token = module.open_slot(slot, Need::Write)?;
    // Both PINs are the same. Without a user PIN nothing private was ever on the token.
    if !token.info().flags.has(TokenFlags::USER_PIN_INITIALIZED) {
        unlock(&token, pins, LoginPolicy::default())?;
    }
    Ok(token.identity().clone())
}

/// The slot in which SoftHSM2 makes its next token. Blank tokens of any other module are left
/// alone: they are not ours to initialise.
fn blank(slots: &[Slot]) -> Result<&Slot, Failure> {
    let is_blank = |slot: &&Slot| {
        slot.token()
            .is_some_and(|token| token.software && !token.flags.has(TokenFlags::TOKEN_INITIALIZED))
    };
    slots
        .iter()
        .find(is_blank)
        .ok_or_else(|| Failure::usage(message("module-not-softhsm")))
}

/// The selector of exactly this token.
pub(crate) fn exactly(token: &TokenIdentity) -> TokenSelector {
    TokenSelector::Identity(token.clone())
}
