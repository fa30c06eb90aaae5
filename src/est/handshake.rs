//! How a connection is set up, and how a borrowed key takes part in it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use rustls::client::{ClientConfig, Resumption, WantsClientCert};
use rustls::crypto::ring;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::version::TLS12;
use rustls::{ALL_VERSIONS, ConfigBuilder};
use ureq::Proxy;

use super::identity::Identity;
use super::transport::{Limits, Message, Reply, Watch, exchange};
use super::trust::{Anchors, Verifier};
use crate::authority::Present;
use crate::error::Result;
use crate::key::SignatureScheme;

/// The time that a connection is judged by.
#[derive(Debug)]
struct At(UnixTime);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

pub(super) fn config(
    anchors: Option<Anchors>,
    now: UnixTime,
    capped: bool,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let versions = if capped { &[&TLS12] } else { ALL_VERSIONS };
    let verifier = Verifier {
        anchors,
        provider: Arc::clone(&provider),
    };
    Ok(
        ClientConfig::builder_with_details(provider, Arc::new(At(now)))
            .with_protocol_versions(versions)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier)),
    )
}

/// Possession is proved every time: nothing is resumed.
pub(super) fn finished(mut config: ClientConfig) -> ClientConfig {
    config.resumption = Resumption::disabled();
    config
}

/// The exchange runs in a thread of its own, and this one, which has the key, signs for it.
pub(super) fn with_key(
    present: &Present<'_>,
    schemes: Vec<SignatureScheme>,
    message: Message,
    config: ConfigBuilder<ClientConfig, WantsClientCert>,
    watch: &Watch,
    proxy: Option<Proxy>,
) -> Result<Result<Reply, ureq::Error>> {
    let (jobs, inbox) = channel();
    let identity = Identity::new(present, schemes, jobs, watch.clone());
    let config = finished(config.with_client_cert_resolver(Arc::new(identity)));
    let mut failed = None;
    let result = thread::scope(|scope| {
        let exchange =
            scope.spawn(move || exchange(message, config, watch, proxy, Limits::default()));
        // The inbox ends when the connection is gone, and with it everybody who could ask.
        for job in inbox {
            let signature = present.key.sign(job.scheme, &job.message);
            let signature = signature.map_err(|error| failed = Some(error)).ok();
            if job.answer.send(signature).is_err() {
                break;
            }
        }
        exchange.join().unwrap_or_else(|panic| resume_unwind(panic))
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(result),
    }
}
