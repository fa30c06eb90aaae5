//! Rules 10 and 11: objects are read in few calls, and no odd one loses the rest.

use std::fmt::Write as _;

use tokencert::import::Import;
use tokencert::key::{PublicKey, SigningKey};

use crate::bad::{Bad, certify_with, only};

#[test]
fn an_object_is_read_in_one_call_and_all_are_found_in_two_searches() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for _ in 0..3 {
            bad.request(&token, "ec:p256");
        }
        bad.calls();
        token.contents().unwrap();
        let calls = bad.calls();
        assert_eq!(calls.of("C_GetAttributeValue"), 6, "{calls}");
        assert_eq!(calls.of("C_FindObjectsInit"), 2, "{calls}");
        assert_eq!(calls.of("C_FindObjectsFinal"), 2, "{calls}");
    });
}

#[test]
fn short_batches_and_a_search_that_stands_nothing_in_between_find_everything() {
    Bad::tell(|bad| {
        bad.control("find-batch 1\nstrict-search");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for _ in 0..3 {
            bad.request(&token, "ec:p256");
        }
        let contents = token.contents().unwrap();
        assert_eq!(contents.identities.len(), 3);
        assert!(
            contents
                .identities
                .iter()
                .all(|one| one.public_key.is_some())
        );
    });
}

#[test]
fn a_search_that_fails_is_ended_all_the_same() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.control("fault before 1 C_FindObjects CKR_GENERAL_ERROR");
        token.contents().unwrap_err();
        token.contents().unwrap();
    });
}

#[test]
fn what_does_not_fit_is_read_whole_by_a_second_call_for_that_alone() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "ec:p256");
        let names: Vec<_> = (0..700)
            .map(|at| format!("DNS:host-{at}.example"))
            .collect();
        let large = certify_with(&made.csr, "CN=Hanako", &names.join(","));
        assert!(large[0].as_der().len() > 8192);
        let now = large[0].not_before();
        Import::default().run(&token, &large[..1], now).unwrap();
        bad.calls();
        let contents = token.contents().unwrap();
        let stored = &only(&contents).certificates[0];
        assert_eq!(stored.certificate.as_ref(), Some(&large[0]));
        let calls = bad.calls();
        // One for each object; for the large one, its length and then its value.
        assert_eq!(calls.of("C_GetAttributeValue"), 3 + 2, "{calls}");
    });
}

#[test]
fn objects_of_unknown_classes_are_counted_and_nothing_more() {
    Bad::tell(|bad| {
        bad.control("odd-objects 117");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        let contents = token.contents().unwrap();
        only(&contents);
        assert_eq!(contents.other_objects.len(), 117);
    });
}

#[test]
fn an_object_that_cannot_be_read_loses_no_other() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "rsa:2048");
        for nth in 1..=2 {
            bad.fail_read(nth);
            let contents = token.contents().unwrap();
            let algorithm = only(&contents).public().and_then(PublicKey::algorithm);
            assert_eq!(algorithm.map(|it| it.to_string()).unwrap(), "rsa:2048");
        }
        // One of a vendor's own kind, which stands being asked for its class and nothing else.
        bad.control("odd-objects 1");
        assert_eq!(token.contents().unwrap().other_objects.len(), 1);
        bad.fail_read(3);
        bad.control_more("odd-objects 1");
        assert_eq!(token.contents().unwrap().other_objects.len(), 1);
        bad.request(&token, "rsa:2048");
    });
}

#[test]
fn a_token_without_public_key_objects_works_with_what_its_private_keys_say() {
    Bad::tell(|bad| {
        bad.control("hide public\npoint-on-private");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for key in ["rsa:2048", "ec:p256"] {
            bad.request(&token, key);
        }
        let contents = token.contents().unwrap();
        assert_eq!(contents.identities.len(), 2);
        for identity in &contents.identities {
            assert!(identity.public_key.is_none() && identity.public().is_some());
            let key = token.key(identity.private_key.as_ref().unwrap()).unwrap();
            key.sign(key.scheme(), b"message").unwrap();
        }
    });
}

#[test]
fn a_key_that_nothing_shows_the_public_half_of_leaves_nothing() {
    Bad::tell(|bad| {
        bad.control("hide public");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.try_request(&token, "ec:p256", None).unwrap_err();
        assert_eq!(token.contents().unwrap().private_keys().count(), 0);
    });
}

#[test]
fn the_size_of_a_key_comes_from_its_modulus() {
    Bad::tell(|bad| {
        bad.control(
            "report any CKA_MODULUS_BITS absent\nreport any CKA_PUBLIC_KEY_INFO empty\n\
             report any CKA_ALWAYS_AUTHENTICATE absent\nreport any CKA_KEY_GEN_MECHANISM absent",
        );
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "rsa:2048");
        let contents = token.contents().unwrap();
        assert_eq!(only(&contents).algorithm().unwrap().to_string(), "rsa:2048");
    });
}

#[test]
fn a_point_is_read_with_and_without_its_octet_string() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        let contents = token.contents().unwrap();
        let public = only(&contents).public().unwrap().clone();
        // The last 65 bytes of a P-256 SubjectPublicKeyInfo are the point.
        let point = &public.as_der()[public.as_der().len() - 65..];
        let mut hex = String::new();
        for byte in point {
            write!(hex, "{byte:02x}").unwrap();
        }
        for value in [format!("hex:{hex}"), format!("hex:0441{hex}")] {
            bad.control(&format!("report public CKA_EC_POINT {value}"));
            assert_eq!(only(&token.contents().unwrap()).public(), Some(&public));
        }
    });
}

#[test]
fn unavailable_empty_and_false_are_three_things() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        for (told, sensitive) in [
            ("true", Some(true)),
            ("false", Some(false)),
            ("absent", None),
            ("refused", None),
            ("empty", None),
            ("hex:0101", None),
        ] {
            bad.control(&format!("report private CKA_SENSITIVE {told}"));
            let contents = token.contents().unwrap();
            let key = only(&contents).private_key.as_ref().unwrap();
            assert_eq!(key.flags.sensitive, sensitive, "{told}");
            assert_eq!(key.flags.extractable, Some(false), "{told}");
        }
    });
}

#[test]
fn a_value_that_cannot_be_converted_loses_no_other() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "rsa:2048");
        bad.control("report any CKA_LABEL hex:ff00\nreport private CKA_KEY_TYPE hex:00");
        let contents = token.contents().unwrap();
        let key = only(&contents).private_key.as_ref().unwrap();
        assert_eq!(key.label.as_deref(), Some("\u{fffd}"));
        assert_eq!((key.key_type, &key.id), (None, &made.id));
        assert!(only(&contents).public().is_some());
    });
}
