//! p11-kit finds the module by the file in the user's own folder.

use crate::common::{World, run};
use crate::support::integrate;

#[test]
fn p11_kit_lists_a_module_that_was_registered_for_the_user() {
    let world = World::with_token("usb");
    // SoftHSM2 itself is registered by its package.
    let module = world.path("libtoken.so");
    std::fs::copy(world.softhsm().module(), &module).unwrap();
    let module = module.to_str().unwrap();
    let registered = format!("module: {module}");
    let list = || {
        let place = world.path("..").canonicalize().unwrap();
        run(world.command("chmod", &["-R", "a+rX", place.to_str().unwrap()])).succeeds();
        // For root, p11-kit reads only what the system registers.
        let root = run(world.command("id", &["-u"])).stdout.trim() == "0";
        let other = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        run(if root {
            world.command(
                "setpriv",
                &[&other[..], &["p11-kit", "list-modules"]].concat(),
            )
        } else {
            world.command("p11-kit", &["list-modules"])
        })
        .succeeds()
    };
    assert!(!list().stdout.contains(module));
    let said = integrate(&world, &["p11-kit", "--module", module, "--write"]);
    assert!(
        said["changes"][0]["text"]
            .as_str()
            .unwrap()
            .contains(&registered)
    );
    list().says(module).says("SoftHSM");
    let again = integrate(&world, &["p11-kit", "--module", module, "--write"]);
    assert_eq!(again["changes"][0]["state"], "same");
}

#[test]
fn a_module_that_is_registered_already_is_left_as_it_is() {
    let world = World::new();
    let module = world.path("libtoken.so");
    std::fs::copy(world.softhsm().module(), &module).unwrap();
    let folder = world.home().join(".config/pkcs11/modules");
    std::fs::create_dir_all(&folder).unwrap();
    let line = format!("module: {}\n", module.display());
    std::fs::write(folder.join("mine.module"), line).unwrap();
    let said = integrate(
        &world,
        &["p11-kit", "--module", module.to_str().unwrap(), "--write"],
    );
    assert_eq!(said["changes"].as_array().unwrap().len(), 0, "{said}");
    assert!(
        said["notes"][0].as_str().unwrap().contains("mine.module"),
        "{said}"
    );
}
