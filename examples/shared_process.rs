//! Uses the library in a process that already holds a PKCS#11 session: the module is shared, never
//! finalized, and the session is alive afterwards.
//!
//! Usage: `cargo run --no-default-features --example shared_process -- MODULE TOKEN`

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use tokencert::pkcs11::{Module, TokenAccess};
use tokencert::token::Need;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("usage: shared_process MODULE TOKEN".into());
    };
    // The host program, which knows nothing of this library.
    let host = Pkcs11::new(&path)?;
    host.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
    let slot = host
        .get_slots_with_token()?
        .into_iter()
        .next()
        .ok_or("no token")?;
    let session = host.open_ro_session(slot)?;

    {
        let module = Module::open(Path::new(&path))?;
        let token = module.open(&token.parse()?, Need::Read)?;
        println!("{} keys seen", token.contents()?.identities.len());
    }

    println!(
        "the host's session is alive: {:?}",
        session.get_session_info()?.session_state()
    );
    host.finalize()?;
    Ok(())
}
