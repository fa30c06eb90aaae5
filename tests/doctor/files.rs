//! Files that are named as modules and are none, or not for this computer.

use crate::common::World;
use crate::support::{doctor, library, profile, register, using};

#[test]
fn a_file_that_is_not_there_is_named_with_what_named_it() {
    let world = World::new();
    let gone = world.path("gone.so");
    let report = doctor(&using(world, &gone), &[]);
    report.has_problems(&["module-absent", "token-none"]);
    assert_eq!(report.module()["sources"][0]["source"], "environment");
    assert_eq!(report.module()["file"]["state"], "absent");
    assert_eq!(report.module()["outcome"], "not-loaded");
}

#[test]
fn the_driver_is_to_be_had_where_the_profile_says() {
    let world = World::new().and_env("TOKENCERT_MODULE", "");
    let module = "[module]\nname = 'libeToken.so'\ndownload = 'https://driver.example/'\n";
    profile(&world, module);
    let report = doctor(&world, &[]);
    let absent = report.check("module-absent");
    assert!(
        absent["next"]
            .as_str()
            .unwrap()
            .contains("https://driver.example/")
    );
    assert_eq!(report.module()["sources"][0]["source"], "profile");
}

#[test]
fn a_text_a_folder_and_a_program_are_no_libraries() {
    let world = World::new();
    let text = world.write("module.so", "# not a library\n");
    let folder = world.path("folder.so");
    std::fs::create_dir(&folder).unwrap();
    let object = {
        let mut header = vec![0; 64];
        header[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0");
        // An object file for this processor: relocatable, not shared.
        header[16..20].copy_from_slice(&[1, 0, 62, 0]);
        world.write("module.o", header)
    };
    let mut world = world;
    for file in [text, folder, object] {
        world = using(world, &file);
        let report = doctor(&world, &[]);
        report.has_problems(&["module-not-library", "token-none"]);
        assert_eq!(report.module()["outcome"], "not-loaded");
    }
}

#[test]
fn a_library_for_another_processor_is_told_from_its_first_bytes() {
    let world = World::new();
    let mut header = vec![0; 64];
    header[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0");
    // Shared, for ARM with 64 bits; where the tests run on that, for Intel.
    let other = if cfg!(target_arch = "aarch64") {
        62
    } else {
        183
    };
    header[16..20].copy_from_slice(&[3, 0, other, 0]);
    let file = world.write("other.so", header);
    let report = doctor(&using(world, &file), &[]);
    report.has_problems(&["module-architecture", "token-none"]);
    let needed = format!("ELF {}", std::env::consts::ARCH);
    report.says("module-architecture", &needed);
    assert_eq!(report.module()["file"]["format"], "ELF");
    assert_eq!(report.module()["outcome"], "not-loaded");
}

#[test]
fn a_library_for_another_system_is_told_too() {
    let world = World::new();
    let mut header = vec![0; 0x100];
    header[..2].copy_from_slice(b"MZ");
    header[0x3c] = 0x80;
    header[0x80..0x86].copy_from_slice(b"PE\0\0\x64\x86");
    header[0x97] = 0x20;
    let file = world.write("eTPKCS11.dll", header);
    let report = doctor(&using(world, &file), &[]);
    report.has_problems(&["module-architecture", "token-none"]);
    report.says("module-architecture", "PE x86_64");
}

#[test]
fn a_relative_path_is_refused_before_anything_is_loaded() {
    let world = World::new().and_env("TOKENCERT_MODULE", "lib/module.so");
    let report = doctor(&world, &[]);
    report.has_problems(&["module-relative", "token-none"]);
}

#[test]
fn a_library_that_is_no_module_says_what_it_lacks() {
    let world = World::new();
    let plain = library(&world, "plain", "int answer(void) { return 42; }\n", &[]);
    let report = doctor(&using(world, &plain), &[]);
    report.has_problems(&["module-not-pkcs11", "token-none"]);
    assert_eq!(report.module()["outcome"], "unloadable");
}

#[test]
fn the_systems_own_mathematics_are_no_module_either() {
    let folders = ["/lib", "/usr/lib", "/lib64", "/usr/lib64"];
    let tuple = format!("{}-linux-gnu/libm.so.6", std::env::consts::ARCH);
    let places = folders
        .iter()
        .flat_map(|folder| [format!("{folder}/{tuple}"), format!("{folder}/libm.so.6")]);
    let there = |path: &String| std::path::Path::new(path).is_file();
    let libm = places.into_iter().find(there).expect("a system has libm");
    let report = doctor(&using(World::new(), libm.as_ref()), &[]);
    report.has_problems(&["module-not-pkcs11", "token-none"]);
}

#[test]
fn a_library_that_the_module_needs_is_named_where_it_is_missing() {
    let world = World::new();
    let needed = library(&world, "libneeded", "int needed(void) { return 1; }\n", &[]);
    let source = "int needed(void);\nint C_GetFunctionList(void *list) { return needed(); }\n";
    let folder = format!("-L{}", world.path("").display());
    let module = library(&world, "module", source, &[&folder, "-lneeded"]);
    std::fs::remove_file(needed).unwrap();
    let report = doctor(&using(world, &module), &[]);
    report.has_problems(&["module-dependency", "token-none"]);
    report.says("module-dependency", "libneeded.so");
}

#[test]
fn a_symbol_that_is_missing_is_named_as_a_library_of_another_version() {
    let world = World::new();
    let source = "int of_another_version(void);\n\
                  __attribute__((constructor)) static void begin(void) { of_another_version(); }\n";
    let now = library(&world, "now", source, &["-Wl,-z,now"]);
    // Bound when it is called, and then the process ends.
    let lazy = library(&world, "lazy", source, &["-Wl,-z,lazy"]);
    let mut world = world;
    for module in [now, lazy] {
        world = using(world, &module);
        let report = doctor(&world, &[]);
        report.has_problems(&["module-symbols", "token-none"]);
        report.says("module-symbols", "of_another_version");
    }
}

#[test]
fn what_is_named_comes_first_and_all_looks_at_the_others_too() {
    let world = World::with_token("demo").and_env("TOKENCERT_MODULE", "");
    let text = world.write("text.so", "no library");
    register(&world, "broken", &text.display().to_string());
    register(&world, "gone", "/nowhere/at/all/gone.so");
    let softhsm = world.softhsm().module().display().to_string();
    let report = doctor(&world, &["--module", &softhsm]);
    report.has_problems(&[]);
    let modules = report.json["modules"].as_array().unwrap();
    assert_eq!(modules[0]["path"], softhsm);
    assert_eq!(modules[0]["sources"][0]["source"], "option");
    assert!(
        modules[1..]
            .iter()
            .all(|module| module["outcome"] == "unused")
    );
    report.says("registration-dangling", "gone.so");
    // In the usual places nothing has to be, and each of them is told.
    let searched = report.json["searched"].as_array().unwrap();
    let is = |path: &str| searched.iter().any(|place| place["path"] == path);
    assert!(is("/usr/lib/libeToken.so"));
    let gone = searched
        .iter()
        .find(|place| place["path"] == "/nowhere/at/all/gone.so");
    assert_eq!(gone.unwrap()["source"], "registration");

    let all = doctor(&world, &["--module", &softhsm, "--all"]);
    assert_eq!(
        all.check("module-not-library")["module"],
        text.display().to_string()
    );
    // Without a name, whatever is found is used.
    let found = doctor(&world, &[]);
    assert_eq!(
        found.check("module-not-library")["module"],
        text.display().to_string()
    );
}

#[test]
fn configuration_and_profile_are_told_apart_as_sources() {
    let world = World::with_token("demo").and_env("TOKENCERT_MODULE", "");
    let softhsm = world.softhsm().module().display().to_string();
    profile(&world, "[module]\nname = 'libsofthsm2.so'\n");
    let of_profile = doctor(&world, &[]);
    let sources = |report: &crate::support::Report| report.module()["sources"].to_string();
    assert!(sources(&of_profile).contains("\"profile\""));
    world.write("config.toml", format!("module = '{softhsm}'\n"));
    let of_configuration = doctor(&world, &["--config", "config.toml"]);
    let first = &of_configuration.module()["sources"][0]["source"];
    assert_eq!(first, "configuration");
}
