//! Objects that only a program can write, and an audit of the token that has them.

use std::process::Command;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use tokencert::testing::SoftHsm;

use crate::common::{Calls, PIN, SO_PIN, badtoken};

/// Makes a token called `desk` and lets `write` put objects on it, each of so many sessions its
/// share, in a process that has the environment of `softhsm`. SoftHSM2 waits for the disk with every
/// object, and several sessions wait at the same time.
pub(crate) fn fill(softhsm: &SoftHsm, sessions: usize, write: impl Fn(&Session, usize) + Sync) {
    softhsm.init_token("desk", SO_PIN, PIN).unwrap();
    let module = Pkcs11::new(softhsm.module()).unwrap();
    module
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .unwrap();
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    let first = module.open_rw_session(slot).unwrap();
    let pin = AuthPin::new(PIN.into());
    first.login(UserType::User, Some(&pin)).unwrap();
    std::thread::scope(|scope| {
        for share in 0..sessions {
            let (module, write) = (&module, &write);
            scope.spawn(move || write(&module.open_rw_session(slot).unwrap(), share));
        }
    });
    drop(first);
    module.finalize().unwrap();
}

/// The report on the token with its PIN, which has findings, and the calls that it took.
pub(crate) fn audit(softhsm: &SoftHsm) -> (serde_json::Value, Calls) {
    let folder = tempfile::tempdir().unwrap();
    let (log, pin) = (folder.path().join("calls"), folder.path().join("pin"));
    std::fs::write(&pin, PIN).unwrap();
    let program = option_env!("CARGO_BIN_EXE_tokencert");
    let program = program.expect("the programs are built with the feature `cli`");
    let source = format!("file:{}", pin.display());
    let output = Command::new(program)
        .args(["audit", "--format", "json", "--token", "desk"])
        .args(["--pin-source", &source, "--module"])
        .arg(badtoken())
        .env("HOME", folder.path())
        .env("BADTOKEN_MODULE", softhsm.module())
        .env("BADTOKEN_LOG", &log)
        .env("BADTOKEN_CONTROL", folder.path().join("control"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Keys that were written were not made on the token.
    assert_eq!(output.status.code(), Some(3), "{said}");
    (
        serde_json::from_slice(&output.stdout).unwrap(),
        Calls::read(&log),
    )
}
