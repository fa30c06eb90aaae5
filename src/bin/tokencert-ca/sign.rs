//! `tokencert-ca sign`

use std::path::PathBuf;

use tokencert::ca::{CertificateAuthority, Decision};
use tokencert::files::{self, Access};
use tokencert::request::Csr;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::input;
use crate::key;
use crate::options::{DirArgs, KeyArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::system::{clock, random};
use crate::ui::Ui;

/// Issue a certificate for a request from a file
///
/// Common name and alternative names are taken from the request, the rest of the subject from the
/// authority's policy. A key that has a valid certificate gets the same one again. The file that is
/// written holds the certificate, then the authority's own.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca sign --dir /srv/ca --csr taro.csr.pem --out taro.pem"
)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// File with the request (PKCS#10); `-` is standard input
    #[arg(long, value_name = "FILE")]
    csr: PathBuf,

    /// File to write the certificate to, which is replaced if it is there; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    #[command(flatten)]
    registry: RegistryArgs,

    #[command(flatten)]
    reach: KeyArgs,
}

pub(crate) fn run(args: &SignArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let folder = registration::folder(&args.dir)?;
    let to_stdout = args.out.as_os_str() == "-";
    if !to_stdout {
        files::check_writable(&args.out, true)?;
    }
    let location = args.registry.registry.as_ref();
    let authority = CertificateAuthority::open_with(folder, location)?;
    let module = key::load(&authority, &args.reach);
    // Who pipes the request may still be making its key: all else is ready by now.
    let (name, bytes) = input::read(&args.csr)?;
    let request = Csr::read(&name, &bytes)?;
    let now = clock();
    let (certificate, outcome) = match authority.decide(&request, now)? {
        Decision::Present(certificate) => (*certificate, "already-issued"),
        Decision::Order(order) => {
            let issued = key::with_key(module?, &authority, &args.reach, ui, |key| {
                authority.issue(&order, key, now, &mut random)
            })?;
            (issued, "issued")
        }
    };
    let chain = certificate.to_pem()? + &authority.certificate().to_pem()?;
    if to_stdout {
        ui.data(chain)?;
        return Ok(Exit::Done);
    }
    files::write(&args.out, chain.as_bytes(), Access::Public)?;
    if context.json() {
        ui.json(&serde_json::json!({
            "version": 1,
            "outcome": outcome,
            "file": args.out.display().to_string(),
            "certificate": shown::json(&certificate),
        }))?;
        return Ok(Exit::Done);
    }
    let said = message(&format!("certificate-{outcome}"))
        .with("subject", certificate.subject())
        .with("serial", certificate.serial_number())
        .with("day", shown::day(certificate.not_after(), ui))
        .with("path", args.out.display());
    ui.say(&said)?;
    Ok(Exit::Done)
}
