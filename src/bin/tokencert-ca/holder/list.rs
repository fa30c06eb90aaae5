//! `tokencert-ca holder list` and `holder show`

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokencert::Error;
use tokencert::ca::HolderView;
use tokencert::certificate::sanitized;

use super::OneHolder;
use crate::actor::{self, ActorArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// List the holders with the state of their certificates
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca holder list --dir /srv/ca\n  \
                  $ tokencert-ca holder list --dir /srv/ca --contract 00009876543 --format json"
)]
pub(super) struct ListArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Only the holders of this contract
    #[arg(long, value_name = "CONTRACT", value_parser = actor::contract, conflicts_with = "administrator")]
    contract: Option<String>,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Show one holder
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca holder show --dir /srv/ca 00009876543/taro")]
pub(super) struct ShowArgs {
    #[command(flatten)]
    one: OneHolder,
}

pub(super) fn list(args: &ListArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    args.actor.actor(&authority, context, ui)?;
    let contract = args.contract.as_deref().or(args.actor.contract());
    let holders = authority.holders(contract, context.now())?;
    if context.json() {
        let holders: Vec<Value> = holders.iter().map(shown::holder).collect();
        ui.json(&json!({ "version": 1, "holders": holders }))?;
        return Ok(Exit::Done);
    }
    if holders.is_empty() {
        ui.status(&message("holders-none"));
        return Ok(Exit::Done);
    }
    let zone = shown::zone(&authority)?;
    let mut table = table::table(
        [
            "heading-id",
            "heading-kana",
            "heading-state",
            "heading-count",
            "heading-registered",
            "heading-serial",
            "heading-until",
        ]
        .map(|key| ui.word(key)),
    );
    for view in &holders {
        let [count, registered, serial, until] = of_certificate(view, &zone, ui);
        table.add_row([
            view.id.to_string(),
            sanitized(&view.kana),
            shown::state(view, &zone, ui),
            count,
            registered,
            serial,
            until,
        ]);
    }
    ui.data(table::text(&mut table))?;
    Ok(Exit::Done)
}

pub(super) fn show(args: &ShowArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let one = &args.one;
    let authority = registration::open(&one.dir, &one.registry)?;
    one.actor.actor(&authority, context, ui)?;
    let outside = |contract: &str| contract != one.holder.contract;
    if one.actor.contract().is_some_and(outside) {
        // An administrator does not learn who holds other contracts.
        let what = one.holder.to_string();
        return Err(Error::RegistryAbsent { what }.into());
    }
    let view = authority.holder(&one.holder, context.now())?;
    if context.json() {
        ui.json(&json!({ "version": 1, "holder": shown::holder(&view) }))?;
        return Ok(Exit::Done);
    }
    let zone = shown::zone(&authority)?;
    let [count, registered, serial, until] = of_certificate(&view, &zone, ui);
    let rows = [
        ("heading-id", view.id.to_string()),
        ("heading-institution", view.institution.clone()),
        ("heading-kana", sanitized(&view.kana)),
        ("heading-name", shown::optional(view.name.as_ref(), ui)),
        ("heading-email", shown::optional(view.email.as_ref(), ui)),
        (
            "heading-second-factor",
            shown::factor(view.second_factor, ui),
        ),
        ("heading-state", shown::state(&view, &zone, ui)),
        ("heading-count", count),
        ("heading-registered", registered),
        ("heading-serial", serial),
        ("heading-until", until),
    ];
    let mut table = table::rows();
    for (key, value) in rows {
        table.add_row([ui.word(key), value]);
    }
    ui.data(table::text(&mut table))?;
    Ok(Exit::Done)
}

/// Issue count, registration date, serial number and end of validity, as far as there are any.
fn of_certificate(view: &HolderView, zone: &TimeZone, ui: &Ui) -> [String; 4] {
    let absent = || ui.word("absent");
    let permit = view.permit.as_ref();
    let certificate = view.certificate.as_ref();
    [
        permit.map_or_else(absent, |permit| format!("{:03}", permit.issue_count)),
        permit.map_or_else(absent, |permit| shown::day_in(permit.registered, zone, ui)),
        certificate.map_or_else(absent, tokencert::Certificate::serial_number),
        certificate.map_or_else(absent, |certificate| {
            shown::day_in(certificate.not_after(), zone, ui)
        }),
    ]
}
