//! `tokencert audit`

mod looking;
mod map;
mod module;
mod screen;
pub(crate) mod words;

use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::audit::{Audit, MAXIMUM_POLICY_BYTES, Policy};
use tokencert::certificate::{MAXIMUM_LIST_BYTES, RevocationList, sanitized};
use tokencert::est::fetch_revocation_list;
use tokencert::files;
use tokencert::finding::{Report, Severity};
use tokencert::report::{csv, page};

use crate::authority::network;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::inventory;
use crate::options::Format;
use crate::ui::Ui;
use crate::waiting;
use looking::Looked;
use map::PinMap;

pub(crate) use module::{ModuleArgs, run as run_module};

/// Check the tokens that are plugged in: keys that could be copied, certificates that expire, PINs
/// that are locked
///
/// Every token of every module is looked at, or the one that `--token` names; nothing is changed on
/// any. Private keys are only seen with the token's PIN: `--pin-source` gives it for one token,
/// `--pin-map` for several. What could not be checked is said. The exit status is 3 if something is
/// found that is bad enough.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert audit\n  \
    $ tokencert audit --token 'my token' --pin-source file:pin --crl https://ca.example.jp/crl\n  \
    $ tokencert audit --policy office.toml --pin-map pins --format json")]
pub(crate) struct AuditArgs {
    /// Policy that says which rules count, and how much: a TOML file; without it, the usual one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// List of revoked certificates (CRL); may be given for several authorities
    #[arg(long, value_name = "FILE|URL")]
    crl: Vec<PathBuf>,

    /// File with the PIN source of each token: lines SERIAL=SOURCE
    #[arg(long, value_name = "FILE")]
    pin_map: Option<PathBuf>,

    /// Least severity that makes the audit fail; without it, as the policy says, else low
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,

    /// Keep the report in the inventory too
    #[arg(long)]
    store: bool,

    /// File of the inventory in place of the user's own
    #[arg(
        long,
        value_name = "FILE",
        env = "TOKENCERT_INVENTORY",
        hide_env_values = true
    )]
    inventory: Option<PathBuf>,
}

pub(crate) fn run(args: &AuditArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let policy = policy(args.policy.as_deref())?;
    let profile = context.profile(ui)?;
    let map = pin_map(args, context, ui)?;
    let lists = lists(&args.crl, ui)?;
    if context.wait().is_some() {
        waiting::until_there(context.wait(), context, ui)?;
    }
    let audit = Audit::new(&policy, profile, context.now())?;
    let audit = audit.with_windows(context.windows(ui)?)?.with_lists(lists);
    let audit = audit.with_births(context.provenance_records());
    let Looked {
        modules,
        tokens,
        failure,
        chosen,
    } = looking::look(&map, context, ui)?;
    let report = audit.report(&host(), modules, tokens);
    let printed = print(&report, context, ui);
    // It is kept, whoever has stopped reading.
    if args.store {
        inventory::store(&report, args.inventory.as_deref(), context, ui)?;
    }
    printed?;
    let fail_on = args.fail_on.unwrap_or(policy.fail_on);
    Ok(exit(&report, fail_on, failure, chosen))
}

/// Prints the report in the form that was asked for. All but JSON is for people: in their language.
fn print(report: &Report, context: &Context, ui: &Ui) -> Result<(), Failure> {
    if context.json() {
        let value = serde_json::to_value(report);
        return ui.json(&value.map_err(|error| Failure::Output(error.into()))?);
    }
    let report = &words::report(report, &context.zone(ui)?, ui);
    let mut bytes = Vec::new();
    let written = match context.format() {
        Format::Csv => csv::findings(report, &mut bytes),
        Format::Html => words::on_page(ui, |words| page::write(report, words, &mut bytes)),
        Format::Text | Format::Json => return screen::show(report, ui),
    };
    written.map_err(Failure::Output)?;
    ui.data(bytes)
}

/// What was found on many tokens outranks that one of them could not be looked at; where one was
/// meant, it does not.
fn exit(report: &Report, fail_on: Severity, failure: Option<Exit>, chosen: bool) -> Exit {
    if let (Some(failure), true) = (failure, chosen) {
        return failure;
    }
    if report.worst().is_some_and(|worst| worst >= fail_on) {
        return Exit::Due;
    }
    match failure {
        Some(failure) => failure,
        None if report.tokens.is_empty() => Exit::Token,
        None => Exit::Done,
    }
}

fn policy(file: Option<&Path>) -> Result<Policy, Error> {
    let Some(path) = file else {
        return Ok(Policy::default());
    };
    let bytes = files::read(path, MAXIMUM_POLICY_BYTES)?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|_| Error::PolicyInvalid {
        name: sanitized(&name),
        reason: "it is not UTF-8 text".to_owned(),
    })?;
    Policy::parse(&name, &text)
}

fn pin_map(args: &AuditArgs, context: &Context, ui: &Ui) -> Result<PinMap, Failure> {
    let Some(path) = &args.pin_map else {
        return Ok(PinMap::default());
    };
    if context.has_pin_source()? {
        return Err(Failure::usage(message("audit-two-pin-sources")));
    }
    Ok(PinMap::read(path, ui)?)
}

fn lists(sources: &[PathBuf], ui: &Ui) -> Result<Vec<RevocationList>, Error> {
    let list = |source: &PathBuf| {
        let name = source.display().to_string();
        if ["http://", "https://"]
            .iter()
            .any(|scheme| name.starts_with(scheme))
        {
            let _progress =
                ui.progress(&message("progress-fetching").with("url", sanitized(&name)));
            return fetch_revocation_list(&name, &network(&name, ui));
        }
        let bytes = files::read(source, MAXIMUM_LIST_BYTES)?;
        RevocationList::read(&sanitized(&name), &bytes)
    };
    sources.iter().map(list).collect()
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
}

/// What this computer is called.
#[cfg(unix)]
fn host() -> String {
    let name = nix::unistd::gethostname();
    name.map_or_else(
        |_| String::new(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// What this computer is called.
#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}
