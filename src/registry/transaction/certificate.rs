//! Certificates and keys.

use super::{Statement, Transaction};
use crate::error::Result;
use crate::registry::record::{CertificateRecord, RenewalRecord};
use crate::registry::row::{Content, Word};

impl Transaction<'_> {
    /// The certificate of this serial number.
    pub fn certificate(&mut self, serial: &str) -> Result<Option<CertificateRecord>> {
        self.one(Statement::new("SELECT * FROM certificate WHERE serial = $1").text(serial))
    }

    /// The certificates of a holder, the newest first.
    pub fn certificates_of(&mut self, holder: &str) -> Result<Vec<CertificateRecord>> {
        let statement = Statement::new(
            "SELECT * FROM certificate WHERE holder = $1 ORDER BY issued DESC, number DESC",
        );
        self.all(statement.text(holder))
    }

    /// The certificates of a public key, the newest first.
    pub fn certificates_of_key(&mut self, key: &str) -> Result<Vec<CertificateRecord>> {
        let statement = Statement::new(
            "SELECT * FROM certificate WHERE key_digest = $1 ORDER BY issued DESC, number DESC",
        );
        self.all(statement.text(key))
    }

    /// The certificate that renews this one, the newest if there are several.
    pub fn successor(&mut self, serial: &str) -> Result<Option<CertificateRecord>> {
        let statement = Statement::new(
            "SELECT * FROM certificate WHERE renews = $1 \
             ORDER BY issued DESC, number DESC LIMIT 1",
        );
        self.one(statement.text(serial))
    }

    /// What a renewal of this certificate for this public key has to know, in one statement: the
    /// certificate, those that renew it, and those of the key, the newest first.
    pub fn around_renewal(&mut self, serial: &str, key: &str) -> Result<Vec<RenewalRecord>> {
        let statement = Statement::new(
            "SELECT certificate.*, permit.contract, permit.member, holder.suspended, \
             (SELECT COUNT(*) FROM barred_key WHERE barred_key.key_digest = $2) AS is_barred \
             FROM certificate \
             LEFT JOIN permit ON permit.id = certificate.permit \
             LEFT JOIN holder ON holder.contract = permit.contract AND holder.member = permit.member \
             WHERE certificate.serial = $1 OR certificate.renews = $1 \
             OR certificate.key_digest = $2 \
             ORDER BY certificate.issued DESC, certificate.number DESC",
        );
        self.all(statement.text(serial).text(key))
    }

    /// The revoked certificates, by serial number.
    pub fn revoked(&mut self) -> Result<Vec<CertificateRecord>> {
        self.all(Statement::new(
            "SELECT * FROM certificate WHERE revoked_at IS NOT NULL ORDER BY serial",
        ))
    }

    /// The certificates whose notAfter lies between two instants (seconds since 1970, both
    /// included), by notAfter.
    pub fn expiring(&mut self, from: i64, until: i64) -> Result<Vec<CertificateRecord>> {
        let statement = Statement::new(
            "SELECT * FROM certificate WHERE not_after BETWEEN $1 AND $2 \
             ORDER BY not_after, number",
        );
        self.all(statement.bind(from).bind(until))
    }

    /// A new certificate.
    pub fn add_certificate(&mut self, record: &CertificateRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO certificate (serial, holder, by_operator, issue_count, permit, \
             key_digest, der, not_before, not_after, issued, renews, logged_in, revoked_at, \
             revoked_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT DO NOTHING",
        );
        self.add(
            statement.all_of_certificate(record),
            &format_args!("certificate {}", record.serial),
        )
    }

    /// The changed record of a certificate.
    pub fn change_certificate(&mut self, record: &CertificateRecord) -> Result<()> {
        let statement = Statement::new(
            "UPDATE certificate SET holder = $2, by_operator = $3, issue_count = $4, permit = $5, \
             key_digest = $6, der = $7, not_before = $8, not_after = $9, issued = $10, \
             renews = $11, logged_in = $12, revoked_at = $13, revoked_for = $14 \
             WHERE serial = $1",
        );
        self.change(
            statement.all_of_certificate(record),
            &format_args!("certificate {}", record.serial),
        )
    }

    /// Refuses a public key for ever.
    pub fn bar_key(&mut self, key: &str) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO barred_key (key_digest) VALUES ($1) ON CONFLICT DO NOTHING",
        );
        self.write(statement.text(key), &"a barred key").map(drop)
    }

    /// True for a key that is refused for ever.
    pub fn is_barred(&mut self, key: &str) -> Result<bool> {
        let statement =
            Statement::new("SELECT key_digest AS content FROM barred_key WHERE key_digest = $1");
        Ok(self.one::<Content>(statement.text(key))?.is_some())
    }
}

impl Statement {
    fn all_of_certificate(self, record: &CertificateRecord) -> Self {
        self.text(&record.serial)
            .text(&record.holder)
            .flag(record.by_operator)
            .bind(i64::from(record.issue_count))
            .text_if_any(record.permit.as_deref())
            .text(&record.key)
            .bind(record.der.clone())
            .time(record.not_before)
            .time(record.not_after)
            .time(record.issued)
            .text_if_any(record.renews.as_deref())
            .time_if_any(record.logged_in)
            .time_if_any(record.revoked.map(|revoked| revoked.at))
            .text_if_any(record.revoked.map(|revoked| revoked.reason.word()))
    }
}
