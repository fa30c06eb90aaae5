//! A renewal on the token of the old pair.

use crate::disturbed::Kind;
use crate::served::renew;
use crate::street::{Left, OLD, Street};

const ON_IT: [&str; 2] = ["--token", OLD];

const AND_RETIRE: [&str; 3] = ["--token", OLD, "--retire"];

const NEW_ALONE: Left = Left {
    tokens: 1,
    old: &[1],
    new: &[],
};

fn renewing_survives(kind: Kind) {
    let left = Left {
        old: &[0, 1],
        ..NEW_ALONE
    };
    Street::new(1, |_, _| {}).at_every_call(kind, &ON_IT, left);
}

fn retiring_survives(kind: Kind) {
    let street = Street::new(1, |customer, bank| {
        renew(customer, bank, &ON_IT).succeeds();
    });
    street.at_every_call(kind, &AND_RETIRE, NEW_ALONE);
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
fn retiring_survives_a_failure_in_place_of_every_call() {
    retiring_survives(Kind::FailBefore);
}

#[test]
fn retiring_survives_a_failure_after_every_call() {
    retiring_survives(Kind::FailAfter);
}

#[test]
fn retiring_survives_the_token_being_pulled_out_at_every_call() {
    retiring_survives(Kind::Pulled);
}

#[test]
fn retiring_survives_being_killed_before_every_call() {
    retiring_survives(Kind::KillBefore);
}

#[test]
fn retiring_survives_being_killed_after_every_call() {
    retiring_survives(Kind::KillAfter);
}

#[test]
fn renewing_and_retiring_at_once_survives_being_killed_after_every_call() {
    Street::new(1, |_, _| {}).at_every_call(Kind::KillAfter, &AND_RETIRE, NEW_ALONE);
}
