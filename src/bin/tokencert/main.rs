//! `tokencert`: certificates on a token, for the person who holds it.

mod audit;
mod authority;
#[path = "../shared/candidates.rs"]
mod candidates;
#[path = "../shared/completions.rs"]
mod completions;
mod config;
mod context;
mod delete;
mod doctor;
#[path = "../shared/exit.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod exit;
mod export;
#[path = "../shared/failure.rs"]
mod failure;
mod folders;
mod former;
#[path = "../shared/help.rs"]
mod help;
#[path = "../shared/i18n.rs"]
mod i18n;
mod import;
#[path = "../shared/input.rs"]
mod input;
mod integrate;
mod inventory;
mod issue;
mod jobs;
mod list;
mod live;
mod login;
#[path = "../shared/man.rs"]
mod man;
mod manifest;
mod manual;
mod modules;
#[path = "../shared/numbers.rs"]
mod numbers;
mod options;
mod pending;
#[path = "../shared/pin_source.rs"]
mod pin_source;
mod pins;
mod profile;
mod renew;
mod replaced;
mod request;
mod resume;
mod screen;
mod selection;
#[path = "../shared/selector.rs"]
mod selector;
mod session;
mod show;
#[path = "../shared/softhsm.rs"]
mod softhsm;
mod software_token;
mod status;
#[path = "../shared/system.rs"]
mod system;
#[path = "../shared/table.rs"]
mod table;
mod text;
mod token;
#[path = "../shared/ui.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod ui;
#[path = "../shared/usage.rs"]
mod usage;
#[path = "../shared/user_type.rs"]
mod user_type;
mod waiting;
#[path = "../shared/warnings.rs"]
mod warnings;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Catalog, Language, Texts, message};
use crate::options::{Format, Options};
use crate::ui::Ui;

/// The texts of this program.
const TEXTS: Texts = Texts {
    en: include_str!("i18n/en.ftl"),
    ja: include_str!("i18n/ja.ftl"),
};

/// Certificates whose private key is made on a USB token and never leaves it
#[derive(clap::Parser, Debug)]
#[command(name = "tokencert", version, infer_subcommands = false)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    options: Options,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    Issue(issue::IssueArgs),
    Renew(renew::RenewArgs),
    Login(login::LoginArgs),
    Status(status::StatusArgs),
    Audit(audit::AuditArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    Request(request::RequestArgs),
    Import(import::ImportArgs),
    Delete(delete::DeleteArgs),
    Token(token::TokenArgs),
    Pending(pending::PendingArgs),
    Profile(profile::ProfileArgs),
    Inventory(inventory::InventoryArgs),
    Doctor(doctor::DoctorArgs),
    Integrate(integrate::IntegrateArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    FormerKey(former::FormerKeyArgs),
    Probe(doctor::ProbeArgs),
    AuditModule(audit::ModuleArgs),
}

impl Command {
    /// True if the command works with a token; `doctor` only looks, also where that would fail.
    fn uses_token(&self) -> bool {
        match self {
            Self::Profile(_)
            | Self::Inventory(_)
            | Self::Doctor(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::Probe(_) => false,
            Self::Pending(args) => args.uses_token(),
            _ => true,
        }
    }

    /// True if the command finds out what is wrong, be it with the configuration.
    fn is_lenient(&self) -> bool {
        matches!(self, Self::Doctor(_) | Self::Probe(_))
    }

    /// True if the command prints a table for spreadsheets.
    fn writes_csv(&self) -> bool {
        match self {
            Self::Audit(_) => true,
            Self::Inventory(args) => args.writes_csv(),
            _ => false,
        }
    }
}

/// The variable by which a shell asks for completions.
const COMPLETE: &str = "TOKENCERT_COMPLETE";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = Language::of(&arguments, "TOKENCERT_LANG");
    let command = help::localized(Cli::command(), &Catalog::new(language));
    if let Some(answered) = completions::answer(&command, &arguments) {
        return answered.unwrap_or_else(|failure| failure.exit()).into();
    }
    let ui = Ui::new(language);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|mut matches| {
            let checked = usage::refuse_empty_token(&matches);
            Ok((checked, Cli::from_arg_matches_mut(&mut matches)?))
        });
    let result = match parsed {
        Ok((checked, cli)) => checked.and_then(|()| run(cli, &ui)),
        Err(error) => usage::answer(error, &ui),
    };
    ui.pass_warnings_on();
    let exit = result.unwrap_or_else(|failure| {
        ui.failure(&failure);
        failure.exit()
    });
    exit.into()
}

fn run(cli: Cli, ui: &Ui) -> Result<Exit, Failure> {
    let Cli { command, options } = cli;
    ui.start_log(options.verbose);
    let lenient = command.as_ref().is_some_and(Command::is_lenient);
    let context = Context::new(options, lenient, ui)?;
    if context.format() == Format::Csv && !command.as_ref().is_some_and(Command::writes_csv) {
        return Err(Failure::usage(message("format-not-csv")));
    }
    if context.format() == Format::Html && !matches!(command, Some(Command::Audit(_))) {
        return Err(Failure::usage(message("format-not-html")));
    }
    if matches!(command, Some(Command::FormerKey(_))) {
        context.look_anywhere();
    }
    if command.as_ref().is_some_and(Command::uses_token) {
        software_token::enter(&context, ui)?;
        // Not before: the program that was entered reads the PIN itself.
        if let Some(source) = context.pin_source()? {
            source.keep_from_children();
        }
        if std::env::var_os("PKCS11SPY").is_some() {
            ui.warn(&message("pkcs11-spy"));
        }
    }
    match command {
        None => jobs::run(ui),
        Some(Command::Issue(args)) => issue::run(&args, &context, ui),
        Some(Command::Renew(args)) => renew::run(&args, &context, ui),
        Some(Command::Login(args)) => login::run(&args, &context, ui),
        Some(Command::Status(args)) => status::run(&args, &context, ui),
        Some(Command::Audit(args)) => audit::run(&args, &context, ui),
        Some(Command::List(args)) => list::run(&args, &context, ui),
        Some(Command::Show(args)) => show::run(&args, &context, ui),
        Some(Command::Export(args)) => export::run(&args, &context, ui),
        Some(Command::Request(args)) => request::run(&args, &context, ui),
        Some(Command::Import(args)) => import::run(&args, &context, ui),
        Some(Command::Delete(args)) => delete::run(&args, &context, ui),
        Some(Command::Token(args)) => token::run(&args, &context, ui),
        Some(Command::Pending(args)) => pending::run(&args, &context, ui),
        Some(Command::Profile(args)) => profile::run(&args, &context, ui),
        Some(Command::Inventory(args)) => inventory::run(&args, &context, ui),
        Some(Command::Doctor(args)) => doctor::run(&args, &context, ui),
        Some(Command::Integrate(args)) => integrate::run(&args, &context, ui),
        Some(Command::Completions(args)) => completions::run(&args, ui),
        Some(Command::Man(args)) => man::run(&args, ui),
        Some(Command::FormerKey(args)) => former::serve(&args, &context, ui),
        Some(Command::Probe(args)) => doctor::probe(&args, &context, ui),
        Some(Command::AuditModule(args)) => audit::run_module(&args, &context, ui),
    }
}
