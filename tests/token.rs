//! The token core on a real SoftHSM2: keys, requests, certificates, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it, and a test is a program with a clock"
)]

mod desk;

use desk::*;
use std::path::Path;

use jiff::Timestamp;
use tokencert::Error;
use tokencert::certificate::read_certificates;
use tokencert::import::Import;
use tokencert::key::{KeyAlgorithm, SignatureScheme, SigningKey};
use tokencert::pkcs11::{
    ExclusiveModule, Initialization, KeyOrder, LoginPolicy, Module, Pin, PinProvider, PinRequest,
    Token, TokenAccess, initialize,
};
use tokencert::testing::with_private_softhsm;
use tokencert::token::{Need, PinKind, Slot, TokenSelector};

fn openssl_verifies_requests_of(test: &str, cases: &[(KeyAlgorithm, Option<SignatureScheme>)]) {
    desk(test, |_, desk| {
        for (algorithm, scheme) in cases {
            let prepared = desk.request(*algorithm, *scheme);
            std::fs::write(desk.path("request.pem"), prepared.csr.to_pem().unwrap()).unwrap();
            let said = desk.openssl(&["req", "-verify", "-noout", "-in", "request.pem"]);
            assert!(said.contains("OK"), "{algorithm}: {said}");
            let shown_text = desk.openssl(&[
                "req",
                "-noout",
                "-text",
                "-nameopt",
                "utf8",
                "-in",
                "request.pem",
            ]);
            for shown in [
                "山田 太郎",
                "DNS:example.jp",
                "IP Address:192.0.2.1",
                "Digital Signature",
            ] {
                assert!(
                    shown_text.contains(shown),
                    "{algorithm}: {shown} is missing in {shown_text}"
                );
            }
        }
    });
}

#[test]
fn openssl_verifies_requests_of_rsa_keys_with_japanese_names() {
    let pss = Some(SignatureScheme::RsaPssSha256);
    openssl_verifies_requests_of(
        "openssl_verifies_requests_of_rsa_keys_with_japanese_names",
        &[
            (KeyAlgorithm::Rsa(2048), None),
            (KeyAlgorithm::Rsa(2048), pss),
            (KeyAlgorithm::Rsa(3072), None),
            (KeyAlgorithm::Rsa(4096), pss),
        ],
    );
}

#[test]
fn openssl_verifies_requests_of_elliptic_curve_keys_with_japanese_names() {
    use tokencert::key::Curve;
    openssl_verifies_requests_of(
        "openssl_verifies_requests_of_elliptic_curve_keys_with_japanese_names",
        &[
            (KeyAlgorithm::Ec(Curve::P256), None),
            (KeyAlgorithm::Ec(Curve::P384), None),
            (KeyAlgorithm::Ec(Curve::P521), None),
            (KeyAlgorithm::Ed25519, None),
        ],
    );
}

#[test]
fn a_new_key_reads_back_as_one_that_cannot_leave_and_refuses_to() {
    desk(
        "a_new_key_reads_back_as_one_that_cannot_leave_and_refuses_to",
        |_, desk| {
            for algorithm in ["rsa:2048", "ec:p256"] {
                let made = desk.request(algorithm.parse().unwrap(), None);
                let record = made.provenance;
                assert_eq!(record.extractable, Some(false));
                assert_eq!(record.sensitive, Some(true));
                assert_eq!(record.always_sensitive, Some(true));
                assert_eq!(record.never_extractable, Some(true));
                assert_eq!(record.local, Some(true));
                assert!(record.birth_witnessed && record.software_token);
                assert_eq!(record.objection(), None);
                let answers: Vec<_> = record
                    .refusals
                    .iter()
                    .map(|r| (r.attempt.as_str(), r.answer.as_str()))
                    .collect();
                assert!(
                    answers.contains(&("C_WrapKey", "CKR_KEY_UNEXTRACTABLE")),
                    "{answers:?}"
                );
                assert!(
                    answers
                        .iter()
                        .any(|(attempt, answer)| attempt.starts_with("CKA_")
                            && *answer == "CKR_ATTRIBUTE_SENSITIVE"),
                    "{answers:?}"
                );
                assert!(
                    desk.path(&format!("{}.json", record.public_key_sha256.unwrap()))
                        .exists()
                );
            }
        },
    );
}

