//! One request and its answer over one TLS connection, and what became of the connection.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::http::{HeaderMap, Method, Request};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    TcpConnector, Transport, TransportAdapter,
};
use ureq::{Agent, Proxy};

use super::body::MAXIMUM_BYTES;

/// How long a request may take in all. A person may have to type a PIN on a keypad meanwhile.
const IN_ALL: Duration = Duration::from_mins(2);

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(20);

/// What is sent.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

/// What is put up with of a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) https_only: bool,
    pub(super) redirects: u32,
    pub(super) bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            https_only: true,
            redirects: 0,
            bytes: MAXIMUM_BYTES,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What became of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The server asked for our certificate, and got it.
    pub(super) shown: bool,
    /// Something of the answer has come.
    pub(super) answered: bool,
    /// What TLS failed with.
    pub(super) failure: Option<rustls::Error>,
}

/// [`Seen`], filled in from within the connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the first failure of TLS that an error stands for.
    fn note(&self, error: &io::Error) {
        let inner = error.get_ref().and_then(|it| it.downcast_ref());
        if let Some(failure) = inner {
            self.seen()
                .failure
                .get_or_insert(rustls::Error::clone(failure));
        }
    }
}

/// Sends a message over a connection of its own and reads the answer whole.
pub(super) fn exchange(
    message: Message,
    config: ClientConfig,
    watch: &Watch,
    proxy: Option<Proxy>,
    limits: Limits,
) -> Result<Reply, ureq::Error> {
    let settings = Agent::config_builder()
        .http_status_as_error(false)
        .https_only(limits.https_only)
        .max_redirects(limits.redirects)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .user_agent(concat!("tokencert/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(IN_ALL))
        .timeout_connect(Some(CONNECTING))
        .max_idle_connections(0)
        .build();
    let tls = Tls {
        config: Arc::new(config),
        watch: watch.clone(),
    };
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(tls);
    let agent = Agent::with_parts(settings, connector, DefaultResolver::default());
    let mut request = Request::builder().method(message.method).uri(message.url);
    if let Some(headers) = request.headers_mut() {
        *headers = message.headers;
    }
    let answer = match message.body {
        Some(body) => agent.run(request.body(body)?)?,
        None => agent.run(request.body(())?)?,
    };
    let (parts, mut body) = answer.into_parts();
    let body = body.with_config().limit(limits.bytes).read_to_vec()?;
    Ok(Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    })
}

/// TLS over whatever was connected before.
#[derive(Debug)]
struct Tls {
    config: Arc<ClientConfig>,
    watch: Watch,
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        // A proxy is spoken to in the clear: what it passes on is not.
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = rustls::pki_types::ServerName::try_from(bare.to_owned())
            .map_err(|_| ureq::Error::BadUri(details.uri.to_string()))?;
        let mut connection =
            ClientConnection::new(Arc::clone(&self.config), name).map_err(ureq::Error::Rustls)?;
        let clock = Arc::clone(&details.current_time);
        let mut socket = TransportAdapter::new(transport.boxed(), clock);
        socket.set_timeout(details.timeout);
        while connection.is_handshaking() {
            if let Err(error) = connection.complete_io(&mut socket) {
                self.watch.note(&error);
                return Err(error.into());
            }
        }
        let settings = details.config;
        Ok(Some(Either::B(TlsTransport {
            buffers: LazyBuffers::new(settings.input_buffer_size(), settings.output_buffer_size()),
            stream: StreamOwned::new(connection, socket),
            watch: self.watch.clone(),
        })))
    }
}

struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    watch: Watch,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        let written = self
            .stream
            .write_all(output)
            .and_then(|()| self.stream.flush());
        if let Err(error) = written {
            self.watch.note(&error);
            // Why a server of TLS 1.3 hung up may still be there to be read.
            if let Err(reason) = self.stream.read(&mut [0]) {
                self.watch.note(&reason);
            }
            return Err(error.into());
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = match self.stream.read(input) {
            Ok(amount) => amount,
            // Many servers end without saying so; what is missing then is missing in the answer.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => {
                self.watch.note(&error);
                return Err(error.into());
            }
        };
        self.buffers.input_appended(amount);
        self.watch.seen().answered |= amount > 0;
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}
