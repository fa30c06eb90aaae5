//! `tokencert-ca`: a small certificate authority whose key is on a token too.

mod actor;
mod backup;
#[path = "../shared/candidates.rs"]
mod candidates;
mod certificate;
#[path = "../shared/completions.rs"]
mod completions;
mod confirm;
mod context;
mod contract;
mod crl;
#[path = "../shared/exit.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod exit;
#[path = "../shared/failure.rs"]
mod failure;
#[path = "../shared/help.rs"]
mod help;
mod holder;
#[path = "../shared/i18n.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod i18n;
mod init;
#[path = "../shared/input.rs"]
mod input;
mod instructions;
mod key;
mod live;
mod log;
#[path = "../shared/man.rs"]
mod man;
mod manual;
mod notify;
#[path = "../shared/numbers.rs"]
mod numbers;
mod options;
mod own_token;
mod permit;
#[path = "../shared/pin_source.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod pin_source;
mod pins;
mod profile;
mod qr;
mod registration;
#[path = "../shared/selector.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod selector;
mod serve;
mod shown;
mod sign;
#[path = "../shared/softhsm.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod softhsm;
#[path = "../shared/system.rs"]
mod system;
#[path = "../shared/table.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod table;
#[path = "../shared/ui.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod ui;
#[path = "../shared/usage.rs"]
mod usage;
#[path = "../shared/user_type.rs"]
mod user_type;
#[path = "../shared/warnings.rs"]
mod warnings;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Catalog, Language, Texts};
use crate::options::Options;
use crate::ui::Ui;

/// The texts of this program.
const TEXTS: Texts = Texts {
    en: include_str!("i18n/en.ftl"),
    ja: include_str!("i18n/ja.ftl"),
};

/// A small certificate authority whose key is on a token too
#[derive(clap::Parser, Debug)]
#[command(name = "tokencert-ca", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    options: Options,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    Init(init::InitArgs),
    Sign(sign::SignArgs),
    Serve(serve::ServeArgs),
    Contract(contract::ContractArgs),
    Holder(holder::HolderArgs),
    Permit(permit::PermitArgs),
    Certificate(certificate::CertificateArgs),
    Profile(profile::ProfileArgs),
    Notify(notify::NotifyArgs),
    Crl(crl::CrlArgs),
    Log(log::LogArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// The variable by which a shell asks for completions.
const COMPLETE: &str = "TOKENCERT_CA_COMPLETE";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = Language::of(&arguments, "TOKENCERT_CA_LANG");
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
        Ok((checked, cli)) => {
            ui.start_log(match &cli.command {
                Command::Serve(args) => args.verbose,
                _ => 0,
            });
            checked.and_then(|()| dispatch(&cli.command, &Context::new(&cli.options), &ui))
        }
        Err(error) => usage::answer(error, &ui),
    };
    ui.pass_warnings_on();
    let exit = result.unwrap_or_else(|failure| {
        ui.failure(&failure);
        failure.exit()
    });
    exit.into()
}

fn dispatch(command: &Command, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(args, context, ui),
        Command::Sign(args) => sign::run(args, context, ui),
        Command::Serve(args) => serve::run(args, context, ui),
        Command::Contract(args) => contract::run(args, context, ui),
        Command::Holder(args) => holder::run(args, context, ui),
        Command::Permit(args) => permit::run(args, context, ui),
        Command::Certificate(args) => certificate::run(args, context, ui),
        Command::Profile(args) => profile::run(args, context, ui),
        Command::Notify(args) => notify::run(args, context, ui),
        Command::Crl(args) => crl::run(args, context, ui),
        Command::Log(args) => log::run(args, context, ui),
        Command::Backup(args) => backup::backup(args, context, ui),
        Command::Restore(args) => backup::restore(args, context, ui),
        Command::Completions(args) => completions::run(args, ui),
        Command::Man(args) => man::run(args, ui),
    }
}
