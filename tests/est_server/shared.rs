//! Two servers on one PostgreSQL registry, and a registry that goes away and comes back.

use std::collections::BTreeSet;

use tokencert::ca::RegistrationAuthority;
use tokencert::registry::CertificateRecord;

use crate::common::World;
use crate::common::postgres::Postgres;
use crate::support::{Account, now, random, register};
use crate::wire::Wire;

const ENROL: &str = "/.well-known/est/simpleenroll";

/// The rules on the registry at this address.
fn rules(world: &World, url: &str) -> RegistrationAuthority {
    let location = url.parse().unwrap();
    RegistrationAuthority::open(&world.path("ca"), Some(&location), &mut random).unwrap()
}

fn issued_to(rules: &RegistrationAuthority, account: &Account) -> Vec<CertificateRecord> {
    let found = rules
        .registry()
        .read(|records| records.certificates_of(&account.id));
    found.unwrap()
}

#[test]
fn two_servers_on_one_registry_give_each_holder_one_certificate() {
    let postgres = Postgres::start();
    let url = postgres.database();
    let world = World::with_authority();
    let rules = rules(&world, &url);
    let users = ["a", "b", "c", "d", "e", "f"];
    let accounts = users.map(|user| register(&rules, "00009876543", Some(user), now()));
    let requests =
        users.map(|user| [user.to_owned(), format!("{user}2")].map(|it| world.request(&it)));
    let more = ["--registry", &url, "--password-rate", "1000"];
    let servers = [world.serve(&more), world.serve(&more)];
    let wires: Vec<Wire> = servers
        .iter()
        .map(|served| Wire::new(&world, served))
        .collect();
    // Each holder asks at both servers at once, twice with one key and twice with another.
    let answers: Vec<Vec<(u16, Vec<u8>)>> = std::thread::scope(|scope| {
        let asked: Vec<Vec<_>> = (0..users.len())
            .map(|at| {
                let asks = (0..4).map(|turn| {
                    let (wire, account) = (&wires[turn % 2], &accounts[at]);
                    let body = &requests[at][turn / 2];
                    scope.spawn(move || {
                        let reply = wire.post(ENROL, &account.header(), body);
                        (reply.status(), reply.body)
                    })
                });
                asks.collect()
            })
            .collect();
        let joined = asked.into_iter();
        joined
            .map(|asks| asks.into_iter().map(|it| it.join().unwrap()).collect())
            .collect()
    });
    let mut serials = BTreeSet::new();
    for (account, answers) in accounts.iter().zip(&answers) {
        let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 403, 403], "{}", account.id);
        let granted: BTreeSet<&Vec<u8>> = answers
            .iter()
            .filter(|(status, _)| *status == 200)
            .map(|(_, body)| body)
            .collect();
        assert_eq!(granted.len(), 1, "both servers give the same");
        let [record] = &issued_to(&rules, account)[..] else {
            panic!("one certificate and no more")
        };
        assert_eq!(record.issue_count, 1);
        assert!(serials.insert(record.serial.clone()));
    }
}

#[test]
fn while_the_registry_is_away_the_answer_is_503_and_then_it_works_again() {
    let mut postgres = Postgres::start();
    let url = postgres.database();
    let world = World::with_authority();
    let account = register(&rules(&world, &url), "00009876543", Some("taro"), now());
    let served = world.serve(&["--registry", &url]);
    let wire = Wire::new(&world, &served);
    let body = world.request("taro");
    postgres.stop();
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 503, "{}", reply.text());
    assert!(reply.header("Retry-After").is_some());
    assert!(!reply.text().contains("postgres"), "{}", reply.text());
    assert_eq!(wire.get("/crl").status(), 503);
    assert_eq!(wire.get("/.well-known/est/cacerts").status(), 200);
    postgres.run();
    let reply = wire.post(ENROL, &account.header(), &body);
    assert_eq!(reply.status(), 200, "{}", reply.text());
    assert_eq!(issued_to(&rules(&world, &url), &account).len(), 1);
}
