//! A file of certificates: PEM, PKCS#7, DER, BER, base64.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::certificate::read_certificates;
use tokencert_fuzz::{certificate_is_sound, chain_is_sound, fails_safely};

fuzz_target!(|bytes: &[u8]| {
    match read_certificates("FILE", bytes) {
        Ok(certificates) => {
            let (leaf, others) = certificates.split_first().unwrap();
            certificates.iter().for_each(certificate_is_sound);
            assert!(!others.contains(leaf));
            chain_is_sound(leaf, others);
        }
        Err(error) => fails_safely(&error),
    }
});
