//! One certificate as DER, and everything that is read off it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::Certificate;
use tokencert::certificate::read_certificates;
use tokencert_fuzz::{certificate_is_sound, chain_is_sound, fails_safely};

fuzz_target!(|bytes: &[u8]| {
    match Certificate::from_der(bytes) {
        Ok(certificate) => {
            certificate_is_sound(&certificate);
            chain_is_sound(&certificate, std::slice::from_ref(&certificate));
            let pem = certificate.to_pem().unwrap();
            assert_eq!(
                read_certificates("PEM", pem.as_bytes()).unwrap(),
                [certificate]
            );
        }
        Err(error) => fails_safely(&error),
    }
});
