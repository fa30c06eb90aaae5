//! A fault at every call of a renewal at the real server: the same command again ends with the old
//! pair and the new one, with the new one alone once the old one is retired, and the server has
//! issued once. With two tokens, each is logged in to once.

#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;
mod renewing;
#[path = "network/served.rs"]
mod served;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{PIN, World, badtoken};
use disturbed::{Disturbed, Kind, objects_on, unfinished};
use served::{Bank, USER, in_window, renew};
use tempfile::TempDir;
use tokencert::ca::event;
use tokencert::certificate::Certificate;

/// The token with the certificate that is renewed.
const OLD: &str = "desk";

/// The one that it moves to.
const NEW: &str = "spare";

/// A customer whose certificate is due, and the bank's server.
struct Street {
    customer: World,
    /// `None` while the server is started anew.
    bank: RefCell<Option<Bank>>,
    /// The bank before the customer came.
    before: TempDir,
    issued_before: usize,
}

impl Street {
    /// With so many tokens; `prepare` is what the customer has done already.
    fn new(tokens: usize, prepare: impl FnOnce(&World, &Bank)) -> Self {
        disturbed::in_memory();
        let (customer, bank, _) = in_window();
        if tokens > 1 {
            customer.token(NEW);
        }
        let customer = customer.and_badtoken();
        prepare(&customer, &bank);
        Self {
            customer,
            before: bank.snapshot(),
            issued_before: bank.issued(USER).len(),
            bank: RefCell::new(Some(bank)),
        }
    }

    /// Runs `renew` with these arguments and a fault at every call.
    fn at_every_call(&self, fault: Fault, arguments: &[&str], left: Left) {
        let bank = || self.bank.borrow();
        let disturbed = Disturbed {
            world: &self.customer,
            tokens: left.tokens,
            ways: "",
            run: &|| renew(&self.customer, bank().as_ref().unwrap(), arguments),
            check: &|what| left.check(&self.customer, bank().as_ref().unwrap(), what),
            go_back: &|| self.go_back(),
        };
        disturbed.at_every_call(&|call| fault.line(call), fault.kind);
    }

    /// Makes the bank as it was. A server that has issued nothing goes on.
    fn go_back(&self) {
        let bank = self.bank.take().unwrap();
        let bank = if bank.issued(USER).len() == self.issued_before {
            bank
        } else {
            bank.gone_back_to(&self.before)
        };
        self.bank.replace(Some(bank));
    }
}

/// What goes wrong at a call, and to which token where it is taken out.
#[derive(Clone, Copy)]
struct Fault {
    kind: Kind,
    only: Option<&'static str>,
    /// A word of the process that it happens to.
    process: Option<&'static str>,
}

/// The process that renews, and the one that has the module of the old token, where there are two.
const PROCESSES: [&str; 2] = ["renew", "former-key"];

impl From<Kind> for Fault {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            only: None,
            process: None,
        }
    }
}

impl Fault {
    fn pulled(only: &'static str) -> Self {
        Self {
            kind: Kind::Pulled,
            only: Some(only),
            process: None,
        }
    }

    fn line(self, call: usize) -> String {
        let only = self.only.map(|label| format!(":{label}"));
        let line = self.kind.line(call) + &only.unwrap_or_default();
        match self.process {
            Some(word) => line.replacen("fault", &format!("fault-of {word}"), 1),
            None => line,
        }
    }
}

/// Which of the bank's certificates are to be on each token, each with its key pair: 0 is the old
/// one, 1 the new one.
#[derive(Clone, Copy)]
struct Left {
    tokens: usize,
    old: &'static [usize],
    new: &'static [usize],
}

impl Left {
    fn check(self, customer: &World, bank: &Bank, what: &str) {
        let issued = bank.issued(USER);
        assert_eq!(issued.len(), 2, "{issued:?}\n{what}");
        assert_eq!(issued[1].renews.as_ref(), Some(&issued[0].serial), "{what}");
        assert_eq!(bank.events(USER, event::RENEW), 1, "{what}");
        let digest = |at: &usize| {
            let certificate = Certificate::from_der(&issued[*at].der);
            certificate.unwrap().fingerprint()
        };
        let tokens = [(OLD, self.old), (NEW, self.new)].into_iter();
        for (label, wanted) in tokens.take(self.tokens) {
            let wanted = wanted.iter().map(digest).collect();
            assert_eq!(certificates(customer, label), wanted, "{label}: {what}");
            are_pairs(customer, label, wanted.len(), what);
        }
        assert_eq!(unfinished(customer), [""; 0], "{what}");
    }
}

/// The fingerprints of the certificates beside the keys on a token.
fn certificates(customer: &World, label: &str) -> BTreeSet<String> {
    let list = ["list", "--token", label, "--format", "json"];
    let listed = customer.tokencert(&list).succeeds().json();
    let identities = listed["identities"].as_array().unwrap().iter();
    let beside = identities.flat_map(|one| one["certificates"].as_array().unwrap());
    let digests = beside.map(|one| one["sha256"].as_str().unwrap().to_owned());
    digests.collect()
}

