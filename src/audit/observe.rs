//! Looking at one token: what it says of itself, and what is on it as far as that can be seen.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::finding::Reason;
use crate::pkcs11::{LoginPolicy, PinProvider, Token, TokenAccess, Unread};
use crate::token::{Contents, Need, Slot, TokenFlags, TokenInfo};

/// A token as it was found. It can be handed from one process to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Observation {
    /// The module through which it was seen.
    pub module: String,
    /// The slot it was in.
    pub slot: u64,
    /// What it says of itself.
    pub info: TokenInfo,
    /// What is on it; nothing where that could not be read.
    pub contents: Option<Contents>,
    /// Objects that could not be read.
    pub unread: Option<Unread>,
    /// What went wrong.
    pub trouble: Option<Trouble>,
}

/// What went wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trouble {
    /// [`Reason::LoginFailed`] or [`Reason::Unreadable`].
    pub reason: Reason,
    /// The error's text.
    pub cause: String,
}

/// Looks at the token in a slot, with one login at most, and goes on without it if that fails.
///
/// Nothing is written, nothing signed, and nobody's failure is an error: what could not be read is
/// said in the observation. The error that comes with it is for an exit status.
pub fn observe(
    module: &impl TokenAccess,
    slot: &Slot,
    pins: Option<&mut dyn PinProvider>,
    policy: LoginPolicy,
) -> Option<(Observation, Option<Error>)> {
    let mut seen = Observation {
        module: module.path().display().to_string(),
        slot: slot.id,
        info: slot.token()?.clone(),
        contents: None,
        unread: None,
        trouble: None,
    };
    if !seen.info.flags.has(TokenFlags::TOKEN_INITIALIZED) {
        return Some((seen, None));
    }
    let error = module
        .open_slot(slot, Need::Read)
        .and_then(|token| seen.read(&token, pins, policy));
    let error = match error {
        Ok(error) => error,
        Err(error) => {
            seen.contents = None;
            seen.fail(Reason::Unreadable, &error);
            Some(error)
        }
    };
    Some((seen, error))
}

impl Observation {
    /// A token of which nothing is known but that it was there.
    #[must_use]
    pub fn unreadable(module: &str, slot: &Slot, cause: &str) -> Option<Self> {
        Some(Self {
            module: module.to_owned(),
            slot: slot.id,
            info: slot.token()?.clone(),
            contents: None,
            unread: None,
            trouble: Some(Trouble {
                reason: Reason::Unreadable,
                cause: cause.to_owned(),
            }),
        })
    }

    /// Reads the token; gives the error of a login that failed.
    fn read(
        &mut self,
        token: &Token<'_>,
        pins: Option<&mut dyn PinProvider>,
        policy: LoginPolicy,
    ) -> crate::Result<Option<Error>> {
        let login = pins.map_or(Ok(()), |pins| token.login(pins, policy));
        if let Err(error) = &login {
            self.fail(Reason::LoginFailed, error);
        }
        // A login changes what the flags say of the PIN, to the better or the worse.
        if let (true, Ok(info)) = (self.trouble.is_some(), token.info_now()) {
            self.info = info;
        }
        let surveyed = token.survey()?;
        self.contents = Some(surveyed.contents);
        self.unread = surveyed.unread;
        Ok(login.err())
    }

    fn fail(&mut self, reason: Reason, error: &Error) {
        let call = error.call().map(|call| call.to_string());
        let said = error.to_string();
        let cause = match call.filter(|call| !said.contains(call)) {
            Some(call) => format!("{said} ({call})"),
            None => said,
        };
        self.trouble = Some(Trouble { reason, cause });
    }
}
