//! `tokencert status`

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use tokencert::certificate::Certificate;
use tokencert::journal::Entry;
use tokencert::key::PublicKey;
use tokencert::lifecycle::{Lifecycle, State, Windows};
use tokencert::profile::IssueCounts;
use tokencert::renew::{holders, replaces};
use tokencert::report::json;
use tokencert::token::{Contents, Need, TokenInfo};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::options::Days;
use crate::ui::Ui;
use crate::{resume, session, table, text};

/// Show whose certificates are on the token, until when, and what to do next
///
/// Needs no PIN. The exit status is 3 if something is due.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert status --within 30d")]
pub(crate) struct StatusArgs {
    /// Call a certificate due so long before it expires; without it, as the profile says, else 30d
    #[arg(long, value_name = "DAYS")]
    within: Option<Days>,
}

/// A certificate with what there is to say about it.
struct Standing<'c> {
    certificate: &'c Certificate,
    lifecycle: Lifecycle,
    /// Another one of the same holder is newer: by a renewal or by a reissue.
    renewed: bool,
    /// No other certificate on the token has its key.
    alone: bool,
}

impl Standing<'_> {
    fn is_due(&self, now: Timestamp) -> bool {
        !self.renewed && !matches!(self.lifecycle.state(now), State::Valid | State::NotYetValid)
    }
}

pub(crate) fn run(args: &StatusArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let mut windows = context.windows(ui)?;
    if let Some(Days(days)) = args.within {
        windows.renewal_days_before = days;
    }
    let counts = IssueCounts::of(context.profile(ui)?);
    let unfinished = context.unfinished(ui)?;
    session::with_token(context, Need::Read, ui, |token| {
        let contents = token.contents()?;
        let standings = standings(&contents, &windows, &counts)?;
        let unfinished: Vec<&Entry> = unfinished
            .iter()
            .filter(|entry| entry.purpose.token == *token.identity())
            .collect();
        let now = context.now();
        if context.json() {
            let certificates: Vec<Value> = standings
                .iter()
                .map(|one| json::standing(one.certificate, &one.lifecycle, now, one.renewed))
                .collect();
            ui.json(&json::status(token.info(), &certificates, &unfinished))?;
        } else {
            let screen = Screen {
                now,
                zone: windows.zone()?,
                context,
                ui,
            };
            screen.show(token.info(), &standings, &unfinished)?;
        }
        let nothing = standings.iter().all(|one| one.renewed);
        let due = standings.iter().any(|one| one.is_due(now));
        Ok(if due || nothing || !unfinished.is_empty() {
            Exit::Due
        } else {
            Exit::Done
        })
    })
}

/// The holders' certificates, each name's newest first. Those of authorities are nobody's work.
fn standings<'c>(
    contents: &'c Contents,
    windows: &Windows,
    counts: &IssueCounts,
) -> Result<Vec<Standing<'c>>, Failure> {
    let keys: Vec<PublicKey> = contents
        .all_certificates()
        .filter_map(|object| object.certificate.as_ref()?.public_key().ok())
        .collect();
    let mut standings: Vec<Standing<'c>> = Vec::new();
    let all = holders(contents);
    for &certificate in &all {
        let renewed = all.iter().any(|new| replaces(new, certificate, counts));
        let lifecycle = Lifecycle::of(certificate, windows)?;
        let own = certificate.public_key()?;
        let alone = keys.iter().filter(|key| **key == own).count() < 2;
        standings.push(Standing {
            certificate,
            lifecycle,
            renewed,
            alone,
        });
    }
    Ok(standings)
}

/// What the screen is drawn with.
struct Screen<'u> {
    now: Timestamp,
    zone: TimeZone,
    context: &'u Context,
    ui: &'u Ui,
}

impl Screen<'_> {
    fn show(
        &self,
        info: &TokenInfo,
        standings: &[Standing<'_>],
        unfinished: &[&Entry],
    ) -> Result<(), Failure> {
        let ui = self.ui;
        let place = if info.software {
            "status-token-pc"
        } else {
            "status-token-usb"
        };
        let mut rows = table::rows();
        rows.add_row([ui.word(place), text::token(&info.identity)]);
        for one in standings {
            if standings.len() > 1 {
                rows.add_row([String::new(), String::new()]);
            }
            rows.add_row([ui.word("status-holder"), text::holder(one.certificate, ui)]);
            rows.add_row([ui.word("status-until"), ui.text(&self.until(one))]);
            rows.add_row([ui.word("status-next"), ui.text(&self.next(one))]);
        }
        if standings.is_empty() {
            rows.add_row([ui.word("status-holder"), ui.word("status-none")]);
        }
        if standings.is_empty() && unfinished.is_empty() {
            rows.add_row([ui.word("status-next"), ui.word("next-issue")]);
        }
        for entry in unfinished {
            let command = resume::command(entry, self.context, ui)?;
            let next = message("next-unfinished").with("command", command);
            let next = next.with("id", &entry.id);
            rows.add_row([ui.word("status-next"), ui.text(&next)]);
        }
        ui.data(table::text(&mut rows))
    }

    /// The last day, and how far away it is.
    fn until(&self, one: &Standing<'_>) -> Message {
        let days = one.lifecycle.days_left(self.now);
        let state = one.lifecycle.state(self.now);
        let key = match (
            matches!(state, State::Acquirable { .. } | State::ReissueNeeded),
            days,
        ) {
            (true, _) => "until-expired",
            (false, 0) => "until-today",
            (false, _) => "until-days",
        };
        let day = text::day(one.lifecycle.expiry_date(), self.ui);
        message(key).with("day", day).count("days", days)
    }

    /// What the holder does next.
    fn next(&self, one: &Standing<'_>) -> Message {
        if one.renewed {
            let what = if one.alone { "all" } else { "certificate" };
            let next = message("next-delete").with("what", what);
            return next.with("sha256", one.certificate.fingerprint());
        }
        match one.lifecycle.state(self.now) {
            State::InRenewalWindow => message("next-renew"),
            State::Acquirable { until } => {
                message("next-acquire").with("day", text::day(until, self.ui))
            }
            State::ReissueNeeded => message("next-reissue"),
            State::NotYetValid => {
                let begins = one.certificate.not_before();
                let day = text::day_of(begins, &self.zone, self.ui);
                message("next-not-yet-valid").with("day", day)
            }
            _ => {
                let opens = text::day_of(one.lifecycle.renewal_opens(), &self.zone, self.ui);
                message("next-nothing").with("day", opens)
            }
        }
    }
}
