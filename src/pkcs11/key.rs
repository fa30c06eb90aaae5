//! A private key on a token, ready to sign.

use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki_sys::{CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS};
use der::asn1::{BitString, UintRef};
use der::{Encode, Sequence};
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{
    AlgorithmIdentifierOwned, Document, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    SignatureBitStringEncoding,
};

use super::pin;
use super::quirks;
use super::session::Token;
use crate::error::{CallError, Error, Result};
#[cfg(feature = "est")]
use crate::key::tls::TlsKey;
use crate::key::{KeyAlgorithm, KeyId, PublicKey, SignatureScheme, SigningKey};
use crate::token::KeyObject;

/// The DER before a SHA-256 in a `DigestInfo` (RFC 8017 section 9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// What is signed to find out which public key is a private key's own.
const TRIAL: &[u8] = b"tokencert: which public key belongs to this private key";

/// A private key on a token.
///
/// ```no_run
/// use tokencert::key::SigningKey;
/// use tokencert::{LoginPolicy, Module, Pin};
/// use tokencert::token::{Need, TokenSelector};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let module = Module::open("/usr/lib/libeToken.so".as_ref())?;
/// let token = module.token(&TokenSelector::Only, Need::Read)?;
/// token.login(&mut Pin::new("123456".to_owned()), LoginPolicy::default())?;
/// let contents = token.contents()?;
/// let key = token.key(contents.private_keys().next().ok_or("no private key")?)?;
/// let signature = key.sign(key.scheme(), b"a message")?;
/// # Ok(()) }
/// ```
///
/// It signs through [`SigningKey`], and through `signature::Signer` and the builder traits of
/// `x509-cert`. Every signature has been verified in software before it is returned. `Send` and
/// `Sync`.
#[derive(Clone, Debug)]
pub struct TokenKey<'m> {
    token: Token<'m>,
    handle: u64,
    id: Option<KeyId>,
    public: PublicKey,
    algorithm: KeyAlgorithm,
    scheme: SignatureScheme,
    always_authenticate: bool,
}

impl<'m> Token<'m> {
    /// A private key of this token, ready to sign.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMalformed`] if its public half is not known, for no signature could be verified.
    pub fn key(&self, key: &KeyObject) -> Result<TokenKey<'m>> {
        let unknown = |reason: &str| Error::KeyMalformed {
            reason: reason.to_owned(),
        };
        let public = key
            .public_key
            .clone()
            .ok_or_else(|| unknown("neither an object nor a certificate on the token shows it"))?;
        let algorithm = public
            .algorithm()
            .ok_or_else(|| unknown("it is of a kind that is not supported"))?;
        Ok(TokenKey {
            token: self.clone(),
            handle: key.handle,
            id: key.id.clone(),
            public,
            algorithm,
            scheme: algorithm.default_scheme(),
            always_authenticate: key.flags.always_authenticate == Some(true),
        })
    }
}

impl TokenKey<'_> {
    /// The key's `CKA_ID`.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The scheme that `signature::Signer` and the certificate builders use.
    #[must_use]
    pub fn scheme(&self) -> SignatureScheme {
        self.scheme
    }

    /// The same key with another scheme.
    ///
    /// # Errors
    ///
    /// [`Error::KeyScheme`] if the key cannot make such signatures.
    pub fn with_scheme(mut self, scheme: SignatureScheme) -> Result<Self> {
        check(scheme, self.algorithm)?;
        self.scheme = scheme;
        Ok(self)
    }

    fn sign_once(&self, mechanism: &Mechanism<'_>, data: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut session = self.token.session();
        session.sign_init(mechanism, self.handle)?;
        // Nothing may come between the three calls: ykcs11 drops the login at any other one.
        let allowed = if self.always_authenticate {
            pin::context_login(&session, self.token.pin().as_ref())
        } else {
            Ok(())
        };
        let signed = allowed.and_then(|()| session.sign(data, self.signature_room()));
        if signed.is_err() {
            // The operation may still be active, and nothing in the standard's v2 ends it.
            if let Err(error) = self.token.renew_session(&mut session) {
                tracing::debug!(%error, "no fresh session after a failed signature");
            }
        }
        signed
    }

    fn has_pss(&self) -> bool {
        let listed = self.token.mechanisms().is_ok_and(|mechanisms| {
            let pss = [CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS];
            pss.iter().any(|mechanism| mechanisms.contains(mechanism))
        });
        let tried = || SigningKey::sign(self, SignatureScheme::RsaPssSha256, b"a trial").is_ok();
        listed || (!self.always_authenticate && tried())
    }

    fn signature_room(&self) -> usize {
        match self.algorithm {
            KeyAlgorithm::Rsa(bits) => usize::try_from(bits.div_ceil(8)).unwrap_or(1024),
            KeyAlgorithm::Ec(curve) => 2 * curve.bytes(),
            KeyAlgorithm::Ed25519 => 64,
        }
    }
}

