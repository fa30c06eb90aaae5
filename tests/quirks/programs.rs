//! The same rules through the program: what the person at the token gets of them.

use std::time::{Duration, Instant};

use crate::common::{Outcome, PIN, World, badtoken, run};

fn world() -> World {
    let world = World::with_authority();
    world.token("desk");
    world.and_badtoken()
}

fn issue(world: &World, more: &[&str]) -> Outcome {
    run(issue_command(world, more))
}

fn issue_command(world: &World, more: &[&str]) -> std::process::Command {
    let pin = world.pin_source();
    let authority = ["--authority", "dir:ca", "--pin-source", &pin];
    let mut arguments = vec!["issue", "--key", "ec:p256"];
    arguments.extend(authority);
    arguments.extend(more);
    if !more.contains(&"--subject") {
        arguments.extend(["--subject", "CN=Hanako"]);
    }
    world.tokencert_command(&arguments)
}

/// How many private keys and certificates there are, past badtoken.
fn there(world: &World) -> (usize, usize) {
    let listed = world
        .pkcs11_tool(&["--login", "--pin", PIN, "--list-objects"])
        .succeeds();
    let count = |class: &str| listed.stdout.matches(class).count();
    (count("Private Key Object"), count("Certificate Object"))
}

fn issued(world: &World) -> usize {
    world.issued().len()
}

#[test]
fn a_device_of_two_tokens_among_a_dozen_empty_slots_and_a_broken_one_is_issued_to() {
    let world = world();
    world.control(
        "empty-slots 12\nfailing-slot CKR_TOKEN_NOT_RECOGNIZED\ninsist-on-slot-info\n\
         second-token desk (Digital Signature Pin)\nbroken-clock\nnul-padding\ntoken serial 123",
    );
    issue(&world, &[]).succeeds();
    assert_eq!((there(&world), issued(&world)), ((1, 2), 1));
}

#[test]
fn a_user_of_the_makers_own_kind_logs_in_by_its_number_and_by_no_other() {
    let world = world();
    let logins = || world.calls().of("C_Login");
    world.control("only-user-type 0x80000001\nuser-tries 3");
    issue(&world, &[])
        .exits(1)
        .complains("C_Login returned CKR_USER_TYPE_INVALID")
        .complains("--user-type NUMBER");
    assert_eq!((logins(), world.wrong_pins("user")), (1, 0));
    issue(&world, &["--user-type", "0x80000002"]).exits(1);
    assert_eq!((logins(), there(&world)), (1, (0, 0)));

    issue(&world, &["--user-type", "0x80000001"]).succeeds();
    assert_eq!((logins(), there(&world)), (1, (1, 2)));
    world.write("config.toml", "user-type = 0x80000001\n");
    let config = ["--config", "config.toml", "--another"];
    issue(&world, &config).succeeds();
    assert_eq!((logins(), there(&world)), (1, (2, 3)));
}

#[test]
fn a_user_of_the_makers_own_kind_changes_its_own_pin_and_the_governor_holds_for_it() {
    let world = world();
    world.control("only-user-type 0x80000001\nuser-tries 3");
    let (present, wrong) = (world.pin_source(), world.pin_source_of("31415926"));
    let change = |present: &str| {
        let new = world.private_file("new-pin", "27182818");
        let new = format!("file:{}", new.display());
        let pins = ["--pin-source", present, "--new-pin-source", &new];
        let user = ["token", "pin", "--user-type", "2147483649"];
        world.tokencert(&[&user[..], &pins].concat())
    };
    change(&wrong).exits(5);
    change(&wrong).exits(5).complains("one try is left");
    change(&present).exits(6).complains("--final-try");
    assert_eq!(world.wrong_pins("user"), 2);
    world.control("only-user-type 0x80000001");
    world.calls();
    change(&present).succeeds();
    let calls = world.calls();
    assert_eq!((calls.of("C_Login"), calls.of("C_SetPIN")), (1, 1));
}

