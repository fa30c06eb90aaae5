//! Where a registry is, and how that is written without the password.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::certificate::sanitized;
use crate::error::{Error, Result};

/// Where a registry is. Shown without the password that may be in it.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database: `postgres://USER:PASSWORD@HOST/DATABASE`; with `?host=/PATH` over
    /// the socket in that folder.
    Postgres(String),
}

impl Location {
    /// The error of a registry here.
    pub(super) fn error(&self, reason: impl fmt::Display) -> Error {
        Error::Registry {
            registry: self.to_string(),
            reason: sanitized(&reason.to_string()),
        }
    }
}

impl FromStr for Location {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((scheme, _)) = text.split_once("://") else {
            return match text {
                "" => Err(Self::File(PathBuf::new()).error("no file is named")),
                path => Ok(Self::File(PathBuf::from(path))),
            };
        };
        let location = Self::Postgres(text.to_owned());
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(location.error("name a file, or `postgres://USER@HOST/DATABASE`"));
        }
        match text.parse::<PgConnectOptions>() {
            Ok(_) => Ok(location),
            Err(sqlx::Error::Configuration(reason)) => {
                Err(location.error(format_args!("the URL cannot be read: {reason}")))
            }
            Err(_) => Err(location.error("the URL cannot be read")),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&sanitized(&path.display().to_string())),
            Self::Postgres(url) => f.write_str(&sanitized(&redacted(url))),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// The URL without passwords. One that is no good URL loses too much rather than too little:
/// everything before the last `@` but the user's name.
fn redacted(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (login, place) = match rest.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, rest),
    };
    let mut shown = format!("{scheme}://");
    if let Some(login) = login {
        match login.split_once(':') {
            Some((user, _)) => shown.extend([user, ":***@"]),
            None if login.contains(['/', '?']) => shown.push_str("***@"),
            None => shown.extend([login, "@"]),
        }
    }
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    shown.push_str(place);
    for (nth, pair) in query.split('&').filter(|it| !it.is_empty()).enumerate() {
        shown.push(if nth == 0 { '?' } else { '&' });
        // Names can be percent-encoded too, and so only the harmless ones are shown with values.
        match pair.split_once('=') {
            Some((name, _)) if !matches!(name, "host" | "port" | "dbname" | "user" | "sslmode") => {
                shown.extend([name, "=***"]);
            }
            _ => shown.push_str(pair),
        }
    }
    shown
}
