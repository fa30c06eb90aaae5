//! Signs a file with a key on a token, and verifies it as anybody can.
//!
//! Usage: `cargo run --no-default-features --example sign -- MODULE TOKEN PIN-FILE FILE`

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::path::Path;

use tokencert::key::SigningKey;
use tokencert::pkcs11::{LoginPolicy, Module, Pin, TokenAccess};
use tokencert::token::Need;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, token, pin_file, file] = arguments.as_slice() else {
        return Err("usage: sign MODULE TOKEN PIN-FILE FILE".into());
    };
    let module = Module::open(Path::new(module))?;
    let token = module.open(&token.parse()?, Need::Read)?;
    let pin = std::fs::read_to_string(pin_file)?.trim_end().to_owned();
    token.login(&mut Pin::new(pin), LoginPolicy::default())?;

    let contents = token.contents()?;
    let object = contents
        .private_keys()
        .next()
        .ok_or("there is no private key on the token")?;
    let key = token.key(object)?;
    let message = std::fs::read(file)?;
    let signature = key.sign(key.scheme(), &message)?;
    key.public_key()
        .verify(key.scheme(), &message, &signature, "the file")?;
    println!(
        "{} bytes of {} signature",
        signature.len(),
        key.scheme().name()
    );
    Ok(())
}
