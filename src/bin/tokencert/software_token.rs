//! `--to pc`: a SoftHSM2 token of the user's own, in the user's data folder.
//!
//! SoftHSM2 reads the place of its tokens from a variable, so the program starts itself once more.

use std::path::{Path, PathBuf};
use std::process::Command;

use tokencert::Error;
use tokencert::files::{self, Access};
use tokencert::pkcs11::{
    ExclusiveModule, Initialization, Pin, PinProvider, PinRequest, initialize,
};
use tokencert::token::{PinKind, Slot, TokenFlags, TokenIdentity};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Destination;
use crate::ui::Ui;

/// The variable that names SoftHSM2's configuration.
const VARIABLE: &str = "SOFTHSM2_CONF";

/// The label of the token that is made.
const LABEL: &str = "tokencert";

/// With the destination `pc`, makes SoftHSM2 look into the user's folder: returns only when it
/// does.
pub(crate) fn enter(context: &Context, ui: &Ui) -> Result<(), Failure> {
    context.profile(ui)?;
    let configuration = context.software_token_folder().join("softhsm2.conf");
    if context.destination() != Some(Destination::Pc)
        || std::env::var_os(VARIABLE).is_some_and(|value| Path::new(&value) == configuration)
    {
        return Ok(());
    }
    prepare(&context.software_token_folder(), &configuration)?;
    let line = format!("{VARIABLE}={}", configuration.display());
    ui.status(&message("software-token-line").with("line", line));
    Err(start_again(&configuration))
}

fn prepare(folder: &Path, configuration: &Path) -> Result<(), Error> {
    let tokens = folder.join("tokens");
    files::private_folder(&tokens)?;
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display(),
    );
    files::write(configuration, text.as_bytes(), Access::Private)
}

/// Replaces this process; returns only if that fails.
#[cfg(unix)]
fn start_again(configuration: &Path) -> Failure {
    use std::os::unix::process::CommandExt;
    match same_command(configuration) {
        Ok((program, mut command)) => Error::reading(program, command.exec()).into(),
        Err(failure) => failure,
    }
}

/// Runs the program once more and ends with its exit status.
#[cfg(not(unix))]
fn start_again(configuration: &Path) -> Failure {
    let ended = same_command(configuration).and_then(|(program, mut command)| {
        command
            .status()
            .map_err(|error| Error::reading(program, error).into())
    });
    match ended {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(failure) => failure,
    }
}

fn same_command(configuration: &Path) -> Result<(PathBuf, Command), Failure> {
    let program = std::env::current_exe().map_err(|error| Error::reading("tokencert", error))?;
    let mut command = Command::new(&program);
    command
        .args(std::env::args_os().skip(1))
        .env(VARIABLE, configuration);
    Ok((program, command))
}

/// Makes the user's own token where there is none yet; says whether it did.
///
/// Its SO PIN is the PIN: whoever can read the folder has the token's files anyway.
pub(crate) fn create(
    module: &ExclusiveModule,
    slots: &[Slot],
    context: &Context,
    ui: &Ui,
) -> Result<bool, Failure> {
    let initialized = |slot: &&Slot| {
        slot.token()
            .is_some_and(|token| token.flags.has(TokenFlags::TOKEN_INITIALIZED))
    };
    if slots.iter().any(|slot| initialized(&slot)) {
        return Ok(false);
    }
    let Some(slot) = slots.iter().find(|slot| slot.token().is_some()) else {
        return Ok(false);
    };
    let named = TokenIdentity {
        label: LABEL.to_owned(),
        ..TokenIdentity::default()
    };
    ui.status(&message("software-token-new").with("token", LABEL));
    let pin = context.pins(ui)?.new_pin(&named, PinKind::User)?;
    initialize(module, slot, &Initialization::new(LABEL), &mut Both(&pin))?;
    context.remember_pin(pin);
    Ok(true)
}

/// One PIN for both of a new token's.
struct Both<'a>(&'a Pin);

impl PinProvider for Both<'_> {
    fn pin(&mut self, _: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        Ok(Some(self.0.clone()))
    }
}
