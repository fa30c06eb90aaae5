//! What an inventory is asked.

use jiff::Timestamp;

use super::InventoryTransaction;
use super::record::{
    DueRecord, MarkRecord, RunRecord, SeenCertificate, SightingRecord, TokenRecord,
};
use super::row::CertificateOf;
use crate::error::Result;
use crate::registry::row::Content;
use crate::registry::transaction::Statement;

impl InventoryTransaction<'_, '_> {
    /// Every run, the newest first.
    pub fn runs(&mut self) -> Result<Vec<RunRecord>> {
        self.0.all(Statement::new(
            "SELECT * FROM run ORDER BY counted DESC, number DESC",
        ))
    }

    /// Every token, by label.
    pub fn tokens(&mut self) -> Result<Vec<TokenRecord>> {
        self.0.all(Statement::new(
            "SELECT * FROM token ORDER BY label, serial, manufacturer, model",
        ))
    }

    /// The tokens of this serial number.
    pub fn tokens_of_serial(&mut self, serial: &str) -> Result<Vec<TokenRecord>> {
        let statement = Statement::new(
            "SELECT * FROM token WHERE serial = $1 ORDER BY label, manufacturer, model",
        );
        self.0.all(statement.text(serial))
    }

    /// The tokens of this label.
    pub fn tokens_of_label(&mut self, label: &str) -> Result<Vec<TokenRecord>> {
        let statement = Statement::new(
            "SELECT * FROM token WHERE label = $1 ORDER BY serial, manufacturer, model",
        );
        self.0.all(statement.text(label))
    }

    /// The certificates that are on tokens now, as far as is known, each with the token's number.
    pub fn certificates(&mut self) -> Result<Vec<(i64, SeenCertificate)>> {
        let found: Vec<CertificateOf> = self.0.all(Statement::new(
            "SELECT token.number AS token, certificate.* FROM token \
             JOIN certificate ON certificate.state = token.state \
             ORDER BY token.number, certificate.position",
        ))?;
        Ok(found
            .into_iter()
            .map(|CertificateOf(token, it)| (token, it))
            .collect())
    }

    /// The certificates of a state.
    pub fn certificates_of(&mut self, state: &str) -> Result<Vec<SeenCertificate>> {
        let statement =
            Statement::new("SELECT * FROM certificate WHERE state = $1 ORDER BY position");
        self.0.all(statement.text(state))
    }

    /// The certificates of holders whose notAfter lies between two instants, both included, the
    /// first to expire first: those on tokens in use that no later one of the same holder and
    /// authority, on any token in use, has taken the place of.
    pub fn due(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<DueRecord>> {
        let statement = Statement::new(
            "SELECT token.*, certificate.subject, certificate.holder, certificate.issuer, \
             certificate.serial_number, certificate.not_before, certificate.not_after, \
             certificate.sha256, certificate.ca \
             FROM certificate JOIN token ON token.state = certificate.state \
             WHERE certificate.not_after BETWEEN $1 AND $2 AND certificate.ca = 0 \
             AND token.mark = 'in-use' AND NOT EXISTS (\
             SELECT 1 FROM certificate AS later JOIN token AS other ON other.state = later.state \
             WHERE later.holder = certificate.holder AND later.issuer = certificate.issuer \
             AND later.not_after > certificate.not_after AND later.ca = 0 \
             AND other.mark = 'in-use') \
             ORDER BY certificate.not_after, certificate.subject, token.label, token.number",
        );
        self.0.all(statement.time(from).time(until))
    }

    /// What was seen of a token, the newest first.
    pub fn sightings_of(&mut self, token: i64) -> Result<Vec<SightingRecord>> {
        let statement = Statement::new(
            "SELECT sighting.token, sighting.counted, sighting.state, sighting.remarks, \
             run.time, run.host FROM sighting JOIN run ON run.number = sighting.run \
             WHERE sighting.token = $1 ORDER BY sighting.counted DESC, sighting.run DESC",
        );
        self.0.all(statement.bind(token))
    }

    /// What was seen of each token last, and the time before that; or last before an instant.
    pub fn last_sightings(&mut self, before: Option<Timestamp>) -> Result<Vec<SightingRecord>> {
        let statement = match before {
            None => Statement::new(
                "SELECT token, counted, state, remarks, time, host FROM (\
                 SELECT sighting.*, run.time, run.host, row_number() OVER (\
                 PARTITION BY sighting.token ORDER BY sighting.counted DESC, sighting.run DESC) \
                 AS place FROM sighting JOIN run ON run.number = sighting.run) \
                 WHERE place <= 2 ORDER BY token, place",
            ),
            Some(before) => Statement::new(
                "SELECT token, counted, state, remarks, time, host FROM (\
                 SELECT sighting.*, run.time, run.host, row_number() OVER (\
                 PARTITION BY sighting.token ORDER BY sighting.counted DESC, sighting.run DESC) \
                 AS place FROM sighting JOIN run ON run.number = sighting.run \
                 WHERE sighting.counted < $1) \
                 WHERE place = 1 ORDER BY token",
            )
            .time(before),
        };
        self.0.all(statement)
    }

    /// The marks of a token, the newest first.
    pub fn marks_of(&mut self, token: i64) -> Result<Vec<MarkRecord>> {
        let statement = Statement::new("SELECT * FROM mark WHERE token = $1 ORDER BY number DESC");
        self.0.all(statement.bind(token))
    }

    /// The JSON of this digest.
    pub fn content(&mut self, digest: &str) -> Result<Option<String>> {
        let statement = Statement::new("SELECT body AS content FROM content WHERE digest = $1");
        let content: Option<Content> = self.0.one(statement.text(digest))?;
        Ok(content.map(|content| content.0))
    }
}
