//! Revoked certificates: which list counts.

use jiff::Timestamp;
use tokencert::certificate::RevocationList;
use tokencert::finding::{Reason, RuleId, Severity};

use crate::office::{CLERK, Office, With, in_days, report};

/// An authority's list, revoking `taro.pem` or nothing.
fn list(office: &Office, authority: &str, revoke: bool) -> RevocationList {
    let config = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\ncrlnumber=number\n\
                  default_crl_days=30\n";
    office.world.write("config", config);
    office.world.write("index", "");
    office.world.write("number", "01\n");
    let (key, certificate) = (format!("{authority}.key"), format!("{authority}.pem"));
    let ca = [
        "ca",
        "-config",
        "config",
        "-keyfile",
        &key,
        "-cert",
        &certificate,
    ];
    if revoke {
        let revoke = ["-revoke", "taro.pem", "-crl_reason", "keyCompromise"];
        office
            .world
            .openssl(&[&ca[..], &revoke].concat())
            .succeeds();
    }
    let make = ["-gencrl", "-out", "list.pem"];
    office.world.openssl(&[&ca[..], &make].concat()).succeeds();
    RevocationList::read("list.pem", office.world.read("list.pem").as_bytes()).unwrap()
}

#[test]
fn a_revoked_certificate_is_found_by_a_list_that_its_issuer_signed_and_by_no_other() {
    let office = Office::in_order();
    let tokens = office.look(true);
    let rule = RuleId::CertificateRevoked;
    let seen = |lists: Vec<RevocationList>, now: Timestamp| {
        let with = With {
            lists,
            now,
            ..With::default()
        };
        report(tokens.clone(), with)
    };
    let soon = in_days(1);
    let revoking = list(&office, "ca", true);
    let found = seen(vec![revoking.clone()], soon);
    found.breaks(rule, Severity::Critical, Some("taro"));
    assert!(found.one(rule).message.contains("keyCompromise"));
    let empty = list(&office, "ca", false);
    seen(vec![empty.clone()], soon).is_ok(rule);
    // What was revoked stays so, and what was not may have been since.
    seen(vec![revoking.clone()], in_days(40)).breaks(rule, Severity::Critical, Some("taro"));
    seen(vec![empty], in_days(40)).is_unchecked(rule, Reason::CrlOutdated);
    // The same name with another key proves nothing.
    office.authority("forger", "/CN=Office CA");
    let forged = list(&office, "forger", true);
    seen(vec![forged], soon).is_unchecked(rule, Reason::CrlUnverified);
    office.authority("stranger", "/CN=stranger");
    let foreign = list(&office, "stranger", true);
    seen(vec![foreign], soon).is_unchecked(rule, Reason::NoCrl);
}

#[test]
fn without_its_issuers_certificate_a_list_accuses_and_clears_nobody() {
    let office = Office::new();
    office.clerk("taro", "01", "/CN=taro", CLERK);
    let rule = RuleId::CertificateRevoked;
    let revoking = list(&office, "ca", true);
    let empty = list(&office, "ca", false);
    let seen = |list: RevocationList| {
        let lists = vec![list];
        office.report_with(With {
            lists,
            ..With::default()
        })
    };
    let found = seen(revoking);
    found.breaks(rule, Severity::Critical, Some("taro"));
    let open = found.0.not_checked.iter().filter(|one| one.rule == rule);
    let reasons: Vec<_> = open
        .filter(|one| one.token.label == "desk")
        .map(|one| one.reason)
        .collect();
    assert_eq!(reasons, [Reason::CrlUnverified]);
    seen(empty).is_unchecked(rule, Reason::CrlUnverified);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]

    /// Wherever a list is damaged, it is refused or read, and never believed to be its issuer's.
    #[test]
    fn a_damaged_list_is_refused_or_is_nobodys(at in 0_usize..400, bit in 0_u8..8) {
        let path = |name: &str| format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut der = std::fs::read(path("revocations.der")).unwrap();
        let root = std::fs::read(path("rsa-root.pem")).unwrap();
        let root = tokencert::certificate::read_certificates("root", &root).unwrap().remove(0);
        let at = at % der.len();
        der[at] ^= 1 << bit;
        if let Ok(list) = RevocationList::read("list", &der) {
            proptest::prop_assert!(!list.is_issued_by(&root));
        }
    }
}

#[test]
fn a_list_is_its_issuers_as_pem_and_as_der() {
    let path = |name: &str| format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let root = std::fs::read(path("rsa-root.pem")).unwrap();
    let root = tokencert::certificate::read_certificates("root", &root)
        .unwrap()
        .remove(0);
    for name in ["revocations.der", "revocations.pem"] {
        let list = std::fs::read(path(name)).unwrap();
        let list = RevocationList::read(name, &list).unwrap();
        assert!(list.is_issued_by(&root), "{name}");
    }
    for none in ["rsa-root.pem", "rsa-leaf.der", "request.der"] {
        let bytes = std::fs::read(path(none)).unwrap();
        RevocationList::read(none, &bytes).unwrap_err();
    }
}
