//! Who is trusted with what, and what is sent before that is known.

use rustls::version::{TLS12, TLS13};
use tokencert::certificate::Certificate;
use tokencert::est::{Note, Trust};
use tokencert::{Authority as _, Error};

use crate::peer::{Peer, Visit};
use crate::pki::{Authority, CLIENT, CMC_RA, Order, SERVER};
use crate::soft::SoftKey;
use crate::visitor::{Bank, Diary, NOW, came, certificates, request};

/// Why a server is not trusted that has this chain; nothing but connections may have come there.
#[track_caller]
fn distrust(bank: &Bank, chain: Vec<Certificate>, trust: Trust) -> String {
    let mut reasons = Vec::new();
    for version in [&TLS13, &TLS12] {
        let mut role = bank.role(bank.usual());
        role.versions = vec![version];
        role.chain.clone_from(&chain);
        let peer = Peer::start(role);
        let diary = Diary::default();
        let error = diary
            .holder(&peer.origin(), trust.clone())
            .enrol(&request())
            .unwrap_err();
        let Error::ServerUntrusted { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert!(diary.asked.borrow().is_empty(), "no password is asked for");
        let visits = peer.visits();
        let public = visits
            .iter()
            .all(|visit| visit.operation() == "cacerts" && visit.header("Authorization").is_none());
        assert!(public, "{visits:?}");
        reasons.push(reason);
    }
    assert_eq!(reasons[0], reasons[1]);
    reasons.remove(0)
}

#[test]
fn a_server_of_another_ca_is_not_trusted() {
    let bank = Bank::new();
    let stranger = Authority::root(7, "CN=Stranger");
    let chain = vec![stranger.issue(&SoftKey::new(2).public(), &Order::server())];
    assert_eq!(
        distrust(&bank, chain, bank.trust()),
        "its certificate does not lead to a CA that is trusted"
    );
}

#[test]
fn a_ca_of_the_same_name_is_not_trusted() {
    let bank = Bank::new();
    let twin = Authority::root(7, "CN=Bank CA,O=Example,C=JP");
    let chain = vec![twin.issue(&SoftKey::new(2).public(), &Order::server())];
    assert_eq!(
        distrust(&bank, chain, bank.trust()),
        "a signature in its chain is wrong"
    );
}

#[test]
fn a_server_of_another_name_is_not_trusted_unless_it_is_an_authority() {
    let bank = Bank::new();
    let named = |purposes: &[u8]| Order {
        names: vec!["other.example".to_owned()],
        purposes: purposes.to_vec(),
        ..Order::server()
    };
    assert_eq!(
        distrust(&bank, bank.server(&named(&[SERVER])), bank.trust()),
        "its certificate is for another name"
    );
    for purposes in [&[SERVER, CMC_RA][..], &[CMC_RA]] {
        let mut role = bank.role(bank.usual());
        role.chain = bank.server(&named(purposes));
        let peer = Peer::start(role);
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        came(client.enrol(&request()));
    }
}

#[test]
fn a_certificate_of_a_client_is_no_servers() {
    let bank = Bank::new();
    let order = Order {
        purposes: vec![CLIENT],
        ..Order::server()
    };
    assert_eq!(
        distrust(&bank, bank.server(&order), bank.trust()),
        "its certificate is not one for servers"
    );
}

#[test]
fn an_expired_server_is_named_with_its_time_and_the_clock() {
    let bank = Bank::new();
    let order = |years| Order {
        years,
        ..Order::server()
    };
    assert_eq!(
        distrust(&bank, bank.server(&order((25, 26))), bank.trust()),
        format!("its certificate expired at 2026-01-01T00:00:00Z; the clock here says {NOW}")
    );
    assert_eq!(
        distrust(&bank, bank.server(&order((27, 28))), bank.trust()),
        format!("its certificate is valid from 2027-01-01T00:00:00Z on; the clock here says {NOW}")
    );
}

#[test]
fn a_wrong_clock_is_named_with_the_servers() {
    let bank = Bank::new();
    let later = "Fri, 01 Jan 2027 00:10:00 GMT";
    let root = bank.ca.certificate.clone();
    let dated = move |date: &'static str, years| {
        let bag = base64_bag(&root);
        let mut role = bank.role(Box::new(move |_| {
            let kind = [("Content-Type", "application/pkcs7-mime"), ("Date", date)];
            crate::visitor::with("200 OK", &kind, &bag)
        }));
        role.chain = bank.server(&Order {
            years,
            ..Order::server()
        });
        let peer = Peer::start(role);
        let diary = Diary::default();
        let mut client = diary.client(&peer.origin(), bank.trust());
        let result = client.ca_certificates();
        let notes = diary.notes.borrow().clone();
        (result, notes)
    };
    let (result, _) = dated(later, (27, 28));
    let message = result.unwrap_err().to_string();
    let clocks = format!("the clock here says {NOW}, the server's 2027-01-01T00:10:00Z");
    assert!(message.contains(&clocks), "{message}");
    let off = |there: &str| Note::ClockOff {
        here: NOW.parse().unwrap(),
        there: there.parse().unwrap(),
    };
    let (result, notes) = dated("Mon, 01 Jun 2026 00:05:01 GMT", (26, 27));
    result.unwrap();
    assert_eq!(notes, [off("2026-06-01T00:05:01Z")]);
    let (result, notes) = dated("Sun, 31 May 2026 23:55:00 GMT", (26, 27));
    result.unwrap();
    assert_eq!(notes, [], "five minutes are tolerated");
}

