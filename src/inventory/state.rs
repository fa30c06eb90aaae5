//! What a run has seen of a token, and what has changed between two of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::{
    CertificateSeen, Finding, KeySeen, NotChecked, Reason, RuleId, TokenSeen, Waived,
};
use crate::token::TokenIdentity;

/// What an audit said about a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Remarks {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// What was found and is tolerated.
    pub waived: Vec<Waived>,
}

/// A token as a run has seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// The computer.
    pub host: String,
    /// What was on it.
    pub seen: TokenSeen,
    /// What was said about it.
    pub remarks: Remarks,
}

/// Something that has changed on a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// It was not known before.
    New,
    /// It is on another computer.
    Moved {
        /// Where it was.
        before: String,
        /// Where it is.
        after: String,
    },
    /// A certificate has come.
    CertificateAdded {
        /// Which.
        certificate: CertificateSeen,
    },
    /// A certificate is gone.
    CertificateRemoved {
        /// Which.
        certificate: CertificateSeen,
    },
    /// A key has come.
    KeyAdded {
        /// Which.
        key: KeySeen,
    },
    /// A key is gone.
    KeyRemoved {
        /// Which.
        key: KeySeen,
    },
    /// A property of the token has another value.
    Changed {
        /// `firmware`, `initialized`, `pin-state`, `so-pin-state` or `error`.
        property: &'static str,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// Something is found that was not before.
    FindingNew {
        /// What.
        finding: Finding,
    },
    /// Something is found no more.
    FindingGone {
        /// What.
        finding: Finding,
    },
}

impl Change {
    /// The change's name, for example `certificate-added`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Moved { .. } => "moved",
            Self::CertificateAdded { .. } => "certificate-added",
            Self::CertificateRemoved { .. } => "certificate-removed",
            Self::KeyAdded { .. } => "key-added",
            Self::KeyRemoved { .. } => "key-removed",
            Self::Changed { .. } => "changed",
            Self::FindingNew { .. } => "finding-new",
            Self::FindingGone { .. } => "finding-gone",
        }
    }

    /// What has changed, and what it was before and is now; each may be empty.
    #[must_use]
    pub fn values(&self) -> [String; 3] {
        let key = |key: &KeySeen| {
            let id = key.id.as_ref().map(ToString::to_string);
            let named = [key.label.as_deref(), id.as_deref()];
            let name = named.into_iter().flatten().find(|name| !name.is_empty());
            let kind = key.algorithm.as_deref().unwrap_or_default();
            format!("{} {kind}", name.unwrap_or("-"))
                .trim_end()
                .to_owned()
        };
        let finding = |it: &Finding| match &it.object {
            Some(object) => format!("{} ({object})", it.rule),
            None => it.rule.to_string(),
        };
        let none = String::new;
        match self {
            Self::New => [none(), none(), none()],
            Self::Moved { before, after } => [none(), before.clone(), after.clone()],
            Self::CertificateAdded { certificate: it } => {
                [it.subject.clone(), none(), it.serial_number.clone()]
            }
            Self::CertificateRemoved { certificate: it } => {
                [it.subject.clone(), it.serial_number.clone(), none()]
            }
            Self::KeyAdded { key: it } | Self::KeyRemoved { key: it } => [key(it), none(), none()],
            Self::Changed {
                property,
                before,
                after,
            } => [(*property).to_owned(), before.clone(), after.clone()],
            Self::FindingNew { finding: it } => [finding(it), none(), it.message.clone()],
            Self::FindingGone { finding: it } => [finding(it), it.message.clone(), none()],
        }
    }
}

impl Remarks {
    pub(super) fn by_token(
        findings: &[Finding],
        not_checked: &[NotChecked],
        waived: &[Waived],
    ) -> BTreeMap<TokenIdentity, Self> {
        let mut all: BTreeMap<TokenIdentity, Self> = BTreeMap::new();
        let mut of = |token: &TokenIdentity, add: &mut dyn FnMut(&mut Self)| {
            add(all.entry(token.clone()).or_default());
        };
        for one in findings {
            of(&one.token, &mut |all| all.findings.push(one.clone()));
        }
        for one in not_checked {
            of(&one.token, &mut |all| all.not_checked.push(one.clone()));
        }
        for one in waived {
            of(&one.finding.token, &mut |all| all.waived.push(one.clone()));
        }
        all
    }

