//! Transactions: whole or not at all, one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokencert::Error;
use tokencert::registry::{Location, Registry};

use crate::raw::raw;
use crate::records::{
    certificate, code, contract, event, holder, holder_id, permit, with_contract,
};

pub(crate) fn what_fails_or_panics_leaves_nothing_behind(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let failed: Result<(), Error> = registry.transaction(|transaction| {
        transaction.add_contract(&contract("C"))?;
        transaction.log(&event("C", "{}"))?;
        Err(Error::RuleBroken {
            rule: "mine".to_owned(),
        })
    });
    assert!(
        matches!(&failed, Err(Error::RuleBroken { rule }) if rule == "mine"),
        "{failed:?}"
    );
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        registry.transaction(|transaction| -> Result<(), Error> {
            transaction.add_contract(&contract("C")).unwrap();
            panic!("in the middle");
        })
    }));
    assert!(panicked.is_err());
    // A statement failed, and the caller took no notice of it.
    let ignored = registry.transaction(|transaction| {
        transaction.add_contract(&contract("C"))?;
        let mut orphan = certificate("0a", "C");
        orphan.permit = Some("none".to_owned());
        transaction.add_certificate(&orphan).unwrap_err();
        Ok(())
    });
    ignored.unwrap_err();
    let left =
        registry.read(|transaction| Ok((transaction.contracts()?, transaction.events(None, 9)?)));
    assert_eq!(left.unwrap(), (vec![], vec![]));
}

pub(crate) fn reading_writes_nothing(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let written = registry.read(|transaction| transaction.set_value("name", "value"));
    assert!(
        matches!(written, Err(Error::Registry { .. })),
        "{written:?}"
    );
    let value = registry.read(|transaction| transaction.value("name"));
    assert_eq!(value.unwrap(), None);
}

pub(crate) fn a_reader_sees_one_state_while_others_write(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let read = registry.read(|transaction| {
        let before = transaction.value("name")?;
        registry.transaction(|writing| writing.set_value("name", "new"))?;
        assert_eq!(transaction.value("name")?, before, "of its own time");
        Ok(before)
    });
    assert_eq!(read.unwrap(), None);
    let after = registry.read(|transaction| transaction.value("name"));
    assert_eq!(after.unwrap().as_deref(), Some("new"));
}

fn count(registry: &Registry) {
    let counted = registry.transaction(|transaction| {
        let number: u32 = transaction
            .value("number")?
            .map_or(0, |it| it.parse().unwrap());
        transaction.log(&event("number", &number.to_string()))?;
        transaction.set_value("number", &(number + 1).to_string())
    });
    counted.unwrap();
}

/// Eight threads; half of them have a registry of their own, as another server has.
pub(crate) fn counted_at_once_by_threads_and_servers_no_number_is_lost(place: &Location) {
    let (one, other) = (
        Registry::open(place).unwrap(),
        Registry::open(place).unwrap(),
    );
    thread::scope(|scope| {
        for nth in 0..8 {
            let registry = if nth % 2 == 0 { &one } else { &other };
            scope.spawn(move || (0..15).for_each(|_| count(registry)));
        }
    });
    let read =
        one.read(|transaction| Ok((transaction.value("number")?, transaction.events(None, 999)?)));
    let (number, events) = read.unwrap();
    assert_eq!(number.as_deref(), Some("120"));
    let mut numbers: Vec<u32> = events.iter().map(|it| it.detail.parse().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..120).collect::<Vec<_>>(), "each once");
}

pub(crate) fn of_many_who_add_the_same_record_one_does(place: &Location) {
    let registries = [(); 4].map(|()| Registry::open(place).unwrap());
    let outcomes = thread::scope(|scope| {
        let adding = registries.each_ref().map(|registry| {
            scope.spawn(|| registry.transaction(|it| it.add_contract(&contract("C"))))
        });
        adding.map(|thread| thread.join().unwrap())
    });
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 3));
    for outcome in refused {
        assert!(
            matches!(outcome, Err(Error::RegistryConflict { .. })),
            "{outcome:?}"
        );
    }
}

pub(crate) fn it_is_called_from_the_blocking_threads_of_a_server_and_dropped_there(
    place: &Location,
) {
    let registry = Registry::open(place).unwrap();
    let server = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let registry = std::sync::Arc::new(registry);
    server.block_on(async move {
        let shared = std::sync::Arc::clone(&registry);
        let written = tokio::task::spawn_blocking(move || {
            shared.transaction(|transaction| transaction.set_value("from", "a server"))
        });
        written.await.unwrap().unwrap();
        // The last one goes away in async code.
        drop(registry);
    });
    let value = Registry::open(place).unwrap().read(|it| it.value("from"));
    assert_eq!(value.unwrap().as_deref(), Some("a server"));
}

pub(crate) fn the_database_itself_refuses_what_no_registry_may_do(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let filled = registry.transaction(|transaction| {
        transaction.log(&event("C", "{}"))?;
        transaction.bar_key("ab")
    });
    filled.unwrap();
    for sql in [
        "UPDATE event SET actor = 'nobody'",
        "DELETE FROM event",
        "DELETE FROM barred_key",
        "UPDATE holder SET suspended = 'tired'",
        "UPDATE holder SET tries = -1",
        "DELETE FROM contract",
    ] {
        assert!(raw(place, sql).is_err(), "{sql}");
    }
    let events = registry.read(|transaction| transaction.events(None, 9));
    assert_eq!(events.unwrap(), [event("C", "{}")]);
}

pub(crate) fn tables_of_a_newer_program_and_of_another_are_refused(place: &Location) {
    raw(place, "CREATE TABLE recipes (name TEXT)").unwrap();
    let refused = Registry::open(place).unwrap_err().to_string();
    assert!(refused.contains("something else"), "{refused}");
    raw(place, "DROP TABLE recipes").unwrap();
    drop(Registry::open(place).unwrap());
    raw(place, "UPDATE registry_version SET version = 9").unwrap();
    let refused = Registry::open(place).unwrap_err().to_string();
    assert!(
        refused.contains("made by a newer program: its tables are version 9"),
        "{refused}"
    );
}

pub(crate) fn tables_of_the_first_version_are_brought_up_to_date_with_what_is_in_them(
    place: &Location,
) {
    let first = match place {
        Location::File(_) => include_str!("../../src/registry/sql/0001-sqlite.sql"),
        Location::Postgres(_) => include_str!("../../src/registry/sql/0001-postgres.sql"),
    };
    raw(place, first).unwrap();
    let rows = "INSERT INTO contract VALUES ('C', '1635', 1800000000); \
         INSERT INTO holder VALUES ('C', '', 'ﾔﾏﾀﾞ ﾀﾛｳ', NULL, NULL, '$argon2id$1', '$argon2id$2', 1, \
         'confirmation-pin', NULL, NULL, 0, 0, NULL, 1800000000)";
    raw(place, rows).unwrap();
    // Several servers are started at once after the new program was installed.
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| Registry::open(place)))
            .collect();
        for one in opened {
            one.join().unwrap().unwrap();
        }
    });
    let registry = Registry::open(place).unwrap();
    let done = registry.transaction(|transaction| {
        assert_eq!(transaction.contract("C")?, Some(contract("C")));
        assert_eq!(transaction.holder(&holder_id("C"))?, Some(holder("C")));
        transaction.add_permit(&permit("p", "C"))?;
        transaction.put_code(&code("p", "aa"))
    });
    done.unwrap();
}
