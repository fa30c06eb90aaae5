//! SoftHSM2 with a token in a folder of our own.
//!
//! SoftHSM2 reads the place of its tokens from a variable, so a program starts itself once more.

use std::path::{Path, PathBuf};
use std::process::Command;

use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::files::{self, Access};
use tokencert::pkcs11::ModuleSearch;
use tokencert::token::{Slot, TokenFlags};

use crate::failure::Failure;
use crate::i18n::message;

/// The variable that names SoftHSM2's configuration.
pub(crate) const VARIABLE: &str = "SOFTHSM2_CONF";

/// The variable that keeps what the other one was before this program started itself again.
const BEFORE: &str = "TOKENCERT_SOFTHSM2_CONF_BEFORE";

/// Lets a process of ours look where this program would have looked by itself.
#[allow(dead_code, reason = "only one of the two programs has other processes")]
pub(crate) fn look_as_before(command: &mut Command) {
    if let Some(before) = std::env::var_os(BEFORE) {
        command.env_remove(BEFORE);
        if before.is_empty() {
            command.env_remove(VARIABLE);
        } else {
            command.env(VARIABLE, before);
        }
    }
}

/// The largest configuration that is compared, in bytes.
const MAXIMUM_BYTES: u64 = 64 * 1024;

/// Where a folder has its configuration.
pub(crate) fn configuration(folder: &Path) -> PathBuf {
    folder.join("softhsm2.conf")
}

/// Fails for a folder whose path SoftHSM2 would misread: a `#` begins a comment in its
/// configuration, and a line ends at its end.
pub(crate) fn check_folder(folder: &Path) -> Result<(), Failure> {
    let path = std::path::absolute(folder).map_err(|error| Error::reading(folder, error))?;
    let text = path.to_string_lossy();
    if text.contains(['#', '\n', '\r']) {
        let said = message("softhsm-folder").with("path", sanitized(&text));
        return Err(Failure::usage(said));
    }
    Ok(())
}

/// Where a folder has its tokens.
pub(crate) fn tokens(folder: &Path) -> PathBuf {
    folder.join("tokens")
}

/// Writes the configuration, with the place that the folder has now: it may have been moved.
pub(crate) fn configure(folder: &Path) -> Result<PathBuf, Error> {
    let tokens = tokens(folder);
    files::private_folder(&tokens)?;
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display(),
    );
    let configuration = configuration(folder);
    match files::read(&configuration, MAXIMUM_BYTES) {
        Ok(present) if present == text.as_bytes() => {}
        _ => files::write(&configuration, text.as_bytes(), Access::Private)?,
    }
    Ok(configuration)
}

/// True if SoftHSM2 looks where this configuration says.
pub(crate) fn is_entered(configuration: &Path) -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| Path::new(&value) == configuration)
}

/// Starts this program once more, with SoftHSM2 looking where `configuration` says and without the
/// variables that are `hidden`; returns only if that fails.
#[cfg(unix)]
pub(crate) fn start_again(configuration: &Path, hidden: fn(&str) -> bool) -> Error {
    use std::os::unix::process::CommandExt;
    match same_command(configuration, hidden) {
        Ok((program, mut command)) => Error::reading(program, command.exec()),
        Err(error) => error,
    }
}

/// Runs this program once more and ends with its exit status; returns only if that fails.
#[cfg(not(unix))]
pub(crate) fn start_again(configuration: &Path, hidden: fn(&str) -> bool) -> Error {
    let ended = same_command(configuration, hidden).and_then(|(program, mut command)| {
        let status = command.status();
        status.map_err(|error| Error::reading(program, error))
    });
    match ended {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

fn same_command(
    configuration: &Path,
    hidden: fn(&str) -> bool,
) -> Result<(PathBuf, Command), Error> {
    let program =
        std::env::current_exe().map_err(|error| Error::reading(env!("CARGO_BIN_NAME"), error))?;
    let mut command = Command::new(&program);
    command.args(std::env::args_os().skip(1));
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| hidden(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    let before = std::env::var_os(VARIABLE).unwrap_or_default();
    command.env(BEFORE, before).env(VARIABLE, configuration);
    Ok((program, command))
}

/// True if a module's file has SoftHSM2's name.
pub(crate) fn is_named(module: &Path) -> bool {
    let name = module.file_name().unwrap_or_default().to_string_lossy();
    name.to_ascii_lowercase().contains("softhsm")
}

/// SoftHSM2's library, where it is registered or in one of the known places.
pub(crate) fn module(search: &ModuleSearch) -> Option<PathBuf> {
    search.found().into_iter().find(|path| is_named(path))
}

/// The slot in which SoftHSM2 makes its next token. Blank tokens of any other module are left
/// alone: they are not ours to initialise.
pub(crate) fn blank(slots: &[Slot]) -> Option<&Slot> {
    let is_blank = |slot: &&Slot| {
        slot.token().is_some_and(|token| {
            token.software
                && token.identity.manufacturer.starts_with("SoftHSM")
                && !token.flags.has(TokenFlags::TOKEN_INITIALIZED)
        })
    };
    slots.iter().find(is_blank)
}
