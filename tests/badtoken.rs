//! `tests/badtoken` forwards and counts every call, judged by OpenSC's pkcs11-spy.

mod common;

use std::path::Path;

use common::{Calls, PIN, World, badtoken, run};

/// Where Debian, Fedora, Arch and Homebrew put the module that prints every call it forwards.
const SPY: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so",
    "/usr/lib/aarch64-linux-gnu/pkcs11-spy.so",
    "/usr/lib64/pkcs11/pkcs11-spy.so",
    "/usr/lib/pkcs11/pkcs11-spy.so",
    "/opt/homebrew/lib/pkcs11/pkcs11-spy.so",
    "/usr/local/lib/pkcs11/pkcs11-spy.so",
];

/// The calls of a spy's output, where each begins with a line like `12: C_Login`.
///
/// The one by which its caller gets the functions is its own affair, and so is what it calls
/// itself for that: older spies say `C_GetFunctionList`, newer ones `C_GetInterface`.
fn spied(text: &str) -> Calls {
    text.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(number, name)| number.parse::<u32>().is_ok() && name.starts_with("C_"))
        .map(|(_, name)| name.trim())
        .filter(|name| !["C_GetFunctionList", "C_GetInterface"].contains(name))
        .chain(["C_GetFunctionList"])
        .collect()
}

#[test]
fn the_counter_and_pkcs11_spy_count_the_same_calls() {
    let world = World::with_token("counted").and_counted();
    let spy = SPY.iter().map(Path::new).find(|path| path.is_file());
    let spy = spy.expect("pkcs11-spy.so is not installed; install the package `opensc`");

    // pkcs11-tool calls the spy, the spy calls badtoken, badtoken calls SoftHSM2.
    let mut generate = world.command("pkcs11-tool", &["--module"]);
    generate
        .arg(spy)
        .args([
            "--login",
            "--pin",
            PIN,
            "--keypairgen",
            "--key-type",
            "EC:prime256v1",
            "--id",
            "01",
        ])
        .env("PKCS11SPY", badtoken())
        .env("PKCS11SPY_OUTPUT", world.path("spy"));
    run(generate).succeeds();

    let counted = world.calls();
    assert_eq!(counted, spied(&world.read("spy")), "counted: {counted}");
    assert_eq!(counted.of("C_GenerateKeyPair"), 1, "{counted}");
    assert_eq!(counted.of("C_Login"), 1, "{counted}");
}

#[test]
fn what_passes_through_arrives() {
    let world = World::with_token("behind").and_counted();
    let mut list = world.command("pkcs11-tool", &["--list-slots", "--module"]);
    list.arg(badtoken());
    run(list).succeeds().says("behind");
    assert_eq!(world.calls().of("C_Initialize"), 1);
    assert_eq!(
        world.calls().total(),
        0,
        "reading the count begins a new one"
    );
}