/// So many private keys on a token, each with one public key and one certificate of its ID; and
/// the root, once there was anything.
fn are_pairs(customer: &World, label: &str, pairs: usize, what: &str) {
    let found = objects_on(customer, label);
    let roots = usize::from(label == OLD || pairs > 0);
    for (class, count) in [
        ("Private Key", pairs),
        ("Public Key", pairs),
        ("Certificate", pairs + roots),
    ] {
        let there = found.get(class).copied().unwrap_or(0);
        assert_eq!(there, count, "{label}: {found:?}\n{what}");
    }
    let ids = found
        .keys()
        .filter_map(|name| name.strip_prefix("Private Key "));
    for id in ids {
        for class in ["Public Key", "Certificate"] {
            let beside = found.get(&format!("{class} {id}"));
            assert_eq!(beside, Some(&1), "{label}: {found:?}\n{what}");
        }
    }
}

/// A renewal on the token of the old pair.
const ON_IT: [&str; 2] = ["--token", OLD];

/// A renewal onto the other token.
fn onto(customer: &World) -> [String; 6] {
    let pin = customer.pin_source_of(PIN);
    ["--token", NEW, "--from", OLD, "--from-pin-source", &pin].map(str::to_owned)
}

fn renewing_survives(fault: impl Into<Fault>) {
    let street = Street::new(1, |_, _| {});
    let left = Left {
        tokens: 1,
        old: &[0, 1],
        new: &[],
    };
    street.at_every_call(fault.into(), &ON_IT, left);
}

fn retiring_survives(fault: impl Into<Fault>) {
    let street = Street::new(1, |customer, bank| {
        renew(customer, bank, &ON_IT).succeeds();
    });
    let left = Left {
        tokens: 1,
        old: &[1],
        new: &[],
    };
    let retire = [&ON_IT[..], &["--retire"]].concat();
    street.at_every_call(fault.into(), &retire, left);
}

fn moving_survives(fault: impl Into<Fault>) {
    let street = Street::new(2, |_, _| {});
    let onto = onto(&street.customer);
    let onto: Vec<&str> = onto.iter().map(String::as_str).collect();
    let left = Left {
        tokens: 2,
        old: &[0],
        new: &[1],
    };
    street.at_every_call(fault.into(), &onto, left);
}

fn retiring_after_a_move_survives(fault: impl Into<Fault>) {
    let street = Street::new(2, |customer, bank| {
        let onto = onto(customer);
        let onto: Vec<&str> = onto.iter().map(String::as_str).collect();
        renew(customer, bank, &onto).succeeds();
    });
    let onto = onto(&street.customer);
    let mut retire: Vec<&str> = onto.iter().map(String::as_str).collect();
    retire.push("--retire");
    let left = Left {
        tokens: 2,
        old: &[],
        new: &[1],
    };
    street.at_every_call(fault.into(), &retire, left);
}

/// The same where the old token needs another module: badtoken under another name.
fn by_another_module(customer: &World) -> Vec<String> {
    let module = customer.path("other-module.so");
    std::fs::copy(badtoken(), &module).unwrap();
    let module = module.display().to_string();
    let mut onto = onto(customer).to_vec();
    onto.extend(["--from-module".to_owned(), module]);
    onto
}

/// Until the certificate is there, what goes wrong in the process that renews goes wrong as it does
/// where there is no other one.
fn moving_by_two_processes_survives(kind: Kind) {
    for word in &PROCESSES[1..] {
        let street = Street::new(2, |_, _| {});
        let onto = by_another_module(&street.customer);
        let onto: Vec<&str> = onto.iter().map(String::as_str).collect();
        let left = Left {
            tokens: 2,
            old: &[0],
            new: &[1],
        };
        let fault = Fault {
            process: Some(word),
            ..kind.into()
        };
        street.at_every_call(fault, &onto, left);
    }
}

fn retiring_by_two_processes_survives(kind: Kind) {
    for word in PROCESSES {
        let street = Street::new(2, |customer, bank| {
            let onto = by_another_module(customer);
            let onto: Vec<&str> = onto.iter().map(String::as_str).collect();
            renew(customer, bank, &onto).succeeds();
        });
        let onto = by_another_module(&street.customer);
        let mut retire: Vec<&str> = onto.iter().map(String::as_str).collect();
        retire.push("--retire");
        let left = Left {
            tokens: 2,
            old: &[],
            new: &[1],
        };
        let fault = Fault {
            process: Some(word),
            ..kind.into()
        };
        street.at_every_call(fault, &retire, left);
    }
}

