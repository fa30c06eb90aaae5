//! `tokencert-ca notify`

#[path = "notify/mail.rs"]
mod mail;
#[path = "notify/smtp.rs"]
mod smtp;

use serde_json::{Value, json};
use tokencert::ca::{Notice, RegistrationAuthority};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Catalog, Language, message};
use crate::options::{DirArgs, RegistryArgs};
use crate::pin_source::PinSource;
use crate::registration;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// Remind holders by e-mail that their certificates expire
///
/// Each notice is sent once, 30 and 10 days before expiry unless the policy says otherwise: run it
/// daily. A notice that was being sent when the program was killed is not sent again but listed, for
/// nobody knows whether it arrived.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca notify --dir /srv/ca --dry-run\n  \
                  $ tokencert-ca notify --dir /srv/ca --smtp smtp://localhost --from ca@example.jp\n  \
                  $ tokencert-ca notify --dir /srv/ca --smtp smtps://ca@mail.example.jp \
                  --smtp-password-source file:smtp --from ca@example.jp"
)]
pub(crate) struct NotifyArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Mail server, smtps://[USER@]HOST[:PORT] or smtp://… with STARTTLS; to this computer itself,
    /// smtp:// is not encrypted
    #[arg(
        long,
        value_name = "URL",
        env = "TOKENCERT_CA_SMTP",
        required_unless_present = "dry_run"
    )]
    smtp: Option<String>,

    /// Sender of the notices
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TOKENCERT_CA_MAIL_FROM",
        required_unless_present = "dry_run"
    )]
    from: Option<String>,

    /// Where the password of the mail server's USER comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", env = "TOKENCERT_CA_SMTP_PASSWORD_SOURCE")]
    smtp_password_source: Option<PinSource>,

    /// Language of the notices, in place of this program's
    #[arg(long, value_name = "LANGUAGE", env = "TOKENCERT_CA_MAIL_LANGUAGE")]
    mail_language: Option<Language>,

    /// Show what is due, and send nothing
    #[arg(long)]
    dry_run: bool,

    /// Send those again of which nobody knows whether they arrived
    #[arg(long, conflicts_with = "dry_run")]
    resend_uncertain: bool,
}

/// What became of a notice.
enum Outcome {
    /// It is due; nothing was sent, as asked.
    Due,
    /// The mail server has taken it.
    Sent,
    /// The holder has no address.
    NoAddress,
    /// Another run has it.
    Taken,
    /// The mail server has certainly not taken it; the next run tries again.
    Failed(String),
    /// Nobody knows whether the mail server has taken it; it is not sent again.
    Uncertain(String),
}

impl Outcome {
    /// Its name in JSON, and its text.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Due => ("due", "notice-due"),
            Self::Sent => ("sent", "notice-sent"),
            Self::NoAddress => ("no-address", "notice-no-address"),
            Self::Taken => ("taken", "notice-taken"),
            Self::Failed(_) => ("failed", "notice-failed"),
            Self::Uncertain(_) => ("uncertain", "notice-uncertain"),
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed(reason) | Self::Uncertain(reason) => Some(reason),
            _ => None,
        }
    }
}

pub(crate) fn run(args: &NotifyArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    // What is wrong with the command is said even where nothing is due.
    let letter = mail::Letter {
        catalog: Catalog::new(args.mail_language.unwrap_or_else(|| ui.language())),
        from: args.from.as_deref().map(mail::sender).transpose()?,
    };
    let mut server = match &args.smtp {
        Some(url) => Some(smtp::Server::named(
            url,
            args.smtp_password_source.as_ref(),
            ui,
        )?),
        None => None,
    };
    let authority = registration::open(&args.dir, &args.registry)?;
    let now = context.now();
    let mut done = Vec::new();
    for notice in authority.notices_uncertain(now)? {
        if args.resend_uncertain {
            authority.notice_failed(&notice, now)?;
        } else {
            let reason = ui.word("notice-cut-short");
            done.push((notice, Outcome::Uncertain(reason)));
        }
    }
    for notice in authority.notices_due(now)? {
        let outcome = match server.as_mut().filter(|_| !args.dry_run) {
            Some(server) => send(&notice, &letter, server, &authority, context)?,
            None if notice.holder.email.is_none() => Outcome::NoAddress,
            None => Outcome::Due,
        };
        done.push((notice, outcome));
    }
    show(&done, args.dry_run, &authority, context, ui)?;
    let trouble = |outcome: &Outcome| outcome.reason().is_some();
    if done.iter().any(|(_, outcome)| trouble(outcome)) {
        Ok(Exit::Failed)
    } else {
        Ok(Exit::Done)
    }
}

/// Sends one notice. It is on record before the mail server can have it, and again after.
fn send(
    notice: &Notice,
    letter: &mail::Letter,
    server: &mut smtp::Server,
    authority: &RegistrationAuthority,
    context: &Context,
) -> Result<Outcome, Failure> {
    let Some(address) = &notice.holder.email else {
        return Ok(Outcome::NoAddress);
    };
    let zone = shown::zone(authority)?;
    let now = context.now();
    let mail = match letter.write(notice, address, &authority.settings().name, &zone, now) {
        Ok(mail) => mail,
        Err(reason) => return Ok(Outcome::Failed(reason)),
    };
    if let Err(reason) = server.connect() {
        return Ok(Outcome::Failed(reason));
    }
    if !authority.begin_notice(notice, now)? {
        return Ok(Outcome::Taken);
    }
    match server.send(&mail) {
        Ok(()) => {
            authority.notice_sent(notice, now)?;
            Ok(Outcome::Sent)
        }
        Err(smtp::Trouble::Refused(reason)) => {
            authority.notice_failed(notice, now)?;
            Ok(Outcome::Failed(reason))
        }
        Err(smtp::Trouble::Unknown(reason)) => Ok(Outcome::Uncertain(reason)),
    }
}

fn show(
    done: &[(Notice, Outcome)],
    dry_run: bool,
    authority: &RegistrationAuthority,
    context: &Context,
    ui: &Ui,
) -> Result<(), Failure> {
    if context.json() {
        let notices: Vec<Value> = done.iter().map(json_of).collect();
        return ui.json(&json!({ "version": 1, "dry_run": dry_run, "notices": notices }));
    }
    if done.is_empty() {
        ui.status(&message("notice-none"));
        return Ok(());
    }
    let zone = shown::zone(authority)?;
    let headings = [
        "heading-id",
        "heading-email",
        "heading-until",
        "heading-days",
        "heading-outcome",
    ];
    let mut table = table::table(headings.map(|key| ui.word(key)));
    for (notice, outcome) in done {
        let certificate = notice.holder.certificate.as_ref();
        let until = certificate.map(|it| shown::day_in(it.not_after(), &zone, ui));
        let (_, text) = outcome.names();
        let outcome = message(text).with("reason", outcome.reason().unwrap_or_default());
        table.add_row([
            notice.holder.id.to_string(),
            shown::optional(notice.holder.email.as_ref(), ui),
            until.unwrap_or_else(|| ui.word("absent")),
            notice.days.to_string(),
            ui.text(&outcome),
        ]);
    }
    ui.data(table::text(&mut table))
}

fn json_of((notice, outcome): &(Notice, Outcome)) -> Value {
    let certificate = notice.holder.certificate.as_ref();
    json!({
        "holder": notice.holder.id.to_string(),
        "email": notice.holder.email,
        "serial_number": notice.serial,
        "not_after": certificate.map(|it| it.not_after().to_string()),
        "days": notice.days,
        "days_left": notice.days_left,
        "outcome": outcome.names().0,
        "reason": outcome.reason(),
    })
}
