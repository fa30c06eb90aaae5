//! The authority over HTTPS: RFC 7030, and beside it the list of revoked certificates, logins and
//! the profile.
//!
//! | path | what |
//! |---|---|
//! | `/.well-known/est[/LABEL]/cacerts` | the authority's certificate |
//! | `…/csrattrs` | the kinds of key that get a certificate |
//! | `…/simpleenroll` | acquisition, with HTTP Basic: `CONTRACT[/USER]`, `PIN:SECOND` |
//! | `…/simplereenroll` | renewal, with the present certificate in TLS |
//! | `/crl` | the list of revoked certificates, DER |
//! | `/login[/CONTRACT[/USER]]` | login with a certificate, then the PIN |
//! | `/profile` | the profile of this authority |
//!
//! The handshake lets through whoever has the key of a certificate of ours, whatever the time, and
//! who shows none; what either may do is decided per request by [`ca`](crate::ca). This is the one
//! place with an async runtime: the rules, the registry and the token block, and have threads.

mod answer;
mod basic;
mod connection;
mod limits;
mod list;
mod operations;
mod rate;
mod route;
mod tls;
mod work;

use std::fmt;
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::ca::RegistrationAuthority;
use crate::error::{Error, Result};
use crate::key::SigningKey;
use operations::Service;
use rate::{Allowances, Connections, Origin};
use work::Work;

pub use limits::Limits;
pub use tls::{Identity, public_key_of};

/// The time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Fills a buffer with random bytes of the operating system.
pub type Randomness = fn(&mut [u8]) -> Result<()>;

/// How long accepting pauses when the system has no more connections to give.
const OUT_OF_CONNECTIONS: Duration = Duration::from_millis(100);

/// How long work that nobody waits for any more may hold up the end.
const LAST_WORK: Duration = Duration::from_secs(5);

/// What a server is made of.
pub struct Setup {
    /// The rules.
    pub authority: RegistrationAuthority,
    /// The authority's key; several threads sign with it at once.
    pub key: Arc<dyn SigningKey + Send + Sync>,
    /// The server's own key and certificate.
    pub identity: Identity,
    /// The name of the profile that it hands out, and its own address in it.
    pub profile: (String, String),
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Randomness,
    /// What it can bear.
    pub limits: Limits,
}

/// A server. Clones are the same one.
#[derive(Clone)]
pub struct Server {
    service: Arc<Service>,
    shown: Arc<tls::Shown>,
    acceptor: TlsAcceptor,
    stop: Arc<watch::Sender<bool>>,
}

impl Server {
    /// A server that does not listen yet.
    ///
    /// # Errors
    ///
    /// [`Error::ServerKey`] if TLS cannot be had with these keys.
    pub fn new(setup: Setup) -> Result<Self> {
        let Setup {
            authority,
            key,
            identity,
            profile,
            clock,
            random,
            limits,
        } = setup;
        let shown = Arc::new(tls::Shown::new(identity));
        let configuration =
            tls::configuration(authority.certificate(), Arc::clone(&shown), &clock)?;
        let service = Service {
            ca_certificates: operations::certificates(&[authority.certificate().clone()])?,
            attributes: operations::attributes(&authority)?,
            profile,
            list: list::RevocationList::default(),
            passwords: Work::new(limits.password_checks, limits.password_queue),
            tasks: Work::new(limits.tasks, limits.task_queue),
            allowances: Allowances::new(limits.passwords_per_minute),
            authority,
            key,
            clock,
            random,
            limits,
        };
        Ok(Self {
            service: Arc::new(service),
            shown,
            acceptor: TlsAcceptor::from(Arc::new(configuration)),
            stop: Arc::new(watch::Sender::new(false)),
        })
    }

    /// The rules that it serves.
    #[must_use]
    pub fn authority(&self) -> &RegistrationAuthority {
        &self.service.authority
    }

    /// Shows another certificate from the next connection on.
    pub fn show(&self, identity: Identity) {
        self.shown.replace(identity);
    }

    /// Ends [`run`](Self::run): no new connections; the requests that are under way are answered.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Serves until [`stop`](Self::stop), which another thread calls.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] if the system gives no threads or takes the listener away.
    pub fn run(&self, listener: StdListener) -> Result<()> {
        let failed = |error: std::io::Error| Error::Listen {
            address: String::new(),
            reason: error.to_string(),
        };
        let runtime = self.runtime().map_err(failed)?;
        let served = runtime.block_on(async {
            listener.set_nonblocking(true)?;
            self.serve(TcpListener::from_std(listener)?).await;
            Ok(())
        });
        runtime.shutdown_timeout(LAST_WORK);
        served.map_err(failed)
    }

    fn runtime(&self) -> std::io::Result<Runtime> {
        let limits = &self.service.limits;
        Builder::new_multi_thread()
            .worker_threads(limits.password_checks)
            // Work is limited before it gets a thread; these are as many as it can take.
            .max_blocking_threads(limits.password_checks + limits.tasks)
            .thread_name("serve")
            .enable_all()
            .build()
    }

    async fn serve(&self, listener: TcpListener) {
        let connections = Arc::new(GracefulShutdown::new());
        let accepting = tokio::spawn(self.clone().accept(listener, Arc::clone(&connections)));
        let mut stop = self.stop.subscribe();
        // It fails only if nobody can stop the server any more, and then it has to end, too.
        let _ = stop.wait_for(|stop| *stop).await;
        accepting.abort();
        let _ = accepting.await;
        if let Some(connections) = Arc::into_inner(connections) {
            let ended = timeout(self.service.limits.stop, connections.shutdown()).await;
            if ended.is_err() {
                tracing::warn!("requests that were under way were cut off");
            }
        }
    }

    async fn accept(self, listener: TcpListener, connections: Arc<GracefulShutdown>) {
        let limits = &self.service.limits;
        let room = Arc::new(Semaphore::new(limits.connections));
        let by_address = Connections::new(limits.connections_per_address);
        loop {
            // Who comes when all are taken waits in the system's queue.
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let (stream, address) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    sleep(OUT_OF_CONNECTIONS).await;
                    continue;
                }
            };
            let Some(open) = by_address.open(Origin::of(address.ip())) else {
                tracing::warn!(%address, "too many connections from this address");
                continue;
            };
            let (service, acceptor) = (Arc::clone(&self.service), self.acceptor.clone());
            let watcher = connections.watcher();
            tokio::spawn(async move {
                connection::serve(service, acceptor, stream, address, watcher).await;
                drop((open, place));
            });
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("authority", &self.service.authority.settings().name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
