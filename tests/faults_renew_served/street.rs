//! A customer whose certificate is due and the bank's server, what goes wrong between the customer and
//! the tokens, and what is to be left in the end.

use std::cell::RefCell;
use std::collections::BTreeSet;

use tempfile::TempDir;
use tokencert::ca::event;
use tokencert::certificate::Certificate;

use crate::common::World;
use crate::disturbed::{self, Beside, Disturbed, Kind, objects_on, unfinished};
use crate::served::{Bank, USER, in_window, renew};

/// The token with the certificate that is renewed.
pub(crate) const OLD: &str = "desk";

/// The one that it moves to.
pub(crate) const NEW: &str = "spare";

/// A customer whose certificate is due, and the bank's server.
pub(crate) struct Street {
    pub(crate) customer: World,
    /// `None` while the server is started anew.
    bank: RefCell<Option<Bank>>,
    /// The bank before the customer came.
    before: TempDir,
    issued_before: usize,
}

impl Street {
    /// With so many tokens; `prepare` is what the customer has done already.
    pub(crate) fn new(tokens: usize, prepare: impl FnOnce(&World, &Bank)) -> Self {
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
    pub(crate) fn at_every_call<S: AsRef<str>>(
        &self,
        fault: impl Into<Fault>,
        arguments: &[S],
        left: Left,
    ) {
        let fault = fault.into();
        let bank = || self.bank.borrow();
        let disturbed = Disturbed {
            world: &self.customer,
            tokens: left.tokens,
            logins: left.logins,
            ways: "",
            run: &|| renew(&self.customer, bank().as_ref().unwrap(), arguments),
            check: &|what| left.check(&self.customer, bank().as_ref().unwrap(), what),
            beside: Some(self),
        };
        disturbed.at_every_call(&|call| fault.line(call), fault.kind);
    }
}

impl Beside for Street {
    fn is_as_before(&self) -> bool {
        let bank = self.bank.borrow();
        bank.as_ref().unwrap().issued(USER).len() == self.issued_before
    }

    /// A server that has issued nothing goes on.
    fn go_back(&self) {
        if !self.is_as_before() {
            let bank = self.bank.take().unwrap();
            self.bank.replace(Some(bank.gone_back_to(&self.before)));
        }
    }
}

/// What goes wrong at a call, and to which token where it is taken out.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    kind: Kind,
    only: Option<&'static str>,
    /// A word of the process that it happens to.
    process: Option<&'static str>,
}

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
    /// Only the token with this label is taken out.
    pub(crate) fn pulled(only: &'static str) -> Self {
        Self {
            kind: Kind::Pulled,
            only: Some(only),
            process: None,
        }
    }

    /// Only in the process that has this word among its arguments.
    pub(crate) fn of(process: &'static str, kind: Kind) -> Self {
        Self {
            process: Some(process),
            ..kind.into()
        }
    }

    fn line(self, call: usize) -> String {
        let only = self.only.map(|label| format!(":{label}"));
        let line = self.kind.line(call) + &only.unwrap_or_default();
        // After a call that only reads all is as it was before it, and before it is tried as well.
        let line = match self.kind {
            Kind::FailAfter | Kind::KillAfter => {
                line.replacen(&format!("after {call}"), &format!("after {call} change"), 1)
            }
            _ => line,
        };
        match self.process {
            Some(word) => line.replacen("fault", &format!("fault-of {word}"), 1),
            None => line,
        }
    }
}

/// Which of the bank's certificates are to be on each token, each with its key pair: 0 is the old
/// one, 1 the new one.
#[derive(Clone, Copy)]
pub(crate) struct Left {
    pub(crate) tokens: usize,
    /// How often a run logs in to each: a fresh look at the module ends a login.
    pub(crate) logins: usize,
    pub(crate) old: &'static [usize],
    pub(crate) new: &'static [usize],
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
