//! `tokencert-ca log`

use serde_json::{Value, json};
use tokencert::certificate::sanitized;
use tokencert::registry::EventRecord;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::numbers::number;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// Show what was changed, when and by whom: the newest first
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca log --dir /srv/ca\n  \
                  $ tokencert-ca log --dir /srv/ca 00009876543/taro --limit 10 --format json")]
pub(crate) struct LogArgs {
    /// Only what was done to this holder, contract or certificate
    #[arg(value_name = "HOLDER")]
    subject: Option<String>,

    /// At most so many lines
    #[arg(long, value_name = "N", default_value = "50", value_parser = |text: &str| number(text, 0..=u32::MAX))]
    limit: u32,

    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,
}

pub(crate) fn run(args: &LogArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    let events = authority.events(args.subject.as_deref(), args.limit)?;
    if context.json() {
        let events: Vec<Value> = events.iter().map(json_of).collect();
        ui.json(&json!({ "version": 1, "events": events }))?;
        return Ok(Exit::Done);
    }
    if events.is_empty() {
        ui.status(&message("log-empty"));
        return Ok(Exit::Done);
    }
    let zone = shown::zone(&authority)?;
    let headings = [
        "heading-at",
        "heading-actor",
        "heading-action",
        "heading-subject",
        "heading-detail",
    ];
    let mut table = table::table(headings.map(|key| ui.word(key)));
    for event in &events {
        let at = event.at.to_zoned(zone.clone());
        table.add_row([
            at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            sanitized(&event.actor),
            sanitized(&event.action),
            sanitized(&event.subject),
            sanitized(&event.detail),
        ]);
    }
    ui.data(table::text(&mut table))?;
    Ok(Exit::Done)
}

fn json_of(event: &EventRecord) -> Value {
    // What is no JSON is shown as the text that it is.
    let detail = serde_json::from_str(&event.detail);
    json!({
        "at": event.at.to_string(),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "detail": detail.unwrap_or_else(|_| Value::from(event.detail.as_str())),
    })
}
