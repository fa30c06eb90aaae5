//! What keeps this computer, its modules and its tokens from their jobs: pure functions of what was
//! seen, so that an installer or a help desk's program can give the same answers as `tokencert
//! doctor`.
//!
//! Looking itself is left to others: [`pkcs11::probe`](crate::pkcs11::probe()) asks a module, best in
//! a process that may crash, and the program looks at files, folders and the clock. Nothing here or
//! there ever logs in to a token.

mod authority;
mod binary;
mod check;
mod computer;
mod job;
mod mechanism;
mod module;
mod seen;
mod slot;
mod token;

pub use binary::{Binary, Format};
pub use check::{Check, Id, Level};
pub use job::{Job, blocked};
pub use mechanism::mechanism_name;
pub use seen::{
    AuthoritySeen, Computer, Content, File, Folder, Library, Mechanisms, Module, Outcome, PcSc,
    ProbeEvent, ProfileSeen, Seen, SeenSlot, Source,
};

/// Everything there is to say about what was seen: the computer first, then the profile, each
/// module with its slots and tokens, and in the end what all of it is good for.
#[must_use]
pub fn examine(seen: &Seen) -> Vec<Check> {
    let mut checks = computer::examine(seen);
    checks.extend(authority::examine(seen));
    for module in &seen.modules {
        checks.extend(module::examine(module, &seen.computer));
        checks.extend(
            module
                .slots
                .iter()
                .flat_map(|slot| slot::examine(slot, module, seen)),
        );
    }
    checks.extend(token::among_each_other(seen));
    checks.extend(job::examine(seen, &checks));
    checks
}
