//! The judgement on what was seen of other systems, as data.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokencert::doctor::{
    AuthoritySeen, Binary, Check, Computer, Content, File, Format, Id, Job, Level, Mechanisms,
    Module, Outcome, PcSc, ProfileSeen, Seen, SeenSlot, Source, blocked, examine, mechanism_name,
};
use tokencert::token::{TokenFlags, TokenIdentity, TokenInfo};

const ELSEWHERE: &str = r"C:\Windows\System32\eTPKCS11.dll";

fn computer(system: &str, processor: &str) -> Computer {
    Computer::new(
        system,
        processor,
        "2026-06-01T00:00:00Z".parse::<Timestamp>().unwrap(),
    )
}

fn module(path: &str, format: Format, processor: &str, outcome: Outcome) -> Module {
    let mut module = Module::new(Path::new(path), Source::KnownPlace);
    let processors = vec![processor.to_owned()];
    module.file = File::Library(Binary { format, processors });
    module.outcome = outcome;
    module
}

fn dll(outcome: Outcome) -> Module {
    module(ELSEWHERE, Format::Pe, "x86_64", outcome)
}

fn answered() -> Outcome {
    Outcome::Answered { finalize: None }
}

fn seen(computer: Computer, modules: Vec<Module>) -> Seen {
    Seen::new(computer, ProfileSeen::None, AuthoritySeen::None, modules)
}

fn on_windows(modules: Vec<Module>) -> Vec<Check> {
    examine(&seen(computer("windows", "x86_64"), modules))
}

fn ids(checks: &[Check], level: Level) -> Vec<Id> {
    let of_level = checks.iter().filter(|check| check.level == level);
    of_level.map(|check| check.id).collect()
}

fn etoken(serial: &str, flags: TokenFlags, mechanisms: &[u64]) -> SeenSlot {
    let identity = TokenIdentity {
        label: "desk".to_owned(),
        serial: serial.to_owned(),
        manufacturer: "SafeNet, Inc.".to_owned(),
        model: "eToken".to_owned(),
    };
    let mechanisms = Mechanisms {
        listed: mechanisms.to_vec(),
        rsa_bits: Some((1024, 2048)),
        ec_bits: None,
    };
    SeenSlot {
        id: 3,
        description: "AKS ifdh 0".to_owned(),
        content: Content::Token {
            info: TokenInfo::new(identity, flags),
            mechanisms: Ok(mechanisms),
        },
    }
}

fn usual() -> TokenFlags {
    TokenFlags(
        TokenFlags::TOKEN_INITIALIZED.0
            | TokenFlags::LOGIN_REQUIRED.0
            | TokenFlags::USER_PIN_INITIALIZED.0,
    )
}

const RSA: &[u64] = &[0x0000, 0x0001, 0x000d, 0x0040];

#[test]
fn a_token_on_windows_can_do_every_job() {
    let mut module = dll(answered());
    module.slots = vec![etoken("0a1b2c3d", usual(), RSA)];
    let checks = on_windows(vec![module]);
    assert_eq!(ids(&checks, Level::Problem), []);
    let notes = [Id::ProfileNone, Id::TokenFactoryPin, Id::TokenNoEc];
    assert_eq!(ids(&checks, Level::Note), notes);
    let path = Path::new(ELSEWHERE);
    let free = |job: &Job| blocked(*job, path, 3, &checks).is_empty();
    assert!(Job::ALL.iter().all(free));
}

#[test]
fn a_driver_of_32_bits_on_windows_of_64_is_told_in_both_their_names() {
    let module = module(ELSEWHERE, Format::Pe, "x86", Outcome::NotLoaded);
    let checks = on_windows(vec![module]);
    assert_eq!(
        ids(&checks, Level::Problem),
        [Id::ModuleArchitecture, Id::TokenNone]
    );
    let check = checks.iter().find(|one| one.id == Id::ModuleArchitecture);
    let values = &check.unwrap().values;
    assert!(
        values.contains(&("found", "PE x86".to_owned())),
        "{values:?}"
    );
    assert!(
        values.contains(&("needed", "PE x86_64".to_owned())),
        "{values:?}"
    );
}

#[test]
fn an_intel_driver_on_an_apple_processor_is_told_too() {
    let path = "/usr/local/lib/libeTPkcs11.dylib";
    let module = module(path, Format::MachO, "x86_64", Outcome::NotLoaded);
    let checks = examine(&seen(computer("macos", "aarch64"), vec![module]));
    assert!(ids(&checks, Level::Problem).contains(&Id::ModuleArchitecture));
}

#[test]
fn what_loaders_of_all_systems_say_is_understood() {
    for (said, id) in [
        (
            "libcrypto.so.1.1: cannot open shared object file: No such file or directory",
            Id::ModuleDependency,
        ),
        (
            "dlopen(/usr/local/lib/x.dylib, 0x0005): Library not loaded: /opt/lib/y.dylib",
            Id::ModuleDependency,
        ),
        (
            "Shared object \"libpcsclite.so.1\" not found, required by \"libeToken.so\"",
            Id::ModuleDependency,
        ),
        (
            "Error loading shared library libpcsclite.so.1: No such file or directory (needed by x.so)",
            Id::ModuleDependency,
        ),
        (
            "LoadLibraryExW failed: 指定されたモジュールが見つかりません。 (os error 126)",
            Id::ModuleDependency,
        ),
        (
            "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /usr/lib/x.so)",
            Id::ModuleSymbols,
        ),
        (
            "/usr/lib/x.so: undefined symbol: EVP_foo",
            Id::ModuleSymbols,
        ),
        (
            "dlopen(x, 5): Symbol not found: _EVP_foo",
            Id::ModuleSymbols,
        ),
        (
            "The specified procedure could not be found. (os error 127)",
            Id::ModuleSymbols,
        ),
        ("it has no C_GetFunctionList", Id::ModuleNotPkcs11),
        ("its C_GetFunctionList gives none", Id::ModuleNotPkcs11),
        (
            "C_GetFunctionList returned CKR_GENERAL_ERROR",
            Id::ModuleRefused,
        ),
        ("file too short", Id::ModuleUnloadable),
    ] {
        let checks = on_windows(vec![dll(Outcome::Unloadable(said.to_owned()))]);
        assert_eq!(ids(&checks, Level::Problem), [id, Id::TokenNone], "{said}");
    }
}

