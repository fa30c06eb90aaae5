//! `tokencert renew`: when it is due, what it leaves, and what it says where it is too late.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;
#[path = "renewing/mod.rs"]
mod renewing;

use common::{PIN, World};
use jiff::{SignedDuration, Timestamp};
use renewing::{
    AGO, issue_long_ago, issued, old_certificate, renew, tokencert_at, with_profile,
    world_in_window,
};
use serde_json::Value;

fn listed(world: &World) -> Value {
    let pin = world.pin_source();
    let list = ["list", "--format", "json", "--pin-source", &pin];
    world.tokencert(&list).succeeds().json()
}

/// The certificates on the token that are no CA's.
fn certificates(world: &World) -> Vec<Value> {
    let listed = listed(world);
    let identities = listed["identities"].as_array().unwrap();
    let beside = identities
        .iter()
        .flat_map(|one| one["certificates"].as_array().unwrap().clone());
    beside.collect()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn clock(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[test]
fn a_renewal_makes_a_new_pair_in_the_same_name_and_keeps_the_old_one() {
    let world = world_in_window();
    let before = certificates(&world);
    let done = renew(&world, &["--format", "json"]).succeeds().json();
    assert_eq!(done["outcome"], "renewed");
    assert_eq!(done["subject_differs"], false);
    assert_eq!(done["retired"], Value::Null);
    let after = certificates(&world);
    assert_eq!(after.len(), 2);
    assert_eq!(listed(&world)["identities"].as_array().unwrap().len(), 2);
    let new = after
        .iter()
        .find(|one| one["sha256"] == done["certificate"]["sha256"]);
    let new = new.unwrap();
    assert_eq!(new["subject"], before[0]["subject"]);
    assert!(time(&new["not_after"]) > time(&before[0]["not_after"]));

    // Now it is too early again, which is no failure and takes no PIN.
    let counted = World::second_pc(&world).and_counted();
    counted.write("ca.pem", world.read("ca/ca.pem"));
    std::fs::create_dir(counted.path("ca")).unwrap();
    std::fs::copy(world.path("ca/ca.pem"), counted.path("ca/ca.pem")).unwrap();
    let early = counted.tokencert(&["renew", "--authority", "dir:ca"]);
    early.succeeds().says("Not due: renewal opens on");
    assert_eq!(counted.calls().of("C_Login"), 0);
}

#[test]
fn a_renewal_takes_one_login_and_names_what_it_keeps() {
    let world = world_in_window().and_counted();
    let done = renew(&world, &["--lang", "ja"]).succeeds();
    done.says("新しい電子証明書を")
        .complains("tokencert renew --retire");
    assert_eq!(world.calls().of("C_Login"), 1);
    let status = world.tokencert(&["status"]).succeeds();
    status.says("safe to delete");
}

#[test]
fn the_old_pair_goes_when_told_so_and_only_then() {
    let world = world_in_window();
    renew(&world, &[]).succeeds();
    let retired = renew(&world, &["--retire", "--format", "json"]).succeeds();
    assert_eq!(retired.json()["outcome"], "retired");
    assert_eq!(retired.json()["retired"].as_array().unwrap().len(), 3);
    let left = certificates(&world);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["sha256"], retired.json()["certificate"]["sha256"]);
    // There is nothing left to retire.
    let again = renew(&world, &["--retire", "--format", "json"]).succeeds();
    assert_eq!(again.json()["outcome"], "not-due");
    assert_eq!(issued(&world), 2);
}

#[test]
fn renewing_and_retiring_in_one_run_leaves_the_new_pair_alone() {
    let world = world_in_window();
    let done = renew(&world, &["--retire", "--format", "json"]).succeeds();
    assert_eq!(done.json()["outcome"], "renewed");
    assert_eq!(done.json()["retired"].as_array().unwrap().len(), 3);
    let left = certificates(&world);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["sha256"], done.json()["certificate"]["sha256"]);
}

#[test]
fn the_window_opens_and_closes_to_the_second() {
    let world = World::with_token("desk");
    old_certificate(&world);
    with_profile(&world);
    let end = time(&certificates(&world)[0]["not_after"]);
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    let last_day = end.to_zoned(zone.clone()).date();
    let midnight = |date: jiff::civil::Date| date.to_zoned(zone.clone()).unwrap().timestamp();
    let opens = midnight(last_day.saturating_sub(jiff::Span::new().days(30)));
    let closes = midnight(last_day.saturating_add(jiff::Span::new().days(91)));
    let second = SignedDuration::from_secs(1);
    let pin = world.pin_source();
    let order = ["renew", "--pin-source", &pin];
    let at = |time: Timestamp| tokencert_at(&world, &clock(time), &order);

    at(opens - second).succeeds().says("Not due");
    let before = world.snapshot();
    at(opens).succeeds().says("The new certificate is on");
    world.go_back_to(&before);
    at(end).succeeds().says("The new certificate is on");
    world.go_back_to(&before);
    let late = at(end + second).exits(1);
    let until = last_day.saturating_add(jiff::Span::new().days(90));
    late.complains("can no longer be renewed")
        .complains(&format!("`tokencert issue`, until {until}"));
    at(closes - second).exits(1).complains("until");
    at(closes).exits(1).complains("ask for a reissue");
    assert_eq!(certificates(&world).len(), 1);
}

