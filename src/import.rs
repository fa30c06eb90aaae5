//! Key-bound import: a certificate lands beside the key that it certifies, or not at all.

mod replace;

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::certificate::{Certificate, chain_of};
use crate::error::{Error, Result};
use crate::key::{KeyId, SigningKey};
use crate::pkcs11::Token;
use crate::token::{Contents, KeyObject};

/// How far this computer's clock may be from the authority's.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// What is signed to prove that the key on the token is the one in the certificate.
const CHALLENGE: &[u8] = b"tokencert: the key on the token belongs to this certificate";

/// An import of certificates to a token.
///
/// ```no_run
/// use tokencert::certificate::read_certificates;
/// use tokencert::import::Import;
/// use tokencert::pkcs11::{LoginPolicy, Module, Pin};
/// use tokencert::token::{Need, TokenSelector};
///
/// # fn main() -> tokencert::Result<()> {
/// # let (bytes, now) = (Vec::new(), jiff::Timestamp::UNIX_EPOCH);
/// let module = Module::open("/usr/lib/softhsm/libsofthsm2.so".as_ref())?;
/// let token = module.token(&TokenSelector::Only, Need::Write)?;
/// token.login(&mut Pin::new("1234".to_owned()), LoginPolicy::default())?;
/// let certificates = read_certificates("answer.pem", &bytes)?;
/// for imported in Import::default().run(&token, &certificates, now)? {
///     assert!(imported.key.is_some() || imported.certificate.is_ca());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Import {
    /// Also store certificates that belong to no key on the token.
    pub allow_orphan: bool,
    /// Also store certificates that have expired or are not valid yet.
    pub allow_invalid_dates: bool,
    /// Where a certificate is kept that has to leave a token which holds one per key; without it
    /// such a token refuses a second certificate.
    pub archive: Option<PathBuf>,
}

/// A certificate that is on the token after an import.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The certificate.
    pub certificate: Certificate,
    /// False if it was on the token before.
    pub stored: bool,
    /// `CKA_ID` of the key that it belongs to; `None` for a CA's or a stranger's certificate.
    pub key: Option<KeyId>,
    /// Older certificates of the key that the token would not hold beside this one. They are in
    /// the archive.
    pub replaced: Vec<Certificate>,
}

/// A certificate with the place that is meant for it.
struct Placed<'a> {
    certificate: &'a Certificate,
    key: Option<&'a KeyObject>,
    present: bool,
}

impl Import {
    /// Stores certificates, each with the `CKA_ID` of its key, found by public key.
    ///
    /// Everything is decided before the first byte is written, so a refusal changes nothing. A
    /// certificate that is on the token already is left alone. CA certificates come along with a
    /// certificate of a key on the token, never alone. Afterwards each key concerned signs a
    /// challenge that the imported certificate must verify. The user must be logged in.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateStranger`], [`Error::CertificateExpired`],
    /// [`Error::CertificateNotYetValid`], [`Error::TokenFull`] with nothing changed;
    /// [`Error::SignatureWrong`] if the challenge fails.
    pub fn run(
        &self,
        token: &Token<'_>,
        certificates: &[Certificate],
        now: Timestamp,
    ) -> Result<Vec<Imported>> {
        // A key that could not be read would make its certificate a stranger's.
        let contents = if self.allow_orphan {
            token.contents()?
        } else {
            token.whole_contents()?
        };
        self.run_on(token, &contents, certificates, now)
    }

    /// The same with what is on the token already read.
    pub(crate) fn run_on(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        certificates: &[Certificate],
        now: Timestamp,
    ) -> Result<Vec<Imported>> {
        let placed = self.place(token, contents, certificates, now)?;
        let missing: Vec<_> = placed
            .iter()
            .filter(|one| !one.present)
            .map(|one| one.certificate)
            .collect();
        token.check_room(&missing)?;
        let mut replaced = Vec::new();
        let landed = self.write(token, contents, &placed, &mut replaced);
        if let Err(error) = landed.and_then(|()| prove_all(token, &placed)) {
            // Where an older certificate had to go, the new one is all there is.
            if replaced.iter().all(Vec::is_empty) {
                take_back(token, &placed, &error);
            }
            return Err(error);
        }
        Ok(placed
            .into_iter()
            .zip(replaced)
            .map(|(one, replaced)| Imported {
                certificate: one.certificate.clone(),
                stored: !one.present,
                key: one.key.and_then(|key| key.id.clone()),
                replaced,
            })
            .collect())
    }

