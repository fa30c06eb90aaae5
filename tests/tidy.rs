//! The invariants of ARCHITECTURE.md, read off the source text and the dependency tree.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "tidy/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use source::{Source, sources};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `ca` is none: it is a use case above its registry, as `issue` is one above its token.
const ADAPTERS: &[&str] = &["est", "pkcs11", "registry", "report"];

const DOMAIN: &[&str] = &[
    "authority",
    "certificate",
    "doctor",
    "error",
    "finding",
    "journal",
    "key",
    "lifecycle",
    "manifest",
    "profile",
    "request",
    "token",
];

/// Fails with the list of all offenders.
#[track_caller]
fn none(offenders: &[String]) {
    assert!(offenders.is_empty(), "\n{}", offenders.join("\n"));
}

/// Looks for forbidden words in the code of the files that a condition names.
fn words_in(applies: impl Fn(&Source) -> bool, forbidden: &[&str]) -> Vec<String> {
    sources("src")
        .iter()
        .filter(|source| applies(source))
        .flat_map(|source| source.lines_with(forbidden))
        .collect()
}

#[test]
fn the_domain_knows_no_adapter() {
    let mut offenders = Vec::new();
    for source in sources("src")
        .iter()
        .filter(|source| DOMAIN.contains(&source.module()))
    {
        let adapters = source
            .imports()
            .into_iter()
            .filter(|it| ADAPTERS.contains(&it.as_str()));
        offenders.extend(adapters.map(|adapter| format!("{} imports {adapter}", source.path)));
    }
    none(&offenders);
}

#[test]
fn adapters_do_not_know_each_other() {
    let mut offenders = Vec::new();
    for source in sources("src")
        .iter()
        .filter(|source| ADAPTERS.contains(&source.module()))
    {
        let others = source.imports().into_iter();
        let others = others.filter(|it| it != source.module() && ADAPTERS.contains(&it.as_str()));
        offenders.extend(others.map(|other| format!("{} imports {other}", source.path)));
    }
    none(&offenders);
}

#[test]
fn only_pkcs11_names_cryptoki() {
    none(&words_in(
        |source| source.module() != "pkcs11",
        &[
            "cryptoki::",
            "cryptoki_sys",
            "use cryptoki",
            "extern crate cryptoki",
        ],
    ));
}

#[test]
fn only_the_registry_holds_sql() {
    none(&words_in(
        |source| source.module() != "registry",
        &[
            "SELECT *",
            "INSERT INTO",
            "DELETE FROM",
            "CREATE TABLE",
            "sqlx::",
        ],
    ));
}

#[test]
fn only_the_programs_know_the_command_line_and_languages() {
    none(&words_in(
        |source| !source.is_program(),
        &[
            "clap",
            "fluent",
            "i18n",
            "indicatif",
            "rpassword",
            "sys_locale",
            "unic_langid",
        ],
    ));
}

#[test]
fn only_ui_writes_to_the_terminal() {
    none(&words_in(
        |source| !source.path.ends_with("/ui.rs") && !source.path.contains("/ui/"),
        &[
            "println!",
            "print!",
            "eprintln!",
            "eprint!",
            "stdout()",
            "stderr()",
            "Term::",
        ],
    ));
}

#[test]
fn the_core_reads_no_clock_no_environment_and_no_terminal() {
    let forbidden = [
        "std::env;",
        "env::args",
        "env::current_",
        "env::home_dir",
        "env::temp_dir",
        "env::var",
        "SystemTime::now",
        "TimeZone::system",
        "Timestamp::now",
        "Zoned::now",
        "tempdir()",
        "NamedTempFile::new()",
        "stdin()",
        "stdout()",
        "stderr()",
    ];
    none(&words_in(
        |source| !source.is_program() && source.module() != "testing",
        &forbidden,
    ));
}

#[test]
fn async_stays_with_the_servers() {
    none(&words_in(
        |source| {
            source.module() != "registry"
                && !source.path.starts_with("src/est/server/")
                && source.path != "src/est/server.rs"
        },
        &["async fn", "async move", ".await", "tokio::"],
    ));
}

#[test]
fn unsafe_code_stays_in_one_file() {
    none(&words_in(
        |source| source.path != "src/pkcs11/raw.rs",
        &["unsafe"],
    ));
}