#[test]
fn where_no_module_is_there_at_all_that_is_what_is_said() {
    let checks = on_windows(Vec::new());
    assert_eq!(ids(&checks, Level::Problem), [Id::ModuleNone]);
}

#[test]
fn the_clock_is_held_against_both_ends_of_what_can_be() {
    let at = |time: &str| {
        let mut computer = computer("windows", "x86_64");
        computer.now = time.parse().unwrap();
        let checks = examine(&seen(computer, Vec::new()));
        checks.first().unwrap().id
    };
    assert_eq!(at("2024-12-31T23:59:59Z"), Id::ClockImplausible);
    assert_eq!(at("2025-01-01T00:00:00Z"), Id::ClockPlausible);
    assert_eq!(at("2059-12-31T23:59:59Z"), Id::ClockPlausible);
    assert_eq!(at("2060-01-01T00:00:00Z"), Id::ClockImplausible);
}

#[test]
fn a_driver_that_was_installed_twice_shows_one_token_twice() {
    let mut first = dll(answered());
    first.slots = vec![etoken("0a1b2c3d", usual(), RSA)];
    let mut second = first.clone();
    second.path = PathBuf::from(r"C:\Windows\System32\IDPrimePKCS11.dll");
    let twice = on_windows(vec![first.clone(), second.clone()]);
    let twice: Vec<&Check> = twice
        .iter()
        .filter(|one| one.id == Id::TokenTwice)
        .collect();
    assert_eq!(twice.len(), 1);
    assert_eq!(twice.first().unwrap().module, Some(second.path.clone()));
    second.slots = vec![etoken("ffffffff", usual(), RSA)];
    let checks = on_windows(vec![first, second]);
    assert!(checks.iter().any(|one| one.id == Id::TokenAmbiguous));
}

#[test]
fn one_token_for_each_job_is_enough() {
    let locked = TokenFlags(usual().0 | TokenFlags::USER_PIN_LOCKED.0);
    let mut module = dll(answered());
    let mut other = etoken("ffffffff", usual(), RSA);
    other.id = 4;
    module.slots = vec![etoken("0a1b2c3d", locked, RSA), other];
    let checks = on_windows(vec![module]);
    assert_eq!(ids(&checks, Level::Problem), [Id::TokenPinLocked]);
    let path = Path::new(ELSEWHERE);
    assert_eq!(blocked(Job::Login, path, 3, &checks), [Id::TokenPinLocked]);
    assert_eq!(blocked(Job::Login, path, 4, &checks), []);
    assert_eq!(blocked(Job::Unlock, path, 3, &checks), []);
}

#[test]
fn a_token_that_makes_keys_it_cannot_sign_with_makes_no_signatures() {
    let mut module = dll(answered());
    // EC keys, and RSA signatures.
    module.slots = vec![etoken("1", usual(), &[0x1040, 0x0001])];
    let checks = on_windows(vec![module]);
    let problems = [Id::TokenNoSignatures, Id::JobsImpossible];
    assert_eq!(ids(&checks, Level::Problem), problems);
}

#[test]
fn short_rsa_keys_are_noticed_and_a_limit_of_nothing_means_unknown() {
    let with_bits = |bits| {
        let mut module = dll(answered());
        module.slots = vec![etoken("1", usual(), RSA)];
        if let Content::Token {
            mechanisms: Ok(all),
            ..
        } = &mut module.slots[0].content
        {
            all.rsa_bits = Some(bits);
        }
        let checks = on_windows(vec![module]);
        checks.iter().any(|check| check.id == Id::TokenShortRsa)
    };
    assert!(with_bits((512, 1024)));
    assert!(!with_bits((1024, 2048)));
    assert!(!with_bits((0, 0)));
}

#[test]
fn windows_and_macos_bring_their_own_smart_card_service() {
    let mut computer = computer("macos", "x86_64");
    computer.pcsc = PcSc::OfSystem;
    let path = "/Library/OpenSC/lib/opensc-pkcs11.so";
    let module = module(path, Format::MachO, "x86_64", answered());
    let checks = examine(&seen(computer, vec![module]));
    assert!(!checks.iter().any(|one| one.id.name().starts_with("pcsc")));
    assert_eq!(ids(&checks, Level::Problem), [Id::TokenNone]);
}

#[test]
fn names_of_checks_are_all_different_and_mechanisms_have_the_standards() {
    let mut names: Vec<&str> = Id::ALL.iter().map(|id| id.name()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(names.iter().all(|name| name.chars().all(plain)));
    assert_eq!(mechanism_name(0x0040), Some("CKM_SHA256_RSA_PKCS"));
    assert_eq!(mechanism_name(0x8000_0001), None);
}
