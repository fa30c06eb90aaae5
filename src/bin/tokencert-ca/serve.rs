//! `tokencert-ca serve`

#[path = "serve/identity.rs"]
mod identity;
#[path = "serve/pool.rs"]
mod pool;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use signal_hook::consts::SIGINT;
use tokencert::Error;
use tokencert::ca::RegistrationAuthority;
use tokencert::est::server::{Limits, Server, Setup};
use tokencert::files;
use tokencert::key::SigningKey;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::key;
use crate::numbers::number;
use crate::options::{DirArgs, KeyArgs, RegistryArgs};
use crate::profile;
use crate::registration;
use crate::system::{clock, random};
use crate::ui::Ui;
use identity::Certificates;
use pool::{Pool, Reach};

/// How often the server's own certificate is looked at.
const TURN: Duration = Duration::from_hours(1);

/// Serve the authority over HTTPS (EST, RFC 7030)
///
/// Holders acquire, renew and log in; /crl gives the list of revoked certificates, /profile what
/// `tokencert profile add` takes. The server's own certificate is made by the authority and renewed
/// in time, unless one is given. Ctrl-C ends it when the requests that are under way are answered.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca serve --dir /srv/ca --listen 0.0.0.0:8443 \
                        --name ca.example.jp\n  $ tokencert-ca serve --dir /srv/ca --listen \
                        127.0.0.1:0 --name localhost --format json"
)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    listen: SocketAddr,

    /// Name by which clients reach the server
    #[arg(long, value_name = "HOST", value_parser = identity::host)]
    name: String,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Certificate of the server and its chain, in place of one of the authority
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,

    /// Key of that certificate
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,

    /// Name of the profile that /profile gives, in place of one made of the authority's
    #[arg(long, value_name = "NAME")]
    profile_name: Option<String>,

    /// Requests with a password that one address may make in a minute
    #[arg(long, value_name = "NUMBER", default_value = "60", value_parser = |text: &str| number(text, 1..=u32::MAX))]
    password_rate: u32,

    /// Log each request; twice, and more
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    #[command(flatten)]
    reach: KeyArgs,
}

pub(crate) fn run(args: &ServeArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let folder = registration::folder(&args.dir)?;
    folder.check_private()?;
    // A group may share it with other servers of the machine.
    if let Some(key) = &args.tls_key
        && matches!(files::check_private(key), Err(Error::FileExposed { .. }))
    {
        ui.warn(&message("tls-key-open").with("path", key.display()));
    }
    // Others go on working in the folder meanwhile.
    let path = folder.path().to_owned();
    drop(folder);
    let authority =
        RegistrationAuthority::open(&path, args.registry.registry.as_ref(), &mut random)?;
    let place = authority.settings().key.clone();
    let module = args.reach.module.clone().unwrap_or(place.module.clone());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let lock = key::lock(&path, &place)?;
    key::with_module(&module, |module| {
        let pins = key::pin_source(&place, &path, &args.reach);
        let reach = Reach::open(module, (&path, &place), args.reach.policy(), pins, ui)?;
        drop(lock);
        if *reach.public_key() != authority.certificate().public_key()? {
            return Err(Error::CaUnusable {
                path: path.display().to_string(),
                reason: "the key on the token is not that of its certificate".to_owned(),
            }
            .into());
        }
        pool::with(&reach, threads, |key| {
            let certificates = Certificates {
                folder: path.clone(),
                given: args.tls_certificate.clone().zip(args.tls_key.clone()),
                name: args.name.clone(),
                address: args.listen.ip(),
            };
            serve(args, authority, &key, &certificates, threads, context, ui)
        })
    })
}

fn serve(
    args: &ServeArgs,
    authority: RegistrationAuthority,
    key: &Arc<Pool>,
    certificates: &Certificates,
    threads: usize,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let identity = certificates.current(&authority, &**key, clock())?;
    let unheard = |error: std::io::Error| Error::Listen {
        address: args.listen.to_string(),
        reason: error.to_string(),
    };
    let listener = TcpListener::bind(args.listen).map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    let url = format!("https://{}:{}", host_of(&args.name), address.port());
    let profile_name = match &args.profile_name {
        Some(name) => name.clone(),
        None => profile::name_of(&authority.settings().name),
    };
    let mut limits = Limits::new(threads);
    limits.passwords_per_minute = args.password_rate;
    // A name that no profile can have is said now.
    authority.profile(&profile_name, &url)?;
    let fingerprint = authority.certificate().fingerprint();
    let signing: Arc<dyn SigningKey + Send + Sync> = Arc::clone(key) as _;
    let server = Server::new(Setup {
        authority,
        key: signing,
        identity,
        profile: (profile_name, url.clone()),
        clock: Arc::new(clock),
        random,
        limits,
    })?;
    let interrupted = Arc::new(AtomicBool::new(false));
    let (by_signal, stopped) = (Arc::clone(&interrupted), server.clone());
    ui.on_signal(move |signal| {
        by_signal.store(signal == SIGINT, Ordering::SeqCst);
        stopped.stop();
    });
    if context.json() {
        ui.json(&serde_json::json!({
            "version": 1,
            "url": url,
            "fingerprint": fingerprint,
            "listen": address.to_string(),
        }))?;
    } else {
        ui.say(&message("listening").with("url", &url))?;
    }
    let ended = Ended::default();
    std::thread::scope(|scope| {
        scope.spawn(|| look_after(&server, certificates, key, &ended));
        let result = server.run(listener);
        ended.set();
        result
    })?;
    Ok(if interrupted.load(Ordering::SeqCst) {
        Exit::Interrupted
    } else {
        Exit::Done
    })
}

/// Keeps the server's certificate fresh until the server ends.
fn look_after(server: &Server, certificates: &Certificates, key: &Pool, ended: &Ended) {
    while !ended.within(TURN) {
        match certificates.current(server.authority(), key, clock()) {
            Ok(identity) => server.show(identity),
            Err(error) => tracing::warn!(%error, "the server's certificate was not renewed"),
        }
    }
}

/// Says that the server has ended.
#[derive(Default)]
struct Ended {
    ended: Mutex<bool>,
    changed: Condvar,
}

impl Ended {
    fn set(&self) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits for the end; true once it has come.
    fn within(&self, turn: Duration) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(ended, turn, |ended| !*ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A host as it stands in an address.
fn host_of(name: &str) -> String {
    match name.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => name.to_owned(),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "127.0.0.1:8443".to_owned())
}
