//! Copies of a whole registry, by the databases' own means.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::any::AnyConnectOptions;
use tempfile::{NamedTempFile, TempPath};

use super::connection::{Connections, Purpose, Trouble};
use super::location::Location;
use super::{file, schema};
use crate::error::{Error, Result};
use crate::files;

/// Writes a copy to a new file.
pub(super) fn write(connections: &Connections, to: &Path) -> Result<()> {
    files::check_writable(to, false)?;
    let failed = |error: io::Error| Error::writing(to, error);
    let copy = beside(to).map_err(failed)?;
    match connections.location() {
        // Into the file that is there and empty: it is for its owner alone.
        Location::File(_) => connections.vacuum_into(copy.path())?,
        location @ Location::Postgres(url) => {
            let mut dump = client("pg_dump", location, url)?;
            dump.args(["--format=custom", "--file"]).arg(copy.path());
            run(&mut dump, location)?;
        }
    }
    copy.as_file().sync_all().map_err(failed)?;
    copy.persist_noclobber(to)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Error::FileExists {
                path: to.display().to_string(),
            },
            _ => failed(error.error),
        })?;
    files::sync_folder(to).map_err(failed)
}

/// Makes an empty place a copy of the registry that a file holds.
pub(super) fn read(location: &Location, from: &Path) -> Result<()> {
    match location {
        Location::File(path) => copy_into_place(location, path, from),
        Location::Postgres(url) => {
            let connections = Connections::open(location, url)?;
            if schema::is_there(&connections, &schema::AUTHORITY)? {
                return Err(occupied(location));
            }
            File::open(from).map_err(|error| Error::reading(from, error))?;
            let mut restore = client("pg_restore", location, url)?;
            restore.args(["--single-transaction", "--exit-on-error"]);
            run(restore.arg(from), location)?;
            known(&connections)
        }
    }
}

/// A copy is checked where nobody sees it, and takes the name in one step.
fn copy_into_place(location: &Location, path: &Path, from: &Path) -> Result<()> {
    if file::with_companions(path).any(|path| path.symlink_metadata().is_ok()) {
        return Err(occupied(location));
    }
    let failed = |error: io::Error| location.error(error);
    let folder = tempfile::Builder::new()
        .prefix(".tokencert-")
        .tempdir_in(folder_of(path))
        .map_err(failed)?;
    let inside = folder.path().join("registry");
    let copy = Location::File(inside.clone());
    let url = file::url(&copy)?;
    let mut source = File::open(from).map_err(|error| Error::reading(from, error))?;
    let mut target = File::options().write(true).open(&inside).map_err(failed)?;
    io::copy(&mut source, &mut target).map_err(failed)?;
    let unfit = |error: Error| match error {
        Error::Registry { reason, .. } => Location::File(from.to_owned()).error(reason),
        error => error,
    };
    let connections = Connections::open(&copy, &url).map_err(unfit)?;
    known(&connections).map_err(unfit)?;
    // Closed, it is one file.
    drop(connections);
    target.sync_all().map_err(failed)?;
    TempPath::try_from_path(inside)
        .map_err(failed)?
        .persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => occupied(location),
            _ => failed(error.error),
        })?;
    files::sync_folder(path).map_err(failed)
}

/// Fails unless a whole registry is there.
fn known(connections: &Connections) -> Result<()> {
    let location = connections.location();
    if !schema::is_there(connections, &schema::AUTHORITY)? {
        return Err(location.error("it holds no registry"));
    }
    if let Location::File(_) = location {
        let error = |trouble: Trouble| location.error(trouble);
        let mut session = connections.begin(Purpose::Read).map_err(error)?;
        let faults = session
            .number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'");
        session.roll_back();
        if faults.map_err(error)? > 0 {
            return Err(location.error("the file is damaged"));
        }
    }
    Ok(())
}

/// One of PostgreSQL's own programs. The password goes by the environment, where only the same
/// user sees it; in arguments everybody does.
fn client(program: &str, location: &Location, url: &str) -> Result<Command> {
    let options: AnyConnectOptions = url
        .parse()
        .map_err(|error| location.error(Trouble::from(error)))?;
    let mut url = options.database_url;
    let mut password = url.password().and_then(|it| {
        let decoded = percent_encoding::percent_decode_str(it).decode_utf8();
        decoded.ok().map(std::borrow::Cow::into_owned)
    });
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs().into_owned() {
        match name.as_str() {
            "password" => password = Some(value),
            "ssl-mode" => kept.push(("sslmode", value)),
            "ssl-root-cert" | "ssl-ca" => kept.push(("sslrootcert", value)),
            "ssl-cert" => kept.push(("sslcert", value)),
            "ssl-key" => kept.push(("sslkey", value)),
            known => kept.extend(
                ["dbname", "host", "hostaddr", "options", "port", "user"]
                    .into_iter()
                    .chain(["sslcert", "sslkey", "sslmode", "sslrootcert"])
                    .filter(|it| *it == known)
                    .map(|it| (it, value.clone())),
            ),
        }
    }
    // Spaces as %20: libpq takes a plus for a plus.
    let encoded = |it: &str| {
        percent_encoding::utf8_percent_encode(it, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let query: Vec<String> = kept
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let query = query.join("&");
    url.set_query((!query.is_empty()).then_some(query.as_str()));
    url.set_password(None).ok();
    let mut command = Command::new(program);
    command
        .args(["--no-password", "--no-owner", "--no-privileges", "--dbname"])
        .arg(url.as_str());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn run(command: &mut Command, location: &Location) -> Result<()> {
    let program = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => location.error(format_args!(
                "`{program}` is not installed (Debian's package postgresql-client)"
            )),
            _ => location.error(error),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(location.error(said.lines().next().unwrap_or(&program)))
}

fn occupied(location: &Location) -> Error {
    location.error("there is one already, which stays as it is")
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".tokencert-")
        .tempfile_in(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
