//! How modules are found, loaded, and let go.

use crate::common::{World, badtoken};
use crate::support::{issue, with_pin, world_with_authority};

/// Registers a module as p11-kit has them, in the user's own folder.
fn register(world: &World, name: &str, path: &std::path::Path) {
    let folder = world.home().join(".config/pkcs11/modules");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!("module: {}\n", path.display());
    std::fs::write(folder.join(format!("{name}.module")), text).unwrap();
}

#[test]
fn without_finalizing_everything_works_all_the_same() {
    let world = world_with_authority().and_badtoken();
    world.control("fault before 1 C_Finalize crash");
    issue(&world, &["--no-finalize"]).succeeds();
    world.write("config.toml", "no-finalize = true\n");
    with_pin(&world, &["list", "--config", "config.toml"]).succeeds();
    let calls = world.calls();
    assert!(calls.of("C_Initialize") > 0, "{calls}");
    assert_eq!(calls.of("C_Finalize"), 0, "{calls}");
}

#[test]
fn children_load_modules_as_their_parent_was_told_to() {
    let world = World::with_token("demo").and_badtoken();
    world.control("init-text configdir=/nss");
    register(&world, "nss", badtoken());
    let world = world.and_env("TOKENCERT_MODULE", "");
    let listing = ["token", "list", "--module-init", "configdir=/nss"];
    world.tokencert(&listing).succeeds();
    let calls = world.calls();
    assert!(calls.of("C_GetSlotList") > 0, "{calls}");
    world.write("config.toml", "module-init = 'configdir=/nss'\n");
    let listing = ["token", "list", "--config", "config.toml"];
    world.tokencert(&listing).succeeds();
    let calls = world.calls();
    assert!(calls.of("C_GetSlotList") > 0, "{calls}");
    world.tokencert(&["token", "list"]).succeeds();
    assert_eq!(world.calls().of("C_GetSlotList"), 0);
}

#[test]
fn a_token_that_two_modules_show_is_one_token() {
    let world = World::with_token("demo").and_badtoken();
    // Two files, as where a maker's library was installed twice; two names of one are found earlier.
    let copy = world.path("second-badtoken.so");
    std::fs::copy(badtoken(), &copy).unwrap();
    register(&world, "first", badtoken());
    register(&world, "second", &copy);
    let world = world.and_env("TOKENCERT_MODULE", "");
    with_pin(&world, &["list"]).succeeds();
    with_pin(
        &world,
        &[
            "request",
            "--key",
            "ec:p256",
            "--subject",
            "CN=x",
            "--out",
            "x.csr",
        ],
    )
    .succeeds();
    let listed = world.tokencert(&["token", "list", "--format", "json"]);
    let listed = listed.succeeds().json();
    let mut tokens = listed["tokens"].as_array().unwrap().clone();
    tokens.retain(|token| token["initialized"] == true);
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    // The same device in two modules, but not the same token: their serial numbers differ.
    world.token("other");
    world.tokencert(&["list"]).exits(4).complains("other");
}

#[test]
fn a_module_that_gives_no_answer_is_named_when_nothing_is_found() {
    let world = World::with_token("demo").and_env("TOKENCERT_MODULE", "");
    register(&world, "broken", &world.write("broken.so", "no library"));
    world
        .tokencert(&["list"])
        .succeeds()
        .never_says("broken.so");
    let missing = ["list", "--token", "another", "-v"];
    let missing = world.tokencert(&missing).exits(4);
    missing
        .complains("broken.so gave no answer")
        .complains("cannot be used");
}

#[test]
fn what_the_library_warns_of_is_said_in_the_users_language() {
    let world = World::with_token("demo").and_badtoken();
    let request = ["request", "--key", "ec:p256", "--subject", "CN=x"];
    with_pin(&world, &[&request[..], &["--out", "x.csr"]].concat()).succeeds();
    world.control("fault before 1+ C_GetAttributeValue CKR_OBJECT_HANDLE_INVALID");
    let listed = with_pin(&world, &["list"]).succeeds();
    listed.complains("warning: an object could not be read (C_GetAttributeValue returned");
    let japanese = with_pin(&world, &["list", "--lang", "ja", "-v"]).succeeds();
    japanese
        .complains("注意：読めないものがあります（C_GetAttributeValue")
        .never_says("could not be read");
}
