//! The computer: clock, folders, variables, smart card service.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::{Duration, SystemTime};

use crate::common::{World, badtoken, clock, run};
use crate::support::{doctor, using};

#[test]
fn a_computer_in_order_says_so_and_nothing_is_written_on_it() {
    let world = World::with_token("demo");
    let report = doctor(&world, &[]);
    assert_eq!(report.status, 0);
    for id in [
        "clock-plausible",
        "folders-usable",
        "module-answers",
        "jobs-possible",
    ] {
        assert_eq!(report.check(id)["level"], "ok");
    }
    let home = std::fs::read_dir(world.home()).unwrap().count();
    assert_eq!(home, 0, "the doctor left something behind");
}

#[test]
fn a_clock_of_another_age_is_a_problem() {
    let world = World::with_token("demo");
    let program = env!("CARGO_BIN_EXE_tokencert");
    for (time, status) in [("2001-01-01 00:00:00", 3), ("2077-01-01 00:00:00", 3)] {
        let doctor = ["doctor", "--time-limit", "60s"];
        let outcome = run(clock::at(world.command(program, &doctor), time)).exits(status);
        outcome.says("clock-implausible").complains("hint: ");
    }
}

#[test]
fn a_clock_behind_files_of_ours_is_a_problem() {
    let world = World::with_token("demo");
    let folder = world.home().join(".local/state/tokencert/journal");
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join("one.json")).unwrap();
    let later = SystemTime::now() + Duration::from_hours(2);
    file.set_modified(later).unwrap();
    let report = doctor(&world, &[]);
    assert_eq!(report.levels("problem"), ["clock-behind"]);
    file.set_modified(SystemTime::now()).unwrap();
    assert!(doctor(&world, &[]).find("clock-plausible").is_some());
}

#[test]
fn a_folder_that_others_can_read_is_worth_a_note() {
    let world = World::with_token("demo");
    let folder = world.home().join(".local/state/tokencert");
    std::fs::create_dir_all(&folder).unwrap();
    let mode = |mode| std::fs::set_permissions(&folder, PermissionsExt::from_mode(mode)).unwrap();
    mode(0o755);
    let report = doctor(&world, &[]);
    report
        .has_problems(&[])
        .says("folder-open", &folder.display().to_string());
    mode(0o700);
    assert!(doctor(&world, &[]).find("folder-open").is_none());
}

#[test]
fn a_folder_that_cannot_be_written_is_a_problem() {
    let world = World::with_token("demo");
    std::fs::create_dir_all(world.home().join(".local")).unwrap();
    std::fs::write(world.home().join(".local/state"), "a file").unwrap();
    let report = doctor(&world, &[]);
    report.has_problems(&["folder-unwritable"]);
    let state = world.home().join(".local/state/tokencert");
    report.says("folder-unwritable", &state.display().to_string());
}

#[test]
fn variables_that_lead_modules_elsewhere_are_named_without_their_values() {
    let world = World::with_token("demo")
        .and_env("PKCS11SPY", "/usr/lib/secret-place.so")
        .and_env("LD_LIBRARY_PATH", "/secret-place")
        .and_env("OPENSSL_CONF", "/secret-place.cnf");
    let report = doctor(&world, &[]);
    report.has_problems(&[]);
    report.says("pkcs11spy-set", "PKCS11SPY");
    report.says("libraries-redirected", "LD_LIBRARY_PATH");
    report.says("openssl-redirected", "OPENSSL_CONF");
    assert!(!report.stdout.contains("secret-place"));
    let empty = World::with_token("demo").and_env("PKCS11SPY", "");
    assert!(doctor(&empty, &[]).find("pkcs11spy-set").is_none());
}

#[test]
fn the_smart_card_service_is_looked_for_where_a_module_needs_it() {
    let world = World::with_token("demo").and_badtoken();
    let socket = world.path("pcscd.comm");
    let world = world.and_env("PCSCLITE_CSOCK_NAME", socket.display().to_string());
    // SoftHSM2 needs none.
    let report = doctor(&world, &[]);
    assert!(
        ["pcsc-absent", "pcsc-running"]
            .iter()
            .all(|id| report.find(id).is_none())
    );
    // The same module under a name that does.
    let card = world.path("libykcs11.so");
    std::fs::copy(badtoken(), &card).unwrap();
    let world = using(world, &card);
    let with_token = doctor(&world, &[]);
    with_token
        .has_problems(&[])
        .says("pcsc-absent", "pcscd.comm");
    world.control("out");
    doctor(&world, &[]).has_problems(&["pcsc-absent", "token-none"]);
    let service = UnixListener::bind(&socket).unwrap();
    doctor(&world, &[])
        .has_problems(&["token-none"])
        .check("pcsc-running");
    drop(service);
    doctor(&world, &[]).has_problems(&["pcsc-silent", "token-none"]);
}

#[test]
fn a_time_zone_that_is_none_is_worth_a_note() {
    let world = World::with_token("demo").and_env("TZ", "Atlantis/Poseidonis");
    doctor(&world, &[])
        .has_problems(&[])
        .check("time-zone-of-system");
    let world = World::with_token("demo").and_env("TZ", "Asia/Tokyo");
    doctor(&world, &[])
        .has_problems(&[])
        .check("time-zones-known");
}

#[test]
fn a_configuration_that_cannot_be_used_is_a_problem_and_the_rest_is_still_looked_at() {
    let world = World::with_token("demo");
    for (text, words) in [
        ("modul = '/usr/lib/a.so'\n", "did you mean `module`?"),
        ("module = [\n", "config.toml"),
        ("pin-source = '123456'\n", "the PIN source"),
        ("token = 'pkcs11:x'\n", "PKCS#11 URI"),
    ] {
        world.write("config.toml", text);
        let report = doctor(&world, &["--config", "config.toml"]);
        report.has_problems(&["configuration-unusable"]);
        report.says("configuration-unusable", words);
        assert!(report.find("jobs-possible").is_some());
        assert!(!report.stdout.contains("123456"));
    }
    let gone = doctor(&world, &["--config", "gone.toml"]);
    gone.says("configuration-unusable", "gone.toml");
    // No other command makes do without it.
    world
        .tokencert(&["list", "--config", "config.toml"])
        .exits(2);
}
