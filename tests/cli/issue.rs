//! `tokencert issue` and `pending`: the clerk's work from the first certificate on.

use crate::common::{self, World, run};
use crate::support::{
    SUBJECT, add_profile, authority, issue, listed, sign, with_openssl_ca, with_pin,
    world_with_authority,
};

#[test]
fn a_certificate_is_issued_onto_the_token_with_its_chain() {
    let world = world_with_authority();
    let issued = issue(&world, &[]).succeeds();
    for said in [
        "CN = 00009876543 riyousya 1283",
        "Issue count",
        "001",
        "Valid until",
    ] {
        assert!(issued.stdout.contains(said), "{said}\n{issued}");
    }
    issued.never_says("pull the USB token out");
    let seen = listed(&world);
    let identity = &seen["identities"][0];
    assert_eq!(identity["certificates"][0]["matches_key"], true);
    assert_eq!(seen["certificates"][0]["ca"], true);
    let id = identity["id"].as_str().unwrap();
    world
        .tokencert(&["export", id, "--out", "leaf.pem"])
        .succeeds();
    let ca = seen["certificates"][0]["sha256"].as_str().unwrap();
    world
        .tokencert(&["export", &format!("sha256:{ca}"), "--out", "ca.pem"])
        .succeeds();
    world
        .openssl(&["verify", "-CAfile", "ca.pem", "leaf.pem"])
        .succeeds();
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .says("Nothing is unfinished.");
}

#[test]
fn a_usb_token_is_to_be_pulled_out_in_the_end() {
    let world = world_with_authority().and_badtoken();
    world.control("token manufacturer SafeNet, Inc.");
    issue(&world, &[])
        .succeeds()
        .complains("pull the USB token out");
}

