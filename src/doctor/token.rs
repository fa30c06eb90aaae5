//! A token: its state, its PINs by what the flags say, and what it can do.

use super::mechanism::{RSA_PKCS, SHA256_RSA_PKCS};
use super::{Check, Content, Id, Mechanisms, Seen};
use crate::key::KeyAlgorithm;
use crate::profile::{Destination, Profile};
use crate::token::{PinKind, PinState, TokenFlags, TokenIdentity, TokenInfo};

/// A key pair with its certificate and the chain, in bytes, on the tokens that tell.
const ROOM: u64 = 4096;

/// What authorities take today.
const SHORTEST_RSA: u64 = 2048;

/// Parts of the names of makers and models whose tokens leave the factory with a PIN that is printed
/// in a manual. None of them is ever tried: a wrong try would be counted.
const FACTORY_PIN: &[&str] = &[
    "safenet",
    "gemalto",
    "etoken",
    "yubico",
    "cardcontact",
    "nitrokey",
    "openpgp",
    "zeitcontrol",
    "feitian",
];

pub(super) fn examine(
    info: &TokenInfo,
    mechanisms: Result<&Mechanisms, &String>,
    seen: &Seen,
) -> Vec<Check> {
    let profile = seen.profile.profile();
    let mut ids = Vec::new();
    if info.flags.has(TokenFlags::ERROR_STATE) {
        ids.push(Check::new(Id::TokenErrorState));
    }
    if info.flags.has(TokenFlags::TOKEN_INITIALIZED) {
        ids.extend(state(info));
        ids.extend(kind(info, profile));
        match mechanisms {
            Ok(mechanisms) => ids.extend(abilities(mechanisms, profile)),
            Err(reason) => ids.push(Check::new(Id::MechanismsUnknown).with("reason", reason)),
        }
    } else {
        ids.push(Check::new(Id::TokenUninitialized));
    }
    if ids
        .iter()
        .all(|check| super::job::blocks(check.id).is_empty())
    {
        ids.insert(0, Check::new(Id::TokenReady));
    }
    ids
}

/// What the flags say.
fn state(info: &TokenInfo) -> Vec<Check> {
    let flags = info.flags;
    let mut ids = Vec::new();
    if flags.has(TokenFlags::WRITE_PROTECTED) {
        ids.push(Id::TokenReadOnly);
    }
    let login = flags.has(TokenFlags::LOGIN_REQUIRED);
    match flags.pin_state(PinKind::User) {
        _ if !login => ids.push(Id::TokenWithoutLogin),
        PinState::Locked => ids.push(Id::TokenPinLocked),
        // Before it is set there is nothing to try.
        _ if !flags.has(TokenFlags::USER_PIN_INITIALIZED) => ids.push(Id::TokenPinUnset),
        PinState::FinalTry => ids.push(Id::TokenPinFinalTry),
        PinState::CountLow => ids.push(Id::TokenPinLow),
        PinState::Unknown => {}
    }
    if login && flags.pin_to_be_changed(PinKind::User) {
        ids.push(Id::TokenPinToBeChanged);
    }
    match flags.pin_state(PinKind::So) {
        PinState::Locked => ids.push(Id::TokenSoPinLocked),
        PinState::FinalTry => ids.push(Id::TokenSoPinFinalTry),
        PinState::CountLow => ids.push(Id::TokenSoPinLow),
        PinState::Unknown => {}
    }
    if flags.pin_to_be_changed(PinKind::So) {
        ids.push(Id::TokenSoPinToBeChanged);
    }
    if flags.has(TokenFlags::PROTECTED_AUTHENTICATION_PATH) {
        ids.push(Id::TokenKeypad);
    }
    let mut checks: Vec<Check> = ids.into_iter().map(Check::new).collect();
    if let Some(free) = info.free_memory.filter(|free| *free < ROOM) {
        checks.push(Check::new(Id::TokenFull).with("free", free));
    }
    checks
}

