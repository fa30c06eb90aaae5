//! Two servers of one authority over one PostgreSQL registry.

use tokencert::ca::{Actor, Denial, RegistrationAuthority};
use tokencert::certificate::Certificate;
use tokencert::registry::{Location, RevocationReason};

use crate::bank::{Bank, Customer, SoftwareKey, at, random, reason, request};
use crate::postgres::Postgres;

const NOW: &str = "2026-04-01T03:00:00Z";
const OPENS: &str = "2027-03-01T15:00:00Z";

/// What one server answers.
fn acquire(
    (bank, server): (&Bank, &RegistrationAuthority),
    customer: &Customer,
    password: &str,
    seed: u8,
) -> Result<Certificate, Denial> {
    let request = request("CN=x", &SoftwareKey::new(seed));
    let name = customer.id.to_string();
    server.acquire(
        &name,
        password,
        &request,
        &bank.key,
        "",
        at(NOW),
        &mut random,
    )
}

#[test]
fn two_servers_of_one_registry_keep_the_rules_between_them() {
    let postgres = Postgres::start();
    let location = Location::Postgres(postgres.database());
    let bank = Bank::at(Some(&location), |_| {});
    let second = RegistrationAuthority::open(bank.folder.path(), Some(&location), &mut random);
    let (one, two) = (&bank.authority, &second.unwrap());
    let [taro, jiro, hanako] =
        ["taro", "jiro", "hanako"].map(|user| bank.customer(Some(user), NOW));
    let bank = &bank;

    // Of several keys one wins; of one key there is one certificate.
    let race = |customer: &Customer, seeds: [u8; 4]| -> Vec<Certificate> {
        let password = customer.password();
        let password = &password;
        std::thread::scope(|scope| {
            let runs: Vec<_> = [one, two, one, two]
                .into_iter()
                .zip(seeds)
                .map(|(server, seed)| {
                    scope.spawn(move || acquire((bank, server), customer, password, seed))
                })
                .collect();
            runs.into_iter()
                .filter_map(|run| run.join().unwrap().ok())
                .collect()
        })
    };
    assert_eq!(race(&taro, [2, 3, 4, 5]).len(), 1);
    let same = race(&jiro, [6; 4]);
    assert_eq!(same.len(), 4);
    assert!(same.iter().all(|one| *one == same[0]));

    // One successor each.
    let (old, seeds) = (&same[0], [11, 12, 13, 13]);
    let renewed: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = [one, two, one, two]
            .into_iter()
            .zip(seeds)
            .map(|(server, seed)| {
                scope.spawn(move || {
                    let subject = old.subject().to_string();
                    let request = request(&subject, &SoftwareKey::new(seed));
                    server.renew(old, &request, &bank.key, "", at(OPENS), &mut random)
                })
            })
            .collect();
        runs.into_iter()
            .filter_map(|run| run.join().unwrap().ok())
            .collect()
    });
    assert!(!renewed.is_empty() && renewed.iter().all(|one| *one == renewed[0]));

    // Each issue count once.
    let counts: Vec<u32> = std::thread::scope(|scope| {
        let by = &Actor::Operator;
        let why = RevocationReason::Reissued;
        let runs: Vec<_> = [one, two, one, two]
            .map(|server| {
                let id = &taro.id;
                scope.spawn(move || server.reissue(id, why, by, at(OPENS), &mut random).unwrap())
            })
            .into();
        runs.into_iter()
            .map(|run| run.join().unwrap().permit.unwrap().issue_count)
            .collect()
    });
    let mut sorted = counts.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [2, 3, 4, 5], "{counts:?}");

    // The tries of both are counted together.
    for server in [one, two, one, two, one] {
        assert_eq!(
            reason(acquire((bank, server), &hanako, "00:00", 7)),
            "unauthenticated"
        );
    }
    assert_eq!(
        reason(acquire((bank, two), &hanako, &hanako.password(), 7)),
        "locked"
    );
}
