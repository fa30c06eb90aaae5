//! `tokencert delete`

use tokencert::Error;
use tokencert::certificate::{Certificate, sanitized};
use tokencert::pkcs11::Token;
use tokencert::token::{Need, ObjectSelector};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::object_selector;
use crate::selection::{self, Selected};
use crate::session;
use crate::ui::Ui;

/// Delete a key or certificate from a token, for good
///
/// A deleted private key cannot be had back from anywhere. The token's serial number has to be
/// given as confirmation.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert delete sha256:9f3c… --what certificate --confirm-serial 0a1b2c3d"
)]
pub(crate) struct DeleteArgs {
    /// CKA_ID in hexadecimal, label, sha256:HEX of a certificate, or PKCS#11 URI; `id:` and
    /// `label:` force one reading
    #[arg(value_name = "SELECTOR", value_parser = object_selector)]
    selector: ObjectSelector,

    /// What to delete: the certificate, the key pair, or both
    #[arg(long, value_name = "WHAT")]
    what: What,

    /// Serial number of the token, as confirmation
    #[arg(long, value_name = "SERIAL")]
    confirm_serial: Option<String>,
}

/// What of an identity goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Certificate,
    Key,
    All,
}

pub(crate) fn run(args: &DeleteArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    session::with_token(context, Need::Write, ui, |token| {
        confirm(args, token, ui)?;
        session::log_in(token, context, ui)?;
        let contents = token.contents()?;
        let selected = selection::select(&contents, &args.selector, token.identity())?;
        if args.what == What::Certificate && selected.certificates().len() > 1 {
            let several = selected.certificates().into_iter();
            let digests = several.filter_map(|object| object.certificate.as_ref());
            let digests = digests.map(|found| format!("sha256:{}", found.fingerprint()));
            return Err(Error::ObjectAmbiguous {
                wanted: args.selector.to_string(),
                candidates: digests.collect::<Vec<_>>().join(", "),
            }
            .into());
        }
        let mut deleted = 0;
        if args.what != What::Key {
            deleted += delete_certificates(token, selected, ui)?;
        }
        if args.what != What::Certificate {
            deleted += delete_keys(token, selected, ui)?;
        }
        if deleted == 0 {
            return Err(Error::ObjectNotFound {
                token: token.identity().to_string(),
                wanted: args.selector.to_string(),
            }
            .into());
        }
        Ok(Exit::Done)
    })
}

/// The serial number, from the option or typed at the terminal.
fn confirm(args: &DeleteArgs, token: &Token<'_>, ui: &Ui) -> Result<(), Failure> {
    let serial = &token.identity().serial;
    let typed = match &args.confirm_serial {
        Some(given) => Some(given.clone()),
        None => {
            let question = message("confirm-serial").with("token", ui.phrase(token.identity()));
            ui.ask(&question.with("serial", sanitized(serial)))?
        }
    };
    if typed.as_ref() == Some(serial) {
        return Ok(());
    }
    Err(Error::SerialNotConfirmed {
        token: token.identity().to_string(),
        serial: serial.clone(),
    }
    .into())
}

fn delete_certificates(
    token: &Token<'_>,
    selected: Selected<'_>,
    ui: &Ui,
) -> Result<usize, Failure> {
    let objects = selected.certificates();
    for object in &objects {
        token.delete_certificate(object)?;
        let name = object
            .certificate
            .as_ref()
            .map(Certificate::subject)
            .map(ToString::to_string);
        ui.status(&message("deleted-certificate").with("subject", name.unwrap_or_default()));
    }
    Ok(objects.len())
}

/// The public half first: should the run end between the two, the private key can still be found.
fn delete_keys(token: &Token<'_>, selected: Selected<'_>, ui: &Ui) -> Result<usize, Failure> {
    let Some(identity) = selected.identity() else {
        return Ok(0);
    };
    let mut deleted = 0;
    for (key, word) in [
        (&identity.public_key, "deleted-public-key"),
        (&identity.private_key, "deleted-private-key"),
    ] {
        if let Some(key) = key {
            token.delete_key(key)?;
            let id = key.id.as_ref().map(ToString::to_string).unwrap_or_default();
            ui.status(&message(word).with("id", id));
            deleted += 1;
        }
    }
    Ok(deleted)
}
