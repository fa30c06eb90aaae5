//! `--as`: the administrator's rules at the operator's desk.

use serde_json::Value;

use crate::office::{Office, now};

/// An authority with an administrator and a user who has a certificate.
fn office() -> (Office, Value) {
    let office = Office::new();
    let administrator = office.add_administrator();
    let taro = office.add("taro");
    office.acquire(&taro, now());
    let pin = administrator["confirmation_pin"].as_str().unwrap();
    office.world.private_file("work/confirmation", pin);
    (office, administrator)
}

const AS: [&str; 4] = [
    "--as",
    "SH001",
    "--confirmation-pin-source",
    "file:confirmation",
];

fn with_as<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &AS].concat()
}

#[test]
fn an_administrator_reissues_and_revokes_for_users_and_never_for_themselves() {
    let (office, _) = office();
    let reissue = [
        "certificate",
        "reissue",
        "SH001/taro",
        "--reason",
        "lost",
        "--yes",
    ];
    office.ca(&with_as(&reissue)).succeeds();
    assert_eq!(office.state("SH001/taro"), "waiting");
    let own = [
        "certificate",
        "reissue",
        "SH001",
        "--reason",
        "lost",
        "--yes",
    ];
    office.ca(&with_as(&own)).exits(7);
    office.ca(&own).succeeds();
    let log = office.json(&["log", "SH001/taro", "--limit", "1"]);
    assert_eq!(log["events"][0]["actor"], "administrator:SH001");
}

#[test]
fn an_administrator_is_limited_to_the_own_contract() {
    let (office, _) = office();
    let add = ["contract", "add", "SH002", "--institution", "0000"];
    office.ca(&add).succeeds();
    let add = [
        "holder",
        "add",
        "--contract",
        "SH002",
        "--user",
        "jiro",
        "--kana",
        "ｼﾞﾛｳ",
    ];
    office.ca(&with_as(&add)).exits(7);
    office.ca(&add).succeeds();
    for act in [
        &["holder", "unlock", "SH002/jiro"][..],
        &["holder", "reset-pin", "SH002/jiro"],
        &["holder", "otp", "SH002/jiro"],
        &["holder", "suspend", "SH002/jiro", "--reason", "lost"],
        &[
            "certificate",
            "revoke",
            "SH002/jiro",
            "--reason",
            "lost",
            "--yes",
        ],
    ] {
        office.ca(&with_as(act)).exits(7);
    }
    let shown = office.ca(&with_as(&["holder", "show", "SH002/jiro"]));
    shown.exits(1).complains("not in the registry");
    let list = office.ca(&with_as(&["holder", "list"])).succeeds();
    list.says("SH001/taro").never_says("SH002");
    let before = office.state("SH002/jiro");
    assert_eq!(before, "waiting", "nothing was done");
}

#[test]
fn wrong_confirmation_pins_are_refused_and_lock_the_administrator() {
    let (office, administrator) = office();
    office.world.private_file("work/confirmation", "wrong-one");
    let unlock = ["holder", "unlock", "SH001/taro"];
    for _ in 0..5 {
        let refused = office.ca(&with_as(&unlock)).exits(7);
        refused.never_says("wrong-one");
    }
    let pin = administrator["confirmation_pin"].as_str().unwrap();
    office.world.private_file("work/confirmation", pin);
    office.ca(&with_as(&unlock)).exits(7).complains("locked");
    let shown = office.ca(&["holder", "show", "SH001"]).succeeds();
    shown.says("locked");
    office.ca(&["holder", "unlock", "SH001"]).succeeds();
    office.ca(&with_as(&unlock)).succeeds();
}

#[test]
fn the_confirmation_pin_is_asked_for_at_a_terminal_and_missed_without_one() {
    let (office, administrator) = office();
    let unlock = [
        "holder",
        "unlock",
        "SH001/taro",
        "--as",
        "SH001",
        "--dir",
        "ca",
    ];
    let missing = office.world.tokencert_ca(&unlock).exits(2);
    missing.complains("--confirmation-pin-source");
    let command = office.world.tokencert_ca_command(&unlock);
    let mut terminal = crate::common::Terminal::start(command);
    terminal.shows("Confirmation PIN of the administrator of SH001");
    terminal.types(administrator["confirmation_pin"].as_str().unwrap());
    let (said, status) = terminal.ends();
    assert_eq!(status, 0, "{said}");
    let unnamed = [
        "holder",
        "unlock",
        "SH001/taro",
        "--confirmation-pin-source",
        "file:x",
    ];
    office.ca(&unnamed).exits(2).complains("--as");
}

#[test]
fn a_contract_without_administrator_has_nobody_who_could_act() {
    let office = Office::new();
    office.add("taro");
    office.world.private_file("work/confirmation", "123456");
    let unlock = ["holder", "unlock", "SH001/taro"];
    office.ca(&with_as(&unlock)).exits(7);
}
