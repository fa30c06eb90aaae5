//! Renewal: a new certificate in place of one that will expire, on this token or on another,
//! proved; the old pair goes when told so. It can be stopped anywhere; the next run goes on.

mod choose;
mod retire;

use jiff::Timestamp;

use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::issue::{self, Former, Issue, Issued, Surroundings, verified};
use crate::journal::{Entry, Renewed, Step};
use crate::key::{KeyAlgorithm, KeyId, SignatureScheme};
use crate::lifecycle::{Lifecycle, State, Windows};
use crate::pkcs11::{Token, TokenAccess};
use crate::profile::{ExpectedSubject, IssueCounts};
use crate::request::RequestTemplate;
use crate::token::{Contents, Need, Slot, TokenIdentity};

pub use choose::{holders, newest_of_each, newest_valid, replaces, succeeds};
pub use retire::{Retired, Retirement, retire_from};

/// How the journal says that a key is one that was there before.
const EXISTING: &str = "existing:";

/// What is to be renewed, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Renew {
    /// SHA-256 of the certificate; without it, the one that is in use.
    pub certificate: Option<[u8; 32]>,
    /// The kind of the new key; without it, that of the old one.
    pub key: Option<KeyAlgorithm>,
    /// How the request is signed; the usual scheme of the key otherwise.
    pub scheme: Option<SignatureScheme>,
    /// Keep the key, and have it certified once more.
    pub same_key: bool,
    /// The name of the profile that this follows.
    pub profile: Option<String>,
    /// By what one holder's certificates before and after a reissue are told apart.
    pub counts: IssueCounts,
    /// When renewal is open.
    pub windows: Windows,
    /// Refuse a token known to be software.
    pub hardware_only: bool,
    /// SHA-256 of the CA certificate that the chain must lead to.
    pub ca_fingerprint: Option<[u8; 32]>,
}

/// How a run ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is too early; nothing was changed, and no PIN was sent.
    NotDue {
        /// The newest certificate.
        certificate: Box<Certificate>,
        /// When its renewal opens.
        opens: Timestamp,
    },
    /// The new certificate is on the token, and so is the old one where the token holds both.
    Renewed(Box<Issued>),
    /// The authority has the request and has not answered; run again to go on.
    Pending {
        /// The journal's name for the run.
        id: String,
        /// When to ask again, where the authority says it.
        retry_after: Option<std::time::Duration>,
        /// Where the request is or what is awaited.
        place: String,
    },
}

/// What a run is going to do.
enum Plan {
    GoOn(Box<Entry>),
    Begin(Box<Certificate>),
    NotDue(Box<Certificate>, Timestamp),
}

impl Renew {
    /// Renews a certificate in the token of a slot, or goes on where an earlier run was stopped.
    ///
    /// The slot is the one of the token that gets the new certificate; `former` says where the old
    /// one is. The old pair is not touched, unless the token holds one certificate per key and the
    /// key is the same. After [`Outcome::Renewed`], finalize an exclusive module and then call
    /// [`Issued::finish`].
    ///
    /// # Errors
    ///
    /// [`Error::RenewalTooLate`] and [`Error::ReissueNeeded`] after expiry,
    /// [`Error::RenewedAlready`], [`Error::RenewalAbsent`], [`Error::CertificateAmbiguous`], and everything that issuing can
    /// meet. Whatever it was, run it again to go on.
    pub fn run_in(
        &self,
        access: &mut dyn TokenAccess,
        slot: &Slot,
        former: Former<'_>,
        with: &mut Surroundings<'_>,
    ) -> Result<Outcome> {
        let outcome = {
            let token = access.open_slot(slot, Need::Write)?;
            let (order, unfinished) = match self.plan(access, &token, &former, with)? {
                Plan::NotDue(certificate, opens) => {
                    return Ok(Outcome::NotDue { certificate, opens });
                }
                Plan::GoOn(entry) => (self.of_entry(&entry)?, Some(*entry)),
                Plan::Begin(old) => (self.of_certificate(&old, &former, &token)?, None),
            };
            order.check_destination(&token)?;
            order.work(access, &token, unfinished, former, with)?
        };
        Ok(match verified(access, outcome, slot, with)? {
            issue::Outcome::Issued(issued) => Outcome::Renewed(issued),
            issue::Outcome::Pending {
                id,
                retry_after,
                place,
            } => Outcome::Pending {
                id,
                retry_after,
                place,
            },
            issue::Outcome::AlreadyThere { certificate, .. } => {
                let opens = Lifecycle::of(&certificate, &self.windows)?.renewal_opens();
                Outcome::NotDue { certificate, opens }
            }
        })
    }

    fn plan(
        &self,
        access: &dyn TokenAccess,
        token: &Token<'_>,
        former: &Former<'_>,
        with: &mut Surroundings<'_>,
    ) -> Result<Plan> {
        if let Some(entry) = self.unfinished(token.identity(), former, with)? {
            return Ok(Plan::GoOn(Box::new(entry)));
        }
        let here = token.whole_contents()?;
        let old = match former {
            Former::Here => self.choose(&here, token.identity(), with)?,
            Former::Slot { slot, .. } => {
                let other = access.open_slot(slot, Need::Read)?;
                let contents = other.whole_contents()?;
                self.choose(&contents, other.identity(), with)?
            }
            Former::Elsewhere { present, .. } => present.certificate.clone(),
            Former::Gone { token } => {
                return Err(Error::RenewalAbsent {
                    token: token.to_string(),
                });
            }
        };
        // An earlier run may have done it all.
        if let Some(new) = newest_valid(&here, &old, (with.clock)()) {
            let lifecycle = Lifecycle::of(&new, &self.windows)?;
            if lifecycle.state((with.clock)()) == State::InRenewalWindow {
                return Err(Error::RenewedAlready {
                    subject: new.subject().to_string(),
                    successor: new.fingerprint(),
                });
            }
            return Ok(Plan::NotDue(Box::new(new), lifecycle.renewal_opens()));
        }
        self.judge(old, (with.clock)())
    }

