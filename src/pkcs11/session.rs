//! An open session with one token.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki_sys::{CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS};

use super::module::Core;
use super::pin::{self, LoginPolicy, Pin, PinProvider};
use super::quirks;
use super::raw::{Opening, Session};
use crate::error::{CallError, Error, Result};
use crate::token::{Need, PinKind, Slot, TokenFlags, TokenIdentity, TokenInfo};

/// A session with one token.
///
/// Cloning shares the session. `Send` and `Sync`: calls are made one at a time.
#[derive(Clone)]
pub struct Token<'m> {
    pub(super) inner: Arc<Inner>,
    module: PhantomData<&'m ()>,
}

pub(super) struct Inner {
    pub(super) core: Arc<Core>,
    pub(super) slot: u64,
    pub(super) info: TokenInfo,
    writable: bool,
    session: Mutex<Session>,
    login: Mutex<Login>,
}

#[derive(Default)]
struct Login {
    done: bool,
    /// Kept for keys that ask for it before each signature; wiped with the session.
    pin: Option<Pin>,
    policy: LoginPolicy,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded stays usable after a panic elsewhere: a session handle or a PIN.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Token<'_> {
    pub(super) fn open(core: &Arc<Core>, slot: &Slot, need: Need) -> Result<Self> {
        let Some(info) = slot.token() else {
            return Err(Error::TokenAbsent {
                module: core.path.display().to_string(),
            });
        };
        let writable = need == Need::Write;
        let session =
            open_session(core, slot.id, writable).map_err(|call| at_token(&info.identity, call))?;
        // Only what shares a module can find itself logged in.
        let done = !core.finalizes
            && session
                .state()
                .is_ok_and(|it| [CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS].contains(&it));
        Ok(Self {
            inner: Arc::new(Inner {
                core: Arc::clone(core),
                slot: slot.id,
                info: info.clone(),
                writable,
                session: Mutex::new(session),
                login: Mutex::new(Login {
                    done,
                    ..Login::default()
                }),
            }),
            module: PhantomData,
        })
    }

    /// One more session with the same token, which is logged in where this one is: a login is the
    /// process's, not the session's (section 5.6.8).
    pub fn another(&self) -> Result<Self> {
        let inner = &self.inner;
        self.confirm_identity()?;
        let session = open_session(&inner.core, inner.slot, inner.writable);
        let login = lock(&inner.login);
        Ok(Self {
            inner: Arc::new(Inner {
                core: Arc::clone(&inner.core),
                slot: inner.slot,
                info: inner.info.clone(),
                writable: inner.writable,
                session: Mutex::new(session.map_err(|call| self.failed(call))?),
                login: Mutex::new(Login {
                    done: login.done,
                    pin: login.pin.clone(),
                    policy: login.policy,
                }),
            }),
            module: PhantomData,
        })
    }

    /// Which token it is.
    #[must_use]
    pub fn identity(&self) -> &TokenIdentity {
        &self.inner.info.identity
    }

    /// What the token said of itself when it was opened.
    #[must_use]
    pub fn info(&self) -> &TokenInfo {
        &self.inner.info
    }

    /// What the token says of itself now (`C_GetTokenInfo`).
    pub fn info_now(&self) -> Result<TokenInfo> {
        let info = self.inner.core.token_info(self.inner.slot);
        info.map_err(|call| self.failed(call))
    }

    /// Fails unless the token in the slot is still the one that was chosen.
    ///
    /// Called before everything that destroys: tokens are swapped, and slots are numbered anew.
    pub fn confirm_identity(&self) -> Result<()> {
        confirm_identity(&self.inner.core, self.inner.slot, self.identity())
    }

