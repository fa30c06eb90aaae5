//! Rules 14 to 18: a certificate lands beside its key on any token, or nothing is lost.

use tokencert::Error;
use tokencert::certificate::Certificate;
use tokencert::import::Import;
use tokencert::issue::Prepared;
use tokencert::key::{KeyId, SigningKey};
use tokencert::pkcs11::Token;

use crate::bad::{Bad, PAIR, certify, only, sorted};

fn import(token: &Token<'_>, certificates: &[Certificate]) -> tokencert::Result<()> {
    let now = certificates[0].not_before();
    Import::default().run(token, certificates, now).map(|_| ())
}

fn made(bad: &Bad<'_>, token: &Token<'_>) -> (Prepared, Vec<Certificate>) {
    let made = bad.request(token, "ec:p256");
    let chain = certify(&made.csr, "CN=Hanako");
    (made, chain)
}

#[test]
fn a_certificate_object_holds_what_every_module_wants_and_nothing_that_one_refuses() {
    Bad::tell(|bad| {
        bad.control("record-templates\nrefuse-duplicates\nneed-login CKR_PIN_LEN_RANGE");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (key, chain) = made(bad, &token);
        import(&token, &chain).unwrap();
        let template = &bad.templates("certificate")[0];
        let mut names: Vec<_> = template
            .split(' ')
            .map(|one| one.split_once('=').unwrap().0)
            .collect();
        names.sort_unstable();
        let expected = [
            "CKA_CERTIFICATE_TYPE",
            "CKA_CLASS",
            "CKA_ID",
            "CKA_ISSUER",
            "CKA_LABEL",
            "CKA_PRIVATE",
            "CKA_SERIAL_NUMBER",
            "CKA_SUBJECT",
            "CKA_TOKEN",
            "CKA_VALUE",
        ];
        assert_eq!(names, expected);
        assert!(template.contains(&format!("CKA_ID={}", key.id.unwrap())));
        // The CA's has no key here: its ID is its own subject key identifier.
        let identifier = KeyId::from_bytes(&chain[1].subject_key_identifier().unwrap());
        let authority = &bad.templates("certificate")[1];
        let expected = format!("CKA_ID={}", identifier.unwrap());
        assert!(authority.contains(&expected), "{authority}");
        assert!(template.contains("CKA_PRIVATE=00") && template.contains("CKA_TOKEN=01"));
    });
}

#[test]
fn a_label_that_belongs_to_another_subject_is_made_different() {
    Bad::tell(|bad| {
        bad.control("one-subject-per-label CKR_ATTRIBUTE_VALUE_INVALID");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for subject in ["CN=Hanako", "CN=Hanako,O=Other"] {
            let made = bad.request(&token, "ec:p256");
            import(&token, &certify(&made.csr, subject)[..1]).unwrap();
        }
        let contents = token.contents().unwrap();
        let labels: Vec<_> = contents.all_certificates().map(|one| &one.label).collect();
        assert_eq!(labels.len(), 2);
        assert_ne!(labels[0], labels[1]);
    });
}

#[test]
fn the_same_certificate_again_is_not_written_again() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        import(&token, &chain).unwrap();
        bad.control("fault before 1+ C_CreateObject CKR_GENERAL_ERROR");
        import(&token, &chain).unwrap();
        assert_eq!(bad.hits(), "");
    });
}

#[test]
fn a_second_certificate_of_a_key_replaces_the_first_only_where_the_token_holds_one() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (key, chain) = made(bad, &token);
        import(&token, &chain).unwrap();
        let newer = certify(&key.csr, "CN=Hanako,O=Newer");
        bad.control("refuse-second-certificate CKR_GENERAL_ERROR");
        import(&token, &newer[..1]).unwrap_err();
        let contents = token.contents().unwrap();
        let kept = &only(&contents).certificates;
        assert_eq!(
            kept[0].certificate.as_ref(),
            Some(&chain[0]),
            "nothing was deleted"
        );

        let archive = tempfile::tempdir().unwrap();
        let mut replacing = Import::default();
        replacing.archive = Some(archive.path().to_owned());
        let now = newer[0].not_before();
        let imported = replacing.run(&token, &newer[..1], now).unwrap();
        assert_eq!(imported[0].replaced, chain[..1]);
        let contents = token.contents().unwrap();
        let kept = &only(&contents).certificates;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].certificate.as_ref(), Some(&newer[0]));
        assert_eq!(kept[0].id, key.id);
    });
}

#[test]
fn a_replacement_that_fails_half_way_keeps_the_new_certificate_for_the_next_run() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (key, chain) = made(bad, &token);
        import(&token, &chain).unwrap();
        let newer = certify(&key.csr, "CN=Hanako,O=Newer");
        let archive = tempfile::tempdir().unwrap();
        let mut replacing = Import::default();
        replacing.archive = Some(archive.path().to_owned());
        let now = newer[0].not_before();
        let refuse = "refuse-second-certificate CKR_GENERAL_ERROR";
        bad.control(&format!(
            "{refuse}\nfault before 1 C_SetAttributeValue CKR_DEVICE_MEMORY"
        ));
        replacing.run(&token, &newer[..1], now).unwrap_err();
        assert_ne!(bad.hits(), "", "the fault was met");
        let contents = token.contents().unwrap();
        let mut left = contents.all_certificates();
        assert!(left.any(|one| one.certificate.as_ref() == Some(&newer[0])));

        bad.control(refuse);
        replacing.run(&token, &newer[..1], now).unwrap();
        let contents = token.contents().unwrap();
        let kept = &only(&contents).certificates;
        assert_eq!(kept[0].certificate.as_ref(), Some(&newer[0]));
        assert_eq!(kept[0].id, key.id);
    });
}

