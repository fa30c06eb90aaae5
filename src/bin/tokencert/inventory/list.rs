//! `tokencert inventory list` and `inventory show`

use jiff::tz::TimeZone;
use tokencert::inventory::{Held, HeldCertificate, Inventory, Known};
use tokencert::report::{csv, json};
use tokencert::token::TokenSelector;

use super::words;
use crate::audit::words as said;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{Days, Format};
use crate::selector::token_selector;
use crate::table;
use crate::text::{self, ABSENT};
use crate::ui::Ui;

/// List the tokens: where and when each was seen last, and the certificates on it
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert inventory list\n  \
                        $ tokencert inventory list --unseen 60")]
pub(super) struct ListArgs {
    /// Only tokens in use that were not seen for so many days
    #[arg(long, value_name = "DAYS")]
    unseen: Option<Days>,
}

/// Show everything that is known of a token, or of all that share its serial number
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  $ tokencert inventory show 0a1b2c3d")]
pub(super) struct ShowArgs {
    /// Serial number of the token, its label or its PKCS#11 URI
    #[arg(value_name = "SERIAL", value_parser = token_selector)]
    serial: TokenSelector,
}

pub(super) fn run(
    args: &ListArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let unseen = args.unseen.map(|days| days.0);
    let tokens = inventory.tokens(unseen, context.now())?;
    match context.format() {
        Format::Json => ui.json(&json::inventory("tokens", &tokens))?,
        Format::Csv => return super::csv(ui, |to| csv::tokens(&tokens, to)),
        Format::Text if tokens.is_empty() => ui.say(&message("inventory-none"))?,
        Format::Text | Format::Html => ui.data(listing(&tokens, &context.zone(ui)?, ui))?,
    }
    Ok(Exit::Done)
}

fn listing(tokens: &[Held], zone: &TimeZone, ui: &Ui) -> String {
    let headings = [
        "column-token",
        "column-serial",
        "column-manufacturer",
        "column-model",
        "column-host",
        "column-seen",
        "column-mark",
        "column-holder",
        "column-until",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for token in tokens {
        let identity = &token.identity;
        let mut named = [
            words::shown(&identity.label),
            words::shown(&identity.serial),
            words::shown(&identity.manufacturer),
            words::shown(&identity.model),
            words::shown(&token.host),
            text::day_of(token.last_seen, zone, ui),
            words::mark(token.mark, ui),
        ];
        let mut certificates: Vec<[String; 2]> = holders(token)
            .map(|one| {
                [
                    words::holder(one, ui),
                    text::day_of(one.not_after, zone, ui),
                ]
            })
            .collect();
        if certificates.is_empty() {
            certificates.push([ABSENT, ABSENT].map(str::to_owned));
        }
        for certificate in certificates {
            let named = std::mem::take(&mut named);
            rows.add_row(named.into_iter().chain(certificate));
        }
    }
    table::text(&mut rows)
}

/// The certificates that are a holder's and no authority's.
fn holders(token: &Held) -> impl Iterator<Item = &HeldCertificate> {
    token.certificates.iter().filter(|one| !one.ca)
}

pub(super) fn show(
    args: &ShowArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let tokens = inventory.show(&args.serial)?;
    match context.format() {
        Format::Json => ui.json(&json::inventory("tokens", &tokens))?,
        Format::Csv => {
            let held = tokens.iter().map(|known| &known.held);
            return super::csv(ui, |to| csv::tokens(held, to));
        }
        Format::Text | Format::Html => {
            let zone = context.zone(ui)?;
            if tokens.len() > 1 {
                ui.status(&message("inventory-several").count("count", tokens.len()));
            }
            let shown: Vec<String> = tokens.iter().map(|one| details(one, &zone, ui)).collect();
            ui.data(shown.join("\n"))?;
        }
    }
    Ok(Exit::Done)
}

fn details(known: &Known, zone: &TimeZone, ui: &Ui) -> String {
    let (held, seen) = (&known.held, &known.seen);
    let mut rows = table::rows();
    let mut row = |heading: &str, value: String| {
        rows.add_row([ui.word(heading), value]);
    };
    row("column-token", words::shown(&held.identity.label));
    row("column-serial", words::shown(&held.identity.serial));
    row(
        "column-manufacturer",
        words::shown(&held.identity.manufacturer),
    );
    row("column-model", words::shown(&held.identity.model));
    row("inventory-firmware", words::shown(&seen.firmware));
    row("inventory-uri", words::shown(&held.uri));
    row("column-mark", words::marked(held, zone, ui));
    row("column-host", words::shown(&held.host));
    row("inventory-first", words::moment(held.first_seen, zone, ui));
    row("column-seen", words::moment(held.last_seen, zone, ui));
    row("inventory-read", words::moment(known.read, zone, ui));
    row("column-module", words::shown(&seen.module));
    row("property-pin-state", words::shown(&seen.pin_state));
    row("property-so-pin-state", words::shown(&seen.so_pin_state));
    let mut text = table::text(&mut rows);
    for (heading, part) in [
        ("inventory-certificates", certificates(known, zone, ui)),
        ("inventory-keys", keys(known, ui)),
        ("inventory-findings", findings(known, zone, ui)),
        ("inventory-not-checked", not_checked(known, ui)),
    ] {
        if !part.is_empty() {
            text = text + "\n" + &ui.word(heading) + "\n" + &part;
        }
    }
    text
}

fn certificates(known: &Known, zone: &TimeZone, ui: &Ui) -> String {
    if known.held.certificates.is_empty() {
        return String::new();
    }
    let headings = [
        "column-holder",
        "column-number",
        "column-from",
        "column-until",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for one in &known.held.certificates {
        rows.add_row([
            words::holder(one, ui),
            words::shown(&one.serial_number),
            text::day_of(one.not_before, zone, ui),
            text::day_of(one.not_after, zone, ui),
        ]);
    }
    table::text(&mut rows)
}

fn keys(known: &Known, ui: &Ui) -> String {
    if known.seen.keys.is_empty() {
        return String::new();
    }
    let headings = ["column-id", "column-label", "column-key", "column-private"];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for key in &known.seen.keys {
        let private = match (key.private, key.extractable) {
            (false, _) => "private-unseen",
            (true, Some(false)) => "private-kept",
            (true, Some(true)) => "private-extractable",
            (true, None) => "private-unknown",
        };
        rows.add_row([
            key.id
                .as_ref()
                .map_or_else(|| ABSENT.to_owned(), ToString::to_string),
            words::shown(key.label.as_deref().unwrap_or_default()),
            words::shown(key.algorithm.as_deref().unwrap_or_default()),
            ui.word(private),
        ]);
    }
    table::text(&mut rows)
}

fn findings(known: &Known, zone: &TimeZone, ui: &Ui) -> String {
    if known.remarks.findings.is_empty() {
        return String::new();
    }
    let headings = [
        "column-severity",
        "column-rule",
        "column-object",
        "column-finding",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for found in &known.remarks.findings {
        rows.add_row([
            ui.word(&format!("severity-{}", found.severity)),
            found.rule.to_string(),
            said::object(found.object.as_ref(), ui),
            said::finding(found, zone, ui).message,
        ]);
    }
    table::text(&mut rows)
}

fn not_checked(known: &Known, ui: &Ui) -> String {
    let mut rules: Vec<&str> = known
        .remarks
        .not_checked
        .iter()
        .map(|open| open.rule.name())
        .collect();
    rules.dedup();
    if rules.is_empty() {
        return String::new();
    }
    format!("{}\n", rules.join(&ui.word("list-separator")))
}
