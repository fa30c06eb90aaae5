//! `tokencert audit` as a program: exit statuses, languages, PINs, lists by file and address.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tokencert::finding::{Report, RuleId};

use crate::common::{PIN, World};
use crate::office::Office;

#[test]
fn the_exit_status_is_0_for_a_token_in_order_and_3_for_what_is_bad_enough() {
    let office = Office::in_order();
    let source = office.world.pin_source();
    let audit = |more: &[&str]| {
        let all = [&["audit", "--pin-source", &source][..], more].concat();
        office.world.tokencert(&all)
    };
    audit(&[]).exits(0).says("public-object-replaceable");
    audit(&["--fail-on", "info"]).exits(3);
    office.key("jiro", "02", "ec:p256");
    audit(&[])
        .exits(3)
        .says("key-without-certificate")
        .says("private key jiro");
    audit(&["--fail-on", "medium"])
        .exits(0)
        .says("key-without-certificate");
    office
        .world
        .write("policy.toml", "version = 1\nfail-on = 'high'");
    audit(&["--policy", "policy.toml"]).exits(0);
    audit(&["--policy", "policy.toml", "--fail-on", "low"]).exits(3);
    audit(&["--fail-on", "loud"]).exits(2);
}

#[test]
fn what_cannot_be_used_is_said_before_any_token_is_looked_at() {
    let office = Office::new();
    office.world.calls();
    let audit = |arguments: &[&str]| {
        let all = [&["audit"][..], arguments].concat();
        office.world.tokencert(&all)
    };
    office
        .world
        .write("policy.toml", "version = 1\nfial-on = 'low'");
    audit(&["--policy", "policy.toml"])
        .exits(2)
        .complains("did you mean `fail-on`?");
    audit(&["--policy", "absent.toml"])
        .exits(1)
        .complains("absent.toml");
    office.world.write("list.pem", "no list");
    audit(&["--crl", "list.pem"]).exits(1).complains("list.pem");
    office.world.private_file("map", "123456\n");
    let map = office.world.path("").join("../map").display().to_string();
    let refused = audit(&["--pin-map", &map]).exits(2).complains("line 1");
    refused.never_says("123456");
    let source = office.world.pin_source();
    audit(&["--pin-map", &map, "--pin-source", &source])
        .exits(2)
        .complains("--pin-map");
    assert_eq!(office.world.calls().total(), 0);
}

#[test]
fn a_token_that_is_not_there_is_4_and_a_wrong_pin_5_with_the_rest_of_the_report() {
    let office = Office::in_order();
    let source = office.world.pin_source_of("654321");
    let absent = office.world.tokencert(&["audit", "--token", "nobody's"]);
    absent.exits(4);
    let arguments = ["audit", "--pin-source", &source, "--format", "json"];
    office.world.calls();
    let audited = office.world.tokencert(&arguments);
    assert_eq!(office.world.calls().of("C_Login"), 1);
    let report = audited.exits(5).complains("PIN").json();
    let unchecked = report["not_checked"].as_array().unwrap().iter();
    let mut of_readable = unchecked.filter(|one| one["rule"] == "key-readable");
    assert_eq!(of_readable.next().unwrap()["reason"], "login-failed");
    World::new()
        .tokencert(&["audit", "--fail-on", "low"])
        .exits(0);
}

#[test]
fn the_report_is_json_of_the_documented_shape() {
    let office = Office::in_order();
    office.world.control("report private CKA_EXTRACTABLE true");
    let source = office.world.pin_source();
    let arguments = ["audit", "--format", "json", "--pin-source", &source];
    let audited = office.world.tokencert(&arguments).exits(3);
    let json = audited.json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["policy"], "default");
    assert!(!json["host"].as_str().unwrap().is_empty());
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "key-extractable");
    assert_eq!(finding["severity"], "critical");
    assert_eq!(finding["token"]["label"], "desk");
    assert_eq!(finding["object"]["id"], "01");
    assert_eq!(finding["object"]["label"], "taro");
    assert_eq!(
        finding["message"],
        "CKA_EXTRACTABLE of the private key is true"
    );
    assert!(
        finding["action"]
            .as_str()
            .unwrap()
            .contains("tokencert issue")
    );
    assert!(json["not_checked"].is_array());
    let report: Report = serde_json::from_value(json).unwrap();
    assert_eq!(report.findings[0].rule, RuleId::KeyExtractable);
    assert_eq!(report.tokens.len(), 1, "the one that the PIN is for");
    assert!(!audited.stdout.contains(PIN));
}

