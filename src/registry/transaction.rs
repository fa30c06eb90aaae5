//! One transaction: statements run in it, and what becomes of it after one failed.

mod account;
mod certificate;
mod code;
mod log;
mod permit;

use std::fmt;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Encode, Type};
use tokio::runtime::Handle;

use super::connection::{Trouble, in_time};
use super::location::Location;
use super::row::{Fields, Record};
use crate::error::{Error, Result};

/// An open transaction, or for a look a connection that writes nothing. `add_*` fails with [`Error::RegistryConflict`] where the key is taken, and
/// leaves the transaction usable; `change_*` replaces the whole record, and fails with
/// [`Error::RegistryAbsent`] where there is none. After any other failure nothing is committed.
pub struct Transaction<'t> {
    connection: &'t mut AnyConnection,
    handle: &'t Handle,
    location: &'t Location,
    writes: bool,
    /// What the first statement that failed met.
    trouble: Option<Trouble>,
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("location", &self.location)
            .field("trouble", &self.trouble)
            .finish_non_exhaustive()
    }
}

/// A statement with its values.
pub(super) struct Statement {
    query: Query<'static, Any, AnyArguments>,
    /// A text with a NUL character, which PostgreSQL cannot hold: refused on both.
    unfit: bool,
}

impl Statement {
    pub(super) fn new(sql: &'static str) -> Self {
        Self {
            query: sqlx::query(sql),
            unfit: false,
        }
    }

    pub(super) fn bind<'v, T: Encode<'v, Any> + Type<Any>>(mut self, value: T) -> Self {
        self.query = self.query.bind(value);
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.unfit |= text.contains('\0');
        self.bind(text.to_owned())
    }

    pub(super) fn text_if_any(mut self, text: Option<&str>) -> Self {
        self.unfit |= text.is_some_and(|text| text.contains('\0'));
        self.bind(text.map(str::to_owned))
    }

    pub(super) fn flag(self, flag: bool) -> Self {
        self.bind(i64::from(flag))
    }

    pub(super) fn time(self, time: jiff::Timestamp) -> Self {
        self.bind(time.as_second())
    }

    pub(super) fn time_if_any(self, time: Option<jiff::Timestamp>) -> Self {
        self.bind(time.map(jiff::Timestamp::as_second))
    }
}

impl<'t> Transaction<'t> {
    pub(super) fn new(
        connection: &'t mut AnyConnection,
        handle: &'t Handle,
        location: &'t Location,
        writes: bool,
    ) -> Self {
        Self {
            connection,
            handle,
            location,
            writes,
            trouble: None,
        }
    }

    pub(super) fn into_trouble(self) -> Option<Trouble> {
        self.trouble
    }

    /// The first row, if there is any.
    pub(super) fn one<T: Record>(&mut self, statement: Statement) -> Result<Option<T>> {
        let query = self.checked(statement)?;
        let (handle, connection) = (self.handle, &mut *self.connection);
        let row = handle.block_on(in_time(query.fetch_optional(connection)));
        let record = row.and_then(|row| Ok(row.map(|row| T::read(&Fields(&row))).transpose()?));
        record.map_err(|trouble| self.failed(trouble))
    }

    /// All rows.
    pub(super) fn all<T: Record>(&mut self, statement: Statement) -> Result<Vec<T>> {
        let query = self.checked(statement)?;
        let (handle, connection) = (self.handle, &mut *self.connection);
        let rows = handle.block_on(in_time(query.fetch_all(connection)));
        let records = rows.and_then(|rows| {
            let records: sqlx::Result<Vec<T>> =
                rows.iter().map(|row| T::read(&Fields(row))).collect();
            Ok(records?)
        });
        records.map_err(|trouble| self.failed(trouble))
    }

    /// Writes, and tells how many rows it was.
    pub(super) fn write(&mut self, statement: Statement, what: &dyn fmt::Display) -> Result<u64> {
        if !self.writes {
            return Err(self.location.error("nothing is written while it is read"));
        }
        let query = self.checked(statement)?;
        let (handle, connection) = (self.handle, &mut *self.connection);
        let done = handle.block_on(in_time(query.execute(connection)));
        done.map(|done| done.rows_affected())
            .map_err(|trouble| match &trouble {
                Trouble::Taken => {
                    self.failed(trouble);
                    conflict(what)
                }
                Trouble::Dangling => {
                    self.failed(trouble);
                    absent(format_args!("what {what} belongs to"))
                }
                _ => self.failed(trouble),
            })
    }

    /// Adds a record, by a statement that does nothing where its key is taken.
    pub(super) fn add(&mut self, statement: Statement, what: &dyn fmt::Display) -> Result<()> {
        match self.write(statement, what)? {
            0 => Err(conflict(what)),
            _ => Ok(()),
        }
    }

    /// Changes a record that has to be there.
    pub(super) fn change(&mut self, statement: Statement, what: &dyn fmt::Display) -> Result<()> {
        match self.write(statement, what)? {
            0 => Err(absent(what)),
            _ => Ok(()),
        }
    }

    fn checked(&mut self, statement: Statement) -> Result<Query<'static, Any, AnyArguments>> {
        if statement.unfit {
            return Err(self.location.error("a text holds a NUL character"));
        }
        if let Some(trouble) = &self.trouble {
            return Err(self.location.error(trouble));
        }
        Ok(statement.query)
    }

    fn failed(&mut self, trouble: Trouble) -> Error {
        let error = self.location.error(&trouble);
        self.trouble.get_or_insert(trouble);
        error
    }
}

fn conflict(what: impl fmt::Display) -> Error {
    Error::RegistryConflict {
        what: what.to_string(),
    }
}

fn absent(what: impl fmt::Display) -> Error {
    Error::RegistryAbsent {
        what: what.to_string(),
    }
}
