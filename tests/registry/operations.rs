//! What goes in comes out: every operation.

use tokencert::Error;
use tokencert::registry::{
    CertificateRecord, Location, PermitReason, PermitState, Registry, RenewalRecord, Revocation,
    RevocationReason, SecondFactor, Suspension,
};

use crate::records::{
    certificate, code, contract, event, holder, holder_id, notice, permit, time, with_contract,
};

pub(crate) fn contracts_and_holders_come_out_as_they_went_in_and_in_order(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let mut full = holder("B/jiro");
    full.name = Some("山田 二郎".to_owned());
    full.email = Some("jiro@example.jp".to_owned());
    full.second_factor = SecondFactor::OneTimeCode;
    full.code_secret = Some("AAECAw==".to_owned());
    full.code_step = Some(59_000_000);
    full.tries = 3;
    full.locked = true;
    full.first_pins = false;
    full.suspended = Some(Suspension::Lost);
    let added = registry.transaction(|transaction| {
        for id in ["b", "B", "a"] {
            transaction.add_contract(&contract(id))?;
        }
        transaction.add_holder(&full)?;
        for id in ["b", "B/Jiro", "B", "a/x"] {
            transaction.add_holder(&holder(id))?;
        }
        Ok(())
    });
    added.unwrap();
    let read = registry.read(|transaction| {
        assert_eq!(transaction.contract("B")?, Some(contract("B")));
        assert_eq!(transaction.contract("x")?, None);
        let ids: Vec<String> = transaction
            .contracts()?
            .into_iter()
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, ["B", "a", "b"], "by bytes on every database");
        assert_eq!(transaction.holder(&full.id)?, Some(full.clone()));
        assert_eq!(transaction.holder(&holder_id("B"))?, Some(holder("B")));
        assert_eq!(transaction.holder(&holder_id("B/x"))?, None);
        let of_b = transaction.holders(Some("B"))?.into_iter();
        let of_b: Vec<String> = of_b.map(|it| it.id.to_string()).collect();
        assert_eq!(of_b, ["B", "B/Jiro", "B/jiro"]);
        assert_eq!(transaction.holders(None)?.len(), 5);
        Ok(())
    });
    read.unwrap();
    let changed = registry.transaction(|transaction| {
        transaction.change_holder(&holder("B/jiro"))?;
        transaction.holder(&full.id)
    });
    assert_eq!(changed.unwrap(), Some(holder("B/jiro")));
}

pub(crate) fn permits_come_newest_first_and_only_one_of_a_holder_is_in_use(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let first = permit("01", "C");
    let mut second = permit("00", "C");
    second.reason = PermitReason::Reissue;
    second.issue_count = 2;
    second.opened = time(0);
    let at_once = registry.transaction(|transaction| {
        transaction.add_permit(&first)?;
        transaction.add_permit(&second)
    });
    assert!(
        matches!(at_once, Err(Error::RegistryConflict { .. })),
        "{at_once:?}"
    );
    let mut bound = first.clone();
    bound.state = PermitState::Bound;
    bound.key = Some("ab".repeat(32));
    bound.code_step = Some(7);
    let mut closed = bound.clone();
    closed.state = PermitState::Closed;
    let read = registry.transaction(|transaction| {
        transaction.add_permit(&first)?;
        transaction.change_permit(&bound)?;
        assert_eq!(transaction.permits(&first.holder)?, [bound.clone()]);
        transaction.change_permit(&closed)?;
        transaction.add_permit(&second)?;
        transaction.permits(&first.holder)
    });
    assert_eq!(read.unwrap(), [second, closed]);
}