#[test]
fn a_full_token_is_noticed_before_anything_is_written_where_it_says_so() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        drop(token);
        bad.control("free-memory 100");
        let token = Bad::logged_in(&module);
        let error = import(&token, &chain).unwrap_err();
        assert!(matches!(error, Error::TokenFull { .. }), "{error}");
        assert_eq!(bad.calls().of("C_CreateObject"), 0);
        drop(token);
        // A size that nothing fits into is none.
        bad.control("free-memory 1 1");
        import(&Bad::logged_in(&module), &chain).unwrap();
    });
}

#[test]
fn a_token_that_says_it_is_full_only_when_written_to_keeps_what_it_had() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        bad.control("room 2");
        let error = import(&token, &chain).unwrap_err();
        assert!(matches!(error, Error::TokenFull { .. }), "{error}");
        assert_eq!(sorted(bad.objects()), PAIR);
    });
}

#[test]
fn a_key_without_public_half_gets_its_certificate_if_the_challenge_proves_it() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        import(&token, &chain).unwrap();
        // Now neither the private nor the public key object tells whose it is.
        bad.control("hide public");
        let contents = token.contents().unwrap();
        let identity = only(&contents);
        assert!(identity.private_key.as_ref().unwrap().public_key_assumed);
        assert_eq!(identity.certificates[0].matches_key, None);
        import(&token, &chain).unwrap();
    });
}

#[test]
fn a_key_that_is_not_the_certificates_own_fails_the_challenge() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        bad.control("spoil-signatures");
        let error = import(&token, &chain).unwrap_err();
        assert!(matches!(error, Error::SignatureWrong { .. }), "{error}");
        assert_eq!(
            sorted(bad.objects()),
            PAIR,
            "what was written is taken back"
        );
    });
}

#[test]
fn a_certificate_finds_its_key_by_public_key_and_takes_its_id() {
    Bad::tell(|bad| {
        bad.control("replace-id 01");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        // Two keys with one ID, as SoftHSM2 and most others allow.
        let first = bad.request(&token, "rsa:2048");
        let chain = certify(&first.csr, "CN=Hanako");
        bad.request(&token, "rsa:2048");
        import(&token, &chain).unwrap();
        let contents = token.contents().unwrap();
        let with_certificate: Vec<_> = contents
            .identities
            .iter()
            .filter(|one| !one.certificates.is_empty())
            .collect();
        assert_eq!(with_certificate.len(), 1);
        let public = with_certificate[0].public().unwrap();
        assert_eq!(*public, first.csr.public_key().unwrap());
    });
}

#[test]
fn two_keys_of_one_id_that_only_public_objects_show_are_told_apart_by_a_signature() {
    Bad::tell(|bad| {
        bad.control("replace-id 01");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let subjects = ["CN=Hanako", "CN=Taro", "CN=Jiro"];
        let chains = subjects.map(|subject| {
            let made = bad.request(&token, "ec:p256");
            (made.csr.public_key().unwrap(), certify(&made.csr, subject))
        });
        for (_, chain) in &chains {
            import(&token, &chain[..1]).unwrap();
        }
        let contents = token.contents().unwrap();
        assert_eq!(contents.identities.len(), 3);
        for (public, chain) in &chains {
            let mut own = contents.identities.iter();
            let own = own.find(|one| one.public() == Some(public)).unwrap();
            assert_eq!(
                own.public_key.as_ref().unwrap().public_key.as_ref(),
                Some(public)
            );
            let certificates: Vec<_> = own.certificates.iter().collect();
            assert_eq!(certificates[0].certificate.as_ref(), Some(&chain[0]));
            assert_eq!(
                (certificates.len(), certificates[0].matches_key),
                (1, Some(true))
            );
            // The signature is verified with that public key.
            let key = token.key(own.private_key.as_ref().unwrap()).unwrap();
            key.sign(key.scheme(), b"message").unwrap();
        }
    });
}

#[test]
fn keys_that_no_signature_tells_apart_are_not_paired_by_chance() {
    Bad::tell(|bad| {
        bad.control("replace-id 01");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        for _ in 0..2 {
            bad.request(&token, "ec:p256");
        }
        for control in [
            "fault before 1+ C_Sign CKR_FUNCTION_FAILED",
            "spoil-signatures",
        ] {
            bad.control(control);
            let contents = token.contents().unwrap();
            let mut privates = contents.private_keys();
            assert!(privates.all(|key| key.public_key.is_none()), "{control}");
            assert_eq!(contents.identities.len(), 4, "{control}");
        }
        bad.control("fault before 1+ C_Sign CKR_FUNCTION_FAILED");
        token.whole_contents().unwrap_err();
    });
}

#[test]
fn what_cannot_be_read_is_not_taken_for_what_is_not_there() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let (_, chain) = made(bad, &token);
        // Every object, and each of them only once.
        for nth in 1..=2 {
            bad.fail_read(nth);
            let error = import(&token, &chain).unwrap_err();
            assert!(matches!(error, Error::Token { .. }), "{error}");
        }
        bad.control("");
        import(&token, &chain).unwrap();
    });
}
