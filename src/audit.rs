//! Auditing tokens: what is on them, held against a policy, at a moment, becomes a report.
//!
//! [`observe`] looks at a token; [`Audit::report`] runs every rule over what was seen. Neither fails:
//! what could not be seen or decided is said in the report, for every rule and every token.

mod notes;
mod observe;
mod policy;
mod rules;
mod seen;
mod world;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::certificate::{RevocationList, hexadecimal};
use crate::error::Result;
use crate::finding::{
    Finding, ModuleSeen, NotChecked, Reason, Report, RuleId, RuleOutcome, Values, Verdict, Waived,
};
use crate::key::Provenance;
use crate::lifecycle::Windows;
use crate::profile::{Destination, Profile};
use crate::token::{Contents, KeyObject, TokenFlags};
use notes::{Notes, values};
use rules::{Check, check_of};
use world::World;

pub use observe::{Observation, Trouble, observe};
pub use policy::{Firmware, Limits, MAXIMUM_POLICY_BYTES, Policy, Waiver};

/// An audit: what tokens are held against.
///
/// ```no_run
/// use tokencert::audit::{Audit, Policy, observe};
/// use tokencert::pkcs11::{LoginPolicy, Module, TokenAccess};
///
/// # fn main() -> tokencert::Result<()> {
/// # let now = jiff::Timestamp::UNIX_EPOCH;
/// let module = Module::open("/usr/lib/libeToken.so".as_ref())?;
/// let slots = module.slots()?;
/// let look = |slot| observe(&module, slot, None, LoginPolicy::default());
/// let (seen, _): (Vec<_>, Vec<_>) = slots.iter().filter_map(look).unzip();
///
/// let policy = Policy::default();
/// let report = Audit::new(&policy, None, now)?.report("pc-17", Vec::new(), seen);
/// for finding in &report.findings {
///     assert!(!finding.action.is_empty());
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Audit<'a> {
    policy: &'a Policy,
    profile: Option<&'a Profile>,
    lists: Vec<RevocationList>,
    births: Vec<Provenance>,
    windows: Windows,
    zone: TimeZone,
    now: Timestamp,
}

/// One token, and all that rules may look at.
struct Case<'a> {
    audit: &'a Audit<'a>,
    seen: &'a Observation,
    world: &'a World<'a>,
}

impl<'a> Audit<'a> {
    /// An audit under a policy and a profile, at `now`; days are counted in the time zone of the
    /// profile, else in that of the usual windows.
    pub fn new(policy: &'a Policy, profile: Option<&'a Profile>, now: Timestamp) -> Result<Self> {
        let windows = profile.map(|profile| profile.windows.clone());
        Self {
            policy,
            profile,
            lists: Vec::new(),
            births: Vec::new(),
            windows: Windows::default(),
            zone: TimeZone::UTC,
            now,
        }
        .with_windows(windows.unwrap_or_default())
    }

    /// The same with other windows than the profile's. The policy has the last word on when a
    /// certificate is due.
    pub fn with_windows(mut self, mut windows: Windows) -> Result<Self> {
        if let Some(days) = self.policy.limits.due_days {
            windows.notice_days = vec![days];
        }
        self.zone = windows.zone()?;
        self.windows = windows;
        Ok(self)
    }

    /// The same with lists of revoked certificates.
    #[must_use]
    pub fn with_lists(mut self, lists: Vec<RevocationList>) -> Self {
        self.lists = lists;
        self
    }

    /// The same with records of keys that were seen being made on a token, whatever the token says
    /// of them today.
    #[must_use]
    pub fn with_births(mut self, records: Vec<Provenance>) -> Self {
        self.births = records;
        self.births.retain(|record| record.birth_witnessed);
        self
    }

    /// The report on some tokens, which `modules` have shown on the computer called `host`. A token
    /// that was seen through several modules is one token.
    #[must_use]
    pub fn report(
        &self,
        host: &str,
        mut modules: Vec<ModuleSeen>,
        tokens: Vec<Observation>,
    ) -> Report {
        let tokens = each_once(tokens);
        let world = World::new(self, &tokens);
        let mut report = Report::new(self.now, host, &self.policy.name);
        modules.sort();
        report.modules = modules;
        for seen in &tokens {
            report.tokens.push(seen::token(seen, self.profile));
            let case = Case {
                audit: self,
                seen,
                world: &world,
            };
            for rule in RuleId::ALL {
                case.judge(*rule, &mut report);
            }
        }
        // The message last: objects may have all names in common.
        let place = |one: &Finding| {
            let Finding { token, object, .. } = one.clone();
            (token, one.rule, object, one.message.clone())
        };
        report.findings.sort_by(|a, b| {
            let worst = b.severity.cmp(&a.severity);
            worst.then_with(|| place(a).cmp(&place(b)))
        });
        report.waived.sort_by_key(|waived| place(&waived.finding));
        report.not_checked.sort_by_key(|one| {
            let NotChecked {
                token,
                rule,
                reason,
                object,
                message,
                ..
            } = one.clone();
            (token, rule, reason, object, message)
        });
        report
    }

