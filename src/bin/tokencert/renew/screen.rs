//! What the holder sees when `renew` has ended.

use jiff::tz::TimeZone;
use tokencert::renew::{Outcome, Retired};

use crate::failure::Failure;
use crate::i18n::message;
use crate::screen::{certificate_lines, pending, remind};
use crate::text;
use crate::ui::Ui;

/// Shows how it ended.
pub(super) fn show(
    outcome: Option<&Outcome>,
    retired: Option<&Retired>,
    software: bool,
    zone: &TimeZone,
    ui: &Ui,
) -> Result<(), Failure> {
    match outcome {
        Some(Outcome::Renewed(issued)) => {
            let token = ui.phrase(&issued.token);
            ui.say(&message("renew-done").with("token", token))?;
            ui.data(certificate_lines(&issued.certificate, zone, ui))?;
        }
        Some(Outcome::NotDue { certificate, opens }) if retired.is_none() => {
            let until = text::day_of(certificate.not_after(), zone, ui);
            let opens = text::day_of(*opens, zone, ui);
            let said = message("renew-not-due").with("opens", opens);
            ui.say(&said.with("until", until))?;
            ui.data(certificate_lines(certificate, zone, ui))?;
        }
        Some(Outcome::Pending { id, place, .. }) => pending(id, place, ui)?,
        _ => {}
    }
    match (outcome, retired) {
        (_, Some(retired)) => {
            let token = ui.phrase(&retired.deletion.token);
            ui.status(&message("renew-retired").with("token", token));
            remind(software, ui);
        }
        (Some(Outcome::Renewed(issued)), None) => {
            if issued.replaced.is_empty() {
                ui.hint(&message("renew-keeps-old"));
            }
            remind(software, ui);
        }
        _ => {}
    }
    Ok(())
}
