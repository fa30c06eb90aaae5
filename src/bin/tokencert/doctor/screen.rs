//! The report for people.

use tokencert::certificate::sanitized;
use tokencert::doctor::{Check, Job, Level, Module, Outcome, Seen, Source, blocked};
use tokencert::token::TokenIdentity;

use super::texts;
use crate::failure::Failure;
use crate::i18n::message;
use crate::text::ABSENT;
use crate::ui::Ui;
use crate::{table, text};

pub(super) fn show(seen: &Seen, checks: &[Check], ui: &Ui) -> Result<(), Failure> {
    let computer = &seen.computer;
    let program = message("doctor-program")
        .with("version", env!("CARGO_PKG_VERSION"))
        .with("system", &computer.system)
        .with("processor", &computer.processor);
    ui.say(&program)?;
    section(&ui.word("doctor-computer"), checks, ui, |check| {
        check.module.is_none() && !is_of_jobs(check)
    })?;
    for module in &seen.modules {
        show_module(module, checks, ui)?;
    }
    let places = seen.searched.len();
    if places > 0 {
        ui.line("")?;
        ui.say(&message("doctor-searched").count("places", places))?;
    }
    section(&ui.word("doctor-jobs"), checks, ui, is_of_jobs)?;
    jobs(seen, checks, ui)
}

/// True for what is said in the end: what all of it is good for.
fn is_of_jobs(check: &Check) -> bool {
    use tokencert::doctor::Id;
    let last = [
        Id::JobsPossible,
        Id::JobsImpossible,
        Id::TokenNone,
        Id::TokenOfPcNone,
        Id::ModuleNone,
    ];
    last.contains(&check.id)
}

fn show_module(module: &Module, checks: &[Check], ui: &Ui) -> Result<(), Failure> {
    let sources: Vec<String> = module
        .sources
        .iter()
        .map(|source| self::source(source, ui))
        .collect();
    let heading = message("doctor-module")
        .with("module", sanitized(&module.path.display().to_string()))
        .with("sources", sources.join(&ui.word("doctor-list-separator")));
    let of_module = |check: &Check| check.module.as_ref() == Some(&module.path);
    section(&ui.text(&heading), checks, ui, |check| {
        of_module(check) && check.slot.is_none()
    })?;
    for slot in &module.slots {
        let about = |check: &&Check| of_module(check) && check.slot == Some(slot.id);
        let Some(first) = checks.iter().find(about) else {
            continue;
        };
        let name = match &first.token {
            Some(token) => name(token, ui),
            None => sanitized(&slot.description),
        };
        let heading = message("doctor-slot")
            .with("slot", slot.id)
            .with("name", name);
        section(&ui.text(&heading), checks, ui, |check| about(&check))?;
    }
    Ok(())
}

fn source(source: &Source, ui: &Ui) -> String {
    ui.word(match source {
        Source::Option => "doctor-source-option",
        Source::Environment => "doctor-source-environment",
        Source::Configuration => "doctor-source-configuration",
        Source::Profile => "doctor-source-profile",
        Source::Registration(_) => "doctor-source-registration",
        _ => "doctor-source-known-place",
    })
}

/// A heading and the checks that belong under it.
fn section(
    heading: &str,
    checks: &[Check],
    ui: &Ui,
    belongs: impl Fn(&Check) -> bool,
) -> Result<(), Failure> {
    ui.line(format_args!("\n{heading}"))?;
    let mut rows = table::rows();
    for check in checks.iter().filter(|check| belongs(check)) {
        let (said, next) = texts(check, ui);
        let level = match check.level {
            Level::Ok => "doctor-ok",
            Level::Note => "doctor-note",
            Level::Problem => "doctor-problem",
        };
        let id = check.id.name().to_owned();
        rows.add_row([String::new(), ui.word(level), id, said]);
        if let Some(next) = next.filter(|_| check.level != Level::Ok) {
            let next = ui.text(&message("doctor-step").with("next", next));
            rows.add_row([String::new(), String::new(), String::new(), next]);
        }
    }
    ui.data(table::text(&mut rows))
}

/// Who can do what.
fn jobs(seen: &Seen, checks: &[Check], ui: &Ui) -> Result<(), Failure> {
    let mut rows = table::rows();
    for module in seen
        .modules
        .iter()
        .filter(|one| one.outcome != Outcome::Unused)
    {
        for (slot, info) in module.tokens() {
            let free = |job: &&Job| blocked(**job, &module.path, slot.id, checks).is_empty();
            let names = |jobs: Vec<&Job>| match jobs.as_slice() {
                [] => ABSENT.to_owned(),
                jobs => jobs
                    .iter()
                    .map(|job| job.name())
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            let (can, cannot): (Vec<&Job>, Vec<&Job>) = Job::ALL.iter().partition(free);
            rows.add_row([
                String::new(),
                name(&info.identity, ui),
                ui.text(&message("doctor-can").with("jobs", names(can))),
                ui.text(&message("doctor-cannot").with("jobs", names(cannot))),
            ]);
        }
    }
    ui.data(table::text(&mut rows))
}

fn name(token: &TokenIdentity, ui: &Ui) -> String {
    match text::token(token) {
        name if name.is_empty() => ui.phrase(token),
        name => name,
    }
}