    fn write(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        placed: &[Placed<'_>],
        replaced: &mut Vec<Vec<Certificate>>,
    ) -> Result<()> {
        let archive = self.archive.as_deref();
        for one in placed {
            replaced.push(if one.present {
                replace::finish(token, contents, one, archive)?
            } else {
                replace::store(token, contents, one, archive)?
            });
        }
        Ok(())
    }

    fn place<'a>(
        &self,
        token: &Token<'_>,
        contents: &'a Contents,
        certificates: &'a [Certificate],
        now: Timestamp,
    ) -> Result<Vec<Placed<'a>>> {
        let on_token = |certificate: &Certificate| {
            contents
                .all_certificates()
                .any(|o| o.certificate.as_ref() == Some(certificate))
        };
        let placed: Vec<Placed<'a>> = certificates
            .iter()
            .map(|certificate| Placed {
                certificate,
                key: key_of(contents, certificate),
                present: on_token(certificate),
            })
            .collect();
        // What comes along with a certificate of a key is its chain, and nothing else.
        let leaves = placed.iter().filter(|one| one.key.is_some());
        let chains: Vec<Certificate> = leaves
            .flat_map(|leaf| chain_of(leaf.certificate, certificates))
            .collect();
        let has_leaf = !chains.is_empty();
        for one in placed.iter().filter(|one| !one.present) {
            let belongs = one.key.is_some() || chains.contains(one.certificate);
            if !belongs && !self.allow_orphan {
                // Of a whole chain, the leaf is what the user knows it by.
                let strangers = placed.iter().filter(|other| other.key.is_none());
                let leaf = strangers
                    .map(|other| other.certificate)
                    .find(|c| !c.is_ca());
                let named = leaf.filter(|_| !has_leaf).unwrap_or(one.certificate);
                return Err(Error::CertificateStranger {
                    subject: named.subject().to_string(),
                    token: token.identity().to_string(),
                    keys: contents.private_keys().count(),
                });
            }
            // A CA's dates are the business of whoever trusts it.
            if !self.allow_invalid_dates && (one.key.is_some() || !has_leaf) {
                check_dates(one.certificate, now)?;
            }
        }
        Ok(placed)
    }
}

fn prove_all(token: &Token<'_>, placed: &[Placed<'_>]) -> Result<()> {
    let mut ours = placed
        .iter()
        .filter_map(|one| Some((one.key?, one.certificate)));
    ours.try_for_each(|(key, certificate)| prove(token, key, certificate))
}

/// Takes back what a failed import has written; what cannot be taken back is said.
fn take_back(token: &Token<'_>, placed: &[Placed<'_>], why: &Error) {
    if matches!(why, Error::TokenRemoved { .. }) {
        return;
    }
    let left = |error: &Error| tracing::warn!(%error, "a certificate of a failed import is left");
    let contents = match token.contents() {
        Ok(contents) => contents,
        Err(error) => return left(&error),
    };
    for one in placed.iter().filter(|one| !one.present) {
        // One that is half-way into the place of another may be all that the key has left.
        let mut objects = contents.all_certificates();
        let written = objects.find(|object| {
            object.certificate.as_ref() == Some(one.certificate)
                && !replace::is_under_way(object, one.certificate)
        });
        if let Some(object) = written
            && let Err(error) = token.delete_certificate(object)
        {
            left(&error);
        }
    }
}

/// The copy of a certificate in an [archive](Import::archive).
#[must_use]
pub fn archived(archive: &Path, certificate: &Certificate) -> PathBuf {
    archive.join(format!("{}.pem", certificate.fingerprint()))
}

/// The private key that a certificate certifies. A key whose public half is only known from a
/// certificate counts as well: the challenge will prove it.
fn key_of<'a>(contents: &'a Contents, certificate: &Certificate) -> Option<&'a KeyObject> {
    let wanted = certificate.public_key().ok()?;
    contents
        .private_keys()
        .find(|key| key.public_key.as_ref() == Some(&wanted))
}

pub(crate) fn check_dates(certificate: &Certificate, now: Timestamp) -> Result<()> {
    let subject = || certificate.subject().to_string();
    if now
        .saturating_add(TOLERANCE)
        .is_ok_and(|latest| latest < certificate.not_before())
    {
        return Err(Error::CertificateNotYetValid {
            subject: subject(),
            not_before: certificate.not_before().to_string(),
            now: now.to_string(),
        });
    }
    if now
        .saturating_sub(TOLERANCE)
        .is_ok_and(|earliest| earliest > certificate.not_after())
    {
        return Err(Error::CertificateExpired {
            subject: subject(),
            not_after: certificate.not_after().to_string(),
            now: now.to_string(),
        });
    }
    Ok(())
}

/// Has the key on the token sign a challenge, and verifies it with the certificate.
pub(crate) fn prove(token: &Token<'_>, key: &KeyObject, certificate: &Certificate) -> Result<()> {
    let key = token.key(key)?;
    let certified = certificate.public_key()?;
    let scheme = certified
        .algorithm()
        .ok_or_else(|| Error::KeyMalformed {
            reason: "it is of an unknown kind".to_owned(),
        })?
        .default_scheme();
    let signature = SigningKey::sign(&key, scheme, CHALLENGE)?;
    certified.verify(scheme, CHALLENGE, &signature, "the challenge")
}
