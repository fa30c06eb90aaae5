//! The JSON of one journal file: version 1, everything binary as PEM.

use der::Document;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, Purpose, Step};
use crate::certificate::Certificate;
use crate::error::Result;
use crate::key::{KeyId, PublicKey};
use crate::request::Csr;

const VERSION: u32 = 1;

/// Why a file is not an entry.
pub(super) type Reason = String;

/// Read first, so that a file of a later version is told from a broken one.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u32,
    id: String,
    begun: Timestamp,
    purpose: Purpose,
    key_id: KeyId,
    label: String,
    existing: bool,
    present: Vec<String>,
    step: String,
    public_key: Option<String>,
    request: Option<String>,
    #[serde(default)]
    chain: Vec<String>,
}

pub(super) fn to_json(entry: &Entry) -> Result<String, Reason> {
    let request = entry.step.request();
    let chain = match &entry.step {
        Step::Issued { chain, .. } => chain.as_slice(),
        Step::Begun | Step::Requested { .. } | Step::Sent { .. } => &[],
    };
    let pem = || {
        Ok::<_, crate::Error>((
            request
                .map(|(public_key, _)| public_key.to_pem())
                .transpose()?,
            request.map(|(_, csr)| csr.to_pem()).transpose()?,
            chain
                .iter()
                .map(Certificate::to_pem)
                .collect::<Result<Vec<_>>>()?,
        ))
    };
    let (public_key, request, chain) = pem().map_err(|error| error.to_string())?;
    let record = Record {
        version: VERSION,
        id: entry.id.clone(),
        begun: entry.begun,
        purpose: entry.purpose.clone(),
        key_id: entry.key_id.clone(),
        label: entry.label.clone(),
        existing: entry.existing,
        present: entry.present.clone(),
        step: entry.step.name().to_owned(),
        public_key,
        request,
        chain,
    };
    let mut json = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    json.push('\n');
    Ok(json)
}

pub(super) fn from_json(bytes: &[u8]) -> Result<Entry, Reason> {
    let json = |error: serde_json::Error| format!("it is not a journal: {error}");
    let Versioned { version } = serde_json::from_slice(bytes).map_err(json)?;
    if version != VERSION {
        return Err(format!("version {version} is not known to this program"));
    }
    let record: Record = serde_json::from_slice(bytes).map_err(json)?;
    Ok(Entry {
        begun: record.begun,
        step: step(&record)?,
        id: record.id,
        purpose: record.purpose,
        key_id: record.key_id,
        label: record.label,
        existing: record.existing,
        present: record.present,
    })
}

fn step(record: &Record) -> Result<Step, Reason> {
    let request = match (&record.public_key, &record.request) {
        (Some(public_key), Some(request)) => Some(request_of(public_key, request)?),
        (None, None) => None,
        _ => return Err("it has one of `public_key` and `request` without the other".to_owned()),
    };
    let chain = record
        .chain
        .iter()
        .map(|pem| certificate(pem))
        .collect::<Result<Vec<_>, _>>()?;
    match (record.step.as_str(), request, chain.is_empty()) {
        ("begun", None, true) => Ok(Step::Begun),
        ("requested", Some((public_key, request)), true) => Ok(Step::Requested {
            public_key,
            request,
        }),
        ("sent", Some((public_key, request)), true) => Ok(Step::Sent {
            public_key,
            request,
        }),
        ("issued", Some((public_key, request)), false) => Ok(Step::Issued {
            public_key,
            request,
            chain,
        }),
        (step, ..) => Err(format!("what it holds does not fit its step `{step}`")),
    }
}

fn request_of(public_key: &str, request: &str) -> Result<(PublicKey, Csr), Reason> {
    let public_key = PublicKey::from_der(document("PUBLIC KEY", public_key)?.as_bytes())
        .map_err(|error| error.to_string())?;
    let request = Csr::read("`request`", request.as_bytes()).map_err(|error| error.to_string())?;
    match request.public_key() {
        Ok(key) if key == public_key => Ok((public_key, request)),
        Ok(_) => Err("its request is for another key".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn certificate(pem: &str) -> Result<Certificate, Reason> {
    Certificate::from_der(document("CERTIFICATE", pem)?.as_bytes())
        .map_err(|error| error.to_string())
}

fn document(label: &str, pem: &str) -> Result<Document, Reason> {
    match Document::from_pem(pem) {
        Ok((found, document)) if found == label => Ok(document),
        Ok((found, _)) => Err(format!("PEM of a {found} where a {label} belongs")),
        Err(error) => Err(format!("PEM of a {label}: {error}")),
    }
}
