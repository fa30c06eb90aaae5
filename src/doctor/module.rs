//! A module: its file, how loading it went, and how it behaved.

use super::{Binary, Check, Computer, Content, File, Id, Module, Outcome};

/// What the loaders of Linux, the BSDs, macOS and Windows say of a library that is not there.
const MISSING: &[&str] = &[
    "cannot open shared object file",
    "Library not loaded",
    "Shared object \"",
    "image not found",
    "Error loading shared library",
    // Windows says the rest in its own language.
    "os error 126",
];

/// What they say of one that is there in another version.
const SYMBOLS: &[&str] = &[
    "undefined symbol",
    "symbol not found",
    "Symbol not found",
    "symbol lookup error",
    "not defined in file",
    "' not found (required by",
    "os error 127",
];

pub(super) fn examine(module: &Module, computer: &Computer) -> Vec<Check> {
    let mut checks = match (&module.outcome, file(module, computer)) {
        (Outcome::Unused, _) => vec![Check::new(Id::ModuleUnused)],
        (_, Some(check)) => vec![check],
        (outcome, None) => behaviour(module, outcome),
    };
    if matches!(module.outcome, Outcome::Crashed { .. }) {
        checks.push(Check::new(Id::ModuleClash));
    }
    for check in &mut checks {
        check.module = Some(module.path.clone());
        check
            .values
            .insert(0, ("module", module.path.display().to_string()));
    }
    checks
}

/// What is wrong with its file.
fn file(module: &Module, computer: &Computer) -> Option<Check> {
    let download = module.download.as_deref().unwrap_or_default();
    match &module.file {
        File::Absent => Some(Check::new(Id::ModuleAbsent).with("download", download)),
        File::Relative => Some(Check::new(Id::ModuleRelative)),
        File::Unreadable(reason) => Some(Check::new(Id::ModuleUnreadable).with("reason", reason)),
        File::NotLibrary => Some(Check::new(Id::ModuleNotLibrary)),
        File::Library(binary) if !binary.suits(&computer.system, &computer.processor) => {
            let needed = Binary {
                format: Binary::format_of(&computer.system),
                processors: vec![computer.processor.clone()],
            };
            let check = Check::new(Id::ModuleArchitecture);
            Some(check.with("found", binary).with("needed", needed))
        }
        File::Library(_) => None,
    }
}

fn behaviour(module: &Module, outcome: &Outcome) -> Vec<Check> {
    let check = match outcome {
        Outcome::NotLoaded | Outcome::Unused => return Vec::new(),
        Outcome::Unloadable(reason) => Check::new(unloadable(reason)).with("reason", reason),
        Outcome::Refused { function, value }
            if function == "C_Initialize" && value == "CKR_ARGUMENTS_BAD" =>
        {
            Check::new(Id::ModuleWantsText)
        }
        Outcome::Refused { function, value } => Check::new(Id::ModuleRefused)
            .with("reason", format_args!("{function} returned {value}")),
        Outcome::Crashed { call, signal } => {
            let at_end = [Id::ModuleCrashed, Id::ModuleCrashedAtEnd];
            Check::new(one_of(at_end, call))
                .with("call", call)
                .with("signal", signal)
        }
        Outcome::Hung { call, seconds } => {
            let at_end = [Id::ModuleHung, Id::ModuleHungAtEnd];
            Check::new(one_of(at_end, call))
                .with("call", call)
                .with("seconds", seconds)
        }
        // A symbol that is missing is noticed as late as it is called.
        Outcome::Ended { said, .. } if holds(said, SYMBOLS) => {
            Check::new(Id::ModuleSymbols).with("reason", said)
        }
        Outcome::Ended { call, status, said } => Check::new(Id::ModuleEnded)
            .with("call", call)
            .with("status", status)
            .with("said", said),
        Outcome::Answered { finalize } => return answered(module, finalize.as_deref()),
    };
    vec![check]
}

/// The first while there is work, the second when all is done.
fn one_of([before, at_end]: [Id; 2], call: &str) -> Id {
    if ["C_Finalize", "exit"].contains(&call) {
        at_end
    } else {
        before
    }
}

fn unloadable(reason: &str) -> Id {
    // OpenSC's spy has one, which fails while it does not know on whom to spy.
    if reason.starts_with("C_GetFunctionList returned") {
        Id::ModuleRefused
    } else if reason.contains("C_GetFunctionList") {
        Id::ModuleNotPkcs11
    } else if holds(reason, SYMBOLS) {
        Id::ModuleSymbols
    } else if holds(reason, MISSING) {
        Id::ModuleDependency
    } else {
        Id::ModuleUnloadable
    }
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn answered(module: &Module, finalize: Option<&str>) -> Vec<Check> {
    let library = module.library.as_ref();
    let description = library.map_or("", |library| library.description.as_str());
    let maker = library.map_or("", |library| library.manufacturer.as_str());
    let version = library.map_or((0, 0), |library| library.version);
    let mut checks = vec![
        Check::new(Id::ModuleAnswers)
            .with("description", description)
            .with("maker", maker)
            .with("version", format_args!("{}.{}", version.0, version.1)),
    ];
    if let Some(reason) = finalize {
        checks.push(Check::new(Id::ModuleFinalizeFailed).with("reason", reason));
    }
    if module.slots.is_empty() {
        checks.push(Check::new(Id::ModuleNoSlots));
    } else if module
        .slots
        .iter()
        .all(|slot| slot.content == Content::Empty)
    {
        let count = module.slots.len();
        checks.push(Check::new(Id::ModuleNoTokens).with("count", count));
    }
    checks
}
