//! The profile and its authority.

use super::{AuthoritySeen, Check, Id, ProfileSeen, Seen};

pub(super) fn examine(seen: &Seen) -> Vec<Check> {
    let mut checks = vec![match &seen.profile {
        ProfileSeen::None => Check::new(Id::ProfileNone),
        ProfileSeen::Several(names) => {
            Check::new(Id::ProfileSeveral).with("names", names.join(", "))
        }
        ProfileSeen::Unusable(reason) => Check::new(Id::ProfileUnusable).with("reason", reason),
        ProfileSeen::Usable(profile) => Check::new(Id::ProfileUsable).with("name", &profile.name),
    }];
    let authority = seen
        .profile
        .profile()
        .map(|profile| profile.authority.as_str());
    let about = |id| Check::new(id).with("authority", authority.unwrap_or_default());
    checks.extend(match &seen.authority {
        AuthoritySeen::None => None,
        AuthoritySeen::NotAsked => Some(about(Id::AuthorityNotAsked)),
        AuthoritySeen::Reached => Some(about(Id::AuthorityReached)),
        AuthoritySeen::Untrusted => Some(about(Id::AuthorityUntrusted)),
        AuthoritySeen::Unreachable(reason) => {
            Some(about(Id::AuthorityUnreachable).with("reason", reason))
        }
    });
    checks
}
