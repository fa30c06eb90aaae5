//! The event log, notices, and the values of the registry itself.

use super::{Statement, Transaction};
use crate::error::Result;
use crate::registry::record::{EventRecord, NoticeRecord};
use crate::registry::row::Content;

impl Transaction<'_> {
    /// One more line of the log.
    pub fn log(&mut self, event: &EventRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO event (at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)",
        )
        .time(event.at)
        .text(&event.actor)
        .text(&event.action)
        .text(&event.subject)
        .text(&event.detail);
        self.write(statement, &"the event").map(drop)
    }

    /// The log, the newest first, of one subject or of all; at most so many lines.
    pub fn events(&mut self, subject: Option<&str>, limit: u32) -> Result<Vec<EventRecord>> {
        let limit = i64::from(limit);
        self.all(match subject {
            Some(subject) => Statement::new(
                "SELECT * FROM event WHERE subject = $1 ORDER BY number DESC LIMIT $2",
            )
            .text(subject)
            .bind(limit),
            None => Statement::new("SELECT * FROM event ORDER BY number DESC LIMIT $1").bind(limit),
        })
    }

    /// The notice of a certificate.
    pub fn notice(&mut self, serial: &str, days: u16) -> Result<Option<NoticeRecord>> {
        let statement = Statement::new("SELECT * FROM notice WHERE serial = $1 AND days = $2");
        self.one(statement.text(serial).bind(i64::from(days)))
    }

    /// A notice that is taken up.
    pub fn add_notice(&mut self, record: &NoticeRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO notice (serial, days, begun, sent) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        );
        self.add(
            statement.all_of_notice(record),
            &format_args!("the notice of certificate {}", record.serial),
        )
    }

    /// The changed record of a notice.
    pub fn change_notice(&mut self, record: &NoticeRecord) -> Result<()> {
        let statement = Statement::new(
            "UPDATE notice SET begun = $3, sent = $4 WHERE serial = $1 AND days = $2",
        );
        self.change(
            statement.all_of_notice(record),
            &format_args!("the notice of certificate {}", record.serial),
        )
    }

    /// A value of the registry itself, for example `crl-number` or `ca-sha256`.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let statement = Statement::new("SELECT content FROM setting WHERE name = $1");
        let content = self.one::<Content>(statement.text(name))?;
        Ok(content.map(|content| content.0))
    }

    /// Sets such a value.
    pub fn set_value(&mut self, name: &str, value: &str) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO setting (name, content) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET content = excluded.content",
        );
        self.write(statement.text(name).text(value), &name)
            .map(drop)
    }
}

impl Statement {
    fn all_of_notice(self, record: &NoticeRecord) -> Self {
        self.text(&record.serial)
            .bind(i64::from(record.days))
            .time(record.begun)
            .time_if_any(record.sent)
    }
}
