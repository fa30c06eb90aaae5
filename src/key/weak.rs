//! RSA keys whose private half can be found: the fingerprint of CVE-2017-15361 ("ROCA").
//!
//! The faulty library of Infineon made primes of the form `k·M + (65537^a mod M)`, where `M` is the
//! product of the first primes. Their product is then a power of 65537 modulo each of these primes
//! too, which is the test that Nemec, Sýs, Švenda, Klinec and Matyáš have published ("The Return of
//! Coppersmith's Attack", ACM CCS 2017, section 3): a modulus of another origin passes it with a
//! probability that can be neglected.

/// The odd primes of the least `M`, that of 512-bit keys.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const GENERATOR: u32 = 65537;

/// True for a big-endian modulus that bears the fingerprint.
pub(crate) fn is_roca(modulus: &[u8]) -> bool {
    PRIMES
        .iter()
        .all(|&prime| is_power(remainder(modulus, prime), prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime)
}

/// True if `value` is in the group that 65537 generates modulo `prime`.
fn is_power(value: u32, prime: u32) -> bool {
    let mut power = 1;
    for _ in 0..prime {
        if power == value {
            return true;
        }
        power = power * (GENERATOR % prime) % prime;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 65537 to the power of 128: it has the fingerprint by its making, and the size of a modulus.
    fn fingerprinted() -> Vec<u8> {
        let mut digits: Vec<u32> = vec![1];
        for _ in 0..128 {
            let mut carry = 0;
            for digit in &mut digits {
                let product = *digit * GENERATOR + carry;
                *digit = product % 256;
                carry = product / 256;
            }
            while carry > 0 {
                digits.push(carry % 256);
                carry /= 256;
            }
        }
        digits
            .iter()
            .rev()
            .map(|digit| u8::try_from(*digit).unwrap())
            .collect()
    }

    #[test]
    fn a_modulus_of_powers_of_65537_is_found_and_its_neighbours_are_not() {
        let mut modulus = fingerprinted();
        assert_eq!(modulus.len(), 257);
        assert!(is_roca(&modulus));
        for _ in 0..100 {
            *modulus.last_mut().unwrap() = modulus.last().unwrap().wrapping_add(2);
            assert!(!is_roca(&modulus));
        }
    }

    #[test]
    fn the_moduli_of_ordinary_keys_do_not_bear_it() {
        for name in ["rsa-leaf", "rsa-intermediate", "rsa-root", "small-rsa"] {
            let path = format!("{}/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
            let pem = std::fs::read(path).unwrap();
            let certificates = crate::certificate::read_certificates(name, &pem).unwrap();
            let modulus = certificates[0].public_key().unwrap().rsa_modulus().unwrap();
            assert!(!is_roca(&modulus), "{name}");
        }
    }
}
