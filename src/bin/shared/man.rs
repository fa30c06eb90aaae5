//! The command `man` of both programs.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use tokencert::Error;
use tokencert::files::{self, Access};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::help;
use crate::i18n::Catalog;
use crate::ui::Ui;

/// The program's name.
const NAME: &str = env!("CARGO_BIN_NAME");

/// Print the manual page, or write those of all commands into a folder
#[derive(clap::Args, Debug)]
#[command(after_help = concat!(
    "Examples:\n  $ ", env!("CARGO_BIN_NAME"), " man | man -l -\n  $ ",
    env!("CARGO_BIN_NAME"), " man --out /usr/local/share/man/man1"
))]
pub(crate) struct ManArgs {
    /// Folder to write the pages to, one for each command
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, ui: &Ui) -> Result<Exit, Failure> {
    let command = help::localized(crate::Cli::command(), &Catalog::new(ui.language()));
    match &args.out {
        Some(folder) => write_all(&command, NAME, folder)?,
        None => ui.data(page(&command, NAME)?)?,
    }
    Ok(Exit::Done)
}

fn page(command: &Command, name: &str) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut page)
        .map_err(|error| Error::writing(name, error))?;
    Ok(page)
}

fn write_all(command: &Command, name: &str, folder: &Path) -> Result<(), Error> {
    let path = folder.join(format!("{name}.1"));
    files::write(&path, &page(command, name)?, Access::Public)?;
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        write_all(sub, &format!("{name}-{}", sub.get_name()), folder)?;
    }
    Ok(())
}
