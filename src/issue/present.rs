//! What is on the token before anything is issued: a certificate that will do, a key left behind.

use super::{Issue, Outcome, Surroundings};
use crate::certificate::{Certificate, DistinguishedName};
use crate::error::{Error, Result};
use crate::import::check_dates;
use crate::journal::Journal;
use crate::key::KeyId;
use crate::pkcs11::Token;
use crate::profile::ExpectedSubject;
use crate::token::Contents;

impl Issue {
    /// What is on the token: all of it, for a certificate that could not be read would be asked for
    /// again. Who wants another one in any case needs no such care; a renewal finds the chain of the
    /// old certificate there, which is not to be stored twice.
    pub(super) fn contents(&self, token: &Token<'_>) -> Result<Contents> {
        if self.another && self.renews.is_none() {
            token.contents()
        } else {
            token.whole_contents()
        }
    }

    /// A valid certificate of the same name from the same authority, with its key beside it.
    pub(super) fn already_there(
        &self,
        contents: &Contents,
        with: &mut Surroundings<'_>,
    ) -> Result<Option<Outcome>> {
        if self.another {
            return Ok(None);
        }
        let present = contents
            .identities
            .iter()
            .flat_map(|one| one.certificates.iter().map(move |object| (one, object)))
            .filter(|(_, object)| object.matches_key != Some(false))
            .filter_map(|(one, object)| Some((one, object.certificate.as_ref()?)));
        let now = (with.clock)();
        let candidates = present
            .filter(|(_, certificate)| {
                !certificate.is_ca() && check_dates(certificate, now).is_ok()
            })
            .filter(|(_, certificate)| self.is_for_same_name(certificate));
        for (identity, certificate) in candidates {
            if with.authority.has_issued(certificate)? {
                return Ok(Some(Outcome::AlreadyThere {
                    certificate: Box::new(certificate.clone()),
                    key: identity.id().cloned(),
                }));
            }
        }
        Ok(None)
    }

    /// True if the certificate has the common name that is asked for, or that the account is going
    /// to have. The rest of the subject is the authority's to decide.
    fn is_for_same_name(&self, certificate: &Certificate) -> bool {
        if let Some(expected @ ExpectedSubject::AnyCount(_)) = &self.expected_subject {
            return expected.is_met_by(certificate.subject());
        }
        let found = certificate.subject().common_name();
        if let (Some(holder), None) = (&self.holder, &self.expected_subject) {
            let words: Vec<&str> = found
                .iter()
                .flat_map(|name| name.split([' ', '/']))
                .collect();
            let parts: Vec<&str> = holder.split('/').collect();
            // Behind them, the institution may stand.
            return words.starts_with(&parts) && words.len() <= parts.len() + 1;
        }
        let asked = DistinguishedName::parse(&self.request.subject);
        let wanted = asked.ok().and_then(|name| name.common_name());
        wanted.is_none() || found == wanted
    }

    /// Refuses to make a second key where one is waiting that no journal knows of.
    pub(super) fn check_stranded(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        journal: &Journal,
    ) -> Result<()> {
        if self.another {
            return Ok(());
        }
        let known: Vec<KeyId> = journal
            .entries()?
            .into_iter()
            .map(|entry| entry.key_id)
            .collect();
        let stranded: Vec<String> = contents
            .identities
            .iter()
            .filter(|one| one.private_key.is_some() && one.certificates.is_empty())
            .filter(|one| !one.id().is_some_and(|id| known.contains(id)))
            .map(|one| {
                one.id()
                    .map_or("without CKA_ID".to_owned(), KeyId::to_string)
            })
            .collect();
        if stranded.is_empty() {
            return Ok(());
        }
        Err(Error::KeysWithoutCertificate {
            token: token.identity().to_string(),
            keys: stranded.join(", "),
        })
    }
}
