//! `tokencert inventory history` and `inventory diff`

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokencert::certificate::sanitized;
use tokencert::inventory::{Difference, Inventory, Life, Run, Sighting};
use tokencert::report::{csv, json};
use tokencert::token::TokenSelector;

use super::words;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Format;
use crate::selector::token_selector;
use crate::table;
use crate::ui::Ui;

/// List the runs that were collected, or what became of one token
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert inventory history\n  \
                        $ tokencert inventory history 0a1b2c3d")]
pub(super) struct HistoryArgs {
    /// Serial number of the token, its label or its PKCS#11 URI; without it, every run
    #[arg(value_name = "SERIAL", value_parser = token_selector)]
    serial: Option<TokenSelector>,
}

/// List what has changed on each token between the last two runs that have seen it
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert inventory diff\n  \
                        $ tokencert inventory diff --since 2026-11-01")]
pub(super) struct DiffArgs {
    /// What has changed since the beginning of this day instead
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
}

pub(super) fn history(
    args: &HistoryArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let Some(serial) = &args.serial else {
        return runs(&inventory.runs()?, context, ui);
    };
    let lives = inventory.history(serial)?;
    match context.format() {
        Format::Json => ui.json(&json::inventory("tokens", &lives))?,
        Format::Csv => return super::csv(ui, |to| csv::sightings(&lives, to)),
        Format::Text | Format::Html => {
            let zone = context.zone(ui)?;
            let shown: Vec<String> = lives.iter().map(|life| of_life(life, &zone, ui)).collect();
            ui.data(shown.join("\n"))?;
        }
    }
    Ok(Exit::Done)
}

fn runs(runs: &[Run], context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match context.format() {
        Format::Json => ui.json(&json::inventory("runs", runs))?,
        Format::Csv => return super::csv(ui, |to| csv::runs(runs, to)),
        Format::Text | Format::Html => {
            let zone = context.zone(ui)?;
            let headings = [
                "column-time",
                "column-host",
                "column-tokens",
                "column-findings",
                "column-policy",
            ];
            let mut rows = table::table(headings.map(|key| ui.word(key)));
            for run in runs {
                rows.add_row([
                    words::moment(run.time, &zone, ui),
                    words::shown(&run.host),
                    run.tokens.to_string(),
                    run.findings.to_string(),
                    words::shown(&run.policy),
                ]);
            }
            ui.data(table::text(&mut rows))?;
        }
    }
    Ok(Exit::Done)
}

/// What became of a token, the newest first, marks and sightings in one.
fn of_life(life: &Life, zone: &TimeZone, ui: &Ui) -> String {
    let mut lines: Vec<(Timestamp, String, Vec<String>)> = Vec::new();
    for set in &life.marks {
        let marked = message("history-marked").with("mark", words::mark(set.mark, ui));
        let marked = match &set.reason {
            Some(reason) => message("mark-because")
                .with("mark", ui.text(&marked))
                .with("reason", sanitized(reason)),
            None => marked,
        };
        lines.push((set.at, String::new(), vec![ui.text(&marked)]));
    }
    for seen in &life.sightings {
        lines.push((
            seen.time,
            words::shown(&seen.host),
            sighting(seen, zone, ui),
        ));
    }
    lines.sort_by_key(|(time, ..)| std::cmp::Reverse(*time));
    let headings = ["column-time", "column-host", "column-change"];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for (time, host, said) in lines {
        let mut place = [words::moment(time, zone, ui), host];
        for said in said {
            let [time, host] = std::mem::take(&mut place);
            rows.add_row([time, host, said]);
        }
    }
    let heading = message("list-token").with("token", ui.phrase(&life.identity));
    format!("{}\n{}", ui.text(&heading), table::text(&mut rows))
}

/// How much was seen, then what had changed.
fn sighting(seen: &Sighting, zone: &TimeZone, ui: &Ui) -> Vec<String> {
    let summary = message("history-seen").count("certificates", seen.certificates);
    let summary = ui.text(&summary.count("findings", seen.findings));
    let changes = seen
        .changes
        .iter()
        .map(|change| words::change(change, zone, ui));
    std::iter::once(summary).chain(changes).collect()
}

pub(super) fn diff(
    args: &DiffArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let zone = context.zone(ui)?;
    let since = args.since.map(|day| beginning(day, &zone)).transpose()?;
    let changed = inventory.diff(since)?;
    match context.format() {
        Format::Json => ui.json(&json::inventory("changed", &changed))?,
        Format::Csv => return super::csv(ui, |to| csv::changes(&changed, to)),
        Format::Text if changed.is_empty() => ui.say(&message("inventory-unchanged"))?,
        Format::Text | Format::Html => ui.data(listing(&changed, &zone, ui))?,
    }
    Ok(Exit::Done)
}

fn listing(changed: &[Difference], zone: &TimeZone, ui: &Ui) -> String {
    let headings = [
        "column-token",
        "column-time",
        "column-host",
        "column-change",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for one in changed {
        let mut named = [
            crate::text::token(&one.identity),
            words::moment(one.after, zone, ui),
            words::shown(&one.host),
        ];
        for change in &one.changes {
            let named = std::mem::take(&mut named);
            rows.add_row(named.into_iter().chain([words::change(change, zone, ui)]));
        }
    }
    table::text(&mut rows)
}

/// The first instant of a day.
fn beginning(day: Date, zone: &TimeZone) -> Result<Timestamp, tokencert::Error> {
    let start = day.to_zoned(zone.clone());
    let start = start.map_err(|error| tokencert::Error::PeriodInvalid {
        reason: error.to_string(),
    })?;
    Ok(start.timestamp())
}

fn day(text: &str) -> Result<Date, String> {
    let day = text.parse().ok().filter(|day| super::has_instants(*day));
    day.ok_or_else(|| "2026-11-21".to_owned())
}
