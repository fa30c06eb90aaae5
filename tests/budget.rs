//! The number of `C_` calls that the programs make: on hardware each of them costs time.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "bench/src/tokens/commands.rs"]
#[allow(dead_code, reason = "the benchmark uses the rest of it")]
mod commands;
mod common;

use commands::{JOBS, MAKE_KEY, Program, Start};
use common::{PIN, World, run};

/// The goal of one of the benchmark's jobs: 60 objects, whatever else has to be called; the whole of
/// `issue` with a chain of one root, the fresh look included.
fn goal(job: &str) -> usize {
    let job = JOBS.iter().find(|one| one.name == job);
    job.and_then(|job| job.goal).expect("a job with a goal")
}

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
    assert!(calls.total() <= goal("list 60 objects"), "{calls}");
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
    assert!(calls.total() <= goal("issue, rsa:2048"), "{calls}");
}

/// A line of the benchmark, with the world's token in it, in the folder of that token.
fn line(world: &World, line: &str) {
    let line = line.replace("TOKEN", "T1");
    let (program, arguments) = line.split_once(' ').unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let mut command = match program {
        "tokencert" => world.tokencert_command(&arguments),
        other => world.command(other, &arguments),
    };
    command.current_dir(world.path("T1"));
    run(command).succeeds();
}

#[test]
fn every_command_line_that_the_benchmark_has_for_tokencert_does_its_job() {
    for job in JOBS {
        let world = match job.start {
            Start::NoToken => World::new(),
            _ => World::with_token("T1"),
        };
        std::fs::create_dir(world.path("T1")).unwrap();
        std::fs::rename(world.private_file("pin", PIN), world.path("T1/pin")).unwrap();
        world
            .tokencert_ca(&["init", "--dir", "ca", "--name", "Bench"])
            .succeeds();
        if matches!(job.start, Start::Key) {
            world.openssl(&[
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-subj",
                "/CN=Bench",
            ]);
            for one in MAKE_KEY {
                line(&world, one);
            }
        }
        let (program, lines) = job.by.first().unwrap();
        assert_eq!(
            *program,
            Program::Tokencert,
            "ours is what others are compared with"
        );
        lines.iter().for_each(|one| line(&world, one));
    }
}
