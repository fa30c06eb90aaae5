//! Writing certificates to a token, and taking objects off it.

use cryptoki::object::Attribute;
use sha2::{Digest, Sha256};

use super::session::Token;
use super::template;
use crate::certificate::{Certificate, DistinguishedName, hexadecimal};
use crate::error::{CallError, Error, Result, ReturnValue};
use crate::key::KeyId;
use crate::token::{CertificateObject, KeyObject};

/// The longest label that is written, in bytes: AWS CloudHSM takes 127, and a mark may follow.
const LABEL: usize = 112;

impl Token<'_> {
    /// Writes a certificate object under the ID of its key, or of its subject key identifier.
    ///
    /// The user must be logged in: some tokens let nobody else write, and on the others anybody
    /// could.
    pub(crate) fn store_certificate(
        &self,
        certificate: &Certificate,
        id: Option<&[u8]>,
    ) -> Result<()> {
        let label = label_of(certificate.subject());
        let stored = match self.create(certificate, id, &label) {
            // NSS lets a label belong to one subject only.
            Err(call) if call.value == ReturnValue::ATTRIBUTE_VALUE_INVALID => {
                let digest = Sha256::digest(certificate.subject().as_der());
                let mark = hexadecimal(digest.get(..4).unwrap_or_default());
                self.create(certificate, id, &format!("{label} ({mark})"))
            }
            answer => answer,
        };
        stored.map_err(|cause| match cause.value {
            ReturnValue::DEVICE_MEMORY => self.full(certificate),
            _ => self.failed(cause),
        })
    }

    fn create(
        &self,
        certificate: &Certificate,
        id: Option<&[u8]>,
        label: &str,
    ) -> Result<(), CallError> {
        let template = template::certificate(certificate, id, label);
        self.session().create_object(&template).map(drop)
    }

    /// Fails if the token says that there is no room for so many bytes of certificates.
    pub(crate) fn check_room(&self, certificates: &[&Certificate]) -> Result<()> {
        let Some(free) = self.info().free_memory else {
            return Ok(());
        };
        let needed: usize = certificates
            .iter()
            .map(|certificate| certificate.as_der().len())
            .sum();
        let needed = u64::try_from(needed).unwrap_or(u64::MAX);
        if needed <= free {
            return Ok(());
        }
        Err(Error::TokenFull {
            token: self.identity().to_string(),
            needed,
            free: free.to_string(),
        })
    }

    fn full(&self, certificate: &Certificate) -> Error {
        Error::TokenFull {
            token: self.identity().to_string(),
            needed: u64::try_from(certificate.as_der().len()).unwrap_or(u64::MAX),
            free: self
                .info()
                .free_memory
                .map_or("too few".to_owned(), |free| free.to_string()),
        }
    }

    /// Takes a certificate off the token, for good.
    pub fn delete_certificate(&self, object: &CertificateObject) -> Result<()> {
        self.confirm_identity()?;
        self.destroy(object.handle)
    }

    /// Gives a certificate another `CKA_ID`.
    pub(crate) fn set_certificate_id(&self, object: &CertificateObject, id: &KeyId) -> Result<()> {
        let template = [Attribute::Id(id.as_bytes().to_vec())];
        let set = self.session().set_attributes(object.handle, &template);
        set.map_err(|call| self.failed(call))
    }

    /// Destroys a private or public key object, for good.
    pub fn delete_key(&self, key: &KeyObject) -> Result<()> {
        self.confirm_identity()?;
        self.destroy(key.handle)
    }

    pub(super) fn destroy(&self, handle: u64) -> Result<()> {
        let destroyed = self.session().destroy_object(handle);
        destroyed.map_err(|call| self.failed(call))
    }
}

/// A label for the certificates of a subject: its common name, else the whole name, as far as whole
/// characters fit.
fn label_of(subject: &DistinguishedName) -> String {
    let mut name = subject.common_name().unwrap_or_else(|| subject.to_string());
    name.truncate(name.floor_char_boundary(LABEL));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_cut_between_two_characters() {
        let label = |name: &str| {
            let subject = DistinguishedName::parse(&format!("CN={name}")).unwrap();
            label_of(&subject)
        };
        assert_eq!(label("山田 太郎"), "山田 太郎");
        assert_eq!(label(&"山".repeat(64)), "山".repeat(37));
    }
}
