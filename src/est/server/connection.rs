//! One connection: handshake, requests, end; each in a time that is limited.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::answer::Answer;
use super::operations::{Asked, Service};
use super::rate::Origin;
use super::route::{Operation, route};
use crate::certificate::Certificate;

/// The most header lines, and the most bytes that are kept of a request's head: enough for every
/// client, whose longest line is a password.
const MOST_HEADERS: usize = 64;
const HEAD_BYTES: usize = 16 * 1024;

/// Who is at the other end.
#[derive(Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) origin: Origin,
    /// The certificate whose key the handshake has proved to be there.
    pub(super) certificate: Option<Arc<Certificate>>,
}

/// Serves one connection to its end.
pub(super) async fn serve(
    service: Arc<Service>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    address: SocketAddr,
    watcher: Watcher,
) {
    let limits = &service.limits;
    // Answers are written whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let stream = match timeout(limits.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::info!(%address, %error, "no handshake"),
        Err(_) => return tracing::info!(%address, "the handshake took too long"),
    };
    let shown = stream.get_ref().1.peer_certificates();
    let certificate = shown
        .and_then(|chain| chain.first())
        .and_then(|leaf| Certificate::from_der(leaf).ok());
    let peer = Peer {
        address,
        origin: Origin::of(address.ip()),
        certificate: certificate.map(Arc::new),
    };
    let age = limits.connection;
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEAD_BYTES)
        // libest and others look for names in title case, and strongSwan reads two records at most.
        .title_case_headers(true)
        .writev(false);
    let answering = service_fn(move |request| answer(Arc::clone(&service), peer.clone(), request));
    let connection = builder.serve_connection(TokioIo::new(stream), answering);
    match timeout(age, watcher.watch(connection)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%address, %error, "the connection ended"),
        Err(_) => tracing::debug!(%address, "the connection was open for too long"),
    }
}

async fn answer(
    service: Arc<Service>,
    peer: Peer,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let address = peer.address;
    let method = request.method().clone();
    let operation = route(&method, request.uri().path());
    let name = match &operation {
        Ok(operation) => operation.name(),
        Err(_) => "unknown",
    };
    let answer = match operation {
        Ok(operation) => perform(&service, peer, operation, request).await,
        Err(answer) => answer,
    };
    let response = answer.into_response();
    let status = response.status().as_u16();
    tracing::info!(%address, %method, operation = name, status, "answered");
    Ok(response)
}

async fn perform(
    service: &Arc<Service>,
    peer: Peer,
    operation: Operation,
    request: Request<Incoming>,
) -> Answer {
    let (head, body) = request.into_parts();
    // The body is read before anything is said: a client that gets its answer while it still
    // writes takes the connection for broken.
    let reading = Limited::new(body, service.limits.body_bytes).collect();
    let body = match timeout(service.limits.body, reading).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Answer::text(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large");
        }
        Ok(Err(_)) => return Answer::text(StatusCode::BAD_REQUEST, "the request is damaged"),
        Err(_) => return Answer::text(StatusCode::REQUEST_TIMEOUT, "the request took too long"),
    };
    let asked = Asked {
        peer,
        headers: head.headers,
        body,
    };
    service.perform(operation, asked).await
}
