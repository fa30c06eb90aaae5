//! Issues a certificate onto a token through a hand-off folder, the way to a CA that is reached by
//! mail or a web page: run it, have the request certified, put the answer into the folder, run it
//! again.
//!
//! Usage: `cargo run --no-default-features --example issue -- MODULE TOKEN PIN-FILE FOLDER`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its reader"
)]

use std::fs::File;
use std::io::Read;
use std::path::Path;

use tokencert::Error;
use tokencert::authority::HandoffAuthority;
use tokencert::issue::{Issue, Outcome, Surroundings};
use tokencert::journal::Journal;
use tokencert::key::{Curve, KeyAlgorithm};
use tokencert::pkcs11::{ExclusiveModule, LoginPolicy, Pin};
use tokencert::request::RequestTemplate;

#[expect(
    clippy::disallowed_methods,
    reason = "a program reads the clock, the library does not"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn random(bytes: &mut [u8]) -> Result<(), Error> {
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(bytes))
        .map_err(|error| Error::Random {
            reason: error.to_string(),
        })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, token, pin_file, folder] = arguments.as_slice() else {
        return Err("usage: issue MODULE TOKEN PIN-FILE FOLDER".into());
    };
    let mut module = ExclusiveModule::open(Path::new(module), None)?;
    let mut authority = HandoffAuthority::new(folder)?;
    let state = Path::new(folder).join("state");
    let journal = Journal::new(state.join("journal"));
    let pin = std::fs::read_to_string(pin_file)?.trim_end().to_owned();

    let request = RequestTemplate::new("CN=Taro Yamada,O=Example,C=JP");
    let order = Issue::new(request, KeyAlgorithm::Ec(Curve::P256), "Taro Yamada");
    let outcome = order.run(
        &mut module,
        &token.parse()?,
        &mut Surroundings {
            authority: &mut authority,
            journal: &journal,
            records: &state.join("provenance"),
            pins: &mut Pin::new(pin),
            policy: LoginPolicy::default(),
            clock: &now,
            random: &mut random,
            progress: &mut |stage| eprintln!("{stage:?}"),
        },
    )?;
    module.finalize()?;
    match outcome {
        Outcome::Issued(issued) => {
            issued.finish(&journal)?;
            println!("issued: {}", issued.certificate.subject());
        }
        Outcome::AlreadyThere { certificate, .. } => {
            println!("already there until {}", certificate.not_after());
        }
        Outcome::Pending { place, .. } => println!("the request is in {place}"),
        other => println!("{other:?}"),
    }
    Ok(())
}