fn base64_bag(root: &Certificate) -> String {
    let der = tokencert::est::body::certs_only(std::slice::from_ref(root)).unwrap();
    tokencert::est::body::encode_answer(&der)
}

#[test]
fn a_certificate_of_the_server_itself_may_be_what_is_trusted() {
    let bank = Bank::new();
    let chain = bank.server(&Order::server());
    let pinned = Trust::Certificates(chain.clone());
    let mut role = bank.role(bank.usual());
    role.chain.clone_from(&chain);
    let peer = Peer::start(role);
    came(
        Diary::default()
            .client(&peer.origin(), pinned.clone())
            .enrol(&request()),
    );
    let another = vec![bank.ca.issue(
        &SoftKey::new(2).public(),
        &Order {
            years: (26, 28),
            ..Order::server()
        },
    )];
    assert_eq!(
        distrust(&bank, another, pinned),
        "it is not a certificate that is trusted, and none of those is one of a CA"
    );
    let expired = bank.server(&Order {
        years: (24, 25),
        ..Order::server()
    });
    let reason = distrust(&bank, expired.clone(), Trust::Certificates(expired));
    assert!(reason.starts_with("its certificate expired"), "{reason}");
}

#[test]
fn with_a_fingerprint_the_ca_is_fetched_first_and_proved_by_a_new_connection() {
    for version in [&TLS13, &TLS12] {
        let bank = Bank::new();
        let mut role = bank.role(bank.usual());
        role.versions = vec![version];
        let peer = Peer::start(role);
        let diary = Diary::default();
        let trust = Trust::Fingerprint(bank.ca.certificate.sha256());
        let mut client = diary.holder(&peer.origin(), trust);
        assert_eq!(client.trusted(), []);
        came(client.enrol(&request()));
        assert_eq!(client.trusted(), [bank.ca.certificate.clone()]);
        let visits = peer.visits();
        let lines: Vec<&str> = visits.iter().map(Visit::operation).collect();
        assert_eq!(lines, ["cacerts", "cacerts", "simpleenroll"]);
        assert_eq!(peer.connections(), 3);
        assert!(
            visits[..2]
                .iter()
                .all(|v| v.header("Authorization").is_none())
        );
    }
}

