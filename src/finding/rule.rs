//! The table of rules: ID, usual severity, whether it needs a PIN, what it means, what is said of a
//! finding, and what to do.
//!
//! IDs never change once released: policies, waivers and translations name them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Severity, Values, fill};

macro_rules! rules {
    ($($severity:ident $variant:ident $id:literal $needs_pin:literal
        $meaning:literal, $message:literal, $action:literal;)*) => {
        /// A rule of the audit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum RuleId {
            $(#[doc = $meaning] $variant,)*
        }

        impl RuleId {
            /// Every rule, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Every ID, in the same order.
            pub const NAMES: &[&str] = &[$($id),*];

            /// The stable ID, for example `key-extractable`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The severity where the policy names no other.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// True if it is not checked in full without the user PIN.
            #[must_use]
            pub fn needs_pin(self) -> bool {
                match self { $(Self::$variant => $needs_pin,)* }
            }

            /// What a finding of this rule means, in English.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            fn template(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }

            fn advice(self) -> &'static str {
                match self { $(Self::$variant => $action,)* }
            }
        }
    };
}

rules! {
    // Private keys
    Critical KeyReadable "key-readable" true
        "a private key can be read off the token",
        "asked for {attempt} of the private key, the token answered with {answer}",
        "take the key for copied: have its certificate revoked and issue a new one with `tokencert issue`";
    Critical KeyExtractable "key-extractable" true
        "a private key may leave the token wrapped in another key",
        "CKA_EXTRACTABLE of the private key is {said}",
        "take the key for copied: have its certificate revoked and issue a new one with `tokencert issue`";
    High KeyNotSensitive "key-not-sensitive" true
        "a private key is not marked as secret",
        "CKA_SENSITIVE of the private key is false; asked for the key, the token answered with {answer}",
        "issue a new certificate with `tokencert issue`, whose key is born secret; where the token has refused the key, it is the module that reports the flag wrongly";
    High KeyNotLocal "key-not-local" true
        "a private key was not made on the token, and may be elsewhere too",
        "CKA_LOCAL of the private key is false",
        "issue a new certificate with `tokencert issue`, whose key is made on the token; where this computer has seen the key being made there, it is the module that reports the flag wrongly";
    Low KeyWithoutCertificate "key-without-certificate" true
        "a private key has no certificate on the token",
        "no certificate on the token is of this key",
        "import its certificate with `tokencert import`, or delete the key with `tokencert delete`";
    Medium DuplicateId "duplicate-id" true
        "several keys have the same CKA_ID, and programs may take the wrong one",
        "{count} different keys have the CKA_ID {id}",
        "find out which one is in use, and delete the other with `tokencert delete`";
    High KeyWeak "key-weak" true
        "a key is too weak",
        "the key is too weak: {weakness}",
        "issue a new certificate with a stronger key, for example `tokencert issue --key rsa:3072`";

    // Certificates
    Medium CertificateUnreadable "certificate-unreadable" false
        "an object is said to be a certificate and cannot be read as one",
        "the value of the certificate object is no X.509 certificate",
        "import the certificate again with `tokencert import`";
    Medium CertificateWithoutKey "certificate-without-key" true
        "a certificate has no private key on the token",
        "the private key of this certificate is not on the token",
        "import it on the token that has its key, and delete it here with `tokencert delete`";
    High CertificateKeyMismatch "certificate-key-mismatch" true
        "a certificate stands beside another key than its own",
        "the key under the same CKA_ID is not the one that the certificate certifies",
        "delete the certificate with `tokencert delete`, and import the right one with `tokencert import`";
    High CertificateExpired "certificate-expired" false
        "a certificate has expired",
        "the certificate expired on {not_after}",
        "acquire a new one with `tokencert issue`, or delete this one with `tokencert delete`";
    Medium CertificateDue "certificate-due" false
        "a certificate expires soon",
        "the certificate expires on {not_after}, in {days} days",
        "renew it with `tokencert renew`";
    Medium CertificateNotYetValid "certificate-not-yet-valid" false
        "a certificate is not valid yet",
        "the certificate is not valid before {not_before}",
        "check the clock of the computer; if it is right, ask the authority";
    Medium ValidityTooLong "validity-too-long" false
        "a certificate is valid for longer than the policy allows",
        "the certificate is valid for {days} days, and the policy allows {limit}",
        "have the authority issue shorter ones, and renew this one with `tokencert renew`";
    High SignatureWeak "signature-weak" false
        "a certificate is signed with a hash that can be forged",
        "the certificate is signed with {algorithm}",
        "have the authority sign with SHA-256, and issue a new certificate";
    Medium ClientAuthMissing "client-auth-missing" false
        "a certificate is not for logging in",
        "clientAuth is not among the extended key usages: {usages}",
        "ask the authority for a certificate with clientAuth";
    Medium DigitalSignatureMissing "digital-signature-missing" false
        "a certificate is not for signing, which logging in needs",
        "digitalSignature is not among the key usages: {usages}",
        "ask the authority for a certificate with digitalSignature";
    Low ChainIncomplete "chain-incomplete" false
        "the certificates of the authorities above a certificate are not all on the token",
        "the certificate of {issuer} is not on the token",
        "import it with `tokencert import`";
    High SubjectMismatch "subject-mismatch" false
        "a certificate is not for a holder of the profile",
        "the subject is not one of the profile `{profile}`",
        "check whose token it is; have the certificate revoked if it is not theirs";
    High IssueCountOutdated "issue-count-outdated" false
        "a later issue has taken the place of a certificate",
        "the issue count is {count}, and there is a certificate of the same holder with {latest}",
        "delete the outdated one with `tokencert delete`";
    Critical CertificateRevoked "certificate-revoked" false
        "a certificate is revoked",
        "the certificate was revoked on {revoked}: {cause}",
        "delete it with `tokencert delete`, and ask for a reissue if its holder still needs one";

    // Tokens
    Low TokenNotInitialized "token-not-initialized" false
        "a token was never initialised",
        "the token is not initialised",
        "initialise it with `tokencert token init`, or put it back into the box";
    Medium UserPinNotSet "user-pin-not-set" false
        "a token has no user PIN",
        "the user PIN was never set",
        "set it with the SO PIN: `tokencert token unlock`";
    Low UserPinLow "user-pin-low" false
        "a wrong user PIN was tried",
        "wrong user PINs were tried, and the tries are running low",
        "ask its holder; the right PIN sets the count back";
    Medium UserPinFinalTry "user-pin-final-try" false
        "one more wrong user PIN locks the token",
        "one more wrong try locks the user PIN",
        "ask its holder; without the right PIN, set a new one with the SO PIN: `tokencert token unlock`";
    High UserPinLocked "user-pin-locked" false
        "the user PIN is locked",
        "the user PIN is locked",
        "set a new one with the SO PIN: `tokencert token unlock`";
    High SoPinLocked "so-pin-locked" false
        "the SO PIN is locked, and a locked user PIN would be for ever",
        "the SO PIN is locked",
        "replace the token before its user PIN is locked too";
    Medium FirmwareOld "firmware-old" false
        "the firmware of a token is older than the policy asks for",
        "the firmware is {firmware}, and the policy asks for {minimum}",
        "update it with the maker's program, or replace the token";
    High SoftwareToken "software-token" false
        "a token is software, whose files can be copied, where hardware is required",
        "the token is software, and hardware is required",
        "issue on a USB token, and have the certificates on this one revoked";
    Info PublicObjectReplaceable "public-object-replaceable" false
        "whoever has the token can replace public objects without a PIN, as far as the token says",
        "anybody who has the token may replace {count} of its public objects",
        "compare certificates with those the authority has on record before trusting them";
}

impl RuleId {
    /// What is said of a finding, in English.
    #[must_use]
    pub fn message(self, values: &Values) -> String {
        fill(self.template(), values)
    }

    /// What to do about a finding, in English.
    #[must_use]
    pub fn action(self, values: &Values) -> String {
        fill(self.advice(), values)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RuleId {
    type Err = String;

    /// Fails with the rule that was most likely meant, if there is one.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|rule| rule.name() == text);
        let names = Self::ALL.iter().map(|rule| rule.name());
        found.copied().ok_or_else(|| {
            crate::profile::did_you_mean(text, names)
                .unwrap_or_default()
                .to_owned()
        })
    }
}
