//! The registry: the same tests on SQLite and on PostgreSQL, and what each has of its own.

#![cfg(all(feature = "ca", unix))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

#[path = "registry/copies.rs"]
mod copies;
#[path = "registry/operations.rs"]
mod operations;
#[path = "common/postgres.rs"]
mod postgres;
#[path = "registry/raw.rs"]
mod raw;
#[path = "registry/records.rs"]
mod records;
#[path = "registry/server.rs"]
mod server;
#[path = "registry/sqlite.rs"]
mod sqlite;
#[path = "registry/transactions.rs"]
mod transactions;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokencert::registry::Location;

type Fact = (&'static str, fn(&Location));

macro_rules! facts {
    ($($module:ident::$name:ident,)*) => {
        &[$((stringify!($name), $module::$name)),*]
    };
}

/// What is true of a registry wherever it is; each begins with an empty place.
const FACTS: &[Fact] = facts! {
    operations::contracts_and_holders_come_out_as_they_went_in_and_in_order,
    operations::permits_come_newest_first_and_only_one_of_a_holder_is_in_use,
    operations::a_permit_has_one_code_and_it_is_known_by_its_digest_alone,
    operations::certificates_are_found_by_all_that_they_are_looked_for,
    operations::the_log_the_notices_and_the_values_are_kept,
    operations::a_key_that_is_taken_is_a_conflict_and_the_transaction_goes_on,
    operations::what_is_not_there_is_not_changed_and_nothing_belongs_to_it,
    operations::sql_and_control_characters_are_stored_as_data,
    transactions::what_fails_or_panics_leaves_nothing_behind,
    transactions::reading_writes_nothing,
    transactions::a_reader_sees_one_state_while_others_write,
    transactions::counted_at_once_by_threads_and_servers_no_number_is_lost,
    transactions::of_many_who_add_the_same_record_one_does,
    transactions::it_is_called_from_the_blocking_threads_of_a_server_and_dropped_there,
    transactions::the_database_itself_refuses_what_no_registry_may_do,
    transactions::tables_of_a_newer_program_and_of_another_are_refused,
    transactions::tables_of_the_first_version_are_brought_up_to_date_with_what_is_in_them,
};

/// Tries every fact in a place of its own, and fails with the names of those that do not hold.
fn hold(next: &dyn Fn() -> Location) {
    let mut broken = Vec::new();
    for (name, fact) in FACTS {
        let place = next();
        if catch_unwind(AssertUnwindSafe(|| fact(&place))).is_err() {
            broken.push(*name);
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn where_a_registry_is_can_be_shown_without_its_password() {
    for (text, shown) in [
        ("ca/registry.sqlite", "ca/registry.sqlite"),
        ("postgres://db.example/ca", "postgres://db.example/ca"),
        (
            "postgres://u@h/ca?host=/run/pg",
            "postgres://u@h/ca?host=/run/pg",
        ),
        ("postgresql://u:secret@h:5/ca", "postgresql://u:***@h:5/ca"),
        (
            "postgres://u:sec%40ret@h/ca?sslmode=require",
            "postgres://u:***@h/ca?sslmode=require",
        ),
        (
            "postgres://u@h/ca?password=secret",
            "postgres://u@h/ca?password=***",
        ),
        ("postgres://u:se@cret@h/ca", "postgres://u:***@h/ca"),
    ] {
        let location: Location = text.parse().unwrap();
        assert_eq!(location.to_string(), shown);
        assert!(!format!("{location:?}").contains("secret"));
    }
    for (text, reason) in [
        ("mysql://u:secret@h/ca", "postgres://USER@HOST/DATABASE"),
        ("postgres://u:se?cret@h/ca", "cannot be read"),
        ("postgres://u:secret@h:port/ca", "cannot be read"),
        ("postgres://u:secret@h/ca?sslmode=some", "cannot be read"),
        ("", "no file is named"),
    ] {
        let error = text.parse::<Location>().unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains(reason), "{said}");
        assert!(
            !said.contains("secret") && !said.contains("cret@"),
            "{said}"
        );
    }
}
