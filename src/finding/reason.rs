//! Why a rule could not be checked.

use serde::{Deserialize, Serialize};

use super::{Values, fill};

macro_rules! reasons {
    ($($variant:ident $name:literal $message:literal $doc:literal;)*) => {
        /// Why a rule could not be checked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = $doc] $variant,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The reason's name, for example `needs-pin`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn template(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

reasons! {
    NeedsPin "needs-pin" "needs the token's user PIN"
        "Private keys are not seen without login.";
    LoginFailed "login-failed" "the login failed: {cause}"
        "There was a PIN, and no login.";
    Unreadable "unreadable" "the token could not be read: {cause}"
        "The token, or its list of objects, could not be read.";
    ObjectUnreadable "object-unreadable" "{count} objects could not be read: {cause}"
        "Some objects could not be read.";
    NotSaid "not-said" "the token does not say {what}"
        "The token does not have or show the attribute.";
    Unclear "unclear" "the token answered {answer}, which is no refusal"
        "The token neither gave nor refused the key.";
    UnknownKey "unknown-key" "the kind of key is not known"
        "The key is of a kind that this library does not know.";
    UnknownAlgorithm "unknown-algorithm" "the algorithm {algorithm} is not known"
        "The certificate is signed in a way that this library does not know.";
    NotInitialized "not-initialized" "the token is not initialised"
        "There can be nothing on the token.";
    NoCrl "no-crl" "no CRL of {issuer} was given"
        "No revocation list of the certificate's issuer was given.";
    CrlUnverified "crl-unverified" "the CRL of {issuer} could not be verified"
        "The issuer's certificate is missing, or its key did not sign the list.";
    CrlOutdated "crl-outdated" "the CRL of {issuer} should have been renewed on {next_update}"
        "The list is older than it says it may be.";
    NoProfile "no-profile" "no profile says what is expected"
        "There is no profile with a subject.";
    NoLimit "no-limit" "the policy sets no limit"
        "The policy does not say what is asked for.";
    Off "off" "the policy switches the rule off"
        "The policy switches the rule off.";
}

impl Reason {
    /// Why not, in English.
    #[must_use]
    pub fn message(self, values: &Values) -> String {
        fill(self.template(), values)
    }
}
