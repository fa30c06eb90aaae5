//! A token whose user is logged in, and openssl beside it, for tests of the token core.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it"
)]

use std::process::Command;

use jiff::Timestamp;
use tokencert::Error;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::issue::{KeyChoice, Prepared, prepare};
use tokencert::key::{KeyAlgorithm, SignatureScheme};
use tokencert::pkcs11::{LoginPolicy, Module, Pin, Token};
use tokencert::request::RequestTemplate;
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Need, TokenSelector};

pub(crate) const SUBJECT: &str = "CN=山田 太郎,O=例株式会社,C=JP";

pub(crate) fn random(bytes: &mut [u8]) -> tokencert::Result<()> {
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom").unwrap(), bytes).map_err(
        |error| Error::Random {
            reason: error.to_string(),
        },
    )
}

/// A token with its user logged in, and a folder to work in.
pub(crate) struct Desk<'m> {
    pub(crate) token: Token<'m>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn desk<R>(test: &str, body: impl FnOnce(&SoftHsm, &Desk<'static>) -> R) {
    with_private_softhsm(test, |softhsm| {
        softhsm.init_token("desk", "12345678", "1234").unwrap();
        let module = Module::open(softhsm.module()).unwrap();
        let token = module.token(&TokenSelector::Only, Need::Write).unwrap();
        token
            .login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
            .unwrap();
        body(
            softhsm,
            &Desk {
                token,
                folder: tempfile::tempdir().unwrap(),
            },
        );
    })
    .unwrap();
}

impl Desk<'_> {
    pub(crate) fn request(
        &self,
        algorithm: KeyAlgorithm,
        scheme: Option<SignatureScheme>,
    ) -> Prepared {
        let choice = KeyChoice::New {
            algorithm,
            label: "鍵".to_owned(),
            id: None,
        };
        let mut template = RequestTemplate::new(SUBJECT);
        template.alternative_names = [
            "dns:example.jp",
            "email:taro@example.jp",
            "ip:192.0.2.1",
            "ip:2001:db8::1",
        ]
        .iter()
        .map(|name| name.parse().unwrap())
        .collect();
        template
            .alternative_names
            .push("uri:https://example.jp/taro".parse().unwrap());
        template
            .alternative_names
            .push("upn:taro@corp.example.jp".parse().unwrap());
        let records = (self.folder.path(), Timestamp::now());
        prepare(
            &self.token,
            &choice,
            &template,
            scheme,
            records,
            &mut random,
        )
        .unwrap()
    }

    pub(crate) fn openssl(&self, arguments: &[&str]) -> String {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {text}");
        text
    }

    /// A certificate for a request, by a throw-away CA that openssl plays.
    pub(crate) fn certify(&self, prepared: &Prepared, days: &str) -> Vec<Certificate> {
        std::fs::write(self.path("request.pem"), prepared.csr.to_pem().unwrap()).unwrap();
        if !self.path("ca.pem").exists() {
            self.openssl(&[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-subj",
                "/CN=Test CA",
                "-days",
                "30",
            ]);
        }
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            "request.pem",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-out",
            "leaf.pem",
            "-days",
            days,
        ]);
        let bundle = [
            std::fs::read(self.path("leaf.pem")).unwrap(),
            std::fs::read(self.path("ca.pem")).unwrap(),
        ]
        .concat();
        read_certificates("bundle", &bundle).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}
