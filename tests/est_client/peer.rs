//! A server of TLS that plays a part, and remembers what it saw.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, ProtocolVersion, ServerConfig,
    ServerConnection, SignatureScheme, StreamOwned, SupportedProtocolVersion,
};
use tokencert::certificate::Certificate;
use tokencert::est::TlsKey;

use crate::soft::SoftKey;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Up to the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The certificates that were shown.
    pub(crate) shown: Vec<Vec<u8>>,
    pub(crate) version: ProtocolVersion,
}

impl Visit {
    /// Method and path.
    pub(crate) fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap();
        line.rsplit_once(' ').unwrap().0
    }

    /// The last part of the path.
    pub(crate) fn operation(&self) -> &str {
        self.line().rsplit('/').next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    }
}

/// What a peer says.
pub(crate) enum Says {
    Bytes(Vec<u8>),
    /// The bytes, and then zeros without end.
    Endless(Vec<u8>),
    Nothing,
}

/// How a peer treats certificates of clients.
#[derive(Clone, Debug)]
pub(crate) enum Clients {
    Welcome,
    Refused(CertificateError),
    /// It hangs up on whoever has shown one.
    Dropped,
}

pub(crate) type Part = Box<dyn FnMut(&Visit) -> Says + Send>;

/// A server, on loopback.
pub(crate) struct Peer {
    port: u16,
    visits: Arc<Mutex<Vec<Visit>>>,
    connections: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What a peer is.
pub(crate) struct Role {
    pub(crate) key: u8,
    pub(crate) chain: Vec<Certificate>,
    pub(crate) versions: Vec<&'static SupportedProtocolVersion>,
    pub(crate) clients: Clients,
    pub(crate) part: Part,
}

impl Peer {
    pub(crate) fn start(role: Role) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = Self {
            port: listener.local_addr().unwrap().port(),
            visits: Arc::default(),
            connections: Arc::default(),
            stopping: Arc::default(),
            thread: None,
        };
        let visits = Arc::clone(&peer.visits);
        let connections = Arc::clone(&peer.connections);
        let stopping = Arc::clone(&peer.stopping);
        let clients = role.clients.clone();
        let config = Arc::new(config(&role));
        let mut part = role.part;
        peer.thread = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    break;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                serve(stream.unwrap(), &config, &clients, &visits, &mut part);
            }
        }));
        peer
    }

    pub(crate) fn origin(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What was asked since the last time.
    pub(crate) fn visits(&self) -> Vec<Visit> {
        std::mem::take(&mut self.visits.lock().unwrap())
    }

    /// How many have connected.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        TcpStream::connect(("127.0.0.1", self.port)).ok();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// One connection; whatever a client does wrong ends it.
fn serve(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    clients: &Clients,
    visits: &Mutex<Vec<Visit>>,
    part: &mut Part,
) {
    let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    while tls.conn.is_handshaking() {
        if tls.conn.complete_io(&mut tls.sock).is_err() {
            // Read to the end, or what was said last would be lost on the way.
            tls.sock.shutdown(std::net::Shutdown::Write).ok();
            std::io::copy(&mut tls.sock, &mut std::io::sink()).ok();
            return;
        }
    }
    let shown = tls.conn.peer_certificates().unwrap_or_default();
    let shown: Vec<Vec<u8>> = shown.iter().map(|one| one.to_vec()).collect();
    if matches!(clients, Clients::Dropped) && !shown.is_empty() {
        return;
    }
    let Some((head, body)) = request(&mut tls) else {
        return;
    };
    let visit = Visit {
        head,
        body,
        shown,
        version: tls.conn.protocol_version().unwrap(),
    };
    visits.lock().unwrap().push(visit.clone());
    let (bytes, endless) = match part(&visit) {
        Says::Bytes(bytes) => (bytes, false),
        Says::Endless(bytes) => (bytes, true),
        Says::Nothing => return,
    };
    let mut alive = tls.write_all(&bytes).is_ok();
    while endless && alive {
        alive = tls.write_all(&[0; 16384]).is_ok();
    }
    tls.conn.send_close_notify();
    tls.flush().ok();
}

fn request(tls: &mut impl Read) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|at| at == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let body = bytes[end + 4..].to_vec();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some((head, body));
            }
        }
        match tls.read(&mut buffer) {
            Ok(read) if read > 0 => bytes.extend(&buffer[..read]),
            _ => return None,
        }
    }
}

fn config(role: &Role) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&role.versions)
        .unwrap();
    let builder = builder.with_client_cert_verifier(Arc::new(Door {
        clients: role.clients.clone(),
        provider,
    }));
    let chain = role.chain.iter();
    let chain = chain.map(|one| CertificateDer::from(one.as_der().to_vec()));
    let key = TlsKey::new(Arc::new(SoftKey::new(role.key)));
    let certified = CertifiedKey::new(chain.collect(), Arc::new(key));
    builder.with_cert_resolver(Arc::new(Always(Arc::new(certified))))
}

/// One certificate, whatever name is asked for.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// Takes or refuses certificates without looking at them; possession is proved.
#[derive(Debug)]
struct Door {
    clients: Clients,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Door {
    /// A name that no certificate here leads to: the client is to ignore it.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        static HINTS: std::sync::OnceLock<Vec<DistinguishedName>> = std::sync::OnceLock::new();
        HINTS.get_or_init(|| {
            let stranger = tokencert::certificate::DistinguishedName::parse("CN=Stranger").unwrap();
            vec![DistinguishedName::from(stranger.as_der().to_vec())]
        })
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        match &self.clients {
            Clients::Refused(why) => Err(rustls::Error::InvalidCertificate(why.clone())),
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
