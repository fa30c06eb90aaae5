//! Permits.

use super::{Statement, Transaction};
use crate::error::Result;
use crate::registry::record::{HolderId, PermitRecord};
use crate::registry::row::Word;

impl Transaction<'_> {
    /// The permits of a holder, the newest first.
    pub fn permits(&mut self, holder: &HolderId) -> Result<Vec<PermitRecord>> {
        let statement = Statement::new(
            "SELECT * FROM permit WHERE contract = $1 AND member = $2 \
             ORDER BY opened DESC, number DESC",
        );
        self.all(statement.holder(holder))
    }

    /// A new permit. Of a holder's permits only one at a time is open or bound; the database
    /// itself sees to that.
    pub fn add_permit(&mut self, record: &PermitRecord) -> Result<()> {
        let statement = Statement::new(
            "INSERT INTO permit (id, contract, member, issue_count, reason, registered, opened, \
             closes, state, key_digest, code_step) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        );
        self.add(
            statement.all_of_permit(record),
            &format_args!("a permit of {}", record.holder),
        )
    }

    /// The changed record of a permit.
    pub fn change_permit(&mut self, record: &PermitRecord) -> Result<()> {
        let statement = Statement::new(
            "UPDATE permit SET contract = $2, member = $3, issue_count = $4, reason = $5, \
             registered = $6, opened = $7, closes = $8, state = $9, key_digest = $10, \
             code_step = $11 WHERE id = $1",
        );
        self.change(
            statement.all_of_permit(record),
            &format_args!("a permit of {}", record.holder),
        )
    }
}

impl Statement {
    fn all_of_permit(self, record: &PermitRecord) -> Self {
        self.text(&record.id)
            .holder(&record.holder)
            .bind(i64::from(record.issue_count))
            .text(record.reason.word())
            .time(record.registered)
            .time(record.opened)
            .time(record.closes)
            .text(record.state.word())
            .text_if_any(record.key.as_deref())
            .bind(record.code_step)
    }
}
