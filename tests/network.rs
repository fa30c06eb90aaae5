//! `issue`, `renew` and `login` against the real server on loopback.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;
mod renewing;
#[path = "network/served.rs"]
mod served;

use std::collections::BTreeMap;

use common::{Outcome, PIN, Terminal, World};
use disturbed::{objects, unfinished};
use served::{Account, Bank, USER, in_window, issuing, renew};
use tokencert::ca::Actor;
use tokencert::registry::RevocationReason;

/// Issues with the account's PIN and confirmation PIN.
fn issue(world: &World, bank: &Bank, account: &Account, more: &[&str]) -> Outcome {
    world.tokencert(&issuing(world, bank, account, more))
}

fn log_in(world: &World, bank: &Bank, account: &Account, more: &[&str]) -> Outcome {
    let pin = world.private_file("account-pin", &account.pin);
    let (own, source) = (world.pin_source(), format!("file:{}", pin.display()));
    let url = format!("{}/login", bank.url);
    let order = ["login", &url, "--pin-source", &own, "--account-pin-source"];
    world.tokencert(&[&order[..], &[&source], more].concat())
}

#[test]
fn a_certificate_is_acquired_with_the_pins_of_the_account_and_the_server_is_known_from_then_on() {
    let world = World::with_token("desk");
    let bank = Bank::new();
    let account = bank.account(USER);
    // Nobody has said whom to trust, and nobody can be asked: nothing was made or sent.
    let unknown = issue(&world, &bank, &account, &[]).exits(2);
    unknown
        .complains(&bank.fingerprint)
        .complains("--trust sha256:");
    assert_eq!(objects(&world), BTreeMap::new());
    let wrong = "sha256:".to_owned() + &"00".repeat(32);
    issue(&world, &bank, &account, &["--trust", &wrong]).exits(1);
    assert_eq!(objects(&world), BTreeMap::new());

    let done = issue(&world, &bank, &account, &["--trust", &bank.trust()]).succeeds();
    done.says(&account.id.replace('/', " "))
        .never_says(&account.pin)
        .never_says(&account.confirmation);
    assert_eq!(unfinished(&world), [""; 0]);
    // What was learnt is kept, and what is there is not asked for again.
    issue(&world, &bank, &account, &[])
        .succeeds()
        .says("already there");
    let welcome = log_in(&world, &bank, &account, &[]).succeeds();
    welcome.says(&account.id).says("利用者");
    let json = log_in(&world, &bank, &account, &["--format", "json"]).succeeds();
    assert_eq!(json.json()["login"]["holder"], account.id);
    assert_eq!(json.json()["login"]["renewal_due"], false);
}

#[test]
fn a_wrong_pin_costs_nothing_but_a_try_and_the_next_run_takes_the_same_key() {
    let world = World::with_token("desk");
    let bank = Bank::new();
    let account = bank.account(USER);
    let trust = bank.trust();
    let mistaken = Account {
        pin: "000000".to_owned(),
        ..account.clone()
    };
    let refused = issue(&world, &bank, &mistaken, &["--trust", &trust]).exits(7);
    refused.complains("does not accept the account");
    assert_eq!(objects(&world).get("Private Key"), Some(&1));
    issue(&world, &bank, &account, &["--trust", &trust]).succeeds();
    assert_eq!(objects(&world).get("Private Key"), Some(&1));
    log_in(&world, &bank, &mistaken, &[]).exits(7);
}

