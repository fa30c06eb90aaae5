//! `tokencert delete`

use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::delete::{Target, TargetClass};
use tokencert::pkcs11::Token;
use tokencert::token::{Contents, Need, ObjectSelector};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::selection;
use crate::selector::object_selector;
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
    let deletions = context.deletions();
    let act = |token: &Token<'_>| {
        confirm(args, token, ui)?;
        let order = args.order();
        let unfinished = deletions.unfinished(token.identity(), &order)?;
        session::log_in(token, context, ui)?;
        // All of them: what could not be read would stay, and the command would say that it is done.
        let contents = token.whole_contents()?;
        let deletion = if let Some(deletion) = unfinished {
            ui.status(&message("deletion-resumed"));
            deletion
        } else {
            let targets = args.targets(&contents, token)?;
            deletions.begin(token.identity(), &order, targets)?
        };
        deletion.run(token, &contents, &mut |target| tell(target, ui))?;
        Ok(deletion)
    };
    session::with_token_of(&args.selector, context, Need::Write, ui, act, |deletion| {
        deletions.finish(&deletion)?;
        Ok(Exit::Done)
    })
}

/// Tells of an object that was deleted.
pub(crate) fn tell(target: &Target, ui: &Ui) {
    let word = match target.class {
        TargetClass::Certificate => "deleted-certificate",
        TargetClass::PublicKey => "deleted-public-key",
        TargetClass::PrivateKey => "deleted-private-key",
    };
    let id = target.id.as_ref().map(ToString::to_string);
    let label = target.label.as_deref().map(sanitized);
    let said = message(word).with("subject", label.unwrap_or_default());
    ui.status(&said.with("id", id.unwrap_or_default()));
}

impl DeleteArgs {
    /// The order in words: the same words again finish a run that was cut short.
    fn order(&self) -> String {
        let what = match self.what {
            What::Certificate => "certificate",
            What::Key => "key",
            What::All => "all",
        };
        format!("{what} of {}", self.selector)
    }

    /// What goes: certificates first, the private key last.
    fn targets(&self, contents: &Contents, token: &Token<'_>) -> Result<Vec<Target>, Failure> {
        let selected = selection::select(contents, &self.selector, token.identity())?;
        let certificates = selected.certificates();
        if self.what == What::Certificate && certificates.is_empty() {
            return Err(selection::no_certificate(&self.selector));
        }
        if self.what == What::Certificate && certificates.len() > 1 {
            let parsed = certificates
                .iter()
                .filter_map(|object| object.certificate.as_ref());
            let digests = parsed.map(|found| format!("sha256:{}", found.fingerprint()));
            return Err(Error::ObjectAmbiguous {
                wanted: self.selector.to_string(),
                candidates: digests.collect::<Vec<_>>().join(", "),
            }
            .into());
        }
        if self.what != What::Certificate {
            let others = selected.others(contents);
            if !others.is_empty() {
                return Err(Error::KeyInUse {
                    token: token.identity().to_string(),
                    certificates: others.join(", "),
                }
                .into());
            }
        }
        let mut targets = Vec::new();
        if self.what != What::Key {
            targets.extend(certificates.into_iter().map(Target::certificate));
        }
        if self.what != What::Certificate {
            targets.extend(selected.identity().map(Target::keys).unwrap_or_default());
        }
        if targets.is_empty() {
            return Err(Error::ObjectNotFound {
                token: token.identity().to_string(),
                wanted: self.selector.to_string(),
            }
            .into());
        }
        Ok(targets)
    }
}

/// The serial number, from the option or typed at the terminal.
fn confirm(args: &DeleteArgs, token: &Token<'_>, ui: &Ui) -> Result<(), Failure> {
    let serial = &token.identity().serial;
    let typed = if args.confirm_serial.is_some() {
        args.confirm_serial.clone()
    } else {
        let question = message("confirm-serial").with("token", ui.phrase(token.identity()));
        ui.ask(&question.with("serial", sanitized(serial)))?
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
