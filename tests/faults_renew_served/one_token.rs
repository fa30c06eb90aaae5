//! A renewal on the token of the old pair. What a retirement does after it asks no authority, and is
//! tried where the authority is a folder.

use crate::disturbed::Kind;
use crate::street::{Left, OLD, Street};

const ON_IT: [&str; 2] = ["--token", OLD];

const BOTH: Left = Left {
    tokens: 1,
    logins: 1,
    old: &[0, 1],
    new: &[],
};

fn renewing_survives(kind: Kind) {
    Street::new(1, |_, _| {}).at_every_call(kind, &ON_IT, BOTH);
}

#[test]
fn renewing_survives_a_failure_in_place_of_every_call() {
    renewing_survives(Kind::FailBefore);
}

#[test]
fn renewing_survives_a_failure_after_every_call() {
    renewing_survives(Kind::FailAfter);
}

#[test]
fn renewing_survives_the_token_being_pulled_out_at_every_call() {
    renewing_survives(Kind::Pulled);
}

#[test]
fn renewing_survives_being_killed_before_every_call() {
    renewing_survives(Kind::KillBefore);
}

#[test]
fn renewing_survives_being_killed_after_every_call() {
    renewing_survives(Kind::KillAfter);
}

#[test]
fn renewing_and_retiring_at_once_survives_being_killed_after_every_call() {
    let new_alone = Left {
        logins: 2,
        old: &[1],
        ..BOTH
    };
    let and_retire = ["--token", OLD, "--retire"];
    Street::new(1, |_, _| {}).at_every_call(Kind::KillAfter, &and_retire, new_alone);
}
