//! One request on one connection, as a client of an EST server makes it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base64ct::{Base64, Encoding};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use tokencert::Csr;
use tokencert::certificate::{Certificate, read_certificates};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::software::SoftwareKey;

/// A server, and the authority whose certificate it must have.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) authority: Arc<Certificate>,
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
}

/// Who asks.
pub(crate) enum Credentials<'a> {
    /// HTTP Basic: user name and password.
    Account(&'a str, &'a str),
    /// A certificate and its key.
    Certificate(&'a Certificate, &'a SoftwareKey),
}

impl Server {
    pub(crate) fn new(address: SocketAddr, authority: Certificate) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.as_der().to_vec()))?;
        let provider = Arc::new(ring::default_provider());
        let (roots, same) = (Arc::new(roots), Arc::clone(&provider));
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, same).build()?;
        Ok(Self {
            address,
            authority: Arc::new(authority),
            provider,
            verifier,
        })
    }

    /// Asks for a certificate and returns it.
    pub(crate) async fn enrol(&self, csr: &Csr, who: &Credentials<'_>) -> Result<Certificate> {
        let path = match who {
            Credentials::Account(..) => "simpleenroll",
            Credentials::Certificate(..) => "simplereenroll",
        };
        let mut body = String::new();
        for line in Base64::encode_string(csr.as_der()).as_bytes().chunks(64) {
            body += std::str::from_utf8(line)?;
            body.push('\n');
        }
        let authorization = match who {
            Credentials::Account(user, password) => {
                let account = Base64::encode_string(format!("{user}:{password}").as_bytes());
                format!("Authorization: Basic {account}\r\n")
            }
            Credentials::Certificate(..) => String::new(),
        };
        let request = format!(
            "POST /.well-known/est/{path} HTTP/1.1\r\nHost: localhost\r\n{authorization}\
             Content-Type: application/pkcs10\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = self.exchange(who, request.as_bytes()).await?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("an answer without a body")?;
        if !head.starts_with("HTTP/1.1 200") {
            bail!("{head}\n{body}");
        }
        let base64: String = body.split_ascii_whitespace().collect();
        let der = Base64::decode_vec(&base64).context("Base64")?;
        let mut certificates = read_certificates("the answer", &der)?.into_iter();
        certificates.next().context("no certificate")
    }

    async fn exchange(&self, who: &Credentials<'_>, request: &[u8]) -> Result<String> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let connector = TlsConnector::from(Arc::new(self.config(who)?));
        let mut stream = connector
            .connect(ServerName::try_from("localhost")?, stream)
            .await?;
        stream.write_all(request).await?;
        let mut answer = Vec::new();
        if let Err(error) = stream.read_to_end(&mut answer).await
            && answer.is_empty()
        {
            return Err(error.into());
        }
        Ok(String::from_utf8(answer)?)
    }

    fn config(&self, who: &Credentials<'_>) -> Result<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_webpki_verifier(Arc::clone(&self.verifier));
        let mut config = match who {
            Credentials::Account(..) => builder.with_no_client_auth(),
            Credentials::Certificate(certificate, key) => {
                let chain = vec![CertificateDer::from(certificate.as_der().to_vec())];
                let certified = CertifiedKey::new(chain, key.for_tls());
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)))
            }
        };
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}
