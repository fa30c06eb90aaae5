//! Accounts at an authority: who asks for a secret, and what a login tells.

use jiff::Timestamp;
use secrecy::SecretString;

use super::Present;
use crate::error::Result;

/// Whoever has the secret of an account: prompts, files, a fixed text of a test.
pub trait AccountProvider {
    /// The password of `holder` at an authority, asked for right before it is sent, and once for
    /// all repetitions of a request in one run.
    ///
    /// For our own authority it is the account PIN, a colon, and the second factor; or an
    /// [`EnrolmentCode`](super::EnrolmentCode) alone, which has no colon.
    fn password(&mut self, holder: &str) -> Result<SecretString>;
}

/// A server that a certificate on a token logs in to.
pub trait LoginService {
    /// What messages call it.
    fn name(&self) -> String;

    /// Logs in with a certificate and the account PIN. `holder` is the one whose door it is, where
    /// one is expected: `CONTRACT` or `CONTRACT/USER`.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateUnfit`](crate::Error::CertificateUnfit) before anything is sent,
    /// [`Error::CertificateRefused`](crate::Error::CertificateRefused) with the reason, and
    /// [`Error::AccountRefused`](crate::Error::AccountRefused) for a wrong PIN.
    fn log_in(
        &mut self,
        present: &Present<'_>,
        holder: Option<&str>,
        pin: &SecretString,
    ) -> Result<LoggedIn>;
}

/// What a server says to whoever has logged in, as it stands in its answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LoggedIn {
    /// The version of this form: 1.
    pub version: u32,
    /// `CONTRACT` or `CONTRACT/USER`.
    pub holder: String,
    /// The name in kanji.
    pub name: Option<String>,
    /// The name in half-width kana.
    pub kana: String,
    /// The institution's code.
    pub institution: String,
    /// The subject of the certificate (RFC 4514).
    pub subject: String,
    /// Its serial number in lower-case hexadecimal.
    pub serial_number: String,
    /// The last second of its validity.
    pub not_after: Timestamp,
    /// Calendar days left.
    pub days_left: i32,
    /// A renewal is due.
    pub renewal_due: bool,
    /// What the server has to say, a paragraph each.
    pub notices: Vec<String>,
}

impl LoggedIn {
    /// The version that is written.
    pub const VERSION: u32 = 1;
}
