//! Connections to the database, and what can go wrong with them.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::error::ErrorKind;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Row as _};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::file::{self, FileMark};
use super::location::Location;
use crate::error::Result;

/// How long a transaction waits for its turn or for the database to answer a new connection.
const WAIT: Duration = Duration::from_secs(5);

/// How long one statement may take. SQLite itself waits up to [`WAIT`] for another process.
const STATEMENT: Duration = Duration::from_secs(15);

/// WAL, so that nobody who reads waits; FULL, so that what is committed is on the disk.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// Without sequential scans, for a serializable transaction that scans a small table conflicts
/// with every other one that writes to it. A server that lost its client frees its locks.
const POSTGRES_SETUP: &str = "SET enable_seqscan = off; SET client_min_messages = warning; \
     SET idle_in_transaction_session_timeout = '60s';";

/// Why a statement failed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Others were faster: the transaction is run again.
    Again,
    /// A key is taken.
    Taken,
    /// It refers to a record that is not there.
    Dangling,
    /// The connection is gone.
    Lost(String),
    /// Anything else.
    Other(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Again => f.write_str("others are writing to it all the time"),
            Self::Taken => f.write_str("a key is taken"),
            Self::Dangling => f.write_str("a record refers to one that is not there"),
            Self::Lost(reason) | Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => match (error.kind(), error.code().as_deref()) {
                (ErrorKind::UniqueViolation, _) => Self::Taken,
                (ErrorKind::ForeignKeyViolation, _) => Self::Dangling,
                // serialization_failure and deadlock_detected of PostgreSQL.
                (_, Some("40001" | "40P01")) => Self::Again,
                // The server shuts down, starts up, or has no connection to spare.
                (_, Some(code)) if code.len() == 5 && gone(code) => {
                    Self::Lost(error.message().to_owned())
                }
                (_, Some(code)) if code.len() < 5 && busy(code) => Self::Again,
                _ => Self::Other(error.message().to_owned()),
            },
            sqlx::Error::Io(error) => Self::Lost(error.to_string()),
            sqlx::Error::Tls(error) => Self::Lost(error.to_string()),
            sqlx::Error::Configuration(error) => Self::Other(error.to_string()),
            error @ (sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed) => {
                Self::Lost(error.to_string())
            }
            error => Self::Other(error.to_string()),
        }
    }
}

fn gone(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || code == "53300"
}

/// `SQLITE_BUSY` and `SQLITE_LOCKED`, with their extended codes.
fn busy(code: &str) -> bool {
    let code: Option<u32> = code.parse().ok();
    matches!(code.map(|code| code & 0xff), Some(5 | 6))
}

/// The result of a statement, unless it takes too long.
pub(super) async fn in_time<T>(
    statement: impl Future<Output = sqlx::Result<T>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(STATEMENT, statement).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Trouble::Lost(format!("no answer within {STATEMENT:?}"))),
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reading outside of any transaction.
    Look,
    Read,
    Write,
    /// Making the tables: it sees what others committed while it waited for its turn.
    Migrate,
}

/// The connections that nobody uses.
#[derive(Default)]
struct Idle {
    connections: Vec<AnyConnection>,
    /// The file that they are to.
    file: Option<FileMark>,
}

/// The connections to one database, with the runtime that drives them.
pub(super) struct Connections {
    location: Location,
    options: AnyConnectOptions,
    /// There until it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
    idle: Mutex<Idle>,
    /// Who writes to SQLite waits here in a queue: in the file's lock nobody is sure to be next.
    writers: Semaphore,
    readers: Semaphore,
}

impl Connections {
    /// Connects once, to see that it can be done.
    pub(super) fn open(location: &Location, url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions = url
            .parse()
            .map_err(|error| location.error(Trouble::from(error)))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("registry")
            .enable_all()
            .build()
            .map_err(|error| location.error(error))?;
        let writers = match location {
            Location::File(_) => 1,
            Location::Postgres(_) => 8,
        };
        let connections = Self {
            location: location.clone(),
            options: options.disable_statement_logging(),
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            idle: Mutex::default(),
            writers: Semaphore::new(writers),
            readers: Semaphore::new(8),
        };
        let first = connections.handle.block_on(connections.connect());
        let first = first.map_err(|trouble| location.error(trouble))?;
        let mut idle = connections.idle();
        idle.connections.push(first);
        idle.file = file::mark(location);
        drop(idle);
        Ok(connections)
    }

    pub(super) fn location(&self) -> &Location {
        &self.location
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Begins a transaction, if it is more than a look, on a new connection if the old ones are gone.
    pub(super) fn begin(&self, purpose: Purpose) -> Result<Session<'_>, Trouble> {
        self.handle.block_on(async {
            let turns = match purpose {
                Purpose::Look | Purpose::Read => &self.readers,
                Purpose::Write | Purpose::Migrate => &self.writers,
            };
            let Ok(Ok(turn)) = tokio::time::timeout(WAIT, turns.acquire()).await else {
                return Err(Trouble::Other(format!("it was busy for {WAIT:?}")));
            };
            let begin = self.begin_statement(purpose);
            let file = self.forget_former_file();
            let mut connection = self.idle_or_new().await?;
            if let Some(begin) = begin {
                match run(&mut connection, begin).await {
                    Ok(()) => {}
                    Err(Trouble::Lost(_)) => {
                        self.forget_lost();
                        connection = self.connect().await?;
                        run(&mut connection, begin).await?;
                    }
                    Err(trouble) => return Err(trouble),
                }
            }
            Ok(Session {
                connections: self,
                connection,
                file,
                in_transaction: begin.is_some(),
                _turn: turn,
            })
        })
    }

