//! Bad input: a clear answer, and nothing half-done.

use std::fs;

use crate::common::World;
use crate::office::Office;

#[test]
fn what_would_steer_a_database_a_terminal_or_the_eye_is_refused_or_kept_as_text() {
    let office = Office::new();
    let bad = [
        "a b",
        "a:b",
        "a/b",
        ".",
        "..",
        "a\u{1b}[31m",
        "a\u{202e}b",
        "a\nb",
        "",
        &"x".repeat(65),
    ];
    for user in bad {
        let add = ["holder", "add", "--user", user, "--kana", "ﾀﾛｳ"];
        let refused = office.ca(&add).exits(2);
        refused.never_says("\u{1b}").never_says("\u{202e}");
        office
            .ca(&["contract", "add", user, "--institution", "1"])
            .exits(2);
        office
            .ca(&["holder", "show", &format!("SH001/{user}")])
            .exits(2);
    }
    let sql = "x';DROP--TABLE";
    office
        .ca(&["holder", "add", "--user", sql, "--kana", "ﾀﾛｳ"])
        .succeeds();
    office
        .ca(&["log", "' OR '1'='1"])
        .succeeds()
        .complains("no such line");
    let list = office.json(&["holder", "list"]);
    assert_eq!(list["holders"][0]["user"], sql);
    assert_eq!(list["holders"].as_array().unwrap().len(), 1);
}

#[test]
fn names_and_addresses_that_are_none_are_refused() {
    let office = Office::new();
    let long = "ｱ".repeat(65);
    for kana in ["", "taro", "太郎", "ﾀﾛｳ\u{1b}[2J", "ﾀﾛｳ\u{202e}", &long] {
        let add = ["holder", "add", "--user", "taro", "--kana", kana];
        office.ca(&add).exits(7).never_says("\u{1b}");
    }
    let long = "長".repeat(65);
    for name in ["", "太郎\nBcc: x@example.jp", "\u{202e}太郎", &long] {
        let add = [
            "holder",
            "add",
            "--user",
            "taro",
            "--kana",
            "ﾀﾛｳ",
            "--name",
            name,
        ];
        office.ca(&add).exits(7);
    }
    for email in [
        "taro",
        "taro@",
        "@example.jp",
        "taro@example.jp\r\nBcc: x@example.jp",
    ] {
        let add = [
            "holder",
            "add",
            "--user",
            "taro",
            "--kana",
            "ﾀﾛｳ",
            "--email",
            email,
        ];
        let refused = office.ca(&add);
        assert!([2, 7].contains(&refused.status.unwrap()), "{refused}");
    }
    assert_eq!(
        office.json(&["holder", "list"])["holders"],
        serde_json::json!([])
    );
    assert_eq!(
        office.json(&["contract", "list"])["contracts"],
        serde_json::json!([])
    );
}

#[test]
fn who_is_there_already_and_who_is_not_there_is_said() {
    let office = Office::new();
    office.add("taro");
    let add = ["holder", "add", "--user", "taro", "--kana", "ﾀﾛｳ"];
    office
        .ca(&add)
        .exits(1)
        .complains("in the registry already");
    office.add_administrator();
    let second = ["holder", "add", "--kana", "ｶﾝﾘ"];
    office.ca(&second).exits(1).complains("already");
    for act in [
        &["holder", "show", "SH001/jiro"][..],
        &["holder", "unlock", "SH001/jiro"],
        &["holder", "otp", "SH001/jiro"],
        &["certificate", "show", "SH001/jiro"],
        &["certificate", "show", "3f9c0a7be5d14c28"],
        &[
            "certificate",
            "reissue",
            "SH009",
            "--reason",
            "lost",
            "--yes",
        ],
        &[
            "certificate",
            "revoke",
            "3f9c0a7be5d14c28",
            "--reason",
            "lost",
            "--yes",
        ],
    ] {
        office.ca(act).exits(1).complains("not in the registry");
    }
    let japanese = office.ca(&["holder", "show", "SH001/jiro", "--lang", "ja"]);
    japanese.exits(1).complains("登録簿にありません");
}

#[test]
fn a_contract_has_ten_users_and_its_administrator() {
    let office = Office::new();
    office.add_administrator();
    for number in 1..=10 {
        office.add(&format!("user{number}"));
    }
    let eleventh = ["holder", "add", "--user", "user11", "--kana", "ﾀﾛｳ"];
    office.ca(&eleventh).exits(7).complains("10 users");
    let japanese = office.ca(&[&eleventh[..], &["--lang", "ja"]].concat());
    japanese.exits(7).complains("認証局の規則");
}

#[test]
fn a_registry_that_cannot_be_written_or_reached_is_named_without_its_password() {
    let office = Office::new();
    office.add("taro");
    let unreachable = "postgres://ca:hunter2@127.0.0.1:1/ca";
    let list = ["holder", "list", "--registry", unreachable];
    let failed = office.ca(&list).exits(1).complains("127.0.0.1");
    failed.never_says("hunter2");
    let wrong = "mysql://ca:hunter2@127.0.0.1/ca";
    let failed = office.ca(&["holder", "list", "--registry", wrong]).exits(2);
    failed.never_says("hunter2");
    let mut help = office
        .world
        .tokencert_ca_command(&["holder", "list", "--help"]);
    help.env("TOKENCERT_CA_REGISTRY", unreachable);
    crate::common::run(help).succeeds().never_says("hunter2");
    fs::remove_file(office.world.path("ca/registry.sqlite")).unwrap();
    fs::create_dir(office.world.path("ca/registry.sqlite")).unwrap();
    let failed = office.ca(&["holder", "list"]).exits(1);
    failed.complains("registry.sqlite");
}

