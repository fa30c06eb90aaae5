//! `tokencert issue --manifest`: a box of tokens, a process each.

mod assign;
mod board;
mod crew;
mod ledger;
mod pin_folder;
mod report;
mod wire;
mod worker;

use std::path::PathBuf;

use tokencert::Error;
use tokencert::files;
use tokencert::manifest::Manifest;
use tokencert::token::{TokenIdentity, TokenLock};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::issue::IssueArgs;
use crate::options::Destination;
use crate::ui::Ui;

use board::Board;
use ledger::Ledger;
use pin_folder::PinFile;

pub(crate) use wire::Order;

/// What makes it a box of tokens.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct BoxArgs {
    /// Work every token that is plugged in, each for its row of this CSV file; with --wait, also
    /// those that are plugged in later
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "subject", "holder", "account_pin_source", "second_factor_source",
        "enrolment_code_source", "contract", "user", "name", "san", "label", "existing", "another",
    ])]
    manifest: Option<PathBuf>,

    /// File that keeps what became of each row, so that the next run goes on; without it, it is
    /// beside the manifest
    #[arg(long, value_name = "FILE", requires = "manifest")]
    ledger: Option<PathBuf>,

    /// Initialise the tokens first, under the labels of their rows: those that never were, and those
    /// that the manifest names by serial number
    #[arg(long, requires = "manifest")]
    init: bool,

    /// Folder with a file for each token: its PIN, then its SO PIN
    #[arg(long, value_name = "FOLDER", requires = "manifest")]
    pin_folder: Option<PathBuf>,

    /// The same; for tokens that have no file there yet, random PINs are made
    #[arg(
        long,
        value_name = "FOLDER",
        requires = "manifest",
        conflicts_with = "pin_folder"
    )]
    random_pins: Option<PathBuf>,

    /// Work one token, as the process that started this one says
    #[arg(long, hide = true, requires = "manifest")]
    worker: bool,
}

impl BoxArgs {
    /// True if there is a manifest.
    pub(crate) fn is_given(&self) -> bool {
        self.manifest.is_some()
    }

    /// The file of a token's PINs, where there is a folder for them.
    fn pin_file(&self, name: &str) -> Option<PinFile> {
        let folder = self.random_pins.as_ref().or(self.pin_folder.as_ref())?;
        Some(PinFile::new(folder, name, self.random_pins.is_some()))
    }

    /// What clap cannot check.
    fn check(&self, manifest: &Manifest, context: &Context, ui: &Ui) -> Result<(), Failure> {
        if let Some(key) = context.options().about_one_token() {
            return Err(Failure::usage(message(key)));
        }
        if context.destination() == Some(Destination::Pc) {
            return Err(Failure::usage(message("box-pc")));
        }
        if let Some(folder) = self.random_pins.as_ref().or(self.pin_folder.as_ref()) {
            if self.random_pins.is_some() {
                files::private_folder(folder)?;
            } else {
                std::fs::read_dir(folder).map_err(|error| Error::reading(folder, error))?;
            }
            if is_open_to_others(folder) {
                ui.warn(&message("pin-folder-open").with("path", folder.display()));
            }
        } else if self.init {
            return Err(Failure::usage(message("init-without-pins")));
        }
        let unlabelled = manifest.rows.iter().find(|row| row.label.is_none());
        match unlabelled.filter(|_| self.init) {
            Some(row) => Err(Failure::usage(
                message("init-without-label").count("line", row.line),
            )),
            None => Ok(()),
        }
    }
}

pub(crate) fn run(args: &IssueArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let boxed = &args.boxed;
    let Some(path) = boxed.manifest.as_ref().filter(|_| !boxed.worker) else {
        return worker::run(args, context, ui);
    };
    let manifest = Manifest::read(path)?;
    boxed.check(&manifest, context, ui)?;
    args.check_authority(context, ui)?;
    let place = boxed.ledger.clone();
    let place = place.unwrap_or_else(|| Ledger::beside(path));
    // Two runs at once would give a row two tokens.
    let name = TokenIdentity {
        label: std::path::absolute(&place)
            .unwrap_or_default()
            .display()
            .to_string(),
        ..TokenIdentity::default()
    };
    let mut waiting = || ui.status(&message("ledger-in-use").with("path", place.display()));
    let folder = context.lock_folder();
    let _lock = TokenLock::acquire(&folder, &name, &mut waiting)?;
    let ledger = Ledger::open(place)?;
    if let Some(failure) = manifest.rows.iter().find_map(|row| ledger.contradicts(row)) {
        return Err(failure);
    }
    let mut board = Board::new(manifest.rows, ledger, boxed.init, context, ui);
    board.work()?;
    report::show(&board, context, ui)?;
    Ok(board.exit())
}

#[cfg(unix)]
fn is_open_to_others(folder: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    folder
        .metadata()
        .is_ok_and(|folder| folder.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::path::Path) -> bool {
    false
}
