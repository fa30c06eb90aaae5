//! The profile and its authority.

use crate::common::World;
use crate::served::Bank;
use crate::support::{doctor, profile};

#[test]
fn a_profile_that_is_broken_or_gone_is_a_problem_and_the_rest_is_still_looked_at() {
    let world = World::with_token("demo");
    profile(&world, "");
    doctor(&world, &[])
        .has_problems(&[])
        .says("profile-usable", "demo");
    let file = world.home().join(".config/tokencert/profiles/demo.toml");
    std::fs::write(file, "version = 1\nname = 'demo'\nauthorty = 'x'\n").unwrap();
    let broken = doctor(&world, &[]);
    broken.has_problems(&["profile-unusable"]);
    broken.says("profile-unusable", "did you mean `authority`?");
    assert!(broken.find("jobs-possible").is_some());
    let gone = doctor(&world, &["--profile", "another"]);
    gone.has_problems(&["profile-unusable"])
        .says("profile-unusable", "another");
}

#[test]
fn of_several_profiles_one_has_to_be_chosen() {
    let world = World::with_token("demo");
    profile(&world, "");
    world.write(
        "other.toml",
        world.read("demo.toml").replace("'demo'", "'other'"),
    );
    world
        .tokencert(&["profile", "add", "other.toml"])
        .succeeds();
    let several = doctor(&world, &[]);
    several
        .has_problems(&[])
        .says("profile-several", "demo, other");
    let chosen = doctor(&world, &["--profile", "other"]);
    assert_eq!(chosen.json["profile"], "other");
    assert!(
        doctor(&world, &["--no-profile"])
            .find("profile-none")
            .is_some()
    );
}

#[test]
fn a_profiles_time_zone_is_looked_up() {
    let world = World::with_token("demo");
    profile(&world, "[windows]\ntime_zone = 'Asia/Tokyo'\n");
    doctor(&world, &[]).has_problems(&[]);
}

#[test]
fn an_authority_in_a_folder_is_looked_for_without_being_told_to() {
    let world = World::with_token("demo");
    profile(&world, "");
    doctor(&world, &[])
        .has_problems(&[])
        .check("authority-reached");
    std::fs::remove_dir(world.path("ca")).unwrap();
    let gone = doctor(&world, &[]);
    gone.has_problems(&["authority-unreachable"]);
    gone.says("authority-unreachable", "dir:");
}

#[test]
fn the_support_desk_has_the_last_word_where_there_is_a_problem() {
    let world = World::with_token("demo").and_badtoken();
    let support = "[support]\nname = 'Help Desk'\ntelephone = '0120-000-000'\n";
    profile(&world, support);
    world
        .tokencert(&["doctor"])
        .succeeds()
        .never_says("0120-000-000");
    world.control("set-flag CKF_USER_PIN_LOCKED");
    let problem = world.tokencert(&["doctor"]).exits(3);
    problem.complains("support desk: Help Desk, 0120-000-000");
    let japanese = world.tokencert(&["doctor", "--lang", "ja"]).exits(3);
    japanese.complains("0120-000-000");
}

/// A world whose profile is a real server's, known by this fingerprint.
fn of_bank(url: &str, fingerprint: Option<&str>) -> World {
    let world = World::with_token("demo");
    let known = fingerprint.map(|digest| format!("ca_fingerprint = '{digest}'\n"));
    let text = format!(
        "version = 1\nname = 'bank'\nauthority = '{url}'\n{}",
        known.unwrap_or_default()
    );
    world.write("bank.toml", text);
    world.tokencert(&["profile", "add", "bank.toml"]).succeeds();
    world
}

#[test]
fn an_authority_in_the_network_is_asked_only_when_told_to() {
    let bank = Bank::new();
    let world = of_bank(&bank.url, Some(&bank.fingerprint));
    let offline = doctor(&world, &[]);
    offline
        .has_problems(&[])
        .says("authority-not-asked", &bank.url);
    let online = doctor(&world, &["--online"]);
    online
        .has_problems(&[])
        .says("authority-reached", &bank.url);
    // What it was trusted by is not kept: nothing was done yet.
    assert!(!world.home().join(".local/state/tokencert/trust").exists());

    let stranger = of_bank(&bank.url, Some(&"00".repeat(32)));
    doctor(&stranger, &["--online"]).has_problems(&["authority-unreachable"]);
    let unknown = of_bank(&bank.url, None);
    doctor(&unknown, &["--online"])
        .has_problems(&[])
        .check("authority-untrusted");
}

#[test]
fn an_authority_that_nobody_reaches_is_a_problem() {
    // Bound and let go: nobody listens there.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let world = of_bank(&format!("https://127.0.0.1:{port}"), Some(&"00".repeat(32)));
    let report = doctor(&world, &["--online"]);
    report.has_problems(&["authority-unreachable"]);
    assert!(report.find("jobs-possible").is_some());
}

#[test]
fn a_clock_that_differs_from_the_authoritys_is_a_problem() {
    let bank = Bank::of_old();
    let world = of_bank(&bank.url, Some(&bank.fingerprint));
    let report = doctor(&world, &["--online"]);
    let problems = report.levels("problem");
    assert!(
        problems.contains(&"clock-off"),
        "{:#}",
        report.json["checks"]
    );
}
