//! Worlds with an authority, and commands that many stories give.

use serde_json::Value;

use crate::common::{Outcome, World};

/// Runs `tokencert` with the right PIN.
pub(crate) fn with_pin(world: &World, arguments: &[&str]) -> Outcome {
    world.tokencert(&[arguments, &["--pin-source", &world.pin_source()]].concat())
}

/// What `list` says as JSON, logged in.
pub(crate) fn listed(world: &World) -> Value {
    with_pin(world, &["list", "--format", "json"])
        .succeeds()
        .json()
}

/// The length of an array of JSON.
pub(crate) fn length(value: &Value) -> usize {
    value.as_array().map_or(usize::MAX, Vec::len)
}

/// A CA of openssl's in the work folder, as `ca.pem` and `ca.key`.
pub(crate) fn with_openssl_ca(world: &World) {
    let subject = ["-subj", "/CN=Test CA/O=Example", "-days", "3650"];
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let files = ["-keyout", "ca.key", "-out", "ca.pem"];
    world
        .openssl(&[&["req", "-x509"][..], &subject, &key, &files].concat())
        .succeeds();
}

/// Has openssl's CA sign `NAME.csr` into `NAME.pem`.
pub(crate) fn sign(world: &World, name: &str, days: &str) {
    world.write(
        "leaf.cnf",
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n",
    );
    let (csr, pem) = (format!("{name}.csr"), format!("{name}.pem"));
    let ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    let files = [
        "-in", &csr, "-out", &pem, "-days", days, "-extfile", "leaf.cnf",
    ];
    world
        .openssl(&[&["x509", "-req"][..], &ca, &files].concat())
        .succeeds();
}

/// Makes a key on the token and a request for it in the file `out`.
pub(crate) fn request(world: &World, key: &str, subject: &str, out: &str) -> Outcome {
    let pin = world.pin_source();
    world.tokencert(&[
        "request",
        "--key",
        key,
        "--subject",
        subject,
        "--out",
        out,
        "--pin-source",
        &pin,
    ])
}

/// A token with a key whose certificate is in `leaf.pem`, and the CA's in `ca.pem`.
pub(crate) fn world_with_leaf() -> World {
    let world = World::with_token("demo");
    with_openssl_ca(&world);
    request(&world, "ec:p256", "CN=山田 太郎,O=例", "leaf.csr").succeeds();
    sign(&world, "leaf", "365");
    world
}

/// The subject that is asked for.
pub(crate) const SUBJECT: &str = "CN=00009876543 riyousya 1283";

/// A world with a token and with an authority in `ca`.
pub(crate) fn world_with_authority() -> World {
    let world = World::with_token("demo");
    let init = [
        "init",
        "--dir",
        "ca",
        "--name",
        "Demo Bank",
        "--key",
        "ec:p256",
    ];
    world.tokencert_ca(&init).succeeds();
    world
}

/// How the authority in `ca` is named.
pub(crate) fn authority(world: &World) -> String {
    format!("dir:{}", world.path("ca").display())
}

/// Has the authority in `ca` issue a certificate.
pub(crate) fn issue(world: &World, more: &[&str]) -> Outcome {
    let authority = authority(world);
    let issue = [
        "issue",
        "--key",
        "ec:p256",
        "--authority",
        &authority,
        "--subject",
        SUBJECT,
    ];
    with_pin(world, &[&issue[..], more].concat())
}

/// Adds the authority's profile, with a support desk and with whatever else is given.
pub(crate) fn add_profile(world: &World, more: &str) {
    world
        .tokencert_ca(&["profile", "export", "--dir", "ca", "--out", "demo.toml"])
        .succeeds();
    let profile = world.read("demo.toml");
    let subject = "subject = 'CN={contract} {user} 1283,OU=IssuedCount \\= {count},OU=Demo Bank,O=Demo Bank,C=JP'";
    let lines = profile.lines().map(|line| match line {
        line if line.starts_with("subject") => format!("{subject}\n{more}"),
        "[support]" => String::new(),
        line => line.to_owned(),
    });
    world.write("demo.toml", lines.collect::<Vec<_>>().join("\n"));
    world.tokencert(&["profile", "add", "demo.toml"]).succeeds();
}
