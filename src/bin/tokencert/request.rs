//! `tokencert request`

use std::path::PathBuf;

use tokencert::certificate::DistinguishedName;
use tokencert::files::{self, Access};
use tokencert::issue::{KeyChoice, prepare};
use tokencert::key::{KeyAlgorithm, KeyId, SignatureScheme};
use tokencert::request::{AlternativeName, RequestTemplate, Usage};
use tokencert::token::Need;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::session;
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
    if !to_stdout {
        files::check_writable(&args.out, args.force)?;
    }
    let mut request = RequestTemplate::new(&args.subject);
    request.alternative_names.clone_from(&args.san);
    if !args.usage.is_empty() {
        request.usages.clone_from(&args.usage);
    }
    let scheme = args.scheme()?;
    let choice = args.choice(&subject);
    let prepared = session::with_token(context, Need::Write, ui, |token| {
        session::log_in(token, context, ui)?;
        let _progress = ui.progress(&message("progress-generating"));
        let records = (&*context.provenance_folder(), context.now());
        let mut random = |bytes: &mut [u8]| context.random(bytes);
        Ok(prepare(
            token,
            &choice,
            &request,
            scheme,
            records,
            &mut random,
        )?)
    })?;
    let pem = prepared.csr.to_pem()?;
    if to_stdout {
        ui.data(pem)?;
    } else {
        let write = if args.force {
            files::write
        } else {
            files::write_new
        };
        write(&args.out, pem.as_bytes(), Access::Public)?;
        ui.status(&message("written").with("path", args.out.display()));
    }
    if let Some(id) = prepared.id {
        ui.status(&message("request-key").with("id", id));
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

/// The label of a new key: its holder's name.
pub(crate) fn label(subject: &DistinguishedName) -> String {
    subject
        .common_name()
        .unwrap_or_else(|| "tokencert".to_owned())
}
