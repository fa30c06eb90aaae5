//! What the authority does in a second, beside what limits it.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::authority::Authority;
use crate::page::{Section, Table, commit, machine, version};
use crate::{limits, load, login};

/// The holders who acquire, and then renew.
const HOLDERS: usize = 128;

const ABOUT: &str = "\
The authority is served on the same PC that asks it, its key on a token of SoftHSM2, its registry in SQLite. No request can be answered faster
than the key signs; no holder can acquire faster than two hashes of PINs (Argon2id, 19 MiB, 2 passes) are computed.

The clients work on the same cores as the authority: each renewal is a connection of its own, with a handshake in which both sides sign, and is
committed durably before it is answered. Their keys and requests are made before the clock starts.";

/// Measures an authority for each kind of key.
pub(crate) fn measure(module: &str) -> Result<Section> {
    let runtime = tokio::runtime::Runtime::new()?;
    let hashes = limits::hashes(19 * 1024, 2, 1)?;
    let mut table = Table::new(&["what", "per second", "of what limits it"])?;
    let mut notes = Vec::new();
    for (kind, family) in [("rsa:3072", "rsa"), ("ec:p256", "ec")] {
        let mut authority = Authority::make(kind)?;
        let signatures = signatures(&authority, module, family)?;
        let name = format!("C_Sign with the CA key {kind}, all cores");
        line(&mut table, &name, signatures, None)?;
        line(&mut table, "Argon2id of one PIN, all cores", hashes, None)?;
        let mut accounts = authority.register(HOLDERS)?;
        let user = accounts.pop().context("an account")?;
        let server = authority.serve()?;
        let (mut holders, rate) = runtime.block_on(load::acquire(&server, accounts, 8))?;
        let limit = Some((hashes / 2.0, "Argon2id"));
        line(&mut table, "/simpleenroll, 8 clients", rate, limit)?;
        let mut most: f64 = 0.0;
        for clients in [1, 8, 64] {
            let renewals = load::renew(&server, &mut holders, clients, 2 * limits::TIME);
            let rate = runtime.block_on(renewals)?;
            let plural = if clients == 1 { "" } else { "s" };
            let name = format!("/simplereenroll, {clients} client{plural}");
            line(&mut table, &name, rate, Some((signatures, "C_Sign")))?;
            most = most.max(rate);
            if (family, clients) == ("rsa", 8) {
                let share = rate / signatures;
                notes.push(format!(
                    "renewals with {kind}, 8 clients: {share:.2} of C_Sign, the goal is 0.7"
                ));
            }
        }
        if family == "ec" {
            notes.push(format!(
                "renewals with {kind}: {most:.0} a second, the goal is 700 on 2 cores"
            ));
        }
        notes.push(login::in_child(&server, &user)?);
    }
    let softhsm = version("softhsm2");
    let text = format!(
        "{}With tokencert ({}), SoftHSM2 {softhsm}.\n\n{ABOUT}",
        machine()?,
        commit()
    );
    Ok(Section {
        title: "Authority",
        text,
        tables: vec![table],
        notes,
    })
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

fn line(table: &mut Table, what: &str, rate: f64, limit: Option<(f64, &str)>) -> Result<()> {
    let share = limit.map(|(limit, name)| format!("{:.2} of {name}", rate / limit));
    table.row(&[
        what.to_owned(),
        format!("{rate:.0}"),
        share.unwrap_or_default(),
    ])
}
