//! `tokencert list`

use comfy_table::Table;
use jiff::tz::TimeZone;
use tokencert::certificate::sanitized;
use tokencert::key::KeyId;
use tokencert::report::json;
use tokencert::token::{CertificateObject, Contents, Identity, KeyObject, Need};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::text::{self, ABSENT};
use crate::ui::Ui;
use crate::{session, table};

/// List the keys and certificates on a token
///
/// Without a PIN only what is public is seen, which are certificates and, on most tokens, public
/// keys. This command never asks for a PIN unless `--login` is given.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert list\n  \
                        $ tokencert list --login --token 'my token'")]
pub(crate) struct ListArgs {
    /// Log in first, to see private keys too
    #[arg(long)]
    login: bool,
}

pub(crate) fn run(args: &ListArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let zone = context.zone(ui)?;
    session::with_token(context, Need::Read, ui, |token| {
        if args.login || context.has_pin_source()? {
            session::log_in(token, context, ui)?;
        }
        let mut contents = token.contents()?;
        // Tokens give their objects in any order.
        contents
            .identities
            .sort_by_key(|one| (one.label().map(str::to_owned), one.id().cloned()));
        if context.json() {
            ui.json(&json::contents(token.info(), &contents))?;
        } else {
            let heading = message("list-token").with("token", ui.phrase(token.identity()));
            ui.say(&heading)?;
            ui.data(listing(&contents, &zone, ui))?;
            if !contents.logged_in {
                ui.hint(&message("list-public-only"));
            }
        }
        Ok(Exit::Done)
    })
}

fn listing(contents: &Contents, zone: &TimeZone, ui: &Ui) -> String {
    let mut text = String::new();
    if !contents.identities.is_empty() {
        text += "\n";
        text += &keys(&contents.identities, zone, ui);
    }
    if !contents.certificates.is_empty() {
        text += &format!("\n{}\n", ui.word("list-other-certificates"));
        text += &certificates(&contents.certificates, zone, ui);
    }
    if !contents.other_objects.is_empty() {
        let others = message("list-other-objects").count("count", contents.other_objects.len());
        text += &format!("\n{}\n", ui.text(&others));
    }
    if text.is_empty() {
        let key = if contents.logged_in {
            "list-empty"
        } else {
            "list-empty-public"
        };
        text = format!("{}\n", ui.word(key));
    }
    text
}

fn keys(identities: &[Identity], zone: &TimeZone, ui: &Ui) -> String {
    let headings = [
        "column-id",
        "column-label",
        "column-key",
        "column-private",
        "column-holder",
        "column-until",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for identity in identities {
        let key = vec![
            id(identity.id()),
            identity
                .label()
                .map_or_else(|| ABSENT.to_owned(), sanitized),
            identity
                .algorithm()
                .map_or_else(|| ABSENT.to_owned(), |kind| kind.to_string()),
            private(identity.private_key.as_ref(), ui),
        ];
        if identity.certificates.is_empty() {
            rows.add_row([key.clone(), vec![ABSENT.to_owned(), ABSENT.to_owned()]].concat());
        }
        for (at, object) in identity.certificates.iter().enumerate() {
            let key = if at == 0 {
                key.clone()
            } else {
                vec![String::new(); key.len()]
            };
            rows.add_row([key, certificate(object, zone, ui)].concat());
        }
    }
    table::text(&mut rows)
}

fn certificates(objects: &[CertificateObject], zone: &TimeZone, ui: &Ui) -> String {
    let headings = ["column-id", "column-label", "column-holder", "column-until"];
    let mut rows: Table = table::table(headings.map(|key| ui.word(key)));
    for object in objects {
        let label = object
            .label
            .as_deref()
            .map_or_else(|| ABSENT.to_owned(), sanitized);
        rows.add_row(
            [
                vec![id(object.id.as_ref()), label],
                certificate(object, zone, ui),
            ]
            .concat(),
        );
    }
    table::text(&mut rows)
}

fn id(id: Option<&KeyId>) -> String {
    id.map_or_else(|| ABSENT.to_owned(), ToString::to_string)
}

/// Whether the private key was seen, and whether it stays where it is.
fn private(key: Option<&KeyObject>, ui: &Ui) -> String {
    ui.word(match key.map(|key| key.flags.extractable) {
        None => "private-unseen",
        Some(Some(false)) => "private-kept",
        Some(Some(true)) => "private-extractable",
        Some(None) => "private-unknown",
    })
}

fn certificate(object: &CertificateObject, zone: &TimeZone, ui: &Ui) -> Vec<String> {
    let Some(certificate) = &object.certificate else {
        return vec![ui.word("certificate-unreadable"), ABSENT.to_owned()];
    };
    let holder = text::holder(certificate, ui);
    let holder = match object.matches_key {
        Some(false) => ui.text(&message("certificate-of-other-key").with("holder", holder)),
        _ => holder,
    };
    vec![holder, text::day_of(certificate.not_after(), zone, ui)]
}
