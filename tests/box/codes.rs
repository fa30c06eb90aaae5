//! Enrolment codes from the authority's desk to its server, through a box of tokens.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::common::World;
use crate::support::Account;
use crate::workbench::{Workbench, done, states};

const ENROL: &str = "/.well-known/est/simpleenroll";

/// Gives out the codes for the manifest `holders.csv`, in `codes.csv` then.
fn permit(world: &World, manifest: &str, out: &str) -> crate::common::Outcome {
    world.tokencert_ca(&[
        "permit",
        "--dir",
        "ca",
        "--manifest",
        manifest,
        "--out",
        out,
    ])
}

/// The codes of a file, in their order.
fn codes(world: &World, file: &str) -> Vec<String> {
    let text = world.read(file);
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let place = lines
        .next()
        .unwrap()
        .split(',')
        .position(|column| column == "code")
        .unwrap();
    lines
        .map(|line| line.split(',').nth(place).unwrap().to_owned())
        .collect()
}

#[test]
fn a_box_is_issued_with_codes_and_nobody_s_pin() {
    let bench = Workbench::with(3);
    let world = &bench.world;
    let accounts: Vec<Account> = ["taro", "jiro", "hanako"]
        .map(|user| world.holder(user))
        .into();
    let served = world.serve(&[]);
    let rows = accounts
        .iter()
        .map(|account| format!("{},for {}\n", account.id, account.id));
    let rows: String = rows.collect();
    world.write("holders.csv", format!("\u{feff}holder,note\n{rows}"));
    permit(world, "holders.csv", "box.csv")
        .succeeds()
        .says("3 enrolment codes");
    assert_eq!(
        fs::metadata(world.path("box.csv"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    permit(world, "holders.csv", "box.csv").exits(1);

    let url = served.url.replace("127.0.0.1", "localhost");
    let trust = format!("sha256:{}", served.fingerprint);
    let issue = [
        "issue",
        "--manifest",
        "box.csv",
        "--authority",
        &url,
        "--trust",
        &trust,
        "--pin-folder",
        "pins",
        "--key",
        "ec:p256",
        "--format",
        "json",
    ];
    let pulled = &bench.serials[1];
    world.control(&format!(
        "only-token {pulled}\nfault after 1 C_SignInit pull\n"
    ));
    let first = world.tokencert(&issue).exits(4);
    assert_eq!(done(&first), 2, "{first}");
    world.control("");
    let second = world.tokencert(&issue).succeeds();
    assert_eq!(done(&second), 3, "{second}");
    assert_eq!(
        world.issued().iter().filter(|one| !one.by_operator).count(),
        3
    );
    let ledger = world.read("box.ledger.jsonl");
    for code in codes(world, "box.csv") {
        assert!(!ledger.contains(&code), "{ledger}");
        for outcome in [&first, &second] {
            assert!(!outcome.stdout.contains(&code) && !outcome.stderr.contains(&code));
        }
    }
    // They are used, and nobody has anything more to acquire.
    permit(world, "holders.csv", "more.csv")
        .exits(7)
        .complains("no permit to acquire another");
    assert_eq!(codes(world, "more.csv"), ["", "", ""]);
}

#[test]
fn the_server_takes_a_code_where_pins_are_and_tells_a_wrong_one_like_a_wrong_pin() {
    let world = World::with_authority();
    let account = world.holder("taro");
    let other = world.holder("jiro");
    world.write(
        "holders.csv",
        format!("holder\n{}\n{}\n", account.id, other.id),
    );
    permit(&world, "holders.csv", "codes.csv").succeeds();
    let [code, of_other] = [0, 1].map(|at| codes(&world, "codes.csv")[at].clone());
    let served = world.serve(&[]);
    let enrol = |key: &str, password: &str| {
        let body = world.request(key);
        world.write("body", body);
        let user = format!("{}:{password}", account.id);
        let arguments = [
            "--user",
            &user,
            "-H",
            "Content-Type: application/pkcs10",
            "--data-binary",
            "@body",
        ];
        world.curl(&served, ENROL, &arguments)
    };
    let (status, wrong_pin) = enrol("one", "000000:000000");
    assert_eq!(status, 401);
    let as_pin = format!("{code}:");
    let as_second = format!(":{code}");
    for wrong in [of_other.as_str(), &as_pin, &as_second] {
        assert_eq!(enrol("one", wrong), (401, wrong_pin.clone()), "{wrong}");
    }
    let (status, first) = enrol("one", &code);
    assert_eq!(status, 200, "{first}");
    assert_eq!(enrol("one", &code), (200, first));
    assert_eq!(enrol("two", &code), (401, wrong_pin));
    // Five wrong ones, of which four were before the right one: locked, whatever is sent.
    let (status, locked) = enrol("one", &code);
    assert_eq!(status, 403, "{locked}");
    assert!(locked.contains("locked"), "{locked}");
    let log = world
        .tokencert_ca(&["log", "--dir", "ca", "--format", "json"])
        .succeeds();
    log.says("permit.code").never_says(&code);
}

#[test]
fn one_token_takes_its_code_from_a_file_and_a_slip_of_the_pen_costs_no_try() {
    let bench = Workbench::with(1);
    let world = &bench.world;
    let account = world.holder("taro");
    let served = world.serve(&[]);
    world.write("holders.csv", format!("holder\n{}\n", account.id));
    permit(world, "holders.csv", "codes.csv").succeeds();
    let code = codes(world, "codes.csv").remove(0);
    let (url, trust) = (&served.url, format!("sha256:{}", served.fingerprint));
    let pin = world.pin_source();
    let issue = |source: &str| {
        world.tokencert(&[
            "issue",
            "--authority",
            url,
            "--trust",
            &trust,
            "--holder",
            &account.id,
            "--key",
            "ec:p256",
            "--enrolment-code-source",
            source,
            "--pin-source",
            &pin,
        ])
    };
    let slip = if code.starts_with('7') { "8" } else { "7" };
    let slip = world.private_file("slip", &format!("{slip}{}", &code[1..]));
    let wrong = issue(&format!("file:{}", slip.display())).exits(2);
    wrong.complains("seven groups");
    assert_eq!(world.calls().of("C_GenerateKeyPair"), 0);
    let file = world.private_file("code", &code.to_lowercase());
    issue(&format!("file:{}", file.display())).succeeds();
    let both = [
        "issue",
        "--enrolment-code-source",
        "env:A",
        "--account-pin-source",
        "env:B",
    ];
    world.tokencert(&both).exits(2);
}

#[test]
fn a_holder_who_is_not_registered_and_the_manifest_gets_no_codes() {
    let world = World::with_authority();
    let account = world.holder("taro");
    world.write(
        "holders.csv",
        format!("holder\n{}\n00009876543/nobody\n", account.id),
    );
    permit(&world, "holders.csv", "codes.csv")
        .exits(1)
        .complains("nobody");
    assert!(!world.path("codes.csv").exists());
    world.write("subjects.csv", "subject\nCN=Taro\n");
    permit(&world, "subjects.csv", "codes.csv")
        .exits(2)
        .complains("line 2");
    world.write("one.csv", format!("holder\n{}\n", account.id));
    let suspend = [
        "holder",
        "suspend",
        &account.id,
        "--dir",
        "ca",
        "--reason",
        "lost",
    ];
    world.tokencert_ca(&suspend).succeeds();
    permit(&world, "one.csv", "codes.csv")
        .exits(7)
        .complains("suspended");
}

#[test]
fn a_wrong_code_in_a_manifest_fails_its_own_row_alone() {
    let bench = Workbench::with(2);
    let world = &bench.world;
    let accounts = ["taro", "jiro"].map(|user| world.holder(user));
    let served = world.serve(&[]);
    world.write(
        "holders.csv",
        format!("holder\n{}\n{}\n", accounts[0].id, accounts[1].id),
    );
    permit(world, "holders.csv", "old.csv").succeeds();
    permit(world, "holders.csv", "box.csv").succeeds();
    // The first one has a code that has ended.
    let (old, new) = (codes(world, "old.csv"), codes(world, "box.csv"));
    world.write("box.csv", world.read("box.csv").replace(&new[0], &old[0]));
    let trust = format!("sha256:{}", served.fingerprint);
    let issue = [
        "issue",
        "--manifest",
        "box.csv",
        "--authority",
        &served.url,
        "--trust",
        &trust,
        "--pin-folder",
        "pins",
        "--key",
        "ec:p256",
        "--format",
        "json",
    ];
    let first = world.tokencert(&issue).exits(7);
    assert_eq!(states(&first), ["failed", "done"], "{first}");
    // The administrator has other codes given out, for whoever still needs one.
    permit(world, "holders.csv", "next.csv")
        .succeeds()
        .complains("no permit to acquire another");
    let mut again = issue;
    again[2] = "next.csv";
    let again = [&again[..], &["--ledger", "box.ledger.jsonl"]].concat();
    assert_eq!(done(&world.tokencert(&again).succeeds()), 2);
}