#[test]
fn nothing_but_tests_may_panic() {
    none(&words_in(
        |_| true,
        &[
            ".unwrap()",
            ".unwrap_err()",
            ".expect(",
            ".expect_err(",
            "panic!",
            "unimplemented!",
        ],
    ));
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut offenders = Vec::new();
    for source in ["src", "tests", "examples"]
        .iter()
        .flat_map(|folder| sources(folder))
    {
        let lines = source.text.lines().count();
        if lines > 400 {
            offenders.push(format!("{} has {lines} lines", source.path));
        }
        if !source.text.starts_with("//! ") {
            offenders.push(format!("{} does not begin with `//!`", source.path));
        }
    }
    none(&offenders);
}

#[test]
fn functions_are_short() {
    // Clippy counts; this only holds the limit.
    let clippy = read("clippy.toml");
    assert!(
        clippy.contains("too-many-lines-threshold = 70\n"),
        "{clippy}"
    );
    assert!(read("Cargo.toml").contains("too_many_lines = \"warn\"\n"));
}

#[test]
fn nothing_is_left_for_later() {
    // Written in halves, for this file is read too.
    let forbidden = [
        concat!("#[ig", "nore"),
        concat!("to", "do!"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    let offenders: Vec<String> = ["src", "tests", "examples"]
        .iter()
        .flat_map(|folder| sources(folder))
        .flat_map(|source| {
            let found = forbidden.iter().filter(|word| source.text.contains(**word));
            found
                .map(|word| format!("{}: {word}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none(&offenders);
}

#[test]
fn the_bare_library_is_as_small_as_the_readmes_say() {
    let crates = crates_of_the_bare_library();
    let unwanted = [
        "clap",
        "tokio",
        "hyper",
        "ureq",
        "reqwest",
        "sqlx",
        "rustls",
        "fluent-bundle",
    ];
    for name in unwanted {
        assert!(
            !crates.iter().any(|it| it.starts_with(&format!("{name} "))),
            "{name}"
        );
    }
    assert_eq!(
        number_before(&read("README.md"), " crates"),
        Some(crates.len()),
        "{crates:#?}"
    );
    assert_eq!(
        number_before(&read("README.ja.md"), "個のクレート"),
        Some(crates.len())
    );
}

/// Name and version of every crate below the bare library on Linux, as cargo tells them.
fn crates_of_the_bare_library() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--package",
            "tokencert",
            "--no-default-features",
        ])
        .args([
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--target",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines()
        .skip(1)
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The number right before a word, in the first place that has one.
fn number_before(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).find_map(|(end, _)| {
        let before = text.get(..end)?.trim_end();
        let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
        before.get(digits..)?.parse().ok()
    })
}

/// PKCS#11 modules bring their own, and two in one process get in each other's way.
#[test]
fn nothing_that_links_openssl_is_among_the_dependencies() {
    let lock = read("Cargo.lock");
    for library in ["openssl-sys", "native-tls", "boring-sys", "aws-lc-sys"] {
        let package = format!("name = \"{library}\"");
        assert!(!lock.contains(&package), "{library}");
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut offenders = Vec::new();
    for document in [
        "README.md",
        "README.ja.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
    ] {
        let text = read(document);
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
        for file in files.map(|target| target.split('#').next().unwrap_or(target)) {
            if !Path::new(ROOT).join(file).exists() {
                offenders.push(format!("{document} links to {file}"));
            }
        }
    }
    none(&offenders);
}

/// `docs/rules.md` and `docs/reliability.md` name tests in backticks, and some only by their beginning.
#[test]
fn the_tests_that_the_documents_name_are_there() {
    let sources: String = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|source| source.text)
        .collect();
    let mut offenders = Vec::new();
    for document in ["docs/rules.md", "docs/reliability.md"] {
        let text = read(document);
        let quoted = text.split('`').skip(1).step_by(2);
        let is_test = |name: &&str| name.matches('_').count() > 2 && !name.contains(['/', ' ']);
        for name in quoted.filter(is_test) {
            let beginning = match name.strip_suffix('…') {
                Some(beginning) => format!("fn {beginning}"),
                None => format!("fn {name}()"),
            };
            if !sources.contains(&beginning) {
                offenders.push(format!("{document} names {name}"));
            }
        }
    }
    none(&offenders);
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}
