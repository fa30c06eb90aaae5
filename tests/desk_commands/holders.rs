//! Contracts and holders: registered, listed, suspended, unlocked, given other PINs.

use crate::office::{Office, days, now};

#[test]
fn a_holder_needs_no_contract_where_the_authority_has_its_own() {
    let office = Office::new();
    let added = office.add("taro");
    assert_eq!(added["holder"]["holder"], "SH001/taro");
    assert_eq!(added["holder"]["institution"], "0000");
    assert_eq!(added["holder"]["state"], "waiting");
    assert_eq!(added["holder"]["issue_count"], 1);
    assert_eq!(added["otpauth"], serde_json::Value::Null);
    let contracts = office.json(&["contract", "list"]);
    assert_eq!(contracts["contracts"][0]["contract"], "SH001");
    let office = Office::initialised(&["--contract", "00009876543", "--institution", "1635"]);
    let added = office.add("taro");
    assert_eq!(added["holder"]["holder"], "00009876543/taro");
    assert_eq!(added["holder"]["institution"], "1635");
}

#[test]
fn the_exact_form_that_others_rely_on_registers_and_prints_the_secrets() {
    let office = Office::new();
    let holder = [
        "holder",
        "add",
        "--contract",
        "00009876543",
        "--institution",
        "1635",
        "--user",
        "riyousya",
    ];
    let more = [
        "--kana",
        "リヨウシヤ",
        "--name",
        "利用者",
        "--email",
        "riyousya@example.jp",
        "--second-factor",
        "one-time-code",
    ];
    let added = office.json(&[&holder[..], &more].concat());
    let uri = added["otpauth"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    assert!(added["pin"].as_str().unwrap().len() >= 6);
    assert_ne!(added["pin"], added["confirmation_pin"]);
    let ready = &added["instructions"]["have_ready"];
    assert_eq!(ready[3], "one-time-code");
    let outcome = office.ca(&["contract", "add", "00009876543", "--institution", "1635"]);
    outcome.exits(1).complains("already");
}

#[test]
fn as_text_the_first_secrets_come_with_a_picture_and_what_to_tell() {
    let office = Office::new();
    let add = [
        "holder",
        "add",
        "--user",
        "taro",
        "--kana",
        "ﾔﾏﾀﾞ",
        "--second-factor",
        "one-time-code",
    ];
    let said = office.ca(&add).succeeds();
    let said = said.says("otpauth://totp/").says("█▀").says("Acquire by");
    said.complains("no e-mail address");
    let add = [
        "holder",
        "add",
        "--user",
        "hanako",
        "--kana",
        "ﾔﾏﾀﾞ",
        "--lang",
        "ja",
    ];
    let said = office.ca(&add).succeeds().says("確認暗証番号");
    said.says("取得期限")
        .complains("メールアドレスが登録されていない");
}

#[test]
fn the_list_shows_what_the_banks_screen_shows() {
    let office = Office::new();
    let added = office.add("taro");
    office.add_administrator();
    let certificate = office.acquire(&added, now());
    let list = office.json(&["holder", "list"]);
    assert_eq!(
        list["holders"][0]["holder"], "SH001",
        "the administrator first"
    );
    let taro = &list["holders"][1];
    assert_eq!(taro["kana"], "ﾔﾏﾀﾞ ﾀﾛｳ", "half-width kana");
    assert_eq!(taro["state"], "valid");
    assert_eq!(
        taro["certificate"]["serial_number"],
        certificate.serial_number()
    );
    let text = office.ca(&["holder", "list"]).succeeds();
    let text = text.says("SH001/taro").says("ﾔﾏﾀﾞ ﾀﾛｳ").says(" 001 ");
    text.says(&certificate.serial_number());
    let text = office.ca(&["holder", "list", "--lang", "ja"]).succeeds();
    let text = text.says("カナ氏名").says("取得待ち（").says("有効");
    let column = width_of(text.stdout.lines().next().unwrap(), "発行番号");
    let count = text.stdout.lines().filter(|line| line.contains("SH001"));
    let columns: Vec<usize> = count.map(|line| width_of(line, "  001  ") + 2).collect();
    assert_eq!(columns, [column, column], "{text}");
    let shown = office.ca(&["holder", "show", "SH001/taro", "--lang", "ja"]);
    shown.succeeds().says("発行データ登録日").says("001");
}

/// How many columns of a terminal are before a word.
#[track_caller]
fn width_of(line: &str, word: &str) -> usize {
    let half = |c: char| c.is_ascii() || ('\u{ff61}'..='\u{ff9f}').contains(&c);
    let at = line
        .find(word)
        .unwrap_or_else(|| panic!("{word} is not in {line}"));
    line[..at]
        .chars()
        .map(|c| if half(c) { 1 } else { 2 })
        .sum()
}

#[test]
fn a_suspension_has_a_reason_and_an_end() {
    let office = Office::new();
    let added = office.add("taro");
    office.acquire(&added, now());
    let suspend = ["holder", "suspend", "SH001/taro", "--reason", "lost"];
    let json = office.json(&suspend);
    assert_eq!(json["holder"]["state"], "suspended");
    assert_eq!(json["holder"]["suspended"], "lost");
    let list = office.ca(&["holder", "list", "--lang", "ja"]).succeeds();
    list.says("利用停止中（紛失）");
    office.ca(&["holder", "resume", "SH001/taro"]).succeeds();
    assert_eq!(office.state("SH001/taro"), "valid");
    let unreasoned = ["holder", "suspend", "SH001/taro"];
    office.ca(&unreasoned).exits(2).complains("--reason");
}

#[test]
fn pins_are_reset_at_random_or_to_what_the_holder_chooses() {
    let office = Office::new();
    let added = office.add("taro");
    let reset = office.json(&["holder", "reset-pin", "SH001/taro"]);
    assert_ne!(reset["pin"], added["pin"]);
    office.world.private_file("work/pin", "kaeru-2026");
    office
        .world
        .private_file("work/confirmation", "hotaru-2026");
    let chosen = [
        "holder",
        "reset-pin",
        "SH001/taro",
        "--new-pin-source",
        "file:pin",
        "--new-confirmation-pin-source",
        "file:confirmation",
    ];
    let said = office.ca(&chosen).succeeds();
    said.never_says("kaeru-2026").never_says("hotaru-2026");
    office.acquire_with("SH001/taro", "kaeru-2026:hotaru-2026", now());
    let one = &chosen[..5];
    office
        .ca(one)
        .exits(2)
        .complains("--new-confirmation-pin-source");
    office.world.private_file("work/pin", "1");
    office.ca(&chosen).exits(7);
}

#[test]
fn a_new_secret_of_one_time_codes_is_shown_once_and_is_never_logged() {
    let office = Office::new();
    office.add("taro");
    let first = office.json(&["holder", "otp", "SH001/taro"]);
    let second = office.json(&["holder", "otp", "SH001/taro"]);
    assert_ne!(first["otpauth"], second["otpauth"]);
    assert_eq!(second["holder"]["second_factor"], "one-time-code");
    office
        .ca(&["holder", "otp", "SH001/taro"])
        .succeeds()
        .says("█");
    let uri = second["otpauth"].as_str().unwrap();
    let (_, secret) = uri.split_once("secret=").unwrap();
    let secret = secret.split('&').next().unwrap();
    assert!(secret.len() >= 26, "{uri}");
    let log = office.ca(&["log", "--format", "json"]).succeeds();
    log.says("holder.code.renew").never_says(secret);
}

#[test]
fn the_log_says_who_did_what_to_whom_the_newest_first() {
    let office = Office::new();
    let added = office.add("taro");
    office.add("hanako");
    office.acquire(&added, now() - days(1));
    office.ca(&["holder", "unlock", "SH001/taro"]).succeeds();
    let log = office.json(&["log", "SH001/taro", "--limit", "2"]);
    let events = log["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["action"], "holder.unlock");
    assert_eq!(events[0]["actor"], "operator");
    assert!(events[0]["at"].as_str().unwrap().ends_with('Z'));
    let text = office.ca(&["log", "--lang", "ja"]).succeeds();
    text.says("操作者").says("holder.add").says("SH001/hanako");
    office
        .ca(&["log", "SH001/nobody"])
        .succeeds()
        .complains("no such line");
}
