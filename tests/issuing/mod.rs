//! A token, an authority that openssl plays, and a user who issues, for tests of issuing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it"
)]

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use tokencert::authority::{Authority, Enrolment};
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::issue::{
    Issue, KeyChoice, Outcome, RequestOrder, RequestSurroundings, Stage, Surroundings,
};
use tokencert::journal::Journal;
use tokencert::key::KeyId;
use tokencert::pkcs11::{LoginPolicy, Module, Pin, TokenAccess};
use tokencert::request::{Csr, RequestTemplate};
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Contents, Need, TokenSelector};
use tokencert::{Error, Result};

/// An authority that openssl plays: one certificate for one public key, however often it is asked.
pub(crate) struct Openssl {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) asked: Cell<usize>,
    pub(crate) answer: Answer,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    Certificate,
    Pending,
    Refusal,
    Unreachable,
    Stranger,
}

impl Openssl {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Self {
            folder,
            asked: Cell::new(0),
            answer: Answer::Certificate,
        };
        authority.run(&[
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
        authority
    }

    pub(crate) fn run(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<Certificate> {
        read_certificates(name, &std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub(crate) fn issued(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("issued-"))
            .count()
    }
}

impl Authority for Openssl {
    fn name(&self) -> String {
        "test:openssl".to_owned()
    }

    fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        Ok(self.read("ca.pem"))
    }

    fn enrol(&mut self, request: &Csr) -> Result<Enrolment> {
        self.asked.set(self.asked.get() + 1);
        let authority = self.name();
        match self.answer {
            Answer::Certificate => {}
            Answer::Pending => {
                return Ok(Enrolment::Pending {
                    retry_after: None,
                    place: "the desk".to_owned(),
                });
            }
            Answer::Refusal => {
                return Err(Error::AuthorityRefused {
                    authority,
                    reason: "no permit".to_owned(),
                });
            }
            Answer::Unreachable => {
                return Err(Error::AuthorityUnreachable {
                    authority,
                    reason: "timeout".to_owned(),
                });
            }
            Answer::Stranger => return Ok(Enrolment::Issued(self.read("ca.pem"))),
        }
        let key = request.public_key()?.sha256();
        let name = format!(
            "issued-{:02x}{:02x}{:02x}{:02x}",
            key[0], key[1], key[2], key[3]
        );
        if !self.path(&name).exists() {
            std::fs::write(self.path("request.pem"), request.to_pem()?).unwrap();
            self.run(&[
                "x509",
                "-req",
                "-in",
                "request.pem",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-out",
                &name,
                "-days",
                "20",
            ]);
        }
        Ok(Enrolment::Issued(self.read(&name)))
    }
}

/// A token, an authority and the folders of a user.
pub(crate) struct World {
    pub(crate) module: Module,
    pub(crate) authority: Openssl,
    pub(crate) state: tempfile::TempDir,
}

impl World {
    pub(crate) fn tell(test: &str, story: impl FnOnce(&mut World)) {
        with_private_softhsm(test, |softhsm: &SoftHsm| {
            softhsm.init_token("desk", "12345678", "1234").unwrap();
            story(&mut World {
                module: Module::open(softhsm.module()).unwrap(),
                authority: Openssl::new(),
                state: tempfile::tempdir().unwrap(),
            });
        })
        .unwrap();
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::new(self.state.path().join("journal"))
    }

    pub(crate) fn order() -> Issue {
        Issue::new(
            RequestTemplate::new("CN=Hanako,C=JP"),
            "ec:p256".parse().unwrap(),
            "Hanako",
        )
    }

    pub(crate) fn issue(&mut self, order: &Issue) -> Result<Outcome> {
        self.issue_watched(order, &mut |_| {})
    }

    pub(crate) fn issue_watched(
        &mut self,
        order: &Issue,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Outcome> {
        let journal = self.journal();
        let records = self.state.path().join("provenance");
        let outcome = order.run(
            &mut self.module,
            &TokenSelector::Only,
            &mut Surroundings {
                authority: &mut self.authority,
                journal: &journal,
                records: &records,
                pins: &mut Pin::new("1234".to_owned()),
                policy: LoginPolicy::default(),
                clock: &Timestamp::now,
                random: &mut random,
                progress,
            },
        )?;
        if let Outcome::Issued(issued) = &outcome {
            issued.finish(&journal)?;
        }
        Ok(outcome)
    }

    /// Makes a key for another purpose, as `tokencert request` does; returns its ID.
    pub(crate) fn request(&self, subject: &str) -> Option<KeyId> {
        let key = KeyChoice::new("ec:p256".parse().unwrap(), "Hanako");
        let order = RequestOrder::new(key, RequestTemplate::new(subject), "elsewhere.pem");
        let token = self.module.open(&TokenSelector::Only, Need::Write).unwrap();
        token
            .login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
            .unwrap();
        let journal = self.journal();
        let mut with = RequestSurroundings {
            journal: &journal,
            records: &self.state.path().join("provenance"),
            now: Timestamp::now(),
            random: &mut random,
        };
        let requested = order.run(&token, &mut with).unwrap();
        requested.finish(&journal).unwrap();
        requested.prepared.id
    }

    pub(crate) fn contents(&self) -> Contents {
        let token = self.module.open(&TokenSelector::Only, Need::Read).unwrap();
        token
            .login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
            .unwrap();
        token.contents().unwrap()
    }

    /// Exactly what one undisturbed run leaves.
    pub(crate) fn is_as_after_one_run(&self, after: &str) {
        let contents = self.contents();
        assert_eq!(contents.private_keys().count(), 1, "{after}");
        assert_eq!(contents.identities.len(), 1, "{after}");
        assert_eq!(contents.identities[0].certificates.len(), 1, "{after}");
        assert_eq!(contents.certificates.len(), 1, "the root, after {after}");
        assert_eq!(self.authority.issued(), 1, "{after}");
        assert_eq!(self.journal().entries().unwrap(), [], "{after}");
    }
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<()> {
    std::io::Read::read_exact(
        &mut std::fs::File::open(Path::new("/dev/urandom")).unwrap(),
        bytes,
    )
    .map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}
