//! Two servers of one authority over one PostgreSQL registry.

use tokencert::ca::{Actor, CertificateAuthority, Denial, Folder, RegistrationAuthority};
use tokencert::certificate::Certificate;
use tokencert::registry::{Location, Registry, RevocationReason};

use crate::bank::{Bank, Customer, SoftwareKey, at, random, reason, request};
use crate::postgres::{PASSWORD, Postgres};

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

/// What four requests get that reach two servers at once.
fn at_once<T: Send>(
    servers: [&RegistrationAuthority; 2],
    act: impl Fn(&RegistrationAuthority, usize) -> T + Sync,
) -> Vec<T> {
    let act = &act;
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|number| scope.spawn(move || act(servers[number % 2], number)))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

#[test]
fn two_servers_of_one_registry_keep_the_rules_between_them() {
    let postgres = Postgres::start();
    let location = Location::Postgres(postgres.database());
    let bank = &Bank::at(Some(&location), |_| {});
    let second = RegistrationAuthority::open(bank.folder.path(), Some(&location), &mut random);
    let servers = [&bank.authority, &second.unwrap()];
    let [taro, jiro, hanako] =
        ["taro", "jiro", "hanako"].map(|user| bank.customer(Some(user), NOW));

    // Of several keys one wins; of one key there is one certificate.
    let race = |customer: &Customer, seeds: [u8; 4]| -> Vec<Certificate> {
        let password = customer.password();
        let answers = at_once(servers, |server, number| {
            acquire((bank, server), customer, &password, seeds[number])
        });
        answers.into_iter().filter_map(Result::ok).collect()
    };
    assert_eq!(race(&taro, [2, 3, 4, 5]).len(), 1);
    let same = race(&jiro, [6; 4]);
    assert_eq!(same.len(), 4);
    assert!(same.iter().all(|one| *one == same[0]));

    // One successor each.
    let (old, seeds) = (&same[0], [11, 12, 13, 13]);
    let answers = at_once(servers, |server, number| {
        let request = request(&old.subject().to_string(), &SoftwareKey::new(seeds[number]));
        server.renew(old, &request, &bank.key, "", at(OPENS), &mut random)
    });
    let renewed: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
    assert!(!renewed.is_empty() && renewed.iter().all(|one| *one == renewed[0]));

    // Each issue count once.
    let (by, why) = (Actor::Operator, RevocationReason::Reissued);
    let mut counts = at_once(servers, |server, _| {
        let view = server.reissue(&taro.id, why, &by, at(OPENS), &mut random);
        view.unwrap().permit.unwrap().issue_count
    });
    counts.sort_unstable();
    assert_eq!(counts, [2, 3, 4, 5]);

    // The tries of both are counted together.
    for number in 0..5 {
        let server = servers[number % 2];
        let answer = acquire((bank, server), &hanako, "00:00", 7);
        assert_eq!(reason(answer), "unauthenticated");
    }
    let right = acquire((bank, servers[1]), &hanako, &hanako.password(), 7);
    assert_eq!(reason(right), "locked");
}

#[test]
fn a_database_that_is_empty_is_new_once_and_lost_when_the_folder_has_used_one() {
    let postgres = Postgres::start();
    let location = || Location::Postgres(postgres.database());
    let first = location();
    let bank = Bank::at(Some(&first), |_| {});
    bank.customer(Some("taro"), NOW);
    let folder = bank.folder.path();
    let open =
        |location: &Location| RegistrationAuthority::open(folder, Some(location), &mut random);

    let empty = location();
    let refusal = open(&empty).unwrap_err();
    assert_eq!(refusal.code(), "registry-lost");
    assert!(!format!("{refusal}{refusal:?}").contains(PASSWORD));
    let operators = Folder::open(folder).unwrap();
    let refusal = CertificateAuthority::open_with(operators, Some(&empty)).unwrap_err();
    assert_eq!(refusal.code(), "registry-lost");
    // It is still empty, and takes what was in the other one.
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    bank.authority.registry().backup(&copy).unwrap();
    Registry::restore(&empty, &copy).unwrap();
    let restored = open(&empty).unwrap();
    assert_eq!(restored.holders(None, at(NOW)).unwrap().len(), 1);
    assert!(open(&first).is_ok());
}
