//! Putting a chain in order.

use super::Certificate;

/// The most certificates of a chain; a chain of real authorities has three or four.
const MAXIMUM_CHAIN: usize = 16;

/// Puts the chain of `leaf` in order, leaf first, from certificates in any order; those that do not
/// belong are left out.
///
/// Each certificate is verified with the key of the next. Where several fit, as with
/// cross-certificates, a root is preferred, then the one that is valid longest.
#[must_use]
pub fn chain_of(leaf: &Certificate, others: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    let mut current = leaf;
    while chain.len() < MAXIMUM_CHAIN && !current.is_self_issued() {
        let issuers = others
            .iter()
            .filter(|other| !chain.contains(other) && current.is_issued_by(other))
            .max_by_key(|issuer| (issuer.is_self_issued(), issuer.not_after()));
        let Some(issuer) = issuers else { break };
        chain.push(issuer.clone());
        current = issuer;
    }
    chain
}
