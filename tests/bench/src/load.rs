//! Many clients at once, each with the next request as soon as it has its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokencert::Certificate;
use tokencert::certificate::DistinguishedName;

use crate::authority::Account;
use crate::http::{Credentials, Server};
use crate::limits::per_second;
use crate::software::SoftwareKey;

/// A holder with a certificate.
pub(crate) struct Holder {
    key: SoftwareKey,
    certificate: Certificate,
}

static SEEDS: AtomicU64 = AtomicU64::new(1);

fn new_key() -> Result<SoftwareKey> {
    SoftwareKey::from_seed(SEEDS.fetch_add(1, Ordering::Relaxed))
}

/// `/simpleenroll` for each account, by so many clients; what was issued, and the rate.
pub(crate) async fn acquire(
    server: &Server,
    accounts: Vec<Account>,
    clients: usize,
) -> Result<(Vec<Holder>, f64)> {
    let total = accounts.len();
    let mut shares: Vec<Vec<Account>> = (0..clients).map(|_| Vec::new()).collect();
    for (number, account) in accounts.into_iter().enumerate() {
        shares
            .get_mut(number % clients)
            .context("a share")?
            .push(account);
    }
    let began = Instant::now();
    let tasks: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let server = server.clone();
            tokio::spawn(async move {
                let mut holders = Vec::new();
                for account in share {
                    let key = new_key()?;
                    let csr = key.request(&DistinguishedName::parse("CN=x")?)?;
                    let who = Credentials::Account(&account.user_name, &account.password);
                    let certificate = server.enrol(&csr, &who).await?;
                    holders.push(Holder { key, certificate });
                }
                Ok::<_, anyhow::Error>(holders)
            })
        })
        .collect();
    let mut holders = Vec::new();
    for task in tasks {
        holders.extend(task.await??);
    }
    let rate = per_second(u64::try_from(total)?, began.elapsed());
    Ok((holders, rate))
}

/// `/simplereenroll` by so many clients for so long: each renews what it has just got.
pub(crate) async fn renew(
    server: &Server,
    holders: &mut Vec<Holder>,
    clients: usize,
    time: Duration,
) -> Result<f64> {
    let done = Arc::new(AtomicU64::new(0));
    let busy: Vec<Holder> = holders.drain(..clients.min(holders.len())).collect();
    let began = Instant::now();
    let tasks: Vec<_> = busy
        .into_iter()
        .map(|mut holder| {
            let (server, done) = (server.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                while began.elapsed() < time {
                    let key = new_key()?;
                    let csr = key.request(holder.certificate.subject())?;
                    let who = Credentials::Certificate(&holder.certificate, &holder.key);
                    let certificate = server.enrol(&csr, &who).await?;
                    holder = Holder { key, certificate };
                    done.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, anyhow::Error>(holder)
            })
        })
        .collect();
    for task in tasks {
        holders.push(task.await??);
    }
    Ok(per_second(done.load(Ordering::Relaxed), began.elapsed()))
}
