//! What `doctor` has found, for help desks.

use serde_json::{Value, json};

use super::{VERSION, identity_of_token, token};
use crate::doctor::{
    Binary, Check, Content, File, Job, Library, Mechanisms, Module, Outcome, Seen, SeenSlot,
    Source, blocked, mechanism_name,
};
use crate::token::{PinKind, TokenFlags, TokenInfo};

/// Everything that was seen, and the checks; `texts` gives what a check says and the next step.
#[must_use]
pub fn doctor(
    seen: &Seen,
    checks: &[Check],
    texts: &dyn Fn(&Check) -> (String, Option<String>),
) -> Value {
    let computer = &seen.computer;
    let modules = seen.modules.iter().map(|one| module(one, checks));
    let searched = seen.searched.iter().map(|(path, source)| {
        json!({
            "path": path.display().to_string(),
            "source": source.name(),
            "registration": registration(source),
        })
    });
    let checks = checks.iter().map(|check| {
        let (message, next) = texts(check);
        json!({
            "id": check.id.name(),
            "level": check.level.name(),
            "module": check.module.as_ref().map(|path| path.display().to_string()),
            "slot": check.slot,
            "token": check.token.as_ref().map(identity_of_token),
            "message": message,
            "next": next,
        })
    });
    json!({
        "version": VERSION,
        "program": env!("CARGO_PKG_VERSION"),
        "system": computer.system,
        "processor": computer.processor,
        "time": computer.now.to_string(),
        "profile": seen.profile.profile().map(|profile| &profile.name),
        "checks": checks.collect::<Vec<_>>(),
        "modules": modules.collect::<Vec<_>>(),
        "searched": searched.collect::<Vec<_>>(),
    })
}

fn registration(source: &Source) -> Option<String> {
    source.registration().map(|file| file.display().to_string())
}

fn module(module: &Module, checks: &[Check]) -> Value {
    let sources = module
        .sources
        .iter()
        .map(|source| json!({ "source": source.name(), "registration": registration(source) }));
    let slots = module.slots.iter().map(|one| slot(one, module, checks));
    json!({
        "path": module.path.display().to_string(),
        "sources": sources.collect::<Vec<_>>(),
        "file": file(&module.file),
        "outcome": outcome(&module.outcome),
        "call": call(&module.outcome),
        "library": module.library.as_ref().map(library),
        "slots": slots.collect::<Vec<_>>(),
    })
}

/// What the file is: its format and processors, where it is a library.
fn file(file: &File) -> Value {
    let (state, binary) = match file {
        File::Absent => ("absent", None),
        File::Relative => ("relative", None),
        File::Unreadable(_) => ("unreadable", None),
        File::NotLibrary => ("not-library", None),
        File::Library(binary) => ("library", Some(binary)),
    };
    json!({
        "state": state,
        "format": binary.map(|binary: &Binary| binary.format.name()),
        "processors": binary.map(|binary| &binary.processors),
    })
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NotLoaded => "not-loaded",
        Outcome::Unused => "unused",
        Outcome::Unloadable(_) => "unloadable",
        Outcome::Refused { .. } => "refused",
        Outcome::Crashed { .. } => "crashed",
        Outcome::Hung { .. } => "hung",
        Outcome::Ended { .. } => "ended",
        Outcome::Answered { .. } => "answered",
    }
}

/// The call in which it stopped.
fn call(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Refused { function: call, .. }
        | Outcome::Crashed { call, .. }
        | Outcome::Hung { call, .. }
        | Outcome::Ended { call, .. } => Some(call),
        _ => None,
    }
}

fn library(library: &Library) -> Value {
    let version = |(major, minor): (u8, u8)| format!("{major}.{minor}");
    json!({
        "description": library.description,
        "manufacturer": library.manufacturer,
        "version": version(library.version),
        "cryptoki": version(library.cryptoki),
    })
}

fn slot(slot: &SeenSlot, module: &Module, checks: &[Check]) -> Value {
    let (state, error) = match &slot.content {
        Content::Empty => ("empty", None),
        Content::Failed(error) => ("failed", Some(error)),
        Content::Token { .. } => ("token", None),
    };
    let found = match &slot.content {
        Content::Token { info, mechanisms } => Some(inserted(
            info,
            mechanisms.as_ref().ok(),
            slot,
            module,
            checks,
        )),
        _ => None,
    };
    json!({
        "id": slot.id,
        "description": slot.description,
        "state": state,
        "error": error,
        "token": found,
    })
}

fn inserted(
    info: &TokenInfo,
    mechanisms: Option<&Mechanisms>,
    slot: &SeenSlot,
    module: &Module,
    checks: &[Check],
) -> Value {
    let mut value = token(info);
    let jobs = Job::ALL.iter().map(|job| {
        let blocked = blocked(*job, &module.path, slot.id, checks);
        let names: Vec<&str> = blocked.iter().map(|id| id.name()).collect();
        (
            job.name().to_owned(),
            json!({ "possible": names.is_empty(), "blocked_by": names }),
        )
    });
    let named = |mechanism: &u64| match mechanism_name(*mechanism) {
        Some(name) => name.to_owned(),
        None => format!("{mechanism:#010x}"),
    };
    let (major, minor) = info.firmware;
    let more = json!({
        "initialized": info.flags.has(TokenFlags::TOKEN_INITIALIZED),
        "software": info.software,
        "firmware": format!("{major}.{minor}"),
        "pin_state": info.flags.pin_state(PinKind::User).name(),
        "so_pin_state": info.flags.pin_state(PinKind::So).name(),
        "free_memory": info.free_memory,
        "mechanisms": mechanisms.map(|all| all.listed.iter().map(named).collect::<Vec<_>>()),
        "rsa_bits": mechanisms.and_then(|all| all.rsa_bits),
        "ec_bits": mechanisms.and_then(|all| all.ec_bits),
        "jobs": Value::Object(jobs.collect()),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}