#[test]
fn a_certificate_lands_beside_its_key_with_its_chain_and_twice_is_once() {
    desk(
        "a_certificate_lands_beside_its_key_with_its_chain_and_twice_is_once",
        |_, desk| {
            let made = desk.request("rsa:2048".parse().unwrap(), None);
            let bundle = desk.certify(&made, "30");
            let now = Timestamp::now();
            let imported = Import::default().run(&desk.token, &bundle, now).unwrap();
            assert!(imported.iter().all(|one| one.stored));
            assert_eq!(imported[0].key, made.id);
            assert_eq!(imported[1].key, None);

            let again = Import::default().run(&desk.token, &bundle, now).unwrap();
            assert!(again.iter().all(|one| !one.stored));
            let contents = desk.token.contents().unwrap();
            assert_eq!(contents.all_certificates().count(), 2);
            let identity = &contents.identities[0];
            assert_eq!(identity.certificates[0].id, made.id);
            assert_eq!(identity.certificates[0].matches_key, Some(true));
            assert_eq!(contents.certificates.len(), 1, "the CA stands alone");
        },
    );
}

#[test]
fn a_strangers_certificate_changes_nothing_and_can_be_stored_on_purpose() {
    desk(
        "a_strangers_certificate_changes_nothing_and_can_be_stored_on_purpose",
        |_, desk| {
            let made = desk.request("ec:p256".parse().unwrap(), None);
            let bundle = desk.certify(&made, "30");
            let strangers = &bundle[1..];
            let now = Timestamp::now();
            let refused = Import::default()
                .run(&desk.token, strangers, now)
                .unwrap_err();
            assert!(
                matches!(refused, Error::CertificateStranger { keys: 1, .. }),
                "{refused}"
            );
            assert_eq!(desk.token.contents().unwrap().all_certificates().count(), 0);

            let mut import = Import::default();
            import.allow_orphan = true;
            import.run(&desk.token, strangers, now).unwrap();
            assert_eq!(desk.token.contents().unwrap().certificates.len(), 1);
        },
    );
}

#[test]
fn a_ca_certificate_comes_along_only_with_what_it_has_issued() {
    desk(
        "a_ca_certificate_comes_along_only_with_what_it_has_issued",
        |_, desk| {
            let made = desk.request("ec:p256".parse().unwrap(), None);
            let mut bundle = desk.certify(&made, "30");
            desk.openssl(&[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "evil.key",
                "-out",
                "evil.pem",
                "-subj",
                "/CN=Evil",
            ]);
            let evil = std::fs::read(desk.path("evil.pem")).unwrap();
            bundle.extend(read_certificates("evil", &evil).unwrap());
            let now = Timestamp::now();
            let refused = Import::default()
                .run(&desk.token, &bundle, now)
                .unwrap_err();
            assert!(refused.to_string().contains("CN=Evil"), "{refused}");
            assert_eq!(desk.token.contents().unwrap().all_certificates().count(), 0);
            Import::default()
                .run(&desk.token, &bundle[..2], now)
                .unwrap();
        },
    );
}

#[test]
fn a_token_is_initialised_again_only_when_confirmed_and_empty() {
    let name = "a_token_is_initialised_again_only_when_confirmed_and_empty";
    with_private_softhsm(name, |softhsm| {
        let serial = softhsm.init_token("old", "12345678", "1234").unwrap();
        let module = ExclusiveModule::open(softhsm.module(), None).unwrap();
        let slot = |label: &str| {
            let slots = module.slots().unwrap();
            let named = |s: &&Slot| s.token().is_some_and(|t| t.identity.label == label);
            slots.iter().find(named).cloned().unwrap()
        };
        let mut plan = Initialization::new("new");
        let pins =
            |plan: &Initialization, label: &str| initialize(&module, &slot(label), plan, &mut Pins);
        let refused = pins(&plan, "old").unwrap_err();
        assert!(
            matches!(refused, Error::SerialNotConfirmed { .. }),
            "{refused}"
        );
        plan.confirmed_serial = Some(serial);
        let identity = pins(&plan, "old").unwrap();
        assert_eq!(identity.label, "new");

        plan.confirmed_serial = Some(identity.serial);
        let token = module.open(&"new".parse().unwrap(), Need::Write).unwrap();
        token.login(&mut Pins, LoginPolicy::default()).unwrap();
        let order = KeyOrder::new("ec:p256".parse().unwrap(), "0a".parse().unwrap(), "key");
        token.generate(&order, Timestamp::now()).unwrap();
        let refused = token.generate(&order, Timestamp::now()).unwrap_err();
        assert!(matches!(refused, Error::KeyIdTaken { .. }), "{refused}");
        let refused = pins(&plan, "new").unwrap_err();
        assert!(
            matches!(refused, Error::TokenHoldsKeys { keys: 1, .. }),
            "{refused}"
        );
    })
    .unwrap();
}

/// Both PINs of the tokens here.
struct Pins;

