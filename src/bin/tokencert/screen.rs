//! What the holder sees when `issue` or `renew` has ended.

use jiff::tz::TimeZone;
use tokencert::certificate::{Certificate, sanitized};
use tokencert::issue::{Issued, Outcome};

use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{table, text};

/// Shows how it ended, with the reminder that suits the token: software cannot be pulled out.
pub(crate) fn show(
    outcome: &Outcome,
    software: bool,
    zone: &TimeZone,
    ui: &Ui,
) -> Result<(), Failure> {
    match outcome {
        Outcome::AlreadyThere { certificate, .. } => {
            let until = text::day_of(certificate.not_after(), zone, ui);
            ui.say(&message("issue-already-there").with("day", until))?;
            ui.data(certificate_lines(certificate, zone, ui))
        }
        Outcome::Issued(issued) => {
            completed(issued, zone, ui)?;
            remind(software, ui);
            Ok(())
        }
        Outcome::Pending { id, place, .. } => pending(id, place, ui),
        _ => Ok(()),
    }
}

/// Reminds of the token in the way that suits it.
pub(crate) fn remind(software: bool, ui: &Ui) {
    let reminder = if software {
        "issue-stays"
    } else {
        "issue-pull-out"
    };
    ui.status(&message(reminder));
}

/// Tells that the authority has not answered yet.
pub(crate) fn pending(id: &str, place: &str, ui: &Ui) -> Result<(), Failure> {
    let said = message("issue-pending").with("place", sanitized(place));
    ui.say(&said.with("id", id))?;
    ui.hint(&message("issue-pending-next"));
    Ok(())
}

fn completed(issued: &Issued, zone: &TimeZone, ui: &Ui) -> Result<(), Failure> {
    let token = ui.phrase(&issued.token);
    ui.say(&message("issue-done").with("token", token))?;
    ui.data(certificate_lines(&issued.certificate, zone, ui))
}

/// The subject line by line, then what the help desk asks for.
pub(crate) fn certificate_lines(certificate: &Certificate, zone: &TimeZone, ui: &Ui) -> String {
    let mut rows = table::rows();
    for (at, (name, value)) in certificate.subject().attributes().iter().enumerate() {
        let heading = if at == 0 {
            ui.word("show-subject")
        } else {
            String::new()
        };
        rows.add_row([
            heading,
            format!("{} = {}", sanitized(name), sanitized(value)),
        ]);
    }
    if let Some(count) = text::issue_count(certificate.subject()) {
        rows.add_row([ui.word("show-issue-count"), count]);
    }
    rows.add_row([ui.word("show-serial"), certificate.serial_number()]);
    rows.add_row([
        ui.word("show-from"),
        text::instant(certificate.not_before(), zone, ui),
    ]);
    rows.add_row([
        ui.word("show-until"),
        text::instant(certificate.not_after(), zone, ui),
    ]);
    table::text(&mut rows)
}
