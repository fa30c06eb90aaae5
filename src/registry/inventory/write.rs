//! What a run adds, and marks.

use jiff::Timestamp;

use super::InventoryTransaction;
use super::record::{Growth, Mark, RunRecord, SeenCertificate, TokenRecord};
use super::row::Number;
use crate::error::Result;
use crate::registry::row::Word;
use crate::registry::transaction::Statement;

/// When a token was read that never could be: before all else, so that the first time it can counts.
const NEVER: i64 = i64::MIN;

impl InventoryTransaction<'_, '_> {
    /// A new run, and its number; nothing if it is there already.
    pub fn add_run(&mut self, run: &RunRecord) -> Result<Option<i64>> {
        let statement = Statement::new(
            "INSERT INTO run (digest, time, counted, stored, host, policy, tokens, findings) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING number",
        );
        let statement = statement
            .text(&run.digest)
            .time(run.time)
            .time(run.counted)
            .time(run.stored)
            .text(&run.host)
            .text(&run.policy)
            .bind(i64::from(run.tokens))
            .bind(i64::from(run.findings));
        let added: Vec<Number> = self.0.all(statement)?;
        Ok(added.first().map(|number| number.0))
    }

    /// Notes what a run has seen of a token, and tells what is known of the token then.
    pub fn add_sighting(&mut self, run: i64, seen: &Growth) -> Result<Option<TokenRecord>> {
        let (state, _) = &seen.state;
        if self.add_content(&seen.state)? {
            for (at, certificate) in (0_i64..).zip(&seen.certificates) {
                self.add_certificate(state, at, certificate)?;
            }
        }
        self.add_content(&seen.remarks)?;
        let token = self.add_or_change_token(seen)?;
        if let Some(token) = &token {
            let statement = Statement::new(
                "INSERT INTO sighting (run, token, counted, state, remarks) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            );
            let statement = statement.bind(run).bind(token.number).time(seen.counted);
            let statement = statement.text(state).text(&seen.remarks.0);
            self.0.write(statement, &"a sighting")?;
        }
        Ok(token)
    }

    /// Marks a token.
    pub fn set_mark(
        &mut self,
        token: i64,
        mark: Mark,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<()> {
        let statement = Statement::new(
            "UPDATE token SET mark = $2, marked = $3, reason = $4 WHERE number = $1",
        );
        let statement = statement.bind(token).text(mark.word()).time(at);
        self.0.change(statement.text_if_any(reason), &"a token")?;
        let statement =
            Statement::new("INSERT INTO mark (token, mark, at, reason) VALUES ($1, $2, $3, $4)");
        let statement = statement.bind(token).text(mark.word()).time(at);
        self.0
            .write(statement.text_if_any(reason), &"a mark")
            .map(drop)
    }

    /// True if it was not there yet.
    fn add_content(&mut self, (digest, body): &(String, String)) -> Result<bool> {
        let statement = Statement::new(
            "INSERT INTO content (digest, body) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        );
        let written = self
            .0
            .write(statement.text(digest).text(body), &"content")?;
        Ok(written > 0)
    }

    fn add_certificate(&mut self, state: &str, at: i64, seen: &SeenCertificate) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO certificate (state, position, subject, holder, issuer, serial_number, \
             not_before, not_after, sha256, ca) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        let statement = statement
            .text(state)
            .bind(at)
            .text(&seen.subject)
            .text(&seen.holder)
            .text(&seen.issuer)
            .text(&seen.serial_number)
            .time(seen.not_before)
            .time(seen.not_after)
            .text(&seen.sha256)
            .flag(seen.ca);
        self.0.write(statement, &"a certificate").map(drop)
    }

    /// Reports come in any order: an older one changes nothing but when it was seen first.
    fn add_or_change_token(&mut self, seen: &Growth) -> Result<Option<TokenRecord>> {
        let statement = Statement::new(
            "INSERT INTO token (manufacturer, model, serial, label, first_seen, last_seen, host, \
             state, state_seen) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8) \
             ON CONFLICT (manufacturer, model, serial, label) DO UPDATE SET \
             first_seen = min(first_seen, excluded.first_seen), \
             host = CASE WHEN excluded.last_seen >= last_seen THEN excluded.host ELSE host END, \
             last_seen = max(last_seen, excluded.last_seen), \
             state = CASE WHEN excluded.state_seen >= state_seen THEN excluded.state ELSE state END, \
             state_seen = max(state_seen, excluded.state_seen) RETURNING *",
        );
        let statement = statement
            .text(&seen.identity.manufacturer)
            .text(&seen.identity.model)
            .text(&seen.identity.serial)
            .text(&seen.identity.label)
            .time(seen.counted)
            .text(&seen.host)
            .text(&seen.state.0);
        let statement = if seen.read {
            statement.time(seen.counted)
        } else {
            statement.bind(NEVER)
        };
        Ok(self.0.all(statement)?.pop())
    }
}