/// What kind of token it is, and what it is called.
fn kind(info: &TokenInfo, profile: Option<&Profile>) -> Vec<Check> {
    let TokenIdentity {
        label,
        serial,
        manufacturer,
        model,
    } = &info.identity;
    let mut ids = Vec::new();
    if info.software {
        let usb = profile.is_some_and(|profile| profile.destination == Some(Destination::Usb));
        ids.push(if usb {
            Id::TokenSoftwareRefused
        } else {
            Id::TokenSoftware
        });
    } else {
        let name = format!("{manufacturer} {model}").to_lowercase();
        if FACTORY_PIN.iter().any(|part| name.contains(part)) {
            ids.push(Id::TokenFactoryPin);
        }
    }
    if label.is_empty() && serial.trim_matches('0').is_empty() {
        ids.push(Id::TokenUnnamed);
    }
    ids.into_iter().map(Check::new).collect()
}

fn abilities(mechanisms: &Mechanisms, profile: Option<&Profile>) -> Vec<Check> {
    let (rsa, ec) = (mechanisms.rsa_keys(), mechanisms.ec_keys());
    let any = rsa || ec || mechanisms.edwards_keys();
    let longest = mechanisms.rsa_bits.map(|(_, longest)| longest);
    // Nothing, as an upper limit, means that the module does not know.
    let short = longest.filter(|longest| rsa && (1..SHORTEST_RSA).contains(longest));
    let signs_rsa = mechanisms.any(&[RSA_PKCS, SHA256_RSA_PKCS]);
    let cases = [
        (!any, Id::TokenNoKeys),
        (!mechanisms.signs(), Id::TokenNoSignatures),
        (any && !rsa, Id::TokenNoRsa),
        (any && !ec, Id::TokenNoEc),
        (rsa && signs_rsa && !mechanisms.pss(), Id::TokenNoPss),
        (
            rsa && signs_rsa && !mechanisms.any(&[SHA256_RSA_PKCS]),
            Id::TokenNoCombined,
        ),
    ];
    let mut checks: Vec<Check> = cases
        .into_iter()
        .filter(|(applies, _)| *applies)
        .map(|(_, id)| Check::new(id))
        .collect();
    if let Some(longest) = short {
        checks.push(Check::new(Id::TokenShortRsa).with("bits", longest));
    }
    if let Some(profile) = profile.filter(|_| any) {
        if !makes(mechanisms, profile.key) {
            checks.push(Check::new(Id::TokenProfileKey).with("key", profile.key));
        } else if profile.pss && !mechanisms.pss() {
            checks.push(Check::new(Id::TokenProfilePss));
        }
    }
    checks
}

/// True unless the token says that it cannot make such a key.
fn makes(mechanisms: &Mechanisms, key: KeyAlgorithm) -> bool {
    let (listed, range) = match key {
        KeyAlgorithm::Rsa(_) => (mechanisms.rsa_keys(), mechanisms.rsa_bits),
        KeyAlgorithm::Ec(_) => (mechanisms.ec_keys(), mechanisms.ec_bits),
        KeyAlgorithm::Ed25519 => (mechanisms.edwards_keys(), None),
    };
    let bits = u64::from(key.bits());
    let fits = range.is_none_or(|(least, most)| most == 0 || (least..=most).contains(&bits));
    listed && fits
}

/// What tokens are to each other: of one label, or one token that several modules show.
pub(super) fn among_each_other(seen: &Seen) -> Vec<Check> {
    let mut known: Vec<&TokenIdentity> = Vec::new();
    let mut checks = Vec::new();
    for module in &seen.modules {
        for slot in &module.slots {
            let Content::Token { info, .. } = &slot.content else {
                continue;
            };
            // Blank tokens are often equal in everything.
            if !info.flags.has(TokenFlags::TOKEN_INITIALIZED) {
                continue;
            }
            let own = &info.identity;
            let id = if known.contains(&own) {
                Some(Id::TokenTwice)
            } else {
                let same = known.iter().any(|other| other.label == own.label);
                same.then_some(Id::TokenAmbiguous)
            };
            known.push(own);
            checks.extend(id.map(|id| {
                Check {
                    module: Some(module.path.clone()),
                    slot: Some(slot.id),
                    token: Some(own.clone()),
                    ..Check::new(id)
                        .with("token", own)
                        .with("module", module.path.display())
                }
            }));
        }
    }
    checks
}
