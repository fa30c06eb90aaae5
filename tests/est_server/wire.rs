//! A client that writes every byte itself, and reads answers as they come.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use crate::common::World;
use crate::support::{PATIENCE, Served};

/// A client that writes every byte of its requests itself.
pub(crate) struct Wire {
    port: u16,
    config: Arc<ClientConfig>,
}

impl Wire {
    /// A client without a certificate.
    pub(crate) fn new(world: &World, served: &Served) -> Self {
        Self::with(
            served.port,
            &world.path("ca/ca.pem"),
            None,
            &[&TLS13, &TLS12],
        )
    }

    /// A client with the certificate `NAME.crt` and the key `NAME.key`.
    pub(crate) fn with_certificate(world: &World, served: &Served, name: &str) -> Self {
        let files = (
            world.path(format!("{name}.crt")),
            world.path(format!("{name}.key")),
        );
        let files = Some((files.0.as_path(), files.1.as_path()));
        Self::with(
            served.port,
            &world.path("ca/ca.pem"),
            files,
            &[&TLS13, &TLS12],
        )
    }

    pub(crate) fn with(
        port: u16,
        root: &Path,
        identity: Option<(&Path, &Path)>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let certificates = |path: &Path| -> Vec<CertificateDer<'static>> {
            let read = CertificateDer::pem_file_iter(path).unwrap();
            read.collect::<Result<_, _>>().unwrap()
        };
        let mut roots = RootCertStore::empty();
        roots.add(certificates(root).remove(0)).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            Some((chain, key)) => {
                let key = PrivateKeyDer::from_pem_file(key).unwrap();
                builder
                    .with_client_auth_cert(certificates(chain), key)
                    .unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        Self {
            port,
            config: Arc::new(config),
        }
    }

    /// A connection.
    pub(crate) fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.config), name).unwrap();
        StreamOwned::new(connection, socket)
    }

    /// Sends a request that ends the connection, and reads the answer to its end.
    pub(crate) fn exchange(&self, request: impl AsRef<[u8]>) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).unwrap();
        stream.flush().unwrap();
        Reply::read(stream)
    }

    /// Posts a request for a certificate.
    pub(crate) fn post(&self, path: &str, headers: &str, body: &str) -> Reply {
        self.exchange(format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/pkcs10\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len(),
        ))
    }

    /// Gets.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.exchange(format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }
}

/// An answer, as it came.
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Reads to the end of the connection.
    pub(crate) fn read(mut stream: impl Read) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|at| at == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&bytes)));
        Self {
            head: String::from_utf8(bytes[..end].to_vec()).unwrap(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.split("\r\n").skip(1);
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}
