//! The PIN: its channels, its governor, and that it is never shown.

use crate::common::{self, PIN, SO_PIN, World};

#[test]
fn the_pin_is_changed_and_the_old_one_is_wrong_afterwards() {
    let world = World::with_token("demo");
    let (old, new) = (world.pin_source(), world.pin_source_of("99887766"));
    world
        .tokencert(&["token", "pin", "--pin-source", &old])
        .exits(2);
    let pin = [
        "token",
        "pin",
        "--pin-source",
        &old,
        "--new-pin-source",
        &new,
    ];
    world
        .tokencert(&pin)
        .succeeds()
        .complains("Changed the user PIN");
    world.tokencert(&["list", "--pin-source", &new]).succeeds();
    world.tokencert(&["list", "--pin-source", &old]).exits(5);
}

#[test]
fn the_so_pin_sets_a_new_pin_and_stops_at_the_first_sign_of_trouble() {
    let world = World::with_token("demo");
    let new = world.pin_source_of("99887766");
    let unlock = |so: &str| {
        world.tokencert(&[
            "token",
            "unlock",
            "--so-pin-source",
            so,
            "--new-pin-source",
            &new,
        ])
    };
    unlock(&world.so_pin_source()).succeeds();
    world.tokencert(&["list", "--pin-source", &new]).succeeds();

    // The wrong SO PIN is the user's, for which it is easily taken.
    unlock(&new)
        .exits(5)
        .complains("SO PIN")
        .complains("was wrong");
    // SoftHSM2 then says that tries run low, and nobody could unlock the SO PIN.
    unlock(&world.so_pin_source())
        .exits(6)
        .complains("--final-try");
    let so = world.so_pin_source();
    let sure = [
        "token",
        "unlock",
        "--so-pin-source",
        &so,
        "--new-pin-source",
        &new,
        "--final-try",
    ];
    world.tokencert(&sure).succeeds();
}

#[test]
fn a_locked_so_pin_is_told_from_a_locked_pin() {
    let world = World::with_token("demo").and_badtoken();
    let (so, new) = (world.so_pin_source(), world.pin_source());
    world.control("set-flag CKF_SO_PIN_LOCKED");
    let unlock = ["token", "unlock", "--so-pin-source", &so];
    let unlock = [&unlock[..], &["--new-pin-source", &new]].concat();
    let locked = world.tokencert(&unlock).exits(6);
    locked
        .complains("nobody can unlock it")
        .never_says("the administrator unlocks it");
    world.control("set-flag CKF_USER_PIN_LOCKED");
    world
        .tokencert(&["list", "--pin-source", &new])
        .exits(6)
        .complains("the administrator unlocks it");
}

#[test]
fn a_wrong_pin_is_one_login_exit_5_and_says_which_pin_and_what_the_flags_say() {
    let world = World::with_token("demo").and_counted();
    let wrong = world.pin_source_of("31415926");
    let failed = world.tokencert(&["list", "--pin-source", &wrong]).exits(5);
    assert_eq!(world.calls().of("C_Login"), 1);
    failed
        .complains("the user PIN of `demo`")
        .complains("tries are running low");
    let japanese = world
        .tokencert(&["list", "--pin-source", &wrong, "--lang", "ja"])
        .exits(5);
    japanese
        .complains("USBのPINが違います")
        .complains("残り回数");
}

#[test]
fn a_pin_of_a_length_that_the_token_refuses_costs_no_try() {
    let world = World::with_token("demo").and_counted();
    let short = world.pin_source_of("1");
    world
        .tokencert(&["list", "--pin-source", &short])
        .exits(5)
        .complains("4 to 255");
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn without_a_terminal_and_without_a_source_a_needed_pin_is_exit_2() {
    let world = World::with_token("demo").and_counted();
    world
        .tokencert(&["list", "--login"])
        .exits(2)
        .complains("--pin-source");
    world.tokencert(&["list"]).succeeds();
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn a_pin_comes_from_a_file_a_variable_a_descriptor_or_the_uri() {
    let world = World::with_token("demo").and_env("THE_PIN", PIN);
    let listed = |source: &str| world.tokencert(&["list", "--pin-source", source]);
    listed(&world.pin_source_of(&format!("{PIN}\r\n"))).succeeds();
    listed(&world.pin_source_of(&format!("{PIN}\nmore\n"))).succeeds();
    listed("env:THE_PIN").succeeds();
    listed("env:NOT_SET").exits(2).complains("env:NOT_SET");
    listed("fd:0").exits(2).complains("empty");
    listed("file:missing").exits(2);
    listed("exec:cat pin").exits(2);
    listed(&world.pin_source_of("\n"))
        .exits(2)
        .complains("empty");

    let path = world.path("pin");
    std::fs::write(&path, PIN).unwrap();
    let program = world
        .tokencert_command::<&str>(&[])
        .get_program()
        .to_owned();
    let line = format!("{} list --pin-source fd:7 7<pin", program.display());
    common::run(world.command("bash", &["-c", &line])).succeeds();
    let uri = format!("pkcs11:token=demo?pin-source=file:{}", path.display());
    let listed = world
        .tokencert(&["list", "--format", "json", "--token", &uri])
        .succeeds();
    assert_eq!(listed.json()["logged_in"], true);
    let wrong = world.pin_source_of("00000000");
    world
        .tokencert(&["list", "--token", &uri, "--pin-source", &wrong])
        .exits(5);
    let command = "pkcs11:token=demo?pin-source=%7Ccat%20pin";
    world
        .tokencert(&["list", "--token", command])
        .exits(2)
        .complains("only a file");
}

#[cfg(unix)]
#[test]
fn a_pin_file_that_others_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_token("demo");
    let path = world.write("open-pin", PIN);
    let source = format!("file:{}", path.display());
    for (mode, warned) in [(0o600, false), (0o640, true), (0o644, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let listed = world
            .tokencert(&["list", "--pin-source", &source])
            .succeeds();
        assert_eq!(
            listed.stderr.contains("others can read"),
            warned,
            "{mode:o}\n{listed}"
        );
    }
}

#[test]
fn no_pin_is_ever_shown_however_much_is_told() {
    let world = World::with_token("demo").and_env("THE_PIN", PIN);
    let (right, so) = (world.pin_source(), world.so_pin_source());
    let wrong = world.pin_source_of("31415926");
    let commands: [&[&str]; 6] = [
        &["list", "--pin-source", &right],
        &["list", "--pin-source", "env:THE_PIN"],
        &["list", "--pin-source", &wrong],
        &[
            "token",
            "pin",
            "--pin-source",
            &wrong,
            "--new-pin-source",
            &right,
        ],
        &[
            "token",
            "unlock",
            "--so-pin-source",
            &so,
            "--new-pin-source",
            &right,
        ],
        &[
            "request",
            "--key",
            "ec:p256",
            "--subject",
            "CN=x",
            "--out",
            "-",
            "--pin-source",
            &right,
        ],
    ];
    for command in commands {
        for pin in [PIN, SO_PIN, "31415926"] {
            world
                .tokencert(&[command, &["-vvvv"]].concat())
                .never_says(pin);
        }
    }
}

#[test]
fn a_variable_that_spies_on_the_pin_is_warned_of() {
    let world = World::with_token("demo").and_env("PKCS11SPY", "/usr/lib/softhsm/libsofthsm2.so");
    world
        .tokencert(&["list"])
        .succeeds()
        .complains("PKCS11SPY is set");
}