#[test]
fn at_a_terminal_the_server_is_confirmed_and_the_second_factor_is_asked_for_last() {
    let world = World::with_token("desk");
    let bank = Bank::new();
    let account = bank.account(USER);
    let issue = ["issue", "--key", "ec:p256", "--authority", &bank.url];
    let issue = [&issue[..], &["--holder", &account.id]].concat();
    let mut terminal = Terminal::run(&world, &issue);
    terminal.shows("user PIN of `desk`");
    terminal.types(PIN);
    terminal.shows(&bank.fingerprint);
    terminal.shows("Type `yes`");
    terminal.types("no");
    let (rest, status) = terminal.ends();
    assert!(status == 2 && rest.contains("--trust sha256:"), "{rest}");

    let mut terminal = Terminal::run(&world, &issue);
    terminal.shows("user PIN of `desk`");
    terminal.types(PIN);
    terminal.shows("Type `yes`");
    terminal.types("yes");
    terminal.shows("Account PIN of");
    assert_eq!(
        objects(&world).get("Private Key"),
        None,
        "nothing was made yet"
    );
    terminal.types(&account.pin);
    terminal.shows("One-time code or confirmation PIN");
    assert_eq!(objects(&world).get("Private Key"), Some(&1));
    terminal.types(&account.confirmation);
    let (rest, status) = terminal.ends();
    assert_eq!(status, 0, "{rest}");
    for secret in [&account.pin, &account.confirmation] {
        assert!(!rest.contains(secret.as_str()), "{rest}");
    }
}

#[test]
fn a_profile_that_the_server_gives_away_is_all_that_issuing_and_logging_in_need() {
    let world = World::with_token("desk");
    let bank = Bank::new();
    let account = bank.account(USER);
    let add = ["profile", "add", &bank.url];
    world.tokencert(&add).exits(2).complains(&bank.fingerprint);
    world
        .tokencert(&[&add[..], &["--trust", &bank.trust()]].concat())
        .succeeds();
    let pins = [
        ("--pin-source", world.pin_source()),
        (
            "--account-pin-source",
            source(&world, "account", &account.pin),
        ),
    ];
    let pins: Vec<&str> = pins.iter().flat_map(|(name, from)| [*name, from]).collect();
    let second = source(&world, "second", &account.confirmation);
    let issue = ["issue", "--key", "ec:p256", "--holder", &account.id];
    let issue = [&issue[..], &["--second-factor-source", &second], &pins].concat();
    // The subject is compared with what the profile expects, whatever the count.
    world.tokencert(&issue).succeeds().says("IssuedCount = 001");
    // Certificates say to the second which of two is the later one.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let id = account.id.parse().unwrap();
    let (reason, now) = (RevocationReason::Lost, jiff::Timestamp::now());
    let random = &mut served::random;
    let reissued = bank
        .rules()
        .reissue(&id, reason, &Actor::Operator, now, random);
    reissued.unwrap();
    let login = [&["login"][..], &pins].concat();
    world.tokencert(&login).exits(7).complains("it was revoked");
    let another = [&issue[..], &["--another"]].concat();
    world
        .tokencert(&another)
        .succeeds()
        .says("IssuedCount = 002");
    // Both certificates are of the same second and last equally long: the count tells them apart.
    let welcome = world.tokencert(&login).succeeds();
    welcome.says(&account.id).complains("IssuedCount = 002");
    let renew = ["renew", pins[0], pins[1]];
    world.tokencert(&renew).succeeds().says("Not due");
    let status = world.tokencert(&["status", "--format", "json"]).succeeds();
    let status = status.json();
    let renewed: Vec<(bool, bool)> = status["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let subject = one["subject"].as_str().unwrap();
            (subject.contains("= 001"), one["state"] == "renewed")
        })
        .collect();
    assert!(renewed.contains(&(true, true)), "{status:#}");
    assert!(renewed.contains(&(false, false)), "{status:#}");
}

/// `file:` and the path of a file with a secret.
fn source(world: &World, name: &str, secret: &str) -> String {
    format!("file:{}", world.private_file(name, secret).display())
}

