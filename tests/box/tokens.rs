//! Eight tokens at once, of which one is pulled out.

use std::ffi::{OsStr, OsString};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::{Outcome, PIN, SO_PIN, run};
use crate::workbench::{TOKENS, Workbench, done, states};

#[test]
fn of_eight_tokens_one_is_pulled_out_and_the_second_run_does_it_alone() {
    let bench = Workbench::with(TOKENS);
    let world = &bench.world;
    bench.manifest_of_subjects();
    let pulled = &bench.serials[4];
    world.control(&format!(
        "only-token {pulled}\nfault before 1 C_SignInit pull\n"
    ));
    let first = bench.issue(&["--format", "json"]).exits(4);
    assert_eq!(done(&first), 7, "{first}");
    assert_eq!(states(&first)[4], "failed", "{first}");
    assert_eq!(first.json()["rows"][4]["error"]["code"], "token-removed");
    assert_eq!(world.hits().len(), 1);
    assert_eq!(world.issued().len(), 7);
    let before = bench.ledger();

    world.control("");
    world.calls();
    let second = bench.issue(&["--format", "json"]).succeeds();
    assert_eq!(done(&second), 8, "{second}");
    let calls = world.calls();
    assert_eq!(calls.of("C_Login"), 1, "the others are left alone: {calls}");
    assert_eq!(
        calls.of("C_GenerateKeyPair"),
        0,
        "the key was there: {calls}"
    );
    let issued = world.issued();
    assert_eq!(issued.len(), 8, "the authority has issued once for each");
    let keys: std::collections::BTreeSet<_> = issued.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), 8);
    for (at, line) in bench.ledger().iter().enumerate() {
        assert_eq!(line["state"], "done");
        if at != 4 {
            assert!(before.contains(line), "it was done before: {line}");
        }
        let serial = line["serial_number"].as_str().unwrap();
        let token = line["token"]["serial"].as_str().unwrap();
        let list = world
            .tokencert(&["list", "--token", token, "--format", "json"])
            .succeeds();
        list.says(serial);
    }
    // Nothing is left to do, and no token is looked at.
    bench.issue(&["--format", "json"]).succeeds();
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn a_process_that_crashes_in_its_module_stops_no_other() {
    let bench = Workbench::with(3);
    bench.manifest_of_subjects();
    let crashed = &bench.serials[1];
    let fault = format!("only-token {crashed}\nfault before 1 C_CreateObject crash\n");
    bench.world.control(&fault);
    let first = bench.issue(&["--format", "json"]).exits(1);
    assert_eq!(states(&first), ["done", "failed", "done"], "{first}");
    bench.world.control("");
    assert_eq!(done(&bench.issue(&["--format", "json"]).succeeds()), 3);
    assert_eq!(bench.world.issued().len(), 3);
}

#[test]
fn a_wrong_pin_is_tried_once_on_its_own_token_and_stops_no_other() {
    let bench = Workbench::with(2);
    bench.manifest_of_subjects();
    let file = format!("pins/{}.pin", bench.serials[0]);
    bench.world.write(&file, "999999\n");
    let first = bench.issue(&["--format", "json"]).exits(5);
    assert_eq!(states(&first), ["failed", "done"], "{first}");
    assert_eq!(bench.world.calls().of("C_Login"), 2);
    std::fs::remove_file(bench.world.path(&file)).unwrap();
    let none = bench.issue(&["--format", "json"]).exits(2);
    let missing = format!("there is no file {}.pin with it", bench.serials[0]);
    none.complains(&missing)
        .complains("with `--pin-folder`")
        .never_says("`env:NAME`");
    assert_eq!(bench.world.calls().of("C_Login"), 0);
}

#[test]
fn a_hint_in_a_box_names_nothing_that_a_box_refuses() {
    let bench = Workbench::with(1);
    bench.manifest_of_subjects();
    let (pin, authority) = (bench.world.pin_source(), bench.authority());
    let alone = ["issue", "--token", "T1", "--key", "ec:p256"];
    let who = ["--pin-source", &pin, "--authority", &authority];
    let subject = ["--subject", "CN=Clerk 0"];
    let made = ["request", "--token", "T1", "--key", "ec:p256", "--id", "0a"];
    let request = ["--subject", "CN=x", "--out", "x.csr", "--pin-source", &pin];
    let request = [&made[..], &request].concat();
    bench.world.tokencert(&request).succeeds();
    let refused = bench.issue(&[]).exits(1);
    refused
        .complains("`tokencert list`")
        .complains("this token by itself")
        .never_says("--another");
    let existing = ["--existing", "0a"];
    let by_itself = [&alone[..], &who, &subject, &existing].concat();
    bench.world.tokencert(&by_itself).succeeds();
    assert_eq!(done(&bench.issue(&["--format", "json"]).succeeds()), 1);
    assert_eq!(bench.world.issued().len(), 1);
}

#[test]
fn progress_is_told_token_by_token_and_neither_it_nor_the_ledger_has_a_secret() {
    let bench = Workbench::with(2);
    bench.manifest_of_subjects();
    let outcome = bench.issue(&[]).succeeds();
    let file = format!("pins/{}.pin: `chmod 600`", bench.serials[0]);
    let outcome = outcome.complains(&file);
    for (at, serial) in bench.serials.iter().enumerate() {
        let token = format!("T{} {serial}: ", at + 1);
        let outcome = format!("{outcome}");
        assert!(
            outcome.contains(&format!("{token}Making the key in the software token")),
            "{outcome}"
        );
        assert!(
            outcome.contains(&format!("{token}done for CN=Clerk {at}")),
            "{outcome}"
        );
    }
    let ledger = bench.world.read("box.ledger.jsonl");
    for secret in [PIN, SO_PIN] {
        assert!(!ledger.contains(secret), "{ledger}");
        assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret));
    }
    bench.issue(&["--lang", "ja"]).succeeds().says("完了");
}

