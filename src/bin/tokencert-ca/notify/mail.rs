//! The letter that reminds a holder.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{Address, message};
use tokencert::ca::Notice;
use tokencert::certificate::sanitized;

use crate::failure::Failure;
use crate::i18n::{self, Catalog};

/// What all letters have in common.
pub(super) struct Letter {
    /// The texts in the letter's language.
    pub(super) catalog: Catalog,
    /// Who sends it.
    pub(super) from: Option<Mailbox>,
}

impl Letter {
    /// Writes the letter of a notice; the reason where that cannot be done.
    ///
    /// Nothing of the holder gets into a header but the address, which is checked: a line break in
    /// a name cannot begin one. All of it is ASCII on the wire.
    pub(super) fn write(
        &self,
        notice: &Notice,
        address: &str,
        authority: &str,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Message, String> {
        let address: Address = address.parse().map_err(|error| format!("{error}"))?;
        if !address.to_string().is_ascii() {
            return Err("the address has letters that mail servers do not take".to_owned());
        }
        let builder = Message::builder()
            .to(Mailbox::new(None, address))
            .subject(self.text("mail-subject", &[]))
            .date(now.into())
            .message_id(Some(format!("<{}>", notice.message_id)))
            .header(ContentType::TEXT_PLAIN);
        let builder = match &self.from {
            Some(from) => builder.from(from.clone()),
            None => builder,
        };
        let body = self.body(notice, authority, zone);
        builder.body(body).map_err(|error| error.to_string())
    }

    fn body(&self, notice: &Notice, authority: &str, zone: &TimeZone) -> String {
        let holder = &notice.holder;
        let name = holder.name.as_ref().unwrap_or(&holder.kana);
        let certificate = holder.certificate.as_ref();
        let day = certificate.map(|certificate| {
            let date = certificate.not_after().to_zoned(zone.clone()).date();
            let part = |number: i16, width: usize| format!("{number:0width$}");
            self.text(
                "day",
                &[
                    ("year", &part(date.year(), 4)),
                    ("month", &part(date.month().into(), 2)),
                    ("day", &part(date.day().into(), 2)),
                ],
            )
        });
        let values = [
            ("name", sanitized(name)),
            ("holder", holder.id.to_string()),
            ("serial", notice.serial.clone()),
            ("day", day.unwrap_or_default()),
            ("left", notice.days_left.to_string()),
            ("authority", sanitized(authority)),
        ];
        let values: Vec<(&'static str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.text("mail-body", &values) + "\n"
    }

    fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        let empty = i18n::message(key);
        let message = values
            .iter()
            .fold(empty, |message, (name, value)| message.with(*name, value));
        self.catalog.text(&message)
    }
}

/// The sender, with or without a name.
pub(super) fn sender(text: &str) -> Result<message::Mailbox, Failure> {
    let broken = text.chars().any(char::is_control);
    let parsed = text.parse::<Mailbox>().ok().filter(|_| !broken);
    parsed.ok_or_else(|| {
        Failure::usage(i18n::message("mail-from-invalid").with("address", sanitized(text)))
    })
}
