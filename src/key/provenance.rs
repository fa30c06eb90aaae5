//! The provenance record: what is known of where a private key came from.

use serde::{Deserialize, Serialize};

/// placeholder
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Provenance {}
/// placeholder
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Refusal {}
