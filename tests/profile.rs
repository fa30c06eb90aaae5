//! Profiles, their store, and the messages about mistakes in them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

use std::fs;

use proptest::prelude::*;
use tokencert::Error;
use tokencert::certificate::DistinguishedName;
use tokencert::key::{KeyAlgorithm, SignatureScheme};
use tokencert::profile::{
    AlternativeNames, Destination, Holder, Profile, ProfileStore, did_you_mean,
};

const FULL: &str = r#"version = 1
name = "demo-bank"
authority = "https://ca.example/"
ca_fingerprint = "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f"
institution = "1283"
subject = "CN={contract} {user} {institution},OU=IssuedCount = {count},OU=Demo CA,O=Demo,C=JP"
administrator_subject = "CN={contract} {institution},OU=IssuedCount = {count},OU=Demo CA,O=Demo,C=JP"
key = "rsa:3072"
pss = true
usages = ["digitalSignature", "clientAuth"]
alternative_names = "request"
destination = "usb"
login_url = "https://login.example/"

[title]
en = "Demo bank"
ja = "見本銀行"

[windows]
renewal_days_before = 40
acquire_days = 81
reacquire_days_after_expiry = 0
notice_days = [40, 5]
time_zone = "UTC"

[validity]
months = 24
backdate_minutes = 5

[module]
name = "libeToken.so"
download = "https://driver.example/"

[support]
name = "ヘルプデスク"
telephone = "0120-000-000"
hours = "9:00-17:00"
"#;

const SMALL: &str = "version = 1\nname = \"small\"\nauthority = \"dir:/srv/ca\"\n";

