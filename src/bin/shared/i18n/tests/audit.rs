//! What an audit says in Japanese; its English is the library's.

use std::collections::BTreeSet;

use super::super::Language;
use super::{places, texts, variables};

#[test]
fn every_rule_reason_and_word_of_the_audit_is_said_in_japanese_with_the_same_values() {
    // The other program has no audit.
    if env!("CARGO_BIN_NAME") != "tokencert" {
        return;
    }
    let japanese = texts(Language::Ja);
    let mut wanted = BTreeSet::new();
    let table = include_str!("../../../../finding/rule.rs");
    for rule in tokencert::finding::RuleId::NAMES {
        let entry = table.split(&format!("\"{rule}\"")).nth(1).unwrap();
        let mut said = entry.split('"').skip(1).step_by(2);
        for suffix in [".meaning", "", ".action"] {
            let key = format!("rule-{rule}{suffix}");
            let english = said.next().unwrap();
            let text = japanese
                .get(&key)
                .unwrap_or_else(|| panic!("{key} is missing"));
            assert_eq!(variables(text), places(english), "{key}");
            wanted.insert(key);
        }
    }
    let table = include_str!("../../../../finding/reason.rs");
    for reason in tokencert::finding::Reason::ALL {
        let name = reason.name();
        let entry = table.split(&format!("\"{name}\"")).nth(1).unwrap();
        let english = entry.split('"').nth(1).unwrap();
        let key = format!("unchecked-{name}");
        let text = japanese
            .get(&key)
            .unwrap_or_else(|| panic!("{key} is missing"));
        assert_eq!(variables(text), places(english), "{key}");
        wanted.insert(key);
    }
    for (name, _) in tokencert::report::page::WORDS {
        let key = format!("page-{name}");
        assert!(japanese.contains_key(&key), "{key} is missing");
        wanted.insert(key);
    }
    let own = |key: &&String| {
        ["rule-", "unchecked-", "page-"]
            .iter()
            .any(|prefix| key.starts_with(prefix))
    };
    let stale: Vec<_> = japanese
        .keys()
        .filter(own)
        .filter(|key| !wanted.contains(*key))
        .collect();
    assert!(stale.is_empty(), "no such rule, reason or word: {stale:?}");
}