impl PinProvider for Pins {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        let pin = match request.which {
            PinKind::User => "1234",
            PinKind::So => "12345678",
        };
        Ok(Some(Pin::new(pin.to_owned())))
    }
}

#[test]
fn dates_are_checked_with_ten_minutes_of_tolerance() {
    desk(
        "dates_are_checked_with_ten_minutes_of_tolerance",
        |_, desk| {
            let made = desk.request("ec:p256".parse().unwrap(), None);
            let leaf = &desk.certify(&made, "10")[..1];
            let import = |now| Import::default().run(&desk.token, leaf, now);
            let minutes = jiff::SignedDuration::from_mins;
            let early = leaf[0].not_before() - minutes(11);
            let late = leaf[0].not_after() + minutes(11);
            assert!(matches!(
                import(early),
                Err(Error::CertificateNotYetValid { .. })
            ));
            assert!(matches!(
                import(late),
                Err(Error::CertificateExpired { .. })
            ));
            assert_eq!(desk.token.contents().unwrap().all_certificates().count(), 0);
            import(leaf[0].not_before() - minutes(9)).unwrap();
        },
    );
}

#[test]
fn a_wrong_pin_is_one_try_and_says_what_the_flags_say() {
    with_private_softhsm(
        "a_wrong_pin_is_one_try_and_says_what_the_flags_say",
        |softhsm| {
            softhsm.init_token("desk", "12345678", "1234").unwrap();
            let module = Module::open(softhsm.module()).unwrap();
            let token = module.token(&"desk".parse().unwrap(), Need::Read).unwrap();
            let error = token
                .login(&mut Pin::new("9999".to_owned()), LoginPolicy::default())
                .unwrap_err();
            assert!(matches!(error, Error::PinIncorrect { .. }), "{error}");
            assert_eq!(
                error.call().unwrap().to_string(),
                "C_Login returned CKR_PIN_INCORRECT"
            );
            assert!(error.to_string().contains("user PIN"), "{error}");
            let flags = token.info_now().unwrap().flags.names();
            assert!(flags.contains(&"CKF_USER_PIN_COUNT_LOW"), "{flags:?}");
            let short = token
                .login(&mut Pin::new("1".to_owned()), LoginPolicy::default())
                .unwrap_err();
            assert!(
                matches!(short, Error::PinLength { minimum: 4, .. }),
                "{short}"
            );
        },
    )
    .unwrap();
}

#[test]
fn a_shared_module_leaves_other_sessions_of_the_process_alive() {
    with_private_softhsm(
        "a_shared_module_leaves_other_sessions_of_the_process_alive",
        |softhsm| {
            softhsm.init_token("desk", "12345678", "1234").unwrap();
            let host = Module::open(softhsm.module()).unwrap();
            let held = host.token(&TokenSelector::Only, Need::Read).unwrap();
            {
                // Another part of the program comes and goes, even one that asks for the module alone.
                let mut module = ExclusiveModule::open(softhsm.module(), None).unwrap();
                module
                    .open(&TokenSelector::Only, Need::Write)
                    .unwrap()
                    .contents()
                    .unwrap();
                module.look_afresh().unwrap();
                module.finalize().unwrap();
            }
            held.login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
                .unwrap();
            assert!(held.contents().unwrap().logged_in);
        },
    )
    .unwrap();
}

#[test]
fn keys_and_tokens_are_send_and_sync() {
    fn assert_send_and_sync<T: Send + Sync>() {}
    assert_send_and_sync::<Module>();
    assert_send_and_sync::<ExclusiveModule>();
    assert_send_and_sync::<Token<'static>>();
    assert_send_and_sync::<tokencert::pkcs11::TokenKey<'static>>();
}

#[test]
fn a_relative_module_path_is_refused() {
    let error = Module::open(Path::new("libsofthsm2.so")).unwrap_err();
    assert!(matches!(error, Error::ModulePathRelative { .. }));
}

#[test]
fn keys_sign_through_the_builder_traits() {
    use signature::{Keypair, Signer};
    desk("keys_sign_through_the_builder_traits", |_, desk| {
        desk.request("ec:p256".parse().unwrap(), None);
        let contents = desk.token.contents().unwrap();
        let key = desk
            .token
            .key(contents.private_keys().next().unwrap())
            .unwrap();
        let signature = key.try_sign(b"message").unwrap();
        key.public_key()
            .verify(key.scheme(), b"message", signature.as_bytes(), "it")
            .unwrap();
        let der = spki::EncodePublicKey::to_public_key_der(&key.verifying_key()).unwrap();
        assert_eq!(der.as_bytes(), key.public_key().as_der());
    });
}
