//! The journal of unfinished enrolments.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

mod soft;

use std::fs;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use soft::SoftKey;
use tokencert::Error;
use tokencert::journal::{Entry, Journal, Purpose, Step};
use tokencert::key::KeyId;
use tokencert::request::{Csr, RequestTemplate};
use tokencert::token::TokenIdentity;

static KEY: LazyLock<SoftKey> = LazyLock::new(|| SoftKey::new(1));
static CA: LazyLock<SoftKey> = LazyLock::new(|| SoftKey::new(2));
static REQUEST: LazyLock<Csr> = LazyLock::new(|| KEY.request("CN=経理 太郎"));

fn steps() -> [Step; 4] {
    let (public_key, request) = (KEY.public(), REQUEST.clone());
    let chain = vec![CA.issue(&public_key, "CN=経理 太郎", 26, false), CA.root()];
    [
        Step::Begun,
        Step::Requested {
            public_key: public_key.clone(),
            request: request.clone(),
        },
        Step::Sent {
            public_key: public_key.clone(),
            request: request.clone(),
        },
        Step::Issued {
            public_key,
            request,
            chain,
        },
    ]
}

fn entry(id: &str, begun: i64, step: Step) -> Entry {
    Entry {
        id: id.to_owned(),
        begun: Timestamp::from_second(begun).unwrap(),
        purpose: Purpose {
            token: TokenIdentity {
                label: "経理".to_owned(),
                serial: "0a1b".to_owned(),
                ..TokenIdentity::default()
            },
            authority: "dir:/srv/ca".to_owned(),
            profile: None,
            request: RequestTemplate::new("CN=経理 太郎"),
            key: "ec:p256".to_owned(),
            scheme: "ecdsa-sha256".to_owned(),
            renews: None,
        },
        key_id: KeyId::from([7; 16]),
        label: "経理".to_owned(),
        existing: false,
        present: vec!["00".repeat(32)],
        step,
    }
}

#[test]
fn every_step_is_read_back_as_it_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"));
    for step in steps() {
        let entry = entry("0000abcd", 5, step);
        journal.save(&entry).unwrap();
        assert_eq!(journal.entry("0000abcd").unwrap(), entry);
        assert_eq!(journal.entries().unwrap(), [entry]);
    }
}

#[test]
fn a_file_reads_as_json_with_pem_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path());
    let [.., issued] = steps();
    journal.save(&entry("0000abcd", 5, issued)).unwrap();
    let bytes = fs::read(folder.path().join("0000abcd.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["step"], "issued");
    assert_eq!(json["begun"], "1970-01-01T00:00:05Z");
    assert_eq!(json["key_id"], "07".repeat(16));
    for (value, label) in [
        (&json["public_key"], "PUBLIC KEY"),
        (&json["request"], "CERTIFICATE REQUEST"),
        (&json["chain"][0], "CERTIFICATE"),
        (&json["chain"][1], "CERTIFICATE"),
    ] {
        assert!(
            value
                .as_str()
                .unwrap()
                .starts_with(&format!("-----BEGIN {label}-----\n"))
        );
    }
}

#[test]
fn entries_come_oldest_first_and_by_id_where_equally_old() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path());
    for (id, begun) in [("00000001", 9), ("00000003", 5), ("00000002", 5)] {
        journal.save(&entry(id, begun, Step::Begun)).unwrap();
    }
    let ids: Vec<_> = journal
        .entries()
        .unwrap()
        .into_iter()
        .map(|entry| entry.id)
        .collect();
    assert_eq!(ids, ["00000002", "00000003", "00000001"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_empty_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("none"));
    assert!(journal.entries().unwrap().is_empty());
    assert!(!journal.folder().exists());
}

#[test]
fn files_of_other_names_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        ".tokencert-x1y2z3",
        "0000abcd.json.tmp",
        "ABCDABCD.json",
        "notes.txt",
        "1.json",
    ] {
        fs::write(folder.path().join(name), "{").unwrap();
    }
    assert!(Journal::new(folder.path()).entries().unwrap().is_empty());
}

#[test]
fn the_unfinished_enrolment_of_an_equal_purpose_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path());
    let saved = entry("00000001", 5, Step::Begun);
    journal.save(&saved).unwrap();
    assert_eq!(journal.find(&saved.purpose).unwrap(), Some(saved.clone()));
    let mut other = saved.purpose.clone();
    other.profile = Some("demo".to_owned());
    assert_eq!(journal.find(&other).unwrap(), None);
    let mut other = saved.purpose.clone();
    other.token.model = "other".to_owned();
    assert_eq!(journal.find(&other).unwrap(), None);
}

#[test]
fn finishing_removes_the_file_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path());
    let entry = entry("00000001", 5, Step::Begun);
    journal.save(&entry).unwrap();
    journal.finish(&entry).unwrap();
    journal.finish(&entry).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let error = journal.entry("00000001").unwrap_err();
    assert!(matches!(error, Error::JournalNotFound { .. }), "{error}");
}

