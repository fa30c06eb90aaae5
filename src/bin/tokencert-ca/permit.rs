//! `tokencert-ca permit`

use std::path::PathBuf;

use serde_json::json;
use tokencert::Error;
use tokencert::ca::GivenCode;
use tokencert::files::{self, Access};
use tokencert::manifest::{Manifest, Row};
use tokencert::registry::HolderId;

use crate::actor::ActorArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::numbers::number;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::system::random;
use crate::ui::Ui;

/// Give out enrolment codes for the holders of a manifest: no PIN of theirs is needed then
///
/// The file that is written is the manifest with the codes in it, for `tokencert issue --manifest`.
/// A code is good for one key of one holder, and for so many days; codes that were given out before
/// end. A holder who cannot acquire at present gets none, and a warning.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca permit --dir /srv/ca --manifest box.csv --out codes.csv\n  \
                  $ tokencert-ca permit --dir /srv/ca --manifest box.csv --out codes.csv --valid-days 3"
)]
pub(crate) struct PermitArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Table of the holders: CSV with a column `holder`
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,

    /// File to write the manifest with the codes to, for its owner alone; must not be there
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Days in which a code can be used, in place of what the policy says
    #[arg(long, value_name = "DAYS", value_parser = |text: &str| number(text, 1..=366))]
    valid_days: Option<u16>,

    #[command(flatten)]
    actor: ActorArgs,
}

pub(crate) fn run(args: &PermitArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let manifest = Manifest::read(&args.manifest)?;
    let rows = manifest.rows.iter();
    let holders: Vec<HolderId> = rows.map(holder).collect::<Result<_, _>>()?;
    files::check_writable(&args.out, false)?;
    let authority = registration::open(&args.dir, &args.registry)?;
    let actor = args.actor.actor(&authority, context, ui)?;
    let now = context.now();
    let given = authority.give_codes(&holders, args.valid_days, &actor, now, &mut random)?;
    let code = |given: &Result<GivenCode, Error>| {
        let given = given.as_ref().ok()?;
        Some((given.code.clone(), given.expires))
    };
    let codes: Vec<_> = given.iter().map(code).collect();
    // A file that could not be written costs nothing: the next run gives out other codes.
    let file = manifest.with_codes(&codes);
    files::write_new(&args.out, &file, Access::Private)?;
    if context.json() {
        ui.json(&report(args, &given))?;
    } else {
        tell(args, &given, &shown::zone(&authority)?, ui)?;
    }
    Ok(if codes.iter().any(Option::is_some) {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn holder(row: &Row) -> Result<HolderId, Failure> {
    let named = row.holder.as_ref().ok_or_else(|| {
        let missing = message("permit-holder-missing").count("line", row.line);
        Failure::usage(missing)
    })?;
    Ok(named.parse::<HolderId>()?)
}

fn tell(
    args: &PermitArgs,
    given: &[Result<GivenCode, Error>],
    zone: &jiff::tz::TimeZone,
    ui: &Ui,
) -> Result<(), Failure> {
    for refused in given.iter().filter_map(|one| one.as_ref().err()) {
        ui.warn_of(refused);
    }
    let codes: Vec<_> = given.iter().filter_map(|one| one.as_ref().ok()).collect();
    let said = message("codes-written").count("count", codes.len());
    ui.say(&said.with("path", args.out.display()))?;
    // The last moment of all: each row has its own.
    let last = codes.iter().map(|code| code.expires).max();
    if let Some(last) = last {
        let day = shown::day_in(shown::last_second(last), zone, ui);
        ui.say(&message("codes-until").with("day", day))?;
    }
    Ok(())
}

fn report(args: &PermitArgs, given: &[Result<GivenCode, Error>]) -> serde_json::Value {
    let codes = given.iter().filter_map(|one| one.as_ref().ok());
    let codes: Vec<_> = codes
        .map(|one| json!({ "holder": one.holder.to_string(), "expires": one.expires.to_string() }))
        .collect();
    let refused = given.iter().filter_map(|one| one.as_ref().err());
    let refused: Vec<_> = refused
        .map(|error| json!({ "reason": error.code(), "message": error.to_string() }))
        .collect();
    json!({
        "version": 1,
        "file": args.out.display().to_string(),
        "codes": codes,
        "refused": refused,
    })
}
