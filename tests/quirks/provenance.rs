//! Rule 9: a key that could leave the token is destroyed at birth, and what is only said is
//! recorded as said.

use tokencert::Error;
use tokencert::key::Refusal;

use crate::bad::{Bad, PAIR, only, sorted};

fn refuses(bad: &Bad<'_>, control: &str) -> String {
    let module = Bad::module();
    let token = Bad::logged_in(&module);
    bad.control(control);
    let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
    let Error::KeyExportable { reason, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(bad.objects(), [""; 0], "{control}");
    drop(token);
    module.finalize().unwrap();
    reason
}

#[test]
fn a_key_reported_extractable_in_spite_of_the_template_leaves_nothing() {
    Bad::tell(|bad| {
        refuses(bad, "report private CKA_EXTRACTABLE true");
        refuses(bad, "report private CKA_EXTRACTABLE absent");
        refuses(bad, "report private CKA_EXTRACTABLE empty");
    });
}

#[test]
fn a_key_whose_secret_is_offered_or_that_can_be_wrapped_leaves_nothing() {
    Bad::tell(|bad| {
        assert!(refuses(bad, "give-secret 32").contains("CKA_VALUE"));
        assert!(refuses(bad, "allow-wrap").contains("C_WrapKey"));
        assert_eq!(bad.hits(), "", "no secret was asked for with a buffer");
    });
}

#[test]
fn the_database_of_nss_which_wraps_any_key_is_used_and_the_record_says_what_it_did() {
    Bad::tell(|bad| {
        bad.control("allow-wrap\ntoken manufacturer Mozilla Foundation");
        let module = Bad::module();
        let record = bad.request(&Bad::logged_in(&module), "ec:p256").provenance;
        let wrapped = |one: &Refusal| one.attempt == "C_WrapKey" && !one.refused;
        assert!(record.refusals.iter().any(wrapped), "{record:?}");
        assert!(record.software_token);
        assert!(record.objection().unwrap().contains("C_WrapKey"));
    });
}

#[test]
fn a_secret_of_no_length_is_none() {
    Bad::tell(|bad| {
        bad.control("give-secret 0");
        let module = Bad::module();
        let made = bad.request(&Bad::logged_in(&module), "ec:p256");
        assert_eq!(made.provenance.objection(), None);
    });
}

#[test]
fn flags_that_honest_cards_get_wrong_are_recorded_and_decide_nothing() {
    Bad::tell(|bad| {
        bad.control(
            "report private CKA_SENSITIVE false\nreport private CKA_ALWAYS_SENSITIVE false\n\
             report private CKA_NEVER_EXTRACTABLE absent\nreport private CKA_LOCAL false",
        );
        let module = Bad::module();
        let record = bad.request(&Bad::logged_in(&module), "rsa:2048").provenance;
        assert_eq!(record.sensitive, Some(false));
        assert_eq!(record.always_sensitive, Some(false));
        assert_eq!(record.never_extractable, None);
        assert_eq!(record.local, Some(false));
        assert_eq!(record.extractable, Some(false));
        assert!(record.birth_witnessed);
        assert_eq!(sorted(bad.objects()), PAIR);
    });
}

#[test]
fn a_key_that_was_there_before_is_refused_but_never_destroyed() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        bad.control("report private CKA_EXTRACTABLE true");
        let contents = token.contents().unwrap();
        let key = only(&contents).private_key.as_ref().unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let error = token.adopt(key, now).unwrap_err();
        assert!(matches!(error, Error::KeyExportable { .. }), "{error}");
        assert_eq!(sorted(bad.objects()), PAIR);
    });
}

#[test]
fn a_known_software_token_is_called_one_and_another_is_not() {
    Bad::tell(|bad| {
        let module = Bad::module();
        assert!(Bad::token(&module).info().software);
        bad.control("token manufacturer SafeNet, Inc.\ntoken model eToken");
        assert!(!Bad::token(&module).info().software);
    });
}
