//! `tokencert inventory` as a program.

use std::fs::File;

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{certificate, finding, report, token};
use crate::common::World;

/// The computer's own time, which is what the program goes by.
#[expect(clippy::disallowed_methods, reason = "a program reads the clock")]
pub(super) fn days(days: i64) -> Timestamp {
    Timestamp::now() + (days * 24).hours()
}

/// A world without profile, and a share with what two computers wrote.
pub(super) fn share() -> World {
    let world = World::new();
    std::fs::create_dir(world.path("share")).unwrap();
    let desk = token("desk", "0a1b", &[certificate("taro", 1, "5f3a", days(9))]);
    let counter = token(
        "counter",
        "0a1c",
        &[certificate("hanako", 1, "60ff", days(200))],
    );
    let mut first = report("pc-01", days(-1), &[desk]);
    first["findings"] = json!([finding("user-pin-low", "desk", "0a1b")]);
    world.write("share/pc-01.json", first.to_string());
    world.write(
        "share/pc-02.JSON",
        report("pc-02", days(-90), &[counter]).to_string(),
    );
    world.write("share/readme.txt", "not a report");
    world
}

impl World {
    pub(super) fn inventory(&self, arguments: &[&str]) -> crate::common::Outcome {
        let all: Vec<&str> = ["inventory"].iter().chain(arguments).copied().collect();
        self.tokencert(&all)
    }
}

fn of<'v>(value: &'v Value, list: &str, member: &str) -> Vec<&'v str> {
    let list = value[list].as_array().unwrap();
    list.iter()
        .map(|one| one[member].as_str().unwrap())
        .collect()
}

