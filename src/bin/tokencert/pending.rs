//! `tokencert pending`

use jiff::tz::TimeZone;
use tokencert::certificate::sanitized;
use tokencert::issue::{Abandoned, RequestOrder, abandon};
use tokencert::journal::Entry;
use tokencert::pkcs11::Token;
use tokencert::report::json;
use tokencert::token::Need;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{session, table, text};

/// List what was begun and not finished, or give it up
///
/// A run of `tokencert issue` or `tokencert request` that was stopped goes on when the same command
/// is given again; `tokencert status` shows that command.
#[derive(clap::Args, Debug)]
pub(crate) struct PendingArgs {
    #[command(subcommand)]
    command: PendingCommand,
}

#[derive(clap::Subcommand, Debug)]
enum PendingCommand {
    /// List what was begun and not finished
    List,
    /// Give up an unfinished run, with the key that was made for it
    ///
    /// The key is destroyed unless a certificate may have been issued for it.
    Abandon {
        /// Its ID, as `tokencert pending list` shows it
        #[arg(value_name = "ID")]
        id: String,
    },
}

impl PendingArgs {
    /// True if the command works with a token.
    pub(crate) fn uses_token(&self) -> bool {
        matches!(self.command, PendingCommand::Abandon { .. })
    }
}

pub(crate) fn run(args: &PendingArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        PendingCommand::List => list(context, ui),
        PendingCommand::Abandon { id } => give_up(id, context, ui),
    }
}

fn list(context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let entries = context.unfinished(ui)?;
    if context.json() {
        ui.json(&json::pending(&entries))?;
    } else if entries.is_empty() {
        ui.say(&message("pending-none"))?;
    } else {
        ui.data(listing(&entries, &context.zone(ui)?, ui))?;
    }
    Ok(Exit::Done)
}

fn listing(entries: &[Entry], zone: &TimeZone, ui: &Ui) -> String {
    let headings = [
        "column-id",
        "column-begun",
        "column-step",
        "column-token",
        "column-subject",
        "column-authority",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for entry in entries {
        rows.add_row([
            entry.id.clone(),
            text::instant(entry.begun, zone, ui),
            ui.word(&format!("step-{}", entry.step.name())),
            text::token(&entry.purpose.token),
            sanitized(&entry.purpose.request.subject),
            match RequestOrder::place_of(entry) {
                Some(place) => ui.text(&message("pending-request").with("path", sanitized(place))),
                None => sanitized(&entry.purpose.authority),
            },
        ]);
    }
    table::text(&mut rows)
}

fn give_up(id: &str, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let journal = context.journal();
    let entry = journal.entry(id)?;
    let act = |token: &Token<'_>| {
        session::log_in(token, context, ui)?;
        Ok(abandon(token, &entry, context.now())?)
    };
    let fate = session::with_token_then(context, Need::Write, ui, act, |fate| {
        journal.finish(&entry)?;
        Ok(fate)
    })?;
    let key = match fate {
        Abandoned::NoKey => "abandoned-no-key",
        Abandoned::KeyDestroyed => "abandoned-key-destroyed",
        _ => "abandoned-key-kept",
    };
    ui.status(&message(key).with("id", id).with("key", &entry.key_id));
    Ok(Exit::Done)
}
