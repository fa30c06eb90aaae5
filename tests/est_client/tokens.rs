//! Keys on a token: both versions of TLS, RSA and EC, and tokens that cannot do RSA-PSS.

use std::sync::Arc;

use rustls::version::{TLS12, TLS13};
use rustls::{ProtocolVersion, SupportedProtocolVersion};
use tokencert::authority::Present;
use tokencert::est::{Note, TlsKey};
use tokencert::key::{KeyAlgorithm, KeyId, SignatureScheme, SigningKey};
use tokencert::pkcs11::{
    ExclusiveModule, KeyOrder, LoginPolicy, Module, Pin, Token, TokenAccess as _, TokenKey,
};
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Need, TokenSelector};
use tokencert::{Authority as _, Error};

use crate::common::{PIN, SO_PIN, badtoken};
use crate::peer::Peer;
use crate::pki::Order;
use crate::visitor::{Bank, Diary, NOW, came, request};

fn generate<'m>(token: &Token<'m>, algorithm: &str, id: u8) -> TokenKey<'m> {
    let algorithm: KeyAlgorithm = algorithm.parse().unwrap();
    let order = KeyOrder::new(algorithm, KeyId::from([id; 16]), "taro");
    token.generate(&order, NOW.parse().unwrap()).unwrap().key
}

fn log_in(token: &Token<'_>) {
    let mut pin = Pin::new(PIN.to_owned());
    token.login(&mut pin, LoginPolicy::default()).unwrap();
}

/// Renews with a key at a server of these versions: which version it was, or the error, and what
/// was noted.
fn renew(
    key: &(dyn SigningKey + Sync),
    versions: &[&'static SupportedProtocolVersion],
) -> (Result<ProtocolVersion, Error>, Vec<Note>) {
    let bank = Bank::new();
    let mut role = bank.role(bank.usual());
    role.versions = versions.to_vec();
    let peer = Peer::start(role);
    let certificate = bank.ca.issue(key.public_key(), &Order::client("CN=taro"));
    let present = Present {
        certificate: &certificate,
        chain: &[],
        key,
    };
    let diary = Diary::default();
    let result = diary
        .client(&peer.origin(), bank.trust())
        .reenrol(&request(), &present);
    let notes = diary.notes.borrow().clone();
    let result = result.map(|enrolment| {
        came(Ok(enrolment));
        let visits = peer.visits();
        assert_eq!(visits[0].shown, [certificate.as_der().to_vec()]);
        visits[0].version
    });
    (result, notes)
}

#[test]
fn keys_of_a_borrowed_module_renew_over_both_versions() {
    with_private_softhsm(
        "tokens::keys_of_a_borrowed_module_renew_over_both_versions",
        |softhsm| {
            softhsm.init_token("desk", SO_PIN, PIN).unwrap();
            let module = ExclusiveModule::open(softhsm.module(), None).unwrap();
            let token = module.open(&TokenSelector::Only, Need::Write).unwrap();
            log_in(&token);
            for (id, algorithm) in [(1, "rsa:2048"), (2, "ec:p256"), (3, "ec:p384")] {
                let key = generate(&token, algorithm, id);
                for version in [&TLS13, &TLS12] {
                    let (result, notes) = renew(&key, &[version]);
                    assert_eq!(result.unwrap(), version.version, "{algorithm}");
                    assert_eq!(notes, []);
                }
            }
        },
    )
    .unwrap();
}

/// A story with badtoken in front of a token that has an RSA key; lines for its control file.
fn with_bad_rsa_key(test: &str, story: fn(&TokenKey<'_>, &dyn Fn(&str))) {
    with_private_softhsm(test, |softhsm: &SoftHsm| {
        softhsm.init_token("desk", SO_PIN, PIN).unwrap();
        let module = ExclusiveModule::open(badtoken(), None).unwrap();
        let token = module.open(&TokenSelector::Only, Need::Write).unwrap();
        log_in(&token);
        let key = generate(&token, "rsa:2048", 1);
        let control = format!("{}.bad", softhsm.conf().display());
        story(&key, &|lines| std::fs::write(&control, lines).unwrap());
    })
    .unwrap();
}

/// The same for each mechanism of RSA-PSS.
fn each_pss(key: &str) -> String {
    format!("{key} CKM_RSA_PKCS_PSS\n{key} CKM_SHA256_RSA_PKCS_PSS\n")
}

#[test]
fn a_token_without_pss_renews_over_tls_1_2_and_says_so() {
    with_bad_rsa_key(
        "tokens::a_token_without_pss_renews_over_tls_1_2_and_says_so",
        |key, control| {
            control(&each_pss("refuse-mechanism"));
            assert_eq!(key.schemes(), [SignatureScheme::RsaPkcs1Sha256]);
            let (result, notes) = renew(key, &[&TLS13, &TLS12]);
            assert_eq!(result.unwrap(), ProtocolVersion::TLSv1_2);
            assert_eq!(notes, [Note::WithoutPss]);
            let (result, _) = renew(key, &[&TLS13]);
            let message = result.unwrap_err().to_string();
            assert!(message.contains("it wants TLS 1.3"), "{message}");
        },
    );
}

#[test]
fn a_token_that_signs_with_pss_without_listing_it_renews_over_tls_1_3() {
    with_bad_rsa_key(
        "tokens::a_token_that_signs_with_pss_without_listing_it_renews_over_tls_1_3",
        |key, control| {
            control(&each_pss("unlist-mechanism"));
            let (result, notes) = renew(key, &[&TLS13, &TLS12]);
            assert_eq!(result.unwrap(), ProtocolVersion::TLSv1_3);
            assert_eq!(notes, []);
        },
    );
}

#[test]
fn a_token_that_fails_in_the_handshake_is_what_the_error_tells_of() {
    with_bad_rsa_key(
        "tokens::a_token_that_fails_in_the_handshake_is_what_the_error_tells_of",
        |key, control| {
            control("fault before 1+ C_SignInit CKR_DEVICE_REMOVED");
            let (result, _) = renew(key, &[&TLS13, &TLS12]);
            let error = result.unwrap_err();
            assert_eq!(error.code(), "token-removed", "{error}");
        },
    );
}

#[test]
fn a_key_of_a_shared_module_is_a_key_of_rustls() {
    with_private_softhsm(
        "tokens::a_key_of_a_shared_module_is_a_key_of_rustls",
        |softhsm| {
            softhsm.init_token("desk", SO_PIN, PIN).unwrap();
            let module = Module::open(softhsm.module()).unwrap();
            let token = module.token(&TokenSelector::Only, Need::Write).unwrap();
            log_in(&token);
            let key = generate(&token, "rsa:2048", 1);
            let offered = [
                rustls::SignatureScheme::RSA_PKCS1_SHA256,
                rustls::SignatureScheme::RSA_PSS_SHA256,
            ];
            let keys: [Arc<dyn rustls::sign::SigningKey>; 2] = [
                Arc::new(key.clone()),
                Arc::new(TlsKey::new(Arc::new(key.clone()))),
            ];
            for tls in keys {
                assert!(
                    tls.choose_scheme(&[rustls::SignatureScheme::ED25519])
                        .is_none()
                );
                let signer = tls.choose_scheme(&offered).unwrap();
                assert_eq!(signer.scheme(), rustls::SignatureScheme::RSA_PSS_SHA256);
                let signature = signer.sign(b"message").unwrap();
                SigningKey::public_key(&key)
                    .verify(SignatureScheme::RsaPssSha256, b"message", &signature, "it")
                    .unwrap();
            }
        },
    )
    .unwrap();
}