    /// True if nothing is known of the token's objects, or not of all.
    fn is_partial(&self) -> bool {
        let partial = |open: &NotChecked| {
            matches!(open.reason, Reason::Unreadable | Reason::ObjectUnreadable)
        };
        self.not_checked.iter().any(partial)
    }
}

impl State {
    /// What has changed since `before`. What could not be seen, or not checked, has not changed.
    pub(super) fn since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if before.host != self.host {
            changes.push(Change::Moved {
                before: before.host.clone(),
                after: self.host.clone(),
            });
        }
        self.certificates_since(before, &mut changes);
        self.keys_since(before, &mut changes);
        self.properties_since(before, &mut changes);
        self.findings_since(before, &mut changes);
        changes
    }

    /// True if all of it could be seen that is there to be seen without a PIN.
    fn is_whole(&self) -> bool {
        let empty = self.seen.certificates.is_empty() && self.seen.keys.is_empty();
        !(self.remarks.is_partial() || empty && self.seen.error.is_some())
    }

    fn certificates_since(&self, before: &Self, changes: &mut Vec<Change>) {
        let (old, new) = (&before.seen.certificates, &self.seen.certificates);
        if before.is_whole() {
            let added = missing(new, old, |one| one.sha256.as_str());
            changes.extend(added.map(|certificate| Change::CertificateAdded { certificate }));
        }
        if self.is_whole() {
            let removed = missing(old, new, |one| one.sha256.as_str());
            changes.extend(removed.map(|certificate| Change::CertificateRemoved { certificate }));
        }
    }

    /// Private keys are seen by who has logged in, so that only what was seen in the same way is
    /// compared.
    fn keys_since(&self, before: &Self, changes: &mut Vec<Change>) {
        if before.seen.logged_in != self.seen.logged_in {
            return;
        }
        let name = |key: &KeySeen| {
            let digest = key.public_key_sha256.clone();
            digest.unwrap_or_else(|| format!("{:?} {:?}", key.id, key.label))
        };
        let (old, new) = (&before.seen.keys, &self.seen.keys);
        if before.is_whole() {
            changes.extend(missing(new, old, name).map(|key| Change::KeyAdded { key }));
        }
        if self.is_whole() {
            changes.extend(missing(old, new, name).map(|key| Change::KeyRemoved { key }));
        }
    }

    fn properties_since(&self, before: &Self, changes: &mut Vec<Change>) {
        let properties = |state: &Self| {
            let seen = &state.seen;
            [
                ("firmware", seen.firmware.clone()),
                ("initialized", seen.initialized.to_string()),
                ("pin-state", seen.pin_state.clone()),
                ("so-pin-state", seen.so_pin_state.clone()),
                ("error", seen.error.clone().unwrap_or_default()),
            ]
        };
        let pairs = properties(before).into_iter().zip(properties(self));
        let other = pairs.filter(|((_, before), (_, after))| before != after);
        changes.extend(
            other.map(|((property, before), (_, after))| Change::Changed {
                property,
                before,
                after,
            }),
        );
    }

    fn findings_since(&self, before: &Self, changes: &mut Vec<Change>) {
        let (old, new) = (&before.remarks.findings, &self.remarks.findings);
        let name = |one: &Finding| (one.rule, one.object.clone());
        let checked = |state: &Self, finding: &Finding| {
            let mut open = state.remarks.not_checked.iter();
            !open.any(|open| open.rule == finding.rule && of_same(open, finding))
        };
        let waived = |state: &Self, rule: RuleId| {
            let mut waived = state.remarks.waived.iter();
            waived.any(|waived| waived.finding.rule == rule)
        };
        let appeared = missing(new, old, name);
        changes.extend(
            appeared
                .filter(|finding| checked(before, finding))
                .map(|finding| Change::FindingNew { finding }),
        );
        let gone = missing(old, new, name);
        changes.extend(
            gone.filter(|finding| checked(self, finding) && !waived(self, finding.rule))
                .map(|finding| Change::FindingGone { finding }),
        );
    }
}

/// True if what was not checked may be what was found.
fn of_same(open: &NotChecked, finding: &Finding) -> bool {
    open.object.is_none() || open.object == finding.object
}

/// Those of `all` that `known` has not.
fn missing<'a, T: Clone, K: Ord>(
    all: &'a [T],
    known: &'a [T],
    name: impl Fn(&'a T) -> K,
) -> impl Iterator<Item = T> {
    let known: BTreeSet<K> = known.iter().map(&name).collect();
    let new = all.iter().filter(move |one| !known.contains(&name(one)));
    new.cloned()
}
