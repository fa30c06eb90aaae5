//! Which key or certificate on a token a SELECTOR means: exactly one, or an error that lists them.

use tokencert::certificate::Certificate;
use tokencert::token::{
    CertificateObject, Contents, Identity, ObjectSelector, Slot, TokenIdentity,
};
use tokencert::{Error, Result};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;

/// What was selected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selected<'c> {
    /// A key with its certificates, or one certificate of those.
    Identity(&'c Identity, Option<&'c CertificateObject>),
    /// A certificate whose key was not seen.
    Certificate(&'c CertificateObject),
}

impl<'c> Selected<'c> {
    /// The certificate objects that are meant: the one that was named, else all of the key's.
    pub(crate) fn certificates(&self) -> Vec<&'c CertificateObject> {
        match *self {
            Self::Identity(_, Some(object)) | Self::Certificate(object) => vec![object],
            Self::Identity(identity, None) => identity.certificates.iter().collect(),
        }
    }

    /// The certificate that is meant; of several, the newest.
    pub(crate) fn certificate(&self) -> Option<&'c Certificate> {
        self.certificates()
            .into_iter()
            .find_map(|object| object.certificate.as_ref())
    }

    /// The other certificates of the same key, where one of several was named.
    pub(crate) fn others(&self, contents: &Contents) -> Vec<String> {
        let Self::Identity(identity, Some(named)) = *self else {
            return Vec::new();
        };
        let is_other = |one: &&Certificate| named.certificate.as_ref() != Some(*one);
        let of_key = |one: &&Certificate| {
            one.public_key()
                .is_ok_and(|key| identity.public() == Some(&key))
        };
        let beside = identity.certificates.iter();
        let beside = beside.filter(|object| object.matches_key != Some(false));
        let elsewhere = contents.all_certificates();
        let elsewhere =
            elsewhere.filter(|one| one.certificate.as_ref().is_some_and(|it| of_key(&it)));
        let mut others: Vec<&Certificate> = Vec::new();
        let objects = beside.chain(elsewhere);
        for other in objects
            .filter_map(|one| one.certificate.as_ref())
            .filter(is_other)
        {
            if !others.contains(&other) {
                others.push(other);
            }
        }
        let name = |one: &&Certificate| format!("{} (sha256:{})", one.subject(), one.fingerprint());
        others.iter().map(name).collect()
    }

    /// The key with its certificates.
    pub(crate) fn identity(&self) -> Option<&'c Identity> {
        match *self {
            Self::Identity(identity, _) => Some(identity),
            Self::Certificate(_) => None,
        }
    }

    /// How the candidates of an ambiguous selector are told apart.
    fn name(&self) -> String {
        let certificate = self.certificate().map(Certificate::fingerprint);
        let id = match self {
            Self::Identity(identity, _) => identity.id(),
            Self::Certificate(object) => object.id.as_ref(),
        };
        match (id, certificate) {
            (Some(id), Some(digest)) => format!("id:{id} (sha256:{digest})"),
            (Some(id), None) => format!("id:{id}"),
            (None, Some(digest)) => format!("sha256:{digest}"),
            (None, None) => "without CKA_ID".to_owned(),
        }
    }
}

/// Fails unless the token in `slot` is the one that a PKCS#11 URI names, for an object of the same
/// name on another one is not meant.
pub(crate) fn confirm_token(selector: &ObjectSelector, slot: &Slot) -> Result<()> {
    let (ObjectSelector::Uri(uri), Some(token)) = (selector, slot.token()) else {
        return Ok(());
    };
    if !uri.names_token() || uri.matches_token(slot, token) {
        return Ok(());
    }
    Err(Error::TokenNotFound {
        wanted: selector.to_string(),
        present: token.identity.to_string(),
    })
}

/// The key is there, and nothing certifies it.
pub(crate) fn no_certificate(wanted: impl std::fmt::Display) -> Failure {
    let said = message("no-certificate").with("wanted", wanted);
    Failure::Program(Exit::Failed, said)
}

/// Finds what `selector` means among what was seen on `token`.
pub(crate) fn select<'c>(
    contents: &'c Contents,
    selector: &ObjectSelector,
    token: &TokenIdentity,
) -> Result<Selected<'c>> {
    let found = match selector {
        ObjectSelector::Fingerprint(digest) => by_digest(contents, digest),
        _ => by_name(contents, selector),
    };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Error::ObjectNotFound {
            token: token.to_string(),
            wanted: selector.to_string(),
        }),
        several => Err(Error::ObjectAmbiguous {
            wanted: selector.to_string(),
            candidates: several
                .iter()
                .map(Selected::name)
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// The only key there is: of those with a certificate, if there are any.
pub(crate) fn only<'c>(contents: &'c Contents, token: &TokenIdentity) -> Result<Selected<'c>> {
    let certified = |identity: &&Identity| !identity.certificates.is_empty();
    let mut keys: Vec<&Identity> = contents.identities.iter().filter(certified).collect();
    if keys.is_empty() {
        keys = contents.identities.iter().collect();
    }
    match keys.as_slice() {
        [] => Err(without_key(token)),
        [one] => Ok(Selected::Identity(one, None)),
        several => Err(Error::ObjectAmbiguous {
            wanted: "the only key".to_owned(),
            candidates: several
                .iter()
                .map(|key| Selected::Identity(key, None).name())
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// No key is seen on the token.
pub(crate) fn without_key(token: &TokenIdentity) -> Error {
    Error::ObjectNotFound {
        token: token.to_string(),
        wanted: "the only key".to_owned(),
    }
}

/// The same certificate stored twice is one certificate.
fn by_digest<'c>(contents: &'c Contents, digest: &[u8; 32]) -> Vec<Selected<'c>> {
    let fits = |object: &&CertificateObject| {
        object
            .certificate
            .as_ref()
            .is_some_and(|certificate| certificate.sha256() == *digest)
    };
    let beside = contents.identities.iter().filter_map(|identity| {
        let object = identity.certificates.iter().find(fits)?;
        Some(Selected::Identity(identity, Some(object)))
    });
    let lone = contents
        .certificates
        .iter()
        .find(fits)
        .map(Selected::Certificate);
    beside.chain(lone).take(1).collect()
}

fn by_name<'c>(contents: &'c Contents, selector: &ObjectSelector) -> Vec<Selected<'c>> {
    let fits =
        |object: &CertificateObject| selector.matches(object.id.as_ref(), object.label.as_deref());
    let beside = contents.identities.iter().filter_map(|identity| {
        let keys = [identity.private_key.as_ref(), identity.public_key.as_ref()];
        let key = keys
            .into_iter()
            .flatten()
            .any(|key| selector.matches(key.id.as_ref(), key.label.as_deref()));
        // A label may be a certificate's own; then that certificate is meant, not its neighbours.
        let object = identity.certificates.iter().find(|object| fits(object));
        match (key, object) {
            (true, _) => Some(Selected::Identity(identity, None)),
            (false, Some(object)) => Some(Selected::Identity(identity, Some(object))),
            (false, None) => None,
        }
    });
    let lone = contents
        .certificates
        .iter()
        .filter(|object| fits(object))
        .map(Selected::Certificate);
    beside.chain(lone).collect()
}
