//! `notify`: a real mail server, each notice once, whatever happens in between.

use std::process::{Child, Stdio};

use base64ct::{Base64, Encoding};
use serde_json::Value;

use crate::office::{Office, days, now};
use crate::smtp::{MailServer, Manner};

/// An authority with a user whose certificate expires in 25 days.
fn office() -> Office {
    let office = Office::new();
    let added = office.add("taro");
    office.acquire(&added, now() - days(365 - 25));
    office
}

fn arguments(server: &MailServer) -> Vec<String> {
    ["notify", "--from", "Example CA <ca@example.jp>", "--smtp"]
        .into_iter()
        .map(str::to_owned)
        .chain([server.url()])
        .collect()
}

fn notify(office: &Office, server: &MailServer, more: &[&str]) -> crate::common::Outcome {
    let arguments = arguments(server);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    office.ca(&[&arguments[..], more].concat())
}

fn begin(office: &Office, server: &MailServer) -> Child {
    let mut command = office
        .world
        .tokencert_ca_command(&["notify", "--dir", "ca"]);
    command.args(&arguments(server)[1..]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn outcomes(outcome: &crate::common::Outcome) -> Vec<String> {
    let json = outcome.json();
    let notices = json["notices"].as_array().unwrap().iter();
    notices
        .map(|notice| notice["outcome"].as_str().unwrap().to_owned())
        .collect()
}

/// The value of a header, unfolded.
#[track_caller]
fn header(mail: &str, name: &str) -> String {
    let unfolded = mail.replace("\r\n ", " ");
    let mut lines = unfolded.split("\r\n");
    let found = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found
        .unwrap_or_else(|| panic!("no {name} in {mail}"))
        .to_owned()
}

/// The text of a mail, decoded.
fn body(mail: &str) -> String {
    let (_, body) = mail.split_once("\r\n\r\n").unwrap();
    let body = body.strip_suffix("\r\n.\r\n").unwrap();
    match header(mail, "Content-Transfer-Encoding").as_str() {
        "base64" => {
            let text: String = body.split_whitespace().collect();
            String::from_utf8(Base64::decode_vec(&text).unwrap()).unwrap()
        }
        "quoted-printable" => {
            let text = body.replace("=\r\n", "").into_bytes();
            let mut bytes = Vec::new();
            let mut rest = text.as_slice();
            while let [first, more @ ..] = rest {
                rest = if let (b'=', [high, low, after @ ..]) = (first, more) {
                    let digits = [*high, *low];
                    let digits = std::str::from_utf8(&digits).unwrap();
                    bytes.push(u8::from_str_radix(digits, 16).unwrap());
                    after
                } else {
                    bytes.push(*first);
                    more
                };
            }
            String::from_utf8(bytes).unwrap()
        }
        "7bit" => body.to_owned(),
        other => panic!("{other}"),
    }
}

/// The subject, its encoded words decoded (RFC 2047).
fn subject(mail: &str) -> String {
    let subject = header(mail, "Subject");
    let mut text = Vec::new();
    for word in subject.split(' ') {
        match word.strip_prefix("=?utf-8?b?") {
            Some(word) => text.extend(Base64::decode_vec(word.trim_end_matches("?=")).unwrap()),
            None => text.extend(format!("{word} ").into_bytes()),
        }
    }
    String::from_utf8(text).unwrap().trim().to_owned()
}

#[test]
fn a_notice_is_sent_once_and_the_next_runs_send_nothing() {
    let office = office();
    let server = MailServer::start(Manner::Kind);
    let dry = office.json(&["notify", "--dry-run"]);
    assert_eq!(dry["notices"][0]["outcome"], "due");
    assert_eq!(dry["notices"][0]["days"], 30);
    assert!(server.mails().is_empty());
    let sent = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(outcomes(&sent), ["sent"]);
    let again = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(outcomes(&again), Vec::<String>::new());
    notify(&office, &server, &[])
        .succeeds()
        .complains("No notice is due");
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(header(&mails[0], "To"), "taro@example.jp");
    assert_eq!(subject(&mails[0]), "Please renew your certificate");
    assert!(body(&mails[0]).contains("tokencert renew"), "{}", mails[0]);
    assert!(mails[0].is_ascii());
    let log = office.json(&["log", "SH001/taro", "--limit", "1"]);
    assert_eq!(log["events"][0]["action"], "notice.sent");
}

#[test]
fn the_notice_at_ten_days_follows_that_at_thirty() {
    let office = Office::new();
    let server = MailServer::start(Manner::Kind);
    let added = office.add("taro");
    office.acquire(&added, now() - days(365 - 8));
    let sent = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(
        sent.json()["notices"][0]["days"],
        10,
        "the more urgent one alone"
    );
    assert_eq!(server.mails().len(), 1);
    let added = office.add("hanako");
    office.acquire(&added, now() - days(365 - 40));
    let sent = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(
        outcomes(&sent),
        Vec::<String>::new(),
        "40 days are no notice"
    );
}

#[test]
fn the_japanese_mail_has_the_banks_subject() {
    let office = office();
    let server = MailServer::start(Manner::Kind);
    let sent = notify(&office, &server, &["--mail-language", "ja"]).succeeds();
    sent.says("SH001/taro").says("sent");
    let mail = &server.mails()[0];
    assert_eq!(subject(mail), "電子証明書の更新をお願いします");
    let text = body(mail);
    assert!(text.contains("ﾔﾏﾀﾞ ﾀﾛｳ 様"), "{text}");
    assert!(text.contains("専用USB") && text.contains("年"), "{text}");
    assert!(header(mail, "Content-Type").contains("charset=utf-8"));
}

#[test]
fn a_run_killed_before_the_mail_server_answers_has_sent_nothing_and_the_next_one_does() {
    let office = office();
    let mute = MailServer::start(Manner::Mute);
    let mut child = begin(&office, &mute);
    mute.wait();
    child.kill().unwrap();
    child.wait().unwrap();
    let server = MailServer::start(Manner::Kind);
    let sent = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(outcomes(&sent), ["sent"]);
    assert_eq!((mute.mails().len(), server.mails().len()), (0, 1));
}

#[test]
fn a_run_killed_between_the_mail_and_its_record_never_sends_twice_unasked() {
    for (manner, arrived) in [(Manner::StopsAtMail, 1), (Manner::StopsAtSender, 0)] {
        let office = office();
        let first = MailServer::start(manner);
        let mut child = begin(&office, &first);
        first.wait();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(first.mails().len(), arrived, "{manner:?}");
        let second = MailServer::start(Manner::Kind);
        for _ in 0..2 {
            let told = notify(&office, &second, &["--format", "json"]).exits(1);
            assert_eq!(outcomes(&told), ["uncertain"], "{manner:?}");
        }
        assert!(second.mails().is_empty(), "{manner:?}");
        let again = ["--resend-uncertain", "--format", "json"];
        let sent = notify(&office, &second, &again).succeeds();
        assert_eq!(outcomes(&sent), ["sent"], "{manner:?}");
        let mails = second.mails();
        assert_eq!(mails.len(), 1, "{manner:?}");
        for copy in first.mails() {
            assert_eq!(header(&copy, "Message-ID"), header(&mails[0], "Message-ID"));
        }
        notify(&office, &second, &[]).succeeds();
        assert_eq!(second.mails().len(), 1, "{manner:?}");
    }
}

#[test]
fn a_mail_that_the_server_refused_is_due_again_and_one_that_got_lost_is_not() {
    let office = office();
    let server = MailServer::start(Manner::RefusesRecipient);
    let refused = notify(&office, &server, &["--format", "json"]).exits(1);
    assert_eq!(outcomes(&refused), ["failed"]);
    let reason = refused.json()["notices"][0]["reason"].clone();
    let reason = reason.as_str().unwrap().to_owned();
    assert!(
        reason.contains("no such") && !reason.contains('\u{1b}'),
        "{reason}"
    );
    let closing = MailServer::start(Manner::ClosesAtMail);
    let lost = notify(&office, &closing, &["--format", "json"]).exits(1);
    assert_eq!(outcomes(&lost), ["uncertain"]);
    let kind = MailServer::start(Manner::Kind);
    notify(&office, &kind, &[]).exits(1).says("perhaps sent");
    assert!(kind.mails().is_empty());
}

#[test]
fn a_server_that_is_not_there_costs_no_notice() {
    let office = office();
    let url = "smtp://127.0.0.1:1";
    let from = [
        "notify",
        "--from",
        "ca@example.jp",
        "--format",
        "json",
        "--smtp",
        url,
    ];
    let failed = office.ca(&from).exits(1);
    assert_eq!(outcomes(&failed), ["failed"]);
    let server = MailServer::start(Manner::Kind);
    notify(&office, &server, &[]).succeeds();
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_server_that_wants_a_password_gets_it_from_its_source_alone() {
    let office = office();
    let server = MailServer::start(Manner::WantsLogin);
    let with = |user: &str, more: &[&str]| {
        let url = format!("smtp://{user}127.0.0.1:{}", server.port);
        let from = ["notify", "--from", "ca@example.jp", "--smtp", &url];
        office.ca(&[&from[..], more].concat())
    };
    let source = ["--smtp-password-source", "file:smtp"];
    office.world.private_file("work/smtp", "wrong");
    with("ca@", &source)
        .exits(1)
        .says("who are you")
        .never_says("wrong");
    with("ca@", &[])
        .exits(2)
        .complains("--smtp-password-source");
    with("", &source).exits(2).complains("names no user");
    let refused = with("ca:hunter2@", &source).exits(2);
    refused.never_says("hunter2");
    office.world.private_file("work/smtp", "hunter2");
    with("ca@", &source).succeeds().never_says("hunter2");
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn who_has_no_address_is_listed_and_who_is_suspended_or_revoked_is_not() {
    let office = Office::new();
    let server = MailServer::start(Manner::Kind);
    let add = |user: &str| -> Value {
        let add = ["holder", "add", "--user", user, "--kana", "ﾀﾛｳ"];
        office.json(&add)
    };
    let at = now() - days(365 - 25);
    office.acquire(&add("taro"), at);
    office.acquire(&office.add("jiro"), at);
    office.acquire(&office.add("saburo"), at);
    let suspend = ["holder", "suspend", "SH001/jiro", "--reason", "stopped"];
    office.ca(&suspend).succeeds();
    let revoke = [
        "certificate",
        "revoke",
        "SH001/saburo",
        "--reason",
        "stopped",
        "--yes",
    ];
    office.ca(&revoke).succeeds();
    let told = notify(&office, &server, &["--format", "json"]).succeeds();
    assert_eq!(outcomes(&told), ["no-address"]);
    assert!(server.mails().is_empty());
}

#[test]
fn no_sender_and_no_address_can_bring_a_header_of_its_own() {
    let office = office();
    let server = MailServer::start(Manner::Kind);
    let url = server.url();
    for from in ["ca@example.jp\r\nBcc: x@example.jp", "ca", ""] {
        let arguments = ["notify", "--smtp", &url, "--from", from];
        office.ca(&arguments).exits(2).complains("sender");
    }
    // Also where the registry was written by other hands.
    let rules = office.rules();
    let id = "SH001/taro".parse().unwrap();
    let changed = rules.registry().transaction(|records| {
        let mut holder = records.holder(&id)?.unwrap();
        holder.email = Some("taro@example.jp>\r\nBcc: <x@example.jp".to_owned());
        holder.name = Some("太郎\r\nBcc: x@example.jp".to_owned());
        records.change_holder(&holder)
    });
    changed.unwrap();
    let failed = notify(&office, &server, &["--format", "json"]).exits(1);
    assert_eq!(outcomes(&failed), ["failed"]);
    assert!(server.mails().is_empty());
    notify(&office, &server, &["--dry-run"])
        .succeeds()
        .never_says("\r");
}
