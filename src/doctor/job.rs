//! What tokens are for, and what keeps one from it.

use std::path::Path;

use super::{Check, Id, Module, Outcome, Seen};
use crate::token::TokenFlags;

/// A job of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Job {
    /// `list`, `show`, `status`, `export`, `audit`.
    Show,
    /// `issue` and `request`.
    Issue,
    /// `renew`.
    Renew,
    /// `login`.
    Login,
    /// `import`.
    Import,
    /// `token pin`.
    ChangePin,
    /// `token unlock`.
    Unlock,
}

impl Job {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Show,
        Self::Issue,
        Self::Renew,
        Self::Login,
        Self::Import,
        Self::ChangePin,
        Self::Unlock,
    ];

    /// Its name: `show`, `issue`, `renew`, `login`, `import`, `change-pin` or `unlock`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Issue => "issue",
            Self::Renew => "renew",
            Self::Login => "login",
            Self::Import => "import",
            Self::ChangePin => "change-pin",
            Self::Unlock => "unlock",
        }
    }
}

/// Which jobs a check keeps its token from.
pub(super) fn blocks(id: Id) -> &'static [Job] {
    use Job::{ChangePin, Import, Issue, Login, Renew, Unlock};
    match id {
        Id::TokenErrorState => Job::ALL,
        Id::TokenUninitialized => &[Issue, Renew, Login, Import, ChangePin, Unlock],
        Id::TokenReadOnly => &[Issue, Renew, Import, ChangePin, Unlock],
        Id::TokenPinUnset | Id::TokenPinLocked | Id::TokenPinFinalTry => {
            &[Issue, Renew, Login, Import, ChangePin]
        }
        Id::TokenPinToBeChanged => &[Issue, Renew, Login, Import],
        Id::TokenSoPinLocked | Id::TokenSoPinFinalTry | Id::TokenSoPinToBeChanged => &[Unlock],
        Id::TokenFull => &[Issue, Renew, Import],
        Id::TokenNoKeys | Id::TokenProfileKey | Id::TokenProfilePss | Id::TokenSoftwareRefused => {
            &[Issue, Renew]
        }
        Id::TokenNoSignatures => &[Issue, Renew, Login],
        _ => &[],
    }
}

/// What keeps the token in a slot of a module from a job; nothing if it can do it.
#[must_use]
pub fn blocked(job: Job, module: &Path, slot: u64, checks: &[Check]) -> Vec<Id> {
    checks
        .iter()
        .filter(|check| check.module.as_deref() == Some(module) && check.slot == Some(slot))
        .map(|check| check.id)
        .filter(|id| blocks(*id).contains(&job))
        .collect()
}

/// Whether there is a token for every job.
pub(super) fn examine(seen: &Seen, checks: &[Check]) -> Vec<Check> {
    let used = |outcome: &Outcome| *outcome != Outcome::Unused;
    if !seen.modules.iter().any(|module| used(&module.outcome)) {
        return vec![Check::new(Id::ModuleNone)];
    }
    let tokens: Vec<(&Path, u64)> = seen
        .modules
        .iter()
        .flat_map(|module| module.tokens().map(|(slot, _)| (&*module.path, slot.id)))
        .collect();
    let initialized = seen
        .modules
        .iter()
        .flat_map(Module::tokens)
        .any(|(_, info)| info.flags.has(TokenFlags::TOKEN_INITIALIZED));
    if seen.on_pc && !initialized {
        return vec![Check::new(Id::TokenOfPcNone)];
    }
    if tokens.is_empty() {
        return vec![Check::new(Id::TokenNone)];
    }
    let impossible = |job: &&Job| {
        // Whoever has no SO PIN never unlocks: that alone keeps nobody from working.
        **job != Job::Unlock
            && tokens
                .iter()
                .all(|(module, slot)| !blocked(**job, module, *slot, checks).is_empty())
    };
    let names: Vec<&str> = Job::ALL
        .iter()
        .filter(impossible)
        .map(|job| job.name())
        .collect();
    vec![if names.is_empty() {
        Check::new(Id::JobsPossible)
    } else {
        Check::new(Id::JobsImpossible).with("jobs", names.join(", "))
    }]
}