#[test]
fn a_table_and_a_page_say_the_same_in_the_language_of_their_reader() {
    let office = Office::in_order();
    let world = &office.world;
    world.control("report certificate CKA_VALUE hex:3000");
    let table = world.tokencert(&["audit", "--format", "csv"]).exits(3);
    assert!(table.stdout.starts_with('\u{feff}'), "{table}");
    let rows = table
        .stdout
        .lines()
        .filter(|row| row.starts_with("finding,medium,"));
    assert_eq!(rows.count(), 2);
    assert!(
        table
            .stdout
            .contains("the value of the certificate object is no X.509")
    );
    let japanese = world.tokencert(&["audit", "--format", "csv", "--lang", "ja"]);
    japanese
        .exits(3)
        .says("電子証明書の値がX.509の電子証明書ではありません");
    let page = world.tokencert(&["audit", "--format", "html"]).exits(3);
    assert!(page.stdout.starts_with("<!DOCTYPE html>"), "{page}");
    page.says("<html lang=\"en\">")
        .says("the value of the certificate object is no X.509");
    let page = world
        .tokencert(&["audit", "--format", "html", "--lang", "ja"])
        .exits(3);
    let page = page.says("<html lang=\"ja\">").says("見つかった問題");
    page.says("電子証明書の値がX.509の電子証明書ではありません");
    for format in ["csv", "html"] {
        let other = world.tokencert(&["token", "list", "--format", format]);
        other.exits(2).complains("--format json");
    }
}

#[test]
fn both_languages_say_what_was_found_what_to_do_and_what_was_not_checked() {
    let office = Office::in_order();
    office
        .world
        .control("report certificate CKA_VALUE hex:3000");
    let english = office.world.tokencert(&["audit"]).exits(3);
    for words in [
        "SEVERITY",
        "medium",
        "the value of the certificate object is no X.509 certificate",
        "What to do:",
        "Not checked:",
        "needs the token's user PIN",
        "rules were not checked",
    ] {
        assert!(
            english.stdout.contains(words),
            "{words}\n{}",
            english.stdout
        );
    }
    let japanese = office.world.tokencert(&["audit", "--lang", "ja"]).exits(3);
    for words in [
        "重大度",
        "中",
        "電子証明書の値がX.509の電子証明書ではありません",
        "対処：",
        "確認できなかった規則：",
        "USBのPINが必要です",
    ] {
        assert!(
            japanese.stdout.contains(words),
            "{words}\n{}",
            japanese.stdout
        );
    }
    for outcome in [english, japanese] {
        outcome.never_says("rule-").never_says("unchecked-");
    }
}

#[test]
fn all_tokens_are_looked_at_and_none_is_logged_in_to_without_being_told() {
    let office = Office::in_order();
    office.world.token("second");
    office.world.calls();
    let audited = office.world.tokencert(&["audit", "--format", "json"]);
    assert_eq!(office.world.calls().of("C_Login"), 0);
    let report = audited.exits(0).json();
    let labels = report["tokens"].as_array().unwrap().iter();
    let labels: Vec<&str> = labels.filter_map(|token| token["label"].as_str()).collect();
    assert_eq!(labels, ["", "desk", "second"]);
    // One PIN for one token: which of them has to be said.
    let source = office.world.pin_source();
    let which = office.world.tokencert(&["audit", "--pin-source", &source]);
    which.exits(4).complains("second");
    assert_eq!(office.world.calls().of("C_Login"), 0);
}

#[test]
fn a_pin_map_gives_each_token_its_own_pin_and_one_login() {
    let office = Office::in_order();
    let world = &office.world;
    let second = world.token("second");
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .json();
    let tokens = listed["tokens"].as_array().unwrap();
    let desk = tokens
        .iter()
        .find(|token| token["label"] == "desk")
        .unwrap();
    let desk = desk["serial"].as_str().unwrap();
    let (one, other) = (world.pin_source(), world.pin_source_of(PIN));
    let lines = format!("# two tokens\n{desk}={one}\n\n\"{second}\" = \"{other}\"\n0000=env:X\n");
    let map = world.private_file("map", &lines).display().to_string();
    world.calls();
    let arguments = ["audit", "--pin-map", &map, "--format", "json"];
    let audited = world.tokencert(&arguments).exits(0);
    assert_eq!(world.calls().of("C_Login"), 2);
    let report = audited.json();
    for token in report["tokens"].as_array().unwrap() {
        let initialized = token["initialized"] == true;
        assert_eq!(token["logged_in"] == true, initialized, "{token}");
    }
    assert_eq!(audited.stderr, "");

    let same = world.private_file("map", &format!("{desk}={one}\n{second}={one}\n"));
    let same = same.display().to_string();
    let refused = world.tokencert(&["audit", "--pin-map", &same]);
    refused.exits(2).complains("line 2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        world.private_file("map", &lines);
        std::fs::set_permissions(&map, std::fs::Permissions::from_mode(0o644)).unwrap();
        world
            .tokencert(&arguments)
            .exits(0)
            .complains("can be read by others");
    }
}

