//! Keys in software that the openssl command signs with, for tests of requests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test may fail it"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tokencert::error::Result;
use tokencert::key::{PublicKey, SignatureScheme, SigningKey};
use tokencert::request::{Csr, RequestTemplate};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

pub(crate) fn openssl(arguments: &[&str]) -> Output {
    let output = Command::new("openssl").args(arguments).output();
    output.expect("openssl runs: install the package openssl")
}

/// A key of `fixtures/test-only-keys` that openssl signs with.
pub(crate) struct OpensslKey {
    pub(crate) file: String,
    pub(crate) public_key: PublicKey,
    /// Spoils each signature.
    pub(crate) faulty: bool,
}

impl OpensslKey {
    pub(crate) fn new(name: &str) -> Self {
        let file = fixture(&format!("test-only-keys/{name}.pem"))
            .display()
            .to_string();
        let der = openssl(&["pkey", "-in", &file, "-pubout", "-outform", "DER"]).stdout;
        Self {
            file,
            public_key: PublicKey::from_der(&der).unwrap(),
            faulty: false,
        }
    }
}

impl SigningKey for OpensslKey {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("message");
        std::fs::write(&path, message).unwrap();
        let path = path.display().to_string();
        let mut arguments = vec![
            "pkeyutl", "-sign", "-inkey", &self.file, "-rawin", "-in", &path,
        ];
        arguments.extend(match scheme {
            SignatureScheme::RsaPssSha256 => vec![
                "-digest",
                "sha256",
                "-pkeyopt",
                "rsa_padding_mode:pss",
                "-pkeyopt",
                "rsa_pss_saltlen:32",
            ],
            SignatureScheme::RsaPkcs1Sha256 | SignatureScheme::EcdsaSha256 => {
                vec!["-digest", "sha256"]
            }
            SignatureScheme::EcdsaSha384 => vec!["-digest", "sha384"],
            SignatureScheme::EcdsaSha512 => vec!["-digest", "sha512"],
            _ => vec![],
        });
        let mut signature = openssl(&arguments).stdout;
        if self.faulty {
            *signature.last_mut().unwrap() ^= 1;
        }
        Ok(signature)
    }
}

/// What openssl says of a request: its verdict and its text.
pub(crate) fn judged(request: &Csr) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("request.pem");
    std::fs::write(&path, request.to_pem().unwrap()).unwrap();
    let path = path.display().to_string();
    let verdict = openssl(&["req", "-verify", "-noout", "-in", &path]);
    let verdict = [verdict.stdout, verdict.stderr].concat();
    let text = openssl(&[
        "req",
        "-noout",
        "-text",
        "-nameopt",
        "utf8,sep_comma_plus",
        "-in",
        &path,
    ]);
    (
        String::from_utf8_lossy(&verdict).contains("verify OK"),
        String::from_utf8_lossy(&text.stdout).into_owned(),
    )
}

#[allow(dead_code, reason = "each test binary uses its own part")]
pub(crate) fn full_template() -> RequestTemplate {
    let mut template = RequestTemplate::new("CN=山田太郎,OU=IssuedCount = 001,O=信用金庫,C=JP");
    template.alternative_names = [
        "dns:*.example.com",
        "email:taro@example.com",
        "ip:192.0.2.1",
        "ip:2001:db8::1",
        "uri:https://example.com/a",
        "upn:太郎@EXAMPLE.COM",
    ]
    .map(|name| name.parse().unwrap())
    .to_vec();
    template.usages = [
        "digitalSignature",
        "contentCommitment",
        "keyEncipherment",
        "clientAuth",
        "smartcardLogon",
        "1.2.3.4",
    ]
    .map(|usage| usage.parse().unwrap())
    .to_vec();
    template
}
