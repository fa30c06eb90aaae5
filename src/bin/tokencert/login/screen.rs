//! What the holder sees after a login.

use jiff::tz::TimeZone;
use tokencert::authority::LoggedIn;
use tokencert::certificate::sanitized;

use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{table, text};

/// Shows who the server says that somebody is, and what it has to say.
pub(super) fn show(told: &LoggedIn, zone: &TimeZone, ui: &Ui) -> Result<(), Failure> {
    let mut rows = table::rows();
    let name = told.name.as_ref().unwrap_or(&told.kana);
    let until = message("until-days").with("day", text::day_of(told.not_after, zone, ui));
    rows.add_row([ui.word("login-holder"), sanitized(&told.holder)]);
    rows.add_row([ui.word("login-name"), sanitized(name)]);
    rows.add_row([ui.word("login-institution"), sanitized(&told.institution)]);
    rows.add_row([ui.word("show-subject"), sanitized(&told.subject)]);
    rows.add_row([ui.word("show-serial"), sanitized(&told.serial_number)]);
    rows.add_row([
        ui.word("status-until"),
        ui.text(&until.count("days", told.days_left)),
    ]);
    ui.say(&message("login-done"))?;
    ui.data(table::text(&mut rows))?;
    if told.renewal_due {
        ui.line("")?;
        ui.say(&message("login-renewal-due"))?;
    }
    for notice in &told.notices {
        ui.line(sanitized(notice))?;
    }
    if told.renewal_due {
        ui.hint(&message("login-renewal-next"));
    }
    Ok(())
}
