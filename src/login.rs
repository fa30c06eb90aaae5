//! Logging in: mutual TLS with a certificate on a token, then the account's PIN.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::authority::{AccessRefusal, LoggedIn, LoginService};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::issue::with_present;
use crate::pkcs11::Token;
use crate::profile::{IssueCounts, Profile, Recognized};
use crate::renew::{holders, newest_of_each};
use crate::request::Usage;
use crate::token::{Contents, TokenIdentity};

/// Through whose door somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A user of a contract.
    User,
    /// The administrator of a contract.
    Administrator,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "a user",
            Self::Administrator => "an administrator",
        })
    }
}

/// A login, before the server is known.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Login<'p> {
    /// The door; any where none is named.
    pub role: Option<Role>,
    /// Whose subjects are read by its templates; without one, a common name of two words is an
    /// administrator's and one of three a user's.
    pub profile: Option<&'p Profile>,
    /// The CA certificates of the service: of several banks' certificates, only those that these
    /// have issued are meant, if there are any.
    pub issuers: &'p [Certificate],
}

impl<'p> Login<'p> {
    /// A login under a profile, if there is one.
    #[must_use]
    pub fn new(role: Option<Role>, profile: Option<&'p Profile>) -> Self {
        Self {
            role,
            profile,
            issuers: &[],
        }
    }

    /// The same at a service with these CA certificates.
    #[must_use]
    pub fn preferring(self, issuers: &'p [Certificate]) -> Self {
        Self { issuers, ..self }
    }

    /// The certificates that would do, each holder's newest, and only valid ones where there are
    /// any.
    ///
    /// # Errors
    ///
    /// [`Error::LoginWithoutCertificate`] for a token without certificates of holders,
    /// [`Error::LoginCertificateAbsent`] if none is of the role.
    pub fn candidates<'c>(
        &self,
        contents: &'c Contents,
        token: &TokenIdentity,
        now: Timestamp,
    ) -> Result<Vec<&'c Certificate>> {
        let mut all = holders(contents);
        let is_ours = |one: &&Certificate| self.issuers.iter().any(|ca| one.is_issued_by(ca));
        if all.iter().any(is_ours) {
            all.retain(is_ours);
        }
        let of_role = |one: &&&Certificate| {
            let role = self.role_of(one);
            self.role.is_none() || role.is_none() || role == self.role
        };
        let fitting: Vec<&Certificate> = all.iter().filter(of_role).copied().collect();
        if let (true, Some(wanted)) = (fitting.is_empty() && !all.is_empty(), self.role) {
            let present: Vec<String> = all.iter().map(|one| one.subject().to_string()).collect();
            return Err(Error::LoginCertificateAbsent {
                token: token.to_string(),
                wanted,
                present: present.join(", "),
            });
        }
        let valid = |one: &&&Certificate| one.is_valid_at(now);
        let mut usable: Vec<&Certificate> = fitting.iter().filter(valid).copied().collect();
        if usable.is_empty() {
            usable = fitting;
        }
        if usable.iter().any(|one| is_for_login(one)) {
            usable.retain(|one| is_for_login(one));
        }
        let newest = newest_of_each(&usable, &IssueCounts::of(self.profile));
        if newest.is_empty() {
            return Err(Error::LoginWithoutCertificate {
                token: token.to_string(),
            });
        }
        Ok(newest)
    }

    /// Logs in with a certificate whose key is on the token; the user must be logged in there.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateRefused`] with the reason, for an expired one without asking, and those
    /// of [`LoginService::log_in`].
    pub fn run(
        &self,
        (token, contents): (&Token<'_>, &Contents),
        certificate: &Certificate,
        service: &mut dyn LoginService,
        (door, pin): (Option<&str>, &SecretString),
        now: Timestamp,
    ) -> Result<LoggedIn> {
        if certificate.has_expired(now) {
            return Err(Error::CertificateRefused {
                authority: service.name(),
                subject: certificate.subject().to_string(),
                reason: AccessRefusal::Expired,
            });
        }
        with_present(token, contents, certificate, |present| {
            service.log_in(present, door, pin)
        })
    }

    /// Whose certificate it is, as far as the profile's templates tell.
    #[must_use]
    pub fn holder(&self, certificate: &Certificate) -> Option<String> {
        let Recognized { contract, user, .. } = self.profile?.recognize(certificate.subject())?;
        let contract = contract?;
        Some(match user {
            Some(user) => format!("{contract}/{user}"),
            None => contract,
        })
    }

    /// The role that a certificate is for, where it can be told.
    #[must_use]
    pub fn role_of(&self, certificate: &Certificate) -> Option<Role> {
        let known = self
            .profile
            .and_then(|profile| profile.recognize(certificate.subject()));
        let user = match known {
            Some(known) => known.user.is_some(),
            None => match certificate.subject().common_name()?.split(' ').count() {
                2 => false,
                3 => true,
                _ => return None,
            },
        };
        Some(if user {
            Role::User
        } else {
            Role::Administrator
        })
    }
}

/// True if the certificate says nothing of what it is for, or that it is for a TLS client.
fn is_for_login(certificate: &Certificate) -> bool {
    let usages = certificate.allowed_usages();
    let mut purposes = usages
        .iter()
        .filter(|usage| matches!(usage, Usage::Extended(_)))
        .peekable();
    purposes.peek().is_none() || purposes.any(|purpose| *purpose == Usage::CLIENT_AUTH)
}
