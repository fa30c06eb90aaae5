//! What the administrator has to tell the user, and what is missing for it.

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokencert::ca::{HolderState, HolderView, RegistrationAuthority};
use tokencert::certificate::Certificate;
use tokencert::registry::{PermitRecord, PermitState, SecondFactor};

use crate::failure::Failure;
use crate::i18n::message;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// What to tell the holder of a certificate that is waited for or was ended.
pub(crate) struct Instructions<'v> {
    view: &'v HolderView,
    /// The certificate that has stopped.
    stopped: Option<&'v Certificate>,
    /// What is missing, by its name in JSON and its text.
    missing: Vec<(&'static str, &'static str)>,
}

impl<'v> Instructions<'v> {
    /// The instructions for the holder as `view` has it now.
    pub(crate) fn new(
        authority: &RegistrationAuthority,
        view: &'v HolderView,
        stopped: Option<&'v Certificate>,
    ) -> Result<Self, Failure> {
        let record = authority.registry().read(|read| read.holder(&view.id))?;
        let has_code = record.is_some_and(|record| record.code_secret.is_some());
        let mut missing = Vec::new();
        if matches!(view.state, HolderState::Suspended(_)) {
            missing.push(("resume", "missing-resume"));
        }
        if view.email.is_none() {
            missing.push(("no-email", "missing-email"));
        }
        if view.second_factor == SecondFactor::OneTimeCode && !has_code {
            missing.push(("no-second-factor", "missing-second-factor"));
        }
        Ok(Self {
            view,
            stopped,
            missing,
        })
    }

    /// Until when the holder can acquire; who is suspended, once that has ended.
    fn acquire_by(&self) -> Option<jiff::Timestamp> {
        let unused =
            |permit: &&PermitRecord| matches!(permit.state, PermitState::Open | PermitState::Bound);
        match self.view.state {
            HolderState::Waiting(until) => Some(until),
            HolderState::Suspended(_) => {
                let permit = self.view.permit.as_ref().filter(unused)?;
                Some(permit.closes)
            }
            _ => None,
        }
    }

    /// What has to be at hand, by its name in JSON and its text.
    fn ready(&self) -> Vec<(&'static str, &'static str)> {
        if self.acquire_by().is_none() {
            return Vec::new();
        }
        let second = match self.view.second_factor {
            SecondFactor::ConfirmationPin => ("confirmation-pin", "ready-confirmation-pin"),
            SecondFactor::OneTimeCode => ("one-time-code", "ready-one-time-code"),
        };
        vec![
            ("usb-token", "ready-usb-token"),
            ("token-pin", "ready-token-pin"),
            ("account-pin", "ready-account-pin"),
            second,
        ]
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Value {
        let names = |list: &[(&'static str, &'static str)]| -> Vec<&'static str> {
            list.iter().map(|(name, _)| *name).collect()
        };
        json!({
            "stopped_serial_number": self.stopped.map(Certificate::serial_number),
            "acquire_by": self.acquire_by().map(shown::last_second).map(|at| at.to_string()),
            "contract": self.view.id.contract,
            "user": self.view.id.user,
            "have_ready": names(&self.ready()),
            "missing": names(&self.missing),
        })
    }

    /// As text, with a warning for each thing that is missing.
    pub(crate) fn show(&self, zone: &TimeZone, ui: &Ui) -> Result<(), Failure> {
        ui.line("")?;
        ui.say(&message("tell-holder").with("holder", shown::named(self.view)))?;
        let mut table = table::rows();
        let mut row = |key: &str, value: String| {
            table.add_row([format!("  {}", ui.word(key)), value]);
        };
        if let Some(stopped) = self.stopped {
            let text = message("tell-stopped").with("serial", stopped.serial_number());
            row("tell-present", ui.text(&text));
        }
        if let Some(until) = self.acquire_by() {
            let day = shown::day_in(shown::last_second(until), zone, ui);
            row("tell-acquire-by", day);
            row(
                "tell-command",
                format!("tokencert issue --holder {}", self.view.id),
            );
        }
        row("tell-contract", self.view.id.contract.clone());
        if let Some(user) = &self.view.id.user {
            row("tell-user", user.clone());
        }
        let ready: Vec<String> = self.ready().iter().map(|(_, key)| ui.word(key)).collect();
        if !ready.is_empty() {
            row("tell-ready", ready.join(&ui.word("list-separator")));
        }
        ui.data(table::text(&mut table))?;
        for (_, key) in &self.missing {
            ui.warn(&message(key).with("holder", &self.view.id));
        }
        Ok(())
    }
}