#[test]
fn a_wrong_fingerprint_gets_no_password() {
    let bank = Bank::new();
    let reason = distrust(
        &bank,
        bank.server(&Order::server()),
        Trust::Fingerprint([7; 32]),
    );
    let expected = "07".repeat(32);
    assert_eq!(
        reason,
        format!("none of its CA certificates has the SHA-256 {expected}")
    );
}

#[test]
fn whoever_shows_a_ca_without_being_of_it_gets_no_password() {
    let bank = Bank::new();
    let impostor = Authority::root(7, "CN=Bank CA,O=Example,C=JP");
    let chain = vec![impostor.issue(&SoftKey::new(2).public(), &Order::server())];
    let trust = Trust::Fingerprint(bank.ca.certificate.sha256());
    assert_eq!(
        distrust(&bank, chain, trust),
        "a signature in its chain is wrong"
    );
}

#[test]
fn an_unknown_server_is_named_by_its_fingerprint() {
    let bank = Bank::new();
    let peer = bank.play(bank.usual());
    let diary = Diary::default();
    let mut client = diary.holder(&peer.origin(), Trust::Unknown);
    let error = client.enrol(&request()).unwrap_err();
    let Error::TrustMissing { fingerprint, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(fingerprint, bank.ca.certificate.fingerprint());
    assert!(diary.asked.borrow().is_empty());
    assert_eq!(client.offered().unwrap(), [bank.ca.certificate.clone()]);
    client.trust(Trust::Fingerprint(bank.ca.certificate.sha256()));
    came(client.enrol(&request()));
}

#[test]
fn of_a_bag_only_what_leads_to_the_fingerprint_is_believed() {
    let bank = Bank::new();
    let below = bank.ca.below(3, "CN=Below");
    let lower = below.below(4, "CN=Lower");
    let stranger = Authority::root(7, "CN=Stranger");
    let leaf = bank
        .ca
        .issue(&SoftKey::new(9).public(), &Order::of("CN=leaf"));
    let expired = bank.ca.issue(
        &SoftKey::new(8).public(),
        &Order {
            years: (20, 21),
            ..Order::ca("CN=Old")
        },
    );
    let bag = [&lower.certificate, &stranger.certificate, &leaf, &expired];
    let mut bag: Vec<Certificate> = bag.into_iter().cloned().collect();
    bag.extend([below.certificate.clone(), bank.ca.certificate.clone()]);
    let part = bank.but(move |visit| (visit.operation() == "cacerts").then(|| certificates(&bag)));
    let peer = bank.play(part);
    let trust = Trust::Fingerprint(bank.ca.certificate.sha256());
    let mut client = Diary::default().client(&peer.origin(), trust);
    let believed = client.ca_certificates().unwrap();
    let expected = [
        bank.ca.certificate.clone(),
        below.certificate.clone(),
        lower.certificate.clone(),
    ];
    assert_eq!(believed, expected);
}

#[test]
fn a_server_of_the_next_key_is_trusted_by_the_certificate_that_the_old_key_gave_it() {
    let bank = Bank::new();
    let subject = "CN=Bank CA,O=Example,C=JP";
    let next = Authority::root(5, subject);
    let new_with_old = bank.ca.issue(&next.key.public(), &Order::ca(subject));
    let old_with_new = next.issue(&bank.ca.key.public(), &Order::ca(subject));
    let bag = vec![
        old_with_new,
        next.certificate.clone(),
        new_with_old,
        bank.ca.certificate.clone(),
    ];
    let usual = bank.but(move |visit| (visit.operation() == "cacerts").then(|| certificates(&bag)));
    let mut role = bank.role(usual);
    role.chain = vec![next.issue(&SoftKey::new(2).public(), &Order::server())];
    let peer = Peer::start(role);
    let trust = Trust::Fingerprint(bank.ca.certificate.sha256());
    let mut client = Diary::default().client(&peer.origin(), trust);
    came(client.enrol(&request()));
}
