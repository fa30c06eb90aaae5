//! `tokencert-ca crl`

use std::io;
use std::path::{Path, PathBuf};

use der::pem::LineEnding;
use serde_json::json;
use tokencert::Error;
use tokencert::files::{self, Access};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::key;
use crate::options::{DirArgs, KeyArgs, RegistryArgs};
use crate::registration;
use crate::ui::Ui;

/// Sign the list of revoked certificates and write it to a file
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca crl --dir /srv/ca --out ca.crl\n  \
                  $ tokencert-ca crl --dir /srv/ca --out ca.crl.pem"
)]
pub(crate) struct CrlArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// File to write the list to, which is replaced if it is there; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Encoding of the list; without it, PEM for `.pem` and standard output, else DER
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,

    #[command(flatten)]
    reach: KeyArgs,
}

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Encoding {
    Pem,
    Der,
}

pub(crate) fn run(args: &CrlArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let to_stdout = args.out.as_os_str() == "-";
    if !to_stdout {
        files::check_writable(&args.out, true)?;
    }
    let authority = registration::with_token(&args.dir, &args.registry)?;
    let rules = registration::open(&args.dir, &args.registry)?;
    let module = key::load(&authority, &args.reach)?;
    let list = key::with_key(module, &authority, &args.reach, ui, |key| {
        rules.crl(key, context.now())
    })?;
    let named_pem = args.out.extension().is_some_and(|it| it == "pem");
    let default = if named_pem || to_stdout {
        Encoding::Pem
    } else {
        Encoding::Der
    };
    let written = match args.encoding.unwrap_or(default) {
        Encoding::Der => list,
        Encoding::Pem => pem(&list, &args.out)?,
    };
    if to_stdout {
        ui.data(written)?;
        return Ok(Exit::Done);
    }
    files::write(&args.out, &written, Access::Public)?;
    if context.json() {
        ui.json(&json!({ "version": 1, "file": args.out.display().to_string() }))?;
        return Ok(Exit::Done);
    }
    ui.say(&message("crl-written").with("path", args.out.display()))?;
    Ok(Exit::Done)
}

/// The list as text (RFC 7468 section 6).
fn pem(list: &[u8], path: &Path) -> Result<Vec<u8>, Error> {
    let text = der::pem::encode_string("X509 CRL", LineEnding::LF, list);
    text.map(String::into_bytes)
        .map_err(|error| Error::writing(path, io::Error::other(error)))
}
