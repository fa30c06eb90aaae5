//! `tokencert inventory` where names mean harm, files are missing and clocks are wrong; and `audit --store`.

use serde_json::json;

use super::program::{days, share};
use super::{certificate, report, token};
use crate::common::World;

#[test]
fn names_that_mean_harm_steer_neither_terminal_nor_spreadsheet() {
    let world = World::new();
    let label = "=cmd|'/c calc'!A1\u{1b}]0;owned\u{7}\u{202e}";
    let mut seen = certificate("taro", 1, "5f", days(3));
    seen["subject"] = json!("+SUM(1)\u{202e}\u{1b}[2J");
    world.write(
        "r.json",
        report("@host\r\n", days(-1), &[token(label, "-1+1", &[seen])]).to_string(),
    );
    world.inventory(&["import", "r.json"]).succeeds();
    for arguments in [
        ["list", "--lang", "en"].as_slice(),
        &["due", "--lang", "ja"],
        &["diff", "--lang", "en"],
        &["history", "--lang", "en"],
        &["show", "--lang", "ja", "--", "-1+1"],
    ] {
        let shown = world.inventory(arguments);
        shown
            .never_says("\u{1b}")
            .never_says("\u{202e}")
            .never_says("\u{7}")
            .never_says("\r");
    }
    for command in ["list", "due", "diff", "history"] {
        let csv = world.inventory(&[command, "--format", "csv"]).stdout;
        assert!(!csv.contains('\u{1b}'), "{csv}");
        let cells = csv.split([',', '\n']).map(|cell| cell.trim_matches('"'));
        let formulas: Vec<&str> = cells
            .filter(|cell| cell.starts_with(['=', '+', '-', '@']))
            .collect();
        assert_eq!(formulas, Vec::<&str>::new(), "{csv}");
    }
}

#[test]
fn nothing_is_made_by_who_only_asks_and_the_file_can_be_chosen() {
    let world = share();
    world
        .inventory(&["list"])
        .exits(1)
        .complains("there is no inventory at")
        .complains("tokencert inventory import");
    assert!(
        !world
            .home()
            .join(".local/share/tokencert/inventory.sqlite")
            .exists()
    );
    world
        .inventory(&["import", "share", "--inventory", "mine.sqlite"])
        .succeeds();
    world.inventory(&["list"]).exits(1);
    world
        .inventory(&["--inventory", "mine.sqlite", "list"])
        .succeeds()
        .says("desk");
    let by_variable = world.and_env("TOKENCERT_INVENTORY", "mine.sqlite");
    by_variable.inventory(&["list"]).succeeds().says("desk");
    // Tables for spreadsheets are printed where there are tables.
    by_variable
        .inventory(&["import", "share", "--format", "csv"])
        .exits(2);
    by_variable
        .tokencert(&["list", "--format", "csv"])
        .exits(2)
        .complains("spreadsheets");
}

#[test]
fn a_clock_that_is_wrong_and_a_lost_token_that_is_seen_are_warned_of_in_both_languages() {
    let world = share();
    world.inventory(&["import", "share"]).succeeds();
    world.inventory(&["mark", "desk", "lost"]).succeeds();
    let ahead = report("pc-77", days(500), &[token("desk", "0a1b", &[])]);
    world.write("ahead.json", ahead.to_string());
    // Marks and reports are told apart to the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    world
        .inventory(&["import", "ahead.json", "--lang", "ja"])
        .succeeds()
        .complains("ahead.json の日時")
        .complains("「紛失」とされていますが、その後 pc-77 で確認されました");
}

#[test]
fn every_command_has_help_in_both_languages() {
    let world = World::new();
    for command in ["import", "list", "show", "history", "due", "diff", "mark"] {
        world
            .inventory(&[command, "--help"])
            .succeeds()
            .says("--inventory");
        let japanese = world
            .inventory(&[command, "--help", "--lang", "ja"])
            .succeeds();
        assert!(japanese.stdout.contains("既定の台帳"), "{japanese}");
    }
}

#[test]
fn an_audit_is_kept_at_once_and_its_report_is_then_there_already() {
    let world = World::with_token("desk");
    let audit = |more: &[&str]| {
        let all: Vec<&str> = ["audit", "--format", "json"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        world.tokencert(&all)
    };
    let audited = audit(&["--store"]);
    assert!(matches!(audited.status, Some(0 | 3)), "{audited}");
    assert!(
        audited.stderr.contains("Kept in the inventory: 1 token."),
        "{audited}"
    );
    world.write("report.json", &audited.stdout);
    world
        .inventory(&["import", "report.json"])
        .succeeds()
        .says("1 already there");
    // What another PC writes is imported; nothing has changed since.
    world.write("next.json", audit(&[]).stdout);
    world
        .inventory(&["import", "next.json"])
        .succeeds()
        .says("Imported 1 report of 1 token;");
    world
        .inventory(&["diff"])
        .succeeds()
        .says("Nothing has changed.");
    world
        .inventory(&["show", "desk"])
        .succeeds()
        .says("SoftHSM");
    audit(&["--store", "--inventory", "other.sqlite"]);
    world
        .inventory(&["list", "--inventory", "other.sqlite"])
        .succeeds()
        .says("desk");
    audit(&["--store", "--inventory", "nowhere/other.sqlite"]).exits(1);
}

#[test]
fn an_audit_is_kept_whoever_stops_reading_its_report() {
    use std::process::Stdio;
    let world = World::with_token("desk");
    for (format, full) in [("html", false), ("csv", true), ("text", true)] {
        let mut audit = world.tokencert_command(&["audit", "--store", "--format", format]);
        let full = full.then(|| std::fs::File::options().write(true).open("/dev/full"));
        let stdout = full.map_or_else(Stdio::piped, |file| file.unwrap().into());
        let mut child = audit.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("Kept in the inventory"), "{format}: {said}");
    }
    let history = world.inventory(&["history", "--format", "json"]).succeeds();
    assert_eq!(history.json()["runs"].as_array().unwrap().len(), 3);
}

#[test]
fn days_that_no_calendar_of_ours_has_are_refused_with_one_that_it_has() {
    let world = World::new();
    for (option, day, meant) in [
        ("due --month", "9999-12", "2026-12"),
        ("due --month", "2026-13", "2026-12"),
        ("diff --since", "9999-12-31", "2026-11-21"),
    ] {
        let (command, option) = option.split_once(' ').unwrap();
        world
            .inventory(&[command, option, day])
            .exits(2)
            .complains(&format!("`{day}` is not a value of {option}"))
            .complains(&format!("possible: {meant}"));
    }
}