    /// What there is to do for a certificate at this time.
    fn judge(&self, old: Certificate, now: Timestamp) -> Result<Plan> {
        let lifecycle = Lifecycle::of(&old, &self.windows)?;
        let subject = old.subject().to_string();
        let expired = lifecycle.expiry_date().to_string();
        match lifecycle.state(now) {
            State::Valid => Ok(Plan::NotDue(Box::new(old), lifecycle.renewal_opens())),
            State::InRenewalWindow => Ok(Plan::Begin(Box::new(old))),
            State::NotYetValid => Err(Error::CertificateNotYetValid {
                subject,
                not_before: old.not_before().to_string(),
                now: now.to_string(),
            }),
            State::Acquirable { until } => Err(Error::RenewalTooLate {
                subject,
                expired,
                until: until.to_string(),
            }),
            State::ReissueNeeded => Err(Error::ReissueNeeded { subject, expired }),
        }
    }

    /// The renewal that an earlier run for the same certificate began and did not finish.
    fn unfinished(
        &self,
        token: &TokenIdentity,
        former: &Former<'_>,
        with: &Surroundings<'_>,
    ) -> Result<Option<Entry>> {
        let authority = with.authority.name();
        let from = former_token(former);
        let entries = with.journal.entries()?.into_iter();
        Ok(entries
            .filter(|entry| {
                let purpose = &entry.purpose;
                purpose.token == *token
                    && purpose.authority == authority
                    && purpose.profile == self.profile
                    && purpose.key.starts_with(EXISTING) == self.same_key
            })
            .find(|entry| {
                let renewed = entry.purpose.renews.as_ref();
                renewed.is_some_and(|it| it.token == from && self.means(it, &entry.step))
            }))
    }

    /// True if the certificate that was named is the one a run renews, or the one it got.
    fn means(&self, renewed: &Renewed, step: &Step) -> bool {
        let Some(named) = self.certificate else {
            return true;
        };
        let got = match step {
            Step::Issued { chain, .. } => chain.first().map(Certificate::sha256),
            _ => None,
        };
        renewed.certificate == hexadecimal(&named) || got == Some(named)
    }

    /// The order that begins a renewal.
    fn of_certificate(
        &self,
        old: &Certificate,
        former: &Former<'_>,
        token: &Token<'_>,
    ) -> Result<Issue> {
        let public_key = old.public_key()?;
        let key = self.key.filter(|_| !self.same_key);
        let key = key
            .or(public_key.algorithm())
            .ok_or_else(|| Error::KeyMalformed {
                reason: "it is of an unknown kind".to_owned(),
            })?;
        let label = old.subject().common_name();
        let label = label.unwrap_or_else(|| old.subject().to_string());
        let mut order = Issue::new(RequestTemplate::renewing(old), key, label);
        order.expected_subject = Some(ExpectedSubject::Name(old.subject().clone()));
        if self.same_key {
            order.existing = Some(id_of(&token.whole_contents()?, old, token.identity())?);
        }
        order.renews = Some(Renewed {
            certificate: old.fingerprint(),
            token: former_token(former),
        });
        Ok(self.completed(order))
    }

    /// The order that goes on with a renewal.
    fn of_entry(&self, entry: &Entry) -> Result<Issue> {
        let purpose = &entry.purpose;
        let existing = purpose.key.strip_prefix(EXISTING);
        let key = match existing {
            // Nothing is made: the kind says nothing.
            Some(_) => KeyAlgorithm::Rsa(2048),
            None => purpose.key.parse()?,
        };
        let mut order = Issue::new(purpose.request.clone(), key, &entry.label);
        order.existing = existing.map(str::parse).transpose()?;
        order.renews.clone_from(&purpose.renews);
        order.expected_subject = purpose.request.exact_subject().transpose()?.map(Into::into);
        Ok(self.completed(order))
    }

    fn completed(&self, mut order: Issue) -> Issue {
        order.another = true;
        order.profile.clone_from(&self.profile);
        order.hardware_only = self.hardware_only;
        order.ca_fingerprint = self.ca_fingerprint;
        order.scheme = self.scheme.filter(|scheme| scheme.suits(order.key));
        order
    }
}

fn former_token(former: &Former<'_>) -> Option<TokenIdentity> {
    match former {
        Former::Here => None,
        Former::Slot { slot, .. } => slot.token().map(|token| token.identity.clone()),
        Former::Elsewhere { token, .. } | Former::Gone { token } => Some(token.clone()),
    }
}

/// The `CKA_ID` of a certificate's key, as far as it is seen without a PIN.
fn id_of(contents: &Contents, old: &Certificate, token: &TokenIdentity) -> Result<KeyId> {
    let beside = contents.all_certificates();
    let mut beside = beside.filter(|object| object.certificate.as_ref() == Some(old));
    let id = beside.find_map(|object| object.id.clone());
    id.ok_or_else(|| Error::CertificateKeyAbsent {
        subject: old.subject().to_string(),
        token: token.to_string(),
    })
}
