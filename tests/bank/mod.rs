//! A bank for tests of the authority's rules: keys in software, a clock that the tests move, and
//! PINs whose hashes cost little.

#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test, and not every test needs all of it"
)]

use std::cell::RefCell;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use p256::ecdsa::signature::Signer;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokencert::ca::{
    Actor, CertificateAuthority, Denial, FirstSecrets, Folder, HolderId, HolderView, KeyPlace,
    NewHolder, Policy, RegistrationAuthority, Settings, Welcome, default_subject,
};
use tokencert::certificate::Certificate;
use tokencert::key::{Curve, KeyId, PublicKey, SignatureScheme, SigningKey};
use tokencert::registry::{Location, SecondFactor};
use tokencert::request::{Csr, RequestTemplate};
use tokencert::token::TokenIdentity;
use tokencert::{Error, Result};

/// A P-256 key in software.
pub(crate) struct SoftwareKey {
    secret: p256::ecdsa::SigningKey,
    public: PublicKey,
}

impl SoftwareKey {
    pub(crate) fn new(seed: u8) -> Self {
        let secret = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
        let point = secret.verifying_key().to_sec1_point(false);
        let parameters = Curve::P256.parameters();
        let public = PublicKey::from_ec_parts(parameters, point.as_bytes()).unwrap();
        Self { secret, public }
    }
}

impl SigningKey for SoftwareKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        assert_eq!(scheme, SignatureScheme::EcdsaSha256);
        let signature: p256::ecdsa::Signature = self.secret.try_sign(message).unwrap();
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// A key that lets something happen before its first signature.
pub(crate) struct Meanwhile<'k, F> {
    key: &'k SoftwareKey,
    act: RefCell<Option<F>>,
}

impl<'k, F: FnOnce()> Meanwhile<'k, F> {
    pub(crate) fn new(key: &'k SoftwareKey, act: F) -> Self {
        let act = RefCell::new(Some(act));
        Self { key, act }
    }
}

impl<F: FnOnce()> SigningKey for Meanwhile<'_, F> {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>> {
        if let Some(act) = self.act.take() {
            act();
        }
        self.key.sign(scheme, message)
    }
}

/// An authority in a folder of its own.
pub(crate) struct Bank {
    pub(crate) folder: TempDir,
    pub(crate) authority: RegistrationAuthority,
    pub(crate) key: SoftwareKey,
}

/// A holder with what it knows.
pub(crate) struct Customer {
    pub(crate) id: HolderId,
    pub(crate) secrets: FirstSecrets,
}

impl Customer {
    pub(crate) fn pin(&self) -> &str {
        self.secrets.pin.expose_secret()
    }

    pub(crate) fn confirmation_pin(&self) -> &str {
        self.secrets.confirmation_pin.expose_secret()
    }

    /// What HTTP Basic carries for those who confirm by PIN.
    pub(crate) fn password(&self) -> String {
        format!("{}:{}", self.pin(), self.confirmation_pin())
    }

    /// The one-time code that the authenticator shows.
    pub(crate) fn code(&self, now: &str) -> String {
        let uri = self.secrets.code_uri.as_ref().unwrap().expose_secret();
        let codes = totp(uri);
        let time = u64::try_from(at(now).as_second()).unwrap();
        codes.generate(time).to_string()
    }

    pub(crate) fn password_with_code(&self, now: &str) -> String {
        format!("{}:{}", self.pin(), self.code(now))
    }
}

fn totp(uri: &str) -> totp_rs::Totp {
    totp_rs::Totp::from_url(uri).unwrap()
}

