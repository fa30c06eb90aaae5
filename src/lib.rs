//! X.509 certificates whose private key is born on a PKCS#11 token and never leaves it.
//!
//! A [`Module`] is the library of a token's maker. It gives a
//! [`Token`], which makes keys, lists what it holds and gives a
//! [`TokenKey`] that signs. Above them stand the use cases: [`issue`] for the
//! whole way from a key to its certificate, resumable through a [`journal`]; [`renew`] for the next
//! one; [`login`] to be let in with it; [`import`] for a certificate that must land beside its key.
//!
//! Nothing here reads the clock, the environment or the terminal: time, randomness, folders and
//! PINs are given. A key is never made in software, and a private key never read.
//!
//! ```no_run
//! use tokencert::issue::{KeyChoice, prepare};
//! use tokencert::key::KeyAlgorithm;
//! use tokencert::pkcs11::{LoginPolicy, Module, Pin};
//! use tokencert::request::RequestTemplate;
//! use tokencert::token::Need;
//!
//! # fn random(_: &mut [u8]) -> tokencert::Result<()> { Ok(()) }
//! # fn main() -> tokencert::Result<()> {
//! # let now = jiff::Timestamp::UNIX_EPOCH;
//! let module = Module::open("/usr/lib/libeToken.so".as_ref())?;
//! let token = module.token(&"0a1b2c3d".parse()?, Need::Write)?;
//! token.login(&mut Pin::new("123456".to_owned()), LoginPolicy::default())?;
//!
//! let key = KeyChoice::new(KeyAlgorithm::Rsa(2048), "Taro Yamada");
//! let request = RequestTemplate::new("CN=Taro Yamada,O=Example,C=JP");
//! let records = ("/var/lib/tokencert".as_ref(), now);
//! let prepared = prepare(&token, &key, &request, None, records, &mut random)?;
//! assert_eq!(prepared.provenance.extractable, Some(false));
//! let csr: String = prepared.csr.to_pem()?;
//! # Ok(()) }
//! ```
//!
//! # Features
//!
//! Without default features this is the token core: no command line, no async runtime, no network,
//! no database. `est` adds authorities over HTTPS and logging in with the token's key, `ca` the
//! embedded certificate authority with its server and registry, `manifest` the tables of boxes of
//! tokens, `cli` the programs, and `testing` a private SoftHSM2 for the tests of programs that use
//! this library.

pub mod audit;
pub mod authority;
#[cfg(feature = "ca")]
pub mod ca;
pub mod certificate;
pub mod delete;
pub mod doctor;
pub mod error;
#[cfg(feature = "est")]
pub mod est;
pub mod files;
pub mod finding;
pub mod import;
pub mod issue;
pub mod journal;
pub mod key;
pub mod lifecycle;
pub mod login;
#[cfg(feature = "manifest")]
pub mod manifest;
pub mod pkcs11;
pub mod profile;
#[cfg(feature = "ca")]
pub mod registry;
pub mod renew;
pub mod report;
pub mod request;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;

pub use audit::Audit;
pub use authority::{Authority, Enrolment};
pub use certificate::Certificate;
pub use error::{CallError, Error, ErrorKind, Result, ReturnValue};
pub use finding::{Finding, Report, RuleId, Severity};
pub use key::{KeyAlgorithm, KeyId, Provenance, PublicKey, SignatureScheme, SigningKey};
pub use pkcs11::{ExclusiveModule, LoginPolicy, Module, Pin, PinProvider, Token, TokenKey};
pub use request::{Csr, RequestTemplate};
pub use token::{TokenIdentity, TokenInfo, TokenSelector};

// The programs in the READMEs compile; one needs the feature `est`.
#[cfg(all(doctest, feature = "est"))]
#[doc = include_str!("../README.md")]
struct Readme;
#[cfg(all(doctest, feature = "est"))]
#[doc = include_str!("../README.ja.md")]
struct JapaneseReadme;
