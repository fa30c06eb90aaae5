//! Subjects read backwards: whose they are under a profile, and whether one is as expected.

#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::cmp::Ordering;

use tokencert::certificate::DistinguishedName;
use tokencert::profile::{Holder, IssueCounts, Profile};

const FULL: &str = r#"version = 1
name = "demo-bank"
authority = "https://ca.example/"
institution = "1283"
subject = "CN={contract} {user} {institution},OU=IssuedCount = {count},OU=Demo CA,O=Demo,C=JP"
administrator_subject = "CN={contract} {institution},OU=IssuedCount = {count},OU=Demo CA,O=Demo,C=JP"
"#;

#[test]
fn subjects_are_read_back_to_whose_they_are() {
    let profile = Profile::parse("p.toml", FULL).unwrap();
    let read = |subject: &str| profile.recognize(&DistinguishedName::parse(subject).unwrap());
    let rest = "OU=IssuedCount \\= 012,OU=Demo CA,O=Demo,C=JP";
    let user = read(&format!("CN=00009876543 taro 1283,{rest}")).unwrap();
    assert_eq!(user.contract.as_deref(), Some("00009876543"));
    assert_eq!(user.user.as_deref(), Some("taro"));
    assert_eq!(user.count, Some(12));
    let administrator = read(&format!("CN=00009876543 1283,{rest}")).unwrap();
    assert_eq!((administrator.user, administrator.count), (None, Some(12)));
    // Another institution's, another operator's, a count that is none, one attribute too few.
    for stranger in [
        format!("CN=00009876543 taro 9999,{rest}"),
        format!(
            "CN=00009876543 taro 1283,{}",
            rest.replace("O=Demo", "O=Other")
        ),
        format!("CN=00009876543 taro 1283,{}", rest.replace("012", "twelve")),
        "CN=00009876543 taro 1283,O=Demo,C=JP".to_owned(),
    ] {
        assert_eq!(read(&stranger), None, "{stranger}");
    }
}

#[test]
fn a_subject_is_as_expected_with_any_issue_count_and_nothing_else_changed() {
    let profile = Profile::parse("p.toml", FULL).unwrap();
    let holder = Holder {
        contract: Some("00009876543"),
        user: Some("taro"),
        ..Holder::default()
    };
    let expected = profile.expected_subject(&holder).unwrap();
    let met = |subject: &str| expected.is_met_by(&DistinguishedName::parse(subject).unwrap());
    let subject = |user: &str, count: &str| {
        format!("CN=00009876543 {user} 1283,OU=IssuedCount \\= {count},OU=Demo CA,O=Demo,C=JP")
    };
    assert!(met(&subject("taro", "001")));
    assert!(met(&subject("taro", "1234")));
    assert!(!met(&subject("hanako", "001")));
    assert!(!met(&subject("taro", "1")));
    let shown = expected.name().unwrap().to_string();
    assert_eq!(shown, subject("taro", "001").replace('\\', ""));
}

#[test]
fn subjects_that_differ_in_the_issue_count_alone_are_of_one_holder() {
    let compare = |counts: &IssueCounts, one: &str, other: &str| {
        let parse = |text: &str| DistinguishedName::parse(text).unwrap();
        counts.compare(&parse(one), &parse(other))
    };
    let subject = |user: &str, count: &str| {
        format!("CN=00009876543 {user} 1283,OU=IssuedCount \\= {count},OU=Demo CA,O=Demo,C=JP")
    };
    let (first, second) = (subject("taro", "001"), subject("taro", "002"));
    let full = Profile::parse("p.toml", FULL).unwrap();
    for profile in [None, Some(&full)] {
        let counts = IssueCounts::of(profile);
        let of = |one: &str, other: &str| compare(&counts, one, other);
        assert_eq!(of(&second, &first), Some(Ordering::Greater));
        assert_eq!(of(&first, &second), Some(Ordering::Less));
        assert_eq!(of(&first, &first), Some(Ordering::Equal));
        assert_eq!(
            of(&subject("taro", "1000"), &subject("taro", "999")),
            Some(Ordering::Greater)
        );
        assert_eq!(of(&subject("hanako", "002"), &first), None);
        assert_eq!(of(&second.replace("O=Demo", "O=Other"), &first), None);
        assert_eq!(of("CN=Branch 002,C=JP", "CN=Branch 001,C=JP"), None);
    }
    // A count that only the profile knows to be one.
    let own = FULL.replace("IssuedCount = ", "No. ");
    let profile = Profile::parse("p.toml", &own).unwrap();
    let [first, second] = [first, second].map(|one| one.replace("IssuedCount \\= ", "No. "));
    let counts = IssueCounts::of(Some(&profile));
    assert_eq!(compare(&counts, &second, &first), Some(Ordering::Greater));
    assert_eq!(compare(&IssueCounts::default(), &second, &first), None);
}
