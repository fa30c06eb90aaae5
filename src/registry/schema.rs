//! The tables of a registry, and their versions.

use super::connection::{Connections, Purpose, Session, Trouble};
use super::location::Location;
use crate::error::Result;

/// Tables that belong together and have a version; in the order SQLite, PostgreSQL.
pub(super) struct Schema {
    /// What makes each version of the tables out of the one before.
    pub(super) migrations: &'static [[&'static str; 2]],
    /// Counts the tables of the version's name.
    pub(super) present: [&'static str; 2],
    /// Tells the version.
    pub(super) version: &'static str,
}

/// The tables of an authority.
pub(super) const AUTHORITY: Schema = Schema {
    migrations: &[
        [
            include_str!("sql/0001-sqlite.sql"),
            include_str!("sql/0001-postgres.sql"),
        ],
        [
            include_str!("sql/0002-sqlite.sql"),
            include_str!("sql/0002-postgres.sql"),
        ],
    ],
    present: [
        "SELECT count(*) FROM sqlite_master WHERE name = 'registry_version'",
        "SELECT count(*) FROM pg_catalog.pg_tables \
         WHERE schemaname = current_schema() AND tablename = 'registry_version'",
    ],
    version: "SELECT version FROM registry_version",
};

/// Brings the tables up to date. Several programs may come here at once.
pub(super) fn bring_up_to_date(connections: &Connections, schema: &Schema) -> Result<()> {
    let location = connections.location();
    let error = |trouble: Trouble| location.error(trouble);
    let mut session = connections.begin(Purpose::Read).map_err(error)?;
    let version = version(&mut session, location, schema)?;
    session.roll_back();
    if version == schema.migrations.len() {
        return Ok(());
    }
    let mut session = connections.begin(Purpose::Migrate).map_err(error)?;
    // Somebody else may have done it meanwhile.
    let version = self::version(&mut session, location, schema)?;
    for migration in schema.migrations.iter().skip(version) {
        let [sqlite, postgres] = migration;
        session
            .run(dialect(location, sqlite, postgres))
            .map_err(error)?;
    }
    session.commit().map_err(error)
}

/// True where there are such tables already.
pub(super) fn is_there(connections: &Connections, schema: &Schema) -> Result<bool> {
    let location = connections.location();
    let begun = connections.begin(Purpose::Read);
    let mut session = begun.map_err(|trouble| location.error(trouble))?;
    let version = version(&mut session, location, schema)?;
    session.roll_back();
    Ok(version > 0)
}

/// The version of the tables; 0 if there are none.
fn version(session: &mut Session<'_>, location: &Location, schema: &Schema) -> Result<usize> {
    let error = |trouble: Trouble| location.error(trouble);
    let [sqlite, postgres] = schema.present;
    let ours = session.number(dialect(location, sqlite, postgres));
    if ours.map_err(error)? == 0 {
        let tables = session.number(dialect(
            location,
            "SELECT count(*) FROM sqlite_master",
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
        ));
        return match tables.map_err(error)? {
            0 => Ok(0),
            _ => Err(location.error("it holds the tables of something else")),
        };
    }
    let version = session.number(schema.version);
    let version = version.map_err(error)?;
    match usize::try_from(version) {
        Ok(version) if version <= schema.migrations.len() => Ok(version),
        _ => Err(location.error(format_args!(
            "it was made by a newer program: its tables are version {version}, \
             and this program knows version {}",
            schema.migrations.len()
        ))),
    }
}

fn dialect(location: &Location, sqlite: &'static str, postgres: &'static str) -> &'static str {
    match location {
        Location::File(_) => sqlite,
        Location::Postgres(_) => postgres,
    }
}
