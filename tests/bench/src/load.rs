//! Many clients at once, each with the next request as soon as it has its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokencert::key::SignatureScheme;
use tokencert::{Certificate, Csr, RequestTemplate};

use crate::authority::Account;
use crate::http::{Credentials, Server};
use crate::limits::per_second;
use crate::software::SoftwareKey;

/// How many requests are ready before the clock starts, for all clients together.
const PROSPECTS: usize = 16_000;

/// A holder with a certificate.
pub(crate) struct Holder {
    key: SoftwareKey,
    certificate: Certificate,
}

/// A key, and the request for a certificate of it.
struct Prospect {
    key: SoftwareKey,
    csr: Csr,
}

impl Prospect {
    fn new(template: &RequestTemplate) -> Result<Self> {
        let key = SoftwareKey::generate()?;
        let csr = template.sign(&key, SignatureScheme::EcdsaSha256)?;
        Ok(Self { key, csr })
    }
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
                    let Prospect { key, csr } = Prospect::new(&RequestTemplate::new("CN=x"))?;
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

/// `/simplereenroll` by so many clients for so long, or until nobody has another request: each
/// renews what it has just got, with the next of the keys that were made before the clock started,
/// as those of tokens would be.
pub(crate) async fn renew(
    server: &Server,
    holders: &mut Vec<Holder>,
    clients: usize,
    time: Duration,
) -> Result<f64> {
    let done = Arc::new(AtomicU64::new(0));
    let mut busy = Vec::new();
    for holder in holders.drain(..clients.min(holders.len())) {
        let template = RequestTemplate::renewing(&holder.certificate);
        let prospects = (0..PROSPECTS / clients).map(|_| Prospect::new(&template));
        let prospects: Vec<Prospect> = prospects.collect::<Result<_>>()?;
        busy.push((holder, prospects));
    }
    let began = Instant::now();
    let tasks: Vec<_> = busy
        .into_iter()
        .map(|(mut holder, prospects)| {
            let (server, done) = (server.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                for Prospect { key, csr } in prospects {
                    if began.elapsed() >= time {
                        break;
                    }
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
