//! A file in the journal's folder.
#![no_main]

use std::cell::LazyCell;
use std::fs;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tokencert::journal::{Journal, Step};
use tokencert_fuzz::{certificate_is_sound, fails_safely, request_is_sound};

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| tempfile::tempdir().unwrap());
}

fuzz_target!(|bytes: &[u8]| FOLDER.with(|folder| {
    let journal = Journal::new(folder.path());
    fs::write(folder.path().join("00000001.json"), bytes).unwrap();
    match journal.entries() {
        Ok(entries) => {
            let [entry] = entries.as_slice() else {
                panic!("{entries:?}")
            };
            if let Some((_, request)) = entry.step.request() {
                request_is_sound(request);
            }
            if let Step::Issued { chain, .. } = &entry.step {
                chain.iter().for_each(certificate_is_sound);
            }
            journal.save(entry).unwrap();
            assert_eq!(&journal.entry("00000001").unwrap(), entry);
            assert_eq!(journal.find(&entry.purpose).unwrap().as_ref(), Some(entry));
        }
        Err(error) => fails_safely(&error),
    }
}));
