//! Rules 7 and 8: what is asked for when a key is made, and what is believed about it.

use tokencert::Error;
use tokencert::import::Import;
use tokencert::issue::{KeyChoice, prepare};
use tokencert::pkcs11::KeyOrder;
use tokencert::request::RequestTemplate;

use crate::bad::{Bad, PAIR, certify, only, sorted};

/// Attributes that hold in every template of a private key, whatever was refused before.
const NEVER_DROPPED: [&str; 4] = [
    "CKA_TOKEN=01",
    "CKA_PRIVATE=01",
    "CKA_SENSITIVE=01",
    "CKA_EXTRACTABLE=00",
];

fn names(template: &str) -> Vec<&str> {
    let mut names: Vec<_> = template
        .split(' ')
        .map(|one| one.split_once('=').unwrap().0)
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn the_templates_hold_what_must_be_and_nothing_that_some_module_refuses() {
    Bad::tell(|bad| {
        bad.control("record-templates\nrefuse-duplicates");
        let module = Bad::module();
        bad.request(&Bad::logged_in(&module), "rsa:2048");
        let private = &bad.templates("private")[0];
        for never in NEVER_DROPPED {
            assert!(private.contains(never), "{private}");
        }
        let expected = [
            "CKA_DECRYPT",
            "CKA_DERIVE",
            "CKA_EXTRACTABLE",
            "CKA_ID",
            "CKA_LABEL",
            "CKA_PRIVATE",
            "CKA_SENSITIVE",
            "CKA_SIGN",
            "CKA_SIGN_RECOVER",
            "CKA_TOKEN",
            "CKA_UNWRAP",
        ];
        let own = |name: &&str| !["CKA_CLASS", "CKA_KEY_TYPE"].contains(name);
        let asked: Vec<_> = names(private).into_iter().filter(own).collect();
        assert_eq!(asked, expected);
        let public = [
            "CKA_ID",
            "CKA_LABEL",
            "CKA_MODULUS_BITS",
            "CKA_PUBLIC_EXPONENT",
            "CKA_TOKEN",
            "CKA_VERIFY",
        ];
        assert_eq!(names(&bad.templates("public")[0]), public);
        bad.request(&Bad::logged_in(&module), "ec:p256");
        let public = [
            "CKA_EC_PARAMS",
            "CKA_ID",
            "CKA_LABEL",
            "CKA_TOKEN",
            "CKA_VERIFY",
        ];
        let template = &bad.templates("public")[1];
        assert_eq!(names(template), public);
        // The name of P-256, and no parameters spelt out.
        assert!(
            template.contains("CKA_EC_PARAMS=06082a8648ce3d030107"),
            "{template}"
        );
        let calls = bad.calls();
        assert_eq!(calls.of("C_CopyObject"), 0, "made where they are to stay");
    });
}

#[test]
fn usages_that_a_module_refuses_to_be_told_are_left_out_in_a_second_try() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for code in [
            "CKR_GENERAL_ERROR",
            "CKR_FUNCTION_FAILED",
            "CKR_TEMPLATE_INCONSISTENT",
            "CKR_TEMPLATE_INCOMPLETE",
            "CKR_ATTRIBUTE_TYPE_INVALID",
            "CKR_ATTRIBUTE_VALUE_INVALID",
            "CKR_ATTRIBUTE_READ_ONLY",
        ] {
            bad.control(&format!("record-templates\nrefuse-false-usages {code}"));
            bad.request(&token, "ec:p256");
            let calls = bad.calls();
            assert_eq!(calls.of("C_GenerateKeyPair"), 2, "{code}");
            assert_eq!(calls.of("C_SetAttributeValue"), 0, "the ID was not refused");
        }
        for template in bad.templates("private") {
            for never in NEVER_DROPPED {
                assert!(template.contains(never), "{template}");
            }
        }
        assert_eq!(token.contents().unwrap().identities.len(), 7);
    });
}

#[test]
fn a_token_that_will_not_keep_a_key_to_itself_gets_none() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for attribute in ["CKA_SENSITIVE", "CKA_EXTRACTABLE", "CKA_PRIVATE"] {
            bad.control(&format!(
                "refuse-attribute private {attribute} CKR_ATTRIBUTE_TYPE_INVALID"
            ));
            let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
            let call = error.call().unwrap().to_string();
            assert_eq!(
                call,
                "C_GenerateKeyPair returned CKR_ATTRIBUTE_TYPE_INVALID"
            );
        }
        assert_eq!(bad.objects(), [""; 0]);
    });
}

#[test]
fn an_id_that_is_refused_at_birth_is_set_afterwards() {
    Bad::tell(|bad| {
        bad.control("refuse-attribute any CKA_ID CKR_ATTRIBUTE_TYPE_INVALID\nrefuse-false-usages");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "ec:p256");
        let id = made.id.unwrap();
        assert_eq!(id.as_bytes().len(), 16);
        let contents = token.contents().unwrap();
        let pair = only(&contents);
        let public = pair.public_key.as_ref().unwrap();
        assert_eq!((pair.id(), public.id.as_ref()), (Some(&id), Some(&id)));
    });
}

#[test]
fn an_id_that_cannot_be_set_afterwards_leaves_nothing() {
    Bad::tell(|bad| {
        bad.control(
            "refuse-attribute any CKA_ID CKR_ATTRIBUTE_TYPE_INVALID\n\
             fault before 1+ C_SetAttributeValue CKR_ATTRIBUTE_READ_ONLY",
        );
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.try_request(&token, "ec:p256", None).unwrap_err();
        assert_eq!(bad.objects(), [""; 0]);
    });
}

