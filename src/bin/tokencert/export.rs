//! `tokencert export`

use std::path::PathBuf;

use tokencert::Error;
use tokencert::certificate::{Certificate, chain_of, sanitized};
use tokencert::files::{self, Access};
use tokencert::key::PublicKey;
use tokencert::pkcs11::Token;
use tokencert::token::{Contents, Need, ObjectSelector, TokenIdentity};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::selection::{self, Selected};
use crate::selector::object_selector;
use crate::session;
use crate::ui::Ui;

/// Export a certificate, its chain or a public key
///
/// Private keys are never exported.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert export 'my key' --chain --out chain.pem\n  \
                        $ tokencert export 'my key' --ssh >> ~/.ssh/authorized_keys"
)]
pub(crate) struct ExportArgs {
    /// CKA_ID in hexadecimal, label, sha256:HEX of a certificate, or PKCS#11 URI; `id:` and
    /// `label:` force one reading
    #[arg(value_name = "SELECTOR", value_parser = object_selector)]
    selector: ObjectSelector,

    #[command(flatten)]
    what: What,

    /// File to write in place of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Overwrite the file
    #[arg(long)]
    force: bool,
}

/// What is exported in place of the certificate alone.
#[derive(clap::Args, Debug)]
#[group(multiple = false)]
struct What {
    /// The certificate with those of its authorities, as far as they are on the token
    #[arg(long)]
    chain: bool,

    /// The public key, as PEM
    #[arg(long)]
    public_key: bool,

    /// The public key, as one line for OpenSSH
    #[arg(long)]
    ssh: bool,
}

pub(crate) fn run(args: &ExportArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    if let Some(path) = &args.out {
        files::check_writable(path, args.force)?;
    }
    let act = |token: &Token<'_>| {
        if context.has_pin_source()? {
            session::log_in(token, context, ui)?;
        }
        let contents = token.contents()?;
        let selected = selection::select(&contents, &args.selector, token.identity())?;
        args.text(selected, &contents, token.identity())
    };
    let text = session::with_token_of(&args.selector, context, Need::Read, ui, act, Ok)?;
    match &args.out {
        None => ui.data(text)?,
        Some(path) => {
            let write = if args.force {
                files::write
            } else {
                files::write_new
            };
            write(path, text.as_bytes(), Access::Public)?;
            ui.status(&message("written").with("path", path.display()));
        }
    }
    Ok(Exit::Done)
}

impl ExportArgs {
    fn text(
        &self,
        selected: Selected<'_>,
        contents: &Contents,
        token: &TokenIdentity,
    ) -> Result<String, Failure> {
        if self.what.public_key {
            return Ok(public_key(selected, token, &self.selector)?.to_pem()?);
        }
        if self.what.ssh {
            let label = selected.identity().and_then(|identity| identity.label());
            let key = public_key(selected, token, &self.selector)?.to_ssh()?;
            return Ok(
                format!("{key} {}", sanitized(label.unwrap_or(&token.label)))
                    .trim()
                    .to_owned()
                    + "\n",
            );
        }
        let leaf = selected
            .certificate()
            .ok_or_else(|| selection::no_certificate(&self.selector))?;
        if !self.what.chain {
            return Ok(leaf.to_pem()?);
        }
        let others: Vec<Certificate> = contents
            .all_certificates()
            .filter_map(|object| object.certificate.clone())
            .collect();
        let chain = chain_of(leaf, &others);
        let texts = chain.iter().map(Certificate::to_pem);
        Ok(texts.collect::<Result<_, _>>()?)
    }
}

fn public_key(
    selected: Selected<'_>,
    token: &TokenIdentity,
    selector: &ObjectSelector,
) -> Result<PublicKey, Error> {
    if let Some(key) = selected.identity().and_then(|identity| identity.public()) {
        return Ok(key.clone());
    }
    selected
        .certificate()
        .ok_or_else(|| missing(token, selector))?
        .public_key()
}

fn missing(token: &TokenIdentity, selector: &ObjectSelector) -> Error {
    Error::ObjectNotFound {
        token: token.to_string(),
        wanted: selector.to_string(),
    }
}
