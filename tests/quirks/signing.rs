//! Rules 12 and 13: a signature is made somehow, checked always, and logged in for where needed.

use tokencert::Error;
use tokencert::key::{SignatureScheme, SigningKey};
use tokencert::pkcs11::{Token, TokenKey};

use crate::bad::{Bad, only};

fn key<'m>(bad: &Bad<'_>, token: &Token<'m>, kind: &str) -> TokenKey<'m> {
    bad.request(token, kind);
    let contents = token.contents().unwrap();
    token
        .key(only(&contents).private_key.as_ref().unwrap())
        .unwrap()
}

#[test]
fn a_signature_is_one_call_each_of_init_and_sign() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "rsa:2048");
        bad.calls();
        key.sign(key.scheme(), b"message").unwrap();
        let calls = bad.calls();
        assert_eq!(
            (calls.of("C_SignInit"), calls.of("C_Sign")),
            (1, 1),
            "{calls}"
        );
        assert_eq!(calls.total(), 2, "{calls}");
    });
}

#[test]
fn a_token_that_cannot_hash_is_given_the_digest() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "rsa:2048");
        bad.control(
            "refuse-mechanism CKM_SHA256_RSA_PKCS\nrefuse-mechanism CKM_SHA256_RSA_PKCS_PSS",
        );
        for scheme in [
            SignatureScheme::RsaPkcs1Sha256,
            SignatureScheme::RsaPssSha256,
        ] {
            let signature = key.sign(scheme, b"message").unwrap();
            key.public_key()
                .verify(scheme, b"message", &signature, "it")
                .unwrap();
        }
    });
}

#[test]
fn a_mechanism_that_is_not_listed_is_tried_and_one_that_is_not_there_is_said() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "rsa:2048");
        let pss = SignatureScheme::RsaPssSha256;
        let names = ["CKM_RSA_PKCS_PSS", "CKM_SHA256_RSA_PKCS_PSS"];
        let lines = |key: &str| names.map(|name| format!("{key} {name}\n")).concat();
        bad.control(&lines("unlist-mechanism"));
        key.sign(pss, b"message").unwrap();
        bad.control(&lines("refuse-mechanism"));
        let error = key.sign(pss, b"message").unwrap_err();
        let call = error.call().unwrap().to_string();
        assert_eq!(call, "C_SignInit returned CKR_MECHANISM_INVALID");
        key.sign(SignatureScheme::RsaPkcs1Sha256, b"message")
            .unwrap();
    });
}

#[test]
fn a_wrong_signature_never_leaves() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "ec:p256");
        bad.control("spoil-signatures");
        let error = key.sign(key.scheme(), b"message").unwrap_err();
        assert!(matches!(error, Error::SignatureWrong { .. }), "{error}");
    });
}

#[test]
fn a_key_that_wants_a_login_for_each_signature_gets_it_right_before() {
    Bad::tell(|bad| {
        bad.control("report private CKA_ALWAYS_AUTHENTICATE true\nalways-authenticate enforced");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "rsa:2048");
        bad.calls();
        for _ in 0..2 {
            key.sign(key.scheme(), b"message").unwrap();
        }
        assert_eq!(bad.calls().of("C_Login"), 2);
    });
}

#[test]
fn a_login_before_the_signature_that_a_module_only_pretends_to_want_is_passed_over() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "rsa:2048");
        let report = "report private CKA_ALWAYS_AUTHENTICATE true";
        bad.control(report);
        let contents = token.contents().unwrap();
        let key = only(&contents).private_key.as_ref().unwrap();
        let key = token.key(key).unwrap();
        for code in ["CKR_USER_ALREADY_LOGGED_IN", "CKR_USER_TYPE_INVALID"] {
            bad.control(&format!("{report}\nalways-authenticate {code}"));
            key.sign(key.scheme(), b"message").unwrap();
        }
        bad.control(&format!("{report}\nalways-authenticate CKR_PIN_LOCKED"));
        key.sign(key.scheme(), b"message").unwrap_err();
    });
}

#[test]
fn after_a_signature_that_failed_the_next_one_works() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let key = key(bad, &token, "ec:p256");
        // Not done, so that the operation is still active in the module: tpm2-pkcs11 leaves it so.
        bad.control("fault before 2 C_Sign CKR_FUNCTION_FAILED");
        key.sign(key.scheme(), b"message").unwrap_err();
        key.sign(key.scheme(), b"message").unwrap();
        assert_eq!(
            bad.calls().of("C_Login"),
            1,
            "the login outlives the session"
        );
    });
}
