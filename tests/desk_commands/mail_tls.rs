//! `notify` at mail servers that protect what is said: STARTTLS, and TLS from the first byte.

use crate::common::Outcome;
use crate::office::{Office, days, now};
use crate::smtp::{MailServer, Manner, Protection, certified};

/// An authority with a notice to send, and a password for the mail server.
fn office() -> Office {
    let office = Office::new();
    let added = office.add("taro");
    office.acquire(&added, now() - days(365 - 25));
    office.world.private_file("work/smtp", "hunter2");
    office
}

/// Sends what is due; `trusted` says whether the certificate in `mail.crt` is.
fn notify(office: &Office, url: &str, trusted: bool) -> Outcome {
    let mut command = office
        .world
        .tokencert_ca_command(&["notify", "--dir", "ca"]);
    command.args(["--from", "ca@example.jp", "--smtp", url]);
    command.args(["--smtp-password-source", "file:smtp", "--format", "json"]);
    if trusted {
        command.env("SSL_CERT_FILE", office.world.path("mail.crt"));
    }
    crate::common::run(command)
}

/// The address of a server, as one on this computer and as one that is somewhere else: all zeros
/// lead here too, but nobody can count on that.
fn here(scheme: &str, server: &MailServer) -> String {
    format!("{scheme}://ca@127.0.0.1:{}", server.port)
}

fn elsewhere(server: &MailServer) -> String {
    format!("smtp://ca@0.0.0.0:{}", server.port)
}

fn outcome(told: &Outcome) -> (String, String) {
    let notice = told.json()["notices"][0].clone();
    let text = |name: &str| notice[name].as_str().unwrap_or_default().to_owned();
    (text("outcome"), text("reason"))
}

#[test]
fn a_mail_goes_over_tls_from_the_first_byte() {
    let office = office();
    let tls = Protection::Tls(certified(&office.world));
    let server = MailServer::protected(Manner::WantsLogin, &tls);
    let sent = notify(&office, &here("smtps", &server), true).succeeds();
    assert_eq!(outcome(&sent).0, "sent");
    assert_eq!((server.mails().len(), server.overheard().len()), (1, 0));
}

#[test]
fn a_mail_to_another_computer_goes_over_starttls_and_the_password_too() {
    let office = office();
    let tls = Protection::StartTls(certified(&office.world));
    let server = MailServer::protected(Manner::WantsLogin, &tls);
    let sent = notify(&office, &elsewhere(&server), true).succeeds();
    assert_eq!(outcome(&sent).0, "sent");
    assert_eq!(server.mails().len(), 1);
    let overheard = server.overheard();
    let [hello, starttls] = &overheard[..] else {
        panic!("{overheard:?}")
    };
    assert!(hello.starts_with("EHLO ") && starttls == "STARTTLS");
}

#[test]
fn a_mail_server_that_cannot_prove_who_it_is_gets_neither_mail_nor_password() {
    let office = office();
    let config = certified(&office.world);
    for protection in [
        Protection::Tls(config.clone()),
        Protection::StartTls(config),
    ] {
        let server = MailServer::protected(Manner::WantsLogin, &protection);
        let url = match protection {
            Protection::Tls(_) => here("smtps", &server),
            _ => elsewhere(&server),
        };
        let failed = notify(&office, &url, false).exits(1);
        let (outcome, reason) = outcome(&failed);
        assert_eq!(outcome, "failed");
        assert!(reason.to_lowercase().contains("certificate"), "{reason}");
        let said = server.overheard();
        assert!(!said.iter().any(|one| one.starts_with("AUTH")), "{said:?}");
        assert!(server.mails().is_empty());
    }
}

#[test]
fn a_mail_server_elsewhere_without_starttls_gets_nothing() {
    let office = office();
    let server = MailServer::start(Manner::WantsLogin);
    let failed = notify(&office, &elsewhere(&server), true).exits(1);
    let (outcome, reason) = outcome(&failed);
    assert_eq!(outcome, "failed");
    assert!(reason.to_uppercase().contains("STARTTLS"), "{reason}");
    let said = server.overheard();
    assert!(
        said.iter()
            .all(|one| one.starts_with("EHLO") || one == "QUIT"),
        "{said:?}"
    );
    assert!(server.mails().is_empty());
}