#[test]
fn rows_without_serial_number_get_the_tokens_in_their_order_and_keep_them() {
    let bench = Workbench::with(3);
    let world = &bench.world;
    world.write("box.csv", "subject,serial\nCN=a,\nCN=b,\nCN=c,\nCN=d,\n");
    let pulled = &bench.serials[1];
    world.control(&format!(
        "only-token {pulled}\nfault before 1 C_Login pull\n"
    ));
    let first = bench.issue(&["--format", "json"]).exits(4);
    let report = first.json();
    let token = |at: usize| {
        report["rows"][at]["token"]["serial"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut got: Vec<String> = (0..3).map(token).collect();
    let of_pulled = got.iter().position(|serial| serial == pulled).unwrap();
    got.sort();
    let mut all = bench.serials.clone();
    all.sort();
    assert_eq!(got, all);
    assert_eq!(states(&first)[3], "no-token");
    world.control("");
    let second = bench.issue(&["--format", "json"]).exits(4);
    assert_eq!(
        second.json()["rows"][of_pulled]["token"]["serial"],
        **pulled
    );
    assert_eq!(done(&second), 3);
}

#[test]
fn with_wait_a_token_that_is_plugged_in_later_is_worked_too() {
    let bench = Workbench::with(1);
    bench.world.write("box.csv", "subject\nCN=a\nCN=b\n");
    let mut run = bench.issue_command(&["--wait", "20s", "--format", "json"]);
    let run = run
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !bench.world.path("box.ledger.jsonl").exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let serial = bench.world.token("T2");
    bench.world.write(format!("pins/{serial}.pin"), PIN);
    let output = run.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(bench.world.issued().len(), 2);
}

/// The time that a box takes with a token that answers slowly.
fn time(bench: &Workbench) -> Duration {
    bench.manifest_of_subjects();
    bench.world.control("latency 25\n");
    let began = Instant::now();
    bench.issue(&[]).succeeds();
    began.elapsed()
}

#[test]
fn eight_tokens_take_little_longer_than_one_in_the_same_box() {
    let mut one = Workbench::with(TOKENS);
    let eight = time(&Workbench::with(TOKENS));
    one.serials.truncate(1);
    let one = time(&one);
    assert!(eight < one * 2, "one {one:?}, eight {eight:?}");
}

#[test]
fn a_row_whose_process_could_not_be_started_keeps_no_token() {
    let bench = Workbench::with(4);
    bench.manifest_of_subjects();
    let with_files = |number: usize| {
        let command = bench.issue_command(&[]);
        let limited = ["-c", "ulimit -n $0; exec \"$@\"", &number.to_string()].map(OsString::from);
        let words = limited
            .into_iter()
            .chain([command.get_program().to_owned()]);
        let arguments = command.get_args().map(OsStr::to_owned);
        run(bench
            .world
            .command("sh", &words.chain(arguments).collect::<Vec<_>>()))
    };
    let begun = |told: &Outcome| told.stderr.matches(": begun for ").count();
    let mut runs = (10..60).map(with_files);
    let told = runs.find(|told| begun(told) > 0).unwrap();
    assert!(begun(&told) < 4 && told.status != Some(0), "{told}");
    assert_eq!(bench.ledger().len(), begun(&told), "{told}");
    let all = bench.issue(&["--format", "json"]).succeeds();
    assert_eq!(done(&all), 4);
}

#[test]
fn a_manifest_that_gives_a_row_another_token_than_the_ledger_is_refused() {
    let bench = Workbench::with(2);
    let manifest = |serial: &str| {
        let text = format!("serial,subject\n{serial},CN=Taro\n");
        bench.world.write("box.csv", text);
    };
    let [first, second] = bench.serials.as_slice() else {
        panic!("two tokens")
    };
    manifest(first);
    bench.world.write(format!("pins/{first}.pin"), "999999\n");
    bench.issue(&[]).exits(5);
    manifest(second);
    let refused = bench.issue(&[]).exits(2);
    let words =
        format!("the manifest names {second} for CN=Taro, which has T1 {first} in the ledger");
    refused.complains(&words);
    assert!(bench.world.issued().is_empty());
    bench.world.write("box.ledger.jsonl", "");
    bench.issue(&[]).succeeds().says(second);
}

#[test]
fn what_is_for_one_token_is_refused_for_a_box() {
    let bench = Workbench::with(1);
    bench.manifest_of_subjects();
    let pin = bench.world.pin_source();
    let source = bench.issue(&["--pin-source", &pin]).exits(2);
    source.complains("never tried on several tokens");
    bench
        .issue(&["--token", "T1"])
        .exits(2)
        .complains("--token");
    bench
        .issue(&["--subject", "CN=x"])
        .exits(2)
        .complains("--subject");
    bench.issue(&["--init", "--label", "x"]).exits(2);
    std::fs::rename(bench.world.path("pins"), bench.world.path("away")).unwrap();
    let gone = bench.issue(&[]).exits(1);
    gone.complains("cannot read pins");
    assert!(!bench.world.path("pins").exists());
    bench.issue(&["--to", "pc"]).exits(2).complains("--to pc");
    assert_eq!(bench.world.calls().of("C_Login"), 0);
}
