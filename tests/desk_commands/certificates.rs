//! Certificates: shown, reissued, revoked, and the list of those that were.

use crate::common::{Terminal, clock, run};
use crate::office::{Office, days, now};

#[test]
fn a_reissue_ends_the_present_certificate_and_says_what_to_tell_the_user() {
    let office = Office::new();
    let added = office.add("taro");
    let certificate = office.acquire(&added, now());
    let reissue = [
        "certificate",
        "reissue",
        "SH001/taro",
        "--reason",
        "lost",
        "--yes",
    ];
    let json = office.json(&reissue);
    assert_eq!(json["holder"]["state"], "waiting");
    assert_eq!(json["holder"]["issue_count"], 2);
    let told = &json["instructions"];
    assert_eq!(told["stopped_serial_number"], certificate.serial_number());
    assert_eq!(told["contract"], "SH001");
    assert_eq!(told["user"], "taro");
    let ready = ["usb-token", "token-pin", "account-pin", "confirmation-pin"];
    assert_eq!(told["have_ready"], serde_json::json!(ready));
    assert_eq!(told["missing"], serde_json::json!([]));
    let by: jiff::Timestamp = told["acquire_by"].as_str().unwrap().parse().unwrap();
    let day = by.to_zoned(jiff::tz::TimeZone::get("Asia/Tokyo").unwrap());
    assert_eq!(day.time(), jiff::civil::time(23, 59, 59, 0));
    let listed = office.ca(&["holder", "list"]).succeeds();
    listed.says("002").says(&format!("{:#}", day.date()));
}

#[test]
fn a_reissue_for_who_is_suspended_says_what_has_to_come_first() {
    let office = Office::new();
    office.add("taro");
    let suspend = ["holder", "suspend", "SH001/taro", "--reason", "lost"];
    office.ca(&suspend).succeeds();
    let reissue = ["certificate", "reissue", "SH001/taro", "--reason", "lost"];
    let reissue = [&reissue[..], &["--yes"]].concat();
    let json = office.json(&reissue);
    assert_eq!(json["holder"]["state"], "suspended");
    assert!(json["instructions"]["acquire_by"].is_string());
    assert_eq!(
        json["instructions"]["missing"],
        serde_json::json!(["resume"])
    );
    let told = office.ca(&reissue).succeeds().says("Acquire by");
    told.complains("tokencert-ca holder resume SH001/taro");
}

#[test]
fn what_to_tell_is_text_in_both_languages() {
    let office = Office::new();
    let added = office.add("taro");
    let certificate = office.acquire(&added, now());
    let serial = certificate.serial_number();
    let reissue = [
        "certificate",
        "reissue",
        "SH001/taro",
        "--reason",
        "lost",
        "--yes",
    ];
    let english = office.ca(&reissue).succeeds();
    let english = english.says("stops now").says(&serial).says("Acquire by");
    english.says("USB token, its PIN, account PIN, confirmation PIN");
    let japanese = office.ca(&[&reissue[..], &["--lang", "ja"]].concat());
    let japanese = japanese.succeeds().says("取得期限").says("契約者ID");
    japanese.says("専用USB、USBのPIN、暗証番号、確認暗証番号");
}

#[test]
fn to_keep_the_certificate_is_the_answer_by_default() {
    let office = Office::new();
    let added = office.add("taro");
    office.acquire(&added, now());
    let revoke = ["certificate", "revoke", "SH001/taro", "--reason", "stopped"];
    office.ca(&revoke).exits(2).complains("--yes");
    let at_terminal = |answer: &str| {
        let arguments = [&revoke[..], &["--dir", "ca"]].concat();
        let mut terminal = Terminal::start(office.world.tokencert_ca_command(&arguments));
        terminal.shows("Enter to keep");
        terminal.types(answer);
        terminal.ends()
    };
    for answer in ["", "no", "maybe"] {
        let (said, status) = at_terminal(answer);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("Nothing was changed"), "{said}");
        assert_eq!(office.state("SH001/taro"), "valid");
    }
    let (said, status) = at_terminal("yes");
    assert_eq!(status, 0, "{said}");
    assert_eq!(office.state("SH001/taro"), "revoked");
}