#[test]
fn no_pin_is_tried_on_two_tokens_of_one_serial_number() {
    let office = Office::in_order();
    let world = &office.world;
    world.token("second");
    world.control("token serial 123");
    let source = world.pin_source();
    let map = world.private_file("map", &format!("123={source}\n"));
    world.calls();
    let audited = world.tokencert(&["audit", "--pin-map", &map.display().to_string()]);
    audited.complains("several tokens have the serial number 123");
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn two_tokens_that_are_equal_in_all_they_say_are_two() {
    let office = Office::in_order();
    office.world.token("second");
    office.world.control("token serial 123\ntoken label desk");
    let audited = office.world.tokencert(&["audit", "--format", "json"]);
    let report = audited.json();
    let tokens = report["tokens"].as_array().unwrap().iter();
    let desks = tokens.filter(|token| token["label"] == "desk" && token["initialized"] == true);
    let held = desks.map(|token| token["certificates"].as_array().unwrap().len());
    let mut held: Vec<usize> = held.collect();
    held.sort_unstable();
    assert_eq!(held, [0, 2]);
}

#[test]
fn a_list_of_revoked_certificates_comes_from_a_file_or_an_address() {
    let office = Office::in_order();
    let world = &office.world;
    world.write(
        "config",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\ncrlnumber=number\n\
         default_crl_days=30\n",
    );
    world.write("index", "");
    world.write("number", "01\n");
    let ca = [
        "ca", "-config", "config", "-keyfile", "ca.key", "-cert", "ca.pem",
    ];
    world
        .openssl(&[&ca[..], &["-revoke", "taro.pem"]].concat())
        .succeeds();
    world
        .openssl(&[&ca[..], &["-gencrl", "-out", "list.pem"]].concat())
        .succeeds();
    let der = [
        "crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der",
    ];
    world.openssl(&der).succeeds();
    for file in ["list.pem", "list.der"] {
        let audited = world.tokencert(&["audit", "--crl", file]);
        audited.exits(3).says("certificate-revoked");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/list.crl", listener.local_addr().unwrap());
    let list = std::fs::read(world.path("list.der")).unwrap();
    let server = std::thread::spawn(move || {
        let (mut visitor, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = visitor.read(&mut request).unwrap();
        assert!(request[..read].starts_with(b"GET /list.crl HTTP/1.1\r\n"));
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", list.len());
        visitor
            .write_all(&[head.as_bytes(), &list].concat())
            .unwrap();
    });
    let audited = world.tokencert(&["audit", "--crl", &address]);
    server.join().unwrap();
    audited.exits(3).says("certificate-revoked");
    let gone = world.tokencert(&["audit", "--crl", &address]);
    gone.exits(1).complains("127.0.0.1");
}

#[test]
fn what_the_own_authority_issues_and_lists_is_in_order() {
    let world = World::with_token("desk");
    world.init_authority(&[]).succeeds();
    let issue = [
        "issue",
        "--authority",
        "dir:ca",
        "--subject",
        "CN=taro",
        "--key",
        "ec:p256",
    ];
    let source = world.pin_source();
    let issue = [&issue[..], &["--pin-source", &source]].concat();
    world.tokencert(&issue).succeeds();
    let made = ["crl", "--dir", "ca", "--out", "list.der"];
    world.tokencert_ca(&made).succeeds();
    let arguments = [
        "audit", "--crl", "list.der", "--format", "json", "--token", "desk",
    ];
    let report = world.tokencert(&arguments).exits(0).json();
    let outcomes = report["outcomes"].as_array().unwrap().iter();
    let mut revoked = outcomes.filter(|one| one["rule"] == "certificate-revoked");
    assert_eq!(revoked.next().unwrap()["outcome"], "ok");
}
