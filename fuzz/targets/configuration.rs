//! A configuration file, read as the programs read theirs.
#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use tokencert::profile::{Destination, did_you_mean, from_toml};
use tokencert::{KeyAlgorithm, KeyId};
use tokencert_fuzz::fails_safely;

/// The programs' configuration, and every other kind of value that a file may hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Configuration {
    module: Option<PathBuf>,
    module_init: Option<String>,
    token: Option<String>,
    pin_source: Option<String>,
    to: Option<Destination>,
    lang: Option<Language>,
    profile: Option<String>,
    key_id: Option<KeyId>,
    #[serde(default)]
    numbers: Numbers,
    #[serde(default)]
    authorities: BTreeMap<String, Numbers>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    Ja,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Numbers {
    seconds: u32,
    offset: i64,
    ratio: f64,
    certain: bool,
    list: Vec<u8>,
}

const KEYS: [&str; 5] = ["module", "module-init", "token", "pin-source", "profile"];

fuzz_target!(|text: &str| {
    if let Err(error) = from_toml::<Configuration>(text.get(..8).unwrap_or(text), text) {
        fails_safely(&error);
    }
    let word = text.lines().next().unwrap_or_default();
    if let Some(meant) = did_you_mean(word, KEYS) {
        assert!(KEYS.contains(&meant));
    }
    for value in text.lines().skip(1).take(4) {
        match value.parse::<KeyAlgorithm>() {
            Ok(algorithm) => assert_eq!(algorithm.to_string().parse().ok(), Some(algorithm)),
            Err(error) => fails_safely(&error),
        }
    }
});
