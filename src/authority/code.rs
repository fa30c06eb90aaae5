//! Enrolment codes: what a registration authority gives out so that a certificate can be acquired
//! once, without anybody's PIN.
//!
//! A code is 128 random bits in Crockford's alphabet, with 12 bits of a digest behind them, so that
//! a slip of the pen is noticed before it costs a try: `7QZ3-0F4K-…`, seven groups of four. It has
//! no colon, and in HTTP Basic it stands alone where `PIN:SECOND` has one, so that neither can be
//! taken for the other.

use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::certificate::hexadecimal;
use crate::error::{Error, Result};

/// The random bytes of a code.
const RANDOM_BYTES: usize = 16;

/// The characters of a code, and of one group.
const CHARACTERS: usize = 28;
const GROUP: usize = 4;

/// Crockford's Base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The longest text that is looked at: a code with blanks and dashes wherever somebody put them.
const MAXIMUM_TEXT: usize = 128;

/// An enrolment code. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(Zeroizing<[u8; RANDOM_BYTES]>);

impl EnrolmentCode {
    /// A new code.
    pub fn random(random: &mut dyn FnMut(&mut [u8]) -> Result<()>) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; RANDOM_BYTES]);
        random(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// The code as it is written, and as it is sent.
    #[must_use]
    pub fn expose(&self) -> SecretString {
        SecretString::from(self.text().as_str())
    }

    /// What a registry keeps in its place: SHA-256 of its text, in hexadecimal. So many random bits
    /// need no slower hash.
    #[must_use]
    pub fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(self.text().as_bytes()))
    }

    fn text(&self) -> Zeroizing<String> {
        let bits = self.bits();
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
        for place in 0..CHARACTERS {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            let shift = 5 * (CHARACTERS - 1 - place);
            let value = wide(&bits, shift);
            text.extend(ALPHABET.get(value).map(|byte| char::from(*byte)));
        }
        text
    }

    /// The random bits, and those that check them, as one number of 140 bits: high, low.
    fn bits(&self) -> Zeroizing<[u128; 2]> {
        let random = u128::from_be_bytes(*self.0);
        let check = u128::from(check(&self.0));
        Zeroizing::new([random >> 116, random << 12 | check])
    }
}

/// Five bits of a number of 140, counted from its end.
fn wide(bits: &[u128; 2], shift: usize) -> usize {
    let [high, low] = *bits;
    let window = match shift {
        0..128 if shift + 5 <= 128 => low >> shift,
        0..128 => low >> shift | high << (128 - shift),
        _ => high >> (shift - 128),
    };
    usize::try_from(window & 31).unwrap_or_default()
}

/// The first 12 bits of the digest.
fn check(bytes: &[u8; RANDOM_BYTES]) -> u16 {
    let digest = Sha256::digest(bytes);
    match digest.as_slice() {
        [first, second, ..] => u16::from_be_bytes([*first, *second]) >> 4,
        _ => 0,
    }
}

/// Case, blanks and dashes do not matter, and what looks like a 0 or a 1 is one.
impl FromStr for EnrolmentCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::EnrolmentCodeInvalid {};
        if text.len() > MAXIMUM_TEXT {
            return Err(wrong());
        }
        let (mut bits, mut count) = (Zeroizing::new([0u128; 2]), 0);
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
            let value = value_of(c).ok_or_else(wrong)?;
            let [high, low] = *bits;
            *bits = [high << 5 | low >> 123, low << 5 | value];
            count += 1;
        }
        let [high, low] = *bits;
        if count != CHARACTERS || high >> 12 != 0 {
            return Err(wrong());
        }
        let random = Zeroizing::new((high << 116 | low >> 12).to_be_bytes());
        if u128::from(check(&random)) != low & 0xfff {
            return Err(wrong());
        }
        Ok(Self(random))
    }
}

fn value_of(c: char) -> Option<u128> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == c)?;
    u128::try_from(place).ok()
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn code(bytes: [u8; RANDOM_BYTES]) -> EnrolmentCode {
        EnrolmentCode(Zeroizing::new(bytes))
    }

    proptest! {
        #[test]
        fn a_code_is_read_as_it_was_written_however_it_is_copied(bytes: [u8; RANDOM_BYTES]) {
            let written = code(bytes);
            let text = written.expose().expose_secret().to_owned();
            prop_assert_eq!(text.len(), 34);
            for copied in [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', ""),
                text.replace('-', " "),
                text.replace('0', "O").replace('1', "l"),
            ] {
                prop_assert_eq!(copied.parse::<EnrolmentCode>().unwrap(), written.clone());
            }
        }

        #[test]
        fn nothing_makes_the_reader_panic(text in "\\PC*") {
            let _ = text.parse::<EnrolmentCode>();
        }
    }

    #[test]
    fn of_all_slips_in_one_character_nearly_none_is_taken_for_a_code() {
        let text = code(*b"0123456789abcdef").text();
        let mut taken = 0;
        for (place, present) in text.char_indices().filter(|(_, c)| *c != '-') {
            for other in ALPHABET.iter().map(|byte| char::from(*byte)) {
                let mut slip = text.to_string();
                slip.replace_range(place..=place, &other.to_string());
                taken += usize::from(other != present && slip.parse::<EnrolmentCode>().is_ok());
            }
        }
        assert!(taken <= 3, "{taken} of {}", 28 * 31);
    }

    #[test]
    fn what_is_kept_is_the_digest_of_the_text_and_nothing_shows_the_code() {
        let code = code([0; RANDOM_BYTES]);
        let text = code.text();
        assert!(
            text.starts_with("0000-0000-0000-0000-0000-0000-"),
            "{}",
            *text
        );
        assert_eq!(code.digest(), hexadecimal(&Sha256::digest(text.as_bytes())));
        assert_eq!(format!("{code:?}"), "EnrolmentCode");
    }

    #[test]
    fn a_pin_with_a_second_factor_is_no_code() {
        for text in [
            "123456:654321",
            "",
            "123456",
            ":",
            "0000-0000-0000-0000-0000-0000-0000",
        ] {
            assert!(text.parse::<EnrolmentCode>().is_err(), "{text}");
        }
    }
}
