//! The journal
use std::path::Path;
use jiff::Timestamp;
use crate::certificate::Certificate;
use crate::error::Result;
use crate::key::{KeyId, PublicKey};
use crate::request::{Csr, RequestTemplate};
use crate::token::TokenIdentity;

/// The folder of unfinished enrolments
#[derive(Debug, Clone)]
pub struct Journal {}
/// What makes two runs the same enrolment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Purpose {
 /// token
 pub token: TokenIdentity,
 /// Authority::name
 pub authority: String,
 /// profile name
 pub profile: Option<String>,
 /// request
 pub request: RequestTemplate,
 /// `rsa:2048`
 pub key: String,
 /// scheme name, e.g. rsa-pkcs1-sha256
 pub scheme: String,
}
/// One unfinished enrolment
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
 /// 8 hex digits, the file's name
 pub id: String,
 /// begun
 pub begun: Timestamp,
 /// purpose
 pub purpose: Purpose,
 /// CKA_ID
 pub key_id: KeyId,
 /// label
 pub label: String,
 /// the run takes an existing key (`--existing`): never destroyed
 pub existing: bool,
 /// SHA-256 of the public keys of the private keys present before
 pub present: Vec<String>,
 /// how far
 pub step: Step,
}
/// How far an enrolment got (DESIGN.md 6)
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
 /// (1)
 Begun,
 /// (2) 
 Requested { /// public key
 public_key: PublicKey, /// csr
 request: Csr },
 /// (3)
 Sent { /// public key
 public_key: PublicKey, /// csr
 request: Csr },
 /// (4) leaf first
 Issued { /// public key
 public_key: PublicKey, /// csr
 request: Csr, /// chain
 chain: Vec<Certificate> },
}
impl Journal {
  /// In this folder, made when first written to.
  pub fn new(folder: impl Into<std::path::PathBuf>) -> Self { todo!() }
  /// folder
  #[must_use] pub fn folder(&self) -> &Path { todo!() }
  /// Every unfinished enrolment, oldest first. An unreadable file is an error that names it.
  pub fn entries(&self) -> Result<Vec<Entry>> { todo!() }
  /// by id
  pub fn entry(&self, id: &str) -> Result<Entry> { todo!() }
  /// Writes or replaces (crash-safe)
  pub fn save(&self, entry: &Entry) -> Result<()> { todo!() }
  /// Removes
  pub fn finish(&self, entry: &Entry) -> Result<()> { todo!() }
}
