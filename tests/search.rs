//! Where modules are looked for: other operating systems as data, registrations as files.

#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::fs;
use std::path::{Path, PathBuf};

use tokencert::pkcs11::{ModuleSearch, Platform};

fn places(search: &ModuleSearch) -> Vec<String> {
    let places = search.known_places();
    places.iter().map(|it| it.display().to_string()).collect()
}

/// An empty file that stands for a module.
fn module(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, "").unwrap();
    path
}

fn register(folder: &Path, name: &str, module: &Path) {
    fs::create_dir_all(folder).unwrap();
    let text = format!("# a registration\nmodule: {}\n", module.display());
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn windows_has_safenets_module_in_its_system_folder_wherever_that_is() {
    let mut search = ModuleSearch::new(Platform::Windows);
    assert!(places(&search).contains(&r"C:\Windows\System32\eTPKCS11.dll".to_owned()));
    search.windows = PathBuf::from(r"D:\WINNT");
    let places = places(&search);
    assert_eq!(places.first().unwrap(), r"D:\WINNT\System32\eTPKCS11.dll");
    assert!(places.contains(&r"C:\SoftHSM2\lib\softhsm2-x64.dll".to_owned()));
    assert!(search.registrations.is_empty());
}

#[test]
fn macos_has_modules_in_frameworks_and_in_both_homebrews() {
    let places = places(&ModuleSearch::new(Platform::MacOs));
    for place in [
        "/Library/Frameworks/eToken.framework/Versions/Current/libeToken.dylib",
        "/Library/OpenSC/lib/opensc-pkcs11.so",
        "/opt/homebrew/lib/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ] {
        assert!(places.contains(&place.to_owned()), "{place}");
    }
}

#[test]
fn unix_looks_for_the_tokens_makers_before_software() {
    let places = places(&ModuleSearch::new(Platform::Unix));
    let at = |place: &str| places.iter().position(|it| it == place).unwrap();
    assert!(at("/usr/lib/libeToken.so") < at("/usr/lib/softhsm/libsofthsm2.so"));
}

#[test]
fn registered_modules_come_first_and_the_first_folder_wins() {
    let folder = tempfile::tempdir().unwrap();
    let mine = module(folder.path(), "mine.so");
    let theirs = module(folder.path(), "theirs.so");
    let other = module(folder.path(), "other.so");
    let (own, of_system) = (folder.path().join("own"), folder.path().join("system"));
    register(&own, "token.module", &mine);
    register(&of_system, "token.module", &theirs);
    register(&of_system, "zz.module", &other);
    register(&of_system, "readme.txt", &theirs);
    let mut search = ModuleSearch::new(Platform::Unix);
    search.registrations = vec![own, of_system];
    let found = search.found();
    assert_eq!(found.get(..2).unwrap(), [mine, other]);
    assert!(!found.contains(&theirs));
}

#[cfg(unix)]
#[test]
fn two_names_of_one_file_are_one_module_and_p11_kits_own_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let real = module(folder.path(), "real.so");
    let alias = folder.path().join("alias.so");
    std::os::unix::fs::symlink(&real, &alias).unwrap();
    let registrations = folder.path().join("modules");
    register(&registrations, "a.module", &alias);
    register(&registrations, "b.module", &real);
    let trust = module(folder.path(), "p11-kit-trust.so");
    register(&registrations, "c.module", &trust);
    register(&registrations, "d.module", &folder.path().join("gone.so"));
    let mut search = ModuleSearch::new(Platform::Unix);
    search.registrations = vec![registrations];
    let found = search.found();
    assert_eq!(found.first(), Some(&alias));
    assert!(!found.contains(&real) && !found.contains(&trust));
}

#[cfg(unix)]
#[test]
fn what_is_no_registration_is_passed_over_and_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("a.module");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    fs::create_dir(folder.path().join("b.module")).unwrap();
    fs::write(folder.path().join("c.module"), [0xff; 100]).unwrap();
    fs::write(
        folder.path().join("d.module"),
        "module: /x\n".repeat(100_000),
    )
    .unwrap();
    let own = module(folder.path(), "own.so");
    register(folder.path(), "own.module", &own);
    let mut search = ModuleSearch::new(Platform::Unix);
    search.registrations = vec![folder.path().to_owned()];
    let sightings = search.sightings();
    let registered = sightings.iter().filter(|it| it.registration.is_some());
    let paths: Vec<_> = registered.map(|it| &it.path).collect();
    assert_eq!(paths, [&own]);
}
