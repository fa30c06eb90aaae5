//! One-time codes: TOTP with SHA-1, six digits and 30 seconds (RFC 6238), which every
//! authenticator understands.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use totp_rs::{Builder, Totp};

use crate::error::{Error, Result};

/// The bytes of a secret (RFC 4226 section 4).
pub(super) const SECRET_BYTES: usize = 20;

/// The seconds of a time step.
const STEP: u64 = 30;

/// The codes of one secret.
pub(super) struct Codes(Totp);

impl Codes {
    /// The codes of this secret, which an authenticator shows under `account` and `issuer`.
    pub(super) fn new(secret: &[u8], account: &str, issuer: &str) -> Result<Self> {
        // A colon parts the two where they are shown.
        let codes = Builder::new()
            .with_secret(secret.to_vec())
            .with_step_duration(STEP)
            .with_skew(1)
            .with_account_name(account.replace(':', " "))
            .with_issuer(Some(issuer.replace(':', " ")))
            .build();
        codes.map(Self).map_err(|error| unusable(&error))
    }

    /// The time step whose code this is: that of `now`, the one before or the one after.
    pub(super) fn step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let now = u64::try_from(now.as_second()).ok()?;
        i64::try_from(self.0.check(code, now)?).ok()
    }

    /// True if it is the code of this very step, however long ago that was.
    pub(super) fn is_of(&self, code: &str, step: i64) -> bool {
        let time = u64::try_from(step)
            .ok()
            .and_then(|step| step.checked_mul(STEP));
        time.is_some_and(|time| {
            self.0
                .check(code, time)
                .and_then(|found| i64::try_from(found).ok())
                == Some(step)
        })
    }

    /// What an authenticator reads: `otpauth://totp/…`.
    pub(super) fn uri(&self) -> Result<SecretString> {
        let uri = self.0.to_url().map_err(|error| unusable(&error))?;
        Ok(SecretString::from(uri))
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codes")
    }
}

fn unusable(error: &dyn fmt::Display) -> Error {
    Error::ConfigInvalid {
        path: "ca.toml".to_owned(),
        reason: format!("one-time codes: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// The secret of RFC 6238 appendix B.
    fn standard() -> Codes {
        Codes::new(b"12345678901234567890", "00009876543/taro", "Example: CA").unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // The last six of the eight digits that appendix B gives for SHA-1.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(standard().step(code, at(second)), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_step_late_and_no_longer() {
        let code = "287082"; // seconds 30 to 59
        let good = |second| standard().step(code, at(second)).is_some();
        assert!(good(0) && good(29) && good(30) && good(89));
        assert!(!good(90));
        assert!(standard().is_of(code, 1));
        assert!(!standard().is_of(code, 0) && !standard().is_of(code, 2));
        assert_eq!(standard().step("+87082", at(59)), None);
    }

    #[test]
    fn an_authenticator_gets_the_secret_and_both_names() {
        let uri = standard().uri().unwrap();
        let uri = uri.expose_secret();
        assert!(uri.starts_with("otpauth://totp/Example"), "{uri}");
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{uri}"
        );
        assert!(uri.contains("taro"), "{uri}");
    }
}
