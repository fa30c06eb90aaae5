//! What nothing can be faster than: the signatures of the authority's key, and Argon2id.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;

/// How long each rate is measured.
pub(crate) const TIME: Duration = Duration::from_secs(5);

/// `C_SignInit` and `C_Sign` per second with the one private key of the token of this label, by as
/// many threads as there are processors, each in a session of its own.
pub(crate) fn signatures(module: &Path, label: &str, pin: &str, rsa: bool) -> Result<f64> {
    let context = Pkcs11::new(module)?;
    context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
    let slots = context.get_slots_with_token()?;
    let slot = slots.into_iter().find(|slot| {
        context
            .get_token_info(*slot)
            .is_ok_and(|info| info.label() == label)
    });
    let slot = slot.context("the authority's token is not there")?;
    let holder = context.open_ro_session(slot)?;
    holder.login(UserType::User, Some(&AuthPin::from(pin.to_owned())))?;
    let sign = || -> Result<u64> {
        let session = context.open_ro_session(slot)?;
        let keys = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
        let key = *keys.first().context("the authority's key is not there")?;
        let mechanism = if rsa {
            Mechanism::Sha256RsaPkcs
        } else {
            Mechanism::Ecdsa
        };
        let began = Instant::now();
        let mut done = 0;
        while began.elapsed() < TIME {
            session.sign(&mechanism, key, &[0x42; 32])?;
            done += 1;
        }
        Ok(done)
    };
    let done = on_all_processors(sign)?;
    drop(holder);
    context.finalize()?;
    Ok(per_second(done, TIME))
}

/// Argon2id evaluations per second with the parameters of a PHC string, by all processors.
pub(crate) fn hashes(memory: u32, passes: u32, lanes: u32) -> Result<f64> {
    let params = Params::new(memory, passes, lanes, None).map_err(|e| anyhow::anyhow!("{e}"))?;
    let hash = || -> Result<u64> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let began = Instant::now();
        let mut done = 0;
        while began.elapsed() < TIME {
            let mut out = [0; 32];
            argon2
                .hash_password_into(b"123456", b"0123456789abcdef", &mut out)
                .map_err(|error| anyhow::anyhow!("{error}"))?;
            done += 1;
        }
        Ok(done)
    };
    Ok(per_second(on_all_processors(hash)?, TIME))
}

fn on_all_processors(work: impl Fn() -> Result<u64> + Sync) -> Result<u64> {
    let processors = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..processors).map(|_| scope.spawn(&work)).collect();
        let mut sum = 0;
        for thread in threads {
            sum += thread
                .join()
                .map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        Ok(sum)
    })
}

/// A rate.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn per_second(done: u64, time: Duration) -> f64 {
    done as f64 / time.as_secs_f64()
}
