//! Enrolment codes.

use super::{Statement, Transaction};
use crate::error::Result;
use crate::registry::record::CodeRecord;

impl Transaction<'_> {
    /// The code of a permit, used or not.
    pub fn code_of(&mut self, permit: &str) -> Result<Option<CodeRecord>> {
        let statement = Statement::new("SELECT * FROM enrolment_code WHERE permit = $1");
        self.one(statement.text(permit))
    }

    /// A new code for a permit, in place of the one that it had.
    pub fn put_code(&mut self, record: &CodeRecord) -> Result<()> {
        let former = Statement::new("DELETE FROM enrolment_code WHERE permit = $1");
        self.write(former.text(&record.permit), &"a code")?;
        let statement = Statement::new(
            "INSERT INTO enrolment_code (permit, digest, created, expires, key_digest, used) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        );
        self.add(statement.all_of_code(record), &"a code")
    }

    /// The changed record of a code.
    pub fn change_code(&mut self, record: &CodeRecord) -> Result<()> {
        let statement = Statement::new(
            "UPDATE enrolment_code SET digest = $2, created = $3, expires = $4, key_digest = $5, \
             used = $6 WHERE permit = $1",
        );
        self.change(statement.all_of_code(record), &"a code")
    }

    /// Forgets the codes that nobody has used, and tells how many they were.
    pub fn end_codes(&mut self) -> Result<u64> {
        let statement = Statement::new("DELETE FROM enrolment_code WHERE used IS NULL");
        self.write(statement, &"codes")
    }
}

impl Statement {
    fn all_of_code(self, record: &CodeRecord) -> Self {
        let (key, used) = record.used.clone().unzip();
        self.text(&record.permit)
            .text(&record.digest)
            .time(record.created)
            .time(record.expires)
            .text_if_any(key.as_deref())
            .time_if_any(used)
    }
}