    /// True once private objects can be seen.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        lock(&self.inner.login).done || !self.inner.info.flags.has(TokenFlags::LOGIN_REQUIRED)
    }

    /// Logs the user in, if the token wants a login and there was none yet.
    ///
    /// The PIN governor decides before each try: a locked PIN, a last try, or a PIN of a length
    /// that the token would refuse stop without a `C_Login`. One PIN given is one `C_Login`.
    ///
    /// # Errors
    ///
    /// [`Error::PinMissing`], [`Error::PinLength`], [`Error::PinLocked`], [`Error::PinFinalTry`]
    /// without a try; [`Error::PinIncorrect`] after one; [`Error::PinNotSet`],
    /// [`Error::PinExpired`].
    pub fn login(&self, provider: &mut dyn PinProvider, policy: LoginPolicy) -> Result<()> {
        if self.is_logged_in() {
            return Ok(());
        }
        let session = self.session();
        let look = || self.info_now();
        let pin = pin::log_in(
            &session,
            PinKind::User,
            provider,
            policy,
            &self.inner.info,
            &look,
        )?;
        drop(session);
        *lock(&self.inner.login) = Login {
            done: true,
            pin,
            policy,
        };
        Ok(())
    }

    /// Asks the governor before a context login, which costs a try as any other.
    pub(super) fn may_login_again(&self) -> Result<()> {
        let policy = lock(&self.inner.login).policy;
        pin::may_try(&self.info_now()?, PinKind::User, policy).map(drop)
    }

    /// What a failed context login means. A PIN that was wrong once is not sent again.
    pub(super) fn context_login_failed(&self, call: CallError) -> Error {
        let info = self.info_now().unwrap_or_else(|_| self.inner.info.clone());
        let error = pin::explain(&info, PinKind::User, call);
        if matches!(error, Error::PinIncorrect { .. }) {
            lock(&self.inner.login).pin = None;
        }
        error
    }

    /// Closes the session, unless a key or a clone still uses it.
    pub(super) fn close(self) -> Result<()> {
        let identity = self.identity().clone();
        let Some(inner) = Arc::into_inner(self.inner) else {
            return Ok(());
        };
        let session = inner
            .session
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        session.close().map_err(|call| at_token(&identity, call))
    }

    /// The session, for as long as the guard lives.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        lock(&self.inner.session)
    }

    pub(super) fn pin(&self) -> Option<Pin> {
        lock(&self.inner.login).pin.clone()
    }

    /// Replaces a session that a failed operation may have left in a state that nothing ends.
    ///
    /// The new one is opened before the old one closes: with its last session the token would log
    /// out.
    pub(super) fn renew_session(&self, session: &mut Session) -> Result<()> {
        let opened = open_session(&self.inner.core, self.inner.slot, self.inner.writable);
        let old = std::mem::replace(session, opened.map_err(|call| self.failed(call))?);
        // Some tokens have few sessions, and none to leave lying about until the end.
        if let Err(call) = old.close() {
            tracing::debug!(%call, "ignored");
        }
        Ok(())
    }

    /// A failed call on this token.
    pub(super) fn failed(&self, call: CallError) -> Error {
        at_token(self.identity(), call)
    }
}

fn open_session(core: &Core, slot: u64, writable: bool) -> Result<Session, CallError> {
    let closes = !core.finalizes;
    let open = |writable| Session::open(&core.raw, slot, Opening { writable, closes });
    match open(writable) {
        Err(call) if !writable && quirks::wants_read_write(call.value) => open(true),
        answer => answer,
    }
}

pub(super) fn confirm_identity(core: &Core, slot: u64, expected: &TokenIdentity) -> Result<()> {
    let found = core
        .token_info(slot)
        .map_err(|call| at_token(expected, call))?
        .identity;
    if found == *expected {
        return Ok(());
    }
    Err(Error::TokenChanged {
        expected: expected.to_string(),
        found: found.to_string(),
    })
}

/// A failed call on a token, told apart only as far as the code is certain.
pub(super) fn at_token(identity: &TokenIdentity, cause: CallError) -> Error {
    let token = identity.to_string();
    if cause.value.is_removal() {
        Error::TokenRemoved { token, cause }
    } else {
        Error::Token { token, cause }
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("identity", self.identity())
            .field("slot", &self.inner.slot)
            .field("logged_in", &self.is_logged_in())
            .finish_non_exhaustive()
    }
}
