//! `tokencert import`

use std::path::PathBuf;

use tokencert::Error;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::import::{Import, Imported};
use tokencert::report::json;
use tokencert::token::Need;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::input;
use crate::replaced;
use crate::session;
use crate::ui::Ui;

/// Import certificates to the token that holds their key
///
/// A certificate is stored beside the private key that it belongs to, and refused if there is
/// none. The chain comes along. PEM, DER and PKCS#7 (.p7b) files are read.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert import answer.p7b\n  \
                        $ tokencert import leaf.pem intermediate.pem")]
pub(crate) struct ImportArgs {
    /// Files with certificates; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Also store certificates that belong to no key on the token
    #[arg(long)]
    allow_orphan: bool,

    /// Also store certificates that have expired or are not valid yet
    #[arg(long)]
    allow_invalid_dates: bool,
}

pub(crate) fn run(args: &ImportArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let certificates = read_all(&args.files)?;
    session::with_token(context, Need::Write, ui, |token| {
        session::log_in(token, context, ui)?;
        let mut import = Import::default();
        import.allow_orphan = args.allow_orphan;
        import.allow_invalid_dates = args.allow_invalid_dates;
        import.archive = Some(context.archive_folder());
        let progress = ui.progress(&message("progress-importing"));
        let imported = import.run(token, &certificates, context.now())?;
        drop(progress);
        for one in &imported {
            if !context.json() {
                tell(one, ui);
            }
            replaced::tell(&one.replaced, context, ui);
        }
        if context.json() {
            ui.json(&json::imported(&imported, &context.archive_folder()))?;
        }
        Ok(Exit::Done)
    })
}

/// Reads every file before the token is touched. The same certificate twice is one.
fn read_all(paths: &[PathBuf]) -> Result<Vec<Certificate>, Error> {
    let mut certificates: Vec<Certificate> = Vec::new();
    for path in paths {
        let (name, bytes) = input::read(path)?;
        for certificate in read_certificates(&name, &bytes)? {
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
    }
    Ok(certificates)
}

fn tell(one: &Imported, ui: &Ui) {
    let key = match (one.stored, one.key.is_some()) {
        (true, true) => "imported-beside-key",
        (true, false) => "imported-alone",
        (false, _) => "already-there",
    };
    ui.status(&message(key).with("subject", one.certificate.subject()));
}
