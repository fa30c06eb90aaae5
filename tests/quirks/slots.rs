//! Rules 1 and 2: which token is meant, whatever the slots look like.

use tokencert::Error;
use tokencert::import::Import;
use tokencert::pkcs11::{ExclusiveModule, Initialization, TokenAccess, initialize};
use tokencert::token::{Need, Slot, SlotState, TokenFlags, TokenSelector};

use crate::bad::{Bad, certify};
use crate::common::{SO_PIN, badtoken};

fn labels(slots: &[Slot]) -> Vec<&str> {
    let tokens = slots.iter().filter_map(Slot::token);
    let initialised = tokens.filter(|token| token.flags.has(TokenFlags::TOKEN_INITIALIZED));
    initialised
        .map(|token| token.identity.label.as_str())
        .collect()
}

#[test]
fn a_dozen_empty_slots_without_a_name_hide_no_token() {
    Bad::tell(|bad| {
        bad.control("empty-slots 12");
        let module = Bad::module();
        let slots = module.slots().unwrap();
        let empty = slots.iter().filter(|slot| slot.token == SlotState::Empty);
        assert_eq!(empty.filter(|slot| slot.description.is_empty()).count(), 12);
        assert_eq!(Bad::token(&module).identity().label, "desk");
    });
}

#[test]
fn a_token_that_was_seen_is_looked_for_in_its_slot_alone_and_elsewhere_if_it_is_gone() {
    Bad::tell(|bad| {
        bad.control("empty-slots 12\nsecond-token desk (Digital Signature Pin)");
        let module = Bad::module();
        let slots = module.slots().unwrap();
        let slot_of = |label: &str| {
            let is_it = |slot: &&Slot| slot.token().is_some_and(|it| it.identity.label == label);
            slots.iter().find(is_it).unwrap()
        };
        let (desk, other) = (slot_of("desk"), slot_of("desk (Digital Signature Pin)"));
        let open = |slot: u64| {
            bad.calls();
            let seen = TokenSelector::Seen(desk.token().unwrap().identity.clone(), slot);
            let token = module.open(&seen, Need::Read).unwrap();
            assert_eq!(token.identity().label, "desk");
            let calls = bad.calls();
            (calls.of("C_GetSlotInfo"), calls.of("C_GetTokenInfo"))
        };
        assert_eq!(open(desk.id), (1, 1));
        let (empty, gone) = (slots[0].id, 0x7777);
        for elsewhere in [other.id, empty, gone] {
            let (looks, _) = open(elsewhere);
            assert!(looks >= slots.len(), "{looks}");
        }
    });
}

#[test]
fn a_slot_that_fails_does_not_hide_the_others_and_is_named_when_none_will_do() {
    Bad::tell(|bad| {
        bad.control("failing-slot CKR_DEVICE_ERROR");
        let module = Bad::module();
        assert_eq!(Bad::token(&module).identity().label, "desk");
        assert!(matches!(
            module.slots().unwrap()[0].token,
            SlotState::Failed(_)
        ));
        let error = module
            .open(&"elsewhere".parse().unwrap(), Need::Read)
            .unwrap_err();
        assert_eq!(
            error.call().unwrap().to_string(),
            "C_GetTokenInfo returned CKR_DEVICE_ERROR"
        );
    });
}

#[test]
fn slots_are_looked_at_before_their_tokens() {
    Bad::tell(|bad| {
        bad.control("insist-on-slot-info");
        assert_eq!(labels(&Bad::module().slots().unwrap()), ["desk"]);
    });
}

#[test]
fn a_second_read_only_token_is_listed_and_passed_over_only_for_writing() {
    Bad::tell(|bad| {
        bad.control("second-token desk (Digital Signature Pin)");
        let module = Bad::module();
        let both = ["desk", "desk (Digital Signature Pin)"];
        assert_eq!(labels(&module.slots().unwrap()), both);
        assert_eq!(Bad::token(&module).identity().label, "desk");
        let error = module.open(&TokenSelector::Only, Need::Read).unwrap_err();
        assert!(matches!(error, Error::TokenAmbiguous { .. }), "{error}");
        let error = module
            .open(&both[1].parse().unwrap(), Need::Write)
            .unwrap_err();
        assert!(matches!(error, Error::TokenReadOnly { .. }), "{error}");
        module.open(&both[1].parse().unwrap(), Need::Read).unwrap();
    });
}

