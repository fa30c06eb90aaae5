//! Subjects read backwards: whose they are under a profile, and whether one is as expected.

#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use tokencert::certificate::DistinguishedName;
use tokencert::profile::{Holder, Profile};

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