impl SigningKey for TokenKey<'_> {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// For RSA the token is asked for PSS: by its list of mechanisms, and where that is silent by a
    /// trial, for tpm2-pkcs11 signs so without listing it. A key that wants its PIN for each
    /// signature is not tried: the list is believed.
    fn schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithm.schemes();
        if matches!(self.algorithm, KeyAlgorithm::Rsa(_)) && !self.has_pss() {
            schemes.retain(|scheme| *scheme != SignatureScheme::RsaPssSha256);
        }
        schemes
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        let signature = self.sign_unverified(scheme, message)?;
        self.public
            .verify(scheme, message, &signature, "the token")?;
        Ok(signature)
    }
}

impl TokenKey<'_> {
    /// A signature that nobody has looked at yet.
    fn sign_unverified(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        check(scheme, self.algorithm)?;
        if self.always_authenticate {
            self.token.may_login_again()?;
        }
        let mut refused = None;
        for (mechanism, data) in attempts(scheme, self.algorithm, message) {
            match self.sign_once(&mechanism, &data) {
                Ok(signature) => {
                    return match self.algorithm {
                        KeyAlgorithm::Ec(_) => ecdsa_der(&signature),
                        KeyAlgorithm::Rsa(_) | KeyAlgorithm::Ed25519 => Ok(signature),
                    };
                }
                Err(call) if quirks::is_mechanism_refusal(call.value) => refused = Some(call),
                Err(call) if call.function == "C_Login" => {
                    return Err(self.token.context_login_failed(call));
                }
                Err(call) => return Err(self.token.failed(call)),
            }
        }
        Err(refused.map_or_else(
            || Error::KeyScheme {
                algorithm: self.algorithm.to_string(),
                scheme: scheme.name().to_owned(),
            },
            |call| self.token.failed(call),
        ))
    }

    /// Which of several public keys is this key's own: the one that verifies a trial signature.
    pub(super) fn tell_own(&self, candidates: &[PublicKey]) -> Result<Option<PublicKey>> {
        let signature = self.sign_unverified(self.scheme, TRIAL)?;
        let own = |one: &&PublicKey| {
            one.verify(self.scheme, TRIAL, &signature, "the token")
                .is_ok()
        };
        Ok(candidates.iter().find(own).cloned())
    }
}

fn check(scheme: SignatureScheme, algorithm: KeyAlgorithm) -> Result<()> {
    if scheme.suits(algorithm) {
        return Ok(());
    }
    Err(Error::KeyScheme {
        algorithm: algorithm.to_string(),
        scheme: scheme.name().to_owned(),
    })
}

/// The mechanisms that make such a signature, with what each wants to be given: the one that
/// hashes on the token first, then the one that takes the digest. Lists of mechanisms are not
/// consulted: tpm2-pkcs11 signs with PSS without listing it.
fn attempts(
    scheme: SignatureScheme,
    algorithm: KeyAlgorithm,
    message: &[u8],
) -> Vec<(Mechanism<'static>, Vec<u8>)> {
    let whole = || message.to_vec();
    let sha256 = || Sha256::digest(message).to_vec();
    match scheme {
        SignatureScheme::RsaPkcs1Sha256 => vec![
            (Mechanism::Sha256RsaPkcs, whole()),
            (
                Mechanism::RsaPkcs,
                [SHA256_DIGEST_INFO.as_slice(), &sha256()].concat(),
            ),
        ],
        SignatureScheme::RsaPssSha256 => vec![
            (Mechanism::Sha256RsaPkcsPss(pss()), whole()),
            (Mechanism::RsaPkcsPss(pss()), sha256()),
        ],
        SignatureScheme::EcdsaSha256 => ecdsa(Mechanism::EcdsaSha256, algorithm, sha256(), whole()),
        SignatureScheme::EcdsaSha384 => ecdsa(
            Mechanism::EcdsaSha384,
            algorithm,
            Sha384::digest(message).to_vec(),
            whole(),
        ),
        SignatureScheme::EcdsaSha512 => ecdsa(
            Mechanism::EcdsaSha512,
            algorithm,
            Sha512::digest(message).to_vec(),
            whole(),
        ),
        SignatureScheme::Ed25519 => {
            vec![(
                Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure)),
                whole(),
            )]
        }
    }
}