fn reason(text: &str) -> String {
    match Profile::parse("p.toml", text) {
        Err(Error::ProfileInvalid { name, reason }) => {
            assert_eq!(name, "p.toml");
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_value_is_read_and_written_back() {
    let profile = Profile::parse("p.toml", FULL).unwrap();
    assert_eq!(profile.key, KeyAlgorithm::Rsa(3072));
    assert_eq!(profile.scheme(), SignatureScheme::RsaPssSha256);
    assert_eq!(profile.ca_fingerprint.unwrap().0[31], 0x1f);
    assert_eq!(profile.destination, Some(Destination::Usb));
    assert_eq!(profile.alternative_names, AlternativeNames::Request);
    assert_eq!(profile.title.ja.as_deref(), Some("見本銀行"));
    assert_eq!(profile.windows.notice_days, [40, 5]);
    assert_eq!(profile.windows.reacquire_days_after_expiry, 0);
    assert_eq!(profile.validity.months, 24);
    assert_eq!(profile.module.name.as_deref(), Some("libeToken.so"));
    assert_eq!(profile.support.telephone.as_deref(), Some("0120-000-000"));
    let written = profile.to_toml().unwrap();
    assert_eq!(Profile::parse("again", &written).unwrap(), profile);
}

#[test]
fn an_address_in_a_profile_is_that_of_a_server_and_holds_no_password() {
    for key in ["authority", "login_url"] {
        for bad in [
            "https://taro:hunter2@login.example/",
            "javascript:alert(1)",
            "http://login.example/",
            "https://login example/",
            "https://",
            "https:///login",
            r"https://login.example/\u001b[2J",
        ] {
            let lines = FULL.lines().map(|line| match line.split_once(" = ") {
                Some((name, _)) if name == key => format!("{key} = \"{bad}\"\n"),
                _ => format!("{line}\n"),
            });
            let said = reason(&lines.collect::<String>());
            assert!(said.contains("https://…"), "{key} {bad}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn the_defaults_are_the_rules_of_the_banks() {
    let profile = Profile::parse("p.toml", SMALL).unwrap();
    assert_eq!(profile, Profile::new("small", "dir:/srv/ca").unwrap());
    assert_eq!(profile.key, KeyAlgorithm::Rsa(2048));
    assert_eq!(profile.scheme(), SignatureScheme::RsaPkcs1Sha256);
    assert_eq!(profile.alternative_names, AlternativeNames::None);
    assert_eq!(profile.destination, None);
    let windows = &profile.windows;
    assert_eq!(
        (windows.renewal_days_before, windows.acquire_days),
        (30, 80)
    );
    assert_eq!(windows.reacquire_days_after_expiry, 90);
    assert_eq!(windows.notice_days, [30, 10]);
    assert_eq!(windows.time_zone, "Asia/Tokyo");
    assert_eq!(
        (profile.validity.months, profile.validity.backdate_minutes),
        (12, 10)
    );
    assert_eq!(
        Profile::parse("p", &profile.to_toml().unwrap()).unwrap(),
        profile
    );
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_key_that_was_meant() {
    assert_eq!(
        reason("version = 1\nname = \"a\"\nauthorty = \"dir:/srv/ca\"\n"),
        "unknown key `authorty` on line 3; did you mean `authority`?"
    );
    assert_eq!(
        reason(&format!("{SMALL}\n[windows]\nnotice_day = [1]\n")),
        "unknown key `notice_day` on line 6; did you mean `notice_days`?"
    );
    assert_eq!(
        reason(&format!("{SMALL}colour = 1\n")),
        "unknown key `colour` on line 4"
    );
}

#[test]
fn a_bad_value_is_named_with_its_line() {
    for (line, reason_for) in [
        (
            "key = \"rsa:512\"",
            "`rsa:512` is not a kind of key on line 4",
        ),
        ("ca_fingerprint = \"00\"", "64 hexadecimal digits on line 4"),
        ("destination = \"cloud\"", "unknown variant `cloud`"),
        ("usages = [\"everything\"]", "on line 4"),
        ("pss = 1", "on line 4"),
        (
            "subject = \"CN={contact}\"",
            "did you mean {contract}? on line 4",
        ),
        ("subject = \"CN={contract\"", "is not closed on line 4"),
        ("subject = \"no name\"", "on line 4"),
        (
            "validity.months = 0",
            "`0` is not a number of months from 1 to 120 on line 4",
        ),
        (
            "windows.time_zone = \"Asia/Edo\"",
            "`Asia/Edo` is not a time zone on line 4",
        ),
        ("windows.acquire_days = -1", "on line 4"),
        (
            "windows.renewal_days_before = 4000",
            "4000 days are more than 3660 on line 4",
        ),
        (
            "windows.notice_days = [30, 4000]",
            "4000 days are more than 3660 on line 4",
        ),
        ("name = \"again\"", "duplicate key"),
        ("= 1", "on line 4"),
    ] {
        let found = reason(&format!("{SMALL}{line}\n"));
        assert!(found.contains(reason_for), "{line}: {found}");
    }
    assert!(reason("name = \"a\"\nauthority = \"dir:/a\"\n").contains("version"));
    assert!(reason(&SMALL.replace("= 1", "= 2")).contains("`2` is not a version"));
    let found = reason(&format!("{SMALL}key = \"ec:p256\"\npss = true\n"));
    assert_eq!(found, "`pss` is for RSA keys, and `key` is `ec:p256`");
}

#[test]
fn an_authority_has_an_absolute_path_or_https() {
    for good in [
        "dir:/srv/ca",
        "files:/mnt/hand-off",
        "https://ca.example/.well-known/est",
    ] {
        Profile::new("a", good).unwrap();
    }
    for bad in [
        "",
        "dir:",
        "dir:ca",
        "files:../x",
        "http://ca.example/",
        "https://",
        "/srv/ca",
    ] {
        let error = Profile::new("a", bad).unwrap_err();
        assert!(
            error.to_string().contains("is not an authority"),
            "{bad}: {error}"
        );
    }
}

#[test]
fn a_name_is_safe_as_the_name_of_a_file() {
    for good in ["a", "0", "demo-bank_1.x"] {
        Profile::new(good, "dir:/srv/ca").unwrap();
    }
    for bad in [
        "",
        ".",
        "..",
        "-a",
        "_a",
        ".a",
        "A",
        "a/b",
        "a\\b",
        "a b",
        "銀行",
        &"a".repeat(65),
    ] {
        Profile::new(bad, "dir:/srv/ca").unwrap_err();
    }
}

#[test]
fn an_administrators_subject_is_its_own_and_values_are_escaped() {
    let profile = Profile::parse("p.toml", FULL).unwrap();
    let administrator = Holder {
        contract: Some("SH001"),
        ..Holder::default()
    };
    assert_eq!(
        profile.subject(&administrator).unwrap(),
        "CN=SH001 1283,OU=IssuedCount = 001,OU=Demo CA,O=Demo,C=JP"
    );
    let user = Holder {
        user: Some("a,O=Other"),
        count: Some(12),
        ..administrator
    };
    let subject = profile.subject(&user).unwrap();
    let name = DistinguishedName::parse(&subject).unwrap();
    assert_eq!(name.common_name().as_deref(), Some("SH001 a,O=Other 1283"));
    assert_eq!(
        name.attributes()
            .iter()
            .filter(|(name, _)| name == "O")
            .count(),
        1
    );
    assert!(
        name.attributes()
            .contains(&("OU".to_owned(), "IssuedCount = 012".to_owned()))
    );
    assert_eq!(profile.request(&user).unwrap().subject, subject);
}

#[test]
fn a_subject_needs_a_template_and_the_values_it_names() {
    let profile = Profile::parse("p.toml", FULL).unwrap();
    let error = profile
        .subject(&Holder {
            user: Some("a"),
            ..Holder::default()
        })
        .unwrap_err();
    assert!(
        error.to_string().contains("{contract} is not given"),
        "{error}"
    );
    let places: Vec<_> = profile.subject_template(false).unwrap().places().collect();
    assert_eq!(places, ["contract", "user", "institution", "count"]);
    let error = Profile::parse("p.toml", SMALL)
        .unwrap()
        .subject(&Holder::default())
        .unwrap_err();
    assert!(error.to_string().contains("no `subject`"), "{error}");
}

#[test]
fn the_store_keeps_what_was_added_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = ProfileStore::new(folder.path().join("profiles"));
    assert!(store.list().unwrap().is_empty());
    store.add("b.toml", FULL, false).unwrap();
    store.add("a.toml", SMALL, false).unwrap();
    store
        .add("a.toml", &format!("# newer\n{SMALL}"), false)
        .unwrap();
    fs::write(store.folder().join("notes.txt"), "").unwrap();
    fs::write(store.folder().join("-.toml"), "").unwrap();
    assert_eq!(store.list().unwrap(), ["demo-bank", "small"]);
    assert_eq!(
        store.load("demo-bank").unwrap(),
        Profile::parse("", FULL).unwrap()
    );
    let stored = fs::read_to_string(store.folder().join("small.toml")).unwrap();
    assert_eq!(stored, format!("# newer\n{SMALL}"));
}

#[test]
fn a_profile_that_is_not_there_is_an_error_with_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let store = ProfileStore::new(folder.path());
    let error = store.load("a").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no profile called a; there are: none"
    );
    store.add("a.toml", SMALL, false).unwrap();
    for name in ["b", "../small", "/etc/passwd", ""] {
        match store.load(name).unwrap_err() {
            Error::ProfileNotFound { present, .. } => assert_eq!(present, "small"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_stored_profile_under_another_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("other.toml"), SMALL).unwrap();
    let error = ProfileStore::new(folder.path()).load("other").unwrap_err();
    assert!(
        error.to_string().contains("it calls itself `small`"),
        "{error}"
    );
}

#[test]
fn a_word_is_recognised_with_one_mistake_in_three_letters() {
    let known = ["authority", "key", "name"];
    for (word, meant) in [
        ("authorty", Some("authority")),
        ("auhtority", Some("authority")),
        ("Authoritie", Some("authority")),
        ("kye", Some("key")),
        ("keys", Some("key")),
        ("nam", Some("name")),
        ("subject", None),
        ("x", None),
    ] {
        assert_eq!(did_you_mean(word, known), meant, "{word}");
    }
    assert_eq!(did_you_mean("key", []), None);
}

proptest! {
    #[test]
    fn no_text_panics(
        text in prop_oneof![
            any::<String>(),
            r#"((version|name|key|subject|windows|validity)(\.[a-z_]{1,9})? ?= ?("[^\n]{0,9}"|1|\[\])\n){0,5}"#,
        ],
    ) {
        prop_assert!(Profile::parse("p.toml", &text).is_err());
        let _ = Profile::parse("p.toml", &format!("{SMALL}{text}"));
    }

    #[test]
    fn any_value_of_a_holder_stays_within_its_attribute(user in "[^\\p{C}\\p{Z}][ -~ｱ-ﾝ一-龠]{0,20}") {
        let profile = Profile::parse("p.toml", FULL).unwrap();
        let holder = Holder { contract: Some("1"), user: Some(&user), ..Holder::default() };
        if let Ok(name) = DistinguishedName::parse(&profile.subject(&holder).unwrap()) {
            prop_assert_eq!(name.attributes().len(), 5);
            prop_assert_eq!(name.common_name().unwrap(), format!("1 {user} 1283"));
        }
    }
}
