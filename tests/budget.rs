//! The number of `C_` calls that the programs make: on hardware each of them costs time.

mod common;

use common::{PIN, World};

/// 60 objects in 80 calls or fewer, whatever else has to be called.
const LIST: usize = 80;

/// The whole of `issue` with RSA-2048 and a chain of one root, the fresh look included.
const ISSUE: usize = 60;

#[test]
fn listing_sixty_objects_takes_eighty_calls_and_one_login() {
    let world = World::with_token("desk").and_counted();
    for number in 0..20 {
        let id = format!("{number:04x}");
        world
            .tokencert(&[
                "request",
                "--key",
                "ec:p256",
                "--subject",
                "CN=a",
                "--id",
                &id,
                "--out",
                "r.pem",
                "--force",
                "--pin-source",
                &world.pin_source(),
            ])
            .succeeds();
        world.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "k.pem",
            "-out",
            "c.der",
            "-outform",
            "DER",
            "-subj",
            "/CN=a",
        ]);
        world.pkcs11_tool(&[
            "--login",
            "--pin",
            PIN,
            "--write-object",
            "c.der",
            "--type",
            "cert",
            "--id",
            &id,
        ]);
    }
    world.calls();
    let listed = world.tokencert(&[
        "list",
        "--format",
        "json",
        "--pin-source",
        &world.pin_source(),
    ]);
    let calls = world.calls();
    let json = listed.succeeds().json();
    assert_eq!(json["identities"].as_array().unwrap().len(), 20);
    println!("listing 60 objects: {} calls\n{calls}", calls.total());
    assert_eq!(calls.of("C_Login"), 1);
    assert!(calls.total() <= LIST, "{calls}");
}

#[test]
fn issuing_with_rsa_2048_takes_sixty_calls_and_one_login() {
    let world = World::with_token("desk").and_counted();
    world
        .tokencert_ca(&["init", "--dir", "ca", "--name", "Demo CA"])
        .succeeds();
    world.calls();
    let issued = world.tokencert(&[
        "issue",
        "--authority",
        "dir:ca",
        "--subject",
        "CN=00009876543 1635",
        "--pin-source",
        &world.pin_source(),
    ]);
    let calls = world.calls();
    issued.succeeds();
    println!("issuing: {} calls\n{calls}", calls.total());
    assert_eq!(calls.of("C_Login"), 1);
    assert!(calls.total() <= ISSUE, "{calls}");
}
