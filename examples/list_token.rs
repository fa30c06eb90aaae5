//! Lists the keys and certificates of a token, without a PIN.
//!
//! Usage: `cargo run --no-default-features --example list_token -- MODULE TOKEN`

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::path::Path;

use tokencert::pkcs11::{Module, TokenAccess};
use tokencert::token::Need;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(module), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("usage: list_token MODULE TOKEN".into());
    };
    let module = Module::open(Path::new(&module))?;
    let token = module.open(&token.parse()?, Need::Read)?;
    println!("{}", token.identity());
    let contents = token.contents()?;
    for identity in &contents.identities {
        let id = identity
            .id()
            .map_or("no ID".to_owned(), ToString::to_string);
        println!("  key {id}: {}", identity.label().unwrap_or("no label"));
    }
    for object in contents.all_certificates() {
        if let Some(certificate) = &object.certificate {
            println!("  certificate of {}", certificate.subject());
            println!("    valid until {}", certificate.not_after());
        }
    }
    Ok(())
}
