//! `tokencert inventory`

mod changes;
mod due;
mod import;
mod list;
mod mark;
mod words;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use tokencert::Error;
use tokencert::files;
use tokencert::finding::Report;
use tokencert::inventory::Inventory;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;

/// Collect what audits found on many computers, and see which tokens there are, what falls due, and
/// what has changed
///
/// `tokencert audit --format json` on each computer writes a report; `tokencert inventory import`
/// collects them. No token is needed, and no PIN.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert inventory import /srv/reports\n  \
    $ tokencert inventory due --month 2026-12\n  \
    $ tokencert inventory mark 0a1b2c3d lost --reason 'left on a train'"
)]
pub(crate) struct InventoryArgs {
    #[command(subcommand)]
    command: InventoryCommand,

    /// File of the inventory in place of the user's own
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "TOKENCERT_INVENTORY",
        hide_env_values = true
    )]
    inventory: Option<PathBuf>,
}

#[derive(clap::Subcommand, Debug)]
enum InventoryCommand {
    Import(import::ImportArgs),
    List(list::ListArgs),
    Show(list::ShowArgs),
    History(changes::HistoryArgs),
    Due(due::DueArgs),
    Diff(changes::DiffArgs),
    Mark(mark::MarkArgs),
}

impl InventoryArgs {
    /// True if the command prints a table for spreadsheets.
    pub(crate) fn writes_csv(&self) -> bool {
        !matches!(self.command, InventoryCommand::Import(_))
    }
}

pub(crate) fn run(args: &InventoryArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let named = args.inventory.as_deref();
    let existing = || match named {
        Some(file) => Inventory::open_existing(file),
        None => Inventory::open_existing(&context.inventory_file()),
    };
    match &args.command {
        InventoryCommand::Import(args) => import::run(args, &open(named, context)?, context, ui),
        InventoryCommand::List(args) => list::run(args, &existing()?, context, ui),
        InventoryCommand::Show(args) => list::show(args, &existing()?, context, ui),
        InventoryCommand::History(args) => changes::history(args, &existing()?, context, ui),
        InventoryCommand::Due(args) => due::run(args, &existing()?, context, ui),
        InventoryCommand::Diff(args) => changes::diff(args, &existing()?, context, ui),
        InventoryCommand::Mark(args) => mark::run(args, &existing()?, context, ui),
    }
}

/// Keeps a report as if it had been written and imported.
pub(crate) fn store(
    report: &Report,
    named: Option<&Path>,
    context: &Context,
    ui: &Ui,
) -> Result<(), Failure> {
    let imported = open(named, context)?.store(report, context.now())?;
    import::warn(&report.host, &imported, context, ui)?;
    ui.status(&message("inventory-stored").count("tokens", imported.tokens));
    Ok(())
}

/// Opens the inventory that is named, else the user's own, which is made if it is not there.
fn open(named: Option<&Path>, context: &Context) -> Result<Inventory, Error> {
    if let Some(file) = named {
        return Inventory::open(file);
    }
    let file = context.inventory_file();
    if let Some(folder) = file.parent() {
        files::private_folder(folder)?;
    }
    Inventory::open(&file)
}

/// Prints a table for spreadsheets.
fn csv(ui: &Ui, write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<Exit, Failure> {
    let mut table = Vec::new();
    write(&mut table).map_err(Failure::Output)?;
    ui.data(table)?;
    Ok(Exit::Done)
}

/// True for a day whose instants can all be told, in every time zone.
fn has_instants(day: Date) -> bool {
    (1..=9998).contains(&day.year())
}
