//! X.509 certificates whose private key is born on a PKCS#11 token and never leaves it.

pub mod authority;
#[cfg(feature = "ca")]
pub mod ca;
pub mod certificate;
pub mod error;
pub mod files;
pub mod import;
pub mod issue;
pub mod journal;
pub mod key;
pub mod lifecycle;
pub mod pkcs11;
pub mod profile;
pub mod report;
pub mod request;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;

pub use authority::{Authority, Enrolment};
pub use certificate::Certificate;
pub use error::{CallError, Error, ErrorKind, Result, ReturnValue};
