//! Asking the authority, and what is believed of its answer.

use super::former::Opened;
use super::{Issue, Outcome, Ready, Stage, Surroundings};
use crate::authority::{Authority, Enrolment};
use crate::certificate::{Certificate, chain_of, hexadecimal};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Entry, Step};
use crate::pkcs11::Token;
use crate::token::Contents;

/// What became of asking.
pub(super) enum Obtained {
    Chain(Box<Entry>, Vec<Certificate>),
    Pending(Outcome),
}

impl Issue {
    /// Asks the authority, unless it has answered already.
    pub(super) fn obtain(
        &self,
        mut entry: Entry,
        ready: &Ready,
        former: &Opened<'_, '_>,
        here: (&Token<'_>, &Contents),
        with: &mut Surroundings<'_>,
    ) -> Result<Obtained> {
        if let Step::Issued { chain, .. } = &entry.step {
            let chain = chain.clone();
            return Ok(Obtained::Chain(Box::new(entry), chain));
        }
        let before = entry.step.clone();
        let (public_key, request) = (ready.public_key.clone(), ready.csr.clone());
        entry.step = Step::Sent {
            public_key,
            request,
        };
        with.journal.save(&entry)?;
        (with.progress)(Stage::Asking);
        let answer = match &self.renews {
            None => with.authority.enrol(&ready.csr),
            Some(renewed) => former.reenrol(&renewed.certificate, &ready.csr, here, with.authority),
        };
        let certificates = match answer {
            Ok(Enrolment::Issued(certificates)) => certificates,
            Ok(Enrolment::Pending { retry_after, place }) => {
                let id = entry.id;
                return Ok(Obtained::Pending(Outcome::Pending {
                    id,
                    retry_after,
                    place,
                }));
            }
            Err(error) => {
                // A refusal is an answer: nothing was issued, unless an earlier run had asked too
                // and its answer was lost.
                if error.kind() == ErrorKind::Refused && !matches!(before, Step::Sent { .. }) {
                    entry.step = before;
                    with.journal.save(&entry)?;
                }
                return Err(error);
            }
        };
        let chain = self.chain(&certificates, ready, with)?;
        let (public_key, request) = (ready.public_key.clone(), ready.csr.clone());
        entry.step = Step::Issued {
            public_key,
            request,
            chain: chain.clone(),
        };
        with.journal.save(&entry)?;
        Ok(Obtained::Chain(Box::new(entry), chain))
    }

    /// Fails, before anything is made, if the authority takes no keys of this kind.
    pub(super) fn check_kind(&self, authority: &mut dyn Authority) -> Result<()> {
        let kinds = authority.requirements()?.keys;
        if kinds.is_empty() || kinds.contains(&self.key) {
            return Ok(());
        }
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        Err(Error::AuthorityKeyKind {
            authority: authority.name(),
            algorithm: self.key.to_string(),
            wanted: kinds.join(", "),
        })
    }

    /// The certificate of our key and its chain, which must lead to the CA that is expected.
    fn chain(
        &self,
        certificates: &[Certificate],
        ready: &Ready,
        with: &mut Surroundings<'_>,
    ) -> Result<Vec<Certificate>> {
        let is_ours =
            |one: &&Certificate| one.public_key().is_ok_and(|key| key == ready.public_key);
        let Some(leaf) = certificates.iter().find(is_ours) else {
            let first = certificates.first().map(|one| one.subject().to_string());
            return Err(Error::CertificateKeyDiffers {
                subject: first.unwrap_or_default(),
            });
        };
        let renewed = self.renews.as_ref().map(|it| &it.certificate);
        if renewed == Some(&leaf.fingerprint()) {
            return Err(Error::AuthorityAnswer {
                authority: with.authority.name(),
                reason: "it is the certificate that is to be renewed".to_owned(),
            });
        }
        let mut others = certificates.to_vec();
        others.extend(with.authority.ca_certificates()?);
        let chain = chain_of(leaf, &others);
        match self.ca_fingerprint {
            Some(expected) if !chain.iter().any(|one| one.sha256() == expected) => {
                Err(Error::AuthorityUntrusted {
                    authority: with.authority.name(),
                    expected: hexadecimal(&expected),
                })
            }
            _ => Ok(chain),
        }
    }
}
