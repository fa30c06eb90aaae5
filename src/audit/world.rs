//! What all tokens together say that one alone does not: authorities, revocations, issue counts.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::{Audit, Observation};
use crate::certificate::{Certificate, RevocationList};
use crate::profile::IssueCounts;
use crate::token::Contents;

/// What all tokens together say.
pub(super) struct World<'a> {
    /// How issue counts are read.
    pub(super) counts: IssueCounts,
    /// Each list with the authorities that were found to have signed it.
    lists: Vec<(&'a RevocationList, Vec<&'a Certificate>)>,
    authorities: Vec<&'a Certificate>,
    /// The certificates of each issuer that share a common name.
    namesakes: HashMap<(&'a [u8], String), Vec<&'a Certificate>>,
}

/// What the lists of revoked certificates say of one.
pub(super) enum Standing<'a> {
    /// It is on the newest of them.
    Revoked(crate::certificate::Revoked),
    /// It is on one that could not be verified, for want of its issuer's own certificate.
    Alleged(crate::certificate::Revoked),
    /// It is on none of them.
    Good,
    /// There is none of its issuer.
    NoList,
    /// None of its issuer's could be verified, or speaks of it.
    Unverified,
    /// The newest should have been renewed.
    Outdated(&'a RevocationList),
}

impl<'a> World<'a> {
    pub(super) fn new(audit: &'a Audit<'_>, tokens: &'a [Observation]) -> Self {
        let contents = tokens.iter().filter_map(|seen| seen.contents.as_ref());
        let all: Vec<&Certificate> = contents
            .flat_map(Contents::all_certificates)
            .filter_map(|object| object.certificate.as_ref())
            .collect();
        let mut authorities: Vec<&Certificate> = Vec::new();
        for one in all.iter().filter(|one| one.is_ca()) {
            if !authorities.contains(one) {
                authorities.push(one);
            }
        }
        let signers = |list: &RevocationList| {
            let signers = authorities.iter().filter(|one| list.is_issued_by(one));
            signers.copied().collect()
        };
        let mut namesakes: HashMap<_, Vec<&Certificate>> = HashMap::new();
        for one in all {
            if let Some(name) = one.subject().common_name() {
                let issuer = one.issuer().as_der();
                namesakes.entry((issuer, name)).or_default().push(one);
            }
        }
        Self {
            counts: IssueCounts::of(audit.profile),
            lists: audit
                .lists
                .iter()
                .map(|list| (list, signers(list)))
                .collect(),
            authorities,
            namesakes,
        }
    }

    /// The certificate with the highest issue count of the same holder, if that is another one.
    pub(super) fn latest(&self, certificate: &Certificate) -> Option<&'a Certificate> {
        let name = certificate.subject().common_name()?;
        let namesakes = self.namesakes.get(&(certificate.issuer().as_der(), name))?;
        let later = |one: &Certificate, other: &Certificate| {
            self.counts.compare(one.subject(), other.subject()) == Some(Ordering::Greater)
        };
        let later_still = |latest: Option<&'a Certificate>, one: &&'a Certificate| {
            let so_far = latest.unwrap_or(certificate);
            if later(one, so_far) {
                Some(*one)
            } else {
                latest
            }
        };
        namesakes.iter().fold(None, later_still)
    }

    /// What the lists say of a certificate: the newest one that its issuer has signed counts.
    pub(super) fn standing(&self, certificate: &Certificate, now: jiff::Timestamp) -> Standing<'_> {
        let named = |(list, _): &&(&RevocationList, _)| list.issuer() == certificate.issuer();
        let named: Vec<_> = self.lists.iter().filter(named).collect();
        if named.is_empty() {
            return Standing::NoList;
        }
        let about = named
            .into_iter()
            .filter(|(list, _)| list.covers(certificate));
        let signed = about
            .clone()
            .filter(|(_, signers)| signers.iter().any(|one| certificate.is_issued_by(one)));
        let Some((newest, _)) = signed.max_by_key(|(list, _)| list.this_update()) else {
            // Bad news are told, and good news are not, unless the issuer is there to deny them.
            let mut issuers = self.authorities.iter().map(|one| one.subject());
            let mut alleged = about.filter_map(|(list, _)| list.entry(certificate));
            return match alleged.next() {
                Some(revoked) if issuers.all(|one| one != certificate.issuer()) => {
                    Standing::Alleged(revoked)
                }
                _ => Standing::Unverified,
            };
        };
        match (newest.entry(certificate), newest.next_update()) {
            (Some(revoked), _) => Standing::Revoked(revoked),
            (None, Some(due)) if due < now => Standing::Outdated(newest),
            (None, _) => Standing::Good,
        }
    }
}

/// True for a certificate of an authority, of which nobody logs in.
///
/// OpenSSL calls what `req -x509` makes an authority's: one that is neither for signing certificates
/// nor above another one on the token is somebody's own.
pub(super) fn is_authority(contents: &Contents, certificate: &Certificate) -> bool {
    let signs = || certificate.usages().iter().any(|it| it == "keyCertSign");
    let mut all = contents
        .all_certificates()
        .filter_map(|object| object.certificate.as_ref());
    let is_above = |one: &Certificate| one != certificate && one.issuer() == certificate.subject();
    certificate.is_ca() && (signs() || all.any(is_above))
}
