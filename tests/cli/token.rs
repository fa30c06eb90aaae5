//! `tokencert token`.

use tokencert::token::TokenLock;

use crate::common::World;

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
fn keys_that_only_show_with_the_pin_are_looked_for_with_it_before_a_token_is_initialised() {
    let world = World::new();
    let serial = world.token("demo");
    let world = world.and_badtoken();
    let (so, user) = (world.so_pin_source(), world.pin_source());
    let request = ["request", "--key", "ec:p256", "--subject", "CN=x"];
    let request = [&request[..], &["--out", "x.csr", "--pin-source", &user]].concat();
    world.tokencert(&request).succeeds();
    world.control("hide public\nuser-tries 3");
    let new = world.pin_source_of("654321");
    let init = ["token", "init", "--serial", &serial, "--label", "again"];
    let confirmed = ["--confirm-serial", &serial, "--so-pin-source", &so];
    let init = [&init[..], &confirmed, &["--pin-source", &new]].concat();
    let with = |source: &str| {
        let present = ["--present-pin-source", source];
        world.tokencert(&[&init[..], &present].concat())
    };
    world.calls();
    with(&user)
        .exits(1)
        .complains("--destroy-objects")
        .never_says("cannot be looked for");
    with(&new).exits(5).complains("user PIN");
    let calls = world.calls();
    assert_eq!(
        (calls.of("C_Login"), calls.of("C_InitToken")),
        (2, 0),
        "{calls}"
    );
    let japanese = [&init[..], &["--lang", "ja"]].concat();
    for (init, said) in [
        (&init, "cannot be looked for"),
        (&japanese, "調べられません"),
    ] {
        world.tokencert(init).succeeds().complains(said);
    }
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
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    world.token("late");
    assert!(waiting.wait().unwrap().success());
}

#[test]
fn a_command_waits_for_its_token_if_it_is_told_to() {
    let world = World::new();
    let listing = ["list", "--token", "late", "--wait", "1m"];
    let mut waiting = world
        .tokencert_command(&listing)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    world.token("late");
    assert!(waiting.wait().unwrap().success());
    world
        .tokencert(&["list", "--token", "never", "--wait", "1"])
        .exits(4);
    world
        .tokencert(&["list", "--wait", "soon"])
        .exits(2)
        .complains("2m");
}

#[test]
fn ctrl_c_while_waiting_is_130() {
    let world = World::new();
    // Whoever runs the tests in the background has Ctrl-C ignored, and the program would heed that.
    let program = env!("CARGO_BIN_EXE_tokencert");
    let mut waiting = world
        .command("env", &["--default-signal=INT", program, "token", "wait"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let process = waiting.id().to_string();
    let interrupt = ["-INT", &process];
    assert!(
        world
            .command("kill", &interrupt)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
}

#[test]
fn without_a_named_module_each_one_that_is_found_is_looked_at_by_a_child() {
    let world = World::new().and_env("TOKENCERT_MODULE", "");
    let serial = world.token("demo");
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .succeeds()
        .json();
    let tokens = listed["tokens"].as_array().unwrap();
    let found: Vec<_> = tokens
        .iter()
        .filter(|token| token["serial"] == serial.as_str())
        .collect();
    assert_eq!(
        found.len(),
        1,
        "a token that several modules show is one token: {listed:#}"
    );
    let pin = world.pin_source();
    world
        .tokencert(&["list", "--token", "demo", "--pin-source", &pin])
        .succeeds();
    world
        .tokencert(&["list", "--token", "another"])
        .exits(4)
        .complains("`demo`");
}

#[test]
fn initialising_waits_for_another_run_and_looks_again() {
    let world = World::new();
    let serial = world.token("demo");
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .json();
    let tokens = listed["tokens"].as_array().unwrap();
    let token = tokens.iter().find(|token| token["serial"] == *serial);
    let identity = serde_json::from_value(token.unwrap().clone()).unwrap();
    let locks = world.home().join(".local/state/tokencert/locks");
    let (lock, _) = TokenLock::acquire(&locks, &identity, &mut || {}).unwrap();
    let (so, user) = (world.so_pin_source(), world.pin_source());
    let init = ["token", "init", "--serial", &serial, "--label", "again"];
    let pins = ["--so-pin-source", &so, "--pin-source", &user];
    let confirmed = ["--confirm-serial", &serial];
    let mut waiting = world
        .tokencert_command(&[&init[..], &pins, &confirmed].concat())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    drop(lock);
    assert!(waiting.wait().unwrap().success());
    world
        .tokencert(&["list", "--token", "again", "--pin-source", &user])
        .succeeds()
        .says("The token is empty.");
}
