//! The mail server: connected to once, and one mail after the other.

use std::net::IpAddr;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use secrecy::ExposeSecret;

use crate::actor::secret;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// How long the mail server may take for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    /// Not at all: it does not leave this computer.
    None,
    /// By STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// From the first byte (RFC 8314).
    Tls,
}

/// A mail server.
pub(super) struct Server {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<Credentials>,
    connection: Option<SmtpConnection>,
}

/// Why a mail was not sent.
pub(super) enum Trouble {
    /// The server has certainly not taken it.
    Refused(String),
    /// Nobody knows.
    Unknown(String),
}

impl Server {
    /// The server of a URL. The password is never part of it: command lines can be seen by others.
    pub(super) fn named(url: &str, password: Option<&PinSource>, ui: &Ui) -> Result<Self, Failure> {
        let (user, mut server) =
            parse(url).ok_or_else(|| Failure::usage(message("smtp-invalid")))?;
        if let Some(user) = user {
            let question = message("ask-smtp-password").with("user", &user);
            let password = secret(password, &question, ui)?
                .ok_or_else(|| Failure::usage(message("smtp-password-missing")))?;
            let password = password.expose_secret().to_owned();
            server.credentials = Some(Credentials::new(user, password));
        } else if password.is_some() {
            return Err(Failure::usage(message("smtp-user-missing")));
        }
        Ok(server)
    }

    /// Connects, unless that is done; the reason where it fails. No mail was given to the server.
    pub(super) fn connect(&mut self) -> Result<(), String> {
        if self.connection.is_none() {
            let connection = self.connection().map_err(|error| said(&error))?;
            self.connection = Some(connection);
        }
        Ok(())
    }

    fn connection(&self) -> Result<SmtpConnection, Error> {
        let name = ClientId::default();
        let tls = match self.protection {
            Protection::None => None,
            Protection::StartTls | Protection::Tls => Some(TlsParameters::new(self.host.clone())?),
        };
        let wrapped = tls.as_ref().filter(|_| self.protection == Protection::Tls);
        let place = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(place, Some(PATIENCE), &name, wrapped, None)?;
        if let Some(tls) = tls.filter(|_| self.protection == Protection::StartTls) {
            connection.starttls(&tls, &name)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }

    /// Sends a mail over the connection, which is given up after any trouble.
    pub(super) fn send(&mut self, mail: &Message) -> Result<(), Trouble> {
        let Some(connection) = &mut self.connection else {
            return Err(Trouble::Refused("there is no connection".to_owned()));
        };
        let sent = deliver(connection, mail);
        if sent.is_err() {
            self.connection = None;
        }
        sent
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.connection {
            // All mails are with the server; how it says goodbye changes nothing.
            let _ = connection.quit();
        }
    }
}

/// Until the last byte of the mail is on its way, the server cannot have taken it.
fn deliver(connection: &mut SmtpConnection, mail: &Message) -> Result<(), Trouble> {
    let refused = |error: Error| Trouble::Refused(said(&error));
    let envelope = mail.envelope();
    let from = envelope.from().cloned();
    connection
        .command(Mail::new(from, Vec::new()))
        .map_err(refused)?;
    for to in envelope.to() {
        connection
            .command(Rcpt::new(to.clone(), Vec::new()))
            .map_err(refused)?;
    }
    connection.command(Data).map_err(refused)?;
    match connection.message(&mail.formatted()) {
        Ok(_) => Ok(()),
        Err(error) if error.status().is_some() => Err(refused(error)),
        Err(error) => Err(Trouble::Unknown(said(&error))),
    }
}

/// What a mail server said, or what went wrong on the way to it.
fn said(error: &Error) -> String {
    tokencert::certificate::sanitized(&error.to_string())
}

/// User and place of `smtp://[USER@]HOST[:PORT]` or `smtps://…`.
fn parse(url: &str) -> Option<(Option<String>, Server)> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#');
    if rest.contains(bad) {
        return None;
    }
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    if user.is_some_and(|user| user.is_empty() || user.contains([':', '@'])) {
        return None;
    }
    let user = user.map(|user| percent_decode_str(user).decode_utf8_lossy().into_owned());
    let (host, port) = match place.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let loopback = host == "localhost" || host.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    let (protection, usual) = match scheme {
        "smtps" => (Protection::Tls, 465),
        "smtp" if loopback => (Protection::None, 25),
        "smtp" => (Protection::StartTls, 587),
        _ => return None,
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0)?,
        None => usual,
    };
    let server = Server {
        host: Some(host).filter(|host| !host.is_empty())?.to_owned(),
        port,
        protection,
        credentials: None,
        connection: None,
    };
    Some((user, server))
}

#[cfg(test)]
mod tests {
    use super::{Protection, parse};

    fn place(url: &str) -> Option<(Option<String>, String, u16, Protection)> {
        let (user, server) = parse(url)?;
        Some((user, server.host.clone(), server.port, server.protection))
    }

    #[test]
    fn nothing_is_sent_in_the_clear_but_on_this_computer() {
        let protection = |url: &str| place(url).unwrap().3;
        assert_eq!(protection("smtp://mail.example.jp"), Protection::StartTls);
        assert_eq!(protection("smtps://mail.example.jp"), Protection::Tls);
        assert_eq!(protection("smtps://localhost"), Protection::Tls);
        for here in ["smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]"] {
            assert_eq!(protection(here), Protection::None, "{here}");
        }
        let there = "smtp://localhost.example.jp";
        assert_eq!(protection(there), Protection::StartTls);
    }

    #[test]
    fn an_address_of_a_mail_server_has_a_host_and_no_password() {
        let full = place("smtps://ca%40example@mail.example.jp:1465/").unwrap();
        let host = "mail.example.jp".to_owned();
        let user = Some("ca@example".to_owned());
        assert_eq!(full, (user, host, 1465, Protection::Tls));
        for bad in [
            "mail.example.jp",
            "http://mail.example.jp",
            "smtp://",
            "smtp://user:secret@mail.example.jp",
            "smtp://@mail.example.jp",
            "smtp://mail.example.jp:0",
            "smtp://mail.example.jp:99999",
            "smtp://mail.example.jp/path",
            "smtp://mail.example.jp\r\nRCPT",
        ] {
            assert!(place(bad).is_none(), "{bad}");
        }
    }
}
