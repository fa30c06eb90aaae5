//! What can go wrong, as one table: variant, values, stable code, message and hint.

mod authority;
mod call;
mod define;
mod table;

pub use call::{CallError, ReturnValue};
pub use table::Error;

/// The result of every fallible operation of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an [`Error`] means for the caller; the programs turn it into their exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operation failed; nothing else is known to be wrong.
    Failed,
    /// The request itself was wrong, or no PIN was to be had.
    Usage,
    /// No such token, several, or the token was removed.
    Token,
    /// The token's PIN was wrong, or refused by its length.
    PinWrong,
    /// The token's PIN is locked, or a last try was not risked.
    PinLocked,
    /// The certificate authority refused.
    Refused,
}

impl Error {
    /// The call into the PKCS#11 module that failed, where one did.
    #[must_use]
    pub fn call(&self) -> Option<CallError> {
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            if let Some(call) = error.downcast_ref::<CallError>() {
                return Some(*call);
            }
            source = error.source();
        }
        None
    }

    /// Wraps an I/O error of reading `path`.
    pub fn reading(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Self {
        Self::FileRead {
            path: path.as_ref().display().to_string(),
            source,
        }
    }

    /// Wraps an I/O error of writing `path`.
    pub fn writing(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Self {
        Self::FileWrite {
            path: path.as_ref().display().to_string(),
            source,
        }
    }
}
