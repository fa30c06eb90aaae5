//! What a user or a file names a token or an object by.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokencert::key::KeyId;
use tokencert::token::{
    ObjectSelector, Pkcs11Uri, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo, TokenSelector,
};
use tokencert_fuzz::{fails_safely, prints_safely};

fuzz_target!(|text: &str| {
    match text.parse::<Pkcs11Uri>() {
        Ok(uri) => is_sound(&uri),
        Err(error) => fails_safely(&error),
    }
    match text.parse::<TokenSelector>() {
        Ok(selector) => prints_safely(selector),
        Err(error) => fails_safely(&error),
    }
    match text.parse::<ObjectSelector>() {
        Ok(selector) => {
            prints_safely(&selector);
            let id = KeyId::from_bytes(text.as_bytes());
            let _ = selector.matches(id.as_ref(), Some(text));
        }
        Err(error) => fails_safely(&error),
    }
});

fn is_sound(uri: &Pkcs11Uri) {
    let printed = uri.to_string();
    assert!(printed.bytes().all(|byte| byte.is_ascii_graphic()));
    let again: Pkcs11Uri = printed.parse().unwrap();
    assert_eq!(again.to_string(), printed);
    assert!(!again.has_pin_value());
    assert!(uri.has_pin_value() || again == *uri);
    let token = TokenInfo::new(
        TokenIdentity {
            label: uri.token.clone().unwrap_or_default(),
            serial: uri.serial.clone().unwrap_or_default(),
            manufacturer: uri.manufacturer.clone().unwrap_or_default(),
            model: uri.model.clone().unwrap_or_default(),
        },
        TokenFlags::TOKEN_INITIALIZED,
    );
    let slot = Slot::new(
        uri.slot_id.unwrap_or_default(),
        uri.slot_description.clone().unwrap_or_default(),
        SlotState::Token(token.clone()),
    );
    assert_eq!(
        uri.matches_token(&slot, &token),
        again.matches_token(&slot, &token)
    );
    assert!(Pkcs11Uri::of_token(&token.identity).matches_token(&slot, &token));
    let id = uri.id.as_deref().and_then(KeyId::from_bytes);
    assert_eq!(
        uri.matches_object(id.as_ref(), uri.object.as_deref()),
        again.matches_object(id.as_ref(), uri.object.as_deref())
    );
}
