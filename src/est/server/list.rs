//! The list of revoked certificates, signed once and handed out often.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::operations::Service;
use crate::error::Result;

/// The list that was signed last.
#[derive(Default)]
pub(super) struct RevocationList(Mutex<Option<Signed>>);

struct Signed {
    /// What the registry held, as [`crl_mark`](crate::ca::RegistrationAuthority::crl_mark) tells.
    mark: String,
    at: Timestamp,
    list: Vec<u8>,
}

impl RevocationList {
    /// The list as it is now: signed anew after a revocation, and when the last one is old. Who
    /// asks meanwhile waits for that one signature.
    pub(super) fn current(&self, service: &Service) -> Result<Vec<u8>> {
        let now = (service.clock)();
        let mut signed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = service.authority.crl_mark()?;
        if let Some(last) = &*signed
            && last.mark == mark
            && (0..service.limits.crl.as_secs().cast_signed())
                .contains(&(now.as_second() - last.at.as_second()))
        {
            return Ok(last.list.clone());
        }
        let list = service.authority.crl(&*service.key, now)?;
        *signed = Some(Signed {
            mark,
            at: now,
            list: list.clone(),
        });
        Ok(list)
    }
}
