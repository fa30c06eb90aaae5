//! Which certificate on a token is the one in use.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::Renew;
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::issue::Surroundings;
use crate::lifecycle::{Lifecycle, State};
use crate::profile::IssueCounts;
use crate::token::{Contents, TokenIdentity};

/// True if `new` is what a renewal of `old` brings: the same names, issuer and usages, and later.
///
/// A certificate for signing and one for encryption can share a name: neither renews the other.
#[must_use]
pub fn succeeds(new: &Certificate, old: &Certificate) -> bool {
    period(new) > period(old) && is_alike(new, old)
}

/// True if `new` is the same holder's as `old` and later: by a renewal, or by a reissue, which counts
/// up in the subject, and which may come in the second of the issuing that it takes the place of.
#[must_use]
pub fn replaces(new: &Certificate, old: &Certificate, counts: &IssueCounts) -> bool {
    let counted = || counts.compare(new.subject(), old.subject()) == Some(Ordering::Greater);
    succeeds(new, old) || (is_for_the_same(new, old) && counted())
}

/// Of certificates, those that no other one replaces; of two that nothing tells apart, the first.
#[must_use]
pub fn newest_of_each<'c>(
    certificates: &[&'c Certificate],
    counts: &IssueCounts,
) -> Vec<&'c Certificate> {
    let mut newest: Vec<&Certificate> = Vec::new();
    for one in certificates {
        let twin = |kept: &&Certificate| period(kept) == period(one) && is_alike(kept, one);
        let replaced = certificates.iter().any(|new| replaces(new, one, counts));
        if !replaced && !newest.iter().any(twin) {
            newest.push(one);
        }
    }
    newest
}

fn period(one: &Certificate) -> (Timestamp, Timestamp) {
    (one.not_after(), one.not_before())
}

fn is_alike(one: &Certificate, other: &Certificate) -> bool {
    one.subject() == other.subject()
        && is_for_the_same(one, other)
        && one.alternative_names() == other.alternative_names()
}

fn is_for_the_same(one: &Certificate, other: &Certificate) -> bool {
    one.issuer() == other.issuer() && one.usages() == other.usages()
}

/// The certificates of holders on a token, the newest first. Those of authorities are left out.
#[must_use]
pub fn holders(contents: &Contents) -> Vec<&Certificate> {
    let mut certificates: Vec<&Certificate> = contents
        .all_certificates()
        .filter(|object| object.matches_key != Some(false))
        .filter_map(|object| object.certificate.as_ref())
        .filter(|certificate| !certificate.is_ca())
        .collect();
    certificates.sort_by_key(|one| std::cmp::Reverse(period(one)));
    certificates
}

/// The newest certificate on a token that is valid and succeeds `old`.
#[must_use]
pub fn newest_valid(contents: &Contents, old: &Certificate, now: Timestamp) -> Option<Certificate> {
    let mut newer = holders(contents)
        .into_iter()
        .filter(|one| one.is_valid_at(now));
    newer.find(|one| succeeds(one, old)).cloned()
}

impl Renew {
    /// The certificate that was named, else the newest of the one holder there is; of several
    /// holders, the one whose certificate is this authority's, and the one whose is due.
    pub(super) fn choose(
        &self,
        contents: &Contents,
        token: &TokenIdentity,
        with: &mut Surroundings<'_>,
    ) -> Result<Certificate> {
        let authority = &mut *with.authority;
        let is_ours = &mut |one: &Certificate| authority.has_issued(one);
        self.in_use(contents, token, (with.clock)(), is_ours)
    }

    /// The same where it can be asked whether a certificate is the authority's.
    pub fn in_use(
        &self,
        contents: &Contents,
        token: &TokenIdentity,
        now: Timestamp,
        is_ours: &mut dyn FnMut(&Certificate) -> Result<bool>,
    ) -> Result<Certificate> {
        let certificates = holders(contents);
        if let Some(named) = self.certificate {
            let named = certificates.iter().find(|one| one.sha256() == named);
            let absent = || Error::RenewalAbsent {
                token: token.to_string(),
            };
            return named.map(|one| (*one).clone()).ok_or_else(absent);
        }
        let mut newest = newest_of_each(&certificates, &self.counts);
        // What has expired is only meant where there is nothing else.
        narrow(&mut newest, |one| Ok(!one.has_expired(now)))?;
        narrow(&mut newest, is_ours)?;
        narrow(&mut newest, |one| {
            let state = Lifecycle::of(one, &self.windows)?.state(now);
            Ok(state == State::InRenewalWindow)
        })?;
        match newest.as_slice() {
            [] => Err(Error::RenewalAbsent {
                token: token.to_string(),
            }),
            [one] => Ok((*one).clone()),
            several => {
                let name = |one: &&Certificate| {
                    format!("{} (sha256:{})", one.subject(), one.fingerprint())
                };
                let candidates: Vec<String> = several.iter().map(name).collect();
                Err(Error::CertificateAmbiguous {
                    token: token.to_string(),
                    candidates: candidates.join(", "),
                })
            }
        }
    }
}

/// Of several, keeps those for which `holds`, unless that leaves none.
fn narrow(
    several: &mut Vec<&Certificate>,
    mut holds: impl FnMut(&Certificate) -> Result<bool>,
) -> Result<()> {
    if several.len() < 2 {
        return Ok(());
    }
    let mut kept = Vec::new();
    for one in several.iter() {
        if holds(one)? {
            kept.push(*one);
        }
    }
    if !kept.is_empty() {
        *several = kept;
    }
    Ok(())
}
