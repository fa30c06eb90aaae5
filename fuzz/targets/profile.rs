//! A profile, and the subjects that are made with its templates.
//!
//! What stands behind the last line end is a holder's value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::certificate::{DistinguishedName, sanitized};
use tokencert::profile::{Holder, Profile};
use tokencert_fuzz::{fails_safely, name_is_sound};

fuzz_target!(|text: &str| {
    match Profile::parse("profile.toml", text) {
        Ok(profile) => {
            let toml = profile.to_toml().unwrap();
            assert_eq!(Profile::parse("again.toml", &toml).unwrap(), profile);
            assert!(profile.scheme().suits(profile.key));
            let value = text.rsplit('\n').next().unwrap_or_default();
            let user = Holder {
                contract: Some(value),
                user: Some(value),
                institution: Some(value),
                count: Some(7),
                name: Some(value),
            };
            let administrator = Holder { user: None, ..user };
            for holder in [user, administrator] {
                subject_is_sound(&profile, &holder, value);
            }
        }
        Err(error) => fails_safely(&error),
    }
    match DistinguishedName::parse(text) {
        Ok(name) => {
            name_is_sound(&name);
            assert_eq!(DistinguishedName::parse(&name.to_string()).unwrap(), name);
        }
        Err(error) => fails_safely(&error),
    }
});

/// A holder's value stands in the subject as it was given, or the subject is refused.
fn subject_is_sound(profile: &Profile, holder: &Holder<'_>, value: &str) {
    let name = profile
        .request(holder)
        .and_then(|request| DistinguishedName::parse(&request.subject));
    let name = match name {
        Ok(name) => name,
        Err(error) => return fails_safely(&error),
    };
    name_is_sound(&name);
    assert_eq!(value, sanitized(value));
    let template = profile.subject_template(holder.user.is_none()).unwrap();
    let takes_value = template.places().any(|place| place != "count");
    let attributes = name.attributes();
    assert!(!takes_value || attributes.iter().any(|(_, text)| text.contains(value)));
    let expected = template.fill(&Holder {
        contract: Some("x"),
        user: Some("x"),
        institution: Some("x"),
        name: Some("x"),
        ..*holder
    });
    let expected = DistinguishedName::parse(&expected.unwrap()).unwrap();
    assert_eq!(expected.attributes().len(), attributes.len());
}