/// Changes the user PIN, and counts `C_Login` and `C_SetPIN`.
fn change_pin(world: &World, present: &str, exit: i32) -> (usize, usize) {
    let new = world.private_file("new-pin", "27182818");
    let new = format!("file:{}", new.display());
    let present = world.pin_source_of(present);
    world.calls();
    let pins = ["--pin-source", &present, "--new-pin-source", &new];
    world
        .tokencert(&[&["token", "pin"][..], &pins].concat())
        .exits(exit);
    let calls = world.calls();
    (calls.of("C_Login"), calls.of("C_SetPIN"))
}

#[test]
fn a_pin_that_is_changed_only_after_a_login_is_tried_once_all_the_same() {
    let world = world();
    world.control("fault before 1 C_SetPIN CKR_USER_NOT_LOGGED_IN");
    assert_eq!(change_pin(&world, "31415926", 5), (1, 1));
    assert_eq!(change_pin(&world, PIN, 0), (1, 2));
}

#[test]
fn where_a_change_without_a_login_would_lose_the_keys_there_is_a_login_first() {
    let world = world();
    world.control("token manufacturer IBM Corp.\ntoken model IBM SoftTok");
    assert_eq!(change_pin(&world, "31415926", 5), (1, 0));
    assert_eq!(change_pin(&world, PIN, 0), (1, 1));
    world.control("");
    assert_eq!(change_pin(&world, "27182818", 0), (0, 1));
}

