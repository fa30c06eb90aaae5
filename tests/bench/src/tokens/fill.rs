//! A token with as many keys and certificates as a listing is to find.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use tokencert::certificate::read_certificates;
use tokencert::import::Import;
use tokencert::pkcs11::KeyOrder;
use tokencert::token::Need;
use tokencert::{Certificate, KeyId, LoginPolicy, Module, Pin, RequestTemplate};

use super::desk::PIN;
use crate::now;

/// Makes so many key pairs with their certificates on the token, and stores so many more
/// certificates; signed by `ca.pem` in the folder.
///
/// The process is one of its own, for SoftHSM2 finds its tokens by the environment.
pub(crate) fn fill(
    module: &str,
    label: &str,
    pairs: usize,
    more: usize,
    folder: &Path,
) -> Result<()> {
    let module = Module::open(Path::new(module))?;
    let token = module.token(&label.parse()?, Need::Write)?;
    token.login(&mut Pin::new(PIN.to_owned()), LoginPolicy::default())?;
    let mut certificates = Vec::new();
    for number in 0..u16::try_from(pairs)? {
        let id: KeyId = format!("{number:04x}").parse()?;
        let order = KeyOrder::new("ec:p256".parse()?, id, format!("key {number}"));
        let key = token.generate(&order, now())?.key;
        let csr = RequestTemplate::new(format!("CN=user {number}")).sign(&key, key.scheme())?;
        fs::write(folder.join("fill.csr"), csr.to_pem()?)?;
        let sign = format!(
            "x509 -req -in fill.csr -CA ca.pem -CAkey ca.key -set_serial {} -days 365 -out fill.pem",
            number + 100
        );
        certificates.push(certificate(&sign, folder)?);
    }
    for number in 0..more {
        let sign =
            format!("req -x509 -key ca.key -subj /CN=authority-{number} -days 365 -out fill.pem");
        certificates.push(certificate(&sign, folder)?);
    }
    let mut import = Import::default();
    import.allow_orphan = true;
    import.run(&token, &certificates, now())?;
    Ok(())
}

/// Runs `openssl` for one certificate.
fn certificate(arguments: &str, folder: &Path) -> Result<Certificate> {
    let made = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()?;
    if !made.status.success() {
        bail!("{}", String::from_utf8_lossy(&made.stderr));
    }
    let bytes = fs::read(folder.join("fill.pem"))?;
    let mut certificates = read_certificates("fill.pem", &bytes)?.into_iter();
    certificates.next().context("no certificate")
}
