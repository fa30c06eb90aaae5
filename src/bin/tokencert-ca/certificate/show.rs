//! `tokencert-ca certificate show`

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokencert::Certificate;
use tokencert::lifecycle::has_expired;
use tokencert::registry::CertificateRecord;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// Show one certificate, or those of a holder: the newest first
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca certificate show --dir /srv/ca 00009876543/taro\n  \
                  $ tokencert-ca certificate show --dir /srv/ca 3f9c0a7be5d14c28 --format json"
)]
pub(super) struct ShowArgs {
    /// A holder (CONTRACT or CONTRACT/USER), or a serial number in hexadecimal
    #[arg(value_name = "HOLDER|SERIAL")]
    which: String,

    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,
}

pub(super) fn run(args: &ShowArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    let now = context.now();
    let records = match Named::find(&args.which, &authority, context)? {
        Named::Holder(view) => {
            let holder = view.id.to_string();
            authority
                .registry()
                .read(|read| read.certificates_of(&holder))?
        }
        Named::Serial(serial) => vec![authority.certificate_of_serial(&serial)?],
    };
    if context.json() {
        let list: Result<Vec<Value>, Failure> =
            records.iter().map(|record| json_of(record, now)).collect();
        ui.json(&json!({ "version": 1, "certificates": list? }))?;
        return Ok(Exit::Done);
    }
    if records.is_empty() {
        ui.status(&message("certificate-none").with("holder", &args.which));
        return Ok(Exit::Done);
    }
    let zone = shown::zone(&authority)?;
    for (nth, record) in records.iter().enumerate() {
        if nth > 0 {
            ui.line("")?;
        }
        ui.data(text_of(record, now, &zone, ui)?)?;
    }
    Ok(Exit::Done)
}

/// How a certificate stands by itself, whatever became of its holder.
fn state(record: &CertificateRecord, now: Timestamp) -> &'static str {
    if record.revoked.is_some() {
        "revoked"
    } else if has_expired(record.not_after, now) {
        "expired"
    } else {
        "valid"
    }
}

fn json_of(record: &CertificateRecord, now: Timestamp) -> Result<Value, Failure> {
    let mut value = shown::json(&Certificate::from_der(&record.der)?);
    let more = [
        ("holder", json!(record.holder)),
        ("issue_count", json!(record.issue_count)),
        ("by_operator", json!(record.by_operator)),
        ("state", json!(state(record, now))),
        ("issued", json!(record.issued.to_string())),
        ("renews", json!(record.renews)),
        (
            "logged_in",
            json!(record.logged_in.map(|at| at.to_string())),
        ),
        (
            "revoked",
            json!(record.revoked.map(|revoked| revoked.at.to_string())),
        ),
        (
            "revocation_reason",
            json!(record.revoked.map(|it| shown::reason(it.reason))),
        ),
    ];
    for (name, part) in more {
        shown::put(&mut value, name, part);
    }
    Ok(value)
}

fn text_of(
    record: &CertificateRecord,
    now: Timestamp,
    zone: &TimeZone,
    ui: &Ui,
) -> Result<String, Failure> {
    let certificate = Certificate::from_der(&record.der)?;
    let day = |at: Timestamp| shown::day_in(at, zone, ui);
    let state = match (record.revoked, state(record, now)) {
        (Some(revoked), _) => {
            let reason = ui.word(match shown::reason(revoked.reason) {
                "lost" => "reason-lost",
                "stopped" => "reason-stopped",
                "compromised" => "reason-compromised",
                _ => "reason-reissued",
            });
            let text = message("state-revoked-on").with("day", day(revoked.at));
            ui.text(&text.with("reason", reason))
        }
        (None, "expired") => ui.word("state-expired"),
        _ => ui.word("state-valid"),
    };
    let mut rows = vec![
        ("show-subject", certificate.subject().to_string()),
        ("show-serial", certificate.serial_number()),
        ("heading-holder", record.holder.clone()),
        ("heading-count", format!("{:03}", record.issue_count)),
        ("heading-state", state),
        ("heading-issued", day(record.issued)),
        ("show-until", day(certificate.not_after())),
        ("show-sha256", certificate.fingerprint()),
    ];
    if let Some(renews) = &record.renews {
        rows.push(("heading-renews", renews.clone()));
    }
    if let Some(at) = record.logged_in {
        rows.push(("heading-logged-in", day(at)));
    }
    let mut table = table::rows();
    for (key, value) in rows {
        table.add_row([ui.word(key), value]);
    }
    Ok(table::text(&mut table))
}
