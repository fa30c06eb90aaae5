//! The two languages say the same things, in the words of the glossary.

#[path = "tests/audit.rs"]
mod audit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::{Command, CommandFactory};

use super::{Catalog, Language, slug, without_values};

/// The texts of a language by key; attributes as `key.attribute`.
fn texts(language: Language) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let (mut key, mut current) = (String::new(), String::new());
    let lines = language.sources().into_iter().flat_map(str::lines);
    for line in lines.filter(|line| !line.starts_with('#')) {
        let text = match line.split_once(" =") {
            Some((name, text)) if !name.starts_with(' ') => {
                key = name.to_owned();
                current.clone_from(&key);
                text
            }
            Some((name, text)) if name.trim_start().starts_with('.') => {
                current = format!("{key}{}", name.trim_start());
                text
            }
            _ => line,
        };
        let said = texts.entry(current.clone()).or_default();
        said.push_str(text.trim());
        said.push('\n');
    }
    texts.remove("");
    texts
}

/// What only Japanese needs: help, which is English in the doc comments, and the library's errors,
/// phrases, rules and reasons, which are English there.
fn is_of_one_language(key: &str) -> bool {
    [
        "help",
        "arg-",
        "err-",
        "say-",
        "rule-",
        "unchecked-",
        "page-",
    ]
    .iter()
    .any(|prefix| key.starts_with(prefix))
}

fn variables(text: &str) -> BTreeSet<&str> {
    let names = text.split('$').skip(1);
    names
        .filter_map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Where this program's code is.
const PROGRAM: [&str; 2] = [
    concat!("src/bin/", env!("CARGO_BIN_NAME")),
    "src/bin/shared",
];

/// The sources in some folders.
fn sources_of(folders: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for folder in folders {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut found,
        );
    }
    found
}

/// What stands between the quotation marks of the sources in some folders.
fn literals(folders: &[&str]) -> Vec<String> {
    let found = sources_of(folders);
    let pieces = found.iter().flat_map(|source| source.split('"').skip(1));
    pieces.map(str::to_owned).collect()
}

#[test]
fn both_files_are_read_without_a_mistake() {
    let languages = [Language::En, Language::Ja];
    for source in languages.into_iter().flat_map(Language::sources) {
        let read = fluent_bundle::FluentResource::try_new(source.to_owned());
        if let Err((_, errors)) = read {
            panic!("{errors:?}");
        }
    }
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let (english, japanese) = (texts(Language::En), texts(Language::Ja));
    let keys = |texts: &BTreeMap<String, String>| -> BTreeSet<String> {
        texts
            .keys()
            .filter(|key| !is_of_one_language(key))
            .cloned()
            .collect()
    };
    let (en, ja) = (keys(&english), keys(&japanese));
    assert_eq!(
        en.difference(&ja).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "only in en.ftl"
    );
    assert_eq!(
        ja.difference(&en).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "only in ja.ftl"
    );
    for key in &en {
        assert_eq!(variables(&english[key]), variables(&japanese[key]), "{key}");
    }
}

#[test]
fn every_text_is_used_and_every_text_used_is_there() {
    let english = texts(Language::En);
    let literals = literals(&PROGRAM);
    let used = |key: &str| {
        literals.iter().any(|literal| literal == key)
            || ["ask-", "step-", "authority-", "certificate-", "check-"]
                .iter()
                .any(|prefix| key.starts_with(prefix))
    };
    let dead: Vec<&String> = english
        .keys()
        .filter(|key| !key.contains('.'))
        .filter(|key| !used(key))
        .collect();
    assert!(dead.is_empty(), "never said: {dead:?}");
    for source in &sources_of(&PROGRAM) {
        for call in ["message(\"", "word(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                let there = english.contains_key(key) || is_of_one_language(key);
                assert!(there || key.is_empty(), "`{key}` has no text");
            }
        }
    }
}

/// The names in braces of a message of the library.
fn places(english: &str) -> BTreeSet<&str> {
    let places = english.split('{').skip(1);
    let names = places.filter_map(|rest| rest.split('}').next());
    names
        .filter_map(|name| name.split(':').next())
        .map(|name| if name == "source" { "cause" } else { name })
        .collect()
}

#[test]
fn every_error_of_the_library_is_said_in_japanese_with_the_same_values() {
    let japanese = texts(Language::Ja);
    let table = concat!(
        include_str!("../../../error/table.rs"),
        include_str!("../../../error/authority.rs")
    );
    for code in tokencert::Error::CODES {
        let entry = table.split(&format!("\"{code}\",")).nth(1).unwrap();
        let mut said = entry.split('"').skip(1).step_by(2);
        for suffix in ["", ".hint"] {
            let key = format!("err-{code}{suffix}");
            let english = said.next().unwrap();
            match japanese.get(&key) {
                Some(text) => assert_eq!(variables(text), places(english), "{key}"),
                None => assert!(english.is_empty(), "{key} is missing in ja.ftl"),
            }
        }
    }
    let known = |key: &String| {
        let code = key.trim_start_matches("err-").trim_end_matches(".hint");
        tokencert::Error::CODES.contains(&code)
    };
    let stale: Vec<_> = japanese
        .keys()
        .filter(|key| key.starts_with("err-") && !known(key))
        .collect();
    assert!(stale.is_empty(), "no such error: {stale:?}");
}