#[test]
fn one_certificate_is_found_by_its_serial_number_as_others_write_it() {
    let office = Office::new();
    let added = office.add("taro");
    let certificate = office.acquire(&added, now());
    let serial = certificate.serial_number();
    let digits: Vec<char> = format!("{serial:0>40}").to_uppercase().chars().collect();
    let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    let shown = office.json(&["certificate", "show", &pairs.join(":")]);
    let shown = &shown["certificates"][0];
    assert_eq!(shown["serial_number"], serial);
    assert_eq!(shown["holder"], "SH001/taro");
    assert_eq!(shown["state"], "valid");
    assert_eq!(shown["revoked"], serde_json::Value::Null);
    let revoke = [
        "certificate",
        "revoke",
        &serial,
        "--reason",
        "compromised",
        "--yes",
    ];
    office.ca(&revoke).succeeds().says(&serial);
    let shown = office.json(&["certificate", "show", "SH001/taro"]);
    assert_eq!(shown["certificates"][0]["revocation_reason"], "compromised");
    let text = office.ca(&["certificate", "show", "SH001/taro", "--lang", "ja"]);
    text.succeeds().says("に失効（鍵の漏えい）");
}

#[test]
fn a_certificate_that_the_operator_signed_can_be_revoked_too() {
    let office = Office::new();
    office.world.csr("server.csr", "ec", "/CN=server", &[]);
    office.world.sign("server.csr", "server.pem").succeeds();
    let serial = office.world.chain("server.pem")[0].serial_number();
    let revoke = [
        "certificate",
        "revoke",
        &serial,
        "--reason",
        "stopped",
        "--yes",
    ];
    office.ca(&revoke).succeeds();
    let shown = office.json(&["certificate", "show", &serial]);
    assert_eq!(shown["certificates"][0]["by_operator"], true);
    assert_eq!(shown["certificates"][0]["state"], "revoked");
}

#[test]
fn openssl_finds_the_revoked_certificate_in_the_list() {
    let office = Office::new();
    let certificate = office.acquire(&office.add("taro"), now());
    let other = office.acquire(&office.add("hanako"), now());
    let revoke = [
        "certificate",
        "revoke",
        "SH001/taro",
        "--reason",
        "lost",
        "--yes",
    ];
    office.ca(&revoke).succeeds();
    for (name, form) in [("ca.crl", "DER"), ("ca.crl.pem", "PEM")] {
        office.ca(&["crl", "--out", name]).succeeds().says(name);
        let arguments = ["crl", "-in", name, "-inform", form, "-noout", "-text"];
        let text = office.world.openssl(&arguments).succeeds();
        text.says(&certificate.serial_number().to_uppercase());
    }
    let stdout = office.ca(&["crl", "--out", "-"]).succeeds();
    assert!(stdout.stdout.starts_with("-----BEGIN X509 CRL-----\n"));
    office
        .world
        .write("taro.pem", certificate.to_pem().unwrap());
    office.world.write("hanako.pem", other.to_pem().unwrap());
    let verify = [
        "verify",
        "-crl_check",
        "-CAfile",
        "ca/ca.pem",
        "-CRLfile",
        "ca.crl.pem",
    ];
    let verdict = office.world.openssl(&[&verify[..], &["taro.pem"]].concat());
    verdict.exits(2).complains("certificate revoked");
    let verdict = office
        .world
        .openssl(&[&verify[..], &["hanako.pem"]].concat());
    verdict.succeeds();
}

#[test]
fn nothing_is_left_to_revoke_twice_and_an_expired_certificate_did_not_stop_now() {
    let office = Office::new();
    let added = office.add("taro");
    office.acquire(&added, now() - days(375));
    assert_eq!(office.state("SH001/taro"), "acquirable");
    let revoke = [
        "certificate",
        "revoke",
        "SH001/taro",
        "--reason",
        "stopped",
        "--yes",
    ];
    let told = office.json(&revoke);
    let stopped = &told["instructions"]["stopped_serial_number"];
    assert_eq!(*stopped, serde_json::Value::Null);
    office.ca(&revoke).exits(7);
}

#[test]
fn who_ends_a_certificate_by_a_clock_that_is_behind_is_warned() {
    let office = Office::new();
    office.acquire(&office.add("taro"), now());
    let ends = |verb: &str, language: &str, clock: &str| {
        let order = [
            "certificate",
            verb,
            "SH001/taro",
            "--reason",
            "lost",
            "--yes",
        ];
        let order = [&order[..], &["--dir", "ca", "--lang", language]].concat();
        let command = office.world.tokencert_ca_command(&order);
        run(clock::at(command, clock)).succeeds()
    };
    ends("reissue", "en", "-23h").never_says("clock");
    ends("reissue", "en", "-2d").complains("clock");
    ends("reissue", "ja", "-2d").complains("時計");
    ends("revoke", "en", "-2d").complains("clock");
}
