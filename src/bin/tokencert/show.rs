//! `tokencert show`

use jiff::tz::TimeZone;
use tokencert::certificate::{Certificate, sanitized};
use tokencert::key::Provenance;
use tokencert::pkcs11::Token;
use tokencert::report::json;
use tokencert::token::{CertificateObject, Identity, Need, ObjectSelector};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::selection::{self, Selected};
use crate::selector::object_selector;
use crate::text::{self, ABSENT};
use crate::ui::Ui;
use crate::{session, table};

/// Show one key or certificate in full
///
/// A private key is asked afresh what it refuses; that needs `--login` or a PIN source.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert show 'my key'\n  \
                        $ tokencert show --login id:0a1b2c3d")]
pub(crate) struct ShowArgs {
    /// CKA_ID in hexadecimal, label, sha256:HEX of a certificate, or PKCS#11 URI; `id:` and
    /// `label:` force one reading
    #[arg(value_name = "SELECTOR", value_parser = object_selector)]
    selector: ObjectSelector,

    /// Log in first, to see private keys too
    #[arg(long)]
    login: bool,
}

pub(crate) fn run(args: &ShowArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let zone = context.zone(ui)?;
    let act = |token: &Token<'_>| {
        if args.login || context.has_pin_source()? {
            session::log_in(token, context, ui)?;
        }
        let contents = token.contents()?;
        let selected = selection::select(&contents, &args.selector, token.identity())?;
        let identity = selected.identity();
        let provenance = provenance(token, identity, context)?;
        if context.json() {
            let lone = match selected {
                Selected::Certificate(object) => Some(object),
                Selected::Identity(..) => None,
            };
            ui.json(&json::shown(
                token.info(),
                identity,
                lone,
                provenance.as_ref(),
            ))?;
            return Ok(Exit::Done);
        }
        let mut rows = Rows::new(ui, &zone);
        rows.add("show-token", ui.phrase(token.identity()));
        if let Some(identity) = identity {
            rows.key(identity);
        }
        if let Some(provenance) = &provenance {
            rows.provenance(provenance);
        }
        for object in selected.certificates() {
            rows.certificate(object);
        }
        ui.data(rows.text())?;
        Ok(Exit::Done)
    };
    session::with_token_of(&args.selector, context, Need::Read, ui, act, Ok)
}

/// Measures a private key, keeping from the record of its birth that it was witnessed.
fn provenance(
    token: &Token<'_>,
    identity: Option<&Identity>,
    context: &Context,
) -> Result<Option<Provenance>, Failure> {
    let Some(key) = identity.and_then(|identity| identity.private_key.as_ref()) else {
        return Ok(None);
    };
    let mut measured = token.provenance(key, context.now())?;
    measured.birth_witnessed = context.birth_record(&measured).is_some();
    Ok(Some(measured))
}

/// Lines of a heading and a value.
struct Rows<'u> {
    ui: &'u Ui,
    zone: &'u TimeZone,
    table: comfy_table::Table,
}

impl<'u> Rows<'u> {
    fn new(ui: &'u Ui, zone: &'u TimeZone) -> Self {
        Self {
            ui,
            zone,
            table: table::rows(),
        }
    }

    fn add(&mut self, key: &str, value: impl Into<String>) {
        self.table.add_row([self.ui.word(key), value.into()]);
    }

    fn key(&mut self, identity: &Identity) {
        let absent = || ABSENT.to_owned();
        self.add(
            "show-id",
            identity.id().map_or_else(absent, ToString::to_string),
        );
        self.add(
            "show-label",
            identity.label().map_or_else(absent, sanitized),
        );
        let kind = identity
            .algorithm()
            .map_or_else(absent, |kind| kind.to_string());
        self.add("show-key", kind);
        let Some(key) = &identity.private_key else {
            self.add("show-private", self.ui.word("private-unseen"));
            return;
        };
        let flags = [
            ("CKA_SENSITIVE", key.flags.sensitive),
            ("CKA_EXTRACTABLE", key.flags.extractable),
            ("CKA_ALWAYS_SENSITIVE", key.flags.always_sensitive),
            ("CKA_NEVER_EXTRACTABLE", key.flags.never_extractable),
            ("CKA_LOCAL", key.flags.local),
            ("CKA_ALWAYS_AUTHENTICATE", key.flags.always_authenticate),
        ];
        for (name, value) in flags {
            self.table
                .add_row([name.to_owned(), text::flag(value, self.ui)]);
        }
    }

    fn provenance(&mut self, record: &Provenance) {
        for refusal in &record.refusals {
            let key = if refusal.refused {
                "show-refused"
            } else {
                "show-given"
            };
            let said = message(key).with("answer", &refusal.answer);
            self.table
                .add_row([refusal.attempt.clone(), self.ui.text(&said)]);
        }
        let birth = match (record.birth_witnessed, record.software_token) {
            (true, false) => "birth-witnessed",
            (true, true) => "birth-witnessed-pc",
            (false, _) => "birth-unknown",
        };
        self.add("show-birth", self.ui.word(birth));
        if record.software_token {
            self.add("show-software", self.ui.word("software-token-note"));
        }
        self.add("show-word", self.ui.word("flags-note"));
    }

    fn certificate(&mut self, object: &CertificateObject) {
        self.table.add_row([String::new(), String::new()]);
        let Some(certificate) = &object.certificate else {
            self.add("show-certificate", self.ui.word("certificate-unreadable"));
            return;
        };
        self.names(certificate);
        self.add("show-serial", certificate.serial_number());
        self.add(
            "show-from",
            text::instant(certificate.not_before(), self.zone, self.ui),
        );
        self.add(
            "show-until",
            text::instant(certificate.not_after(), self.zone, self.ui),
        );
        self.add("show-sha256", certificate.fingerprint());
        let fits = match object.matches_key {
            Some(true) => "matches-yes",
            Some(false) => "matches-no",
            None => "matches-unknown",
        };
        self.add("show-matches", self.ui.word(fits));
    }

    fn names(&mut self, certificate: &Certificate) {
        self.add("show-subject", certificate.subject().to_string());
        self.add("show-issuer", certificate.issuer().to_string());
        let names = certificate.alternative_names();
        if !names.is_empty() {
            self.add("show-names", sanitized(&names.join(", ")));
        }
        let usages = certificate.usages();
        if !usages.is_empty() {
            self.add("show-usages", usages.join(", "));
        }
    }

    fn text(mut self) -> String {
        table::text(&mut self.table)
    }
}
