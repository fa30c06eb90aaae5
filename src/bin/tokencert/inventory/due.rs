//! `tokencert inventory due`

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokencert::inventory::{Due, Inventory, Period};
use tokencert::report::{csv, json};

use super::words;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{Days, Format};
use crate::ui::Ui;
use crate::{table, text};

/// List the certificates that fall due, and those that are overdue
///
/// Certificates that a later one has taken the place of are not listed, nor those on tokens that are
/// lost or retired. The exit status is 3 if something is due.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert inventory due --days 60\n  \
                        $ tokencert inventory due --month 2026-12 --format csv")]
pub(super) struct DueArgs {
    /// Within so many days
    #[arg(long, value_name = "DAYS", default_value = "30")]
    days: Days,

    /// In this month, and in no other
    #[arg(long, value_name = "YYYY-MM", value_parser = month, conflicts_with = "days")]
    month: Option<Date>,
}

pub(super) fn run(
    args: &DueArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let zone = context.zone(ui)?;
    let period = match args.month {
        Some(first) => Period::month(first, &zone)?,
        None => Period::days(args.days.0, context.now(), &zone)?,
    };
    let due = inventory.due(&period, context.now())?;
    match context.format() {
        Format::Json => ui.json(&json::inventory("due", &due))?,
        Format::Csv => super::csv(ui, |to| csv::due(&due, to)).map(drop)?,
        Format::Text if due.is_empty() => ui.say(&message("inventory-nothing-due"))?,
        Format::Text | Format::Html => ui.data(listing(&due, &zone, ui))?,
    }
    Ok(if due.is_empty() {
        Exit::Done
    } else {
        Exit::Due
    })
}

fn listing(due: &[Due], zone: &TimeZone, ui: &Ui) -> String {
    let headings = [
        "column-until",
        "column-days",
        "column-holder",
        "column-number",
        "column-token",
        "column-host",
        "column-seen",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for one in due {
        let days = if one.expired {
            ui.word("inventory-expired")
        } else {
            one.days.to_string()
        };
        rows.add_row([
            text::day_of(one.certificate.not_after, zone, ui),
            days,
            words::holder(&one.certificate, ui),
            words::shown(&one.certificate.serial_number),
            text::token(&one.token),
            words::shown(&one.host),
            text::day_of(one.last_seen, zone, ui),
        ]);
    }
    table::text(&mut rows)
}

/// The first day of a month that is written `2026-12`.
fn month(text: &str) -> Result<Date, String> {
    let first = match text.len() {
        7 => format!("{text}-01").parse().ok(),
        _ => None,
    };
    let first = first.filter(|first| super::has_instants(*first));
    first.ok_or_else(|| "2026-12".to_owned())
}
