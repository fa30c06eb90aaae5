//! The certificate that a new one takes the place of, and the key that signs for it.

use crate::authority::{Authority, Enrolment, Present};
use crate::certificate::{Certificate, chain_of};
use crate::error::{Error, Result};
use crate::pkcs11::{LoginPolicy, PinProvider, Token, TokenAccess};
use crate::request::Csr;
use crate::token::{Contents, KeyObject, Need, Slot, TokenIdentity};

/// Where the certificate that is renewed is, with its key.
#[expect(missing_debug_implementations, reason = "it holds a borrowed function")]
pub enum Former<'a> {
    /// On the token that gets the new one.
    Here,
    /// On another token of the same module.
    Slot {
        /// The slot that the token is in.
        slot: &'a Slot,
        /// Who is asked for its PIN.
        pins: &'a mut dyn PinProvider,
    },
    /// Somewhere else: another module's token, as a rule.
    Elsewhere {
        /// The certificate and its key.
        present: Present<'a>,
        /// The token, for those who look for it later.
        token: TokenIdentity,
    },
    /// Deleted by an earlier run, whose last steps are all that is left to do.
    Gone {
        /// The token that it was on.
        token: TokenIdentity,
    },
}

/// The same, with its token opened.
pub(super) enum Opened<'m, 'a> {
    Here,
    Token(Token<'m>, Box<Contents>),
    Elsewhere(Present<'a>),
}

impl<'a> Former<'a> {
    /// Opens the other token, where there is one, and logs in: before anything is made.
    pub(super) fn open(
        self,
        access: &dyn TokenAccess,
        policy: LoginPolicy,
    ) -> Result<Opened<'_, 'a>> {
        Ok(match self {
            Self::Here => Opened::Here,
            Self::Elsewhere { present, .. } => Opened::Elsewhere(present),
            Self::Gone { token } => {
                return Err(Error::RenewalAbsent {
                    token: token.to_string(),
                });
            }
            Self::Slot { slot, pins } => {
                let token = access.open_slot(slot, Need::Read)?;
                token.login(pins, policy)?;
                let contents = token.whole_contents()?;
                Opened::Token(token, Box::new(contents))
            }
        })
    }
}

impl Opened<'_, '_> {
    /// Asks for a certificate in place of the one with this fingerprint; `here` is the token that
    /// gets it.
    pub(super) fn reenrol(
        &self,
        fingerprint: &str,
        request: &Csr,
        here: (&Token<'_>, &Contents),
        authority: &mut dyn Authority,
    ) -> Result<Enrolment> {
        match self {
            Self::Elsewhere(present) => authority.reenrol(request, present),
            Self::Token(token, contents) => {
                reenrol(fingerprint, request, (token, contents), authority)
            }
            Self::Here => reenrol(fingerprint, request, here, authority),
        }
    }
}

fn reenrol(
    fingerprint: &str,
    request: &Csr,
    (token, contents): (&Token<'_>, &Contents),
    authority: &mut dyn Authority,
) -> Result<Enrolment> {
    let mut all = contents.all_certificates();
    let certificate = all.find_map(|one| {
        let certificate = one.certificate.as_ref()?;
        (certificate.fingerprint() == fingerprint).then_some(certificate)
    });
    let certificate = certificate.ok_or_else(|| Error::ObjectNotFound {
        token: token.identity().to_string(),
        wanted: format!("sha256:{fingerprint}"),
    })?;
    with_present(token, contents, certificate, |present| {
        authority.reenrol(request, present)
    })
}

/// Lets `act` show a certificate whose key is on the token, with its chain from there.
pub(crate) fn with_present<T>(
    token: &Token<'_>,
    contents: &Contents,
    certificate: &Certificate,
    act: impl FnOnce(&Present<'_>) -> Result<T>,
) -> Result<T> {
    let key = token.key(key_of(token, contents, certificate)?)?;
    let all = contents.all_certificates();
    let all: Vec<Certificate> = all.filter_map(|one| one.certificate.clone()).collect();
    let chain = chain_of(certificate, &all);
    act(&Present {
        certificate,
        chain: chain.get(1..).unwrap_or_default(),
        key: &key,
    })
}

/// The private key of a certificate on a token, or [`Error::CertificateKeyAbsent`].
pub(crate) fn key_of<'c>(
    token: &Token<'_>,
    contents: &'c Contents,
    certificate: &Certificate,
) -> Result<&'c KeyObject> {
    let wanted = certificate.public_key()?;
    let mut keys = contents.private_keys();
    keys.find(|key| key.public_key.as_ref() == Some(&wanted))
        .ok_or_else(|| Error::CertificateKeyAbsent {
            subject: certificate.subject().to_string(),
            token: token.identity().to_string(),
        })
}