/// Most modules have only the bare ECDSA. A digest longer than the curve is cut to its left bits,
/// as FIPS 186-5 section 6.4.1 does, because not every module does it itself.
fn ecdsa(
    hashing: Mechanism<'static>,
    algorithm: KeyAlgorithm,
    mut digest: Vec<u8>,
    message: Vec<u8>,
) -> Vec<(Mechanism<'static>, Vec<u8>)> {
    if let KeyAlgorithm::Ec(curve) = algorithm {
        digest.truncate(curve.bytes());
    }
    vec![(Mechanism::Ecdsa, digest), (hashing, message)]
}

fn pss() -> PkcsPssParams {
    PkcsPssParams {
        hash_alg: MechanismType::SHA256,
        mgf: PkcsMgfType::MGF1_SHA256,
        s_len: 32.into(),
    }
}

#[derive(Sequence)]
struct EcdsaSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// r‖s of PKCS#11 (section 6.3.1) as the DER of RFC 3279 section 2.2.3.
fn ecdsa_der(raw: &[u8]) -> Result<Vec<u8>> {
    let wrong = || Error::SignatureWrong {
        what: "the token".to_owned(),
    };
    if raw.is_empty() || !raw.len().is_multiple_of(2) {
        return Err(wrong());
    }
    let (r, s) = raw.split_at(raw.len() / 2);
    let signature = EcdsaSignature {
        r: UintRef::new(r).map_err(|_| wrong())?,
        s: UintRef::new(s).map_err(|_| wrong())?,
    };
    signature.to_der().map_err(|_| wrong())
}

/// A signature by a [`TokenKey`], as it stands in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSignature(Vec<u8>);

impl TokenSignature {
    /// The signature's bytes; for ECDSA the DER of RFC 3279.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl SignatureBitStringEncoding for TokenSignature {
    fn to_bitstring(&self) -> der::Result<BitString> {
        BitString::from_bytes(&self.0)
    }
}

impl signature::Signer<TokenSignature> for TokenKey<'_> {
    fn try_sign(&self, message: &[u8]) -> Result<TokenSignature, signature::Error> {
        SigningKey::sign(self, self.scheme, message)
            .map(TokenSignature)
            .map_err(signature::Error::from_source)
    }
}

/// The public half in the form that the certificate builders ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenVerifyingKey(PublicKey);

impl EncodePublicKey for TokenVerifyingKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Document::try_from(self.0.as_der()).map_err(spki::Error::from)
    }
}

impl signature::Keypair for TokenKey<'_> {
    type VerifyingKey = TokenVerifyingKey;

    fn verifying_key(&self) -> TokenVerifyingKey {
        TokenVerifyingKey(self.public.clone())
    }
}

impl DynSignatureAlgorithmIdentifier for TokenKey<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        self.scheme.identifier().map_err(spki::Error::from)
    }
}

/// For keys of [`Module::token`](super::Module::token), which outlive any borrow of the module:
/// `rustls` owns its keys. A key of an exclusive module is borrowed, and the client of `est` signs
/// with it all the same.
#[cfg(feature = "est")]
impl rustls::sign::SigningKey for TokenKey<'static> {
    fn choose_scheme(
        &self,
        offered: &[rustls::SignatureScheme],
    ) -> Option<Box<dyn rustls::sign::Signer>> {
        TlsKey::new(std::sync::Arc::new(self.clone())).choose_scheme(offered)
    }

    fn public_key(&self) -> Option<rustls::pki_types::SubjectPublicKeyInfoDer<'_>> {
        Some(self.public.as_der().into())
    }

    fn algorithm(&self) -> rustls::SignatureAlgorithm {
        crate::key::tls::algorithm(Some(self.algorithm))
    }
}