#[test]
fn an_id_or_label_of_the_tokens_own_is_reported_as_the_token_keeps_it() {
    Bad::tell(|bad| {
        bad.control("replace-id 0a0b0c\nreplace-label 0a0b0c");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "ec:p256");
        assert_eq!(made.id.unwrap().to_string(), "0a0b0c");
        assert_eq!(made.provenance.key_id.unwrap().to_string(), "0a0b0c");
        let contents = token.contents().unwrap();
        assert_eq!(only(&contents).label(), Some("0a0b0c"));
    });
}

#[test]
fn an_id_is_free_before_it_is_used() {
    Bad::tell(|bad| {
        bad.control("refuse-second-key");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        // A generator that repeats itself, as a broken one would.
        let mut numbers = [1, 1, 2].into_iter();
        let mut random = |bytes: &mut [u8]| {
            bytes.fill(numbers.next().unwrap());
            Ok(())
        };
        let mut make = |choice: &KeyChoice| {
            let request = RequestTemplate::new("CN=a");
            let now = jiff::Timestamp::UNIX_EPOCH;
            let folder = tempfile::tempdir().unwrap();
            let records = (folder.path(), now);
            prepare(&token, choice, &request, None, records, &mut random)
        };
        let new = |id| KeyChoice::New {
            algorithm: "ec:p256".parse().unwrap(),
            label: "key".to_owned(),
            id,
        };
        let first = make(&new(None)).unwrap().id.unwrap();
        let second = make(&new(None)).unwrap().id.unwrap();
        assert_eq!(
            (first.as_bytes(), second.as_bytes()),
            (&[1; 16][..], &[2; 16][..])
        );
        let error = make(&new(Some(first))).unwrap_err();
        assert!(matches!(error, Error::KeyIdTaken { .. }), "{error}");
    });
}

#[test]
fn an_id_that_only_a_certificate_has_is_taken_too() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "ec:p256");
        let chain = certify(&made.csr, "CN=Hanako");
        let now = chain[0].not_before();
        Import::default().run(&token, &chain, now).unwrap();
        let contents = token.contents().unwrap();
        let lone = contents.certificates[0].id.clone().unwrap();
        let algorithm = "ec:p256".parse().unwrap();
        let order = KeyOrder::new(algorithm, lone, "key");
        let error = token.generate(&order, now).unwrap_err();
        assert!(matches!(error, Error::KeyIdTaken { .. }), "{error}");
    });
}

#[test]
fn a_bad_key_that_cannot_be_destroyed_is_named() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.control(
            "report private CKA_EXTRACTABLE true\n\
             fault before 1+ C_DestroyObject CKR_FUNCTION_FAILED",
        );
        let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
        let Error::KeyNotDestroyed { id, reason, .. } = error else {
            panic!("{error}")
        };
        assert!(reason.contains("CKA_EXTRACTABLE"), "{reason}");
        bad.control("");
        let contents = token.contents().unwrap();
        assert_eq!(only(&contents).id().unwrap().to_string(), id);
    });
}

#[test]
fn a_key_that_was_made_in_spite_of_the_answer_is_taken() {
    Bad::tell(|bad| {
        bad.control("fault after 1 C_GenerateKeyPair CKR_GENERAL_ERROR");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        assert_eq!(bad.calls().of("C_GenerateKeyPair"), 1);
        assert_eq!(sorted(bad.objects()), PAIR);
    });
}

#[test]
fn half_a_key_that_was_left_by_a_refused_try_is_destroyed() {
    Bad::tell(|bad| {
        // The first try is done and denied, and what it left does not suit.
        bad.control("fault after 1 C_GenerateKeyPair CKR_FUNCTION_FAILED\nforce-exponent 03");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let error = bad.try_request(&token, "rsa:2048", None).unwrap_err();
        assert!(matches!(error, Error::KeyDiffers { .. }), "{error}");
        assert_eq!(bad.calls().of("C_GenerateKeyPair"), 2);
        assert_eq!(bad.objects(), [""; 0]);
    });
}

#[test]
fn another_exponent_than_was_asked_for_is_noticed_and_leaves_nothing() {
    Bad::tell(|bad| {
        bad.control("force-exponent 03");
        let module = Bad::module();
        let error = bad
            .try_request(&Bad::logged_in(&module), "rsa:2048", None)
            .unwrap_err();
        assert!(matches!(error, Error::KeyDiffers { .. }), "{error}");
        assert_eq!(bad.objects(), [""; 0]);
    });
}

#[test]
fn another_size_or_curve_than_was_asked_for_is_noticed_and_leaves_nothing() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        // A modulus of 1024 bits, and the point of another curve, where something else was asked.
        let modulus = format!("report any CKA_MODULUS hex:c1{}", "01".repeat(127));
        let curve = "report any CKA_EC_PARAMS hex:06052b81040022";
        for (key, report) in [("rsa:2048", modulus.as_str()), ("ec:p256", curve)] {
            bad.control(report);
            bad.try_request(&token, key, None).unwrap_err();
            assert_eq!(bad.objects(), [""; 0], "{key}");
        }
    });
}

#[test]
fn a_kind_of_key_that_the_token_does_not_make_is_said_to_be_just_that() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.control("refuse-mechanism CKM_EC_KEY_PAIR_GEN");
        let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
        assert!(
            matches!(error, Error::KeyAlgorithmUnsupported { .. }),
            "{error}"
        );
        assert_eq!(bad.calls().of("C_GenerateKeyPair"), 1);
    });
}

#[test]
fn a_token_without_room_for_a_key_is_left_as_it_was() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        bad.control("room 2");
        let error = bad.try_request(&token, "ec:p256", None).unwrap_err();
        let call = error.call().unwrap().to_string();
        assert_eq!(call, "C_GenerateKeyPair returned CKR_DEVICE_MEMORY");
        assert_eq!(sorted(bad.objects()), PAIR);
    });
}