/// Collects the keys that the help of a command and of its arguments is looked up by.
fn help_keys(
    command: &Command,
    key: &str,
    keys: &mut BTreeSet<String>,
    japanese: &BTreeMap<String, String>,
) {
    keys.insert(key.to_owned());
    if command.get_long_about().is_some() {
        keys.insert(format!("{key}.long"));
    }
    for argument in command.get_arguments() {
        let name = argument.get_id().as_str().replace('_', "-");
        let own = format!("arg{}-{name}", key.trim_start_matches("help"));
        keys.insert(if japanese.contains_key(&own) {
            own
        } else {
            format!("arg-{name}")
        });
    }
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        help_keys(sub, &format!("{key}-{}", sub.get_name()), keys, japanese);
    }
}

#[test]
fn every_command_and_argument_is_explained_in_japanese() {
    let japanese = texts(Language::Ja);
    let mut command = crate::Cli::command();
    command.clone().debug_assert();
    command.build();
    let mut keys = BTreeSet::new();
    help_keys(&command, "help", &mut keys, &japanese);
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !japanese.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "missing in ja.ftl: {missing:?}");
    let frame = |key: &str| key == "help-help" || key.starts_with("help-heading-");
    let stale: Vec<_> = japanese
        .keys()
        .filter(|key| key.starts_with("help-") || key.starts_with("arg-"))
        .filter(|key| {
            !frame(key) && !["help-values", "help-default", "help-env"].contains(&key.as_str())
        })
        .filter(|key| !keys.contains(*key))
        .collect();
    assert!(stale.is_empty(), "explains nothing: {stale:?}");
}

#[test]
fn every_phrase_of_the_library_that_is_translated_is_still_said_there() {
    let mut slugs = BTreeSet::new();
    for literal in literals(&["src"]) {
        slugs.insert(slug(&literal));
        slugs.insert(slug(&without_values(&literal).0));
    }
    let japanese = texts(Language::Ja);
    let stale: Vec<_> = japanese
        .keys()
        .filter_map(|key| key.strip_prefix("say-"))
        .filter(|phrase| !slugs.contains(*phrase))
        .collect();
    assert!(stale.is_empty(), "{stale:?}");
}

#[test]
fn phrases_around_values_are_said_in_japanese_with_the_values() {
    let catalog = Catalog::new(Language::Ja);
    for (english, japanese) in [
        (
            "unknown key `authorty` on line 3; did you mean `authority`?",
            "キー `authorty` はありません（3行目）。`authority` ではありませんか",
        ),
        (
            "`0` is not a number of months from 1 to 120 on line 9",
            "`0` は1～120の月数ではありません（9行目）",
        ),
        (
            "`CN` has 70 characters, and 64 is the limit",
            "`CN` は 70 文字で、上限の 64 文字を超えています",
        ),
        (
            "it contains the control character `U+202E`",
            "制御文字 U+202E が入っています",
        ),
        (
            "`foo` is no attribute type that is known",
            "`foo` という属性はありません",
        ),
        (
            "the value of {user} is not given",
            "`user` の値が指定されていません",
        ),
        (
            "`-1` is no whole number from 0 to 65535 on line 3",
            "`-1` は 0 から 65535 までの整数ではありません（3行目）",
        ),
        (
            "`slot-id` is not a number in its range",
            "`slot-id` が範囲内の数ではありません",
        ),
    ] {
        assert_eq!(catalog.phrase(english), japanese);
    }
    // What others say stays in their words, with the place in ours.
    let foreign = "invalid type: string \"x\", expected u16 on line 4";
    assert_eq!(
        catalog.phrase(foreign),
        "invalid type: string \"x\", expected u16（4行目）"
    );
    for own in [
        "`demo` (serial 0123)",
        "`a b` 7",
        "/home/a on line/x",
        "PEM 3",
    ] {
        assert!(!catalog.phrase(own).contains('行'), "{own}");
        assert_eq!(Catalog::new(Language::En).phrase(own), own);
    }
    assert_eq!(Catalog::new(Language::En).phrase(foreign), foreign);
}

#[test]
fn the_glossary_holds() {
    for (key, text) in texts(Language::Ja) {
        // Alone, the word means the gadget that shows one-time codes.
        for (at, word) in text.match_indices("トークン") {
            let before = &text[..at];
            assert!(before.ends_with("USB"), "{key}: bare {word} in {text}");
        }
        // The two PINs of a token are never told apart by their English names alone.
        let named = text.replace("USBの解除用PIN（SO PIN）", "");
        assert!(
            !named.contains("SO PIN") || key == "say-so-pin",
            "{key}: {text}"
        );
        assert!(
            !text.contains("ユーザーPIN") && !text.contains("ユーザPIN"),
            "{key}: {text}"
        );
        // The account's PIN is 暗証番号, the token's never is: no text mixes the two.
        assert!(
            !(text.contains("暗証番号") && text.contains("PIN")),
            "{key}: {text}"
        );
        // One word for the computer, as the status screen has it.
        assert!(
            !text.replace("このPC", "").contains("パソコン"),
            "{key}: {text}"
        );
        // Expired is 有効期限切れ, revoked 失効: never one word, never one for the other.
        assert!(!text.contains("期限失効"), "{key}: {text}");
    }
    let japanese = texts(Language::Ja);
    assert!(japanese["say-it-is-a-revocation-list-crl"].contains("失効"));
    for (key, word) in [
        ("until-expired", "有効期限切れ"),
        ("next-delete", "更新済み"),
    ] {
        let text = japanese.get(key);
        assert!(text.is_none_or(|text| text.contains(word)), "{key}");
    }
}
