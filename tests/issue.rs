//! Issuing over the authority port: stopped anywhere, it goes on, and nothing is made twice.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it"
)]

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use tokencert::authority::{Authority, Enrolment};
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::issue::{Issue, Outcome, Stage, Surroundings, abandon};
use tokencert::journal::{Journal, Step};
use tokencert::pkcs11::{LoginPolicy, Module, Pin, TokenAccess};
use tokencert::request::{Csr, RequestTemplate};
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Contents, Need, TokenSelector};
use tokencert::{Error, Result};

/// An authority that openssl plays: one certificate for one public key, however often it is asked.
struct Openssl {
    folder: tempfile::TempDir,
    asked: Cell<usize>,
    answer: Answer,
}

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Certificate,
    Pending,
    Refusal,
    Unreachable,
    Stranger,
}

impl Openssl {
    fn new() -> Self {
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

    fn run(&self, arguments: &[&str]) {
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

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<Certificate> {
        read_certificates(name, &std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    fn issued(&self) -> usize {
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
struct World {
    module: Module,
    authority: Openssl,
    state: tempfile::TempDir,
}

impl World {
    fn tell(test: &str, story: impl FnOnce(&mut World)) {
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

    fn journal(&self) -> Journal {
        Journal::new(self.state.path().join("journal"))
    }

    fn order() -> Issue {
        Issue::new(
            RequestTemplate::new("CN=Hanako,C=JP"),
            "ec:p256".parse().unwrap(),
            "Hanako",
        )
    }

    fn issue(&mut self, order: &Issue) -> Result<Outcome> {
        self.issue_watched(order, &mut |_| {})
    }

    fn issue_watched(&mut self, order: &Issue, progress: &mut dyn FnMut(Stage)) -> Result<Outcome> {
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

    fn contents(&self) -> Contents {
        let token = self.module.open(&TokenSelector::Only, Need::Read).unwrap();
        token
            .login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
            .unwrap();
        token.contents().unwrap()
    }

    /// Exactly what one undisturbed run leaves.
    fn is_as_after_one_run(&self, after: &str) {
        let contents = self.contents();
        assert_eq!(contents.private_keys().count(), 1, "{after}");
        assert_eq!(contents.identities.len(), 1, "{after}");
        assert_eq!(contents.identities[0].certificates.len(), 1, "{after}");
        assert_eq!(contents.certificates.len(), 1, "the root, after {after}");
        assert_eq!(self.authority.issued(), 1, "{after}");
        assert_eq!(self.journal().entries().unwrap(), [], "{after}");
    }
}

fn random(bytes: &mut [u8]) -> Result<()> {
    std::io::Read::read_exact(
        &mut std::fs::File::open(Path::new("/dev/urandom")).unwrap(),
        bytes,
    )
    .map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}

#[test]
fn one_run_leaves_one_key_one_certificate_its_chain_and_no_journal() {
    World::tell(
        "one_run_leaves_one_key_one_certificate_its_chain_and_no_journal",
        |world| {
            let outcome = world.issue(&World::order()).unwrap();
            let Outcome::Issued(issued) = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(issued.chain.len(), 1);
            assert!(!issued.resumed);
            world.is_as_after_one_run("one run");
        },
    );
}

#[test]
fn a_second_run_finds_the_certificate_and_sends_no_pin() {
    World::tell(
        "a_second_run_finds_the_certificate_and_sends_no_pin",
        |world| {
            world.issue(&World::order()).unwrap();
            let mut stages = Vec::new();
            let order = World::order();
            let outcome = world
                .issue_watched(&order, &mut |stage| stages.push(stage))
                .unwrap();
            assert!(
                matches!(outcome, Outcome::AlreadyThere { .. }),
                "{outcome:?}"
            );
            assert_eq!(stages, []);

            let mut another = World::order();
            another.another = true;
            world.issue(&another).unwrap();
            assert_eq!(world.contents().private_keys().count(), 2);
        },
    );
}

#[test]
fn a_run_that_dies_at_any_stage_is_finished_by_the_next() {
    World::tell(
        "a_run_that_dies_at_any_stage_is_finished_by_the_next",
        |world| {
            let stages = [
                Stage::LoggingIn,
                Stage::Generating,
                Stage::Signing,
                Stage::Asking,
                Stage::Importing,
                Stage::Verifying,
            ];
            for stage in stages {
                let order = Issue::new(
                    RequestTemplate::new(format!("CN={stage:?}")),
                    "ec:p256".parse().unwrap(),
                    "key",
                );
                let before = world.contents().private_keys().count();
                let died = catch_unwind(AssertUnwindSafe(|| {
                    world.issue_watched(&order, &mut |now| {
                        assert!(now != stage, "dies at {stage:?}");
                    })
                }));
                assert!(died.is_err(), "{stage:?} was never reached");
                let outcome = world.issue(&order).unwrap();
                assert!(
                    matches!(outcome, Outcome::Issued(_)),
                    "{stage:?}: {outcome:?}"
                );
                assert_eq!(
                    world.contents().private_keys().count(),
                    before + 1,
                    "{stage:?}"
                );
                assert_eq!(world.authority.issued(), before + 1, "{stage:?}");
                assert_eq!(world.journal().entries().unwrap(), [], "{stage:?}");
            }
        },
    );
}

#[test]
fn an_authority_that_cannot_be_reached_costs_nothing() {
    World::tell(
        "an_authority_that_cannot_be_reached_costs_nothing",
        |world| {
            for answer in [Answer::Unreachable, Answer::Refusal, Answer::Stranger] {
                world.authority.answer = answer;
                assert!(world.issue(&World::order()).is_err());
            }
            world.authority.answer = Answer::Pending;
            let outcome = world.issue(&World::order()).unwrap();
            assert!(matches!(outcome, Outcome::Pending { .. }), "{outcome:?}");
            world.authority.answer = Answer::Certificate;
            world.issue(&World::order()).unwrap();
            world.is_as_after_one_run("four answers that were none");
        },
    );
}

#[test]
fn a_key_without_certificate_is_named_and_taken_only_on_purpose() {
    World::tell(
        "a_key_without_certificate_is_named_and_taken_only_on_purpose",
        |world| {
            world.authority.answer = Answer::Unreachable;
            world.issue(&World::order()).unwrap_err();
            world.authority.answer = Answer::Certificate;
            let entry = world.journal().entries().unwrap().remove(0);
            std::fs::remove_dir_all(world.journal().folder()).unwrap();

            let error = world.issue(&World::order()).unwrap_err();
            let Error::KeysWithoutCertificate { keys, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(keys, entry.key_id.to_string());

            let mut existing = World::order();
            existing.existing = Some(entry.key_id);
            world.issue(&existing).unwrap();
            world.is_as_after_one_run("a lost journal");
        },
    );
}

#[test]
fn giving_a_run_up_destroys_its_key_only_if_nothing_can_have_been_issued() {
    World::tell(
        "giving_a_run_up_destroys_its_key_only_if_nothing_can_have_been_issued",
        |world| {
            use tokencert::issue::Abandoned;
            for (answer, fate, keys) in [
                (Answer::Refusal, Abandoned::KeyDestroyed, 0),
                (Answer::Unreachable, Abandoned::KeyKept, 1),
            ] {
                world.authority.answer = answer;
                let mut order = World::order();
                order.another = true;
                world.issue(&order).unwrap_err();
                let journal = world.journal();
                let entry = journal.entries().unwrap().remove(0);
                assert_eq!(
                    matches!(entry.step, Step::Sent { .. }),
                    answer == Answer::Unreachable
                );
                let token = world
                    .module
                    .open(&TokenSelector::Only, Need::Write)
                    .unwrap();
                token
                    .login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())
                    .unwrap();
                assert_eq!(abandon(&token, &journal, &entry).unwrap(), fate);
                drop(token);
                assert_eq!(journal.entries().unwrap(), []);
                assert_eq!(world.contents().private_keys().count(), keys);
            }
        },
    );
}

#[test]
fn a_software_token_is_refused_where_hardware_is_asked_for() {
    World::tell(
        "a_software_token_is_refused_where_hardware_is_asked_for",
        |world| {
            let mut order = World::order();
            order.hardware_only = true;
            let error = world.issue(&order).unwrap_err();
            assert!(matches!(error, Error::WrongDestination { .. }), "{error}");
            assert_eq!(world.contents().private_keys().count(), 0);
            assert_eq!(world.authority.asked.get(), 0);
        },
    );
}

#[test]
fn a_certificate_in_another_name_is_stored_and_said() {
    World::tell(
        "a_certificate_in_another_name_is_stored_and_said",
        |world| {
            let mut order = World::order();
            order.expected_subject =
                Some(tokencert::certificate::DistinguishedName::parse("CN=Taro,C=JP").unwrap());
            let outcome = world.issue(&order).unwrap();
            let Outcome::Issued(issued) = outcome else {
                panic!("{outcome:?}")
            };
            assert!(issued.subject_differs.is_some());
            world.is_as_after_one_run("a certificate in another name");
        },
    );
}
