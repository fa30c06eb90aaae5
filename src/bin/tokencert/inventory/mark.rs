//! `tokencert inventory mark`

use tokencert::inventory::{Held, HeldCertificate, Inventory, Mark};
use tokencert::report::{csv, json};
use tokencert::token::TokenSelector;

use super::words;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Format;
use crate::selector::token_selector;
use crate::ui::Ui;
use crate::{table, text};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Say what became of a token: lost, retired, or in use again
///
/// Of a lost token, the certificates are listed that are to be revoked, with the commands for an
/// authority of `tokencert-ca`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert inventory mark 0a1b2c3d lost --reason 'left on a train'\n  \
                  $ tokencert inventory mark 0a1b2c3d in-use"
)]
pub(super) struct MarkArgs {
    /// Serial number of the token, its label or its PKCS#11 URI
    #[arg(value_name = "SERIAL", value_parser = token_selector)]
    serial: TokenSelector,

    /// What became of it
    #[arg(value_name = "MARK", value_parser = ["in-use", "lost", "retired"])]
    mark: String,

    /// Why, or how it is known
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

pub(super) fn run(
    args: &MarkArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let mark: Mark = args.mark.parse().unwrap_or_default();
    let reason = args.reason.as_deref();
    let token = inventory.mark(&args.serial, mark, reason, context.now())?;
    let revoke: Vec<&HeldCertificate> = match mark {
        Mark::Lost => token.to_revoke(context.now()).collect(),
        Mark::InUse | Mark::Retired => Vec::new(),
    };
    match context.format() {
        Format::Json => ui.json(&json::marked(&token, &revoke))?,
        Format::Csv => return super::csv(ui, |to| csv::tokens([&token], to)),
        Format::Text | Format::Html => {
            let done = message("inventory-marked").with("token", ui.phrase(&token.identity));
            ui.say(&done.with("mark", words::mark(mark, ui)))?;
            if mark == Mark::Lost {
                tell(&token, &revoke, context, ui)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// What to revoke, and how.
fn tell(
    token: &Held,
    revoke: &[&HeldCertificate],
    context: &Context,
    ui: &Ui,
) -> Result<(), Failure> {
    let zone = context.zone(ui)?;
    if revoke.is_empty() {
        let seen = text::day_of(token.last_seen, &zone, ui);
        return ui.say(&message("inventory-nothing-to-revoke").with("day", seen));
    }
    let headings = [
        "column-number",
        "column-holder",
        "column-issuer",
        "column-until",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for one in revoke {
        rows.add_row([
            words::shown(&one.serial_number),
            words::holder(one, ui),
            words::shown(&one.issuer),
            text::day_of(one.not_after, &zone, ui),
        ]);
    }
    ui.say(&message("inventory-revoke").count("count", revoke.len()))?;
    ui.data(table::text(&mut rows))?;
    ui.say(&message("inventory-revoke-how"))?;
    for one in revoke {
        ui.line(format_args!(
            "  tokencert-ca certificate revoke {} --reason lost",
            one.serial_number
        ))?;
    }
    Ok(())
}

fn reason(text: &str) -> Result<String, String> {
    match text.chars().count() {
        1..=LONGEST_REASON => Ok(text.to_owned()),
        _ => Err(format!("1-{LONGEST_REASON}")),
    }
}
