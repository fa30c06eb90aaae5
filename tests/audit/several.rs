//! Tokens of several modules: each module in a process of its own, each token once.

use crate::common::{World, badtoken};

/// A world in which p11-kit has registered SoftHSM2, and badtoken as a second module.
fn world() -> World {
    let world = World::with_token("desk").and_badtoken();
    world.control("");
    let folder = world.home().join(".config/pkcs11/modules");
    std::fs::create_dir_all(&folder).unwrap();
    let modules = [
        ("a", world.softhsm().module().to_owned()),
        ("b", badtoken().to_owned()),
    ];
    for (name, path) in modules {
        let text = format!("module: {}\n", path.display());
        std::fs::write(folder.join(format!("{name}.module")), text).unwrap();
    }
    world
}

fn audit(world: &World, more: &[&str]) -> crate::common::Outcome {
    let all = [&["audit", "--format", "json"][..], more].concat();
    let mut command = world.tokencert_command(&all);
    command.env_remove("TOKENCERT_MODULE");
    crate::common::run(command)
}

#[test]
fn a_token_that_two_modules_show_is_one_token_with_one_login() {
    let world = world();
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .json();
    let tokens = listed["tokens"].as_array().unwrap();
    let desk = tokens
        .iter()
        .find(|token| token["label"] == "desk")
        .unwrap();
    let line = format!(
        "{}={}\n",
        desk["serial"].as_str().unwrap(),
        world.pin_source()
    );
    let map = world.private_file("map", &line).display().to_string();
    world.calls();
    let report = audit(&world, &["--pin-map", &map]).exits(0).json();
    // The first module has logged in; the second, which is counted, has only been looked at.
    assert_eq!(world.calls().of("C_Login"), 0);
    let tokens = report["tokens"].as_array().unwrap().iter();
    let desks: Vec<_> = tokens.filter(|token| token["label"] == "desk").collect();
    assert_eq!(desks.len(), 1);
    assert_eq!(desks[0]["logged_in"], true);
    assert!(report["modules"].as_array().unwrap().len() >= 2);
}

#[test]
fn a_module_that_crashes_is_said_and_hides_no_token_of_the_others() {
    let world = world();
    world.control("fault before 1 C_GetSlotList crash");
    let report = audit(&world, &[]).exits(0).json();
    let modules = report["modules"].as_array().unwrap().iter();
    let failed: Vec<_> = modules
        .filter(|module| !module["error"].is_null())
        .collect();
    assert_eq!(failed.len(), 1, "{report:#}");
    assert_eq!(failed[0]["path"], badtoken().display().to_string());
    let tokens = report["tokens"].as_array().unwrap().iter();
    assert!(tokens.clone().any(|token| token["label"] == "desk"));
}

#[test]
fn a_token_whose_module_crashes_while_it_is_read_is_still_in_the_report() {
    let world = world();
    // badtoken's own: the token says another name of itself there.
    world.control("token label other\nfault before 1 C_OpenSession crash");
    let audited = audit(&world, &[]);
    let report = audited.exits(4).json();
    let tokens = report["tokens"].as_array().unwrap();
    let other = tokens
        .iter()
        .find(|token| token["label"] == "other")
        .unwrap();
    assert!(
        other["error"].as_str().unwrap().contains("no answer"),
        "{other}"
    );
    let unchecked = report["not_checked"].as_array().unwrap().iter();
    let mut of_other = unchecked.filter(|one| one["token"]["label"] == "other");
    assert!(of_other.any(|one| one["reason"] == "unreadable"));
    assert!(tokens.iter().any(|token| token["label"] == "desk"));
}