#[test]
fn what_two_computers_wrote_to_a_share_is_one_inventory() {
    let world = share();
    world
        .inventory(&["import", "share"])
        .succeeds()
        .says("Imported 2 reports of 2 tokens; 0 already there, 0 failed.");
    world
        .inventory(&["import", "share", "share/pc-01.json"])
        .succeeds()
        .says("Imported 0 reports of 0 tokens; 3 already there, 0 failed.");
    let listed = world.inventory(&["list"]).succeeds();
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    let words = [
        "counter",
        "0a1c",
        "SafeNet, Inc.",
        "eToken",
        "pc-02",
        "in use",
        "hanako 1635",
    ];
    assert!(words.iter().all(|word| lines[1].contains(word)), "{listed}");
    let json = world
        .inventory(&["list", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(json["version"], 1);
    assert_eq!(of(&json, "tokens", "serial"), ["0a1c", "0a1b"]);
    assert_eq!(
        json["tokens"][1]["certificates"][0]["serial_number"],
        "5f3a"
    );
    assert_eq!(json["tokens"][1]["mark"], "in-use");
    let unseen = world.inventory(&["list", "--unseen", "60", "--format", "json"]);
    assert_eq!(
        of(&unseen.succeeds().json(), "tokens", "label"),
        ["counter"]
    );
    world
        .inventory(&["show", "0a1b"])
        .succeeds()
        .says("pkcs11:token=desk")
        .says("wrong user PINs were tried");
    let shown = world
        .inventory(&["show", "desk", "--format", "json"])
        .json();
    assert_eq!(shown["tokens"][0]["seen"]["firmware"], "15.2");
    assert_eq!(shown["tokens"][0]["findings"][0]["rule"], "user-pin-low");
    let runs = world
        .inventory(&["history", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(of(&runs, "runs", "host"), ["pc-01", "pc-02"]);
}

#[test]
fn a_bad_file_is_named_with_the_reason_and_the_others_are_imported() {
    let world = share();
    world.write("share/cut.json", "{\"version\": 1, \"time\"");
    world.write("share/newer.json", "{\"version\": 7}");
    let huge = File::create(world.path("share/huge.json")).unwrap();
    huge.set_len(100 * 1024 * 1024).unwrap();
    std::fs::create_dir(world.path("empty")).unwrap();
    let imported = world
        .inventory(&["import", "share", "empty", "gone.json"])
        .exits(1)
        .complains("share/cut.json cannot be imported: it is no report: EOF")
        .complains("share/newer.json cannot be imported: its version is 7")
        .complains("share/huge.json")
        .complains("empty cannot be imported: the folder holds no file that ends in .json")
        .complains("cannot read gone.json");
    assert!(
        imported
            .stdout
            .contains("Imported 2 reports of 2 tokens; 0 already there, 5 failed.")
    );
    let told = world
        .inventory(&["import", "share", "--format", "json"])
        .exits(1)
        .json();
    let outcomes = of(&told, "reports", "outcome");
    assert_eq!(outcomes.iter().filter(|one| **one == "failed").count(), 3);
    assert_eq!(outcomes.iter().filter(|one| **one == "already").count(), 2);
    world
        .inventory(&["import", "share/newer.json", "--lang", "ja"])
        .exits(1)
        .complains("版は7で、このプログラムが扱えるのは版1です");
}

#[test]
fn due_exits_with_3_if_something_is_and_0_if_nothing_is() {
    let world = share();
    world.inventory(&["import", "share"]).succeeds();
    world
        .inventory(&["due"])
        .exits(3)
        .says("5f3a")
        .never_says("60ff");
    world
        .inventory(&["due", "--days", "5"])
        .succeeds()
        .says("Nothing is due.");
    let due = world
        .inventory(&["due", "--days", "400", "--format", "json"])
        .exits(3)
        .json();
    assert_eq!(due["due"][0]["certificate"]["serial_number"], "5f3a");
    assert_eq!(due["due"][0]["token"]["label"], "desk");
    assert!(
        (8..=9).contains(&due["due"][0]["days"].as_i64().unwrap()),
        "{due}"
    );
    assert_eq!(due["due"].as_array().unwrap().len(), 2);
    let month = days(200).strftime("%Y-%m").to_string();
    world
        .inventory(&["due", "--month", &month])
        .exits(3)
        .says("60ff")
        .never_says("5f3a");
    for wrong in ["2026-13", "2026", "26-12", "2026-12-01", "december"] {
        world.inventory(&["due", "--month", wrong]).exits(2);
    }
    world
        .inventory(&["due", "--month", "2026-12", "--days", "3"])
        .exits(2);
}

#[test]
fn a_lost_token_tells_what_to_revoke_and_with_which_command() {
    let world = share();
    world.inventory(&["import", "share"]).succeeds();
    let marked = world
        .inventory(&[
            "mark",
            "0a1b",
            "lost",
            "--reason",
            "left on a \u{1b}[31mtrain",
        ])
        .succeeds()
        .says("Marked `desk` (serial 0a1b) as lost.")
        .says("This certificate is to be revoked:")
        .never_says("60ff");
    let command = marked.stdout.lines().last().unwrap();
    assert_eq!(
        command,
        "  tokencert-ca certificate revoke 5f3a --reason lost"
    );
    // The other program understands it, as far as that can be without the authority.
    let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    let answer = world.tokencert_ca(&[arguments.as_slice(), &["--dir", "nowhere"]].concat());
    assert_eq!(answer.status, Some(1), "{answer}");
    world.inventory(&["list"]).says("lost");
    world
        .inventory(&["show", "0a1b"])
        .says("left on a \u{fffd}[31mtrain")
        .never_says("\u{1b}");
    world.inventory(&["due"]).succeeds();
    let told = world
        .inventory(&["mark", "0a1c", "lost", "--format", "json"])
        .json();
    assert_eq!(told["revoke"][0]["serial_number"], "60ff");
    world
        .inventory(&["mark", "0a1b", "in-use"])
        .succeeds()
        .never_says("revoke");
    world.inventory(&["due"]).exits(3);
    world
        .inventory(&["history", "0a1b"])
        .says("marked as lost")
        .says("marked as in use")
        .says("seen for the first time");
    world.inventory(&["mark", "0a1b", "eaten"]).exits(2);
}

#[test]
fn a_token_that_is_unknown_or_not_the_only_one_ends_with_4() {
    let world = share();
    let twins = [token("one", "000", &[]), token("two", "000", &[])];
    world.write(
        "share/twins.json",
        report("pc-03", days(-1), &twins).to_string(),
    );
    world.inventory(&["import", "share"]).succeeds();
    world
        .inventory(&["show", "ffff"])
        .exits(4)
        .complains("knows no token `ffff`");
    world.inventory(&["mark", "ffff", "lost"]).exits(4);
    world
        .inventory(&["show", "000"])
        .succeeds()
        .says("one")
        .says("two");
    let several = world.inventory(&["mark", "000", "retired"]).exits(4);
    let words = several.stderr.split_whitespace();
    let uri = words
        .map(|word| word.trim_end_matches(','))
        .find(|word| word.starts_with("pkcs11:token=two"));
    let uri = uri.unwrap_or_else(|| panic!("{several}"));
    world
        .inventory(&["mark", uri, "retired"])
        .succeeds()
        .says("`two`");
}

#[test]
fn what_has_changed_is_told_as_text_csv_and_json() {
    let world = share();
    world.inventory(&["import", "share"]).succeeds();
    world
        .inventory(&["diff"])
        .succeeds()
        .says("seen for the first time");
    let renewed = token("desk", "0a1b", &[certificate("taro", 1, "77aa", days(374))]);
    world.write("new.json", report("pc-09", days(0), &[renewed]).to_string());
    world.inventory(&["import", "new.json"]).succeeds();
    world
        .inventory(&["diff"])
        .succeeds()
        .says("moved from pc-01 to pc-09")
        .says("77aa");
    let json = world.inventory(&["diff", "--format", "json"]).json();
    let changed = json["changed"].as_array().unwrap();
    let desk = changed.iter().find(|one| one["label"] == "desk").unwrap();
    assert_eq!(desk["changes"][0]["change"], "moved");
    let csv = world.inventory(&["diff", "--format", "csv"]).succeeds();
    assert!(csv.stdout.starts_with("\u{feff}token_label,"), "{csv}");
    assert!(csv.stdout.contains("certificate-removed"), "{csv}");
    world
        .inventory(&["diff", "--since", "2999-01-01"])
        .succeeds()
        .says("Nothing has changed.");
    world.inventory(&["diff", "--since", "yesterday"]).exits(2);
    world
        .inventory(&["history", "desk", "--format", "csv"])
        .succeeds()
        .says("finding-gone");
    world
        .inventory(&["history", "--format", "csv"])
        .succeeds()
        .says("pc-09,default,1,0");
}
