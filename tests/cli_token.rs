//! `tokencert token` and the PIN: its channels, its governor, and that it is never shown.

mod common;

use common::{PIN, SO_PIN, World};

fn slot_of_blank(world: &World) -> String {
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .succeeds()
        .json();
    let tokens = listed["tokens"].as_array().unwrap();
    let blank = tokens
        .iter()
        .find(|token| token["initialized"] == false)
        .unwrap();
    blank["slot"].to_string()
}

#[test]
fn tokens_are_listed_with_what_the_module_says_of_them() {
    let world = World::new();
    let serial = world.token("鍵 1");
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(listed["version"], 1);
    assert_eq!(listed["failed"].as_array().map(Vec::len), Some(0));
    let tokens = listed["tokens"].as_array().unwrap();
    let token = tokens
        .iter()
        .find(|token| token["serial"] == serial.as_str())
        .unwrap();
    assert_eq!(token["label"], "鍵 1");
    assert_eq!(token["manufacturer"], "SoftHSM project");
    assert_eq!(token["software"], true);
    assert_eq!(token["initialized"], true);
    assert_eq!(token["pin_state"], "unknown");
    let flags = token["flags"].as_array().unwrap();
    assert!(flags.contains(&"CKF_LOGIN_REQUIRED".into()), "{flags:?}");
    let uri = token["uri"].as_str().unwrap();
    world.tokencert(&["list", "--token", uri]).succeeds();
    // The blank slot of SoftHSM2 is a token too.
    assert!(tokens.iter().any(|token| token["initialized"] == false));
    world
        .tokencert(&["token", "list"])
        .succeeds()
        .says("not initialised")
        .says(&serial);
}

#[test]
fn columns_stay_straight_with_full_width_and_half_width_characters() {
    let world = World::new();
    world.token("ｶﾞﾝﾊﾞﾙ");
    world.token("山田");
    let listed = world
        .tokencert(&["token", "list", "--lang", "ja"])
        .succeeds();
    let width = |text: &str| -> usize {
        let wide = |c: char| ('\u{1100}'..'\u{ff61}').contains(&c) || c > '\u{ffdc}';
        text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
    };
    let columns: Vec<usize> = listed
        .stdout
        .lines()
        .map(|line| width(&line[..line.find("SoftHSM v2").or(line.find("機種")).unwrap()]))
        .collect();
    assert!(
        columns.len() == 4 && columns.iter().all(|at| *at == columns[0]),
        "{listed}"
    );
}

#[test]
fn a_token_is_chosen_by_label_serial_or_uri_and_never_by_chance() {
    let world = World::new();
    let serial = world.token("one");
    world.token("two");
    let ambiguous = world.tokencert(&["list"]).exits(4);
    ambiguous
        .complains("several tokens")
        .complains("`one`")
        .complains("`two`");
    world
        .tokencert(&["list", "--token", &serial])
        .succeeds()
        .says("`one`");
    world
        .tokencert(&["list", "--token", "two"])
        .succeeds()
        .says("`two`");
    world
        .tokencert(&["list", "--token", "pkcs11:token=one"])
        .succeeds()
        .says(&serial);
    let missing = world.tokencert(&["list", "--token", "three"]).exits(4);
    missing
        .complains("`three`")
        .complains("`one`")
        .complains("`two`");
}

#[test]
fn without_any_token_every_command_that_needs_one_is_exit_4() {
    let world = World::new();
    let source = world.pin_source();
    for arguments in [
        &["list"][..],
        &["status"],
        &["show", "x"],
        &["export", "x"],
        &["delete", "x", "--what", "key"],
        &[
            "request",
            "--key",
            "ec:p256",
            "--subject",
            "CN=x",
            "--out",
            "x.csr",
        ],
    ] {
        world
            .tokencert(&[arguments, &["--pin-source", &source]].concat())
            .exits(4);
    }
    assert!(!world.path("x.csr").exists());
}

#[test]
fn a_blank_token_is_initialised_with_label_and_both_pins() {
    let world = World::new();
    let slot = slot_of_blank(&world);
    let (so, user) = (world.so_pin_source(), world.pin_source());
    let init = ["token", "init", "--slot", &slot, "--label", "新しい鍵"];
    world
        .tokencert(&[&init[..], &["--pin-source", &user]].concat())
        .exits(2)
        .complains("SO PIN");
    let pins = ["--so-pin-source", &so, "--pin-source", &user];
    world
        .tokencert(&[init, ["--label", &"長".repeat(11), "", "", "", ""]].concat())
        .exits(2);
    world
        .tokencert(&[&init[..], &pins].concat())
        .succeeds()
        .complains("新しい鍵");
    world
        .tokencert(&["list", "--token", "新しい鍵", "--pin-source", &user])
        .succeeds();
}

#[test]
fn a_token_in_use_is_initialised_only_when_confirmed_and_empty_or_told_so() {
    let world = World::new();
    let serial = world.token("demo");
    let (so, user) = (world.so_pin_source(), world.pin_source());
    let request = [
        "request",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    world
        .tokencert(&[&request[..], &["--pin-source", &user]].concat())
        .succeeds();
    let init = ["token", "init", "--serial", &serial, "--label", "again"];
    let init = [&init[..], &["--so-pin-source", &so, "--pin-source", &user]].concat();

    world
        .tokencert(&init)
        .exits(2)
        .complains(&format!("--confirm-serial {serial}"));
    let confirmed = [&init[..], &["--confirm-serial", &serial]].concat();
    world
        .tokencert(&confirmed)
        .exits(1)
        .complains("--destroy-objects");
    world
        .tokencert(&["list", "--pin-source", &user])
        .succeeds()
        .says("ec:p256");

    let wrong = world.pin_source_of("00000000");
    let wrong = [
        &confirmed[..],
        &["--destroy-objects", "--so-pin-source", &wrong],
    ]
    .concat();
    world.tokencert(&wrong).exits(2);
    world
        .tokencert(&[&confirmed[..], &["--destroy-objects"]].concat())
        .succeeds();
    let listed = world
        .tokencert(&["list", "--pin-source", &user, "--format", "json"])
        .succeeds();
    assert_eq!(
        listed.json()["identities"].as_array().map(Vec::len),
        Some(0)
    );
    assert_eq!(listed.json()["token"]["label"], "again");
}

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

#[test]
fn waiting_ends_when_the_token_is_there_or_the_time_is_up() {
    let world = World::new();
    let begun = std::time::Instant::now();
    world
        .tokencert(&["token", "wait", "--timeout", "1"])
        .exits(4);
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1));
    let mut waiting = world
        .tokencert_command(&["token", "wait", "--token", "late", "--timeout", "60"])
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    world.token("late");
    assert!(waiting.wait().unwrap().success());
}
