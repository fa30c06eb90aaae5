//! `tokencert doctor`

mod child;
mod computer;
mod modules;
mod online;
mod probe;
mod screen;

use std::time::Duration;

use tokencert::certificate::sanitized;
use tokencert::doctor::{AuthoritySeen, Check, Level, ProfileSeen, Seen, examine};
use tokencert::report;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::options::{Destination, Seconds};
use crate::software_token;
use crate::text::ABSENT;
use crate::ui::Ui;

pub(crate) use probe::{ProbeArgs, run as probe};

/// How long a module may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Find out why something does not work, and what to do about it
///
/// Looks at this computer, the profile, and every module, slot and token that commands would use.
/// Each module is loaded by a process of its own, so that one that crashes or hangs is a finding.
/// Nothing is written, no PIN is asked for, and nobody is logged in. The exit status is 3 if there
/// is a problem.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert doctor\n  $ tokencert doctor --all --format json > for-the-help-desk.json"
)]
pub(crate) struct DoctorArgs {
    /// Load the modules too that commands would not use because another one is named
    #[arg(long)]
    all: bool,

    /// Ask the profile's authority too whether it can be reached
    #[arg(long)]
    online: bool,

    /// How long a module may take before it counts as hung: 90s, 2m or 1h; a bare number is seconds
    #[arg(long, value_name = "TIME")]
    time_limit: Option<Seconds>,
}

pub(crate) fn run(args: &DoctorArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    // One that cannot be used is a finding of the computer.
    if let Ok(Some(source)) = context.pin_source() {
        source.keep_from_children();
    }
    let profile = profile(context, ui);
    // Where nothing was made yet, there is nothing to look at, and the doctor makes nothing.
    let on_pc = context.destination() == Some(Destination::Pc);
    if on_pc && software_token::is_configured(context) {
        software_token::enter(context, ui)?;
    }
    let seen = look(args, profile, on_pc, context, ui);
    let checks = examine(&seen);
    if context.json() {
        let told = |check: &Check| texts(check, ui);
        ui.json(&report::json::doctor(&seen, &checks, &told))?;
    } else {
        screen::show(&seen, &checks, ui)?;
    }
    let found = checks.iter().any(|check| check.level == Level::Problem);
    if found {
        ui.hint(&message("doctor-next"));
    }
    Ok(if found { Exit::Due } else { Exit::Done })
}

fn look(args: &DoctorArgs, profile: ProfileSeen, on_pc: bool, context: &Context, ui: &Ui) -> Seen {
    let _progress = ui.progress(&message("progress-doctor"));
    let mut computer = computer::look(context, ui);
    let authority = match profile.profile() {
        Some(profile) => online::look(profile, args.online, &mut computer, context, ui),
        None => AuthoritySeen::None,
    };
    let limit = args.time_limit.map_or(PATIENCE, |limit| limit.0);
    let (modules, searched) = modules::look(&profile, args.all, limit, context, ui);
    let mut seen = Seen::new(computer, profile, authority, modules);
    (seen.searched, seen.on_pc) = (searched, on_pc);
    seen
}

/// The profile, and why it cannot be used.
fn profile(context: &Context, ui: &Ui) -> ProfileSeen {
    match context.profile(ui) {
        Ok(Some(profile)) => ProfileSeen::Usable(Box::new(profile.clone())),
        Ok(None) => {
            let names = context.profiles().list().unwrap_or_default();
            if names.len() > 1 && context.uses_profiles() {
                ProfileSeen::Several(names)
            } else {
                ProfileSeen::None
            }
        }
        Err(Failure::Library(error)) => ProfileSeen::Unusable(ui.error_text(&error)),
        Err(_) => ProfileSeen::None,
    }
}

/// What a check says, and what to do next, in the user's language.
fn texts(check: &Check, ui: &Ui) -> (String, Option<String>) {
    let said = said(check, ui);
    // Where the profile says where the driver is, that is the next step.
    let has_download = |(name, value): &(&str, String)| *name == "download" && !value.is_empty();
    let next = if check.values.iter().any(has_download) {
        "download"
    } else {
        "next"
    };
    (ui.text(&said), ui.find(&said.attribute(next)))
}

/// The message of a check. Its values come from modules and files, so they are made harmless.
fn said(check: &Check, ui: &Ui) -> Message {
    let mut said = message(&format!("check-{}", check.id.name()));
    for (name, value) in &check.values {
        let text = sanitized(&ui.phrase(value));
        said = match value.parse::<u32>() {
            Ok(count) if *name == "count" => said.count("count", count),
            _ if text.is_empty() => said.with(*name, ABSENT),
            _ => said.with(*name, text),
        };
    }
    said
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tokencert::doctor::Id;

    use crate::i18n::{Catalog, Language, message};

    #[test]
    fn every_check_is_said_in_both_languages_and_whatever_is_wrong_has_a_next_step() {
        for language in [Language::En, Language::Ja] {
            let catalog = Catalog::new(language);
            for id in Id::ALL {
                let said = message(&format!("check-{}", id.name()));
                assert!(catalog.find(&said).is_some(), "{id:?} in {language:?}");
                let next = catalog.find(&said.attribute("next"));
                let wanted = id.level() != tokencert::doctor::Level::Ok;
                assert_eq!(next.is_some(), wanted, "{id:?} in {language:?}: {next:?}");
            }
        }
    }

    #[test]
    fn no_text_is_left_of_a_check_that_is_gone_and_each_is_documented() {
        let names: BTreeSet<&str> = Id::ALL.iter().map(|id| id.name()).collect();
        let said = include_str!("i18n/en.ftl").lines();
        let keys = said.filter_map(|line| line.strip_prefix("check-")?.split(' ').next());
        assert_eq!(keys.collect::<BTreeSet<_>>(), names);
        let rows = include_str!("../../../docs/doctor.md").lines();
        let rows = rows.filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        assert_eq!(rows.collect::<BTreeSet<_>>(), names);
    }
}