#[test]
fn another_ca_than_the_one_that_was_learnt_is_refused() {
    let world = World::with_token("desk");
    let (bank, other) = (Bank::new(), World::with_authority());
    let account = bank.account(USER);
    issue(&world, &bank, &account, &["--trust", &bank.trust()]).succeeds();
    let folder = world.home().join(".local/state/tokencert/trust");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    std::fs::write(file.path(), other.read("ca/ca.pem")).unwrap();
    let changed = log_in(&world, &bank, &account, &[]).exits(1);
    changed.complains("another one than in earlier runs");
    // Whoever has compared the new one says so once.
    log_in(&world, &bank, &account, &["--trust", &bank.trust()]).succeeds();
    log_in(&world, &bank, &account, &[]).succeeds();
}

#[test]
fn a_renewal_over_the_network_shows_the_old_certificate_and_the_new_one_logs_in() {
    let (world, bank, account) = in_window();
    let due = log_in(&world, &bank, &account, &["--lang", "ja"]).succeeds();
    due.says("電子証明書の更新をお願いします");
    let world = world.and_counted();
    renew::<&str>(&world, &bank, &[])
        .succeeds()
        .says("new certificate");
    assert_eq!(world.calls().of("C_Login"), 1);
    renew::<&str>(&world, &bank, &[]).succeeds().says("Not due");
    let welcome = log_in(&world, &bank, &account, &[]).succeeds();
    assert!(!welcome.stdout.contains("Please renew"), "{welcome}");
    renew(&world, &bank, &["--retire"]).succeeds();
    assert_eq!(objects(&world).get("Private Key"), Some(&1));
    log_in(&world, &bank, &account, &[]).succeeds();
}

#[test]
fn the_same_key_is_certified_once_more() {
    let (world, bank, account) = in_window();
    renew(&world, &bank, &["--same-key"]).succeeds();
    assert_eq!(objects(&world).get("Private Key"), Some(&1));
    log_in(&world, &bank, &account, &[]).succeeds();
    // The key stays with the certificate that is in use.
    renew(&world, &bank, &["--same-key", "--retire"]).succeeds();
    let found = objects(&world);
    assert_eq!(found.get("Private Key"), Some(&1), "{found:?}");
    assert_eq!(found.get("Certificate"), Some(&2), "{found:?}");
    log_in(&world, &bank, &account, &[]).succeeds();
}

#[test]
fn a_login_that_is_refused_says_why_and_which_certificate_would_do() {
    let world = World::with_token("desk");
    let bank = Bank::new();
    let (user, administrator) = (bank.account(USER), bank.account(served::ADMINISTRATOR));
    issue(&world, &bank, &user, &["--trust", &bank.trust()]).succeeds();
    let absent = log_in(&world, &bank, &user, &["--as", "administrator"]).exits(1);
    absent.complains("no certificate of an administrator");
    issue(&world, &bank, &administrator, &["--another"]).succeeds();
    // Two certificates: the role tells them apart.
    log_in(&world, &bank, &user, &[])
        .exits(2)
        .complains("--as user");
    log_in(&world, &bank, &user, &["--as", "user"]).succeeds();
    let door = log_in(&world, &bank, &administrator, &["--as", "administrator"]);
    door.succeeds().says(&administrator.id);

    // That of another bank is told apart by who issued it.
    let other = Bank::new();
    let there = other.account(USER);
    let its_own = ["--another", "--trust", &other.trust()];
    issue(&world, &other, &there, &its_own).succeeds();
    let door = log_in(&world, &other, &there, &[]);
    door.succeeds().says(&there.id);
    log_in(&world, &bank, &user, &["--as", "user"]).succeeds();

    let id = user.id.parse().unwrap();
    let (reason, now) = (RevocationReason::Compromised, jiff::Timestamp::now());
    let revoked = bank.rules().revoke(&id, reason, &Actor::Operator, now);
    revoked.unwrap();
    let refused = log_in(&world, &bank, &user, &["--as", "user"]).exits(7);
    refused
        .complains("it was revoked")
        .complains("ask whoever looks after it for a reissue")
        .complains(&administrator.id);
    let japanese = ["--as", "user", "--lang", "ja"];
    log_in(&world, &bank, &user, &japanese)
        .exits(7)
        .complains("失効しています");
}