#[test]
fn of_several_holders_the_one_that_is_due_is_renewed_and_of_several_due_one_has_to_be_named() {
    let world = world_in_window();
    let pin = world.pin_source();
    let issue = ["issue", "--key", "ec:p256", "--pin-source", &pin];
    let from = ["--authority", "dir:ca", "--subject", "CN=Taro"];
    world.tokencert(&[&issue[..], &from].concat()).succeeds();
    let before = world.snapshot();
    renew(&world, &[]).succeeds().says("Hanako");
    world.go_back_to(&before);

    issue_long_ago(&world, &["--subject", "CN=Jiro"]).exits(2);
    let third = ["--authority", "dir:ca", "--subject", "CN=Jiro"];
    tokencert_at(&world, AGO, &[&issue[..], &third].concat()).succeeds();
    let refused = renew(&world, &[]).exits(2);
    refused.complains("CN=Hanako").complains("CN=Jiro");
    renew(&world, &["label:Jiro"]).succeeds().says("Jiro");
}

#[test]
fn what_was_renewed_is_not_renewed_again_in_place_of_what_took_its_place() {
    let world = world_in_window();
    let pin = world.pin_source();
    let issue = [
        "issue",
        "--key",
        "ec:p256",
        "--pin-source",
        &pin,
        "--another",
    ];
    let from = ["--authority", "dir:ca", "--subject", "CN=Hanako"];
    tokencert_at(&world, "-339d", &[&issue[..], &from].concat()).succeeds();
    let mut both = certificates(&world);
    both.sort_by_key(|one| time(&one["not_after"]));
    let named = |one: &Value| format!("sha256:{}", one["sha256"].as_str().unwrap());
    let (old, new) = (named(&both[0]), named(&both[1]));
    let refused = renew(&world, &[&old]).exits(1);
    refused.complains(&format!("tokencert renew {new}"));
    renew(&world, &[&new])
        .succeeds()
        .says("The new certificate is on");
    renew(&world, &[&old]).succeeds().says("Not due");
}

#[test]
fn the_command_that_status_shows_goes_on_with_a_renewal() {
    let world = world_in_window().and_badtoken();
    world.control("fault after 1 C_GenerateKeyPair kill");
    assert_eq!(renew(&world, &[]).status, None);
    world.control("");
    let shown = world.tokencert(&["status"]).exits(3);
    let (_, rest) = shown.stdout.split_once("  tokencert renew ").unwrap();
    let (line, _) = rest.split_once(" (going on with").unwrap();
    let arguments: Vec<&str> = line.split(' ').collect();
    let pin = world.pin_source();
    let order = [&["renew"][..], &arguments, &["--pin-source", &pin]].concat();
    let done = world.tokencert(&order).succeeds();
    done.says("The new certificate is on");
    assert_eq!(certificates(&world).len(), 2);
    assert_eq!(disturbed::unfinished(&world), [""; 0]);
}

#[test]
fn a_token_without_a_certificate_says_so() {
    let world = World::with_token("desk");
    world.init_authority(&[]).succeeds();
    renew(&world, &[]).exits(1).complains("tokencert issue");
}

#[test]
fn a_certificate_moves_to_another_token_with_one_login_each() {
    let world = world_in_window();
    let spare = world.token("spare");
    let world = world.and_counted();
    // Two tokens, two sources: one PIN is never tried on two tokens.
    let same = world.pin_source();
    let twice = ["--token", &spare, "--from", "desk", "--from-pin-source"];
    renew(&world, &[&twice[..], &[&same]].concat()).exits(2);
    world.calls();
    let other = world.pin_source_of(PIN);
    let order = [&twice[..], &[&other]].concat();
    let done = renew(&world, &order).succeeds();
    done.says("`spare`");
    assert_eq!(world.calls().of("C_Login"), 2);
    let pin = world.pin_source();
    let on = |token: &str| {
        let list = ["list", "--format", "json", "--token", token];
        let listed = world.tokencert(&[&list[..], &["--pin-source", &pin]].concat());
        listed.succeeds().json()["identities"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((on("desk"), on("spare")), (1, 1));
    // The same again does nothing, and with `--retire` the old pair goes.
    renew(&world, &order).succeeds().says("Not due");
    renew(&world, &[&order[..], &["--retire"]].concat()).succeeds();
    assert_eq!((on("desk"), on("spare")), (0, 1));
    assert_eq!(issued(&world), 2);
}

#[test]
fn a_certificate_moves_from_a_token_to_this_pc_and_back() {
    let world = world_in_window();
    let other = world.pin_source_of(PIN);
    let to_pc = ["--to", "pc", "--from", "desk", "--from-pin-source", &other];
    let done = renew(&world, &[&to_pc[..], &["--format", "json"]].concat()).succeeds();
    assert_eq!(done.json()["outcome"], "renewed");
    let pin = world.pin_source();
    let list = ["list", "--format", "json", "--pin-source", &pin];
    let on_pc = world.tokencert(&[&list[..], &["--to", "pc"]].concat());
    assert_eq!(
        on_pc.succeeds().json()["identities"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(certificates(&world).len(), 1);
    let retire = renew(&world, &[&to_pc[..], &["--retire"]].concat()).succeeds();
    retire.complains("Deleted the private key");
    assert_eq!(certificates(&world).len(), 0);
    assert_eq!(issued(&world), 2);
}