pub(crate) fn a_permit_has_one_code_and_it_is_known_by_its_digest_alone(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    with_contract(&registry, "D");
    let done = registry.transaction(|transaction| {
        transaction.add_permit(&permit("p", "C"))?;
        transaction.add_permit(&permit("q", "D"))?;
        assert_eq!(transaction.code_of("p")?, None);
        transaction.put_code(&code("p", "aa"))?;
        transaction.put_code(&code("p", "bb"))?;
        assert_eq!(transaction.code_of("p")?, Some(code("p", "bb")));
        let mut used = code("p", "bb");
        used.used = Some(("key".to_owned(), time(7)));
        transaction.change_code(&used)?;
        assert_eq!(transaction.code_of("p")?, Some(used.clone()));
        let taken = transaction.put_code(&code("q", "bb"));
        assert!(
            matches!(taken, Err(Error::RegistryConflict { .. })),
            "{taken:?}"
        );
        let absent = transaction.change_code(&code("q", "cc"));
        assert!(
            matches!(absent, Err(Error::RegistryAbsent { .. })),
            "{absent:?}"
        );
        transaction.put_code(&code("q", "cc"))?;
        assert_eq!(transaction.end_codes()?, 1, "the used one stays on record");
        assert_eq!(transaction.code_of("q")?, None);
        assert_eq!(transaction.code_of("p")?, Some(used));
        Ok(())
    });
    done.unwrap();
    let orphan = registry.transaction(|transaction| transaction.put_code(&code("x", "dd")));
    assert!(
        matches!(orphan, Err(Error::RegistryAbsent { .. })),
        "{orphan:?}"
    );
}

pub(crate) fn certificates_are_found_by_all_that_they_are_looked_for(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let mut first = certificate("0a", "C");
    first.permit = Some("p".to_owned());
    let mut second = certificate("09", "C");
    second.renews = Some("0a".to_owned());
    second.permit.clone_from(&first.permit);
    second.not_after = time(200);
    second.key.clone_from(&first.key);
    let mut signed = certificate("ff", "CN of a request");
    signed.by_operator = true;
    let revocation = |at, reason| {
        Some(Revocation {
            at: time(at),
            reason,
        })
    };
    let done = registry.transaction(|transaction| {
        transaction.add_permit(&permit("p", "C"))?;
        transaction.add_certificate(&first)?;
        transaction.add_certificate(&second)?;
        transaction.add_certificate(&signed)?;
        assert_eq!(transaction.certificate("0a")?, Some(first.clone()));
        assert_eq!(transaction.certificate("0b")?, None);
        let both = [second.clone(), first.clone()];
        assert_eq!(transaction.certificates_of("C")?, both);
        assert_eq!(transaction.certificates_of_key(&first.key)?, both);
        assert_eq!(transaction.successor("0a")?, Some(second.clone()));
        assert_eq!(transaction.successor("09")?, None);
        let from = time(100).as_second();
        assert_eq!(
            transaction.expiring(from, from)?,
            [first.clone(), signed.clone()]
        );
        assert_eq!(
            transaction.expiring(from + 1, from + 100)?,
            [second.clone()]
        );
        assert_eq!(transaction.revoked()?, []);
        first.revoked = revocation(5, RevocationReason::Compromised);
        first.logged_in = Some(time(4));
        second.revoked = revocation(6, RevocationReason::Lost);
        transaction.change_certificate(&first)?;
        transaction.change_certificate(&second)?;
        assert_eq!(transaction.revoked()?, [second.clone(), first.clone()]);
        let of = |certificate: &CertificateRecord, is_barred| {
            let holder = ("C".parse().unwrap(), None);
            RenewalRecord {
                certificate: certificate.clone(),
                holder: certificate.permit.is_some().then_some(holder),
                is_barred,
            }
        };
        let around = transaction.around_renewal("0a", &first.key)?;
        assert_eq!(around, [of(&second, false), of(&first, false)]);
        let signed_alone = transaction.around_renewal("ff", "another")?;
        assert_eq!(signed_alone, [of(&signed, false)]);
        assert!(!transaction.is_barred(&first.key)?);
        transaction.bar_key(&first.key)?;
        transaction.bar_key(&first.key)?;
        assert!(transaction.is_barred(&first.key)?);
        let around = transaction.around_renewal("0a", &first.key)?;
        assert_eq!(around, [of(&second, true), of(&first, true)]);
        Ok(())
    });
    done.unwrap();
}

