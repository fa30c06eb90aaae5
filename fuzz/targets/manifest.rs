//! A manifest of a box of tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::manifest::Manifest;
use tokencert_fuzz::{fails_safely, prints_safely};

fuzz_target!(|bytes: &[u8]| match Manifest::parse("box.csv", bytes) {
    Ok(manifest) => {
        for row in &manifest.rows {
            let texts = [&row.serial, &row.label, &row.holder, &row.subject, &row.name];
            texts.into_iter().flatten().for_each(prints_safely);
        }
        // Without codes, what is written is the same manifest again.
        let none: Vec<_> = manifest.rows.iter().map(|_| None).collect();
        let again = Manifest::parse("box.csv", &manifest.with_codes(&none)).unwrap();
        let whose = |manifest: &Manifest| -> Vec<String> {
            manifest.rows.iter().map(|row| row.whose().to_owned()).collect()
        };
        assert_eq!(whose(&again), whose(&manifest));
    }
    Err(error) => fails_safely(&error),
});
