//! The bodies of EST messages: base64, PKCS#7, what requests must be like.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::est::{CsrAttributes, body};
use tokencert_fuzz::{certificate_is_sound, prints_safely};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(der) = body::decode(bytes) {
        for again in [body::encode_request(&der), body::encode_answer(&der)] {
            assert!(again.len() as u64 > body::MAXIMUM_BYTES || der.is_empty()
                || body::decode(again.as_bytes()).as_deref() == Ok(&der));
        }
    }
    match body::certificates(bytes) {
        Ok(certificates) => certificates.iter().for_each(certificate_is_sound),
        Err(reason) => prints_safely(reason),
    }
    if let Ok(attributes) = CsrAttributes::from_der(bytes) {
        let written = attributes.to_der().unwrap();
        let read = CsrAttributes::from_der(&written).unwrap();
        assert_eq!(read.challenge_password, attributes.challenge_password);
        assert!(attributes.keys.iter().all(|key| read.keys.contains(key)));
        assert!(read.keys.iter().all(|key| attributes.keys.contains(key)));
    }
});
