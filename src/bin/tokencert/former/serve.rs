//! `tokencert former-key`: the other process of a renewal from one module's token onto another's.

use std::io::BufRead;

use tokencert::Error;
use tokencert::certificate::{Certificate, chain_of, read_certificates};
use tokencert::delete::Target;
use tokencert::key::{SignatureScheme, SigningKey};
use tokencert::pkcs11::Token;
use tokencert::profile::IssueCounts;
use tokencert::renew::{Renew, Retired, Retirement, retire_from};
use tokencert::token::{Contents, Need, ObjectSelector};

use super::wire::{Answer, Hello, Order, from_text, to_text};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::selector::object_selector;
use crate::ui::Ui;
use crate::{delete, selection, session};

/// Sign for another process of this program, which renews the certificate onto another token
#[derive(clap::Args, Debug)]
#[command(hide = true)]
pub(crate) struct FormerKeyArgs {
    /// Certificate, where there are several: CKA_ID in hexadecimal, label, sha256:HEX, or PKCS#11
    /// URI
    #[arg(value_name = "SELECTOR", value_parser = object_selector)]
    selector: Option<ObjectSelector>,

    /// Delete the old key and certificate when told so
    #[arg(long)]
    retire: bool,
}

/// The old certificate's side.
struct Side<'a> {
    token: &'a Token<'a>,
    /// `None` where an earlier run has deleted it.
    certificate: Option<Certificate>,
    context: &'a Context,
    ui: &'a Ui,
}

pub(crate) fn run(args: &FormerKeyArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let need = if args.retire { Need::Write } else { Need::Read };
    let serve = |token: &Token<'_>| {
        let contents = token.whole_contents()?;
        let certificate = choose(args, token, &contents, context, ui)?;
        say(&hello(token, &contents, certificate.as_ref())?, ui)?;
        let side = Side {
            token,
            certificate,
            context,
            ui,
        };
        let (mut retired, mut forgotten) = (Vec::new(), false);
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(Failure::Output)?;
            let order = serde_json::from_str(&line);
            let order = order.map_err(|_| Failure::usage(message("former-key-alone")))?;
            let answer = match order {
                Order::LogIn => {
                    session::log_in(token, context, ui)?;
                    Answer::LoggedIn
                }
                Order::Sign { scheme, message } => side.sign(&scheme, &message)?,
                Order::Retire { certificate } => {
                    let done = side.retire(&certificate)?;
                    let deletion = done.deletion.clone();
                    retired.push(done);
                    Answer::Retired(deletion)
                }
                Order::Forget => {
                    forgotten = true;
                    Answer::Forgetting
                }
            };
            say(&answer, ui)?;
        }
        // Should the other process have died, the same command finds what was written down.
        Ok(if forgotten { retired } else { Vec::new() })
    };
    session::with_token_then(context, need, ui, serve, |retired: Vec<Retired>| {
        for one in retired {
            one.finish(&context.deletions())?;
        }
        Ok(Exit::Done)
    })
}

fn choose(
    args: &FormerKeyArgs,
    token: &Token<'_>,
    contents: &Contents,
    context: &Context,
    ui: &Ui,
) -> Result<Option<Certificate>, Failure> {
    let chosen = match &args.selector {
        Some(selector) => named(selector, token, contents),
        None => in_use(token, contents, context, ui),
    };
    match chosen {
        Ok(certificate) => Ok(Some(certificate)),
        // An earlier run may have deleted it; the other process knows.
        Err(Failure::Library(Error::RenewalAbsent { .. } | Error::ObjectNotFound { .. }))
            if args.retire =>
        {
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn named(
    selector: &ObjectSelector,
    token: &Token<'_>,
    contents: &Contents,
) -> Result<Certificate, Failure> {
    let selected = selection::select(contents, selector, token.identity())?;
    let absent = || selection::no_certificate(selector);
    Ok(selected.certificate().ok_or_else(absent)?.clone())
}

fn in_use(
    token: &Token<'_>,
    contents: &Contents,
    context: &Context,
    ui: &Ui,
) -> Result<Certificate, Failure> {
    let mut renew = Renew::default();
    renew.windows = context.windows(ui)?;
    renew.counts = IssueCounts::of(context.profile(ui)?);
    // Whose certificates they are is the other process's to ask.
    let any = &mut |_: &Certificate| Ok(true);
    Ok(renew.in_use(contents, token.identity(), context.now(), any)?)
}

fn hello(
    token: &Token<'_>,
    contents: &Contents,
    leaf: Option<&Certificate>,
) -> Result<Hello, Error> {
    let all = contents.all_certificates();
    let all: Vec<Certificate> = all.filter_map(|one| one.certificate.clone()).collect();
    let chain = leaf.map(|leaf| chain_of(leaf, &all)).unwrap_or_default();
    Ok(Hello {
        token: token.identity().clone(),
        certificates: chain
            .iter()
            .map(Certificate::to_pem)
            .collect::<Result<_, _>>()?,
    })
}

fn say(what: &impl serde::Serialize, ui: &Ui) -> Result<(), Failure> {
    let text = serde_json::to_string(what).map_err(|error| Failure::Output(error.into()))?;
    ui.line(text)
}

impl Side<'_> {
    fn sign(&self, scheme: &str, text: &str) -> Result<Answer, Failure> {
        let unknown = || Failure::usage(message("former-key-alone"));
        let scheme = SignatureScheme::from_name(scheme).ok_or_else(unknown)?;
        let text = from_text(text).ok_or_else(unknown)?;
        session::log_in(self.token, self.context, self.ui)?;
        let contents = self.token.whole_contents()?;
        let certificate = self.certificate.as_ref().ok_or_else(unknown)?;
        let public = certificate.public_key()?;
        let mut keys = contents.private_keys();
        let key = keys.find(|key| key.public_key.as_ref() == Some(&public));
        let key = key.ok_or_else(|| Error::CertificateKeyAbsent {
            subject: certificate.subject().to_string(),
            token: self.token.identity().to_string(),
        })?;
        let signature = self.token.key(key)?.sign(scheme, &text)?;
        Ok(Answer::Signature(to_text(&signature)))
    }

    fn retire(&self, new: &str) -> Result<Retired, Failure> {
        let new = read_certificates("the other process", new.as_bytes())?;
        let new = new.first();
        let new = new.ok_or_else(|| Failure::usage(message("former-key-alone")))?;
        session::log_in(self.token, self.context, self.ui)?;
        let contents = self.token.whole_contents()?;
        let mut retirement = Retirement {
            deletions: &self.context.deletions(),
            telling: &mut |target: &Target| delete::tell(target, self.ui),
        };
        Ok(retire_from(self.token, &contents, new, &mut retirement)?)
    }
}
