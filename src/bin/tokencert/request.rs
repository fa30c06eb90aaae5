//! `tokencert request`

use std::path::{Path, PathBuf};

use tokencert::certificate::{DistinguishedName, MAXIMUM_FILE_BYTES};
use tokencert::files::{self, Access};
use tokencert::issue::{KeyChoice, RequestOrder, RequestSurroundings, Requested};
use tokencert::journal::Journal;
use tokencert::key::{KeyAlgorithm, KeyId, SignatureScheme};
use tokencert::pkcs11::Token;
use tokencert::request::{AlternativeName, Csr, RequestTemplate, Usage};
use tokencert::token::Need;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::session;
use crate::system;
use crate::ui::Ui;

/// Make a key on the token and a certificate request (CSR) for it
///
/// The key pair is made on the token and cannot leave it. The request is for any authority that
/// takes PKCS#10; its answer is stored with `tokencert import`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    $ tokencert request --key rsa:2048 --subject 'CN=Taro Yamada,O=Example,C=JP' --out taro.csr\n  \
    $ tokencert request --key ec:p256 --subject CN=www --san dns:www.example.jp --out www.csr")]
pub(crate) struct RequestArgs {
    /// Kind of key: rsa:2048, rsa:3072, rsa:4096, ec:p256, ec:p384, ec:p521 or ed25519
    #[arg(
        long,
        value_name = "KIND",
        required_unless_present = "existing",
        conflicts_with = "existing"
    )]
    key: Option<KeyAlgorithm>,

    /// Subject, for example 'CN=Taro Yamada,O=Example,C=JP'
    #[arg(long, value_name = "NAME")]
    subject: String,

    /// Alternative name: dns:NAME, email:ADDRESS, ip:ADDRESS, uri:URI or upn:NAME; may be repeated
    #[arg(long, value_name = "NAME")]
    san: Vec<AlternativeName>,

    /// Key usage by its name in RFC 5280, for example clientAuth; may be repeated
    #[arg(long, value_name = "USAGE")]
    usage: Vec<Usage>,

    /// Label of the new key; without it, the subject's common name
    #[arg(long, value_name = "TEXT", conflicts_with = "existing")]
    label: Option<String>,

    /// CKA_ID of the new key in hexadecimal; without it, random
    #[arg(long, value_name = "HEX", conflicts_with = "existing")]
    id: Option<KeyId>,

    /// Sign with RSASSA-PSS
    #[arg(long)]
    pss: bool,

    /// CKA_ID of a key on the token to use in place of a new one
    #[arg(long, value_name = "ID")]
    existing: Option<KeyId>,

    /// File for the request; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Overwrite the file
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &RequestArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    // Whatever can be wrong is found before a key is made that nobody would know of.
    let subject = DistinguishedName::parse(&args.subject)?;
    let to_stdout = args.out.as_os_str() == "-";
    let place = place_of(&args.out);
    let journal = context.journal();
    // A run that was cut short may have written the file already.
    let check = || -> Result<bool, Failure> {
        let force = args.force || is_own(&args.out, &place, &journal)?;
        if !to_stdout {
            files::check_writable(&args.out, force)?;
        }
        Ok(force)
    };
    check()?;
    let mut request = RequestTemplate::new(&args.subject);
    request.alternative_names.clone_from(&args.san);
    if !args.usage.is_empty() {
        request.usages.clone_from(&args.usage);
    }
    let mut order = RequestOrder::new(args.choice(&subject), request, place.to_string_lossy());
    order.scheme = args.scheme()?;
    let act = |token: &Token<'_>| {
        // Another run, which had the token before, may have written the file.
        let force = check()?;
        session::log_in(token, context, ui)?;
        let software = token.info().software;
        let progress = if software {
            "progress-generating-pc"
        } else {
            "progress-generating"
        };
        let _progress = ui.progress(&message(progress));
        let mut with = RequestSurroundings {
            journal: &journal,
            records: &context.provenance_folder(),
            now: context.now(),
            random: &mut system::random,
        };
        Ok((order.run(token, &mut with)?, software, force))
    };
    let finish = |(requested, software, force): (Requested, bool, bool)| {
        let pem = requested.prepared.csr.to_pem()?;
        if to_stdout {
            ui.data(pem)?;
        } else {
            let write = if force {
                files::write
            } else {
                files::write_new
            };
            write(&args.out, pem.as_bytes(), Access::Public)?;
            ui.status(&message("written").with("path", args.out.display()));
        }
        requested.finish(&journal)?;
        Ok((requested, software))
    };
    let (requested, software) = session::with_token_then(context, Need::Write, ui, act, finish)?;
    if requested.resumed {
        ui.status(&message("request-resumed"));
    }
    if let Some(id) = requested.prepared.id {
        let key = if software {
            "request-key-pc"
        } else {
            "request-key"
        };
        ui.status(&message(key).with("id", id));
    }
    ui.hint(&message("request-next"));
    Ok(Exit::Done)
}

impl RequestArgs {
    /// The scheme that was asked for; it must suit the kind of key.
    fn scheme(&self) -> Result<Option<SignatureScheme>, Failure> {
        if !self.pss {
            return Ok(None);
        }
        let pss = SignatureScheme::RsaPssSha256;
        match self.key {
            Some(key) if !pss.suits(key) => Err(tokencert::Error::KeyScheme {
                algorithm: key.to_string(),
                scheme: pss.name().to_owned(),
            }
            .into()),
            _ => Ok(Some(pss)),
        }
    }

    fn choice(&self, subject: &DistinguishedName) -> KeyChoice {
        match (&self.existing, self.key) {
            (Some(id), _) => KeyChoice::Existing(id.clone()),
            (None, key) => KeyChoice::New {
                algorithm: key.unwrap_or(KeyAlgorithm::Rsa(2048)),
                label: self.label.clone().unwrap_or_else(|| label(subject)),
                id: self.id.clone(),
            },
        }
    }
}

/// Where the request goes, from whichever folder it was said.
fn place_of(out: &Path) -> PathBuf {
    let absolute = std::path::absolute(out).ok();
    absolute
        .filter(|_| out.as_os_str() != "-")
        .unwrap_or_else(|| out.to_owned())
}

/// True if the file is the very request that an unfinished run for this place has made.
fn is_own(out: &Path, place: &Path, journal: &Journal) -> Result<bool, Failure> {
    let found = files::read(out, MAXIMUM_FILE_BYTES).and_then(|bytes| Csr::read("", &bytes));
    match found {
        Ok(csr) => Ok(RequestOrder::may_have_written(
            journal,
            &place.to_string_lossy(),
            &csr,
        )?),
        Err(_) => Ok(false),
    }
}

/// The label of a new key: its holder's name.
pub(crate) fn label(subject: &DistinguishedName) -> String {
    subject
        .common_name()
        .unwrap_or_else(|| "tokencert".to_owned())
}
