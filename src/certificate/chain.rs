//! Putting a chain in order.

use super::Certificate;

/// The most certificates of a chain; a chain of real authorities has three or four.
const MAXIMUM_CHAIN: usize = 16;

/// The most signatures that are verified for a chain: a hostile file may be full of authorities that
/// share a name, and verifying takes milliseconds.
const MAXIMUM_VERIFICATIONS: usize = 128;

/// Puts the chain of `leaf` in order, leaf first, from certificates in any order; those that do not
/// belong are left out.
///
/// Each certificate is verified with the key of the next. Where several fit, as with
/// cross-certificates, a root is preferred, then the one that is valid longest. The chain ends after
/// 16 certificates, or 128 authorities that were tried.
#[must_use]
pub fn chain_of(leaf: &Certificate, others: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    let mut current = leaf;
    let mut verifications = 0..MAXIMUM_VERIFICATIONS;
    while chain.len() < MAXIMUM_CHAIN && !current.is_self_issued() {
        let mut candidates: Vec<_> = others
            .iter()
            .filter(|other| current.names_as_issuer(other) && !chain.contains(other))
            .collect();
        candidates.sort_by_key(|issuer| (issuer.is_self_issued(), issuer.not_after()));
        let mut best_first = candidates.into_iter().rev();
        let issuer = best_first
            .find(|issuer| verifications.next().is_some() && current.is_issued_by(issuer));
        let Some(issuer) = issuer else { break };
        chain.push(issuer.clone());
        current = issuer;
    }
    chain
}
