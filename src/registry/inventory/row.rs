//! Between the records of an inventory and rows.

use super::record::{
    DueRecord, Mark, MarkRecord, RunRecord, SeenCertificate, SightingRecord, TokenRecord,
};
use crate::registry::row::{Fields, Record, Word, words};
use crate::token::TokenIdentity;

words! {
    Mark { InUse = "in-use", Lost = "lost", Retired = "retired", }
}

impl Record for RunRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            digest: row.get("digest")?,
            time: row.time("time")?,
            counted: row.time("counted")?,
            stored: row.time("stored")?,
            host: row.get("host")?,
            policy: row.get("policy")?,
            tokens: row.number("tokens")?,
            findings: row.number("findings")?,
        })
    }
}

impl Record for TokenRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            identity: TokenIdentity {
                label: row.get("label")?,
                serial: row.get("serial")?,
                manufacturer: row.get("manufacturer")?,
                model: row.get("model")?,
            },
            first_seen: row.time("first_seen")?,
            last_seen: row.time("last_seen")?,
            host: row.get("host")?,
            state: row.get("state")?,
            mark: row.word("mark")?,
            marked: row.time_if_any("marked")?,
            reason: row.get("reason")?,
        })
    }
}

impl Record for SeenCertificate {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            subject: row.get("subject")?,
            holder: row.get("holder")?,
            issuer: row.get("issuer")?,
            serial_number: row.get("serial_number")?,
            not_before: row.time("not_before")?,
            not_after: row.time("not_after")?,
            sha256: row.get("sha256")?,
            ca: row.flag("ca")?,
        })
    }
}

impl Record for DueRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            token: TokenRecord::read(row)?,
            certificate: SeenCertificate::read(row)?,
        })
    }
}

/// A certificate, and the number of the token that it is on.
pub(super) struct CertificateOf(pub(super) i64, pub(super) SeenCertificate);

impl Record for CertificateOf {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self(row.get("token")?, SeenCertificate::read(row)?))
    }
}

impl Record for SightingRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            token: row.get("token")?,
            time: row.time("time")?,
            counted: row.time("counted")?,
            host: row.get("host")?,
            state: row.get("state")?,
            remarks: row.get("remarks")?,
        })
    }
}

impl Record for MarkRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            mark: row.word("mark")?,
            at: row.time("at")?,
            reason: row.get("reason")?,
        })
    }
}

/// The one column `number` of a row.
pub(super) struct Number(pub(super) i64);

impl Record for Number {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        row.get("number").map(Self)
    }
}