#[test]
fn a_registry_that_is_gone_is_said_and_never_replaced_by_an_empty_one() {
    let office = Office::new();
    office.add("taro");
    let file = office.world.path("ca/registry.sqlite");
    let kept = office.world.path("kept.sqlite");
    fs::rename(&file, &kept).unwrap();
    for empty in [false, true] {
        if empty {
            fs::write(&file, "").unwrap();
        }
        for act in [
            &["holder", "list"][..],
            &["crl", "--out", "ca.crl"],
            &["init", "--name", "Example CA"],
            &["serve", "--listen", "127.0.0.1:0", "--name", "localhost"],
        ] {
            let refused = office.ca(act).exits(1);
            refused
                .complains("is gone")
                .complains("tokencert-ca restore");
        }
        assert_eq!(file.exists(), empty);
        assert!(!office.world.path("ca.crl").exists());
    }
    fs::rename(&kept, &file).unwrap();
    office.ca(&["holder", "list"]).succeeds().says("taro");
    let elsewhere = ["holder", "list", "--registry", "elsewhere.sqlite"];
    office.ca(&elsewhere).exits(1).complains("is gone");
    assert!(!office.world.path("elsewhere.sqlite").exists());
}

#[test]
fn a_key_of_secrets_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    office.add("taro");
    let key = office.world.path("ca/secrets.key");
    for (mode, status) in [(0o644, 1), (0o620, 1), (0o600, 0), (0o400, 0)] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let listed = office.ca(&["holder", "list"]).exits(status);
        if status != 0 {
            listed.complains("secrets.key").complains("chmod 600");
        }
    }
}

#[test]
fn settings_that_are_gone_are_not_taken_for_an_authority_that_was_only_begun() {
    let office = Office::new();
    office.add("taro");
    let settings = office.world.path("ca/ca.toml");
    let kept = fs::read(&settings).unwrap();
    fs::remove_file(&settings).unwrap();
    for act in [&["holder", "list"][..], &["init", "--name", "Example CA"]] {
        let refused = office.ca(act).exits(1).complains("ca.toml");
        refused.never_says("goes on where it stopped");
    }
    fs::write(&settings, kept).unwrap();
    office.ca(&["holder", "list"]).succeeds().says("taro");
}

#[test]
fn without_an_authority_nothing_is_made() {
    let world = World::new();
    for act in [
        &["holder", "list"][..],
        &["contract", "list"],
        &["log"],
        &["crl", "--out", "ca.crl"],
        &["backup", "--out", "ca.tar"],
        &["notify", "--dry-run"],
    ] {
        let outcome = world.tokencert_ca(&[act, &["--dir", "ca"]].concat());
        outcome.exits(1).complains("there is no authority");
    }
    assert_eq!(fs::read_dir(world.path("")).unwrap().count(), 0);
}

#[test]
fn every_command_of_the_desk_has_help_with_examples_in_both_languages() {
    let world = World::new();
    for command in [
        "contract add",
        "contract list",
        "holder add",
        "holder list",
        "holder show",
        "holder suspend",
        "holder resume",
        "holder unlock",
        "holder reset-pin",
        "holder otp",
        "certificate show",
        "certificate reissue",
        "certificate revoke",
        "profile export",
        "notify",
        "crl",
        "log",
        "backup",
        "restore",
    ] {
        let help = |language| -> Vec<&str> {
            command
                .split(' ')
                .chain(["--help", "--lang", language])
                .collect()
        };
        let english = world.tokencert_ca(&help("en")).succeeds();
        english
            .says("Examples:")
            .says(&format!("tokencert-ca {command}"));
        let japanese = world.tokencert_ca(&help("ja")).succeeds();
        japanese
            .says("使い方：")
            .never_says("Options:")
            .never_says("Examples:");
    }
    for (words, found) in [
        (["holder", "reset"], "reset-pin"),
        (["certificate", "re"], "reissue"),
    ] {
        let words = [&["--", "tokencert-ca"][..], &words].concat();
        let mut asked = world.tokencert_ca_command(&words);
        asked.env("TOKENCERT_CA_COMPLETE", "fish");
        crate::common::run(asked).succeeds().says(found);
    }
    fs::create_dir(world.path("man")).unwrap();
    world.tokencert_ca(&["man", "--out", "man"]).succeeds();
    assert!(world.path("man/tokencert-ca-holder-reset-pin.1").exists());
}

#[test]
fn a_number_or_an_address_that_does_not_fit_is_refused_with_those_that_do() {
    let office = Office::new();
    let valid = ["permit", "--manifest", "a", "--out", "b", "--valid-days"];
    let serve = ["serve", "--name", "localhost", "--listen"];
    for (command, value, meant) in [
        (&valid[..], "0", "1-366"),
        (&valid, "367", "1-366"),
        (&valid, "99999999999", "1-366"),
        (&["log", "--limit"], "x", "0-4294967295"),
        (&serve, "localhost", "127.0.0.1:8443"),
    ] {
        let refused = office.ca(&[command, &[value]].concat()).exits(2);
        refused
            .complains(&format!("`{value}` is not a value of"))
            .complains(&format!("possible: {meant}\n"));
    }
}
