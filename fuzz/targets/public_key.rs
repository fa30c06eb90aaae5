//! A public key: as `SubjectPublicKeyInfo`, and from the attributes of a token's key object.
//!
//! The first byte of the input is the length of the first attribute; the second is the rest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::PublicKey;
use tokencert_fuzz::{fails_safely, key_is_sound};

fuzz_target!(|bytes: &[u8]| {
    let (&at, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let (first, second) = rest.split_at(rest.len().min(at.into()));
    let from_rsa = PublicKey::from_rsa_parts(second, first);
    if let Ok(key) = &from_rsa {
        let exponent = first.iter().position(|byte| *byte != 0);
        let exponent = exponent.map(|start| first[start..].to_vec());
        assert_eq!(key.rsa_exponent(), exponent);
    }
    for key in [
        from_rsa,
        PublicKey::from_ec_parts(first, second),
        PublicKey::from_der(bytes),
    ] {
        match key {
            Ok(key) => key_is_sound(&key, first, second),
            Err(error) => fails_safely(&error),
        }
    }
});
