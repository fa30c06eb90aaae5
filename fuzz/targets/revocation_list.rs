//! A list of revoked certificates, and the policy of an audit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::audit::Policy;
use tokencert::certificate::RevocationList;
use tokencert_fuzz::{fails_safely, name_is_sound};

fuzz_target!(|bytes: &[u8]| {
    match RevocationList::read("list", bytes) {
        Ok(list) => name_is_sound(list.issuer()),
        Err(error) => fails_safely(&error),
    }
    if let Err(error) = Policy::parse("policy.toml", &String::from_utf8_lossy(bytes)) {
        fails_safely(&error);
    }
});
