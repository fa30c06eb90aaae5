//! PINs of accounts: Argon2id hashes in PHC form (RFC 9106), and random first ones.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Random;
use super::settings::PinPolicy;
use crate::error::{Error, Result};

const SALT_BYTES: usize = 16;

/// The longest PIN that is looked at, in bytes; a longer one is wrong.
const MAXIMUM_BYTES: usize = 128;

/// The hash of a PIN under the policy, with a salt of its own.
pub(super) fn hash(pin: &SecretString, policy: &PinPolicy, random: Random<'_>) -> Result<String> {
    let mut salt = [0; SALT_BYTES];
    random(&mut salt)?;
    let hash = hasher(policy)?
        .hash_password_with_salt(pin.expose_secret().as_bytes(), &salt)
        .map_err(|error| unusable(&error))?;
    Ok(hash.to_string())
}

/// True if `hash` is that of `pin`. It takes as long if it is not.
pub(super) fn matches(pin: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    let too_long = pin.len() > MAXIMUM_BYTES;
    let pin = if too_long { "" } else { pin };
    let right = Argon2::default()
        .verify_password(pin.as_bytes(), &hash)
        .is_ok();
    right && !too_long
}

/// A hash that no PIN has: it is compared with where there is no holder, and takes as long.
pub(super) fn nobodys(policy: &PinPolicy) -> String {
    format!(
        "$argon2id$v=19$m={},t={},p=1${}${}",
        policy.memory_kib,
        policy.passes,
        "A".repeat(22),
        "A".repeat(43)
    )
}

/// A random PIN of so many digits as the policy says.
pub(super) fn random_pin(policy: &PinPolicy, random: Random<'_>) -> Result<SecretString> {
    let mut pin = Zeroizing::new(String::new());
    let mut byte = Zeroizing::new([0]);
    while pin.len() < usize::from(policy.digits) {
        random(byte.as_mut())?;
        // Of 256 values 250 are a multiple of ten: the rest would favour the first digits.
        let digit = byte.first().copied().filter(|byte| *byte < 250);
        pin.extend(digit.and_then(|byte| char::from_digit(u32::from(byte) % 10, 10)));
    }
    Ok(SecretString::from(pin.as_str()))
}

/// Refuses PINs that are too short, or that HTTP Basic could not carry: the last colon of
/// `PIN:SECOND` ends the PIN.
pub(super) fn check(
    pin: &SecretString,
    confirmation: &SecretString,
    policy: &PinPolicy,
) -> Result<()> {
    let refuse = |rule: &str| {
        Err(Error::RuleBroken {
            rule: rule.to_owned(),
        })
    };
    let (pin, confirmation) = (pin.expose_secret(), confirmation.expose_secret());
    let lengths = usize::from(policy.minimum_length)..=MAXIMUM_BYTES;
    for one in [pin, confirmation] {
        if !lengths.contains(&one.len()) {
            let rule = format!(
                "a PIN has {} to {MAXIMUM_BYTES} characters",
                policy.minimum_length
            );
            return refuse(&rule);
        }
        if !one
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':')
        {
            return refuse("a PIN has letters, digits and signs of ASCII, and no colon");
        }
    }
    if pin == confirmation {
        return refuse("PIN and confirmation PIN are not the same");
    }
    Ok(())
}

fn hasher(policy: &PinPolicy) -> Result<Argon2<'static>> {
    let parameters =
        Params::new(policy.memory_kib, policy.passes, 1, None).map_err(|error| unusable(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

fn unusable(error: &dyn std::fmt::Display) -> Error {
    Error::ConfigInvalid {
        path: "ca.toml".to_owned(),
        reason: format!("policy.pins: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> PinPolicy {
        PinPolicy {
            memory_kib: 32,
            passes: 1,
            ..PinPolicy::default()
        }
    }

    fn counting() -> impl FnMut(&mut [u8]) -> Result<()> {
        let mut next = 0u8;
        move |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_add(83);
                *byte = next;
            }
            Ok(())
        }
    }

    #[test]
    fn only_the_pin_itself_matches_its_hash_and_two_hashes_of_it_differ() {
        let mut random = counting();
        let pin = SecretString::from("4711-日本");
        let [one, two] = [0, 1].map(|_| hash(&pin, &quick(), &mut random).unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=32,t=1,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(matches("4711-日本", &one) && matches("4711-日本", &two));
        assert!(!matches("4711", &one) && !matches("", &one) && !matches(&"x".repeat(200), &one));
    }

    #[test]
    fn nobodys_hash_is_a_hash_that_nothing_matches() {
        let hash = nobodys(&quick());
        assert!(PasswordHash::new(&hash).is_ok(), "{hash}");
        assert!(!matches("", &hash) && !matches("0000", &hash));
    }

    #[test]
    fn random_pins_have_the_digits_of_the_policy_and_differ() {
        let mut random = counting();
        let [one, two] = [0, 1].map(|_| random_pin(&quick(), &mut random).unwrap());
        for pin in [&one, &two] {
            let pin = pin.expose_secret();
            assert_eq!(pin.len(), usize::from(quick().digits));
            assert!(pin.bytes().all(|byte| byte.is_ascii_digit()), "{pin}");
        }
        assert_ne!(one.expose_secret(), two.expose_secret());
    }

    #[test]
    fn a_pin_that_is_short_or_has_a_colon_or_is_its_own_confirmation_is_refused() {
        let verdict =
            |pin: &str, confirmation: &str| check(&pin.into(), &confirmation.into(), &quick());
        assert!(verdict("abcd-1234", "12345678").is_ok());
        for (pin, confirmation) in [
            ("123", "12345678"),
            ("12345678", "1234:5678"),
            ("1234 5678", "12345678"),
            ("12345678", "12345678"),
        ] {
            assert!(verdict(pin, confirmation).is_err(), "{pin} {confirmation}");
        }
    }
}
