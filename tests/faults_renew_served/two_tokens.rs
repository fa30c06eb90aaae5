//! A renewal onto another token of the same module.

use crate::common::{PIN, World};
use crate::disturbed::Kind;
use crate::served::renew;
use crate::street::{Fault, Left, NEW, OLD, Street};

/// One pair on each token.
pub(crate) const ONE_EACH: Left = Left {
    tokens: 2,
    logins: 1,
    old: &[0],
    new: &[1],
};

/// The new pair on the new token.
pub(crate) const NEW_ALONE: Left = Left {
    old: &[],
    ..ONE_EACH
};

/// The same where the run has renewed before.
pub(crate) const NEW_ALONE_AT_ONCE: Left = Left {
    logins: 2,
    ..NEW_ALONE
};

/// The arguments of a move.
pub(crate) fn onto(customer: &World) -> Vec<String> {
    let pin = customer.pin_source_of(PIN);
    let order = ["--token", NEW, "--from", OLD, "--from-pin-source", &pin];
    order.map(str::to_owned).to_vec()
}

/// The same, and `--retire`.
pub(crate) fn and_retire(mut onto: Vec<String>) -> Vec<String> {
    onto.push("--retire".to_owned());
    onto
}

fn moving_survives(fault: impl Into<Fault>) {
    let street = Street::new(2, |_, _| {});
    street.at_every_call(fault, &onto(&street.customer), ONE_EACH);
}

fn retiring_after_a_move_survives(fault: impl Into<Fault>) {
    let street = Street::new(2, |customer, bank| {
        renew(customer, bank, &onto(customer)).succeeds();
    });
    let retire = and_retire(onto(&street.customer));
    street.at_every_call(fault, &retire, NEW_ALONE);
}

#[test]
fn moving_survives_a_failure_in_place_of_every_call() {
    moving_survives(Kind::FailBefore);
}

#[test]
fn moving_survives_a_failure_after_every_call() {
    moving_survives(Kind::FailAfter);
}

#[test]
fn moving_survives_being_killed_before_every_call() {
    moving_survives(Kind::KillBefore);
}

#[test]
fn moving_survives_being_killed_after_every_call() {
    moving_survives(Kind::KillAfter);
}

#[test]
fn moving_survives_the_old_token_being_pulled_out_at_every_call() {
    moving_survives(Fault::pulled(OLD));
}

#[test]
fn moving_survives_the_new_token_being_pulled_out_at_every_call() {
    moving_survives(Fault::pulled(NEW));
}

#[test]
fn retiring_after_a_move_survives_a_failure_in_place_of_every_call() {
    retiring_after_a_move_survives(Kind::FailBefore);
}

#[test]
fn retiring_after_a_move_survives_a_failure_after_every_call() {
    retiring_after_a_move_survives(Kind::FailAfter);
}

#[test]
fn retiring_after_a_move_survives_being_killed_before_every_call() {
    retiring_after_a_move_survives(Kind::KillBefore);
}

#[test]
fn retiring_after_a_move_survives_being_killed_after_every_call() {
    retiring_after_a_move_survives(Kind::KillAfter);
}

#[test]
fn retiring_after_a_move_survives_the_old_token_being_pulled_out_at_every_call() {
    retiring_after_a_move_survives(Fault::pulled(OLD));
}

#[test]
fn retiring_after_a_move_survives_the_new_token_being_pulled_out_at_every_call() {
    retiring_after_a_move_survives(Fault::pulled(NEW));
}

#[test]
fn moving_and_retiring_at_once_survives_being_killed_after_every_call() {
    let street = Street::new(2, |_, _| {});
    let retire = and_retire(onto(&street.customer));
    street.at_every_call(Kind::KillAfter, &retire, NEW_ALONE_AT_ONCE);
}
