//! `tokencert status`: whose, until when, what is next.

use crate::common::{Outcome, World, clock, run};
use crate::support::{add_profile, issue, listed, with_pin, world_with_authority};

/// Runs `tokencert` so many days after the certificate's notAfter, or before it.
fn at(world: &World, time: jiff::Timestamp, arguments: &[&str]) -> Outcome {
    let time = time.strftime("%Y-%m-%d %H:%M:%S").to_string();
    // The clock stands still: on a busy machine the start alone can take more than the last second.
    run(clock::at(world.tokencert_command(arguments), &time))
}

fn not_after(world: &World) -> jiff::Timestamp {
    let seen = world.tokencert(&["status", "--format", "json"]).json();
    seen["certificates"][0]["not_after"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn status_tells_whose_until_when_and_what_is_next_without_a_pin() {
    let world = world_with_authority();
    world
        .tokencert(&["status"])
        .exits(3)
        .says("no certificate")
        .says("tokencert issue");
    issue(&world, &[]).succeeds();
    let counted = World::second_pc(&world).and_counted();
    let shown = counted.tokencert(&["status", "--lang", "ja"]).succeeds();
    assert_eq!(counted.calls().of("C_Login"), 0);
    let headings: Vec<&str> = shown
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        headings,
        ["このPC", "名義", "有効期限", "次の操作"],
        "{shown}"
    );
    shown
        .says("00009876543 riyousya 1283（発行番号 001）")
        .says("（あと365日）");
    let json = world
        .tokencert(&["status", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(json["certificates"][0]["state"], "valid");
    assert_eq!(json["certificates"][0]["days_left"], 365);
}

#[test]
fn status_is_due_from_the_day_on_which_the_window_opens() {
    let world = world_with_authority();
    issue(&world, &[]).succeeds();
    add_profile(&world, "");
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    let last_day = not_after(&world).to_zoned(zone.clone()).date();
    let opens = last_day.saturating_sub(jiff::Span::new().days(30));
    let opens = opens.to_zoned(zone).unwrap().timestamp();
    let second = jiff::SignedDuration::from_secs(1);
    at(&world, opens - second, &["status"])
        .exits(0)
        .says("nothing to do until");
    at(&world, opens, &["status"]).exits(3).says("30 days left");
    at(&world, opens, &["status", "--within", "29d"]).exits(0);
    at(&world, opens, &["status", "--within", "5w"]).exits(3);
    at(&world, opens, &["status", "--within", "soon"])
        .exits(2)
        .complains("soon");

    let end = not_after(&world);
    let day = jiff::SignedDuration::from_hours(24);
    at(&world, end, &["status", "--lang", "ja"])
        .exits(3)
        .says("本日まで");
    let after = at(&world, end + second, &["status", "--lang", "ja"]).exits(3);
    after.says("有効期限切れ").says("tokencert issue");
    at(&world, end + day * 92, &["status"])
        .exits(3)
        .says("ask for a reissue");
}

#[test]
fn status_names_what_is_safe_to_delete_after_a_renewal() {
    let world = world_with_authority();
    issue(&world, &[]).succeeds();
    let first = listed(&world)["identities"][0]["certificates"][0]["sha256"].clone();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    issue(&world, &["--another"]).succeeds();
    let shown = world.tokencert(&["status"]).succeeds();
    let line = shown
        .stdout
        .lines()
        .find(|line| line.contains("safe to delete"))
        .unwrap();
    let delete = format!("delete sha256:{} --what all", first.as_str().unwrap());
    assert!(line.contains(&delete), "{shown}");
}

/// Gives the command that `status` shows for the one unfinished run, in a shell.
fn go_on(world: &World) -> (String, Outcome) {
    let shown = world.tokencert(&["status"]).exits(3);
    let (_, rest) = shown.stdout.split_once("  tokencert ").unwrap();
    let (line, _) = rest.split_once(" (going on with").unwrap();
    let program = world
        .tokencert_command::<&str>(&[])
        .get_program()
        .to_owned();
    let pin = world.pin_source();
    let command = format!("{} {line} --pin-source {pin}", program.display());
    let outcome = run(world.command("bash", &["-c", &command]));
    (line.to_owned(), outcome)
}

fn assert_one_key(world: &World) {
    let keys = listed(world)["identities"].as_array().map(Vec::len);
    assert_eq!(keys, Some(1));
}

#[test]
fn the_command_that_status_shows_goes_on_with_a_request() {
    let world = World::with_token("demo").and_badtoken();
    let request = [
        "request",
        "--key",
        "ec:p256",
        "--id",
        "0a0b",
        "--subject",
        "CN=Miles O'Brien,O=Example Co",
        "--san",
        "dns:www.example.jp",
        "--usage",
        "serverAuth",
        "--out",
        "my request.csr",
    ];
    world.control("fault before 1 C_SignInit CKR_DEVICE_ERROR");
    with_pin(&world, &request).exits(4);
    world.control("");
    let place = world.path("my request.csr");
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .says(&format!("request to {}", place.display()));
    let pending = ["pending", "list", "--format", "json"];
    let pending = world.tokencert(&pending).json();
    assert_eq!(pending["pending"][0]["kind"], "request");

    let (_, outcome) = go_on(&world);
    outcome.succeeds();
    assert!(place.exists());
    assert_one_key(&world);
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .says("Nothing is unfinished.");
}

#[test]
fn the_command_that_status_shows_goes_on_with_an_issuing() {
    let world = World::with_token("demo");
    let folder = world.path("desk");
    std::fs::create_dir(&folder).unwrap();
    let authority = format!("files:{}", folder.display());
    let issue = ["issue", "--authority", &authority, "--subject", "CN=A B"];
    let issue = [&issue[..], &["--key", "ec:p256", "--san", "dns:a.example"]].concat();
    with_pin(&world, &issue).exits(8);
    let (line, outcome) = go_on(&world);
    outcome.exits(8);
    assert!(line.contains("--authority files:"), "{line}");
    assert_one_key(&world);
}

#[test]
fn what_the_profile_says_is_not_repeated_in_that_command() {
    let world = World::with_token("demo");
    let folder = world.path("desk");
    std::fs::create_dir(&folder).unwrap();
    let profile = format!(
        "version = 1\nname = 'desk'\nauthority = 'files:{}'\nkey = 'ec:p256'\n\
         subject = 'CN={{contract}} {{user}},O=Example'\n",
        folder.display()
    );
    world.write("desk.toml", profile);
    world.tokencert(&["profile", "add", "desk.toml"]).succeeds();
    let issue = ["issue", "--contract", "1", "--user", "a"];
    with_pin(&world, &issue).exits(8);
    let (line, outcome) = go_on(&world);
    outcome.exits(8);
    assert_eq!(line, "issue --subject 'CN=1 a,O=Example'");
    assert_one_key(&world);
}
