//! Tokens that are initialised first, with random PINs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use crate::common::{PIN, SO_PIN};
use crate::workbench::{Workbench, done, states};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_blank_token_is_initialised_under_its_label_and_its_random_pins_are_in_a_private_file() {
    let bench = Workbench::with(1);
    let world = &bench.world;
    world.write("box.csv", "label,subject\nNo 1,CN=Taro\n");
    let init = ["--init", "--random-pins", "secret/pins", "--format", "json"];
    let first = bench.issue(&init).succeeds();
    assert_eq!(done(&first), 1, "{first}");
    let token = &first.json()["rows"][0]["token"];
    assert_eq!(token["label"], "No 1");
    assert_ne!(
        token["serial"], *bench.serials[0],
        "the other token is left alone"
    );
    assert_eq!(mode(&world.path("secret/pins")), 0o700);
    let files: Vec<_> = fs::read_dir(world.path("secret/pins")).unwrap().collect();
    assert_eq!(files.len(), 1);
    let file = files[0].as_ref().unwrap().path();
    assert_eq!(mode(&file), 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let pins: Vec<&str> = text.lines().take(2).collect();
    assert!(pins[0].len() == 8 && pins[1].len() == 16, "{text}");
    let ledger = world.read("box.ledger.jsonl");
    for pin in &pins {
        assert!(
            !ledger.contains(pin) && !first.stderr.contains(pin) && !first.stdout.contains(pin)
        );
    }

    // The file is a source of its token's PIN.
    let serial = token["serial"].as_str().unwrap();
    let source = format!("file:{}", file.display());
    let mut login = vec![
        "list",
        "--login",
        "--token",
        serial,
        "--pin-source",
        &source,
    ];
    world.tokencert(&login).succeeds().says("Taro");
    // The SO PIN is the second line's.
    world.write("so", pins[1]);
    let so = format!("file:{}", world.path("so").display());
    login = vec!["token", "unlock", "--token", serial, "--so-pin-source", &so];
    login.extend(["--new-pin-source", &source]);
    world.tokencert(&login).succeeds();

    // Again: nothing more is initialised, though there is another blank slot.
    world.calls();
    bench.issue(&init).succeeds();
    assert_eq!(world.calls().of("C_InitToken"), 0);
}

#[test]
fn a_token_that_was_initialised_before_is_only_wiped_if_the_manifest_has_its_serial_number() {
    let bench = Workbench::with(2);
    let world = &bench.world;
    let confirmed = &bench.serials[1];
    world.write(
        "box.csv",
        format!("serial,label,subject\n{confirmed},New,CN=Taro\n"),
    );
    let init = ["--init", "--format", "json"];
    let outcome = bench.issue(&init).succeeds();
    let token = &outcome.json()["rows"][0]["token"];
    assert_eq!(
        (&token["label"], &token["serial"]),
        (&"New".into(), &confirmed.as_str().into())
    );
    assert_eq!(world.calls().of("C_InitToken"), 1);
    let pins = fs::read_to_string(world.path(format!("pins/{confirmed}.pin"))).unwrap();
    assert_eq!(
        pins,
        format!("{PIN}\n{SO_PIN}\n"),
        "they stay what they were"
    );
    // Once: it holds a certificate now, also for a run that knows nothing of the first.
    bench.issue(&init).succeeds();
    fs::remove_file(world.path("box.ledger.jsonl")).unwrap();
    let again = bench.issue(&init).exits(1);
    assert_eq!(again.json()["rows"][0]["error"]["code"], "token-holds-keys");
    assert_eq!(world.calls().of("C_InitToken"), 0);
}

#[test]
fn of_two_tokens_that_are_equal_in_all_they_say_neither_is_wiped() {
    let bench = Workbench::with(2);
    let world = &bench.world;
    world.control("token serial 123\ntoken label Same");
    world.write("pins/123.pin", format!("{PIN}\n{SO_PIN}\n"));
    world.write("box.csv", "serial,label,subject\n123,New,CN=Taro\n");
    let outcome = bench.issue(&["--init", "--format", "json"]).exits(4);
    assert_eq!(states(&outcome), ["ambiguous"], "{outcome}");
    assert_eq!(world.calls().of("C_InitToken"), 0);
}

#[test]
fn cut_short_at_every_step_of_initialising_the_next_run_ends_it_with_the_same_pins() {
    for fault in [
        "before 1 C_InitToken",
        "after 1 C_InitToken",
        "before 1 C_InitPIN",
        "after 1 C_InitPIN",
    ] {
        let bench = Workbench::with(1);
        let world = &bench.world;
        let serial = &bench.serials[0];
        world.write(
            "box.csv",
            format!("serial,label,subject\n{serial},New,CN=Taro\n"),
        );
        world.control(&format!("fault {fault} kill\n"));
        let init = ["--init", "--format", "json"];
        let first = bench.issue(&init).exits(1);
        assert_eq!(states(&first), ["failed"], "{fault}: {first}");
        world.control("");
        let second = bench.issue(&init).succeeds();
        assert_eq!(done(&second), 1, "{fault}: {second}");
        assert_eq!(world.issued().len(), 1);
    }
}

#[test]
fn nothing_is_initialised_for_an_authority_that_is_none() {
    let bench = Workbench::with(0);
    let world = &bench.world;
    world.write("box.csv", "label,subject\nNo 1,CN=Taro\n");
    fs::rename(world.path("ca"), world.path("away")).unwrap();
    fs::create_dir(world.path("ca")).unwrap();
    let none = bench.issue(&["--init", "--random-pins", "made"]).exits(1);
    none.complains("there is no authority");
    assert_eq!(world.calls().of("C_InitToken"), 0);
}

#[test]
fn killed_at_any_moment_the_program_goes_on_with_the_token_that_its_process_has_finished() {
    for milliseconds in (10..=230).step_by(20) {
        let bench = Workbench::with(0);
        let manifest = "label,subject\nNo 1,CN=Taro\nNo 2,CN=Jiro\n";
        bench.world.write("box.csv", manifest);
        let init = ["--init", "--random-pins", "pins-made", "--format", "json"];
        let mut command = bench.issue_command(&init);
        let null = std::process::Stdio::null;
        let mut killed = command.stdout(null()).stderr(null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        killed.kill().unwrap();
        killed.wait().unwrap();
        // SoftHSM2 shows one blank token at a time, and a process that is left behind may be using it.
        let all_done = (0..6).any(|_| bench.issue(&init).status == Some(0));
        assert!(all_done, "killed after {milliseconds} ms");
        let issued = bench.world.issued().len();
        assert_eq!(issued, 2, "killed after {milliseconds} ms");
    }
}

#[test]
fn nothing_is_initialised_without_a_place_for_the_pins_or_a_label() {
    let bench = Workbench::with(1);
    let world = &bench.world;
    world.write("box.csv", "label,subject\n,CN=Taro\n");
    let unlabelled = bench.issue(&["--init", "--random-pins", "pins"]).exits(2);
    unlabelled.complains("line 2");
    world.write("box.csv", "label,subject\nNo 1,CN=Taro\n");
    let authority = format!("dir:{}", world.path("ca").display());
    let bare = [
        "issue",
        "--manifest",
        "box.csv",
        "--authority",
        &authority,
        "--init",
    ];
    world.tokencert(&bare).exits(2).complains("--random-pins");
    // A folder without the token's file, and nobody asked for random ones.
    bench.issue(&["--init"]).exits(2);
    assert_eq!(world.calls().of("C_InitToken"), 0);
}

#[test]
fn with_wait_each_blank_token_is_initialised_for_one_row() {
    let bench = Workbench::with(0);
    let world = &bench.world;
    // SoftHSM2 shows one blank token at a time, and the next one when that has its serial number.
    world.write(
        "box.csv",
        "label,subject\nNo 1,CN=a\nNo 2,CN=b\nNo 3,CN=c\n",
    );
    let init = [
        "--init",
        "--random-pins",
        "pins",
        "--wait",
        "6s",
        "--format",
        "json",
    ];
    let outcome = bench.issue(&init).succeeds();
    assert_eq!(done(&outcome), 3, "{outcome}");
    assert_eq!(world.calls().of("C_InitToken"), 3);
    assert_eq!(fs::read_dir(world.path("pins")).unwrap().count(), 3);
    let report = outcome.json();
    let labels: Vec<_> = report["rows"].as_array().unwrap().iter().collect();
    let labels: Vec<_> = labels
        .iter()
        .map(|row| row["token"]["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["No 1", "No 2", "No 3"]);
}