    /// Today in the time zone that days are counted in.
    fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    /// True if software tokens are findings.
    fn requires_hardware(&self) -> bool {
        let usb = self
            .profile
            .is_some_and(|profile| profile.destination == Some(Destination::Usb));
        self.policy.limits.require_hardware.unwrap_or(usb)
    }
}

impl Case<'_> {
    /// True if this key was seen being made on this token.
    fn is_born_here(&self, key: &KeyObject) -> bool {
        let public = key.public_key.as_ref();
        let hash = public.map(|public| hexadecimal(&public.sha256()));
        let of_it = |record: &Provenance| {
            record.token == self.seen.info.identity && record.public_key_sha256 == hash
        };
        hash.is_some() && self.audit.births.iter().any(of_it)
    }

    /// Has a rule look at the token, and writes down what came of it.
    fn judge(&self, rule: RuleId, report: &mut Report) {
        let token = &self.seen.info.identity;
        let mut notes = Notes::new(rule, token, self.audit.policy.severity(rule));
        if self.audit.policy.is_off(rule) {
            notes.cannot(None, Reason::Off, Values::new());
        } else {
            match check_of(rule) {
                Check::Token(check) => check(self, &mut notes),
                Check::Contents(check) => {
                    if let Some(contents) = self.readable(&mut notes) {
                        check(self, contents, &mut notes);
                    }
                }
            }
        }
        let Notes {
            findings,
            not_checked,
            ..
        } = notes;
        let today = self.audit.today();
        let (mut stands, mut waived) = (false, false);
        for finding in findings {
            if let Some(waiver) = self.audit.policy.waiver(&finding, today) {
                waived = true;
                report.waived.push(Waived {
                    finding,
                    reason: waiver.reason.clone(),
                    until: waiver.until,
                });
            } else {
                stands = true;
                report.findings.push(finding);
            }
        }
        let outcome = match (stands, not_checked.is_empty(), waived) {
            (true, _, _) => Verdict::Finding,
            (false, false, _) => Verdict::NotChecked,
            (false, true, true) => Verdict::Waived,
            (false, true, false) => Verdict::Ok,
        };
        report.outcomes.push(RuleOutcome {
            token: token.clone(),
            rule,
            outcome,
        });
        report.not_checked.extend(not_checked);
    }

    /// What is on the token, with a note of what a rule may have missed.
    fn readable(&self, notes: &mut Notes<'_>) -> Option<&Contents> {
        let seen = self.seen;
        if !seen.info.flags.has(TokenFlags::TOKEN_INITIALIZED) {
            notes.cannot(None, Reason::NotInitialized, Values::new());
            return None;
        }
        let trouble = seen.trouble.as_ref();
        let cause = trouble.map(|trouble| trouble.cause.as_str());
        let cause = values([("cause", cause.unwrap_or_default().into())]);
        let Some(contents) = &seen.contents else {
            notes.cannot(None, Reason::Unreadable, cause);
            return None;
        };
        if notes.rule.needs_pin() && !contents.logged_in {
            match trouble {
                Some(trouble) => notes.cannot(None, trouble.reason, cause),
                None => notes.cannot(None, Reason::NeedsPin, Values::new()),
            }
        }
        if let Some(unread) = &seen.unread {
            let said = values([
                (
                    "count",
                    i64::try_from(unread.objects).unwrap_or(i64::MAX).into(),
                ),
                ("cause", unread.cause.as_str().into()),
            ]);
            notes.cannot(None, Reason::ObjectUnreadable, said);
        }
        Some(contents)
    }
}

/// The tokens in their order, each once: as the module has shown it that could read most of it.
/// Blank tokens are often equal in all that they say, and are never taken for one; nor are two that
/// one module shows.
fn each_once(mut tokens: Vec<Observation>) -> Vec<Observation> {
    let rank = |seen: &Observation| {
        let contents = seen.contents.as_ref();
        (
            contents.is_none(),
            !contents.is_some_and(|contents| contents.logged_in),
        )
    };
    tokens.sort_by(|a, b| {
        let key = |seen: &Observation| {
            (
                seen.info.identity.clone(),
                rank(seen),
                seen.module.clone(),
                seen.slot,
            )
        };
        key(a).cmp(&key(b))
    });
    let mut shown_by = BTreeMap::new();
    tokens.retain(|seen| {
        let blank = !seen.info.flags.has(TokenFlags::TOKEN_INITIALIZED);
        let module = shown_by.entry(seen.info.identity.clone());
        blank || *module.or_insert(seen.module.clone()) == seen.module
    });
    tokens
}
