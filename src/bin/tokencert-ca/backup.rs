//! `tokencert-ca backup` and `tokencert-ca restore`

use std::path::PathBuf;

use serde_json::json;
use tokencert::ca;

use crate::actor::secret;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{DirArgs, RegistryArgs};
use crate::pin_source::PinSource;
use crate::registration;
use crate::system::random;
use crate::ui::Ui;

/// Write a copy of the authority to one file, while others go on working
///
/// Without --with-keys the file holds no key and no PIN: what is needed besides, is the token with
/// the authority's key, and `secrets.key` where one-time codes are used. With it, they are in the
/// file too, encrypted with a passphrase.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca backup --dir /srv/ca --out ca-2026-11-21.tar\n  \
                  $ tokencert-ca backup --dir /srv/ca --out ca.tar --with-keys \
                  --passphrase-source file:passphrase"
)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// File to write, which must not be there
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Take the keys along, encrypted
    #[arg(long)]
    with_keys: bool,

    /// Where the passphrase comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", requires = "with_keys")]
    passphrase_source: Option<PinSource>,
}

/// Make an authority's folder out of a backup
///
/// What a backup without keys leaves out (`tokens/` and `pin` of an authority on its own token, and
/// `secrets.key`) has to be put into the folder from wherever it is kept.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca restore --from ca.tar --dir /srv/ca --passphrase-source file:passphrase"
)]
pub(crate) struct RestoreArgs {
    /// File that `backup` wrote
    #[arg(long, value_name = "FILE")]
    from: PathBuf,

    /// Folder to make, which must be empty or not there
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Where the passphrase of the keys comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE")]
    passphrase_source: Option<PinSource>,
}

pub(crate) fn backup(args: &BackupArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    tokencert::files::check_writable(&args.out, false)?;
    let passphrase = if args.with_keys {
        let source = args.passphrase_source.as_ref();
        let given = secret(source, &message("ask-passphrase"), ui)?;
        Some(given.ok_or_else(|| Failure::usage(message("passphrase-missing")))?)
    } else {
        None
    };
    let authority = registration::open(&args.dir, &args.registry)?;
    let passphrase = passphrase.as_ref();
    ca::backup(
        &authority,
        &args.dir.dir,
        &args.out,
        passphrase,
        &mut random,
    )?;
    let path = args.out.display();
    if context.json() {
        ui.json(&json!({
            "version": 1,
            "file": path.to_string(),
            "with_keys": args.with_keys,
        }))?;
        return Ok(Exit::Done);
    }
    let key = if args.with_keys {
        "backup-written-with-keys"
    } else {
        "backup-written"
    };
    ui.say(&message(key).with("path", path))?;
    Ok(Exit::Done)
}

pub(crate) fn restore(args: &RestoreArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let passphrase = match &args.passphrase_source {
        Some(source) => secret(Some(source), &message("ask-passphrase"), ui)?,
        None => None,
    };
    let location = args.registry.registry.as_ref();
    let (now, passphrase) = (context.now(), passphrase.as_ref());
    let is_whole = ca::restore(&args.from, &args.dir, location, passphrase, now)?;
    let path = args.dir.display();
    if context.json() {
        let keys = match (is_whole, passphrase) {
            (false, _) => "left",
            (true, Some(_)) => "restored",
            (true, None) => "none",
        };
        ui.json(&json!({ "version": 1, "dir": path.to_string(), "keys": keys }))?;
        return Ok(Exit::Done);
    }
    ui.say(&message("restored").with("path", &path))?;
    if !is_whole {
        ui.hint(&message("restored-keys-left").with("path", path));
    } else if passphrase.is_none() {
        ui.hint(&message("restored-without-keys").with("path", path));
    }
    Ok(Exit::Done)
}
