//! This computer: its clock, folders, variables and smart card service.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokencert::doctor::{Computer, Folder, PcSc};

use crate::context::Context;
use crate::modules::search;
use crate::ui::Ui;

/// Variables that lead modules, or the libraries that they bring along, elsewhere. Their values are
/// nobody's business.
const VARIABLES: &[&str] = &[
    "PKCS11SPY",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "DYLD_LIBRARY_PATH",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "OPENSSL_ENGINES",
];

/// How deep folders are looked into for their youngest file.
const DEPTH: usize = 3;

pub(super) fn look(context: &Context, ui: &Ui) -> Computer {
    let mut computer = Computer::new(std::env::consts::OS, std::env::consts::ARCH, context.now());
    let misread = context.config_error().map(|error| ui.error_text(error));
    let of_pin = || Some(ui.error_text(&context.pin_source().err()?));
    computer.configuration = misread.or_else(of_pin);
    let zone = TimeZone::system();
    computer.time_zone =
        (!zone.is_unknown()).then(|| zone.iana_name().unwrap_or("local").to_owned());
    let is_set = |name: &&&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let set = VARIABLES.iter().filter(is_set);
    computer.variables = set.map(|name| (*name).to_owned()).collect();
    computer.folders = context.own_folders().map(folder).to_vec();
    computer.pcsc = pcsc();
    let registrations = search().registrations;
    computer.p11_kit = registrations.iter().any(|folder| folder.is_dir());
    computer
}

/// What can be said of a folder without touching it.
fn folder(path: &Path) -> Folder {
    let there = path.ancestors().find(|folder| folder.exists());
    Folder {
        path: path.to_owned(),
        writable: there.is_some_and(|folder| folder.is_dir() && is_writable(folder)),
        open: path.is_dir() && is_open(path),
        youngest: youngest(path, DEPTH),
    }
}

#[cfg(unix)]
fn is_writable(folder: &Path) -> bool {
    use nix::unistd::{AccessFlags, access};
    access(folder, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(folder: &Path) -> bool {
    let data = folder.metadata();
    data.is_ok_and(|data| !data.permissions().readonly())
}

/// True if somebody else may look into it.
#[cfg(unix)]
fn is_open(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let data = folder.metadata();
    data.is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

/// Access lists are the system's own matter.
#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

fn youngest(folder: &Path, depth: usize) -> Option<Timestamp> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let of_entry = |entry: std::fs::DirEntry| {
        let data = entry.metadata().ok()?;
        if data.is_dir() {
            return youngest(&entry.path(), depth.checked_sub(1)?);
        }
        Timestamp::try_from(data.modified().ok()?).ok()
    };
    entries.filter_map(of_entry).max()
}

/// The service's socket (pcscd(8)); its library reads the variable too.
#[cfg(target_os = "linux")]
fn pcsc() -> PcSc {
    use std::os::unix::net::UnixStream;
    let named = std::env::var_os("PCSCLITE_CSOCK_NAME").map(PathBuf::from);
    let socket = named.unwrap_or_else(|| "/run/pcscd/pcscd.comm".into());
    if !socket.exists() {
        return PcSc::Absent(socket);
    }
    match UnixStream::connect(&socket) {
        Ok(_) => PcSc::Running,
        Err(_) => PcSc::Silent(socket),
    }
}

#[cfg(not(target_os = "linux"))]
fn pcsc() -> PcSc {
    PcSc::OfSystem
}