pub(crate) fn the_log_the_notices_and_the_values_are_kept(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let (one, two) = (event("C/taro", "{}"), event("C", "{\"issue_count\":2}"));
    let done = registry.transaction(|transaction| {
        transaction.log(&one)?;
        transaction.log(&two)?;
        transaction.log(&one)?;
        assert_eq!(transaction.events(None, 2)?, [one.clone(), two.clone()]);
        assert_eq!(
            transaction.events(Some("C"), 10)?,
            std::slice::from_ref(&two)
        );
        transaction.add_certificate(&certificate("0a", "C"))?;
        assert_eq!(transaction.notice("0a", 30)?, None);
        transaction.add_notice(&notice("0a"))?;
        let mut sent = notice("0a");
        sent.sent = Some(time(9));
        transaction.change_notice(&sent)?;
        assert_eq!(transaction.notice("0a", 30)?, Some(sent));
        assert_eq!(transaction.notice("0a", 10)?, None);
        assert_eq!(transaction.value("crl-number")?, None);
        transaction.set_value("crl-number", "1")?;
        transaction.set_value("crl-number", "2")?;
        assert_eq!(transaction.value("crl-number")?.as_deref(), Some("2"));
        Ok(())
    });
    done.unwrap();
}

pub(crate) fn a_key_that_is_taken_is_a_conflict_and_the_transaction_goes_on(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let done = registry.transaction(|transaction| {
        transaction.add_permit(&permit("p", "C"))?;
        transaction.add_certificate(&certificate("0a", "C"))?;
        transaction.add_notice(&notice("0a"))?;
        let taken = [
            transaction.add_contract(&contract("C")),
            transaction.add_holder(&holder("C")),
            transaction.add_permit(&permit("p", "C")),
            transaction.add_certificate(&certificate("0a", "somebody else")),
            transaction.add_notice(&notice("0a")),
        ];
        for outcome in taken {
            assert!(
                matches!(outcome, Err(Error::RegistryConflict { .. })),
                "{outcome:?}"
            );
        }
        transaction.set_value("still", "usable")
    });
    done.unwrap();
    let kept = registry.read(|transaction| transaction.value("still"));
    assert_eq!(kept.unwrap().as_deref(), Some("usable"));
}

pub(crate) fn what_is_not_there_is_not_changed_and_nothing_belongs_to_it(place: &Location) {
    let registry = Registry::open(place).unwrap();
    with_contract(&registry, "C");
    let done = registry.transaction(|transaction| {
        let absent = [
            transaction.change_holder(&holder("C/x")),
            transaction.change_permit(&permit("p", "C")),
            transaction.change_certificate(&certificate("0a", "C")),
            transaction.change_notice(&notice("0a")),
        ];
        for outcome in absent {
            assert!(
                matches!(outcome, Err(Error::RegistryAbsent { .. })),
                "{outcome:?}"
            );
        }
        Ok(())
    });
    done.unwrap();
    let orphan = registry.transaction(|transaction| transaction.add_holder(&holder("D/x")));
    assert!(
        matches!(orphan, Err(Error::RegistryAbsent { .. })),
        "{orphan:?}"
    );
    let orphan = registry.transaction(|transaction| transaction.add_permit(&permit("p", "C/x")));
    assert!(
        matches!(orphan, Err(Error::RegistryAbsent { .. })),
        "{orphan:?}"
    );
}

pub(crate) fn sql_and_control_characters_are_stored_as_data(place: &Location) {
    let registry = Registry::open(place).unwrap();
    let nasty = "x'); DROP TABLE event; --\"$1\u{1}\u{7f}\r\n\t\\%_\u{202e}ﾀﾛｳ🔑";
    let mut strange = holder("C");
    strange.id.user = Some(nasty.to_owned());
    strange.name = Some(nasty.to_owned());
    let done = registry.transaction(|transaction| {
        transaction.add_contract(&contract("C"))?;
        transaction.add_holder(&strange)?;
        transaction.log(&event(nasty, nasty))?;
        transaction.set_value(nasty, nasty)
    });
    done.unwrap();
    let read = registry.read(|transaction| {
        assert_eq!(transaction.holder(&strange.id)?, Some(strange.clone()));
        assert_eq!(transaction.events(Some(nasty), 9)?, [event(nasty, nasty)]);
        assert_eq!(transaction.value(nasty)?.as_deref(), Some(nasty));
        Ok(())
    });
    read.unwrap();
    let nul = registry.transaction(|transaction| transaction.set_value("a\0b", "c"));
    assert!(
        nul.unwrap_err().to_string().contains("NUL"),
        "no database says otherwise"
    );
}
