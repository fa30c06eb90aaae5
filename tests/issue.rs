//! Issuing over the authority port: stopped anywhere, it goes on, and nothing is made twice.

#![allow(
    clippy::disallowed_methods,
    reason = "a test is a program with a clock"
)]

mod issuing;

use std::panic::{AssertUnwindSafe, catch_unwind};

use issuing::{Answer, World};
use tokencert::Error;
use tokencert::authority::Authority;
use tokencert::certificate::DistinguishedName;
use tokencert::issue::{Abandoned, Issue, Outcome, Stage, abandon};
use tokencert::journal::Step;
use tokencert::pkcs11::{LoginPolicy, Pin, TokenAccess};
use tokencert::request::RequestTemplate;
use tokencert::token::{Need, TokenSelector};

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
fn a_run_never_takes_the_key_of_another_one_for_its_own() {
    World::tell(
        "a_run_never_takes_the_key_of_another_one_for_its_own",
        |world| {
            let order = World::order();
            let died = catch_unwind(AssertUnwindSafe(|| {
                world.issue_watched(&order, &mut |now| assert!(now != Stage::Generating))
            }));
            assert!(died.is_err());
            let foreign = world.request("CN=another purpose");

            let outcome = world.issue(&order).unwrap();
            let Outcome::Issued(issued) = outcome else {
                panic!("{outcome:?}")
            };
            assert_ne!(Some(&issued.key), foreign.as_ref());
            assert_eq!(world.contents().private_keys().count(), 2);
        },
    );
}

#[test]
fn an_existing_key_is_certified_whatever_its_kind() {
    World::tell("an_existing_key_is_certified_whatever_its_kind", |world| {
        let mut order = World::order();
        order.existing = world.request("CN=first");
        order.key = "rsa:2048".parse().unwrap();
        world.issue(&order).unwrap();
        world.is_as_after_one_run("an existing key of another kind");
    });
}

#[test]
fn a_refusal_of_a_repeated_request_does_not_make_its_key_worthless() {
    World::tell(
        "a_refusal_of_a_repeated_request_does_not_make_its_key_worthless",
        |world| {
            for answer in [Answer::Unreachable, Answer::Refusal] {
                world.authority.answer = answer;
                world.issue(&World::order()).unwrap_err();
            }
            let entry = world.journal().entries().unwrap().remove(0);
            assert!(matches!(entry.step, Step::Sent { .. }), "{:?}", entry.step);
        },
    );
}

#[test]
fn a_certificate_of_another_ca_than_the_profile_names_is_not_stored() {
    World::tell(
        "a_certificate_of_another_ca_than_the_profile_names_is_not_stored",
        |world| {
            let mut order = World::order();
            order.ca_fingerprint = Some([7; 32]);
            let error = world.issue(&order).unwrap_err();
            assert!(matches!(error, Error::AuthorityUntrusted { .. }), "{error}");
            assert_eq!(world.contents().all_certificates().count(), 0);
            order.ca_fingerprint = Some(world.authority.ca_certificates().unwrap()[0].sha256());
            world.issue(&order).unwrap();
            world.is_as_after_one_run("the right fingerprint");
        },
    );
}

#[test]
fn giving_a_run_up_destroys_its_key_only_if_nothing_can_have_been_issued() {
    World::tell(
        "giving_a_run_up_destroys_its_key_only_if_nothing_can_have_been_issued",
        |world| {
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
                assert_eq!(
                    abandon(&token, &entry, jiff::Timestamp::now()).unwrap(),
                    fate
                );
                drop(token);
                journal.finish(&entry).unwrap();
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
            order.expected_subject = Some(DistinguishedName::parse("CN=Taro,C=JP").unwrap().into());
            let outcome = world.issue(&order).unwrap();
            let Outcome::Issued(issued) = outcome else {
                panic!("{outcome:?}")
            };
            assert!(issued.subject_differs.is_some());
            world.is_as_after_one_run("a certificate in another name");
        },
    );
}
