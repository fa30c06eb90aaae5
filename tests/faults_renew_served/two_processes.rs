//! A renewal onto a token of another module: another process has the old token.

use crate::common::{World, badtoken};
use crate::disturbed::Kind;
use crate::served::renew;
use crate::street::{Fault, Street};
use crate::two_tokens::{NEW_ALONE, NEW_ALONE_AT_ONCE, ONE_EACH, and_retire, onto};

/// The process that renews, and the one that has the module of the old token.
const PROCESSES: [&str; 2] = ["renew", "former-key"];

/// The arguments of a move; the other module is badtoken under another name.
fn by_another_module(customer: &World) -> Vec<String> {
    let module = customer.path("other-module.so");
    std::fs::copy(badtoken(), &module).unwrap();
    let module = module.display().to_string();
    let mut onto = onto(customer);
    onto.extend(["--from-module".to_owned(), module]);
    onto
}

/// Until the certificate is there, what goes wrong in the process that renews goes wrong as it does
/// where there is no other one.
fn moving_survives_in_the_other_process(kind: Kind) {
    let street = Street::new(2, |_, _| {});
    let onto = by_another_module(&street.customer);
    street.at_every_call(Fault::of(PROCESSES[1], kind), &onto, ONE_EACH);
}

fn retiring_survives_in_both_processes(kind: Kind) {
    for process in PROCESSES {
        let street = Street::new(2, |customer, bank| {
            renew(customer, bank, &by_another_module(customer)).succeeds();
        });
        let retire = and_retire(by_another_module(&street.customer));
        street.at_every_call(Fault::of(process, kind), &retire, NEW_ALONE);
    }
}

#[test]
fn moving_by_two_processes_survives_a_failure_in_place_of_every_call() {
    moving_survives_in_the_other_process(Kind::FailBefore);
}

#[test]
fn moving_by_two_processes_survives_a_failure_after_every_call() {
    moving_survives_in_the_other_process(Kind::FailAfter);
}

#[test]
fn moving_by_two_processes_survives_its_token_being_pulled_out_at_every_call() {
    moving_survives_in_the_other_process(Kind::Pulled);
}

#[test]
fn moving_by_two_processes_survives_one_being_killed_before_every_call() {
    moving_survives_in_the_other_process(Kind::KillBefore);
}

#[test]
fn moving_by_two_processes_survives_one_being_killed_after_every_call() {
    moving_survives_in_the_other_process(Kind::KillAfter);
}

#[test]
fn retiring_by_two_processes_survives_a_failure_in_place_of_every_call() {
    retiring_survives_in_both_processes(Kind::FailBefore);
}

#[test]
fn retiring_by_two_processes_survives_a_failure_after_every_call() {
    retiring_survives_in_both_processes(Kind::FailAfter);
}

#[test]
fn retiring_by_two_processes_survives_its_token_being_pulled_out_at_every_call() {
    retiring_survives_in_both_processes(Kind::Pulled);
}

#[test]
fn retiring_by_two_processes_survives_one_being_killed_before_every_call() {
    retiring_survives_in_both_processes(Kind::KillBefore);
}

#[test]
fn retiring_by_two_processes_survives_one_being_killed_after_every_call() {
    retiring_survives_in_both_processes(Kind::KillAfter);
}

#[test]
fn moving_and_retiring_at_once_survives_the_other_process_being_killed_after_every_call() {
    let street = Street::new(2, |_, _| {});
    let retire = and_retire(by_another_module(&street.customer));
    let fault = Fault::of(PROCESSES[1], Kind::KillAfter);
    street.at_every_call(fault, &retire, NEW_ALONE_AT_ONCE);
}
