//! PostgreSQL alone. Few tests: each starts a server.

use tokencert::Error;
use tokencert::registry::{Location, Registry};

use crate::copies::a_backup_becomes_the_same_registry_elsewhere;
use crate::postgres::{PASSWORD, Postgres};

#[test]
fn all_that_a_registry_promises_holds_on_postgresql() {
    let postgres = Postgres::start();
    super::hold(&|| postgres.database().parse().unwrap());
}

#[test]
fn a_backup_of_postgresql_is_restored_also_over_its_socket() {
    let postgres = Postgres::start();
    let over_socket = || postgres.over_socket(&postgres.database()).parse().unwrap();
    let place: Location = postgres.database().parse().unwrap();
    a_backup_becomes_the_same_registry_elsewhere(&place, &|| postgres.database().parse().unwrap());
    a_backup_becomes_the_same_registry_elsewhere(&over_socket(), &over_socket);
}

#[test]
fn a_postgresql_that_goes_away_is_an_error_until_it_is_back() {
    let mut postgres = Postgres::start();
    let place: Location = postgres.database().parse().unwrap();
    let registry = Registry::open(&place).unwrap();
    let set = |value: &str| registry.transaction(|it| it.set_value("name", value));
    set("before").unwrap();
    registry
        .transaction(|transaction| {
            postgres.stop();
            transaction.set_value("name", "lost")
        })
        .unwrap_err();
    let gone = set("while it is away").unwrap_err();
    assert!(matches!(gone, Error::Registry { .. }), "{gone}");
    let refused = Registry::open(&place).unwrap_err();
    for said in [gone.to_string(), format!("{gone:?}"), refused.to_string()] {
        assert!(
            !said.contains("p%40ss") && !said.contains(PASSWORD),
            "{said}"
        );
        assert!(said.contains("127.0.0.1"), "{said}");
    }
    postgres.run();
    let value = registry.read(|transaction| transaction.value("name"));
    assert_eq!(value.unwrap().as_deref(), Some("before"));
    // Restarted while nobody asked: the connections that were left are not even tried twice.
    postgres.stop();
    postgres.run();
    set("after").unwrap();
    let value = registry.read(|transaction| transaction.value("name"));
    assert_eq!(value.unwrap().as_deref(), Some("after"));
    postgres.stop();
    postgres.run();
    let value = registry.look(|statements| statements.value("name"));
    assert_eq!(value.unwrap().as_deref(), Some("after"));
}

#[test]
fn a_wrong_password_and_a_database_that_is_not_there_are_told() {
    let postgres = Postgres::start();
    let url = postgres.database();
    let said = |url: String| {
        Registry::open(&Location::Postgres(url))
            .unwrap_err()
            .to_string()
    };
    let wrong = said(url.replace("p%40ss", "secret"));
    assert!(wrong.contains("password authentication failed"), "{wrong}");
    assert!(!wrong.contains("secret"), "{wrong}");
    let none = said(format!("{url}x"));
    assert!(none.contains("does not exist"), "{none}");
}
