//! The storage of the authority: SQLite in its folder, or PostgreSQL where several servers share
//! one registry.
//!
//! Records go in and come out whole; what they mean is decided in [`ca`](crate::ca). Everything is
//! done in a transaction: it is committed durably as a whole, or nothing of it ever was.

mod backup;
mod connection;
mod file;
mod inventory;
mod location;
mod record;
mod row;
mod schema;
mod transaction;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use connection::{Connections, Purpose, Trouble};

use crate::error::{Error, Result};

pub use inventory::{
    DueRecord, Growth, InventoryFile, InventoryTransaction, Mark, MarkRecord, RunRecord,
    SeenCertificate, SightingRecord, TokenRecord,
};
pub use location::Location;
pub use record::{
    CertificateRecord, CodeRecord, ContractRecord, EventRecord, HolderId, HolderRecord,
    NoticeRecord, PermitReason, PermitRecord, PermitState, RenewalRecord, Revocation,
    RevocationReason, SecondFactor, Suspension,
};
pub use transaction::Transaction;

/// How often a transaction is run before it is given up, because others were faster each time.
const TRIES: u32 = 40;

/// An open registry. `Send` and `Sync`; calls block, and are not made from async code.
///
/// Connections are made when they are needed: a registry that goes away is an error of each
/// transaction until it is back.
pub struct Registry {
    connections: Connections,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("location", self.connections.location())
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Opens a registry and brings its tables up to date. A file that is not there is made, for
    /// its owner alone; its folder has to be there.
    pub fn open(location: &Location) -> Result<Self> {
        let connections = Connections::open(location, &file::url(location)?)?;
        schema::bring_up_to_date(&connections, &schema::AUTHORITY)?;
        Ok(Self { connections })
    }

    /// Opens a registry that was made before.
    ///
    /// # Errors
    ///
    /// [`Error::RegistryLost`] if its file is not there, or there is nothing in file or database:
    /// whoever took a new one for it would forget what was revoked.
    pub fn open_existing(location: &Location) -> Result<Self> {
        let lost = || Error::RegistryLost {
            registry: location.to_string(),
        };
        if let Location::File(path) = location
            && !path.try_exists().unwrap_or(true)
        {
            return Err(lost());
        }
        let connections = Connections::open(location, &file::url(location)?)?;
        if !schema::is_there(&connections, &schema::AUTHORITY)? {
            return Err(lost());
        }
        schema::bring_up_to_date(&connections, &schema::AUTHORITY)?;
        Ok(Self { connections })
    }

    /// Runs `act` in a transaction that nothing else comes between (serializable), and commits it
    /// unless `act` fails. `act` may be run several times, when others were faster.
    ///
    /// # Errors
    ///
    /// What `act` fails with, unchanged. [`Error::Registry`] if the
    /// database is lost; if that is while it commits, nobody knows whether it did.
    pub fn transaction<T>(&self, act: impl FnMut(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        run(&self.connections, Purpose::Write, act)
    }

    /// Reads one consistent state; nothing is written.
    pub fn read<T>(&self, act: impl FnMut(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        run(&self.connections, Purpose::Read, act)
    }

    /// Reads outside of any transaction: each statement sees a state of its own. For what a
    /// transaction decides again.
    pub fn look<T>(&self, act: impl FnMut(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        run(&self.connections, Purpose::Look, act)
    }

    /// Writes a copy of a consistent state to a new file, while others go on working: SQLite's own
    /// backup, or what `pg_dump` writes (custom format).
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`] if there is such a file.
    pub fn backup(&self, to: &Path) -> Result<()> {
        backup::write(&self.connections, to)
    }

    /// Makes the registry at `location`, which must hold none, what [`backup`](Self::backup) wrote.
    /// It is all there in the end, or nothing is.
    pub fn restore(location: &Location, from: &Path) -> Result<Self> {
        backup::read(location, from)?;
        Self::open(location)
    }
}

/// Runs `act` in a transaction, or beside all for a look; again when others were faster.
fn run<T>(
    connections: &Connections,
    purpose: Purpose,
    mut act: impl FnMut(&mut Transaction<'_>) -> Result<T>,
) -> Result<T> {
    let location = connections.location();
    for nth in 1..=TRIES {
        let mut session = match connections.begin(purpose) {
            Ok(session) => session,
            Err(Trouble::Again) => continue,
            Err(trouble) => return Err(location.error(trouble)),
        };
        let mut transaction = Transaction::new(
            &mut session.connection,
            connections.handle(),
            location,
            purpose == Purpose::Write,
        );
        let outcome = act(&mut transaction);
        let ended = match (outcome, transaction.into_trouble()) {
            (_, Some(Trouble::Again)) => {
                session.roll_back();
                Err(Trouble::Again)
            }
            // No statement of ours came first that would have noticed it.
            (_, Some(Trouble::Lost(_))) if purpose == Purpose::Look && nth == 1 => {
                connections.forget_lost();
                Err(Trouble::Again)
            }
            // Nothing tells what became of the connection, which goes with the session.
            (Err(error), Some(_)) if purpose == Purpose::Look => return Err(error),
            (Err(error), _) => {
                session.roll_back();
                return Err(error);
            }
            (Ok(_), Some(trouble)) => Err(trouble),
            (Ok(value), None) if matches!(purpose, Purpose::Look | Purpose::Read) => {
                session.roll_back();
                Ok(value)
            }
            (Ok(value), None) => session.commit().map(|()| value),
        };
        match ended {
            Ok(value) => return Ok(value),
            Err(Trouble::Again) => std::thread::sleep(pause(nth)),
            Err(trouble) => return Err(location.error(trouble)),
        }
    }
    Err(location.error(Trouble::Again))
}

/// Grows with each try, up to a few milliseconds: the others commit in that time.
fn pause(nth: u32) -> Duration {
    Duration::from_micros(u64::from(nth.min(20)) * 500)
}