impl Bank {
    /// Founded with the default policy, at the beginning of 2026.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// Founded with another policy.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::at(None, change)
    }

    /// Founded with its registry somewhere else.
    pub(crate) fn at(location: Option<&Location>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::founded(SoftwareKey::new(1), location, change)
    }

    /// Founded with another key.
    pub(crate) fn of_key(seed: u8) -> Self {
        Self::founded(SoftwareKey::new(seed), None, |_| {})
    }

    fn founded(
        key: SoftwareKey,
        location: Option<&Location>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        found(folder.path(), &key, change);
        let authority = RegistrationAuthority::open(folder.path(), location, &mut random).unwrap();
        Self {
            folder,
            authority,
            key,
        }
    }

    /// The same authority as another process has it.
    pub(crate) fn reopened(&self) -> RegistrationAuthority {
        RegistrationAuthority::open(self.folder.path(), None, &mut random).unwrap()
    }

    /// Registers a holder of the contract `00009876543`.
    pub(crate) fn customer(&self, user: Option<&str>, now: &str) -> Customer {
        self.customer_with(user, None, now)
    }

    pub(crate) fn customer_with(
        &self,
        user: Option<&str>,
        second_factor: Option<SecondFactor>,
        now: &str,
    ) -> Customer {
        let holder = NewHolder {
            second_factor,
            ..new_holder("00009876543", user)
        };
        let added = self
            .authority
            .add_holder(&holder, &Actor::Operator, at(now), &mut random);
        let (_, secrets) = added.unwrap();
        Customer {
            id: holder.id,
            secrets,
        }
    }

    /// A customer with a certificate for a key.
    pub(crate) fn issued(
        &self,
        user: &str,
        key: &SoftwareKey,
        now: &str,
    ) -> (Customer, Certificate) {
        let customer = self.customer(Some(user), now);
        let certificate = self.acquire(&customer, key, now).unwrap();
        (customer, certificate)
    }

    pub(crate) fn acquire(
        &self,
        customer: &Customer,
        key: &SoftwareKey,
        now: &str,
    ) -> Result<Certificate, Denial> {
        self.acquire_with(&customer.id.to_string(), &customer.password(), key, now)
    }

    pub(crate) fn acquire_with(
        &self,
        name: &str,
        password: &str,
        key: &SoftwareKey,
        now: &str,
    ) -> Result<Certificate, Denial> {
        let request = request("CN=whatever", key);
        let (signer, now) = (&self.key, at(now));
        self.authority.acquire(
            name,
            password,
            &request,
            signer,
            "192.0.2.1",
            now,
            &mut random,
        )
    }

    /// Renews with a request for the same names.
    pub(crate) fn renew(
        &self,
        present: &Certificate,
        key: &SoftwareKey,
        now: &str,
    ) -> Result<Certificate, Denial> {
        let request = request(&present.subject().to_string(), key);
        self.renew_with(present, &request, now)
    }

    pub(crate) fn renew_with(
        &self,
        present: &Certificate,
        request: &Csr,
        now: &str,
    ) -> Result<Certificate, Denial> {
        let signer = &self.key;
        self.authority
            .renew(present, request, signer, "192.0.2.1", at(now), &mut random)
    }

    pub(crate) fn log_in(
        &self,
        present: &Certificate,
        pin: &str,
        now: &str,
    ) -> Result<Welcome, Denial> {
        self.authority
            .log_in(present, None, pin, "192.0.2.1", at(now))
    }

    pub(crate) fn view(&self, customer: &Customer, now: &str) -> HolderView {
        self.authority.holder(&customer.id, at(now)).unwrap()
    }
}

/// Makes the folder of an authority.
pub(crate) fn found(folder: &Path, key: &SoftwareKey, change: impl FnOnce(&mut Settings)) {
    let folder = Folder::begin(folder).unwrap();
    let place = KeyPlace::new(
        "/module".into(),
        TokenIdentity::default(),
        KeyId::from([7; 16]),
    );
    let subject = default_subject("Example CA").unwrap();
    let policy = Policy::new("Example CA").unwrap();
    let mut settings = Settings::new("Example CA", &subject, policy, place);
    settings.policy.pins.memory_kib = 8;
    settings.policy.pins.passes = 1;
    change(&mut settings);
    folder.plan(&settings).unwrap();
    let now = at("2026-01-01T00:00:00Z");
    CertificateAuthority::create(folder, settings, key, now, &mut random).unwrap();
}

pub(crate) fn new_holder(contract: &str, user: Option<&str>) -> NewHolder {
    NewHolder {
        id: HolderId {
            contract: contract.to_owned(),
            user: user.map(str::to_owned),
        },
        institution: Some("1635".to_owned()),
        kana: "リヨウシャ".to_owned(),
        name: Some("利用者".to_owned()),
        email: Some("riyousya@example.jp".to_owned()),
        second_factor: None,
    }
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<()> {
    let path = "/dev/urandom";
    let mut source = File::open(path).map_err(|error| Error::reading(path, error))?;
    source
        .read_exact(bytes)
        .map_err(|error| Error::reading(path, error))
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn request(subject: &str, key: &SoftwareKey) -> Csr {
    let template = RequestTemplate::new(subject);
    template.sign(key, SignatureScheme::EcdsaSha256).unwrap()
}

/// Why it was denied, in one word: the error's code, the refusal's name, or the kind of denial.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<T, Denial>) -> &'static str {
    match answer.unwrap_err() {
        Denial::Unauthenticated => "unauthenticated",
        Denial::Locked => "locked",
        Denial::Access(refusal) => refusal.name(),
        Denial::Rule(error) | Denial::Request(error) => error.code(),
        Denial::Failed(error) => panic!("it failed: {error}"),
    }
}
