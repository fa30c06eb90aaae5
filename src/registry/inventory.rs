//! The storage of the inventory: a SQLite file of its own, with tables of its own.

mod read;
mod record;
mod row;
mod write;

use std::fmt;
use std::path::Path;

use super::connection::{Connections, Purpose};
use super::location::Location;
use super::schema::{self, Schema};
use super::transaction::Transaction;
use super::{file, run};
use crate::error::{Error, Result};

pub use record::{
    DueRecord, Growth, Mark, MarkRecord, RunRecord, SeenCertificate, SightingRecord, TokenRecord,
};

/// The tables of an inventory. It is never a server's: each administrator has one.
const INVENTORY: Schema = Schema {
    migrations: &[[include_str!("sql/inventory-0001.sql"); 2]],
    present: ["SELECT count(*) FROM sqlite_master WHERE name = 'inventory_version'"; 2],
    version: "SELECT version FROM inventory_version",
};

/// An open inventory. `Send` and `Sync`; calls block, and are not made from async code.
pub struct InventoryFile {
    connections: Connections,
}

/// An open transaction of an inventory. After a failure nothing is committed.
#[derive(Debug)]
pub struct InventoryTransaction<'a, 't>(&'a mut Transaction<'t>);

impl fmt::Debug for InventoryFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InventoryFile")
            .field("location", self.connections.location())
            .finish_non_exhaustive()
    }
}

impl InventoryFile {
    /// Opens an inventory and brings its tables up to date. A file that is not there is made, for
    /// its owner alone; its folder has to be there.
    pub fn open(path: &Path) -> Result<Self> {
        let location = Location::File(path.to_owned());
        let connections = Connections::open(&location, &file::url(&location)?)?;
        schema::bring_up_to_date(&connections, &INVENTORY)?;
        Ok(Self { connections })
    }

    /// Opens an inventory that was made before.
    ///
    /// # Errors
    ///
    /// [`Error::InventoryAbsent`] if there is none.
    pub fn open_existing(path: &Path) -> Result<Self> {
        if !path.try_exists().unwrap_or(true) {
            return Err(Error::InventoryAbsent {
                path: path.display().to_string(),
            });
        }
        Self::open(path)
    }

    /// Runs `act` in a transaction, and commits it unless `act` fails. `act` may be run several
    /// times, when others were faster.
    pub fn transaction<T>(
        &self,
        mut act: impl FnMut(&mut InventoryTransaction<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        run(&self.connections, Purpose::Write, |transaction| {
            act(&mut InventoryTransaction(transaction))
        })
    }

    /// Reads one consistent state; nothing is written.
    pub fn read<T>(
        &self,
        mut act: impl FnMut(&mut InventoryTransaction<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        run(&self.connections, Purpose::Read, |transaction| {
            act(&mut InventoryTransaction(transaction))
        })
    }
}
