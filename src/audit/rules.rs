//! The rules, one function each; `src/finding/rule.rs` has what they say.

mod certificates;
mod keys;
mod tokens;
mod validity;

use super::Case;
use super::notes::Notes;
use crate::finding::RuleId;
use crate::token::Contents;

/// How a rule is checked.
pub(super) enum Check {
    /// By what a token says of itself.
    Token(fn(&Case<'_>, &mut Notes<'_>)),
    /// By what is on it.
    Contents(fn(&Case<'_>, &Contents, &mut Notes<'_>)),
}

/// How a rule is checked.
pub(super) fn check_of(rule: RuleId) -> Check {
    use Check::{Contents, Token};
    use RuleId as Id;
    match rule {
        Id::KeyReadable => Contents(keys::readable),
        Id::KeyExtractable => Contents(keys::extractable),
        Id::KeyNotSensitive => Contents(keys::not_sensitive),
        Id::KeyNotLocal => Contents(keys::not_local),
        Id::KeyWithoutCertificate => Contents(keys::without_certificate),
        Id::DuplicateId => Contents(keys::duplicate_id),
        Id::KeyWeak => Contents(keys::weak),
        Id::CertificateUnreadable => Contents(certificates::unreadable),
        Id::CertificateWithoutKey => Contents(certificates::without_key),
        Id::CertificateKeyMismatch => Contents(certificates::key_mismatch),
        Id::CertificateExpired => Contents(validity::expired),
        Id::CertificateDue => Contents(validity::due),
        Id::CertificateNotYetValid => Contents(validity::not_yet_valid),
        Id::ValidityTooLong => Contents(validity::too_long),
        Id::SignatureWeak => Contents(certificates::signature_weak),
        Id::ClientAuthMissing => Contents(certificates::client_auth_missing),
        Id::DigitalSignatureMissing => Contents(certificates::digital_signature_missing),
        Id::ChainIncomplete => Contents(certificates::chain_incomplete),
        Id::SubjectMismatch => Contents(certificates::subject_mismatch),
        Id::IssueCountOutdated => Contents(validity::issue_count_outdated),
        Id::CertificateRevoked => Contents(validity::revoked),
        Id::TokenNotInitialized => Token(tokens::not_initialized),
        Id::UserPinNotSet => Token(tokens::user_pin_not_set),
        Id::UserPinLow => Token(tokens::user_pin_low),
        Id::UserPinFinalTry => Token(tokens::user_pin_final_try),
        Id::UserPinLocked => Token(tokens::user_pin_locked),
        Id::SoPinLocked => Token(tokens::so_pin_locked),
        Id::FirmwareOld => Token(tokens::firmware_old),
        Id::SoftwareToken => Token(tokens::software),
        Id::PublicObjectReplaceable => Contents(tokens::public_object_replaceable),
    }
}
