//! `scripts/bench`: the programs beside what limits them, in one run.

mod authority;
mod http;
mod limits;
mod load;
mod login;
mod page;
mod service;
mod software;
mod tokens;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use tokencert::certificate::read_certificates;

const PARTS: &[&str] = &["tokens", "authority"];

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
            let server = http::Server::new(address.parse()?, authority)?;
            say(&login::measure(module, &server, &account)?)
        }
        ["fill", module, label, pairs, more, folder] => tokens::fill(
            module,
            label,
            pairs.parse()?,
            more.parse()?,
            Path::new(folder),
        ),
        ["measure", module, page, parts @ ..] => measure(module, Path::new(page), parts),
        _ => bail!("bench measure MODULE PAGE [tokens] [authority]"),
    }
}

/// Measures the parts that are named, or all, and writes the page.
fn measure(module: &str, page: &Path, parts: &[&str]) -> Result<()> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(part)) {
        bail!("`{unknown}` is none of the parts: {}", PARTS.join(", "));
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    let mut sections = Vec::new();
    if wanted("tokens") {
        sections.push(tokens::measure()?);
    }
    if wanted("authority") {
        sections.push(service::measure(module)?);
    }
    page::write(page, &sections)
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
