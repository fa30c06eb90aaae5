//! What all tokens together say that one alone does not: authorities, revocations, issue counts.

use std::collections::HashMap;

use super::{Audit, Observation, seen};
use crate::certificate::{Certificate, RevocationList};
use crate::profile::Profile;
use crate::token::CertificateObject;

/// What all tokens together say.
pub(super) struct World<'a> {
    profile: Option<&'a Profile>,
    /// Each list with the authorities that were found to have signed it.
    lists: Vec<(&'a RevocationList, Vec<&'a Certificate>)>,
    /// The latest issue count of each holder.
    counts: HashMap<(Vec<u8>, String), u32>,
}

/// What the lists of revoked certificates say of one.
pub(super) enum Standing<'a> {
    /// It is on the newest of them.
    Revoked(crate::certificate::Revoked),
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
            .flat_map(|contents| contents.all_certificates())
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
        let mut world = Self {
            profile: audit.profile,
            lists: audit
                .lists
                .iter()
                .map(|list| (list, signers(list)))
                .collect(),
            counts: HashMap::new(),
        };
        for one in all {
            if let Some((holder, count)) = world.holder(one) {
                let latest = world.counts.entry(holder).or_default();
                *latest = count.max(*latest);
            }
        }
        world
    }

    /// Whose certificate it is, as a reissue leaves it, and its issue count.
    fn holder(&self, certificate: &Certificate) -> Option<((Vec<u8>, String), u32)> {
        let count = seen::issue_count(certificate, self.profile)?;
        let issuer = certificate.issuer().as_der().to_vec();
        Some(((issuer, certificate.subject().common_name()?), count))
    }

    /// The issue count of a certificate, and the latest one of its holder.
    pub(super) fn counts(&self, certificate: &Certificate) -> Option<(u32, u32)> {
        let (holder, count) = self.holder(certificate)?;
        Some((count, self.counts.get(&holder).copied().unwrap_or(count)))
    }

    /// What the lists say of a certificate: the newest one that its issuer has signed counts.
    pub(super) fn standing(&self, certificate: &Certificate, now: jiff::Timestamp) -> Standing<'_> {
        let named = |(list, _): &&(&RevocationList, _)| list.issuer() == certificate.issuer();
        let mut named = self.lists.iter().filter(named).peekable();
        if named.peek().is_none() {
            return Standing::NoList;
        }
        let signed = named.filter(|(list, signers)| {
            list.covers(certificate) && signers.iter().any(|one| certificate.is_issued_by(one))
        });
        let Some((newest, _)) = signed.max_by_key(|(list, _)| list.this_update()) else {
            return Standing::Unverified;
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
/// OpenSSL calls what `req -x509` makes an authority's: one whose key is on the token, and that is
/// not for signing certificates, is somebody's own.
pub(super) fn is_authority(object: &CertificateObject, certificate: &Certificate) -> bool {
    let own = object.matches_key == Some(true);
    let signs = certificate
        .usages()
        .iter()
        .any(|usage| usage == "keyCertSign");
    certificate.is_ca() && (!own || signs)
}