#[test]
fn an_id_never_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"));
    for id in [
        "",
        "../abcde",
        "0000ABCD",
        "000000001",
        "0000000g",
        "/etc/abc",
    ] {
        let error = journal.save(&entry(id, 5, Step::Begun)).unwrap_err();
        assert!(
            matches!(error, Error::JournalUnreadable { .. }),
            "{id}: {error}"
        );
        let error = journal.entry(id).unwrap_err();
        assert!(
            matches!(error, Error::JournalNotFound { .. }),
            "{id}: {error}"
        );
        journal.finish(&entry(id, 5, Step::Begun)).unwrap();
    }
    assert!(!journal.folder().exists());
}

/// Saves an entry of this step, changes its JSON, and returns why it cannot be read.
fn refusal(step: usize, change: impl FnOnce(&mut serde_json::Value)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path());
    let path = folder.path().join("00000001.json");
    journal
        .save(&entry("00000001", 5, steps()[step].clone()))
        .unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut json);
    fs::write(&path, json.to_string()).unwrap();
    match journal.entries().unwrap_err() {
        Error::JournalUnreadable {
            path: named,
            reason,
        } => {
            assert_eq!(named, path.display().to_string());
            assert!(path.exists());
            reason
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_file_that_makes_no_sense_is_named_with_the_reason() {
    for (step, pointer, value, reason) in [
        (0, "/version", serde_json::json!(2), "version 2"),
        (0, "/begun", "yesterday".into(), "it is not a journal"),
        (0, "/key_id", "xyz".into(), "CKA_ID"),
        (0, "/id", "00000002".into(), "calls itself `00000002`"),
        (0, "/step", "sent".into(), "does not fit its step `sent`"),
        (0, "/step", "later".into(), "does not fit its step `later`"),
        (1, "/step", "begun".into(), "does not fit its step `begun`"),
        (1, "/request", serde_json::Value::Null, "without the other"),
        (1, "/request", "garbage".into(), "request"),
        (
            1,
            "/public_key",
            CA.public().to_pem().unwrap().into(),
            "for another key",
        ),
        (
            1,
            "/public_key",
            CA.root().to_pem().unwrap().into(),
            "CERTIFICATE",
        ),
        (
            3,
            "/chain",
            serde_json::json!([]),
            "does not fit its step `issued`",
        ),
        (3, "/chain/0", "garbage".into(), "PEM of a CERTIFICATE"),
    ] {
        let found = refusal(step, |json| *json.pointer_mut(pointer).unwrap() = value);
        assert!(found.contains(reason), "{pointer}: {found}");
    }
    let found = refusal(0, |json| json["surplus"] = 1.into());
    assert!(found.contains("surplus"), "{found}");
}

#[test]
fn an_oversized_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("00000001.json"),
        vec![b' '; 4 * 1024 * 1024 + 1],
    )
    .unwrap();
    let error = Journal::new(folder.path()).entries().unwrap_err();
    assert!(matches!(error, Error::JournalUnreadable { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_entry_is_read_back(
        texts in proptest::array::uniform8(any::<String>()),
        profile in any::<Option<String>>(),
        present in proptest::collection::vec("[0-9a-f]{64}", 0..3),
        nanosecond in -99_999_999_999_999_999_i128..9_999_999_999_999_999_999,
        id in "[0-9a-f]{8}",
        key_id in proptest::collection::vec(any::<u8>(), 1..255),
        existing: bool,
        step in 0..4_usize,
    ) {
        let [label, serial, manufacturer, model, authority, subject, key, scheme] = texts;
        let entry = Entry {
            id,
            begun: Timestamp::from_nanosecond(nanosecond).unwrap(),
            label: label.clone(),
            purpose: Purpose {
                token: TokenIdentity { label, serial, manufacturer, model },
                authority,
                profile,
                request: RequestTemplate::new(subject),
                key,
                scheme,
                renews: None,
            },
            key_id: KeyId::from_bytes(&key_id).unwrap(),
            existing,
            present,
            step: steps()[step].clone(),
        };
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path());
        journal.save(&entry).unwrap();
        prop_assert_eq!(journal.entries().unwrap(), [entry]);
    }

    #[test]
    fn no_bytes_panic(
        bytes in prop_oneof![
            any::<Vec<u8>>(),
            r#"\{("(version|id|step|chain|begun)":("?1?"?|\[\]|\{\}|null),?){0,6}\}?"#
                .prop_map(String::into_bytes),
        ],
    ) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("00000001.json"), &bytes).unwrap();
        let error = Journal::new(folder.path()).entries().unwrap_err();
        let named = matches!(error, Error::JournalUnreadable { .. });
        prop_assert!(named, "{}", error);
    }
}
