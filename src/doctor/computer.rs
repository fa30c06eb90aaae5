//! The computer itself: clock, folders, variables, smart card service, registrations.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::{Check, Computer, Folder, Id, Outcome, PcSc, Seen, Source};

/// No version of this program is older (2025-01-01T00:00:00Z): an earlier clock has lost its battery.
const EARLIEST: i64 = 1_735_689_600;

/// A certificate of today ends long before that (2060-01-01T00:00:00Z).
const LATEST: i64 = 2_840_140_800;

/// Clocks of file servers may be ahead by as much.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// Parts of the names of modules that reach their tokens through the smart card service.
const SMART_CARD: &[&str] = &[
    "etoken",
    "etpkcs11",
    "idprime",
    "opensc",
    "ykcs11",
    "castle",
    "cryptoki-card",
];

pub(super) fn examine(seen: &Seen) -> Vec<Check> {
    let computer = &seen.computer;
    let mut checks = Vec::new();
    if let Some(reason) = &computer.configuration {
        checks.push(Check::new(Id::ConfigurationUnusable).with("reason", reason));
    }
    checks.push(clock(computer));
    checks.extend(zones(seen));
    checks.extend(folders(&computer.folders));
    checks.extend(computer.variables.iter().map(|name| variable(name)));
    checks.extend(pcsc(seen));
    if !computer.p11_kit && computer.system != "windows" {
        checks.push(Check::new(Id::P11KitAbsent));
    }
    checks.extend(dangling(seen));
    checks
}

fn clock(computer: &Computer) -> Check {
    let now = computer.now;
    if !(EARLIEST..LATEST).contains(&now.as_second()) {
        return Check::new(Id::ClockImplausible).with("now", told(now));
    }
    if let Some(there) = &computer.other_clock {
        return Check::new(Id::ClockOff)
            .with("now", told(now))
            .with("there", there);
    }
    let youngest = computer.folders.iter().filter_map(|folder| folder.youngest);
    match youngest.max() {
        Some(written) if written.duration_since(now) > TOLERANCE => Check::new(Id::ClockBehind)
            .with("now", told(now))
            .with("written", told(written)),
        _ => Check::new(Id::ClockPlausible).with("now", told(now)),
    }
}

/// Registrations of modules that are in none of the places that they may mean.
fn dangling(seen: &Seen) -> Vec<Check> {
    let mut known: Vec<&Path> = Vec::new();
    let sources = seen.modules.iter().flat_map(|module| &module.sources);
    known.extend(sources.filter_map(Source::registration));
    let mut checks = Vec::new();
    for (path, source) in &seen.searched {
        let Some(file) = source.registration().filter(|file| !known.contains(file)) else {
            continue;
        };
        known.push(file);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let check = Check::new(Id::RegistrationDangling);
        checks.push(check.with("file", file.display()).with("name", name));
    }
    checks
}

/// To the second: more is nobody's business here.
fn told(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn zones(seen: &Seen) -> Vec<Check> {
    let mut checks = Vec::new();
    let windows = seen.profile.profile().map(|profile| &profile.windows);
    if let Some(windows) = windows
        && windows.zone().is_err()
    {
        checks.push(Check::new(Id::TimeZoneUnknown).with("zone", &windows.time_zone));
    }
    // With a profile, days are counted in its own zone.
    if seen.computer.time_zone.is_none() {
        checks.push(Check::new(Id::TimeZoneOfSystem));
    }
    if checks.is_empty() {
        checks.push(Check::new(Id::TimeZonesKnown));
    }
    checks
}

fn folders(folders: &[Folder]) -> Vec<Check> {
    let about = |id, folder: &Folder| Check::new(id).with("path", folder.path.display());
    let mut checks = Vec::new();
    for folder in folders {
        if !folder.writable {
            checks.push(about(Id::FolderUnwritable, folder));
        }
        if folder.open {
            checks.push(about(Id::FolderOpen, folder));
        }
    }
    if checks.is_empty() {
        checks.push(Check::new(Id::FoldersUsable));
    }
    checks
}

fn variable(name: &str) -> Check {
    let id = match name {
        "PKCS11SPY" => Id::Pkcs11Spy,
        name if name.starts_with("OPENSSL") => Id::OpensslRedirected,
        _ => Id::LibrariesRedirected,
    };
    Check::new(id).with("name", name)
}

/// The smart card service, where a module that is used needs it. It keeps nobody from anything
/// where there are tokens all the same.
fn pcsc(seen: &Seen) -> Option<Check> {
    let used = |outcome: &Outcome| !matches!(outcome, Outcome::Unused | Outcome::NotLoaded);
    let needs = |name: &str| SMART_CARD.iter().any(|part| name.contains(part));
    let needed = seen.modules.iter().any(|module| {
        let name = module.path.file_name().unwrap_or_default();
        used(&module.outcome) && needs(&name.to_string_lossy().to_lowercase())
    });
    if !needed {
        return None;
    }
    let tokens = seen
        .modules
        .iter()
        .any(|module| module.tokens().next().is_some());
    match &seen.computer.pcsc {
        PcSc::OfSystem => None,
        PcSc::Running => Some(Check::new(Id::PcscRunning)),
        PcSc::Absent(socket) => Some(
            Check::new(Id::PcscAbsent)
                .with("socket", socket.display())
                .problem_if(!tokens),
        ),
        PcSc::Silent(socket) => Some(
            Check::new(Id::PcscSilent)
                .with("socket", socket.display())
                .problem_if(!tokens),
        ),
    }
}
