//! Rule 19: a token that was pulled out is said to be so, and nothing else is.

use tokencert::pkcs11::{LoginPolicy, TokenAccess};
use tokencert::token::{Need, TokenSelector};
use tokencert::{Error, ErrorKind};

use crate::bad::{Bad, pin};
use crate::common::{PIN, SO_PIN};

#[test]
fn a_session_dies_with_its_token_and_stays_dead_when_it_is_put_back() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.control("out");
        let error = token.contents().unwrap_err();
        assert!(matches!(error, Error::TokenRemoved { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Token);
        let error = module.open(&TokenSelector::Only, Need::Read).unwrap_err();
        assert!(matches!(error, Error::TokenAbsent { .. }), "{error}");

        bad.control("");
        let error = token.contents().unwrap_err();
        let code = error.call().unwrap().value.to_string();
        assert_eq!(code, "CKR_SESSION_HANDLE_INVALID");
        assert!(matches!(error, Error::TokenRemoved { .. }), "{error}");
        let again = Bad::token(&module);
        again.login(&mut pin(), LoginPolicy::default()).unwrap();
        assert_eq!(bad.calls().of("C_Login"), 2, "a new session is logged out");
    });
}

#[test]
fn a_removal_that_the_module_notices_late_is_noticed_by_the_signature() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.control("out\nlate-removal");
        token.contents().unwrap();
        token.info_now().unwrap();
        let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
        assert!(matches!(error, Error::TokenRemoved { .. }), "{error}");
        let code = error.call().unwrap().value.to_string();
        assert_eq!(code, "CKR_DEVICE_REMOVED");
    });
}

#[test]
fn of_two_tokens_the_one_that_was_not_pulled_out_goes_on_working() {
    Bad::tell(|bad| {
        bad.softhsm.init_token("spare", SO_PIN, PIN).unwrap();
        let module = Bad::module();
        let open = |label: &str| {
            let selector = TokenSelector::Named(label.to_owned());
            module.open(&selector, Need::Read)
        };
        let (desk, spare) = (open("desk").unwrap(), open("spare").unwrap());
        spare.login(&mut pin(), LoginPolicy::default()).unwrap();
        bad.control("fault before 1+ C_FindObjectsInit pull:desk");
        let error = desk.contents().unwrap_err();
        assert!(matches!(error, Error::TokenRemoved { .. }), "{error}");
        spare.contents().unwrap();
        let error = open("desk").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Token, "{error}");
        // It is still logged in to.
        open("spare").unwrap();
        spare.contents().unwrap();
        assert_eq!(bad.calls().of("C_Login"), 1);
    });
}

#[test]
fn every_code_that_means_a_removal_is_said_to_be_one() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for code in [
            "CKR_DEVICE_REMOVED",
            "CKR_TOKEN_NOT_PRESENT",
            "CKR_SESSION_HANDLE_INVALID",
            "CKR_DEVICE_ERROR",
        ] {
            bad.control(&format!("fault before 1+ C_FindObjectsInit {code}"));
            let error = token.contents().unwrap_err();
            assert!(matches!(error, Error::TokenRemoved { .. }), "{error}");
            let call = error.call().unwrap().to_string();
            assert_eq!(call, format!("C_FindObjectsInit returned {code}"));
        }
    });
}

#[test]
fn a_general_error_is_no_removal_and_a_vendors_code_keeps_its_number() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for (code, said) in [
            ("CKR_GENERAL_ERROR", "CKR_GENERAL_ERROR"),
            ("0xff000023", "CKR_VENDOR_DEFINED 0xff000023"),
        ] {
            bad.control(&format!("fault before 1+ C_FindObjectsInit {code}"));
            let error = token.contents().unwrap_err();
            assert!(matches!(error, Error::Token { .. }), "{error}");
            let call = error.call().unwrap().to_string();
            assert_eq!(call, format!("C_FindObjectsInit returned {said}"));
        }
    });
}