#[test]
fn a_certificate_that_is_there_is_said_to_be_and_changes_nothing() {
    let world = world_with_authority();
    issue(&world, &[]).succeeds();
    let before = listed(&world);
    issue(&world, &[]).succeeds().says("already there until");
    let again = issue(&world, &["--format", "json"]).succeeds().json();
    assert_eq!(again["outcome"], "already-there");
    assert_eq!(listed(&world), before);
    let another = issue(&world, &["--another", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(another["outcome"], "issued");
    assert_eq!(
        listed(&world)["identities"].as_array().map(Vec::len),
        Some(2)
    );
}

#[test]
fn what_was_issued_on_one_computer_works_on_another() {
    let world = world_with_authority();
    issue(&world, &[]).succeeds();
    let elsewhere = world.second_pc();
    elsewhere
        .tokencert(&["status"])
        .succeeds()
        .says("00009876543 riyousya 1283");
    with_pin(&elsewhere, &["show", "00009876543 riyousya 1283"]).succeeds();
    let serial = listed(&elsewhere)["token"]["serial"]
        .as_str()
        .unwrap()
        .to_owned();
    let delete = [
        "delete",
        "00009876543 riyousya 1283",
        "--what",
        "certificate",
    ];
    with_pin(
        &elsewhere,
        &[&delete[..], &["--confirm-serial", &serial]].concat(),
    )
    .succeeds();
}

#[test]
fn a_hand_off_waits_for_the_answer_and_goes_on_with_the_same_key() {
    let world = World::with_token("demo");
    let folder = world.path("requests");
    std::fs::create_dir(&folder).unwrap();
    let authority = format!("files:{}", folder.display());
    let issue = [
        "issue",
        "--key",
        "ec:p256",
        "--authority",
        &authority,
        "--subject",
        SUBJECT,
    ];
    with_pin(&world, &issue)
        .exits(8)
        .says("the answer is not there yet");
    with_pin(&world, &issue).exits(8);
    assert_eq!(
        listed(&world)["identities"].as_array().map(Vec::len),
        Some(1)
    );
    let pending = world
        .tokencert(&["pending", "list", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(pending["pending"][0]["step"], "sent");
    assert_eq!(pending["pending"][0]["subject"], SUBJECT);
    world
        .tokencert(&["pending", "list", "--lang", "ja"])
        .succeeds()
        .says("要求を送付済み");
    world.tokencert(&["status"]).exits(3).says("going on with");

    let csr = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    std::fs::copy(csr.path(), world.path("mail.csr")).unwrap();
    with_openssl_ca(&world);
    sign(&world, "mail", "90");
    std::fs::copy(world.path("mail.pem"), folder.join("answer.pem")).unwrap();
    with_pin(&world, &issue)
        .succeeds()
        .says("The certificate is on `demo`");
    let seen = listed(&world);
    assert_eq!(seen["identities"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        seen["identities"][0]["certificates"][0]["issuer"],
        "O=Example,CN=Test CA"
    );
}

#[test]
fn an_unfinished_issuing_is_given_up_with_its_key_only_if_nothing_can_come_of_it() {
    let world = world_with_authority();
    let authority = authority(&world);
    let issue = ["issue", "--key", "ec:p256", "--authority", &authority];
    let refused = ["--subject", "O=no common name"];
    with_pin(&world, &[&issue[..], &refused].concat()).exits(7);
    let pending = world
        .tokencert(&["pending", "list", "--format", "json"])
        .succeeds()
        .json();
    let id = pending["pending"][0]["id"].as_str().unwrap();
    world.tokencert(&["pending", "abandon", id]).exits(2);
    world
        .tokencert(&["pending", "abandon", "ffffffff"])
        .exits(1)
        .complains("ffffffff");
    with_pin(&world, &["pending", "abandon", id])
        .succeeds()
        .complains("Gave up");
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .says("Nothing is unfinished.");
}

#[test]
fn a_key_without_certificate_is_named_and_used_on_demand() {
    let world = world_with_authority();
    let request = [
        "request",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        "x.csr",
    ];
    with_pin(&world, &request).succeeds();
    let id = listed(&world)["identities"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    issue(&world, &[])
        .exits(1)
        .complains(&id)
        .complains("--existing ID");
    issue(&world, &["--existing", &id]).succeeds();
    let seen = listed(&world);
    assert_eq!(seen["identities"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["identities"][0]["id"], id.as_str());
}

#[test]
fn an_authority_that_refuses_is_exit_7_and_the_key_is_kept() {
    let world = world_with_authority();
    let authority = authority(&world);
    let issue = ["issue", "--key", "ec:p256", "--authority", &authority];
    let subject = ["--subject", "O=no common name"];
    let refused = with_pin(&world, &[&issue[..], &subject].concat()).exits(7);
    refused.complains("refused");
    world
        .tokencert(&["pending", "list"])
        .succeeds()
        .says("key made");
}

#[test]
fn authorities_and_subjects_that_cannot_be_are_refused_before_anything_is_made() {
    let world = World::with_token("demo").and_counted();
    let issue = |authority: &str, subject: &str| {
        with_pin(
            &world,
            &["issue", "--authority", authority, "--subject", subject],
        )
    };
    issue("dir:/nowhere", SUBJECT)
        .exits(2)
        .complains("dir:/nowhere");
    issue("files:/nowhere", SUBJECT).exits(2);
    std::fs::create_dir(world.path("empty")).unwrap();
    let empty = format!("dir:{}", world.path("empty").display());
    issue(&empty, SUBJECT)
        .exits(1)
        .complains("there is no authority");
    issue("files:/proc", SUBJECT).exits(1).complains("/proc");
    issue("ftp:x", SUBJECT).exits(2).complains("`ftp:x`");
    issue("dir:/", "no subject").exits(2);
    with_pin(&world, &["issue", "--subject", SUBJECT])
        .exits(2)
        .complains("--authority");
    with_pin(&world, &["issue", "--authority", "dir:/"])
        .exits(2)
        .complains("--subject");
    assert_eq!(world.calls().of("C_GenerateKeyPair"), 0);
}

#[test]
fn a_software_token_is_no_usb_token() {
    let world = world_with_authority().and_counted();
    issue(&world, &["--to", "usb"])
        .exits(1)
        .complains("software token")
        .complains("--to pc");
    issue(&world, &["--to", "hardware", "--lang", "ja"])
        .exits(1)
        .complains("専用USB");
    add_profile(&world, "destination = 'usb'");
    with_pin(&world, &["issue", "--contract", "1", "--user", "a"]).exits(1);
    assert_eq!(world.calls().of("C_GenerateKeyPair"), 0);
}

#[test]
fn with_a_profile_issue_needs_nothing_but_who_the_holder_is() {
    let world = world_with_authority();
    add_profile(&world, "support = { name = 'Help Desk' }");
    with_pin(&world, &["issue"])
        .exits(2)
        .complains("--user")
        .complains("Help Desk");
    with_pin(&world, &["issue", "--user", "riyousya"])
        .exits(2)
        .complains("--contract");
    let holder = ["issue", "--user", "riyousya", "--contract", "00009876543"];
    let issued = with_pin(&world, &holder).succeeds();
    assert!(issued.stdout.contains("OU = IssuedCount = 001"), "{issued}");
    with_pin(&world, &holder).succeeds().says("already there");
}

#[test]
fn the_only_profile_is_left_aside_when_told_so() {
    let world = world_with_authority();
    add_profile(&world, "destination = 'usb'");
    let request = ["request", "--key", "ec:p256", "--subject", "CN=x", "--out"];
    with_pin(&world, &[&request[..], &["x.csr"]].concat())
        .exits(1)
        .complains("is a software token");
    let aside = ["x.csr", "--no-profile"];
    with_pin(&world, &[&request[..], &aside].concat()).succeeds();
    world
        .tokencert(&["issue", "--no-profile"])
        .exits(2)
        .complains("no authority is named");
    world.write("config.toml", "profile = 'no-such'\n");
    let listing = ["status", "--config", "config.toml"];
    world.tokencert(&listing).exits(2).complains("no-such");
    let aside = [&listing[..], &["--no-profile"]].concat();
    world.tokencert(&aside).exits(3);
    world
        .tokencert(&["status", "--no-profile", "--profile", "demo"])
        .exits(2);
}

#[test]
fn to_pc_makes_and_uses_a_token_of_the_users_own() {
    let world = world_with_authority();
    let before = listed(&world);
    let issued = issue(&world, &["--to", "pc", "--format", "json"]).succeeds();
    assert_eq!(issued.json()["outcome"], "issued");
    let line = issued
        .stderr
        .lines()
        .find_map(|line| line.split_once("SOFTHSM2_CONF="))
        .unwrap()
        .1;
    assert_eq!(
        listed(&world),
        before,
        "the token that is plugged in is left alone"
    );
    let seen = with_pin(&world, &["list", "--to", "pc", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(seen["token"]["label"], "tokencert");
    assert_eq!(seen["identities"].as_array().map(Vec::len), Some(1));
    // Another program finds the key with the line that was printed.
    let objects = ["--list-objects", "--type", "cert", "--module"];
    let module = world.softhsm().module().to_str().unwrap();
    let mut other = world.command("pkcs11-tool", &[&objects[..], &[module]].concat());
    other.env("SOFTHSM2_CONF", line);
    run(other).succeeds().says("00009876543 riyousya 1283");
    with_pin(&world, &["status", "--to", "pc", "--lang", "ja"])
        .succeeds()
        .says("このPC");
}

#[test]
fn nothing_of_a_pin_is_in_what_is_kept_on_the_computer() {
    let world = world_with_authority();
    issue(&world, &["-vvv"]).succeeds().never_says(common::PIN);
    let home = world.home();
    let search = ["-r", "-l", common::PIN, home.to_str().unwrap()];
    let found = run(world.command("grep", &search));
    assert!(found.stdout.is_empty(), "{found}");
}
