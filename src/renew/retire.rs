//! The end of an old pair: the new one is proved afresh, and then the old one is deleted.

use jiff::Timestamp;

use super::{Renew, holders, succeeds};
use crate::certificate::Certificate;
use crate::delete::{Deletion, Deletions, Target};
use crate::error::Result;
use crate::import::prove;
use crate::issue::{Former, Surroundings, key_of};
use crate::pkcs11::{LoginPolicy, PinProvider, Token, TokenAccess};
use crate::token::{Contents, Identity, Need, Slot, TokenIdentity};

/// What a retirement is given beside what every run is.
#[expect(missing_debug_implementations, reason = "it holds a borrowed function")]
pub struct Retirement<'a> {
    /// Where what goes is written down.
    pub deletions: &'a Deletions,
    /// Told of each object that was deleted.
    pub telling: &'a mut dyn FnMut(&Target),
}

/// What was retired.
#[derive(Debug)]
#[non_exhaustive]
pub struct Retired {
    /// The certificate that stays, whose key has just proved itself.
    pub certificate: Certificate,
    /// What went.
    pub deletion: Deletion,
}

impl Retired {
    /// What another process has retired, and finishes itself.
    #[must_use]
    pub fn elsewhere(certificate: Certificate, deletion: Deletion) -> Self {
        Self {
            certificate,
            deletion,
        }
    }

    /// Forgets the deletion. To be called after the last call into the module.
    pub fn finish(&self, deletions: &Deletions) -> Result<()> {
        deletions.finish(&self.deletion)
    }
}

impl Renew {
    /// Deletes what was renewed, after the key of the newer certificate in the slot's token has
    /// proved itself; or goes on with what an earlier run began. `None` if there is nothing to
    /// retire, which takes no PIN.
    pub fn retire(
        &self,
        access: &dyn TokenAccess,
        slot: &Slot,
        former: Former<'_>,
        retirement: &mut Retirement<'_>,
        with: &mut Surroundings<'_>,
    ) -> Result<Option<Retired>> {
        let token = access.open_slot(slot, Need::Write)?;
        let now = (with.clock)();
        let Former::Slot { slot, pins } = former else {
            let seen = token.whole_contents()?;
            let Some(new) = self.successor(&token, &seen, &seen, retirement, now)? else {
                return Ok(None);
            };
            token.login(with.pins, with.policy)?;
            let contents = token.whole_contents()?;
            prove(&token, key_of(&token, &contents, &new)?, &new)?;
            return retire_from(&token, &contents, &new, retirement).map(Some);
        };
        let old = access.open_slot(slot, Need::Write)?;
        let (here, there) = (token.whole_contents()?, old.whole_contents()?);
        let Some(new) = self.successor(&old, &here, &there, retirement, now)? else {
            return Ok(None);
        };
        self.prove(&token, &new, with.pins, with.policy)?;
        old.login(pins, with.policy)?;
        let contents = old.whole_contents()?;
        retire_from(&old, &contents, &new, retirement).map(Some)
    }

    /// Has the key of a certificate prove that it is on the token.
    pub fn prove(
        &self,
        token: &Token<'_>,
        new: &Certificate,
        pins: &mut dyn PinProvider,
        policy: LoginPolicy,
    ) -> Result<()> {
        token.login(pins, policy)?;
        let contents = token.whole_contents()?;
        prove(token, key_of(token, &contents, new)?, new)
    }

    /// The certificate on a token for whose sake an earlier run began to delete on the token `old`.
    pub fn retiring(
        &self,
        token: &Token<'_>,
        old: &TokenIdentity,
        deletions: &Deletions,
    ) -> Result<Option<Certificate>> {
        for new in holders(&token.whole_contents()?) {
            if deletions.unfinished(old, &order(new))?.is_some() {
                return Ok(Some(new.clone()));
            }
        }
        Ok(None)
    }

    /// The valid certificate `here` that has taken the place of others `there`, on the token `old`.
    fn successor(
        &self,
        old: &Token<'_>,
        here: &Contents,
        there: &Contents,
        retirement: &Retirement<'_>,
        now: Timestamp,
    ) -> Result<Option<Certificate>> {
        for new in holders(here) {
            if !new.is_valid_at(now) {
                continue;
            }
            let order = order(new);
            let begun = retirement.deletions.unfinished(old.identity(), &order)?;
            let named = |one: &Certificate| {
                let is = |digest| [new.sha256(), one.sha256()].contains(&digest);
                self.certificate.is_none_or(is)
            };
            let mut others = holders(there).into_iter();
            if begun.is_some() || others.any(|one| succeeds(new, one) && named(one)) {
                return Ok(Some(new.clone()));
            }
        }
        Ok(None)
    }
}

/// Deletes from a token what `new` has taken the place of, certificates first. Keys that another
/// certificate needs stay. The user must be logged in.
pub fn retire_from(
    token: &Token<'_>,
    contents: &Contents,
    new: &Certificate,
    retirement: &mut Retirement<'_>,
) -> Result<Retired> {
    let order = order(new);
    let begun = retirement.deletions.unfinished(token.identity(), &order)?;
    let deletion = if let Some(deletion) = begun {
        deletion
    } else {
        let targets = targets(contents, new);
        let deletions = retirement.deletions;
        deletions.begin(token.identity(), &order, targets)?
    };
    deletion.run(token, contents, retirement.telling)?;
    Ok(Retired {
        certificate: new.clone(),
        deletion,
    })
}

/// The words under which a deletion is written down.
fn order(new: &Certificate) -> String {
    format!("what was renewed by sha256:{}", new.fingerprint())
}

fn targets(contents: &Contents, new: &Certificate) -> Vec<Target> {
    let goes = |one: &Certificate| succeeds(new, one);
    let all = || contents.all_certificates();
    let leaving = all().filter(|object| object.certificate.as_ref().is_some_and(goes));
    let mut targets: Vec<Target> = leaving.map(Target::certificate).collect();
    let is_of = |object: &Certificate, identity: &Identity| {
        object
            .public_key()
            .is_ok_and(|key| identity.public() == Some(&key))
    };
    let certificates = |goes_too: bool| {
        let parsed = all().filter_map(|object| object.certificate.as_ref());
        parsed.filter(move |one| goes(one) == goes_too)
    };
    for identity in &contents.identities {
        let needed = certificates(false).any(|one| is_of(one, identity));
        if !needed && certificates(true).any(|one| is_of(one, identity)) {
            targets.extend(Target::keys(identity));
        }
    }
    targets
}
