//! `scripts/bench`: the programs beside what limits them, in one run.

mod authority;
mod http;
mod limits;
mod load;
mod login;
mod software;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use tokencert::certificate::read_certificates;

use authority::Authority;

/// The holders who acquire, and then renew.
const HOLDERS: usize = 128;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        // SoftHSM2 reads its configuration from the environment, so the limit is measured by a child.
        ["signatures", module, pin_file, kind] => {
            let pin = fs::read_to_string(pin_file)?;
            let rate = limits::signatures(
                Path::new(module),
                "tokencert-ca",
                pin.trim(),
                *kind == "rsa",
            )?;
            say(&format!("{rate}"))
        }
        [
            "login",
            module,
            address,
            user_name,
            pin,
            password,
            authority,
        ] => {
            let account = authority::Account {
                user_name: (*user_name).to_owned(),
                pin: (*pin).to_owned(),
                password: (*password).to_owned(),
            };
            let certificates = read_certificates("the authority", authority.as_bytes())?;
            let authority = certificates.into_iter().next().context("no certificate")?;
            let server = http::Server {
                address: address.parse()?,
                authority: Arc::new(authority),
            };
            say(&login::measure(module, &server, &account)?)
        }
        [module] => all(module),
        _ => bail!("bench MODULE"),
    }
}

fn all(module: &str) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let hashes = limits::hashes(19 * 1024, 2, 1)?;
    say("what                                      per second   of what limits it")?;
    for (kind, family) in [("rsa:3072", "rsa"), ("ec:p256", "ec")] {
        let mut authority = Authority::make(kind)?;
        let signatures = signatures(&authority, module, family)?;
        line(
            &format!("C_Sign with the CA key {kind}, all cores"),
            signatures,
            None,
        )?;
        line("Argon2id of one PIN, all cores", hashes, None)?;
        let mut accounts = authority.register(HOLDERS)?;
        let user = accounts.pop().context("an account")?;
        let server = authority.serve()?;
        let (mut holders, rate) = runtime.block_on(load::acquire(&server, accounts, 8))?;
        line(
            "/simpleenroll, 8 clients (2 PINs each)",
            rate,
            Some((hashes / 2.0, "Argon2id")),
        )?;
        for clients in [1, 8, 64] {
            let renewals = load::renew(&server, &mut holders, clients, 2 * limits::TIME);
            let rate = runtime.block_on(renewals)?;
            let name = format!("/simplereenroll, {clients} clients");
            line(&name, rate, Some((signatures, "C_Sign")))?;
        }
        say(&login::in_child(&server, &user)?)?;
    }
    Ok(())
}

fn signatures(authority: &Authority, module: &str, family: &str) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .env("SOFTHSM2_CONF", authority.path().join("softhsm2.conf"))
        .arg("signatures")
        .arg(module)
        .arg(authority.pin_file())
        .arg(family)
        .output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn line(what: &str, rate: f64, limit: Option<(f64, &str)>) -> Result<()> {
    let share = limit.map(|(limit, name)| format!("{:.2} of {name}", rate / limit));
    say(&format!(
        "{what:<42}{rate:>10.0}   {}",
        share.unwrap_or_default()
    ))
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

#[expect(clippy::disallowed_methods, reason = "a program reads the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn random(bytes: &mut [u8]) -> tokencert::Result<()> {
    getrandom::fill(bytes).map_err(|error| tokencert::Error::Random {
        reason: error.to_string(),
    })
}
