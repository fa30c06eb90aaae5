//! An authority in a world, and requests that OpenSSL makes for it.

use std::process::Command;

use tokencert::ca::REGISTRY_FILE;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::registry::{CertificateRecord, Location, Registry};

use super::{Outcome, World};

impl World {
    /// A world with an authority called `Example CA` in the folder `ca`, whose key is quickly made.
    pub(crate) fn with_authority() -> Self {
        let world = Self::new();
        world.init_authority(&[]).succeeds();
        world
    }

    /// Makes that authority, or goes on with it; `more` options come last.
    pub(crate) fn init_authority(&self, more: &[&str]) -> Outcome {
        let mut arguments = vec!["init", "--dir", "ca", "--name", "Example CA"];
        if !more.contains(&"--key") {
            arguments.extend(["--key", "ec:p256"]);
        }
        arguments.extend(more);
        self.tokencert_ca(&arguments)
    }

    /// Has the authority sign a request.
    pub(crate) fn sign(&self, request: &str, answer: &str) -> Outcome {
        self.tokencert_ca(&["sign", "--dir", "ca", "--csr", request, "--out", answer])
    }

    /// What the authority has issued, as its registry has it.
    pub(crate) fn issued(&self) -> Vec<CertificateRecord> {
        let file = self.path("ca").join(REGISTRY_FILE);
        if !file.exists() {
            return Vec::new();
        }
        let registry = Registry::open(&Location::File(file)).unwrap();
        registry
            .read(|records| records.expiring(0, i64::MAX))
            .unwrap()
    }

    /// Makes the authority forget what it has issued.
    pub(crate) fn forget_issued(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let file = self.path(format!("ca/{REGISTRY_FILE}{suffix}"));
            if file.exists() {
                std::fs::remove_file(file).unwrap();
            }
        }
        let file = self.path("ca").join(REGISTRY_FILE);
        Registry::open(&Location::File(file)).unwrap();
    }

    /// `tokencert-ca`, to be run by the caller.
    pub(crate) fn tokencert_ca_command(&self, arguments: &[&str]) -> Command {
        let program = super::program(option_env!("CARGO_BIN_EXE_tokencert-ca"));
        self.command(program, arguments)
    }

    /// Has OpenSSL make a key (`NAME.key`, `rsa:BITS` or `ec`) and a request for it.
    pub(crate) fn csr(&self, name: &str, kind: &str, subject: &str, more: &[&str]) {
        let key = format!("{name}.key");
        let mut arguments = vec!["req", "-new", "-utf8", "-nodes", "-subj", subject];
        arguments.extend(["-keyout", &key, "-newkey", kind, "-out", name]);
        if kind == "ec" {
            arguments.extend(["-pkeyopt", "ec_paramgen_curve:P-256"]);
        }
        arguments.extend(more);
        self.openssl(&arguments).succeeds();
    }

    /// The certificates of a file in the work folder.
    pub(crate) fn chain(&self, name: &str) -> Vec<Certificate> {
        read_certificates(name, self.read(name).as_bytes()).unwrap()
    }
}
