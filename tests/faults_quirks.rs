//! A fault at every call of issuing, on tokens that have their own ways of making keys.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;
mod disturbed;

use disturbed::{Kind, at_every_call_on, is_issued_once, issue, world};

const DEATHS: [Kind; 2] = [Kind::KillBefore, Kind::KillAfter];

fn issuing_survives(ways: &str, kinds: &[Kind]) {
    for kind in kinds {
        let (world, _) = world();
        at_every_call_on(ways, &world, *kind, &|| issue(&world), &|what| {
            is_issued_once(&world, what);
        });
    }
}

#[test]
fn where_an_id_is_refused_at_birth() {
    let ways = "refuse-attribute private CKA_ID CKR_ATTRIBUTE_TYPE_INVALID\n\
                refuse-attribute public CKA_ID CKR_ATTRIBUTE_TYPE_INVALID";
    issuing_survives(ways, &DEATHS);
    issuing_survives(ways, &[Kind::FailBefore, Kind::Pulled]);
}

#[test]
fn where_the_token_chooses_the_id() {
    issuing_survives("replace-id 0a0b0c0d", &DEATHS);
}

#[test]
fn where_usages_must_not_be_told_and_an_id_is_taken_once() {
    let ways = "refuse-false-usages\nrefuse-second-key\nrefuse-second-certificate";
    issuing_survives(ways, &DEATHS);
    issuing_survives(ways, &[Kind::FailAfter]);
}

#[test]
fn where_no_public_key_object_is_shown() {
    issuing_survives("hide public\npoint-on-private", &DEATHS);
}

#[test]
fn where_a_removal_is_noticed_late() {
    issuing_survives("late-removal", &[Kind::Pulled]);
}

#[test]
fn where_the_module_remembers_what_it_saw() {
    issuing_survives("lost-updates", &DEATHS);
}