#[test]
fn renewing_survives_a_failure_in_place_of_every_call() {
    renewing_survives(Kind::FailBefore);
}

#[test]
fn renewing_survives_a_failure_after_every_call() {
    renewing_survives(Kind::FailAfter);
}

#[test]
fn renewing_survives_the_token_being_pulled_out_at_every_call() {
    renewing_survives(Kind::Pulled);
}

#[test]
fn renewing_survives_being_killed_before_every_call() {
    renewing_survives(Kind::KillBefore);
}

#[test]
fn renewing_survives_being_killed_after_every_call() {
    renewing_survives(Kind::KillAfter);
}

#[test]
fn retiring_survives_a_failure_in_place_of_every_call() {
    retiring_survives(Kind::FailBefore);
}

#[test]
fn retiring_survives_a_failure_after_every_call() {
    retiring_survives(Kind::FailAfter);
}

#[test]
fn retiring_survives_the_token_being_pulled_out_at_every_call() {
    retiring_survives(Kind::Pulled);
}

#[test]
fn retiring_survives_being_killed_before_every_call() {
    retiring_survives(Kind::KillBefore);
}

#[test]
fn retiring_survives_being_killed_after_every_call() {
    retiring_survives(Kind::KillAfter);
}

#[test]
fn moving_survives_a_failure_in_place_of_every_call() {
    moving_survives(Kind::FailBefore);
}

#[test]
fn moving_survives_a_failure_after_every_call() {
    moving_survives(Kind::FailAfter);
}

#[test]
fn moving_survives_both_tokens_being_pulled_out_at_every_call() {
    moving_survives(Kind::Pulled);
}

#[test]
fn moving_survives_being_killed_before_every_call() {
    moving_survives(Kind::KillBefore);
}

#[test]
fn moving_survives_being_killed_after_every_call() {
    moving_survives(Kind::KillAfter);
}

#[test]
fn moving_survives_the_old_token_being_pulled_out_at_every_call() {
    moving_survives(Fault::pulled(OLD));
}

#[test]
fn moving_survives_the_new_token_being_pulled_out_at_every_call() {
    moving_survives(Fault::pulled(NEW));
}

#[test]
fn retiring_after_a_move_survives_a_failure_in_place_of_every_call() {
    retiring_after_a_move_survives(Kind::FailBefore);
}

#[test]
fn retiring_after_a_move_survives_a_failure_after_every_call() {
    retiring_after_a_move_survives(Kind::FailAfter);
}

#[test]
fn retiring_after_a_move_survives_both_tokens_being_pulled_out_at_every_call() {
    retiring_after_a_move_survives(Kind::Pulled);
}

#[test]
fn retiring_after_a_move_survives_being_killed_before_every_call() {
    retiring_after_a_move_survives(Kind::KillBefore);
}

#[test]
fn retiring_after_a_move_survives_being_killed_after_every_call() {
    retiring_after_a_move_survives(Kind::KillAfter);
}

#[test]
fn retiring_after_a_move_survives_the_old_token_being_pulled_out_at_every_call() {
    retiring_after_a_move_survives(Fault::pulled(OLD));
}

#[test]
fn retiring_after_a_move_survives_the_new_token_being_pulled_out_at_every_call() {
    retiring_after_a_move_survives(Fault::pulled(NEW));
}

#[test]
fn moving_by_two_processes_survives_a_failure_in_place_of_every_call() {
    moving_by_two_processes_survives(Kind::FailBefore);
}

#[test]
fn moving_by_two_processes_survives_a_failure_after_every_call() {
    moving_by_two_processes_survives(Kind::FailAfter);
}

#[test]
fn moving_by_two_processes_survives_its_token_being_pulled_out_at_every_call() {
    moving_by_two_processes_survives(Kind::Pulled);
}

#[test]
fn moving_by_two_processes_survives_one_being_killed_before_every_call() {
    moving_by_two_processes_survives(Kind::KillBefore);
}

#[test]
fn moving_by_two_processes_survives_one_being_killed_after_every_call() {
    moving_by_two_processes_survives(Kind::KillAfter);
}

#[test]
fn retiring_by_two_processes_survives_a_failure_in_place_of_every_call() {
    retiring_by_two_processes_survives(Kind::FailBefore);
}

#[test]
fn retiring_by_two_processes_survives_a_failure_after_every_call() {
    retiring_by_two_processes_survives(Kind::FailAfter);
}

#[test]
fn retiring_by_two_processes_survives_its_token_being_pulled_out_at_every_call() {
    retiring_by_two_processes_survives(Kind::Pulled);
}

#[test]
fn retiring_by_two_processes_survives_one_being_killed_before_every_call() {
    retiring_by_two_processes_survives(Kind::KillBefore);
}

#[test]
fn retiring_by_two_processes_survives_one_being_killed_after_every_call() {
    retiring_by_two_processes_survives(Kind::KillAfter);
}
