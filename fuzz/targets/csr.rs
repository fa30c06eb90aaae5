//! A certification request in any form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::Csr;
use tokencert_fuzz::{fails_safely, request_is_sound};

fuzz_target!(|bytes: &[u8]| {
    for read in [Csr::from_der(bytes), Csr::read("FILE", bytes)] {
        match read {
            Ok(request) => request_is_sound(&request),
            Err(error) => fails_safely(&error),
        }
    }
});
