//! Requests and deletions that were cut short are finished by the same words again.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it, and a test is a program with a clock"
)]

mod desk;

use desk::{Desk, desk, random};
use jiff::Timestamp;
use tokencert::delete::{Deletions, Target, TargetClass};
use tokencert::import::Import;
use tokencert::issue::{KeyChoice, RequestOrder, RequestSurroundings, Requested};
use tokencert::journal::{Journal, Step};
use tokencert::request::RequestTemplate;

fn order(subject: &str) -> RequestOrder {
    let key = KeyChoice::new("ec:p256".parse().unwrap(), "key");
    RequestOrder::new(key, RequestTemplate::new(subject), "/tmp/request.pem")
}

fn run(order: &RequestOrder, desk: &Desk<'_>, journal: &Journal) -> Requested {
    let mut with = RequestSurroundings {
        journal,
        records: desk.folder.path(),
        now: Timestamp::now(),
        random: &mut random,
    };
    order.run(&desk.token, &mut with).unwrap()
}

fn keys(desk: &Desk<'_>) -> usize {
    desk.token.contents().unwrap().private_keys().count()
}

#[test]
fn the_same_request_again_takes_the_key_of_the_run_that_was_cut_short() {
    desk(
        "the_same_request_again_takes_the_key_of_the_run_that_was_cut_short",
        |_, desk| {
            let journal = Journal::new(desk.path("journal"));
            let first = run(&order("CN=a"), desk, &journal);
            let again = run(&order("CN=a"), desk, &journal);
            assert!(again.resumed && !first.resumed);
            assert_eq!(first.prepared.csr, again.prepared.csr);
            assert!(again.prepared.provenance.birth_witnessed);

            // Cut short between making the key and signing.
            let mut entry = journal.entries().unwrap().remove(0);
            entry.step = Step::Begun;
            journal.save(&entry).unwrap();
            let third = run(&order("CN=a"), desk, &journal);
            assert_eq!(third.prepared.id, first.prepared.id);
            assert_eq!(keys(desk), 1);

            third.finish(&journal).unwrap();
            assert_eq!(journal.entries().unwrap(), []);
            run(&order("CN=a"), desk, &journal);
            assert_eq!(keys(desk), 2, "a finished run is not gone on with");
        },
    );
}

#[test]
fn a_public_half_that_was_left_alone_is_made_anew() {
    desk(
        "a_public_half_that_was_left_alone_is_made_anew",
        |_, desk| {
            let journal = Journal::new(desk.path("journal"));
            let first = run(&order("CN=a"), desk, &journal);
            let mut entry = journal.entries().unwrap().remove(0);
            entry.step = Step::Begun;
            journal.save(&entry).unwrap();
            let contents = desk.token.contents().unwrap();
            desk.token
                .delete_key(contents.private_keys().next().unwrap())
                .unwrap();

            let second = run(&order("CN=a"), desk, &journal);
            assert_eq!(second.prepared.id, first.prepared.id);
            assert_ne!(second.prepared.csr, first.prepared.csr);
            let contents = desk.token.contents().unwrap();
            assert_eq!(contents.identities.len(), 1);
            assert!(contents.identities[0].private_key.is_some());
        },
    );
}

#[test]
fn a_deletion_is_finished_from_wherever_it_stopped() {
    desk(
        "a_deletion_is_finished_from_wherever_it_stopped",
        |_, desk| {
            let deletions = Deletions::new(desk.path("deletions"));
            let kept = desk.request("ec:p256".parse().unwrap(), None);
            for stops_after in 0..=3 {
                let made = desk.request("ec:p256".parse().unwrap(), None);
                let leaf = desk.certify(&made, "10").remove(0);
                Import::default()
                    .run(&desk.token, &[leaf], Timestamp::now())
                    .unwrap();
                let contents = desk.token.contents().unwrap();
                let identity = contents
                    .identities
                    .iter()
                    .find(|one| one.id() == made.id.as_ref())
                    .unwrap();
                let mut targets = vec![Target::certificate(&identity.certificates[0])];
                targets.extend(Target::keys(identity));
                let classes: Vec<_> = targets.iter().map(|target| target.class).collect();
                let all = [
                    TargetClass::Certificate,
                    TargetClass::PublicKey,
                    TargetClass::PrivateKey,
                ];
                assert_eq!(classes, all);

                let order = format!("--what all id:{}", made.id.clone().unwrap());
                let begun = deletions
                    .begin(desk.token.identity(), &order, targets)
                    .unwrap();
                if stops_after > 0 {
                    desk.token
                        .delete_certificate(&identity.certificates[0])
                        .unwrap();
                }
                if stops_after > 1 {
                    desk.token
                        .delete_key(identity.public_key.as_ref().unwrap())
                        .unwrap();
                }
                if stops_after > 2 {
                    desk.token
                        .delete_key(identity.private_key.as_ref().unwrap())
                        .unwrap();
                }
                let found = deletions
                    .unfinished(desk.token.identity(), &order)
                    .unwrap()
                    .unwrap();
                assert_eq!(found, begun);
                let mut told = 0;
                let contents = desk.token.contents().unwrap();
                found
                    .run(&desk.token, &contents, &mut |_| told += 1)
                    .unwrap();
                assert_eq!(told, 3 - stops_after);
                deletions.finish(&found).unwrap();
                assert_eq!(
                    deletions.unfinished(desk.token.identity(), &order).unwrap(),
                    None
                );

                let contents = desk.token.contents().unwrap();
                assert_eq!(contents.identities.len(), 1, "stopped after {stops_after}");
                assert_eq!(contents.identities[0].id(), kept.id.as_ref());
            }
        },
    );
}