    /// Where one connection was lost, the others were lost with it: the server was restarted.
    pub(super) fn forget_lost(&self) {
        self.idle().connections.clear();
    }

    /// Forgets the connections to a file that was taken away or replaced since: what is written
    /// into it nobody would ever find again.
    fn forget_former_file(&self) -> Option<FileMark> {
        let file = file::mark(&self.location);
        let mut idle = self.idle();
        if idle.file != file {
            idle.connections.clear();
            idle.file = file;
        }
        file
    }

    /// Has SQLite write a copy of itself into an empty file.
    pub(super) fn vacuum_into(&self, path: &Path) -> Result<()> {
        let path = path.to_str();
        let path = path.ok_or_else(|| self.location.error("the file's name is not UTF-8"))?;
        let copied = self.handle.block_on(async {
            let mut connection = self.connect().await?;
            let copying = sqlx::query("VACUUM INTO $1").bind(path.to_owned());
            // However long it takes: a statement's time is for small ones.
            copying.execute(&mut connection).await?;
            connection.close().await?;
            Ok(())
        });
        copied.map_err(|trouble: Trouble| self.location.error(trouble))
    }

    fn begin_statement(&self, purpose: Purpose) -> Option<&'static str> {
        Some(match (&self.location, purpose) {
            (_, Purpose::Look) => return None,
            (Location::File(_), Purpose::Read) => "BEGIN DEFERRED",
            (Location::File(_), _) => "BEGIN IMMEDIATE",
            (Location::Postgres(_), Purpose::Read) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            }
            (Location::Postgres(_), Purpose::Write) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            // Any number will do that all servers agree upon.
            (Location::Postgres(_), Purpose::Migrate) => {
                "BEGIN ISOLATION LEVEL READ COMMITTED; \
                 SELECT pg_catalog.pg_advisory_xact_lock(7030201)"
            }
        })
    }

    async fn idle_or_new(&self) -> Result<AnyConnection, Trouble> {
        let idle = self.idle().connections.pop();
        match idle {
            Some(connection) => Ok(connection),
            None => self.connect().await,
        }
    }

    async fn connect(&self) -> Result<AnyConnection, Trouble> {
        let connecting = tokio::time::timeout(WAIT, self.options.connect());
        let mut connection = match connecting.await {
            Ok(connected) => connected?,
            Err(_) => return Err(Trouble::Lost(format!("no answer within {WAIT:?}"))),
        };
        let setup = match &self.location {
            Location::File(_) => SQLITE_SETUP,
            Location::Postgres(_) => POSTGRES_SETUP,
        };
        run(&mut connection, setup).await?;
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        let idle = std::mem::take(&mut *self.idle());
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        // On a thread of its own: a runtime cannot be ended in async code, where servers drop us.
        let closing = std::thread::spawn(move || {
            runtime.block_on(async {
                for connection in idle.connections {
                    in_time(connection.close()).await.ok();
                }
            });
        });
        closing.join().ok();
    }
}

/// A connection with an open transaction, which is rolled back unless it is committed; for a look,
/// a connection alone.
pub(super) struct Session<'c> {
    connections: &'c Connections,
    pub(super) connection: AnyConnection,
    file: Option<FileMark>,
    in_transaction: bool,
    _turn: SemaphorePermit<'c>,
}

impl Session<'_> {
    /// Runs statements that have no values.
    pub(super) fn run(&mut self, sql: &'static str) -> Result<(), Trouble> {
        let handle = &self.connections.handle;
        handle.block_on(run(&mut self.connection, sql))
    }

    /// The one number that a statement asks for.
    pub(super) fn number(&mut self, sql: &'static str) -> Result<i64, Trouble> {
        let asked = in_time(sqlx::query(sql).fetch_one(&mut self.connection));
        Ok(self.connections.handle.block_on(asked)?.try_get(0)?)
    }

    pub(super) fn commit(self) -> Result<(), Trouble> {
        self.end("COMMIT")
    }

    /// Undoes everything. A connection that cannot even do that is dropped, which undoes it too.
    pub(super) fn roll_back(self) {
        self.end("ROLLBACK").ok();
    }

    fn end(mut self, how: &'static str) -> Result<(), Trouble> {
        if self.in_transaction {
            self.run(how)?;
        }
        let mut idle = self.connections.idle();
        if idle.file == self.file {
            idle.connections.push(self.connection);
        }
        Ok(())
    }
}

async fn run(connection: &mut AnyConnection, sql: &'static str) -> Result<(), Trouble> {
    in_time(sqlx::raw_sql(sql).execute(connection))
        .await
        .map(drop)
}