#[test]
fn a_serial_number_that_every_token_has_names_none() {
    Bad::tell(|bad| {
        bad.softhsm
            .init_token("other", "87654321", "123456")
            .unwrap();
        bad.control("token serial 123");
        let module = Bad::module();
        let open = |name: &str| module.open(&name.parse().unwrap(), Need::Read);
        assert!(matches!(open("123"), Err(Error::TokenAmbiguous { .. })));
        assert_eq!(open("other").unwrap().identity().label, "other");
        assert_eq!(open("desk").unwrap().identity().label, "desk");
    });
}

#[test]
fn a_clock_that_tells_no_time_stops_nothing() {
    Bad::tell(|bad| {
        bad.control("broken-clock");
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        assert_eq!(token.contents().unwrap().private_keys().count(), 1);
    });
}

#[test]
fn names_padded_with_nuls_or_made_of_no_text_are_still_names() {
    Bad::tell(|bad| {
        bad.control("nul-padding\ntoken manufacturer Linux\ntoken label hex:6465736bff");
        let module = Bad::module();
        let identity = Bad::token(&module).identity().clone();
        assert_eq!(identity.manufacturer, "Linux");
        assert_eq!(identity.label, "desk\u{fffd}");
        assert_eq!(identity.serial, bad.serial);
        let again = TokenSelector::Identity(identity);
        module.open(&again, Need::Read).unwrap();
    });
}

#[test]
fn the_trust_anchors_of_the_system_are_no_tokens() {
    Bad::tell(|bad| {
        bad.control("token manufacturer PKCS#11 Kit\ntoken model p11-kit-trust");
        assert_eq!(labels(&Bad::module().slots().unwrap()), [""; 0]);
    });
}

#[test]
fn a_token_that_was_swapped_is_not_deleted_from() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        bad.request(&token, "ec:p256");
        let contents = token.contents().unwrap();
        let key = contents.private_keys().next().unwrap();
        bad.calls();
        // All four make the token: a serial number can be "123" on each of them.
        for other in [
            "serial 0123456789abcdef",
            "label other",
            "model M",
            "manufacturer N",
        ] {
            bad.control(&format!("token {other}"));
            let error = token.delete_key(key).unwrap_err();
            assert!(matches!(error, Error::TokenChanged { .. }), "{error}");
        }
        assert_eq!(bad.calls().of("C_DestroyObject"), 0);
    });
}

#[test]
fn a_store_of_trust_anchors_that_was_named_is_shown() {
    Bad::tell(|bad| {
        bad.control("token manufacturer PKCS#11 Kit\ntoken model p11-kit-trust");
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("p11-kit-trust.so");
        std::fs::copy(badtoken(), &named).unwrap();
        let module = ExclusiveModule::open(&named, None).unwrap();
        assert_eq!(labels(&module.slots().unwrap()), ["desk"]);
    });
}

#[test]
fn a_token_that_was_swapped_loses_no_certificate_and_is_not_initialised() {
    Bad::tell(|bad| {
        let module = Bad::module();
        let token = Bad::logged_in(&module);
        let made = bad.request(&token, "ec:p256");
        let chain = certify(&made.csr, "CN=Hanako");
        let now = chain[0].not_before();
        Import::default().run(&token, &chain, now).unwrap();
        let contents = token.contents().unwrap();
        let slots = module.slots().unwrap();
        let seen = slots
            .iter()
            .find(|slot| labels(std::slice::from_ref(slot)) == ["desk"]);
        bad.control("token serial 0123456789abcdef");
        bad.calls();
        for certificate in contents.all_certificates() {
            let error = token.delete_certificate(certificate).unwrap_err();
            assert!(matches!(error, Error::TokenChanged { .. }), "{error}");
        }
        drop(token);
        let mut plan = Initialization::new("new");
        plan.confirmed_serial = Some(bad.serial.clone());
        plan.destroy_objects = true;
        let so_pin = &mut tokencert::Pin::new(SO_PIN.to_owned());
        let error = initialize(&module, seen.unwrap(), &plan, so_pin).unwrap_err();
        assert!(matches!(error, Error::TokenChanged { .. }), "{error}");
        let calls = bad.calls();
        let destroyed = calls.of("C_DestroyObject") + calls.of("C_InitToken");
        assert_eq!(destroyed, 0, "{calls}");
    });
}