#[test]
fn a_user_of_the_standard_is_not_taken_for_one_of_the_makers_own() {
    let world = world();
    for number in ["0", "0x1", "2", "user"] {
        let refused = issue(&world, &["--user-type", number]).exits(2);
        refused.complains("0x80000001");
    }
    world.write("config.toml", "user-type = 0\n");
    let refused = issue(&world, &["--config", "config.toml"]).exits(2);
    refused.complains("0, 1 and 2");
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn a_key_that_could_leave_fails_the_run_and_leaves_nothing() {
    let world = world();
    world.control("report private CKA_EXTRACTABLE true");
    issue(&world, &[])
        .exits(1)
        .complains("does not keep the private key to itself");
    assert_eq!((there(&world), issued(&world)), ((0, 0), 0));
}

#[test]
fn a_token_that_loses_what_it_accepted_is_found_out_and_loses_nothing_else() {
    let world = world();
    world.control("forget-certificates");
    issue(&world, &[]).exits(1).complains("did not keep");
    assert_eq!((there(&world), issued(&world)), ((1, 0), 1));
    world.control("");
    issue(&world, &[]).succeeds();
    assert_eq!((there(&world), issued(&world)), ((1, 2), 1));
}

#[test]
fn a_module_that_fails_or_crashes_when_it_ends_costs_nothing() {
    let world = world();
    world.control("fault after 1+ C_Finalize CKR_FUNCTION_FAILED");
    issue(&world, &[]).succeeds();

    let crash = "fault before 1+ C_Finalize crash";
    world.control(crash);
    assert_eq!(issue(&world, &["--another"]).status, None);
    world.control("");
    issue(&world, &["--another"]).succeeds();
    assert_eq!(there(&world).0, 2);
}

#[test]
fn two_programs_that_write_at_once_take_nothing_from_each_other() {
    let world = world();
    world.control("lost-updates\nlatency 5");
    let subjects = ["CN=Hanako", "CN=Taro", "CN=Jiro"];
    let children: Vec<_> = subjects
        .iter()
        .map(|subject| {
            let mut command = issue_command(&world, &["--subject", subject]);
            command.stderr(std::process::Stdio::piped());
            command.stdout(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    let ends: Vec<_> = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    for end in &ends {
        assert!(end.status.success(), "{end:?}");
    }
    let waited = |end: &&std::process::Output| {
        String::from_utf8_lossy(&end.stderr).contains("Another run is writing to")
    };
    assert!(ends.iter().filter(waited).count() >= 1, "{ends:?}");
    assert_eq!(there(&world), (3, 4));
    assert_eq!(issued(&world), 3);
}

#[test]
fn two_tokens_are_written_to_at_the_same_time() {
    let world = World::new();
    for label in ["one", "two"] {
        world.token(label);
    }
    let world = world.and_badtoken();
    let latency = Duration::from_millis(100);
    world.control(&format!("latency {}", latency.as_millis()));
    world.calls();
    let pin = world.pin_source();
    let start = |label: &str| {
        let out = format!("{label}.csr");
        let request = ["request", "--key", "ec:p256", "--subject", "CN=a"];
        let more = ["--out", &out, "--token", label, "--pin-source", &pin];
        let mut command = world.tokencert_command(&[&request[..], &more].concat());
        command.stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let began = Instant::now();
    let children = ["one", "two"].map(start);
    for child in children {
        let end = child.wait_with_output().unwrap();
        assert!(end.status.success(), "{end:?}");
        let said = String::from_utf8_lossy(&end.stderr);
        assert!(!said.contains("Another run"), "{said}");
    }
    // One after the other, they would have slept for all of the calls.
    let calls = u32::try_from(world.calls().total()).unwrap();
    assert!(calls > 20);
    let (took, in_turn) = (began.elapsed(), latency * calls);
    assert!(took < in_turn, "{took:?} against {in_turn:?}");
}

#[test]
fn a_run_begun_through_one_module_is_finished_through_another() {
    let world = world();
    world.control("fault after 1 C_GenerateKeyPair kill");
    assert_eq!(issue(&world, &[]).status, None);
    world.control("");
    let copy = world.path("another-name.so");
    std::fs::copy(badtoken(), &copy).unwrap();
    let module = copy.display().to_string();
    issue(&world, &["--module", &module]).succeeds();
    assert_eq!((there(&world), issued(&world)), ((1, 2), 1));
}

#[test]
fn no_run_makes_or_wipes_a_token_or_trusts_a_module_to_wait() {
    let world = world();
    world.calls();
    issue(&world, &["--wait", "5s"]).succeeds();
    world.tokencert(&["token", "wait"]).succeeds();
    let calls = world.calls();
    assert!(calls.of("C_GenerateKeyPair") == 1, "{calls}");
    for never in ["C_InitToken", "C_InitPIN", "C_WaitForSlotEvent"] {
        assert_eq!(calls.of(never), 0, "{calls}");
    }
}

#[test]
fn a_module_that_a_uri_names_is_never_loaded() {
    let world = world();
    let evil = world.path("evil.so");
    std::fs::copy(badtoken(), &evil).unwrap();
    let uri = format!("pkcs11:token=desk?module-path={}", evil.display());
    let softhsm = world.softhsm().module().display().to_string();
    world.calls();
    let listing = ["token", "list", "--module", &softhsm, "--token", &uri];
    world.tokencert(&listing).succeeds();
    let listing = ["list", "--module", &softhsm, "--token", &uri];
    world.tokencert(&listing).succeeds();
    assert_eq!(world.calls().total(), 0);
}

#[test]
fn a_pin_that_the_token_wants_changed_is_explained() {
    let world = world();
    world.control("set-flag CKF_USER_PIN_TO_BE_CHANGED");
    let pin = world.pin_source();
    let listing = ["list", "--pin-source", &pin];
    world.tokencert(&listing).succeeds().complains("token pin");
    world.control("");
    world.tokencert(&listing).succeeds().never_says("token pin");
}

#[test]
fn a_vendors_code_is_shown_in_hexadecimal_beside_its_function() {
    let world = world();
    world.control("fault before 1 C_GenerateKeyPair 0xff000023");
    issue(&world, &[])
        .exits(1)
        .complains("C_GenerateKeyPair returned CKR_VENDOR_DEFINED 0xff000023");
}

#[test]
fn names_of_tokens_and_keys_move_no_cursor_and_turn_no_text_around() {
    let world = world();
    // ESC [ 2 J, and the right-to-left override.
    world
        .control("token label hex:641b5b324a65e280ae73\nreport any CKA_LABEL hex:1b5b324ae280ae6b");
    let request = ["request", "--key", "ec:p256", "--subject", "CN=a"];
    let pin = world.pin_source();
    let more = ["--out", "r.pem", "--pin-source", &pin];
    for shown in [
        world.tokencert(&[&request[..], &more].concat()),
        world.tokencert(&["list", "--pin-source", &pin]),
        world.tokencert(&["token", "list"]),
        world.tokencert(&["list", "--pin-source", &world.pin_source_of("000000")]),
    ] {
        shown.never_says("\u{1b}").never_says("\u{202e}");
    }
}
