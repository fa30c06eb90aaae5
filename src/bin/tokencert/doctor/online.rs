//! The profile's authority: whether it is there, and the one that is trusted.

use std::cell::RefCell;
use std::path::Path;

use tokencert::authority::Authority;
use tokencert::doctor::{AuthoritySeen, Computer};
use tokencert::est::{EstAuthority, Note, Trust};
use tokencert::profile::Profile;

use crate::authority::{TrustArgs, is_remote, network};
use crate::context::Context;
use crate::ui::Ui;

pub(super) fn look(
    profile: &Profile,
    online: bool,
    computer: &mut Computer,
    context: &Context,
    ui: &Ui,
) -> AuthoritySeen {
    let name = profile.authority.as_str();
    if !is_remote(name) {
        let (_, folder) = name.split_once(':').unwrap_or_default();
        return if Path::new(folder).is_dir() {
            AuthoritySeen::Reached
        } else {
            AuthoritySeen::Unreachable(ui.phrase("it is not a folder"))
        };
    }
    if !online {
        return AuthoritySeen::NotAsked;
    }
    let clock = RefCell::new(None);
    let seen = ask(profile, &clock, context, ui);
    computer.other_clock = clock.take();
    seen.unwrap_or_else(|error| AuthoritySeen::Unreachable(ui.error_text(&error)))
}

/// Asks for the CA's certificates: no account, no certificate, and nothing is kept.
fn ask(
    profile: &Profile,
    clock: &RefCell<Option<String>>,
    context: &Context,
    ui: &Ui,
) -> tokencert::Result<AuthoritySeen> {
    let name = profile.authority.as_str();
    let trusted = TrustArgs::default().trusted(name, Some(profile), context)?;
    if trusted.trust == Trust::Unknown {
        return Ok(AuthoritySeen::Untrusted);
    }
    let mut network = network(name, ui);
    network.notes = Box::new(|note| {
        if let Note::ClockOff { there, .. } = note {
            let told = there.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            clock.replace(Some(told));
        }
    });
    let mut server = EstAuthority::new(name, trusted.trust.clone(), network)?;
    let asked = server.ca_certificates();
    asked.map_err(|error| trusted.explain(error))?;
    Ok(AuthoritySeen::Reached)
}
